"""Tables of features, read strictly."""

from __future__ import annotations

from collections.abc import Sequence

from crmkit.suite.errors import HarnessError


def rows_with(table: Sequence[Sequence[str]], columns: Sequence[tuple[str, ...]]) -> list[dict[str, str]]:
    """A table's rows by column; the first of `columns` is required. Raises HarnessError for columns that are none."""
    known = [column[0] for column in columns]
    header, *rows = table
    if unknown := [name for name in header if name not in known]:
        raise HarnessError(f"no column {unknown[0]!r} here; known are {', '.join(known)}")
    if known[0] not in header:
        raise HarnessError(f"this table needs the column {known[0]!r}")
    return [dict(zip(header, row, strict=True)) for row in rows]
