"""Which rows a run is about: `--rows 5.1-13,5.1-2*`."""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase

from crm_contract.use_cases import Catalogue
from crmkit.suite.running.feature_files import STORY, ScenarioText

Key = tuple[str, str]


class SelectionError(Exception):
    """A pattern that selects nothing; one line."""


def covered(catalogue: Catalogue, scenarios: Iterable[ScenarioText]) -> list[Key]:
    """Row and operation of every scenario, in the catalogue's order, the story last. Rows and operations without a
    scenario are no part."""
    present = {scenario.key for scenario in scenarios}
    rows = [(row.id, op) for row in catalogue.rows for op in row.operations if (row.id, op) in present]
    return [*rows, *([STORY] if STORY in present else [])]


def select(patterns: str | None, catalogue: Catalogue, keys: Iterable[Key]) -> frozenset[Key]:
    """What the patterns select; everything without patterns.

    Raises SelectionError for a pattern that matches no row, or only rows without a scenario.
    """
    there = list(keys)
    if patterns is None:
        return frozenset(there)
    wanted = [part.strip() for part in patterns.split(",") if part.strip()]
    if not wanted:
        raise SelectionError("--rows selects no row; write for instance --rows 5.1-13,5.1-2*")
    selected: set[Key] = set()
    for pattern in wanted:
        rows = [name for name in (*(row.id for row in catalogue.rows), STORY[0]) if fnmatchcase(name, pattern)]
        if not rows:
            raise SelectionError(
                f"--rows {pattern}: no row of the catalogue is called so; rows are 5.1-01 to 9.1-04, and story"
            )
        found = {key for key in there if key[0] in rows}
        if not found:
            raise SelectionError(f"--rows {pattern}: no scenario for {', '.join(rows)}")
        selected |= found
    return frozenset(selected)
