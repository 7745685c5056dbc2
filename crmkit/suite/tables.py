"""Tables of features, read strictly: what is wrong with one is told in the words of who writes it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from crmkit.suite.errors import HarnessError


class Row(dict[str, str]):
    """A row by column. Asking for a column that the table lacks raises HarnessError."""

    def __missing__(self, column: str) -> str:
        raise HarnessError(f"this table needs the column {column!r}")


def read_rows(table: Sequence[Sequence[str]], known: Iterable[str]) -> list[Row]:
    """A table's rows by column. Raises HarnessError for a column that is none, or stands twice."""
    header, *rows = table
    names = list(known)
    if unknown := [name for name in header if name not in names]:
        raise HarnessError(f"no column {unknown[0]!r} here; known are {', '.join(names)}")
    if twice := [name for number, name in enumerate(header) if name in header[:number]]:
        raise HarnessError(f"the column {twice[0]!r} stands twice: once is enough")
    if ragged := [row for row in rows if len(row) != len(header)]:
        said = f"{len(ragged[0])} cells, and the table {len(header)} columns"
        raise HarnessError(f"the row {' | '.join(ragged[0])} has {said}")
    return [Row(zip(header, row, strict=True)) for row in rows]


def rows_with(table: Sequence[Sequence[str]], columns: Sequence[tuple[str, ...]]) -> list[Row]:
    """A table's rows by column; the first of `columns` is required. Raises HarnessError for columns that are none."""
    known = [column[0] for column in columns]
    rows = read_rows(table, known)
    if known[0] not in table[0]:
        raise HarnessError(f"this table needs the column {known[0]!r}")
    return rows


def only_row(table: Sequence[Sequence[str]], columns: Iterable[str]) -> Row:
    """The row of a table that has one. Raises HarnessError."""
    rows = read_rows(table, columns)
    if len(rows) != 1:
        raise HarnessError(f"this table has one row, not {len(rows)}")
    return rows[0]
