"""The IMS gets to the messages that were forwarded to it, unless it is slow (D-29)."""

from __future__ import annotations

from dataclasses import dataclass

from crm_contract.values import format_datetime
from reference_adapter.outage_model.incidents import ConfirmedIncidents
from reference_adapter.storage.ims_inbox import confirm, oldest_in_inbox
from reference_adapter.storage.shared_state import SLOW_IMS
from reference_adapter.storage.tickets import Row
from reference_adapter.storage.unit_of_work import Store


@dataclass(frozen=True, slots=True)
class ImsInbox:
    """Turns inbox messages into tickets, one a transaction; two of them beside each other do no harm."""

    store: Store

    def run(self) -> int:
        """Handle what waits, oldest first, until nothing does or the IMS is slow; how many it handled."""
        handled = 0
        while self._one():
            handled += 1
        return handled

    def _one(self) -> bool:
        now = self.store.now()
        with self.store.view() as work:
            if oldest_in_inbox(work.connection) is None or work.state.fault(SLOW_IMS, now) is not None:
                return False
        with self.store.change(now) as work:
            waiting = oldest_in_inbox(work.connection)
            if waiting is None:
                return False
            seq, rows = waiting
            _join_incidents(rows, work.state.incidents)
            return confirm(work.connection, work.tickets, seq, rows, format_datetime(now))


def _join_incidents(rows: list[Row], incidents: ConfirmedIncidents) -> None:
    """An incident may have been confirmed or restored while the message waited."""
    for row in rows:
        if row["usage_point"]:
            incident = incidents.affecting(row["usage_point"])
            row["incident"] = incident.mrid if incident else None
            row["status"] = "Deenergized" if incident else "Energized"
