"""Which readings of the decisions pass."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from crmkit.suite.replies.details import AllOf, Anything, Exactly
from crmkit.suite.replies.expectations import ExpectedError
from crmkit.suite.replies.questions import ONE_A_CALLBACK, PERIOD_KEPT
from crmkit.suite.replies.readings import Reading, Sent, fault_reading, only_start_is_past, readings
from crmkit.suite.tickets.written import Ticket
from crmkit.suite.values import Period

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def ticket(alias: str, *periods: tuple[int, int]) -> Ticket:
    made = Ticket(alias, 1, f"name-{alias}", frozenset())
    made.periods = [Period(NOW + start * HOUR, NOW + end * HOUR) for start, end in periods]
    return made


def of(row: str, result: str, errors: list[ExpectedError], sent: Sent) -> list[Reading]:
    return list(readings(row, result, errors, sent))


@pytest.mark.parametrize(
    ("periods", "begun"),
    [
        ([(1, 2)], False),
        ([(-3, -2)], False),
        ([(-1, 2)], True),
        ([(-3, -2), (-1, 2)], True),
        ([(1, -1)], False),
        ([], False),
    ],
)
def test_periods_of_which_only_the_start_is_past(periods: list[tuple[int, int]], begun: bool) -> None:
    assert only_start_is_past(ticket("first", *periods), NOW) is begun


def in_past(*aliases: str) -> ExpectedError:
    names = AllOf(tuple((f"name-{alias}",) for alias in aliases))
    return ExpectedError("2.7", "WARNING", "CallbackPeriodEndDateTimeInPast", "past: {0}", {0: names}, aliases)


PLAIN = Sent([ticket("first")], NOW)


def test_most_rows_have_one_reading() -> None:
    (only,) = of("5.1-13", "PARTIAL", [], PLAIN)
    assert (only.result, only.errors, only.optional, only.seen) == ("PARTIAL", (), (), {})


@pytest.mark.parametrize(
    ("row", "printed", "decision"),
    [("5.1-19", "OK", "D-08"), ("5.1-22", "OK", "D-08"), ("5.1-23", "PARTIAL", "D-09")],
)
def test_rows_whose_text_contradicts_their_result(row: str, printed: str, decision: str) -> None:
    allowed = of(row, printed, [], PLAIN)
    assert {reading.result for reading in allowed} == {"OK", "PARTIAL", "FAILED"}
    assert allowed[0].result == printed
    assert all(reading.seen[decision] == f"Result {reading.result}" for reading in allowed)


@pytest.mark.parametrize(("row", "count"), [("5.1-19", 1), ("5.1-20", 1), ("5.1-22", 1), ("5.1-25", 1), ("5.1-27", 0)])
def test_an_additional_error_once_whatever_the_number_of_tickets(row: str, count: int) -> None:
    (printed, *_) = of(row, "OK", [], Sent([ticket("first"), ticket("second")], NOW))
    assert len(printed.optional) == count


def test_a_period_that_has_begun_may_be_kept() -> None:
    sent = Sent([ticket("first", (1, 2)), ticket("second", (-1, 2))], NOW)
    dropped, kept = of("5.1-17", "OK", [in_past("second")], sent)
    assert len(dropped.errors) == 1
    assert (kept.errors, kept.seen) == ((), {"D-19": PERIOD_KEPT})


def test_who_keeps_it_still_reports_the_others() -> None:
    sent = Sent([ticket("first", (-3, -2)), ticket("second", (-1, 2)), ticket("third", (-3, -2), (-1, 2))], NOW)
    _, kept = of("5.1-17", "OK", [in_past("first", "second", "third")], sent)
    (error,) = kept.errors
    assert error.tickets == ("first", "third")
    assert error.arguments[0].text() == "name-first, name-third"


def test_a_period_that_is_over_must_be_dropped() -> None:
    sent = Sent([ticket("first", (-3, -2))], NOW)
    assert len(of("5.1-17", "OK", [in_past("first")], sent)) == 1


def point(axis: str, position: str) -> ExpectedError:
    arguments = {0: Exactly(axis), 1: Exactly(position)}
    return ExpectedError("2.5", "WARNING", "InvalidPositionPoint", "{0} of {1}", arguments)


def test_both_coordinates_may_share_an_error() -> None:
    apart, together = of("5.1-20", "OK", [point("X", "(1, 2)"), point("Y", "(1, 2)")], PLAIN)
    assert len(apart.errors) == 2
    (error,) = together.errors
    assert error.arguments[0].matches("Y and X")
    assert "D-22" in together.seen


def test_coordinates_of_two_points_do_not() -> None:
    assert len(of("5.1-20", "OK", [point("X", "(1, 2)"), point("X", "(3, 4)")], PLAIN)) == 1


def test_a_missing_verb_may_count_as_a_wrong_one() -> None:
    error = ExpectedError("1.8", "FATAL", "InvalidMessage", "{0}")
    sent = Sent([ticket("first")], NOW, without="Header/Verb", is_valid=False)
    printed, other = of("5.1-03", "FAILED", [error], sent)
    assert printed.errors == (error,)
    assert [each.reason for each in other.errors] == ["InvalidVerb"]
    assert len(of("5.1-03", "FAILED", [error], Sent([], NOW, without="Payload", is_valid=False))) == 1


def test_a_verb_that_the_schema_lacks_may_make_the_message_invalid() -> None:
    error = ExpectedError("2.9", "FATAL", "InvalidVerb", "{0}")
    invalid = of("5.1-01", "FAILED", [error], Sent([], NOW, is_valid=False))
    assert [[each.reason for each in reading.errors] for reading in invalid] == [["InvalidVerb"], ["InvalidMessage"]]
    assert len(of("5.1-01", "FAILED", [error], Sent([], NOW, is_valid=True))) == 1


@pytest.mark.parametrize(
    ("valid", "code", "allowed"),
    [(False, "Client", True), (False, "Client.Schema", True), (False, "Server", False), (True, "Client", False)],
)
def test_only_an_invalid_message_may_be_answered_by_a_fault(valid: bool, code: str, allowed: bool) -> None:
    assert (fault_reading(valid, code) is not None) is allowed


NOT_FOUND = ExpectedError("2.7", "INFORM", "EntityNotFound", "No trouble tickets found: {0}", {0: Exactly("U")})


@pytest.mark.parametrize(
    ("row", "printed", "allowed"),
    [
        ("5.2-04", "PARTIAL", ["PARTIAL"]),
        ("5.2-04", "FAILED", ["FAILED", "PARTIAL"]),
        ("8.1-07", "FAILED", ["FAILED", "PARTIAL"]),
        ("5.2-03", "FAILED", ["FAILED"]),
        ("5.2-09", "FAILED", ["FAILED", "PARTIAL"]),
        ("8.1-03", "PARTIAL", ["PARTIAL", "FAILED"]),
        ("8.1-02", "PARTIAL", ["PARTIAL"]),
        ("6.1-06", "PARTIAL", ["PARTIAL", "OK"]),
        ("6.1-06", "FAILED", ["FAILED"]),
        ("6.1-01", "OK", ["OK"]),
        ("6.1-08", "OK", ["OK"]),
    ],
)
def test_results_that_pass(row: str, printed: str, allowed: list[str]) -> None:
    assert [reading.result for reading in of(row, printed, [NOT_FOUND], PLAIN)] == allowed


@pytest.mark.parametrize("row", ["6.1-08", "6.1-12"])
def test_an_unknown_usage_point_may_be_an_unknown_entity(row: str) -> None:
    found = of(row, "OK", [NOT_FOUND], Sent([], NOW, unknown_usage_point=True))
    others = [(each.result, each.errors[0].level, each.errors[0].details) for each in found[1:]]
    if row == "6.1-08":
        assert {(result, level) for result, level, _ in others} == {("FAILED", "FATAL")}
        assert {details for *_, details in others} == {NOT_FOUND.details, "Invalid entity mRID(s): {0}"}
        assert all(each.seen == {"D-35": "FAILED for an unknown usage point"} for each in found[1:])
    else:
        assert others == []


DIFFERENT = ExpectedError("2.7", "FATAL", "DifferentCsrId", "It cannot be updated if: {0}.", {0: Anything()})


def test_results_for_somebody_elses_callbacks_may_make_an_error_each() -> None:
    found = of("8.1-05", "FAILED", [DIFFERENT], Sent([], NOW, others_callbacks=3))
    assert [(each.result, len(each.errors), each.seen.get("D-38")) for each in found] == [
        ("FAILED", 1, None),
        ("PARTIAL", 1, None),
        ("FAILED", 3, ONE_A_CALLBACK),
        ("PARTIAL", 3, ONE_A_CALLBACK),
    ]


@pytest.mark.parametrize(("error", "count"), [(DIFFERENT, 1), (DIFFERENT, 0), (NOT_FOUND, 2)])
def test_but_not_where_there_is_one_or_the_error_is_another(error: ExpectedError, count: int) -> None:
    found = of("8.1-05", "FAILED", [error], Sent([], NOW, others_callbacks=count))
    assert {len(each.errors) for each in found} == {1}
