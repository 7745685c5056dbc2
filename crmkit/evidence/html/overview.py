"""What the page says before the rows: the heat-map, what to supply, readings, what the run was."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from crm_contract.use_cases import OPERATIONS, Catalogue, UseCase
from crmkit.evidence.document import CheckEntry, DeviationEntry, Document, RowEntry, ScenarioEntry
from crmkit.evidence.html.scenario_view import WRONG
from crmkit.evidence.html.wording import anchor

_FEW_DIFFERENCES = 3
_FEW_CULPRITS = 3
# A row without anything said of what to supply.
_NOTHING_SAID = "nothing that the kit knows of"
_NEED = re.compile(
    r"(?:needed: )?(?P<lacking>.+?)(?:\. To supply it: |: (?=(?:give|name|run|say|set) ))(?P<supply>.+)", re.DOTALL
)


@dataclass(slots=True)
class Row:
    """A row with what belongs to it elsewhere in the document and in the catalogue."""

    entry: RowEntry
    id: str
    printed: UseCase | None
    deviation: DeviationEntry | None


@dataclass(slots=True)
class Group:
    """Rows under a common heading."""

    name: str
    rows: list[Row] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Supply:
    """Something to supply: what is lacking without it, each with its rows, and how many rows that are together."""

    name: str
    groups: list[Group]
    count: int


@dataclass(frozen=True, slots=True)
class Culprit:
    """A scenario that a row owes its outcome to, by its anchor, and the first fields that differ there."""

    id: str
    title: str
    outcome: str
    differing: tuple[CheckEntry, ...]
    reason: str | None


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong with a row, in short. `others` is how many more of its scenarios ended so.

    `rows` has more than one where they went wrong as a whole, for the same reason.
    """

    rows: list[Row]
    reason: str | None
    culprits: tuple[Culprit, ...]
    others: int

    @property
    def is_whole(self) -> bool:
        """Whether no scenario is to blame."""
        return not self.culprits


@dataclass(frozen=True, slots=True)
class Seen:
    """A reading of a decision, and the rows in which it was seen. `asserted`: the profile wants this one."""

    decision: str
    reading: str
    rows: tuple[Row, ...]
    asserted: str | None


def rows_of(document: Document, catalogue: Catalogue) -> list[Row]:
    """The document's rows, in its order."""
    printed = {each.id: each for each in catalogue}
    return [
        Row(entry, anchor("row", entry.row, entry.operation), printed.get(entry.row), _deviation(document, entry))
        for entry in document.results
    ]


def wrong(rows: Iterable[Row]) -> list[Wrong]:
    """Rows that failed, then those that ended by an error, each with the first fields that differ."""
    found: list[Wrong] = []
    bad = [row for row in rows if row.entry.outcome in WRONG]
    for row in sorted(bad, key=lambda row: row.entry.outcome == "error"):
        culprits = [each for each in row.entry.scenarios if each.outcome == row.entry.outcome]
        wrong_ones = [_culprit(each) for each in culprits[:_FEW_CULPRITS]]
        reason = row.entry.reason
        same = next((each for each in found if each.is_whole and reason and each.reason == reason), None)
        if same and not wrong_ones and same.rows[0].entry.outcome == row.entry.outcome:
            same.rows.append(row)
        else:
            found.append(Wrong([row], reason, tuple(wrong_ones), max(len(culprits) - _FEW_CULPRITS, 0)))
    return found


def wrong_besides(document: Document) -> list[Culprit]:
    """Scenarios of the story and of the user's own features that went wrong."""
    told = [*(document.story.scenarios if document.story else []), *document.own_scenarios]
    return [_culprit(each) for each in told if each.outcome in WRONG]


def _culprit(scenario: ScenarioEntry) -> Culprit:
    differing = tuple(check for check in scenario.checks if check.held == "no")[:_FEW_DIFFERENCES]
    return Culprit(anchor("scenario", scenario.id), scenario.title, scenario.outcome, differing, scenario.reason)


def by_operation(rows: Iterable[Row]) -> list[Group]:
    """The heat-map: operations in the order of the contract, each with its rows."""
    return _grouped(rows, lambda row: row.entry.operation, OPERATIONS)


def by_table(rows: Iterable[Row]) -> list[Group]:
    """Rows by the table of the specification that has them."""
    return _grouped(rows, lambda row: row.entry.table, ())


def to_supply(rows: Iterable[Row]) -> list[Supply]:
    """What would enable rows that could not be tested, and which; what enables most of them first."""
    found: dict[str, dict[str, list[Row]]] = {}
    for row in rows:
        if row.entry.outcome == "could-not-test":
            for need in _needs(row.entry):
                lacking, supply = split_need(need)
                found.setdefault(supply, {}).setdefault(lacking, []).append(row)
    supplies = [
        Supply(
            supply, [Group(*each) for each in groups.items()], len({row.id for each in groups.values() for row in each})
        )
        for supply, groups in found.items()
    ]
    return sorted(supplies, key=lambda supply: -supply.count)


def _needs(entry: RowEntry) -> list[str]:
    """What a row lacks, each thing once, as its scenarios say it."""
    reasons = [each.reason for each in entry.scenarios if each.outcome == "could-not-test" and each.reason]
    return list(dict.fromkeys(reasons)) or [entry.enable or entry.reason or _NOTHING_SAID]


def split_need(need: str) -> tuple[str, str]:
    """What is lacking, and what to supply, from a text that says both; else nothing, and the whole text."""
    match = _NEED.fullmatch(need)
    return (match["lacking"], match["supply"]) if match else ("", need)


def readings_seen(document: Document, rows: Iterable[Row]) -> list[Seen]:
    """Every reading of a decision that some row showed, by decision."""
    wanted = (document.profile or {}).get("interpretations") or {}
    seen: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        for decision, reading in row.entry.readings.items():
            seen.setdefault((decision, reading), []).append(row)
    return [
        Seen(decision, reading, tuple(shown), wanted.get(decision))
        for (decision, reading), shown in sorted(seen.items(), key=lambda item: item[0])
    ]


def settings(values: object, name: str = "") -> list[tuple[str, str]]:
    """A profile as lines: `target.base_url`, its value. Sections and lists are walked through, empty ones left out."""
    if isinstance(values, dict):
        return [
            line for key, value in values.items() for line in settings(value, f"{name}.{key}" if name else str(key))
        ]
    if isinstance(values, list | tuple):
        if all(not isinstance(each, dict | list | tuple) for each in values):
            return [(name, ", ".join(str(each) for each in values))] if values else []
        return [line for place, each in enumerate(values, 1) for line in settings(each, f"{name}[{place}]")]
    return [] if values is None else [(name, str(values))]


def _grouped(rows: Iterable[Row], name_of: Callable[[Row], str], order: Iterable[str]) -> list[Group]:
    """Groups in an order of their names, then in the order in which they come up."""
    groups = {name: Group(name) for name in order}
    for row in rows:
        groups.setdefault(name_of(row), Group(name_of(row))).rows.append(row)
    return [group for group in groups.values() if group.rows]


def _deviation(document: Document, entry: RowEntry) -> DeviationEntry | None:
    for each in document.deviations:
        if each.row == entry.row and each.operation in (None, entry.operation):
            return each
    return None
