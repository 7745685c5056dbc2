"""xs:dateTime and xs:boolean as Python's, also where Python has no such value."""

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm_contract.values import FIRST_MOMENT, LAST_MOMENT, format_datetime, parse_boolean, parse_datetime

NOON = datetime(2025, 6, 2, 12, 0, tzinfo=UTC)
CHICAGO = ZoneInfo("America/Chicago")


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2025-06-02T12:00:00Z", NOON),
        (" \n2025-06-02T12:00:00Z\t", NOON),
        ("2025-06-02T12:00:00+00:00", NOON),
        ("2025-06-02T12:00:00-00:00", NOON),
        ("2025-06-02T14:00:00+02:00", NOON),
        ("2025-06-02T06:30:00-05:30", NOON),
        ("2025-06-03T02:00:00+14:00", NOON),
        ("2025-06-01T22:00:00-14:00", NOON),
        ("2025-06-02T12:00:00.5Z", NOON.replace(microsecond=500_000)),
        ("2025-06-02T12:00:00.123456Z", NOON.replace(microsecond=123_456)),
        ("2025-06-02T12:00:00.123456999999Z", NOON.replace(microsecond=123_456)),
        ("2024-02-29T23:59:59Z", datetime(2024, 2, 29, 23, 59, 59, tzinfo=UTC)),
        ("0001-01-01T00:00:00Z", FIRST_MOMENT),
        ("9999-12-31T23:59:59.999999Z", LAST_MOMENT),
    ],
)
def test_an_xs_date_time_is_a_moment_in_utc(text, moment):
    parsed = parse_datetime(text, CHICAGO)
    assert parsed == moment
    assert parsed.tzinfo is UTC


@pytest.mark.parametrize(
    ("text", "hour"),
    [
        ("2025-06-02T12:00:00", 17),
        ("2025-01-02T12:00:00", 18),
        # An hour that the change to summer time leaves out, and one that the change back has twice.
        ("2025-03-09T02:30:00", 8),
        ("2025-11-02T01:30:00", 6),
    ],
)
def test_a_time_without_a_zone_is_in_the_given_one(text, hour):
    assert parse_datetime(text, CHICAGO).hour == hour
    assert parse_datetime(text, UTC).isoformat() == f"{text}+00:00"


@pytest.mark.parametrize(
    ("text", "midnight"),
    [
        ("2025-06-02T24:00:00Z", "2025-06-03T00:00:00"),
        ("2025-06-02T24:00:00.000Z", "2025-06-03T00:00:00"),
        ("2025-12-31T24:00:00+01:00", "2025-12-31T23:00:00"),
        ("2024-02-28T24:00:00", "2024-02-29T00:00:00"),
    ],
)
def test_the_24th_hour_is_the_next_day_s_first(text, midnight):
    assert parse_datetime(text, UTC).isoformat() == f"{midnight}+00:00"


@pytest.mark.parametrize(
    "text",
    [
        "10000-01-01T00:00:00Z",
        "12025-06-02T12:00:00+02:00",
        "9999-12-31T24:00:00",
        "9999-12-31T23:59:59-00:01",
        "999999999999999999999-01-01T00:00:00Z",
        "9999-12-31T20:00:00-14:00",
    ],
)
def test_what_lies_behind_python_s_years_is_the_last_moment(text):
    assert parse_datetime(text, UTC) == LAST_MOMENT


@pytest.mark.parametrize(
    "text",
    [
        "-0001-12-31T23:59:59Z",
        "-0044-03-15T12:00:00",
        "-12025-01-01T24:00:00Z",
        "0001-01-01T00:00:00+00:01",
        "0000-06-01T00:00:00Z",
        "0001-01-01T13:59:59+14:00",
    ],
)
def test_what_lies_before_them_is_the_first_moment(text):
    assert parse_datetime(text, UTC) == FIRST_MOMENT


def test_a_zone_s_own_limits_are_no_error():
    assert parse_datetime("9999-12-31T23:59:59", CHICAGO) == LAST_MOMENT
    assert parse_datetime("0001-01-01T00:00:00", ZoneInfo("Asia/Tokyo")) == FIRST_MOMENT


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "now",
        "2025-06-02T25:00:00Z",
        "2025-02-30T12:00:00Z",
        "2025-13-01T12:00:00Z",
        "2025-06-02T12:60:00Z",
        "2025-06-02T12:00:60Z",
        "2025-02-30T24:00:00Z",
        "2025-06-02T12:00:00+25:00",
        "12025",
        "25-06-02T12:00:00Z",
    ],
)
def test_a_text_that_is_no_time_is_a_value_error(text):
    with pytest.raises(ValueError, match=r"."):
        parse_datetime(text, UTC)


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (NOON, "2025-06-02T12:00:00.000Z"),
        (NOON.replace(microsecond=999_999), "2025-06-02T12:00:00.999Z"),
        (NOON.replace(microsecond=1), "2025-06-02T12:00:00.000Z"),
        (NOON.astimezone(CHICAGO), "2025-06-02T12:00:00.000Z"),
        (NOON.replace(tzinfo=timezone(timedelta(hours=14))), "2025-06-01T22:00:00.000Z"),
        (FIRST_MOMENT, "0001-01-01T00:00:00.000Z"),
        (LAST_MOMENT, "9999-12-31T23:59:59.999Z"),
    ],
)
def test_a_moment_is_written_in_utc_with_milliseconds(moment, text):
    assert format_datetime(moment) == text


MOMENTS = st.datetimes(
    FIRST_MOMENT.replace(day=2, tzinfo=None),
    LAST_MOMENT.replace(day=30, tzinfo=None),
    timezones=st.timezones() | st.just(UTC),
    allow_imaginary=False,
)


@settings(deadline=None)
@given(MOMENTS)
def test_what_is_written_is_read_back(moment):
    text = format_datetime(moment)
    assert len(text) == len("2025-06-02T12:00:00.000Z")
    utc = moment.astimezone(UTC)
    assert parse_datetime(text, CHICAGO) == utc.replace(microsecond=utc.microsecond // 1000 * 1000)


@settings(deadline=None)
@given(MOMENTS, MOMENTS)
def test_written_moments_sort_as_times(one, other):
    earlier, later = sorted([one, other])
    assert format_datetime(earlier) <= format_datetime(later)


@pytest.mark.parametrize(
    ("text", "value"), [("true", True), ("1", True), (" 1 ", True), ("false", False), ("0", False), ("\nfalse", False)]
)
def test_booleans(text, value):
    assert parse_boolean(text) is value
