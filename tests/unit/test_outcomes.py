"""The verdict: what outweighs what, and that nothing is not a pass."""

from __future__ import annotations

import pytest

from crmkit.suite.errors import CouldNotTest, HarnessError, Mismatch, Unreachable
from crmkit.suite.running.outcomes import ExitCode, Outcome, judge, with_story, worst
from crmkit.suite.running.recording import outcome_of

PASSED, FAILED, ERROR = Outcome.PASSED, Outcome.FAILED, Outcome.ERROR
NOT_APPLICABLE, COULD_NOT = Outcome.NOT_APPLICABLE, Outcome.COULD_NOT_TEST
NOT_SELECTED, ATTESTED = Outcome.NOT_SELECTED, Outcome.ATTESTED


@pytest.mark.parametrize(
    ("outcomes", "text", "code"),
    [
        ([PASSED], "conformant", 0),
        ([PASSED, PASSED, NOT_APPLICABLE], "conformant", 0),
        ([PASSED, ATTESTED], "conformant with 1 attested", 0),
        ([ATTESTED, ATTESTED, NOT_APPLICABLE], "conformant with 2 attested", 0),
        ([PASSED, NOT_SELECTED], "selection passed", 0),
        ([ATTESTED, PASSED, NOT_SELECTED], "selection passed with 1 attested", 0),
        ([ATTESTED, FAILED], "not conformant", 1),
        ([ATTESTED, COULD_NOT], "incomplete", 3),
        ([PASSED, FAILED], "not conformant", 1),
        ([FAILED, ERROR, COULD_NOT, NOT_SELECTED, PASSED], "not conformant", 1),
        ([PASSED, COULD_NOT], "incomplete", 3),
        ([PASSED, COULD_NOT, NOT_SELECTED], "incomplete", 3),
        ([COULD_NOT], "incomplete", 3),
        ([PASSED, ERROR], "incomplete", 4),
        ([ERROR, COULD_NOT], "incomplete", 4),
        ([ERROR, NOT_SELECTED], "incomplete", 4),
        ([NOT_APPLICABLE, NOT_APPLICABLE], "incomplete", 3),
        ([NOT_SELECTED], "incomplete", 3),
        ([], "incomplete", 3),
    ],
)
def test_the_verdict(outcomes: list[Outcome], text: str, code: int) -> None:
    verdict = judge(outcomes)
    assert (verdict.text, int(verdict.exit_code)) == (text, code)
    assert {outcome: verdict.counts[outcome] for outcome in Outcome} == {
        outcome: outcomes.count(outcome) for outcome in Outcome
    }


@pytest.mark.parametrize(
    ("rows", "story", "is_own", "text", "code"),
    [
        ([PASSED], PASSED, True, "conformant", 0),
        ([PASSED], FAILED, True, "conformant", 1),
        ([PASSED], ERROR, True, "conformant", 4),
        ([PASSED], COULD_NOT, True, "conformant", 3),
        ([PASSED], NOT_SELECTED, True, "conformant", 0),
        ([FAILED], PASSED, True, "not conformant", 1),
        ([FAILED], ERROR, True, "not conformant", 1),
        ([COULD_NOT], FAILED, True, "incomplete", 3),
        ([PASSED], FAILED, False, "conformant", 0),
        ([PASSED], ERROR, False, "conformant", 0),
        ([COULD_NOT], PASSED, False, "incomplete", 3),
        ([NOT_SELECTED], PASSED, True, "selection passed", 0),
        ([NOT_SELECTED], PASSED, False, "selection passed", 0),
        ([NOT_SELECTED], ATTESTED, True, "selection passed with 1 attested", 0),
        ([PASSED], ATTESTED, True, "conformant", 0),
        ([NOT_SELECTED], FAILED, True, "incomplete", 1),
        ([NOT_SELECTED], FAILED, False, "incomplete", 3),
        ([PASSED, NOT_SELECTED], FAILED, True, "selection passed", 1),
    ],
)
def test_the_story_judges_only_the_reference_adapter(
    rows: list[Outcome], story: Outcome, is_own: bool, text: str, code: int
) -> None:
    verdict = with_story(judge(rows), story, is_own)
    assert (verdict.text, int(verdict.exit_code), verdict.story) == (text, code, story)


@pytest.mark.parametrize(
    ("outcomes", "expected"),
    [
        ([PASSED, PASSED], PASSED),
        ([PASSED, FAILED, ERROR], FAILED),
        ([PASSED, ERROR, COULD_NOT], ERROR),
        ([PASSED, COULD_NOT], COULD_NOT),
        ([PASSED, ATTESTED], ATTESTED),
        ([PASSED, NOT_APPLICABLE], PASSED),
        ([NOT_APPLICABLE], NOT_APPLICABLE),
    ],
)
def test_a_row_is_as_good_as_its_worst_scenario(outcomes: list[Outcome], expected: Outcome) -> None:
    assert worst(outcomes) is expected


def test_a_row_without_scenarios_has_no_outcome() -> None:
    with pytest.raises(ValueError, match="without scenarios"):
        worst([])


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (Mismatch.of("Reply/Result", "OK", "FAILED"), FAILED),
        (CouldNotTest("no control API"), COULD_NOT),
        (HarnessError("bad table"), ERROR),
        (Unreachable("refused"), ERROR),
        (AssertionError("a bug of the suite"), ERROR),
        (KeyError("tickets"), ERROR),
        (KeyboardInterrupt(), ERROR),
    ],
)
def test_whose_fault_an_exception_is(error: BaseException, outcome: Outcome) -> None:
    assert outcome_of(error) is outcome


def test_exit_codes_are_the_published_ones() -> None:
    assert {code.name: int(code) for code in ExitCode} == {
        "CONFORMANT": 0,
        "NOT_CONFORMANT": 1,
        "USAGE": 2,
        "INCOMPLETE": 3,
        "BROKEN": 4,
        "INTERRUPTED": 130,
    }
