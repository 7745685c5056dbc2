"""What is sent, and what happens then."""

from __future__ import annotations

from crmkit.suite.conversation import Conversation, Table
from crmkit.suite.otherwise import Otherwise
from crmkit.suite.steps.sentences import when
from crmkit.suite.tickets import arranging, changing, querying


@when("these trouble tickets are sent:")
def tickets_sent(conversation: Conversation, datatable: Table) -> None:
    """To be created, in one message. A table without rows is a message without tickets."""
    conversation.send_tickets(datatable)


@when("these trouble tickets are sent {how}:")
def tickets_sent_otherwise(conversation: Conversation, how: str, datatable: Table) -> None:
    """The message differs from the usual one."""
    conversation.send_tickets(datatable, Otherwise.of(how))


@when("these trouble tickets are changed:")
def tickets_changed(conversation: Conversation, datatable: Table) -> None:
    """In one message; a row is an entry."""
    changing.send_changes(conversation, datatable)


@when("these trouble tickets are changed {how}:")
def tickets_changed_otherwise(conversation: Conversation, how: str, datatable: Table) -> None:
    """The message differs from the usual one."""
    changing.send_changes(conversation, datatable, Otherwise.of(how))


@when("trouble tickets are queried {how} by:")
def tickets_queried(conversation: Conversation, how: str, datatable: Table) -> None:
    """By the criteria of the table, usually `in context "CONTEXT"`. A table without rows is a query without entries."""
    querying.send_query(conversation, datatable, Otherwise.of(how))


@when("the IMS gets to them")
def ims_released(conversation: Conversation) -> None:
    """It works again, and takes over what waits for it."""
    arranging.release_ims(conversation)
