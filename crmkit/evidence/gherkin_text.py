"""Recorded scenarios as Gherkin."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from crmkit.evidence.document import ScenarioEntry, StepEntry

_STEP = "    "
_ROW = "      "


def feature_text(title: str, scenarios: Iterable[ScenarioEntry], description: Sequence[str] = ()) -> str:
    """A feature of recorded scenarios, in the steps that ran, with the values that stood in them."""
    lines = [f"Feature: {_one_line(title)}", *(f"  {_one_line(line)}" for line in description)]
    for scenario in scenarios:
        lines += ["", *scenario_lines(scenario)]
    return "\n".join([*lines, ""])


def scenario_lines(scenario: ScenarioEntry) -> list[str]:
    """A scenario's tags, title and steps."""
    tags = " ".join(f"@{tag.removeprefix('@')}" for tag in scenario.tags)
    lines = [f"  {tags}"] if tags else []
    lines.append(f"  Scenario: {_one_line(scenario.title)}")
    for step in scenario.steps:
        lines += _step_lines(step)
    return lines


def _step_lines(step: StepEntry) -> list[str]:
    lines = [f"{_STEP}{step.keyword.strip()} {_one_line(step.text)}"]
    if step.table:
        cells = [[_cell(value) for value in row] for row in step.table]
        widths = [max(len(row[column]) for row in cells) for column in range(len(cells[0]))]
        lines += [
            f"{_ROW}| {' | '.join(value.ljust(width) for value, width in zip(row, widths, strict=True))} |"
            for row in cells
        ]
    return lines


def _cell(value: str) -> str:
    return value.replace("\\", "\\\\").replace("|", "\\|").replace("\n", "\\n")


def _one_line(text: str) -> str:
    return " ".join(text.split())
