"""Brings the CORE up to the DMZ."""

from __future__ import annotations

from dataclasses import dataclass

from reference_adapter.storage.replication import apply_outbox, lag
from reference_adapter.storage.unit_of_work import Store


@dataclass(frozen=True, slots=True)
class Replication:
    """Applies the outbox, some rows a transaction; two of them beside each other apply nothing twice."""

    store: Store

    def run(self) -> int:
        """How many rows of the outbox it applied."""
        handled = 0
        while self._is_behind():
            with self.store.change(self.store.now()) as work:
                applied = apply_outbox(work.connection)
            if not applied:
                break
            handled += applied
        return handled

    def _is_behind(self) -> bool:
        with self.store.view() as work:
            return lag(work.connection).rows > 0
