"""A recorded scenario as a feature of one's own: the published steps that ran, with the values that stood in them."""

from __future__ import annotations

from collections.abc import Sequence

from crmkit.evidence.document import Document, ScenarioEntry
from crmkit.evidence.gherkin_text import feature_text
from crmkit.evidence.step_definitions import definition_of

_STORY = "story"
_WORSE_FIRST = ("failed", "error", "could-not-test", "attested", "passed", "not-applicable")


class CannotCopy(Exception):
    """There is no such scenario, or none that steps can say; one line."""


def scenarios_of(document: Document, row: str) -> list[ScenarioEntry]:
    """The recorded scenarios of a row, of `story`, or of `own`, what went wrong first. Raises CannotCopy."""
    rows = [*document.results, *([document.story] if document.story else [])]
    known = [each for each in rows if each.row == row]
    if row == "own":
        found = list(document.own_scenarios)
    elif not known:
        raise CannotCopy(f"{row} is no row of this report; rows are such as {rows[0].row if rows else '5.1-13'}")
    else:
        found = [scenario for each in known for scenario in each.scenarios]
    if not found:
        why = next((each.reason for each in known if each.reason), known[0].outcome if known else "there is none")
        raise CannotCopy(f"no scenario of {row} is recorded in this report: {why}")
    return sorted(found, key=lambda scenario: _WORSE_FIRST.index(scenario.outcome))


def copied(scenario: ScenarioEntry, told: Document) -> str:
    """A feature with this one scenario. Raises CannotCopy where its steps were not recorded, or are not published."""
    if not scenario.steps:
        raise CannotCopy(f"{scenario.id} was never begun: {scenario.reason or scenario.outcome}")
    for step in scenario.steps:
        if definition_of(step.text) is None:
            raise CannotCopy(f"{scenario.id}: the step {step.text!r} is none of the published ones (docs/steps.md)")
    copy = scenario.model_copy(update={"tags": _tags(scenario.tags)})
    description = [f"Recorded on {told.started} against {told.target or 'own servers'}: {scenario.outcome}."]
    return feature_text(f"A copy of {scenario.id}", [copy], description)


def _tags(tags: Sequence[str]) -> list[str]:
    """Row and operation stay: what a row allows is allowed in its copy. The story is the kit's own."""
    return [tag for tag in tags if tag != _STORY]
