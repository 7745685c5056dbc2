"""Predicts incidents from the power-loss tickets that have come in since."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

import uuid_utils

from reference_adapter.configuration.settings import AdapterSettings
from reference_adapter.configuration.watched import WatchedFile
from reference_adapter.operations.incident_life import absorb
from reference_adapter.outage_model.incidents import Incident
from reference_adapter.outage_model.network import Network
from reference_adapter.outage_model.prediction import Group, predict
from reference_adapter.storage.progress import read_progress, write_progress
from reference_adapter.storage.ticket_records import last_position
from reference_adapter.storage.unit_of_work import Store, Work

_JOB = "prediction"
_TICKETS_AT_ONCE = 500


@dataclass(slots=True)
class Prediction:
    """One pass looks at some hundred new tickets, in one transaction, from where the last one has come to."""

    store: Store
    network: Network
    settings: WatchedFile[AdapterSettings]
    _settled: tuple[int, int] | None = None

    def run(self) -> int:
        """Work off all new tickets; how many incidents came about or changed."""
        changed = 0
        while (found := self._pass()) is not None:
            changed += found
        return changed

    def _pass(self) -> int | None:
        """How many incidents changed; None when there was nothing to look at."""
        with self.store.view() as work:
            standing = (last_position(work.connection), work.state.generation)
        if standing == self._settled:
            return None
        settings, now = self.settings.current(), self.store.now()
        with self.store.change(now) as work:
            position = int(read_progress(work.connection, _JOB) or 0)
            codes = settings.power_loss_codes
            reached, reported = work.tickets.reported_since(position, codes, _TICKETS_AT_ONCE)
            groups = self._groups(work, settings, [usage_point for _, usage_point in reported])
            for group in groups:
                _carry_out(group, reported, work, settings, now)
            if reached != position:
                write_progress(work.connection, _JOB, str(reached))
            last = last_position(work.connection)
            if reached >= last:
                self._settled = (last, work.state.generation)
        return len(groups)

    def _groups(self, work: Work, settings: AdapterSettings, reported: list[str]) -> list[Group]:
        incidents = work.incidents.open()
        predicted = [each.mrid for each in incidents if not each.confirmed]
        evidence = work.tickets.usage_points_of(predicted, settings.power_loss_codes)
        known = [usage_point for usage_point in reported if usage_point in self.network.usage_points]
        groups = predict(self.network, settings.prediction, incidents, evidence, known)
        return [group for group in groups if not group.changes_nothing]


def _carry_out(
    group: Group, reported: list[tuple[str, str]], work: Work, settings: AdapterSettings, now: datetime
) -> None:
    """Make or move the group's incident, and bring the others' tickets and the new ones under it."""
    incident = group.incident
    if incident is None:
        incident = Incident(str(uuid_utils.uuid7()), group.device, now)
        work.incidents.add(incident)
    elif not incident.confirmed:
        incident = work.incidents.change(incident, replace(incident, device=group.device))
    for other in group.absorbed:
        absorb(other, incident, work, settings, now)
    work.tickets.join([mrid for mrid, usage_point in reported if usage_point in group.usage_points], incident.mrid)
