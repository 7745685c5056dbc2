"""What has run so far: told to the display as it comes, and kept for a report even of a run that breaks off."""

from __future__ import annotations

from crmkit.suite.running.display import Display
from crmkit.suite.running.own_running import broken_own
from crmkit.suite.running.recording import ScenarioRecord
from crmkit.suite.running.results import RowResult, broken, not_selected
from crmkit.suite.running.selection import Key
from crmkit.verifying.plan import Plan


class Progress:
    """The ends of rows and of the user's own scenarios, in the order in which they come."""

    def __init__(self, plan: Plan, display: Display) -> None:
        self._plan = plan
        self._display = display
        self._rows: dict[Key, RowResult] = {}
        self.own: list[ScenarioRecord] = []

    def row(self, result: RowResult) -> None:
        """A row has ended."""
        self._rows[result.row, result.operation] = result
        self._display.row(result)

    def own_scenario(self, record: ScenarioRecord) -> None:
        """A scenario of the user's has ended."""
        self.own.append(record)
        self._display.own_scenario(record)

    def break_off(self, reason: str) -> None:
        """The run is over before its end: what did not run is an error of the kit's, for this reason."""
        for key in self._plan.selected:
            if key not in self._rows:
                self._rows[key] = broken(key, reason)
        # Those that ran come first, in their order.
        self.own += broken_own(self._plan.own[len(self.own) :], reason)

    @property
    def results(self) -> list[RowResult]:
        """Every row in the plan's order, those that were not selected too."""
        return [self._rows.get(key) or not_selected(key) for key in self._plan.keys]
