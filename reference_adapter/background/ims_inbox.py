"""The IMS gets to the messages that were forwarded to it, unless it is slow (D-29)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from crm_contract.values import format_datetime
from reference_adapter.clock import Clock
from reference_adapter.outage_model.incidents import ConfirmedIncidents
from reference_adapter.outage_model.network import Network
from reference_adapter.storage.database import Database
from reference_adapter.storage.ims_inbox import confirm, oldest_in_inbox
from reference_adapter.storage.incidents import all_incidents
from reference_adapter.storage.shared_state import SLOW_IMS, read_faults
from reference_adapter.storage.tickets import Row


@dataclass(frozen=True, slots=True)
class ImsInbox:
    """Turns inbox messages into tickets, one a transaction; two of them beside each other do no harm."""

    database: Database
    network: Network
    clock: Clock

    def work_off(self) -> int:
        """Handle what waits, oldest first, until nothing does or the IMS is slow; how many it handled."""
        handled = 0
        while self._one():
            handled += 1
        return handled

    def _one(self) -> bool:
        now = self.clock()
        with self.database.read() as connection:
            if oldest_in_inbox(connection) is None or _is_slow(connection, now):
                return False
        with self.database.write() as connection:
            waiting = oldest_in_inbox(connection)
            if waiting is None:
                return False
            seq, rows = waiting
            self._join_incidents(rows, connection)
            return confirm(connection, seq, rows, format_datetime(now))

    def _join_incidents(self, rows: list[Row], connection: Connection) -> None:
        """An incident may have been confirmed or restored while the message waited."""
        incidents = ConfirmedIncidents(all_incidents(connection), self.network)
        for row in rows:
            if row["usage_point"]:
                incident = incidents.affecting(row["usage_point"])
                row["incident"] = incident.mrid if incident else None
                row["status"] = "Deenergized" if incident else "Energized"


def _is_slow(connection: Connection, now: datetime) -> bool:
    fault = read_faults(connection).get(SLOW_IMS)
    return fault is not None and fault.holds(now)
