"""What an operator does behind the interface: incidents, contacts, callbacks marked for the IVR (section 15)."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Sequence
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
        return self.create_all([new])[0]

    def create_all(self, new: Sequence[shapes.NewIncident]) -> list[ShownIncident]:
        """Create incidents in one transaction; raises as `create`."""
        now = self._store.now()
        incidents = [self._made(each, now) for each in new]
        with self._store.change(now) as work:
            for incident in incidents:
                work.incidents.add(incident)
        # They are all new: nobody can have called about them.
        return [ShownIncident(incident, 0) for incident in incidents]

    def _made(self, new: shapes.NewIncident, now: datetime) -> Incident:
        if not self._network.knows(new.device):
            raise UnusableValue(f"the network has no device {new.device}")
        self._check_status(new.status)
        return Incident(
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
        return self.restore_all([mrid])[0]

    def restore_all(self, mrids: Sequence[str]) -> list[ShownIncident]:
        """Restore incidents in this order and one transaction; raises as `restore`."""
        settings = self._settings.current()
        reason, language = settings.callbacks.restored_reason, settings.default_language

        def restore(incident: Incident, work: Work, now: datetime) -> None:
            work.incidents.change(incident, incident.restore(now))
            tickets = work.tickets.by_incident([incident.mrid])
            work.callbacks.add(callbacks_for(tickets, incident.mrid, reason, self._network, language, now))
            close_when_done([incident.mrid], work, now)

        return self._change_all(mrids, restore)

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
        return self.archive_all([mrid])[0]

    def archive_all(self, mrids: Sequence[str]) -> list[ShownIncident]:
        """Archive incidents in one transaction; raises as `archive`."""
        settings = self._settings.current()
        return self._change_all(mrids, lambda incident, work, now: archive(incident, work, settings, now))

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

    def _change_all(
        self, mrids: Sequence[str], change: Callable[[Incident, Work, datetime], object]
    ) -> list[ShownIncident]:
        now = self._store.now()
        with self._store.change(now) as work:
            for mrid in mrids:
                with _found(mrid, work) as incident:
                    change(incident, work, now)
            return [_shown(mrid, work) for mrid in mrids]

    @contextmanager
    def _incident(self, mrid: str) -> Iterator[tuple[Incident, Work, datetime]]:
        now = self._store.now()
        with self._store.change(now) as work, _found(mrid, work) as incident:
            yield incident, work, now

    @contextmanager
    def _ticket(self, mrid: str) -> Iterator[tuple[Ticket, Work]]:
        with self._store.change(self._store.now()) as work:
            found = work.tickets.by_mrid([mrid])
            if not found:
                raise UnknownEntity(f"active ticket {mrid}")
            yield found[0], work


@contextmanager
def _found(mrid: str, work: Work) -> Iterator[Incident]:
    incident = work.incidents.find(mrid)
    if incident is None:
        if mrid in work.archive.incidents_by_mrid([mrid]):
            raise Impossible(f"incident {mrid} is archived")
        raise UnknownEntity(f"incident {mrid}")
    try:
        yield incident
    except LifeCycleError as error:
        raise Impossible(str(error)) from None


def _shown(mrid: str, work: Work) -> ShownIncident:
    incident = work.incidents.find(mrid)
    if incident is not None:
        return ShownIncident(incident, work.tickets.count_by_incident([mrid]).get(mrid, 0))
    archived = work.archive.incidents_by_mrid([mrid]).get(mrid)
    if archived is None:
        raise UnknownEntity(f"incident {mrid}")
    return ShownIncident(archived, work.archive.count_by_incident(mrid), archived=True)
