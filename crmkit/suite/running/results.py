"""What a run found, row by row."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from crm_contract.use_cases import Catalogue
from crmkit.suite.running.feature_files import STORY_TAG
from crmkit.suite.running.outcomes import Outcome, worst
from crmkit.suite.running.recording import ScenarioRecord
from crmkit.suite.running.selection import Key

_STORY_TITLE = "An outage from the first call to the archive"


@dataclass
class RowResult:
    """One row of one operation. `records` are its scenarios as far as they ran; `missing` did not."""

    row: str
    operation: str
    outcome: Outcome
    records: list[ScenarioRecord] = field(default_factory=list)
    reason: str | None = None

    @property
    def seconds(self) -> float:
        """How long its scenarios took."""
        return sum(record.seconds for record in self.records)

    @property
    def culprit(self) -> ScenarioRecord | None:
        """The first scenario to which it owes an outcome other than passed."""
        if self.outcome is Outcome.PASSED:
            return None
        return next((record for record in self.records if record.outcome is self.outcome), None)


def title_of(result: RowResult, catalogue: Catalogue) -> str:
    """What a row is called; the story is no row."""
    return _STORY_TITLE if result.row == STORY_TAG else catalogue[result.row].title


def not_selected(key: Key) -> RowResult:
    """A row that the run was not about."""
    return RowResult(*key, Outcome.NOT_SELECTED)


def broken(key: Key, reason: str, records: Iterable[ScenarioRecord] = ()) -> RowResult:
    """A row that was selected and could not be run, or not to its end; a failure that was seen stays one."""
    seen = list(records)
    outcome = worst([Outcome.ERROR, *(record.outcome for record in seen)])
    return RowResult(*key, outcome, seen, reason)


def of_scenarios(key: Key, records: Iterable[ScenarioRecord]) -> RowResult:
    """A row whose scenarios have all run."""
    seen = list(records)
    return RowResult(*key, worst(record.outcome for record in seen), seen)
