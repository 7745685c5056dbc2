"""The lines of the mapping tables, each handed to the one test that is about it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from crm_contract.mappings import load_mappings

MAPPINGS = load_mappings()
CLAIMED: list[str] = []


def lines(table: str, section: str, *properties: str, but: Sequence[str] = ()) -> pytest.MarkDecorator:
    """The lines of a table's section, or those of these properties, as the parameter `line` of a test."""
    found = [
        line
        for line in MAPPINGS.of_table(table)
        if line.section == section and line.property not in but and (not properties or line.property in properties)
    ]
    named = {line.property for line in found}
    assert found, f"table {table} has no such lines of its {section}"
    assert not properties or named == set(properties), f"{table} has no {sorted(set(properties) - named)}"
    CLAIMED.extend(line.id for line in found)
    return pytest.mark.parametrize("line", [pytest.param(line, id=line.id) for line in found])
