"""Tables of features: what is wrong with one is told in the words of who wrote it."""

from __future__ import annotations

import pytest

from crmkit.suite.errors import HarnessError
from crmkit.suite.tables import only_row, read_rows, rows_with

COLUMNS = (("callback", "which one"), ("csr", "who"))


def test_rows_by_column() -> None:
    assert read_rows([["a", "b"], ["1", "2"], ["3", ""]], ("a", "b", "c")) == [
        {"a": "1", "b": "2"},
        {"a": "3", "b": ""},
    ]
    assert rows_with([["callback"], ["first"]], COLUMNS) == [{"callback": "first"}]
    assert only_row([["a"], ["1"]], ("a",)) == {"a": "1"}


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ([["callback", "colour"], ["first", "red"]], "no column 'colour' here; known are callback, csr"),
        ([["csr"], ["csr-7"]], "this table needs the column 'callback'"),
        ([["callback", "callback"], ["first", "first"]], "the column 'callback' stands twice: once is enough"),
        ([["callback", "csr"], ["first"]], r"the row first has 1 cells, and the table 2 columns"),
    ],
)
def test_what_is_wrong(table: list[list[str]], says: str) -> None:
    with pytest.raises(HarnessError, match=says):
        rows_with(table, COLUMNS)


def test_a_column_that_is_asked_for_and_missing() -> None:
    (row,) = rows_with([["callback"], ["first"]], COLUMNS)
    with pytest.raises(HarnessError, match="this table needs the column 'csr'"):
        assert row["csr"]
    assert row.get("csr", "nobody") == "nobody"


@pytest.mark.parametrize("rows", [0, 2])
def test_one_row_is_wanted(rows: int) -> None:
    with pytest.raises(HarnessError, match=f"this table has one row, not {rows}"):
        only_row([["a"], *[["1"]] * rows], ("a",))
