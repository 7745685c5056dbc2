"""What control can do with the store, each act one transaction that all workers notice."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from datetime import timedelta

import uuid_utils
from sqlalchemy import Connection, delete, func, select

from crm_contract.values import format_datetime
from reference_adapter.clock import Clock
from reference_adapter.configuration.settings import AdapterSettings
from reference_adapter.configuration.watched import WatchedFile
from reference_adapter.control import shapes
from reference_adapter.outage_model.incidents import ConfirmedIncidents, CrewAssignment, Incident
from reference_adapter.outage_model.network import Network, UsagePointRecord
from reference_adapter.storage import incidents as stored_incidents
from reference_adapter.storage import tables
from reference_adapter.storage.database import Database
from reference_adapter.storage.ims_inbox import count_inbox
from reference_adapter.storage.shared_state import (
    INTERNAL_ERROR,
    SLOW_IMS,
    InjectedFault,
    clear_fault,
    next_generation,
    read_faults,
    set_fault,
)
from reference_adapter.storage.tickets import Row, count_by_usage_point, find_tickets, last_position


class UnknownEntity(Exception):
    """No device, usage point or incident of that mRID."""


class Simulator:
    """Reads and changes the simulated outage management system."""

    def __init__(
        self, database: Database, network: Network, settings: WatchedFile[AdapterSettings], clock: Clock
    ) -> None:
        self._database = database
        self._network = network
        self._settings = settings
        self._clock = clock

    def settings(self) -> AdapterSettings:
        """The configuration in force."""
        return self._settings.current()

    def summary(self) -> shapes.StoreSummary:
        """How much the store holds."""
        with self._database.read() as connection:
            return shapes.StoreSummary(
                position=last_position(connection),
                tickets=_count(connection, tables.tickets.c.seq),
                incidents=_count(connection, tables.incidents.c.seq),
                pending=count_inbox(connection),
                messages=_count(connection, tables.messages.c.seq),
            )

    def reset(self) -> None:
        """Forget tickets, incidents, messages and faults; the town and the configuration stay."""
        kept = (tables.control_state,)
        with self._database.write() as connection:
            for table in tables.metadata.sorted_tables:
                if table not in kept:
                    connection.execute(delete(table))
            next_generation(connection)

    def drop_caches(self) -> None:
        """Have every worker forget what it keeps in memory."""
        with self._database.write() as connection:
            next_generation(connection)

    def tickets(self, criteria: Mapping[str, str], after: int, limit: int) -> tuple[int, int, list[Row]]:
        """Matching tickets: how many, the last position in the store, and up to `limit` of them."""
        with self._database.read() as connection:
            total, found = find_tickets(connection, criteria, after, limit)
            return total, last_position(connection), found

    def usage_points(self, device: str | None, offset: int, limit: int) -> tuple[int, list[shapes.UsagePointShape]]:
        """How many usage points there are (under a device), and some of them; raises UnknownEntity."""
        if device is not None and not self._network.knows(device):
            raise UnknownEntity(device)
        found = [mrid for mrid in self._network.usage_points if device is None or device in self._network.feeding(mrid)]
        return len(found), self._described(found[offset : offset + limit])

    def usage_point(self, mrid: str) -> shapes.UsagePointShape:
        """One usage point; raises UnknownEntity."""
        if mrid not in self._network.usage_points:
            raise UnknownEntity(mrid)
        return self._described([mrid])[0]

    def incidents(self) -> list[Incident]:
        """Every incident, oldest first."""
        with self._database.read() as connection:
            return stored_incidents.all_incidents(connection)

    def incident(self, mrid: str) -> Incident:
        """One incident; raises UnknownEntity."""
        with self._database.read() as connection:
            found = stored_incidents.find_incident(connection, mrid)
        if found is None:
            raise UnknownEntity(mrid)
        return found

    def create_incident(self, new: shapes.NewIncident) -> Incident:
        """Create an incident; raises UnknownEntity for a device that the network lacks."""
        if not self._network.knows(new.device):
            raise UnknownEntity(new.device)
        incident = Incident(
            mrid=str(uuid_utils.uuid7()),
            device=new.device,
            created=self._clock(),
            confirmed=new.confirmed,
            status=new.status,
            comment=new.comment,
            estimated_restoration=new.estimated_restoration_time,
            cause=new.cause,
            subcause=new.subcause,
            crews=tuple(CrewAssignment(crew.mrid, crew.name) for crew in new.crews),
        )
        with self._database.write() as connection:
            stored_incidents.add_incident(connection, incident)
            next_generation(connection)
        return self.incident(incident.mrid)

    def confirm_incident(self, mrid: str) -> Incident:
        """Confirm an incident; raises UnknownEntity."""
        return self._change_incident(mrid, stored_incidents.set_confirmed)

    def restore_incident(self, mrid: str) -> Incident:
        """End an incident's outage; raises UnknownEntity."""
        return self._change_incident(mrid, stored_incidents.set_restored)

    def make_ims_slow(self, asked: shapes.SlowIms) -> None:
        """The IMS does not confirm until it is released or the fault expires."""
        expires_at = self._expiry(asked.expires_after_seconds)
        self._set(InjectedFault(SLOW_IMS, seconds=asked.interval_seconds, expires_at=expires_at))

    def make_messages_fail(self, asked: shapes.InternalError) -> None:
        """The next messages fail after their first insert."""
        expires_at = self._expiry(asked.expires_after_seconds)
        self._set(InjectedFault(INTERNAL_ERROR, remaining=asked.messages, expires_at=expires_at))

    def end_fault(self, name: str) -> None:
        """End a fault, whether it is in force or not."""
        with self._database.write() as connection:
            clear_fault(connection, name)

    def faults(self) -> list[InjectedFault]:
        """The faults in force."""
        now = self._clock()
        with self._database.read() as connection:
            return [fault for fault in read_faults(connection).values() if fault.holds(now)]

    def _change_incident(self, mrid: str, change: Callable[[Connection, str], None]) -> Incident:
        self.incident(mrid)
        with self._database.write() as connection:
            change(connection, mrid)
            next_generation(connection)
        return self.incident(mrid)

    def _set(self, fault: InjectedFault) -> None:
        with self._database.write() as connection:
            set_fault(connection, fault)

    def _expiry(self, seconds: float | None) -> str | None:
        return None if seconds is None else format_datetime(self._clock() + timedelta(seconds=seconds))

    def _described(self, mrids: list[str]) -> list[shapes.UsagePointShape]:
        with self._database.read() as connection:
            active = count_by_usage_point(connection, mrids)
            incidents = ConfirmedIncidents(stored_incidents.all_incidents(connection), self._network)
        return [
            self._shape(self._network.usage_points[mrid], incidents.affecting(mrid) is None, active.get(mrid, 0))
            for mrid in mrids
        ]

    def _shape(self, point: UsagePointRecord, energized: bool, active_tickets: int) -> shapes.UsagePointShape:
        by_kind = {self._network.devices[device].kind: device for device in self._network.feeding(point.mrid)[1:]}
        return shapes.UsagePointShape(
            **dataclasses.asdict(point),
            lateral=by_kind.get("lateral", ""),
            feeder=by_kind.get("feeder", ""),
            energized=energized,
            active_tickets=active_tickets,
        )


def _count(connection: Connection, column: object) -> int:
    return connection.scalar(select(func.count(column))) or 0  # type: ignore[arg-type]
