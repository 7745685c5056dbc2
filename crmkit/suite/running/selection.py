"""Which rows a run is about: `--rows 5.1-13,5.1-2* --operation Created* --reason invalid*`, all of which must hold."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase

from crm_contract.use_cases import Catalogue
from crmkit.suite.running.feature_files import STORY, ScenarioText

Key = tuple[str, str]


class SelectionError(Exception):
    """A pattern that selects nothing; one line."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a user asks for: patterns, joined by commas; None where anything will do.

    `earlier` is what an earlier report shows, and `said` the option that asked for it.
    """

    rows: str | None = None
    tables: str | None = None
    operations: str | None = None
    reasons: str | None = None
    earlier: frozenset[Key] | None = None
    said: str = ""


def covered(catalogue: Catalogue, scenarios: Iterable[ScenarioText]) -> list[Key]:
    """Row and operation of every scenario, in the catalogue's order, the story last. Rows and operations without a
    scenario are no part."""
    present = {scenario.key for scenario in scenarios}
    rows = [(row.id, op) for row in catalogue.rows for op in row.operations if (row.id, op) in present]
    return [*rows, *([STORY] if STORY in present else [])]


def choose(wanted: Wanted, catalogue: Catalogue, keys: Iterable[Key]) -> frozenset[Key]:
    """What is wanted of what there is; everything when nothing is said.

    The story has a row's name and nothing else: only `--rows` and an earlier report select it.
    Raises SelectionError for a pattern that matches nothing, and where nothing is left.
    """
    there = frozenset(keys)
    rows = {row.id: row for row in catalogue.rows}
    selected = select(wanted.rows, catalogue, there)
    said = [f"--rows {wanted.rows}"] if wanted.rows is not None else []
    for option, patterns, of_key in (
        ("--table", wanted.tables, lambda key: rows[key[0]].table if key[0] in rows else None),
        ("--operation", wanted.operations, lambda key: key[1] if key[0] in rows else None),
        ("--reason", wanted.reasons, lambda key: rows[key[0]].reason if key[0] in rows else None),
    ):
        if patterns is not None:
            said.append(f"{option} {patterns}")
            selected &= _matching(option, patterns, there, of_key)
    if wanted.earlier is not None:
        said.append(wanted.said)
        selected &= wanted.earlier
    if not selected:
        raise SelectionError(f"no row is selected by {' and '.join(said)}: leave one out, or correct it")
    return selected


def select(patterns: str | None, catalogue: Catalogue, keys: Iterable[Key]) -> frozenset[Key]:
    """What patterns of rows select; everything without patterns.

    Raises SelectionError for a pattern that matches no row, or only rows without a scenario.
    """
    there = list(keys)
    if patterns is None:
        return frozenset(there)
    selected: set[Key] = set()
    for pattern in _split("--rows", patterns, "no row; write for instance --rows 5.1-13,5.1-2*"):
        rows = [name for name in (*(row.id for row in catalogue.rows), STORY[0]) if fnmatchcase(name, pattern)]
        if not rows:
            raise SelectionError(
                f"--rows {pattern}: no row of the catalogue is called so; rows are {catalogue.rows[0].id} to "
                f"{catalogue.rows[-1].id}{', and story' if STORY in there else ''}"
            )
        found = {key for key in there if key[0] in rows}
        if not found:
            raise SelectionError(f"--rows {pattern}: no scenario for {', '.join(rows)}")
        selected |= found
    return frozenset(selected)


def _matching(option: str, patterns: str, keys: Iterable[Key], of_key: Callable[[Key], str | None]) -> frozenset[Key]:
    """The keys of which something fits one of the patterns, whatever the case of letters."""
    known = {key: value for key in keys if (value := of_key(key)) is not None}
    selected: set[Key] = set()
    for pattern in _split(option, patterns, "nothing; write a pattern behind it"):
        found = {key for key, value in known.items() if fnmatchcase(value.casefold(), pattern.casefold())}
        if not found:
            there = ", ".join(sorted(set(known.values())))
            raise SelectionError(f"{option} {pattern}: there is none; there are {there}")
        selected |= found
    return frozenset(selected)


def _split(option: str, patterns: str, otherwise: str) -> list[str]:
    wanted = [part.strip() for part in patterns.split(",") if part.strip()]
    if not wanted:
        raise SelectionError(f"{option} selects {otherwise}")
    return wanted
