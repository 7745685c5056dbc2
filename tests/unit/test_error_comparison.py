"""Errors as a list: what is missing, too much or nearly right."""

from __future__ import annotations

import pytest

from crmkit.suite.evidence import wrong
from crmkit.suite.replies.details import AllOf, Anything, Exactly
from crmkit.suite.replies.expectations import ExpectedError, judge_errors
from crmkit.suite.replies.reading import ReportedError

CODE = "Invalid trouble code: {0} for trouble ticket(s): {1}."


def expected(value: str, ticket: str) -> ExpectedError:
    return ExpectedError("2.7", "FATAL", "InvalidTroubleCode", CODE, {0: Exactly(value), 1: AllOf(((ticket,),))})


def observed(value: str, ticket: str, **other: str | None) -> ReportedError:
    details = f"Invalid trouble code: {value} for trouble ticket(s): {ticket}."
    fields = {"code": "2.7", "level": "FATAL", "reason": "InvalidTroubleCode", "details": details}
    return ReportedError(**{**fields, **other})  # type: ignore[arg-type]


def fields(*args: object) -> list[tuple[str, str, str]]:
    return [(d.field, d.expected, d.observed) for d in wrong(judge_errors(*args))]  # type: ignore[arg-type]


ANYTHING = ExpectedError("2.7", "FATAL", "InvalidTroubleCode", CODE, {0: Anything(), 1: Anything()})
EXTRA = ExpectedError("2.7", "INFORM", "UnlocatableLandbaseTroubleTicket", "Could not locate call.")
EXTRA_SEEN = ReportedError("2.7", "INFORM", "UnlocatableLandbaseTroubleTicket", "Could not locate call")


def test_order_is_free() -> None:
    wanted = [expected("Static", "a"), expected("Hum", "b")]
    assert fields(wanted, [observed("Hum", "b"), observed("Static", "a")]) == []


def test_reasons_are_compared_without_regard_to_case() -> None:
    assert fields([expected("Static", "a")], [observed("Static", "a", reason="invalidtroubleCODE")]) == []


@pytest.mark.parametrize(
    ("other", "path", "seen"),
    [
        ({"code": "2.9"}, "Reply/Error/code", "2.9"),
        ({"level": "WARNING"}, "Reply/Error/level", "WARNING"),
        ({"level": None}, "Reply/Error/level", "absent"),
        ({"reason": "InvalidCode"}, "Reply/Error/reason", "InvalidCode"),
        ({"details": "Invalid."}, "Reply/Error/details", "Invalid."),
        ({"details": None}, "Reply/Error/details", "absent"),
    ],
)
def test_the_deviating_field_is_named(other: dict[str, str | None], path: str, seen: str) -> None:
    ((field, wanted, was),) = fields([expected("Static", "a")], [observed("Static", "a", **other)])
    assert (field, was) == (path, seen)
    assert wanted


def test_a_missing_error() -> None:
    assert fields([expected("Static", "a")], []) == [
        ("Reply/Error/code", "2.7", "no such Error"),
        ("Reply/Error/level", "FATAL", "no such Error"),
        ("Reply/Error/reason", "InvalidTroubleCode", "no such Error"),
        ("Reply/Error/details", "Invalid trouble code: Static for trouble ticket(s): a.", "no such Error"),
    ]


def test_one_that_is_there_twice_is_wrong() -> None:
    assert [field for field, _, _ in fields([expected("Static", "a")], [observed("Static", "a")] * 2)] == [
        "Reply/Error"
    ]
    assert fields([expected("Static", "a")] * 2, [observed("Static", "a")])


def test_one_that_nobody_expects() -> None:
    stray = ReportedError("5.3", None, None, None)
    assert fields([], [stray]) == [("Reply/Error", "no such Error", "5.3 - -: -")]


def test_one_that_takes_anything_leaves_the_others_theirs() -> None:
    seen = [observed("Static", "a"), observed("Hum", "b")]
    for wanted in ([ANYTHING, expected("Static", "a")], [expected("Static", "a"), ANYTHING], [ANYTHING, ANYTHING]):
        assert fields(wanted, seen) == []
    assert fields([ANYTHING, expected("Buzz", "c")], seen)


def test_an_optional_one_may_be_there_once() -> None:
    assert fields([], [], [EXTRA]) == []
    assert fields([], [EXTRA_SEEN], [EXTRA]) == []
    assert fields([], [EXTRA_SEEN, EXTRA_SEEN], [EXTRA])
    assert fields([], [EXTRA_SEEN], [])
