"""The verdict over rows, and a user's own scenarios beside it."""

from __future__ import annotations

import pytest

from crmkit.suite.running.outcomes import Outcome, judge, with_own, with_story

PASSED, FAILED, ERROR, COULD_NOT = Outcome.PASSED, Outcome.FAILED, Outcome.ERROR, Outcome.COULD_NOT_TEST
NOT_SELECTED, ATTESTED = Outcome.NOT_SELECTED, Outcome.ATTESTED


@pytest.mark.parametrize(
    ("rows", "own", "text", "code"),
    [
        ([PASSED], [], "conformant", 0),
        ([PASSED], [PASSED, ATTESTED], "conformant, own scenarios passed with 1 attested", 0),
        ([PASSED], [PASSED, FAILED], "conformant, own scenarios failed", 1),
        ([PASSED], [ERROR], "conformant, own scenarios incomplete", 4),
        ([PASSED], [PASSED, COULD_NOT], "conformant, own scenarios incomplete", 3),
        ([FAILED], [ERROR], "not conformant, own scenarios incomplete", 1),
        ([ERROR], [FAILED], "incomplete, own scenarios failed", 1),
        ([ERROR], [PASSED], "incomplete, own scenarios passed", 4),
        ([COULD_NOT], [ERROR], "incomplete, own scenarios incomplete", 4),
        ([COULD_NOT], [PASSED], "incomplete, own scenarios passed", 3),
        ([PASSED, NOT_SELECTED], [PASSED], "selection passed, own scenarios passed", 0),
        ([NOT_SELECTED], [PASSED], "own scenarios passed", 0),
        ([NOT_SELECTED], [FAILED, ERROR], "own scenarios failed", 1),
        ([NOT_SELECTED], [COULD_NOT], "own scenarios incomplete", 3),
    ],
)
def test_own_scenarios_stand_beside_the_rows(rows: list[Outcome], own: list[Outcome], text: str, code: int) -> None:
    verdict = with_own(judge(rows), own)
    assert (verdict.text, int(verdict.exit_code)) == (text, code)
    assert verdict.counts == judge(rows).counts
    assert verdict.own == {outcome: own.count(outcome) for outcome in own}


def test_a_story_that_failed_is_not_covered_up() -> None:
    verdict = with_own(with_story(judge([NOT_SELECTED]), FAILED, is_own=True), [PASSED])
    assert verdict.exit_code == 1
