"""Every Then step is judged, even when an earlier one failed; the scenario keeps what they found."""

from __future__ import annotations

import pytest
from suite_conversations import Told, told

from crmkit.suite.errors import CouldNotTest, Difference, HarnessError, Mismatch
from crmkit.suite.evidence import Aspect, Check, Held, compared
from crmkit.suite.steps.sentences import SENTENCES, then

RESULT = compared(Aspect.RESULT, "Reply/Result", "OK", "FAILED", False)
EFFECT = compared(Aspect.EFFECT, "stored tickets", "first", "none", False)


@pytest.fixture
def conversation() -> Told:
    return told("5.1-01", "CreatedTroubleTickets")[0]


class Part:
    """Something of a scenario that has its conversation, as the queue has."""

    def __init__(self, conversation: Told) -> None:
        self.conversation = conversation


@then("a test judges the result")
def judges_result(conversation: Told) -> None:
    conversation.judge([RESULT, compared(Aspect.CODE, "Reply/Error/code", "2.7", "2.7", True)])


@then("a test judges the effect", settles=True)
def judges_effect(queue: Part) -> None:
    queue.conversation.judge([EFFECT])


@then("a test finds something strange")
def finds(conversation: Told) -> None:
    raise Mismatch.of("reply", "a SOAP message", "a page of HTML")


@then("a test cannot look", settles=True)
def cannot_look(conversation: Told) -> None:
    raise CouldNotTest("give a control API")


@then("a test makes a mistake")
def mistaken(conversation: Told) -> None:
    raise HarnessError("no column 'colour' here")


SENTENCES[:] = [each for each in SENTENCES if not each.text.startswith("a test ")]


def test_what_then_steps_find_wrong_is_kept(conversation: Told) -> None:
    judges_result(conversation=conversation)
    judges_effect(queue=Part(conversation))
    assert conversation.failures == 2
    with pytest.raises(Mismatch) as caught:
        conversation.end_failed()
    assert caught.value.differences == (
        Difference("Reply/Result", "OK", "FAILED"),
        Difference("stored tickets", "first", "none"),
    )
    assert [(check.field, check.held) for check in conversation.checks] == [
        ("Reply/Result", Held.NO),
        ("Reply/Error/code", Held.STRICT),
        ("stored tickets", Held.NO),
    ]


def test_the_same_difference_counts_once(conversation: Told) -> None:
    finds(conversation=conversation)
    finds(conversation=conversation)
    assert conversation.differences == [Difference("reply", "a SOAP message", "a page of HTML")]
    assert conversation.checks == [Check(Aspect.MESSAGE, "reply", "a SOAP message", "a page of HTML", Held.NO)]


def test_what_cannot_be_tested_does_not_hide_a_failure(conversation: Told) -> None:
    cannot_look(conversation=conversation)
    assert conversation.checks == [
        Check(Aspect.EFFECT, "effect", "what the step says", "give a control API", Held.UNSEEN)
    ]
    with pytest.raises(CouldNotTest, match="give a control API"):
        conversation.end_failed()
    judges_result(conversation=conversation)
    with pytest.raises(Mismatch):
        conversation.end_failed()


def test_a_mistake_ends_the_scenario_at_once(conversation: Told) -> None:
    with pytest.raises(HarnessError, match="no column 'colour' here"):
        mistaken(conversation=conversation)
    conversation.end_failed()


def test_a_scenario_in_which_all_is_right_goes_on(conversation: Told) -> None:
    conversation.judge([compared(Aspect.RESULT, "Reply/Result", "OK", "OK", True)])
    conversation.end_failed()


def test_who_says_what_was_only_seen_by_a_person(conversation: Told) -> None:
    conversation.attest("the operator's screen")
    assert conversation.run.attested == ["the operator's screen"]
    conversation.run.begin_scenario()
    assert conversation.run.attested == []
