"""What control can do with the store, each act one transaction that all workers notice."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select

from crm_contract.values import format_datetime
from reference_adapter.configuration.settings import AdapterSettings
from reference_adapter.configuration.watched import WatchedFile
from reference_adapter.control import callback_shapes, process_shapes, shapes
from reference_adapter.control.errors import UnknownEntity, UnusableValue
from reference_adapter.control.moments import YEARS
from reference_adapter.outage_model.network import Network, UsagePointRecord
from reference_adapter.storage import ops_tables, tables
from reference_adapter.storage.archive import find_archived
from reference_adapter.storage.callbacks import find_callbacks
from reference_adapter.storage.database import Database
from reference_adapter.storage.ims_inbox import count_inbox
from reference_adapter.storage.interface_log import read_log
from reference_adapter.storage.replication import lag, seconds_behind
from reference_adapter.storage.shared_state import (
    INTERNAL_ERROR,
    SLOW_IMS,
    InjectedFault,
    clear_fault,
    drop_caches,
    read_faults,
    set_clock_offset,
    set_fault,
)
from reference_adapter.storage.ticket_records import find_tickets, last_position
from reference_adapter.storage.tickets import Row
from reference_adapter.storage.unit_of_work import Store


class Simulator:
    """Reads and changes the simulated outage management system."""

    def __init__(
        self, database: Database, store: Store, network: Network, settings: WatchedFile[AdapterSettings]
    ) -> None:
        self._database = database
        self._store = store
        self._network = network
        self._settings = settings

    def settings(self) -> AdapterSettings:
        """The configuration in force."""
        return self._settings.current()

    def summary(self) -> process_shapes.StoreSummary:
        """How much the store holds."""
        with self._database.read() as connection:
            counted = connection.execute(_SUMMARY).one()
        return process_shapes.StoreSummary(now=format_datetime(self._store.now()), **counted._mapping)

    def reset(self) -> None:
        """Forget everything stored and all faults; the town, the configuration and the clock stay."""
        kept = (tables.control_state,)
        with self._database.write() as connection:
            for table in tables.metadata.sorted_tables:
                if table not in kept:
                    connection.execute(delete(table))
            drop_caches(connection)

    def drop_caches(self) -> None:
        """Have every worker forget what it keeps in memory."""
        with self._database.write() as connection:
            drop_caches(connection)

    def tickets(self, criteria: Mapping[str, str], after: int, limit: int) -> tuple[int, int, int, list[Row]]:
        """Matching tickets: how many, the last position in the store, how many messages wait for the IMS, and up to
        `limit` of the tickets; all of one moment."""
        with self._database.read() as connection:
            total, found = find_tickets(connection, criteria, after, limit)
            return total, last_position(connection), count_inbox(connection), found

    def archived_tickets(self, criteria: Mapping[str, str], limit: int) -> tuple[int, list[dict[str, Any]]]:
        """Matching archived tickets, column by column: how many, and up to `limit` of them."""
        with self._database.read() as connection:
            return find_archived(connection, criteria, limit)

    def callbacks(
        self, criteria: Mapping[str, str], is_open: bool | None, after: int, limit: int
    ) -> callback_shapes.CallbackPage:
        """Matching callbacks."""
        now = format_datetime(self._store.now())
        with self._database.read() as connection:
            total, found = find_callbacks(connection, criteria, is_open, after, limit)
            position = connection.scalar(select(func.max(tables.callbacks.c.seq))) or 0
        items = [callback_shapes.CallbackShape.of(row, now) for row in found]
        return callback_shapes.CallbackPage(total=total, position=position, items=items)

    def callback(self, mrid: str) -> callback_shapes.CallbackShape:
        """One callback of an active incident; raises UnknownEntity."""
        page = self.callbacks({"mrid": mrid}, None, 0, 1)
        if not page.items:
            raise UnknownEntity(f"callback {mrid}")
        return page.items[0]

    def log(self, after: int, limit: int) -> process_shapes.LogPage:
        """The adapter's log of the CRM Interface."""
        with self._database.read() as connection:
            position, items = read_log(connection, after, limit)
        return process_shapes.LogPage(position=position, items=[process_shapes.LogItem(**item) for item in items])

    def replication(self) -> process_shapes.ReplicationState:
        """How far the CORE is behind."""
        now = self._store.now()
        with self._database.read() as connection:
            found = lag(connection)
        return process_shapes.ReplicationState(
            lag=found.rows, oldest_seconds=seconds_behind(found, now), applied=found.applied
        )

    def clock(self) -> process_shapes.ClockState:
        """The simulated time."""
        now = self._store.now()
        return process_shapes.ClockState(now=format_datetime(now), offset_seconds=self._store.clock_offset)

    def set_clock(self, now: datetime) -> process_shapes.ClockState:
        """It is that time now; raises UnusableValue for a year that no span may be added to."""
        return self._move_clock(now - self._store.now())

    def advance_clock(self, seconds: float) -> process_shapes.ClockState:
        """So much time passes at once; raises UnusableValue."""
        return self._move_clock(timedelta(seconds=seconds))

    def reset_clock(self) -> None:
        """The machine's time again."""
        self._set_clock_offset(0.0)

    def _move_clock(self, by: timedelta) -> process_shapes.ClockState:
        year = (self._store.now() + by).year
        if year not in YEARS:
            raise UnusableValue(f"the clock goes from {YEARS[0]} to {YEARS[-1]}, not to {year}")
        self._set_clock_offset(self._store.clock_offset + by.total_seconds())
        return self.clock()

    def _set_clock_offset(self, seconds: float) -> None:
        with self._database.write() as connection:
            set_clock_offset(connection, seconds)

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

    def make_ims_slow(self, asked: process_shapes.SlowIms) -> None:
        """The IMS does not confirm until it is released or the fault expires."""
        expires_at = self._expiry(asked.expires_after_seconds)
        self._set(InjectedFault(SLOW_IMS, seconds=asked.interval_seconds, expires_at=expires_at))

    def make_messages_fail(self, asked: process_shapes.InternalError) -> None:
        """The next messages fail with everything done but the commit."""
        expires_at = self._expiry(asked.expires_after_seconds)
        self._set(InjectedFault(INTERNAL_ERROR, remaining=asked.messages, expires_at=expires_at))

    def end_fault(self, name: str) -> None:
        """End a fault, whether it is in force or not."""
        with self._database.write() as connection:
            clear_fault(connection, name)

    def faults(self) -> list[InjectedFault]:
        """The faults in force."""
        now = self._store.now()
        with self._database.read() as connection:
            return [fault for fault in read_faults(connection).values() if fault.holds(now)]

    def _set(self, fault: InjectedFault) -> None:
        with self._database.write() as connection:
            set_fault(connection, fault)

    def _expiry(self, seconds: float | None) -> str | None:
        return None if seconds is None else format_datetime(self._store.now() + timedelta(seconds=seconds))

    def _described(self, mrids: list[str]) -> list[shapes.UsagePointShape]:
        with self._store.view() as work:
            active = work.tickets.count_by_usage_point(mrids)
            incidents = work.state.incidents
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


def _count(column: Any, *conditions: Any) -> Any:
    return select(func.count(column)).where(*conditions).scalar_subquery()


# Asked before and after every message of a test: one statement, built once.
_SUMMARY = select(
    select(func.coalesce(func.max(tables.tickets.c.seq), 0)).scalar_subquery().label("position"),
    _count(tables.tickets.c.seq).label("tickets"),
    _count(tables.incidents.c.seq).label("incidents"),
    _count(tables.ims_inbox.c.seq).label("pending"),
    _count(tables.messages.c.seq).label("messages"),
    _count(tables.callbacks.c.seq).label("callbacks"),
    _count(tables.callbacks.c.seq, tables.callbacks.c.closed_at.is_(None)).label("open_callbacks"),
    _count(ops_tables.tickets.c.seq).label("archived_tickets"),
    _count(ops_tables.incidents.c.seq).label("archived_incidents"),
    _count(tables.outbox.c.seq).label("outbox"),
)
