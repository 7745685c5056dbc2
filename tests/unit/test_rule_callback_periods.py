"""Rows 5.1-17, 5.1-18 and 5.1-21: past, inverted and missing callback periods."""

from zoneinfo import ZoneInfo

import pytest
from builders import at, callback, judge, ticket

from crm_contract.messages import CallBackRequest, Period

TOMORROW = (at(days=1), at(days=1, hours=2))


def in_past(tickets):
    details = f"Callback period end date time is in past for trouble ticket(s): {tickets}."
    return ("2.7", "WARNING", "CallbackPeriodEndDateTimeInPast", details)


def inverted(start, end):
    details = f"Period: {start}/{end} is invalid. End date time is less than start date time."
    return ("2.7", "WARNING", "InvalidPeriod", details)


def missing(tickets):
    details = f"Callback period element not found in message for trouble ticket(s): {tickets}."
    return ("2.7", "INFORM", "CallbackPeriodMissing", details)


def kept(row):
    return [(period["start"], period["end"]) for period in row["callback_periods"]]


def in_store(period):
    return tuple(end.replace("Z", ".000Z") for end in period)


def test_a_period_to_come_is_imported():
    judged = judge(ticket(**callback(TOMORROW)))
    assert (judged.result, judged.errors) == ("OK", [])
    assert kept(judged.ticket) == [in_store(TOMORROW)]
    assert judged.ticket["call_back"] == 1


@pytest.mark.parametrize(
    "period",
    [
        (at(hours=-2), at(hours=-1)),
        (at(hours=-1), at(hours=1)),
        (at(seconds=-1), at(hours=1)),
        (at(hours=-1), at(hours=-1)),
        ("-0044-03-15T12:00:00Z", at(hours=1)),
    ],
    ids=["both past", "start past", "start just past", "past moment", "before Christ"],
)
def test_a_period_with_an_end_in_the_past_is_not_imported(period):
    judged = judge(ticket(**callback(period)))
    assert (judged.result, judged.errors) == ("OK", [in_past("first")])
    assert kept(judged.ticket) == []


@pytest.mark.parametrize(
    "period",
    [(at(), at(hours=1)), (at(), at()), (at(days=1), at(days=1))],
    ids=["from now on", "this moment", "a moment to come"],
)
def test_now_is_not_past_and_equal_ends_are_allowed(period):
    judged = judge(ticket(**callback(period)))
    assert judged.errors == []
    assert kept(judged.ticket) == [in_store(period)]


@pytest.mark.parametrize(
    "period",
    [(at(hours=2), at(hours=1)), (at(hours=1), at(hours=-1)), (at(hours=-1), at(hours=-2)), (at(seconds=1), at())],
    ids=["to come", "end past", "both past", "by a second"],
)
def test_an_inverted_period_is_only_that_and_not_imported(period):
    judged = judge(ticket(**callback(period)))
    assert (judged.result, judged.errors) == ("OK", [inverted(*period)])
    assert kept(judged.ticket) == []


def test_an_inverted_period_is_quoted_as_it_was_sent():
    judged = judge(ticket(**callback((" 2025-06-03T02:00:00+02:00\n", "2025-06-02T23:00:00Z"))))
    assert judged.errors == [inverted("2025-06-03T02:00:00+02:00", "2025-06-02T23:00:00Z")]


def test_zones_are_heeded_when_ends_are_compared():
    judged = judge(ticket(**callback(("2025-06-03T02:00:00+02:00", "2025-06-03T01:00:00Z"))))
    assert judged.errors == []
    assert kept(judged.ticket) == [("2025-06-03T00:00:00.000Z", "2025-06-03T01:00:00.000Z")]


def test_a_time_without_a_zone_is_in_the_configured_one():
    # Noon UTC is seven o'clock in Chicago.
    half_past_seven = ("2025-06-02T07:30:00", "2025-06-02T08:30:00")
    assert judge(ticket(**callback(half_past_seven))).errors == [in_past("first")]
    judged = judge(ticket(**callback(half_past_seven)), time_zone=ZoneInfo("America/Chicago"))
    assert judged.errors == []
    assert kept(judged.ticket) == [("2025-06-02T12:30:00.000Z", "2025-06-02T13:30:00.000Z")]


