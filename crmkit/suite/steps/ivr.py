"""Sentences about an IVR that is sent callbacks, and about the results that it posts: for --role ivr."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from crmkit.suite.conversation import Conversation, Table
from crmkit.suite.ivr import replies, result_messages, results
from crmkit.suite.ivr.dialogue import Dialogue
from crmkit.suite.otherwise import Otherwise
from crmkit.suite.steps.sentences import given, then, when

_PIECES = 20


@pytest.fixture
def dialogue(conversation: Conversation) -> Iterator[Dialogue]:
    """The scenario's dialogue with the IVR."""
    made = Dialogue(conversation)
    yield made
    made.note_postings()


# What holds before.


@given("the IVR has taken these callbacks:")
def taken_before(dialogue: Dialogue, datatable: Table) -> None:
    """They were sent in one message, and answered with OK. An IVR that does not take them shows nothing here."""
    results.take_callbacks(dialogue, datatable)


@given("the IVR has taken these callbacks twice, in the same message:")
def taken_twice(dialogue: Dialogue, datatable: Table) -> None:
    """The message came again, with the same MessageID: the adapter has not seen the first answer."""
    results.take_callbacks(dialogue, datatable)
    dialogue.send_again()
    results.require_taken(dialogue)


@given("the IVR has taken these callbacks when their message was repeated:")
def taken_when_repeated(dialogue: Dialogue, datatable: Table) -> None:
    """The first time the connection broke off in the middle."""
    dialogue.send_half(datatable)
    dialogue.send_again()
    results.require_taken(dialogue)


@given("the IVR has refused these callbacks, sent {how}:")
def refused_before(dialogue: Dialogue, how: str, datatable: Table) -> None:
    """Their message differs from the usual one, and was not answered with OK. If it is taken, nothing can be shown."""
    results.refuse_callbacks(dialogue, datatable, Otherwise.of(how))


@given("the adapter answers results with {how}")
def adapter_answers(dialogue: Dialogue, how: str) -> None:
    """The first message with results of the callbacks that are sent next: `FAILED`, `a fault`, `a fault that says to
    try again later`, `OK, but late`, or `nothing, for the connection breaks off`. All others as an adapter does.
    """
    dialogue.answer_results(how)


# What is sent.


@when("these callbacks are sent:")
def callbacks_sent(dialogue: Dialogue, datatable: Table) -> None:
    """To the IVR, in one message. A table without rows is a message without callbacks."""
    dialogue.send(datatable)


@when("these callbacks are sent {how}:")
def callbacks_sent_otherwise(dialogue: Dialogue, how: str, datatable: Table) -> None:
    """The message differs from the usual one."""
    dialogue.send(datatable, Otherwise.of(how))


@when("these callbacks are sent, with a CorrelationID that is not the MessageID:")
def callbacks_sent_correlated(dialogue: Dialogue, datatable: Table) -> None:
    """Table 10.20 wants them to be the same, and the reply to have the CorrelationID."""
    dialogue.send_with_own_correlation(datatable)


@when("these callbacks arrive in pieces over {seconds:g} s:")
def callbacks_sent_in_pieces(dialogue: Dialogue, seconds: float, datatable: Table) -> None:
    """The message arrives in twenty pieces, with a pause before each."""
    dialogue.send_in_pieces(datatable, _PIECES, seconds)


@when("these callbacks are sent, and the connection breaks off in the middle:")
def callbacks_half_sent(dialogue: Dialogue, datatable: Table) -> None:
    """No answer is waited for."""
    dialogue.send_half(datatable)


@when("the same message is sent again")
def sent_again(dialogue: Dialogue) -> None:
    """The very bytes of the last message."""
    dialogue.send_again()


@when("{count:d} callbacks are sent in one message")
def many_sent(dialogue: Dialogue, count: int) -> None:
    """Each of another customer."""
    dialogue.send_many(count)


@when("{count:d} messages with a callback each are sent at the same moment")
def sent_together(dialogue: Dialogue, count: int) -> None:
    """Each over a connection of its own."""
    dialogue.send_together(count)


@when("{what} is sent in place of a message")
def no_soap_sent(dialogue: Dialogue, what: str) -> None:
    """`text that is no XML`, `XML that is no SOAP`, `XML that is not closed`, `an operation that no IVR has`."""
    dialogue.send_no_soap(what)


# What there is then.


@then("the reply is one of these:")
def reply_is_one_of(dialogue: Dialogue, datatable: Table) -> None:
    """Columns: result, code, level, reason, details, {0}, reading: the name of a decision's reading, which the report
    tells. A Result names its row. One that is not OK and has no code in the table wants any Error with a code.
    """
    replies.expect_one_of(dialogue, datatable)


@then("each reply is OK, with the CorrelationID of its own message")
def each_reply_ok(dialogue: Dialogue) -> None:
    """Of those that were sent at the same moment."""
    replies.expect_each_ok(dialogue)


@then("the reply's CorrelationID is the request's MessageID")
def correlated_by_message_id(dialogue: Dialogue) -> None:
    """The request had no CorrelationID."""
    replies.expect_message_id_as_correlation(dialogue)


@then("a SOAP fault is returned")
def plain_fault(dialogue: Dialogue) -> None:
    """SOAP 1.1, with an HTTP status of 400 or more. Its detail does not matter."""
    replies.expect_plain_fault(dialogue)


@then("these callbacks get one result each:", settles=True)
def one_result_each(dialogue: Dialogue, datatable: Table) -> None:
    """Within the time that the profile gives; and no other one once the adapter has taken it. Column: callback."""
    results.expect_one_each(dialogue, datatable)


@then("these callbacks get one result each, or one for each message:", settles=True)
def one_result_or_again(dialogue: Dialogue, datatable: Table) -> None:
    """Column: callback. The report tells which it was."""
    results.expect_called_once_or_again(dialogue, datatable)


@then("these callbacks get no result:", settles=True)
def no_result(dialogue: Dialogue, datatable: Table) -> None:
    """Column: callback."""
    results.expect_none(dialogue, datatable)


@then("the results of these callbacks are posted again or not, and never once they were taken:", settles=True)
def posted_again_or_not(dialogue: Dialogue, datatable: Table) -> None:
    """After an answer other than OK; the report tells whether they were, within two seconds where the IVR was asked to
    or got no answer, else within half a second. After an OK that came late, they are not. Column: callback.
    """
    results.expect_after_answer(dialogue, datatable)


@then("the messages with results are valid", settles=True)
def result_messages_valid(dialogue: Dialogue) -> None:
    """Against the schema, with the header of Table 10.18, and posted as XML."""
    result_messages.expect_valid_messages(dialogue)


@then("each result is a word that is configured", settles=True)
def result_words(dialogue: Dialogue) -> None:
    """One of the profile's callback results, or of the contract's reference data."""
    result_messages.expect_words(dialogue)


@then("each result tells when the call was made", settles=True)
def result_times(dialogue: Dialogue) -> None:
    """After the callback was sent and before its result came; clocks may differ by five minutes."""
    result_messages.expect_times(dialogue)


@then("each result tells who made the call", settles=True)
def result_csr(dialogue: Dialogue) -> None:
    """A csrId; where it is absent, the report tells so (D-38)."""
    result_messages.expect_csr(dialogue)


@then("over the whole run no result was posted again once it was taken, or for a callback never sent", settles=True)
def clean_run(dialogue: Dialogue) -> None:
    """Of all that the IVR has posted until now; callbacks that were sent several times may have several results."""
    results.expect_clean_run(dialogue)
