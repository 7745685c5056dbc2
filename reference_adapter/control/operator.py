"""What an operator does behind the interface: incidents, contacts, callbacks marked for the IVR (section 15)."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

import uuid_utils

from reference_adapter.configuration.settings import AdapterSettings
from reference_adapter.configuration.watched import WatchedFile
from reference_adapter.control import shapes
from reference_adapter.control.errors import Impossible, UnknownEntity, UnusableValue
from reference_adapter.operations.callback_life import callbacks_for
from reference_adapter.operations.incident_life import archive, close_when_done
from reference_adapter.outage_model.contacts import CallerContact, with_contact, with_preferred
from reference_adapter.outage_model.incidents import CrewAssignment, Incident, LifeCycleError
from reference_adapter.outage_model.network import Network
from reference_adapter.outage_model.tickets import Ticket
from reference_adapter.storage.unit_of_work import Store, Work


@dataclasses.dataclass(frozen=True, slots=True)
class ShownIncident:
    """An incident, how many tickets it has, and whether it is archived."""

    incident: Incident
    tickets: int
    archived: bool = False


class Operator:
    """Each act is one transaction; DMZ first, the CORE hears of it by the replication."""

    def __init__(self, store: Store, network: Network, settings: WatchedFile[AdapterSettings]) -> None:
        self._store = store
        self._network = network
        self._settings = settings

    def incidents(self) -> list[ShownIncident]:
        """Every active incident, oldest first."""
        with self._store.view() as work:
            found = work.incidents.all()
            counts = work.tickets.count_by_incident(each.mrid for each in found)
        return [ShownIncident(each, counts.get(each.mrid, 0)) for each in found]

    def incident(self, mrid: str) -> ShownIncident:
        """One incident, active or archived; raises UnknownEntity."""
        with self._store.view() as work:
            return _shown(mrid, work)

    def create(self, new: shapes.NewIncident) -> ShownIncident:
        """Create an incident; raises UnusableValue for a device that the network lacks, or an unknown status."""
        if not self._network.knows(new.device):
            raise UnusableValue(f"the network has no device {new.device}")
        self._check_status(new.status)
        now = self._store.now()
        incident = Incident(
            mrid=str(uuid_utils.uuid7()),
            device=new.device,
            created=now,
            confirmed=new.confirmed,
            by_operator=True,
            status=new.status,
            comment=new.comment,
            estimated_restoration=new.estimated_restoration_time,
            cause=new.cause,
            subcause=new.subcause,
            crews=tuple(CrewAssignment(crew.mrid, crew.name) for crew in new.crews),
        )
        with self._store.change(now) as work:
            work.incidents.add(incident)
            return _shown(incident.mrid, work)

    def update(self, mrid: str, asked: shapes.IncidentUpdate) -> ShownIncident:
        """Set what is given; raises UnknownEntity, UnusableValue, and Impossible for the status of a closed one."""
        given = asked.model_dump(exclude_unset=True)
        if "estimated_restoration_time" in given:
            given["estimated_restoration"] = given.pop("estimated_restoration_time")
        status = given.pop("status", None)
        if status is not None:
            self._check_status(status)

        def change(incident: Incident) -> Incident:
            told = incident if status is None else incident.set_status(status)
            return dataclasses.replace(told, **given)

        return self._change(mrid, change)

    def confirm(self, mrid: str) -> ShownIncident:
        """Confirm an incident; raises UnknownEntity, Impossible."""
        return self._change(mrid, Incident.confirm)

    def remark(self, mrid: str, text: str) -> ShownIncident:
        """Add an operator's comment; raises UnknownEntity."""
        return self._change(mrid, lambda incident: incident.remark(text))

    def assign(self, mrid: str, crew: shapes.CrewShape) -> ShownIncident:
        """Put a crew on an incident; raises UnknownEntity, Impossible."""
        return self._change(mrid, lambda incident: incident.assign(CrewAssignment(crew.mrid, crew.name)))

    def release(self, mrid: str, crew: str) -> ShownIncident:
        """Take a crew off; raises UnknownEntity."""
        return self._change(mrid, lambda incident: incident.release(crew))

    def restore(self, mrid: str) -> ShownIncident:
        """The power is back: a callback for everybody who asked for one; raises UnknownEntity, Impossible."""
        settings = self._settings.current()
        with self._incident(mrid) as (incident, work, now):
            work.incidents.change(incident, incident.restore(now))
            tickets = work.tickets.by_incident([mrid])
            reason, language = settings.callbacks.restored_reason, settings.default_language
            work.callbacks.add(callbacks_for(tickets, mrid, reason, self._network, language, now))
            close_when_done([mrid], work, now)
            return _shown(mrid, work)

    def close(self, mrid: str) -> ShownIncident:
        """Close an incident; raises UnknownEntity, and Impossible before it is restored or with open callbacks."""
        with self._incident(mrid) as (incident, work, now):
            work.incidents.change(incident, incident.close(now, work.callbacks.count_open(mrid)))
            return _shown(mrid, work)

    def cancel(self, mrid: str) -> ShownIncident:
        """It was no incident; raises UnknownEntity, Impossible."""
        with self._incident(mrid) as (incident, work, now):
            work.incidents.change(incident, incident.cancel(now))
            return _shown(mrid, work)

    def archive(self, mrid: str) -> ShownIncident:
        """Move a closed incident and its tickets to the archive; raises UnknownEntity, Impossible."""
        with self._incident(mrid) as (incident, work, now):
            archive(incident, work, self._settings.current(), now)
            return _shown(mrid, work)

    def add_contact(self, ticket: str, new: shapes.NewContact) -> None:
        """Add a caller's contact to an active ticket; raises UnknownEntity."""
        contact = CallerContact(new.first_name, new.last_name, new.middle_name, new.type, new.value, new.preferred)
        with self._ticket(ticket) as (found, work):
            contacts = tuple(with_contact(found.contacts, contact))
            work.tickets.change([dataclasses.replace(found, contacts=contacts)])

    def prefer_contact(self, ticket: str, wanted: shapes.PreferredContact) -> None:
        """Mark a contact as the preferred one of its type; raises UnknownEntity, also for an unknown contact."""
        with self._ticket(ticket) as (found, work):
            contacts = with_preferred(found.contacts, wanted.type, wanted.value)
            if contacts is None:
                raise UnknownEntity(f"{wanted.type} {wanted.value} on ticket {ticket}")
            work.tickets.change([dataclasses.replace(found, contacts=tuple(contacts))])

    def mark_automatic(self, callback: str, automatic: bool) -> None:
        """Have a callback resolved by the external system, or not (section 15.2); raises UnknownEntity."""
        with self._store.change(self._store.now()) as work:
            found = work.callbacks.by_mrid([callback]).get(callback)
            if found is None:
                raise UnknownEntity(f"callback {callback}")
            work.callbacks.change([dataclasses.replace(found, automatic=automatic)])

    def _check_status(self, status: str) -> None:
        known = self._settings.current().incidents.statuses
        if status not in known:
            raise UnusableValue(f"no status {status!r}; known are {', '.join(sorted(known))}")

    def _change(self, mrid: str, change: Callable[[Incident], Incident]) -> ShownIncident:
        with self._incident(mrid) as (incident, work, _):
            work.incidents.change(incident, change(incident))
            return _shown(mrid, work)

    @contextmanager
    def _incident(self, mrid: str) -> Iterator[tuple[Incident, Work, datetime]]:
        now = self._store.now()
        with self._store.change(now) as work:
            incident = work.incidents.find(mrid)
            if incident is None:
                if mrid in work.archive.incidents_by_mrid([mrid]):
                    raise Impossible(f"incident {mrid} is archived")
                raise UnknownEntity(f"incident {mrid}")
            try:
                yield incident, work, now
            except LifeCycleError as error:
                raise Impossible(str(error)) from None

    @contextmanager
    def _ticket(self, mrid: str) -> Iterator[tuple[Ticket, Work]]:
        with self._store.change(self._store.now()) as work:
            found = work.tickets.by_mrid([mrid])
            if not found:
                raise UnknownEntity(f"active ticket {mrid}")
            yield found[0], work


def _shown(mrid: str, work: Work) -> ShownIncident:
    incident = work.incidents.find(mrid)
    if incident is not None:
        return ShownIncident(incident, work.tickets.count_by_incident([mrid]).get(mrid, 0))
    archived = work.archive.incidents_by_mrid([mrid]).get(mrid)
    if archived is None:
        raise UnknownEntity(f"incident {mrid}")
    return ShownIncident(archived, work.archive.count_by_incident(mrid), archived=True)
