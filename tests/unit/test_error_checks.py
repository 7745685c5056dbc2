"""Errors judged field by field: a check for each, right or wrong, at its element."""

from __future__ import annotations

from crmkit.suite.evidence import Check
from crmkit.suite.replies.details import AllOf, Exactly
from crmkit.suite.replies.expectations import ExpectedError, judge_errors
from crmkit.suite.replies.reading import ReportedError

TEMPLATE = "Invalid trouble code: {0} for trouble ticket(s): {1}."


def expected(value: str, decision: str | None = None) -> ExpectedError:
    arguments = {0: Exactly(value), 1: AllOf((("a", "m-a"),), {"a": "name", "m-a": "mRID"}, ("name",))}
    return ExpectedError("2.7", "FATAL", "InvalidTroubleCode", TEMPLATE, arguments, decision=decision)


def observed(value: str, **other: str | None) -> ReportedError:
    fields = {"code": "2.7", "level": "FATAL", "reason": "InvalidTroubleCode"}
    fields["details"] = f"Invalid trouble code: {value} for trouble ticket(s): a."
    return ReportedError(**{**fields, **other})  # type: ignore[arg-type]


def seen(checks: list[Check]) -> list[tuple[str, str, str, str | None]]:
    return [(check.aspect.value, check.field, check.held.value, check.element) for check in checks]


def test_every_field_of_a_right_error() -> None:
    assert seen(judge_errors([expected("Static")], [observed("Static")])) == [
        ("code", "Reply/Error/code", "strict", "Reply/Error[1]/code"),
        ("level", "Reply/Error/level", "strict", "Reply/Error[1]/level"),
        ("reason", "Reply/Error/reason", "strict", "Reply/Error[1]/reason"),
        ("details", "Reply/Error/details", "strict", "Reply/Error[1]/details"),
    ]


def test_a_wrong_code_leaves_the_others_right() -> None:
    checks = judge_errors([expected("Static")], [observed("Static", code="2.8")])
    assert [check.held.value for check in checks] == ["no", "strict", "strict", "strict"]
    assert (checks[0].expected, checks[0].observed) == ("2.7", "2.8")


def test_a_reason_in_other_letters_holds_normally() -> None:
    (_, _, reason, _) = judge_errors([expected("Static")], [observed("Static", reason="INVALIDTROUBLECODE")])
    assert (reason.held.value, reason.observed) == ("normal", "INVALIDTROUBLECODE")


def test_a_ticket_by_its_mrid_is_another_reading() -> None:
    kinds: set[str] = set()
    said = observed("Static", details="Invalid trouble code: Static for trouble ticket(s): m-a.")
    (*_, details) = judge_errors([expected("Static")], [said], kinds=kinds)
    assert (details.held.value, details.decision, kinds) == ("reading", "D-15", {"mRID"})


def test_several_errors_are_numbered_as_expected_and_pointed_at_where_they_are() -> None:
    checks = judge_errors([expected("Static"), expected("Hum")], [observed("Hum"), observed("Static", level="WARNING")])
    assert seen(checks)[1] == ("level", "Reply/Error[1]/level", "no", "Reply/Error[2]/level")
    assert seen(checks)[5] == ("level", "Reply/Error[2]/level", "strict", "Reply/Error[1]/level")


def test_the_likest_error_is_meant() -> None:
    """Not the first that shares a few fields."""
    far, near = observed("Buzz", code="9.9"), observed("Static", code="2.8")
    checks = judge_errors([expected("Static")], [far, near])
    assert [(check.field, check.observed) for check in checks if check.held.value == "no"] == [
        ("Reply/Error/code", "2.8"),
        (
            "Reply/Error",
            "9.9 FATAL InvalidTroubleCode: Invalid trouble code: Buzz for trouble ticket(s): a.",
        ),
    ]
    assert checks[-1].element == "Reply/Error[1]"


def test_what_is_absent_is_pointed_at_by_its_parent() -> None:
    (_, level, *_) = judge_errors([expected("Static")], [observed("Static", level=None)])
    assert (level.observed, level.held.value, level.element) == ("absent", "no", "Reply/Error[1]")


def test_an_error_that_a_decision_allows_says_so() -> None:
    checks = judge_errors([expected("Static", decision="D-22")], [observed("Static")])
    assert {(check.held.value, check.decision) for check in checks} == {("reading", "D-22")}


def test_an_optional_error_is_judged_too() -> None:
    extra = ExpectedError("2.7", "INFORM", "Unlocatable", "Could not locate call.", decision="D-22")
    checks = judge_errors([], [ReportedError("2.7", "INFORM", "Unlocatable", "Could not locate call.")], [extra])
    assert [(check.aspect.value, check.held.value, check.decision) for check in checks] == [
        ("code", "reading", "D-22"),
        ("level", "reading", "D-22"),
        ("reason", "reading", "D-22"),
        ("details", "reading", "D-22"),
    ]
