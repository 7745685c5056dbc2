"""What the page says before the rows: the heat-map, what to supply, readings, what the run was."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from crm_contract.use_cases import OPERATIONS, Catalogue, UseCase
from crmkit.evidence.document import CheckEntry, DeviationEntry, Document, RowEntry
from crmkit.evidence.html.scenario_view import NOT_HELD
from crmkit.evidence.html.wording import anchor

_FEW_DIFFERENCES = 3
_FEW_CULPRITS = 3
# A row without anything said of what to supply.
_NOTHING_SAID = "Nothing that the kit knows of"


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
class Culprit:
    """A scenario that a row owes its outcome to, by its anchor, and the first fields that differ there."""

    id: str
    title: str
    differing: tuple[CheckEntry, ...]
    reason: str | None


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong with a row, in short. `others` is how many more of its scenarios ended so."""

    row: Row
    culprits: tuple[Culprit, ...]
    others: int


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
    """Rows that failed or ended by an error, each with the first fields that differ."""
    found = []
    for row in rows:
        if row.entry.outcome not in ("failed", "error"):
            continue
        culprits = [each for each in row.entry.scenarios if each.outcome == row.entry.outcome]
        wrong_ones = [
            Culprit(
                anchor("scenario", each.id),
                each.title,
                tuple(check for check in each.checks if check.held in NOT_HELD)[:_FEW_DIFFERENCES],
                each.reason,
            )
            for each in culprits[:_FEW_CULPRITS]
        ]
        found.append(Wrong(row, tuple(wrong_ones), max(len(culprits) - _FEW_CULPRITS, 0)))
    return found


def by_operation(rows: Iterable[Row]) -> list[Group]:
    """The heat-map: operations in the order of the contract, each with its rows."""
    return _grouped(rows, lambda row: row.entry.operation, OPERATIONS)


def by_table(rows: Iterable[Row]) -> list[Group]:
    """Rows by the table of the specification that has them."""
    return _grouped(rows, lambda row: row.entry.table, ())


def to_supply(rows: Iterable[Row]) -> list[Group]:
    """Rows that could not be tested, by what would enable them; what enables most rows first."""
    untested = [row for row in rows if row.entry.outcome == "could-not-test"]
    groups = _grouped(untested, lambda row: row.entry.enable or _NOTHING_SAID, ())
    return sorted(groups, key=lambda group: (group.name == _NOTHING_SAID, -len(group.rows)))


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
