"""The store's file as it lies on the disk, found by what the mapping tables print: model codes and column names."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from reference_adapter.storage.tables import metadata

Row = dict[str, Any]
ACTIVE = {"ticket": "dmz_tickets", "incident": "dmz_incidents", "callback": "dmz_callbacks"}
ARCHIVED = {
    "ticket": "ops_tickets",
    "incident": "ops_incidents",
    "contact": "ops_caller_contacts",
    "hazard": "ops_phone_call_event_problem",
}


class Snapshot:
    """Every table as it was at one moment."""

    def __init__(self, file: Path) -> None:
        connection = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
        connection.row_factory = sqlite3.Row
        try:
            names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            self._tables = {name: [dict(row) for row in connection.execute(f"SELECT * FROM {name}")] for name in names}
        finally:
            connection.close()
        self._texts: set[str] | None = None

    def rows(self, table: str, **criteria: Any) -> list[Row]:
        """The rows of a table that have these values."""
        return [row for row in self._tables[table] if all(row[name] == value for name, value in criteria.items())]

    def row(self, table: str, **criteria: Any) -> Row:
        (found,) = self.rows(table, **criteria)
        return found

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Snapshot) and self._tables == other._tables

    __hash__ = None

    def mapped_texts(self) -> set[str]:
        """Every text in a column that a mapping table prints, also those inside lists."""
        if self._texts is None:
            cells = (
                row[column]
                for table, columns in mapped_columns().items()
                for row in self._tables[table]
                for column in columns
            )
            self._texts = {text for cell in cells for text in _texts(decoded(cell))}
        return self._texts


def mapped_columns() -> dict[str, list[str]]:
    """Of each table the columns that the mapping tables know."""
    found = {table: [each.name for each in metadata.tables[table].c if codes(each)] for table in ACTIVE.values()}
    # The operations database's columns are named as printed; what the adapter keeps beside them is numbered or timed.
    found.update({table: [each.name for each in metadata.tables[table].c] for table in ARCHIVED.values()})
    return found


def codes(column: Any) -> tuple[str, ...]:
    """The model codes that a column says it holds."""
    return column.info.get("model_code", ())


def by_code(row: Row, entity: str, wanted: Iterable[str]) -> list[Any]:
    """What a row of the DMZ has in each of the columns that hold a model code, in the table's order."""
    table = metadata.tables[ACTIVE[entity]]
    names = [each.name for each in table.c if set(codes(each)) & set(wanted)]
    assert names, f"{table.name} has no column of {', '.join(wanted)}"
    return [decoded(row[name]) for name in names]


def decoded(value: Any) -> Any:
    """A cell; a list or an object that is kept as JSON as itself."""
    return json.loads(value) if isinstance(value, str) and value[:1] in ("[", "{") else value


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from _texts(each)
    elif isinstance(value, str):
        yield value
