"""Archives incidents that have been closed for long enough."""

from __future__ import annotations

from dataclasses import dataclass

from reference_adapter.configuration.settings import AdapterSettings
from reference_adapter.configuration.watched import WatchedFile
from reference_adapter.operations.incident_life import archive
from reference_adapter.storage.unit_of_work import Store


@dataclass(frozen=True, slots=True)
class Archiving:
    """Moves closed incidents with their tickets and callbacks, one incident a transaction."""

    store: Store
    settings: WatchedFile[AdapterSettings]

    def run(self) -> int:
        """How many incidents it archived."""
        settings, now = self.settings.current(), self.store.now()
        with self.store.view() as work:
            waiting = work.incidents.closed_before(now - settings.incidents.archive_after)
        archived = 0
        for incident in waiting:
            with self.store.change(now) as work:
                # Another process may have been here meanwhile.
                found = work.incidents.find(incident.mrid)
                if found is not None and found.closed_at is not None:
                    archive(found, work, settings, now)
                    archived += 1
        return archived
