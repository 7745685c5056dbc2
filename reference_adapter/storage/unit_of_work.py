"""One transaction a message, and what every worker knows before it begins one."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from sqlalchemy import Connection

from reference_adapter.outage_model.incidents import ConfirmedIncidents
from reference_adapter.outage_model.network import Network
from reference_adapter.storage.database import Database
from reference_adapter.storage.ims_inbox import confirmation, put_in_inbox
from reference_adapter.storage.incidents import all_incidents
from reference_adapter.storage.message_log import MessageRecord, nonce_is_new, record_message
from reference_adapter.storage.shared_state import (
    INTERNAL_ERROR,
    InjectedFault,
    generation,
    read_faults,
    spend_fault,
)
from reference_adapter.storage.tickets import Row, count_by_usage_point, insert_tickets


class InjectedFailure(Exception):
    """The internal error that control asked for."""


@dataclass(frozen=True, slots=True)
class SharedState:
    """What control and operators changed, as of one generation."""

    generation: int
    faults: MappingProxyType[str, InjectedFault]
    incidents: ConfirmedIncidents

    def fault(self, name: str, now: datetime) -> InjectedFault | None:
        """The fault of that name, if it is in force."""
        found = self.faults.get(name)
        return found if found is not None and found.holds(now) else None


class Work:
    """The transaction of one message."""

    def __init__(self, connection: Connection, state: SharedState, fails: bool) -> None:
        self.state = state
        self._connection = connection
        self._fails = fails

    def count_by_usage_point(self, usage_points: Iterable[str]) -> dict[str, int]:
        """Active tickets of each usage point that has any."""
        return count_by_usage_point(self._connection, usage_points)

    def nonce_is_new(self, source: str, nonce: str, seen_at: str, since: str) -> bool:
        """Remember a nonce; False when it is a replay."""
        return nonce_is_new(self._connection, source, nonce, seen_at, since)

    def store(self, rows: Sequence[Row]) -> list[str]:
        """Store tickets; their mRIDs. Raises InjectedFailure after the first one where control asked for it."""
        if self._fails:
            insert_tickets(self._connection, rows[:1])
            raise InjectedFailure("an internal error was asked for")
        return insert_tickets(self._connection, rows)

    def forward(self, rows: Sequence[Row], received_at: str) -> int:
        """Hand tickets to the slow IMS; the inbox number to wait for."""
        if self._fails:
            raise InjectedFailure("an internal error was asked for")
        return put_in_inbox(self._connection, rows, received_at)

    def record(self, record: MessageRecord) -> None:
        """Write the audit row."""
        record_message(self._connection, record)


class TicketStore:
    """The store as the operations see it."""

    def __init__(self, database: Database, network: Network) -> None:
        self._database = database
        self._network = network
        self._lock = threading.Lock()
        self._state: SharedState | None = None

    def state(self) -> SharedState:
        """What holds for the next message; costs one short query unless the generation moved."""
        with self._database.read() as connection:
            return self._current(connection)

    @contextmanager
    def begin(self, state: SharedState, now: datetime) -> Iterator[Work]:
        """The transaction of a message that was judged by `state`. `work.state` is newer when that has moved.

        Raises StoreBusy.
        """
        fails = state.fault(INTERNAL_ERROR, now) is not None and self._spend_internal_error()
        with self._database.write() as connection:
            yield Work(connection, self._current(connection), fails)

    def confirmation(self, inbox_seq: int) -> list[str] | None:
        """The mRIDs that the IMS gave to a forwarded message's tickets, None while it has not."""
        with self._database.read() as connection:
            return confirmation(connection, inbox_seq)

    def _spend_internal_error(self) -> bool:
        # In a transaction of its own: the failing one takes everything back.
        with self._database.write() as connection:
            return spend_fault(connection, INTERNAL_ERROR)

    def _current(self, connection: Connection) -> SharedState:
        number = generation(connection)
        state = self._state
        if state is None or state.generation != number:
            incidents = ConfirmedIncidents(all_incidents(connection), self._network)
            state = SharedState(number, MappingProxyType(read_faults(connection)), incidents)
            with self._lock:
                self._state = state
        return state
