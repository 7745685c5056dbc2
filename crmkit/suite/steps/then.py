"""What the target answers, and what it stores."""

from __future__ import annotations

from crmkit.suite.conversation import Conversation, Table
from crmkit.suite.replies import carried as reply_tickets
from crmkit.suite.replies import judging as reply_judging
from crmkit.suite.steps.sentences import then
from crmkit.suite.tickets import arranging, changed, showing, stored


@then("the reply is {result} without errors")
def reply_without_errors(conversation: Conversation, result: str) -> None:
    """A response, valid against the schema and with the header of a reply, that reports no Error."""
    reply_judging.expect_reply(conversation, result, None)


@then("the reply is {result} with these errors:")
def reply_with_errors(conversation: Conversation, result: str, datatable: Table) -> None:
    """Likewise, with exactly these Errors in any order: code, level, reason, details as the row prints them, and what
    stands at `{0}` and `{1}`: aliases of tickets, values, a period, `position of TICKET`, or `*` for any text.
    """
    reply_judging.expect_reply(conversation, result, datatable)


@then("a {code} fault is returned with these errors:")
def fault_with_errors(conversation: Conversation, code: str, datatable: Table) -> None:
    """A SOAP fault with HTTP 500, whose detail is the operation's fault message with Result FAILED and these Errors."""
    reply_judging.expect_fault(conversation, code, datatable)


@then("the reply carries these tickets:")
def reply_carries(conversation: Conversation, datatable: Table) -> None:
    """These and no others. Columns: ticket, usage point (empty: none), status (`any`: some word, but not Deenergized),
    previous tickets, incident (`yes`: the scenario's, empty: none). `*` is not judged.
    """
    reply_tickets.expect_reply_tickets(conversation, datatable)


@then("the reply shows these tickets with {extent} details:")
def reply_shows(conversation: Conversation, extent: str, datatable: Table) -> None:
    """These and no others, with what was sent or set: `limited` details have the elements of Tables 10.9 and 10.11,
    `full` ones those of Tables 10.10 and 10.12.
    """
    showing.expect_shown(conversation, datatable, extent)


@then("the reply shows these tickets:")
def reply_shows_tickets(conversation: Conversation, datatable: Table) -> None:
    """These and no others; what is shown of them does not matter, but for contacts that the table has a column for."""
    showing.expect_shown(conversation, datatable)


@then("the reply shows no tickets")
def reply_shows_nothing(conversation: Conversation) -> None:
    """Its payload is empty, or there is none."""
    showing.expect_shown(conversation, [["ticket"]])


@then("other requests are served meanwhile")
def others_served(conversation: Conversation) -> None:
    """While the message waits, the WSDL and another message are answered."""
    arranging.expect_others_served(conversation)


@then("no ticket is visible yet")
def nothing_visible(conversation: Conversation) -> None:
    """Nothing is stored at this moment, and the reply carries no mRID."""
    stored.expect_nothing_visible(conversation)


@then("these tickets are stored, and nothing else:", settles=True)
def tickets_stored(conversation: Conversation, datatable: Table) -> None:
    """Exactly these tickets came into the store, each once, and no message waits for the IMS. The
    reply tells their mRIDs. What a column of the message says is stored as it was sent, unless a column here says
    otherwise; what the message does not say is not added.
    """
    stored.expect_stored(conversation, datatable)


@then("nothing is stored", settles=True)
def nothing_stored(conversation: Conversation) -> None:
    """No ticket came into the store, and no message waits for the IMS."""
    stored.expect_nothing_stored(conversation)


@then("these tickets are changed, and nothing else:", settles=True)
def tickets_changed(conversation: Conversation, datatable: Table) -> None:
    """Comment and contacts of these tickets are as their entries say; every other field of the scenario's tickets, but
    for who changed these last, is as it was before the message. No ticket came into the store, and no message waits.
    """
    changed.expect_changed(conversation, datatable)


@then("nothing has changed", settles=True)
def nothing_changed(conversation: Conversation) -> None:
    """Every field of the scenario's tickets, active and archived, is as it was before the message. No ticket came into
    the store, and no message waits for the IMS.
    """
    changed.expect_nothing_changed(conversation)
