"""What happens to incidents in the store: restored, closed, merged, archived. Each a part of somebody's transaction."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from reference_adapter.configuration.settings import AdapterSettings
from reference_adapter.outage_model.incidents import Incident
from reference_adapter.storage.unit_of_work import Work


def close_when_done(mrids: Collection[str], work: Work, now: datetime) -> None:
    """Restored incidents close with the last of their callbacks (D-39)."""
    still_open = work.callbacks.count_open_of(mrids)
    found = work.incidents.by_mrid(mrid for mrid in mrids if not still_open[mrid])
    done = [each for each in found.values() if each.restored_at is not None and each.closed_at is None]
    work.incidents.change_all((each, each.close(now, 0)) for each in done)


def archive(incident: Incident, work: Work, settings: AdapterSettings, now: datetime) -> Incident:
    """Move a closed incident, its tickets and its callbacks to the operations database. Raises LifeCycleError."""
    archived = incident.archive()
    tickets = work.tickets.by_incident([incident.mrid])
    callbacks = work.callbacks.remove(incident.mrid)
    work.archive.keep(archived, tickets, callbacks, settings.archived_sources, now)
    work.incidents.remove(incident)
    return archived


def absorb(incident: Incident, into: Incident, work: Work, settings: AdapterSettings, now: datetime) -> None:
    """A predicted incident turns out to be part of another one: its tickets go there, itself to the archive."""
    work.tickets.move(incident.mrid, into.mrid)
    cancelled = work.incidents.change(incident, incident.cancel(now))
    archive(cancelled, work, settings, now)
