"""What is different between two reports: per row, per field of its scenarios, and in the readings that were seen.

Names that a run makes up anew, times and numbers of a store differ between any two runs and are no difference: what was
observed is compared without them. Nor is it one that a row was run in one of the two only; that is told apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from crmkit.evidence.document import CheckEntry, Document, RowEntry, ScenarioEntry

# A word with a digit in it that is longer than a code or an HTTP status: an id, a time, a position.
_MADE_UP = re.compile(r"[\w:.+/-]*\d[\w:.+/-]*")
_LONGEST_CODE = 4
_NONE = "-"


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. `what` is `outcome`, `reading D-15`, or an aspect and field; `scenario` None for a row's own."""

    row: str
    operation: str
    scenario: str | None
    what: str
    before: str
    after: str


@dataclass
class Comparison:
    """What changed, and what could not be compared: rows, as `row operation`, that ran in one report only."""

    changes: list[Change] = field(default_factory=list)
    compared: int = 0
    only_before: list[str] = field(default_factory=list)
    only_after: list[str] = field(default_factory=list)


def compare(before: Document, after: Document) -> Comparison:
    """Two reports, the older first."""
    told = Comparison()
    rows, later = _rows(before), _rows(after)
    for key in dict.fromkeys([*rows, *later]):
        name = " ".join(key)
        if key not in later:
            told.only_before.append(name)
        elif key not in rows:
            told.only_after.append(name)
        else:
            told.compared += 1
            told.changes += _row_changes(rows[key], later[key])
    own, later_own = ({each.id: each for each in document.own_scenarios} for document in (before, after))
    told.only_before += [f"own {name}" for name in own if name not in later_own]
    told.only_after += [f"own {name}" for name in later_own if name not in own]
    for name in own:
        if name in later_own:
            told.compared += 1
            told.changes += _scenario_changes("own", "", own[name], later_own[name])
    if told.compared and before.verdict.text != after.verdict.text and _selection(rows) == _selection(later):
        told.changes.insert(0, Change("", "", None, "verdict", before.verdict.text, after.verdict.text))
    told.changes += _deviation_changes(before, after)
    return told


def _rows(document: Document) -> dict[tuple[str, str], RowEntry]:
    rows = [*document.results, *([document.story] if document.story else [])]
    return {(row.row, row.operation): row for row in rows if row.outcome != "not-selected"}


def _selection(rows: Mapping[tuple[str, str], RowEntry]) -> set[tuple[str, str]]:
    return set(rows)


def _row_changes(before: RowEntry, after: RowEntry) -> Iterator[Change]:
    row, operation = before.row, before.operation
    if before.outcome != after.outcome:
        yield Change(row, operation, None, "outcome", _ended(before), _ended(after))
    elif _steady(before.reason or "") != _steady(after.reason or ""):
        yield Change(row, operation, None, "reason", before.reason or _NONE, after.reason or _NONE)
    yield from _readings(row, operation, None, before.readings, after.readings)
    later = {scenario.id: scenario for scenario in after.scenarios}
    for scenario in before.scenarios:
        if scenario.id in later:
            yield from _scenario_changes(row, operation, scenario, later[scenario.id])
        elif after.scenarios:
            yield Change(row, operation, scenario.id, "scenario", scenario.outcome, "is not there")
    known = {scenario.id for scenario in before.scenarios}
    for scenario in after.scenarios:
        if scenario.id not in known and before.scenarios:
            yield Change(row, operation, scenario.id, "scenario", "was not there", scenario.outcome)


def _scenario_changes(row: str, operation: str, before: ScenarioEntry, after: ScenarioEntry) -> Iterator[Change]:
    name = before.id
    if before.outcome != after.outcome:
        yield Change(row, operation, name, "outcome", before.outcome, after.outcome)
    checks, later = _by_field(before.checks), _by_field(after.checks)
    for key in dict.fromkeys([*checks, *later]):
        one, other = checks.get(key), later.get(key)
        if _compared(one) != _compared(other):
            yield Change(row, operation, name, f"{key[0]} {key[1]}", _judged(one), _judged(other))
    yield from _readings(row, operation, name, before.readings, after.readings)


def _by_field(checks: Iterable[CheckEntry]) -> dict[tuple[str, str, int], CheckEntry]:
    """By aspect and field, and a number where one is judged several times."""
    found: dict[tuple[str, str, int], CheckEntry] = {}
    for check in checks:
        name, number = _steady(check.field), 0
        while (check.aspect, name, number) in found:
            number += 1
        found[check.aspect, name, number] = check
    return found


def _compared(check: CheckEntry | None) -> tuple[str, ...]:
    if check is None:
        return ()
    if check.held not in ("no", "unseen"):
        # As expected, whatever that was this time.
        return check.held, check.decision or ""
    return check.held, check.decision or "", _steady(check.expected), _steady(check.observed)


def _judged(check: CheckEntry | None) -> str:
    if check is None:
        return "not judged"
    if check.held == "no":
        return f"no: expected {check.expected}, observed {check.observed}"
    return check.held if check.decision is None else f"{check.held} ({check.decision})"


def _readings(
    row: str, operation: str, scenario: str | None, before: Mapping[str, str], after: Mapping[str, str]
) -> Iterator[Change]:
    for decision in sorted({*before, *after}):
        one, other = before.get(decision, _NONE), after.get(decision, _NONE)
        if one != other:
            yield Change(row, operation, scenario, f"reading {decision}", one, other)


def _deviation_changes(before: Document, after: Document) -> Iterator[Change]:
    states, later = (
        {(each.row, each.operation or ""): each.state for each in document.deviations} for document in (before, after)
    )
    for row, operation in sorted({*states, *later}):
        one, other = states.get((row, operation), _NONE), later.get((row, operation), _NONE)
        if one != other:
            yield Change(row, operation, None, "known deviation", one, other)


def _ended(row: RowEntry) -> str:
    return f"{row.outcome}: {row.reason}" if row.reason else row.outcome


def _steady(text: str) -> str:
    """A text without what every run makes up anew."""
    return _MADE_UP.sub(lambda word: "#" if len(word.group()) > _LONGEST_CODE else word.group(), text)
