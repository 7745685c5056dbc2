"""One transaction a message, and what every process knows before it begins one."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from sqlalchemy import Connection

from crm_contract.values import format_datetime
from reference_adapter.clock import SimulatedClock
from reference_adapter.outage_model.incidents import ConfirmedIncidents
from reference_adapter.outage_model.network import Network
from reference_adapter.storage.archive import Archive
from reference_adapter.storage.callbacks import Callbacks
from reference_adapter.storage.changes import Changes
from reference_adapter.storage.database import Database
from reference_adapter.storage.ims_inbox import confirmation, put_in_inbox
from reference_adapter.storage.incidents import Incidents, open_confirmed
from reference_adapter.storage.message_log import MessageRecord, nonce_is_new, record_message
from reference_adapter.storage.shared_state import (
    INTERNAL_ERROR,
    InjectedFault,
    read_faults,
    read_numbers,
    spend_fault,
)
from reference_adapter.storage.ticket_records import Tickets
from reference_adapter.storage.tickets import Row


class InjectedFailure(Exception):
    """The internal error that control asked for."""


@dataclass(frozen=True, slots=True)
class SharedState:
    """What control and operators changed, as of one generation.

    `landbase_generation` moves less often: when what is known of the landbase is to be forgotten.
    """

    generation: int
    landbase_generation: int
    faults: MappingProxyType[str, InjectedFault]
    incidents: ConfirmedIncidents

    def fault(self, name: str, now: datetime) -> InjectedFault | None:
        """The fault of that name, if it is in force."""
        found = self.faults.get(name)
        return found if found is not None and found.holds(now) else None


class Work:
    """A transaction: tickets, incidents, callbacks and the archive as they are in it."""

    def __init__(self, connection: Connection, state: SharedState) -> None:
        self.state = state
        self._connection = connection
        self._changes = Changes()
        self.tickets = Tickets(connection, self._changes)
        self.incidents = Incidents(connection, self._changes)
        self.callbacks = Callbacks(connection, self._changes)
        self.archive = Archive(connection, self._changes)

    def nonce_is_new(self, source: str, nonce: str, seen_at: str, since: str) -> bool:
        """Remember a nonce; False when it is a replay."""
        return nonce_is_new(self._connection, source, nonce, seen_at, since)

    def forward(self, rows: Sequence[Row], received_at: str) -> int:
        """Hand tickets to the slow IMS; the inbox number to wait for."""
        return put_in_inbox(self._connection, rows, received_at)

    def record(self, record: MessageRecord) -> None:
        """Write the audit row."""
        record_message(self._connection, record)

    @property
    def connection(self) -> Connection:
        """For what only background and control read and write: inbox, publications, logs."""
        return self._connection

    def finish(self, now: datetime) -> None:
        """Leave word of all changes for the replication; the last thing before the commit."""
        self._changes.write(self._connection, format_datetime(now))


class Store:
    """The store as operations, control and background see it."""

    def __init__(self, database: Database, network: Network, clock: SimulatedClock | None = None) -> None:
        self.database = database
        self.network = network
        self.clock = clock or SimulatedClock()
        self._lock = threading.Lock()
        self._state: SharedState | None = None

    def now(self) -> datetime:
        """The simulated time, as control has set it by now."""
        self.state()
        return self.clock()

    @property
    def clock_offset(self) -> float:
        """How many seconds the simulated time is ahead, as of the last look at the store."""
        return self.clock.offset_seconds

    def state(self) -> SharedState:
        """What holds for the next message; costs one short query unless the generation moved."""
        with self.database.read() as connection:
            return self._current(connection)

    @contextmanager
    def begin(self, state: SharedState, now: datetime) -> Iterator[Work]:
        """The transaction of a message that was judged by `state`. `work.state` is newer when that has moved.

        Raises StoreBusy, and InjectedFailure with everything done but the commit where control asked for it.
        """
        fails = self._is_to_fail(state, now)
        with self.database.write() as connection:
            work = Work(connection, self._current(connection))
            yield work
            work.finish(now)
            if fails:
                raise InjectedFailure("an internal error was asked for")

    @contextmanager
    def query(self, state: SharedState, now: datetime) -> Iterator[Work]:
        """A consistent view for a message that changes nothing. Raises InjectedFailure where control asked for it."""
        if self._is_to_fail(state, now):
            raise InjectedFailure("an internal error was asked for")
        with self.view() as work:
            yield work

    @contextmanager
    def change(self, now: datetime) -> Iterator[Work]:
        """A transaction of an operator's or the background's. Raises StoreBusy."""
        with self.database.write() as connection:
            work = Work(connection, self._current(connection))
            yield work
            work.finish(now)

    @contextmanager
    def view(self) -> Iterator[Work]:
        """A consistent view, without waiting for writers; nothing may be changed through it."""
        with self.database.read() as connection:
            yield Work(connection, self._current(connection))

    def confirmation(self, inbox_seq: int) -> list[str] | None:
        """The mRIDs that the IMS gave to a forwarded message's tickets, None while it has not."""
        with self.database.read() as connection:
            return confirmation(connection, inbox_seq)

    def _is_to_fail(self, state: SharedState, now: datetime) -> bool:
        if state.fault(INTERNAL_ERROR, now) is None:
            return False
        # In a transaction of its own: the failing one takes everything back.
        with self.database.write() as connection:
            return spend_fault(connection, INTERNAL_ERROR)

    def _current(self, connection: Connection) -> SharedState:
        number, landbase, offset = read_numbers(connection)
        state = self._state
        if state is None or state.generation != number:
            incidents = ConfirmedIncidents(open_confirmed(connection), self.network)
            state = SharedState(number, landbase, MappingProxyType(read_faults(connection)), incidents)
            with self._lock:
                # Who looks at an older moment turns nothing back for the others.
                if self._state is None or self._state.generation < number:
                    self._state = state
                    self.clock.follow(offset)
        return state
