"""What a scenario arranged is undone, whatever became of it."""

from __future__ import annotations

import pytest

from crm_contract.contract import load_contract
from crmkit.suite.access.target import Target
from crmkit.suite.conversation import Conversation
from crmkit.suite.errors import CouldNotTest, HarnessError
from crmkit.suite.run import Run


@pytest.fixture
def conversation() -> Conversation:
    contract = load_contract()
    run = Run(Target("http://localhost:9", contract))
    return Conversation(run, "5.1-25", contract.operations["CreatedTroubleTickets"])


def test_the_last_is_undone_first(conversation: Conversation) -> None:
    undone: list[str] = []
    conversation.afterwards(lambda: undone.append("landbase"))
    conversation.afterwards(lambda: undone.append("incident"))
    conversation.clean_up()
    conversation.clean_up()
    assert undone == ["incident", "landbase"]


def test_one_that_cannot_be_undone_does_not_keep_the_others(conversation: Conversation) -> None:
    undone: list[str] = []

    def fail() -> None:
        raise HarnessError("the control API is gone")

    conversation.afterwards(lambda: undone.append("landbase"))
    conversation.afterwards(fail)
    with pytest.raises(HarnessError, match=r"could not tidy up.*the control API is gone"):
        conversation.clean_up()
    assert undone == ["landbase"]


def test_without_control_a_plain_ticket_has_no_usage_point_and_a_named_one_cannot_be_tested(
    conversation: Conversation,
) -> None:
    assert conversation.plain_usage_point() is None
    with pytest.raises(CouldNotTest, match="--control"):
        conversation.usage_point("home")


def test_names_are_fresh(conversation: Conversation) -> None:
    names = {conversation.external_name("first") for _ in range(50)}
    assert len(names) == 50
    assert all(name.endswith("-first") for name in names)


def test_a_reply_before_a_message_is_the_features_fault(conversation: Conversation) -> None:
    with pytest.raises(HarnessError, match="before it sends something"):
        conversation.reply()
