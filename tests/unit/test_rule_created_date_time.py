"""Row 5.1-24: a creation time in the future becomes now."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from builders import at, judge, ticket

NOW_STORED = "2025-06-02T12:00:00.000Z"


def in_future(ticket_name):
    details = f"Created date time is in future for trouble ticket: {ticket_name}."
    return ("2.5", "WARNING", "InvalidCreatedDateTime", details)


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        (at(), NOW_STORED),
        (at(seconds=-1), "2025-06-02T11:59:59.000Z"),
        (at(seconds=59), "2025-06-02T12:00:59.000Z"),
        (at(seconds=60), "2025-06-02T12:01:00.000Z"),
        ("2025-06-02T14:00:00+02:00", NOW_STORED),
        ("2025-06-02T11:59:59.9999999999Z", "2025-06-02T11:59:59.999Z"),
        ("2025-06-01T24:00:00Z", "2025-06-02T00:00:00.000Z"),
        ("-0044-03-15T12:00:00Z", "0001-01-01T00:00:00.000Z"),
    ],
)
def test_a_time_up_to_the_allowed_skew_ahead_is_kept(sent, stored):
    judged = judge(ticket(created_date_time=sent))
    assert (judged.result, judged.errors) == ("OK", [])
    assert judged.ticket["created_date_time"] == stored


@pytest.mark.parametrize(
    "sent", [at(seconds=61), at(seconds=60, milliseconds=1), at(days=1), "12025-01-01T00:00:00", "9999-12-31T24:00:00Z"]
)
def test_a_later_one_becomes_now(sent):
    judged = judge(ticket(created_date_time=sent))
    assert (judged.result, judged.errors) == ("OK", [in_future("first")])
    assert judged.ticket["created_date_time"] == NOW_STORED


def test_both_times_are_now_when_absent():
    judged = judge(ticket())
    assert judged.errors == []
    assert (judged.ticket["created_date_time"], judged.ticket["first_call_date_time"]) == (NOW_STORED, NOW_STORED)


def test_the_first_call_keeps_its_own_time():
    judged = judge(ticket(created_date_time=at(days=1), first_call_date_time=at(hours=-3)))
    assert judged.errors == [in_future("first")]
    assert judged.ticket["first_call_date_time"] == "2025-06-02T09:00:00.000Z"


def test_each_ticket_has_an_error_of_its_own():
    judged = judge(
        ticket("a", created_date_time=at(days=1)),
        ticket("b", created_date_time=at(days=1)),
        ticket("c"),
        ticket(None, created_date_time=at(days=2)),
    )
    assert judged.errors == [in_future("a"), in_future("b"), in_future("#4")]


def test_the_skew_is_configured():
    judged = judge(
        ticket("a", created_date_time=at(seconds=5)),
        ticket("b", created_date_time=at(seconds=6)),
        future_skew=timedelta(seconds=5),
    )
    assert judged.errors == [in_future("b")]


def test_a_time_without_a_zone_is_in_the_configured_one():
    eight_o_clock = ticket(created_date_time="2025-06-02T08:00:00", first_call_date_time="2025-06-02T06:00:00")
    assert judge(eight_o_clock).ticket["created_date_time"] == "2025-06-02T08:00:00.000Z"
    judged = judge(eight_o_clock, time_zone=ZoneInfo("America/Chicago"))
    assert judged.errors == [in_future("first")]
    assert judged.ticket["first_call_date_time"] == "2025-06-02T11:00:00.000Z"