def test_each_period_is_judged_on_its_own():
    past, wrong = (at(hours=-2), at(hours=-1)), (at(hours=3), at(hours=2))
    judged = judge(ticket(**callback(past, TOMORROW, wrong)))
    assert judged.errors == [in_past("first"), inverted(*wrong)]
    assert kept(judged.ticket) == [in_store(TOMORROW)]


def test_periods_of_several_callbacks_of_a_ticket_are_all_imported():
    later = (at(days=2), at(days=3))
    requests = [CallBackRequest("SMS", [Period(end, start)]) for start, end in (TOMORROW, later)]
    judged = judge(ticket(call_back=True, call_backs=requests))
    assert judged.errors == []
    assert kept(judged.ticket) == [in_store(TOMORROW), in_store(later)]


def test_tickets_with_past_periods_share_one_error_and_each_inverted_period_is_one():
    past, wrong, other = (at(hours=-2), at(hours=-1)), (at(hours=3), at(hours=2)), (at(hours=9), at(hours=8))
    judged = judge(
        ticket("a", **callback(past, past)),
        ticket("b", **callback(wrong)),
        ticket("c", **callback(past, wrong)),
        ticket("d", **callback(other)),
    )
    assert judged.errors == [in_past("a, c"), inverted(*wrong), inverted(*other)]


@pytest.mark.parametrize("call_back", [False, None], ids=["false", "absent"])
@pytest.mark.parametrize(
    "periods",
    [[], [TOMORROW], [(at(hours=-2), at(hours=-1))], [(at(hours=2), at(hours=1))], [(None, None)]],
    ids=["none", "to come", "past", "inverted", "empty"],
)
def test_a_ticket_that_wants_no_callback_has_its_periods_neither_judged_nor_imported(call_back, periods):
    judged = judge(ticket(**callback(*periods, call_back=call_back)))
    assert (judged.result, judged.errors) == ("OK", [])
    assert kept(judged.ticket) == []
    assert judged.ticket["call_back"] == 0


@pytest.mark.parametrize(
    "periods",
    [[], [(None, None)], [(at(hours=1), None)], [(None, at(hours=1))], [(at(hours=1), None), (None, at(hours=2))]],
    ids=["none", "empty", "start only", "end only", "half and half"],
)
def test_a_callback_without_a_whole_period_is_a_missing_period(periods):
    judged = judge(ticket(**callback(*periods)))
    assert (judged.result, judged.errors) == ("OK", [missing("first")])
    assert kept(judged.ticket) == []


def test_a_callback_without_a_callbacks_element_is_a_missing_period():
    judged = judge(ticket("a", call_back=True), ticket("b", **callback(TOMORROW)), ticket(None, call_back=True))
    assert judged.errors == [missing("a, #3")]


def test_a_dropped_period_is_not_a_missing_one():
    past, wrong = (at(hours=-2), at(hours=-1)), (at(hours=3), at(hours=2))
    judged = judge(ticket("a", **callback(past)), ticket("b", **callback(wrong)))
    assert judged.errors == [in_past("a"), inverted(*wrong)]


def test_a_half_period_beside_a_whole_one_is_passed_over():
    judged = judge(ticket(**callback((at(hours=1), None), TOMORROW)))
    assert judged.errors == []
    assert kept(judged.ticket) == [in_store(TOMORROW)]


@pytest.mark.parametrize("end", ["9999-12-31T24:00:00Z", "12025-01-01T00:00:00Z"])
def test_an_end_that_python_cannot_hold_is_the_last_moment_it_can(end):
    judged = judge(ticket(**callback((at(hours=1), end))))
    assert judged.errors == []
    assert [period[1] for period in kept(judged.ticket)] == ["9999-12-31T23:59:59.999Z"]
