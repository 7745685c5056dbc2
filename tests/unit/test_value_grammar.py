"""The values that tables of features are written in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from crmkit.suite import values
from crmkit.suite.errors import HarnessError

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("now", NOW),
        ("+2h", NOW + timedelta(hours=2)),
        ("-1d", NOW - timedelta(days=1)),
        ("+30m", NOW + timedelta(minutes=30)),
        ("-5s", NOW - timedelta(seconds=5)),
        ("2h", None),
        ("+2", None),
        ("+2w", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_moments(cell: str, expected: datetime | None) -> None:
    assert values.moment(cell, NOW) == expected


def test_moments_are_written_in_utc_to_the_second() -> None:
    assert values.moment_text(NOW + timedelta(hours=2)) == "2026-05-01T14:00:00Z"


def test_periods() -> None:
    one, two, three = values.periods("+1h/+2h, -1d/, /", NOW)
    assert (one.start, one.end) == (NOW + timedelta(hours=1), NOW + timedelta(hours=2))
    assert (two.start, two.end) == (NOW - timedelta(days=1), None)
    assert (three.start, three.end) == (None, None)
    assert values.periods("", NOW) == []


@pytest.mark.parametrize("cell", ["+1h", "+1h/soon", "tomorrow/+1h"])
def test_what_is_no_period_is_the_features_fault(cell: str) -> None:
    with pytest.raises(HarnessError, match="is no period"):
        values.periods(cell, NOW)


@pytest.mark.parametrize(
    ("cell", "length"),
    [("x*501", 501), ("x*limit", 40), ("x*limit+1", 41), ("x*0", 0)],
)
def test_repeated_texts(cell: str, length: int) -> None:
    assert values.text(cell, comment_limit=40) == "x" * length


@pytest.mark.parametrize("cell", ["plain words", "xy*3", "x*", "x*limit-1", "2*3*4", ""])
def test_other_texts_stand_for_themselves(cell: str) -> None:
    assert values.text(cell) == cell


def test_lists() -> None:
    assert values.items(" A , B b,,C") == ["A", "B b", "C"]
    assert values.items("") == []


@pytest.mark.parametrize(
    ("whole", "found"),
    [
        ("one\ntwo", "\n"),
        ("one; two", "; "),
        ("one\r\ntwo", "\r\n"),
        ("onetwo", ""),
        ("one and two", None),
        ("one\ntwo\n", None),
        ("one", None),
        ("two\none", None),
        ("one......two", None),
        ("", None),
    ],
)
def test_what_stands_between(whole: str, found: str | None) -> None:
    assert values.between(whole, "one", "two") == found
