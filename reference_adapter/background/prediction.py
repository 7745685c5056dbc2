"""Predicts incidents from the power-loss tickets that have come in since."""

from __future__ import annotations

from collections.abc import Sequence
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

Reported = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class _Plan:
    """What a look at the store led to: valid as long as nobody has gone further and no incident has changed.

    `generation` is the store's: it moves when control forgets everything.
    """

    generation: int
    position: int
    reached: int
    incidents: Sequence[Incident]
    reported: Reported
    groups: Sequence[Group]


@dataclass(slots=True)
class Prediction:
    """One pass looks at some hundred new tickets, from where the last one has come to.

    What there is to predict is found without the write lock, however much has been reported; only what follows from
    it is written under it.
    """

    store: Store
    network: Network
    settings: WatchedFile[AdapterSettings]
    _settled: tuple[int, int, list[Incident]] | None = None

    def run(self) -> int:
        """Work off all new tickets; how many incidents came about or changed."""
        changed = 0
        while (found := self._pass()) is not None:
            changed += found
        return changed

    def _pass(self) -> int | None:
        """How many incidents changed; None when there was nothing to look at."""
        settings, now = self.settings.current(), self.store.now()
        with self.store.view() as work:
            # The generation does not tell of predicted incidents: operators open and cancel those too.
            standing = (last_position(work.connection), work.state.generation, work.incidents.open())
            if standing == self._settled:
                return None
            plan = self._plan(work, settings)
        if plan.groups or plan.reached != plan.position:
            with self.store.change(now) as work:
                if not _still_holds(plan, work):
                    return 0
                for group in plan.groups:
                    _carry_out(group, plan.reported, work, settings, now)
                write_progress(work.connection, _JOB, str(plan.reached))
        if plan.reached >= standing[0] and not plan.groups:
            self._settled = standing
        return len(plan.groups)

    def _plan(self, work: Work, settings: AdapterSettings) -> _Plan:
        position = _position(work)
        codes = settings.power_loss_codes
        reached, reported = work.tickets.reported_since(position, codes, _TICKETS_AT_ONCE)
        incidents = work.incidents.open()
        predicted = [each.mrid for each in incidents if not each.confirmed]
        evidence = work.tickets.usage_points_of(predicted, codes)
        known = [usage_point for _, usage_point in reported if usage_point in self.network.usage_points]
        groups = predict(self.network, settings.prediction, incidents, evidence, known)
        wanted = [each for each in groups if not each.changes_nothing]
        return _Plan(work.state.generation, position, reached, incidents, reported, wanted)


def _position(work: Work) -> int:
    return int(read_progress(work.connection, _JOB) or 0)


def _still_holds(plan: _Plan, work: Work) -> bool:
    """An operator, or another process that predicts, may have been faster; then it is looked at anew."""
    same = (work.state.generation, _position(work)) == (plan.generation, plan.position)
    return same and work.incidents.open() == list(plan.incidents)


def _carry_out(group: Group, reported: Reported, work: Work, settings: AdapterSettings, now: datetime) -> None:
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
