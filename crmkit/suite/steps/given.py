"""What holds before a message is sent."""

from __future__ import annotations

from crmkit.suite import arranging
from crmkit.suite.conversation import Conversation, Table
from crmkit.suite.steps.sentences import given


@given("these trouble tickets have been created:")
def created_before(conversation: Conversation, datatable: Table) -> None:
    """An earlier message created them. They are not among what the scenario stores."""
    conversation.create_earlier(datatable)


@given('a confirmed incident on the transformer of usage point "{alias}":')
def confirmed_incident(conversation: Conversation, alias: str, datatable: Table) -> None:
    """Columns: comment, cause, subcause, crew, estimated restoration. The incident is restored afterwards."""
    arranging.confirm_incident(conversation, alias, datatable)


@given("the landbase is down")
def landbase_down(conversation: Conversation) -> None:
    """It refuses connections. It recovers afterwards."""
    arranging.take_landbase_down(conversation)


@given("the IMS is slow")
def ims_slow(conversation: Conversation) -> None:
    """It confirms nothing until it is released; the target waits for it for a second. Released afterwards."""
    arranging.slow_the_ims_down(conversation)


@given("the next message fails inside the target")
def next_message_fails(conversation: Conversation) -> None:
    """An internal error, after the target has begun to store."""
    arranging.fail_next_message(conversation)
