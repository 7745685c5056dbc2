"""Sentences about callbacks and their results."""

from __future__ import annotations

import pytest

from crmkit.suite.callbacks import arranging as callback_arranging
from crmkit.suite.callbacks import ivr_sending
from crmkit.suite.callbacks import pulls as callback_pulls
from crmkit.suite.callbacks import results as callback_results
from crmkit.suite.callbacks import stored as callback_stored
from crmkit.suite.callbacks.queue import CallbackQueue
from crmkit.suite.conversation import Conversation, Table
from crmkit.suite.otherwise import Otherwise
from crmkit.suite.steps.sentences import given, then, when


@pytest.fixture
def queue(conversation: Conversation) -> CallbackQueue:
    """The scenario's callbacks."""
    return CallbackQueue(conversation)


# What holds before.


@given("these callbacks are in the queue:")
def callbacks_in_queue(queue: CallbackQueue, datatable: Table) -> None:
    """Each customer asked for a callback under a confirmed incident, which was then restored. Who holds a callback has
    pulled it, or sent it to the IVR. Whatever else was in the queue has been pulled. Closed afterwards.
    """
    callback_arranging.arrange(queue, datatable)


@given("these people are to be reached too:")
def more_people(queue: CallbackQueue, datatable: Table) -> None:
    """Columns: callback, person (`First Last`), contact (`email E`, `landline L` or `mobile M`), preferred (`yes`)."""
    callback_arranging.add_people(queue, datatable)


@given("these results have been reported, and the callbacks pulled again:")
def results_before(queue: CallbackQueue, datatable: Table) -> None:
    """By who held them; the time after which a customer who was not reached is called again has passed."""
    callback_results.report_and_pull_again(queue, datatable)


@given("these results have been reported:")
def results_reported_before(queue: CallbackQueue, datatable: Table) -> None:
    """By who held the callbacks."""
    callback_results.report_before(queue, datatable)


@given("these callbacks are marked to be resolved automatically:")
def marked_automatic(queue: CallbackQueue, datatable: Table) -> None:
    """By an operator."""
    callback_arranging.mark_automatic(queue, datatable, True)


@given("the IVR calls nobody")
def ivr_calls_nobody(queue: CallbackQueue) -> None:
    """It takes the callbacks that it is sent, and dials none. Its journal begins anew. It is as before afterwards."""
    ivr_sending.hush(queue)


@given("the IVR calls nobody and {how}")
def ivr_behaves(queue: CallbackQueue, how: str) -> None:
    """Likewise, and it `refuses connections`, `drops connections`, `answers FAILED`, `answers PARTIAL`, `answers with a
    fault`, `answers with what the schema refuses`, `answers with a reply of another operation`, or `answers with a page
    of HTML`.
    """
    ivr_sending.hush(queue, how)


@given("the target has just looked for callbacks to send")
def just_looked(queue: CallbackQueue) -> None:
    """Whatever it found is on its way; it looks again after the time that it waits between two looks."""
    ivr_sending.send(queue)


# What happens.


@when("callbacks are pulled:")
def callbacks_pulled(queue: CallbackQueue, datatable: Table) -> None:
    """In one message. Columns: csr, count, language, priority; what is empty is left out of the message."""
    callback_pulls.pull(queue, datatable)


@when("callbacks are pulled {how}:")
def callbacks_pulled_otherwise(queue: CallbackQueue, how: str, datatable: Table) -> None:
    """The message differs from the usual one."""
    callback_pulls.pull(queue, datatable, Otherwise.of(how))


@when("these pull at the same moment:")
def pulled_together(queue: CallbackQueue, datatable: Table) -> None:
    """A message a row, all of them sent at once. Columns as for a pull."""
    callback_pulls.pull_together(queue, datatable)


@when("callback results are reported:")
def results_reported(queue: CallbackQueue, datatable: Table) -> None:
    """In one message. Columns: callback, csr, result, comment, called (when), mRID (`its own`, as without the column;
    `unknown`: none that the target has; `none`: left out). What is empty is left out of the message.
    """
    callback_results.report(queue, datatable)


@when("callback results are reported {how}:")
def results_reported_otherwise(queue: CallbackQueue, how: str, datatable: Table) -> None:
    """The message differs from the usual one."""
    callback_results.report(queue, datatable, Otherwise.of(how))


@when("{count:d} minutes have passed")
def minutes_passed(queue: CallbackQueue, count: int) -> None:
    """By the target's clock."""
    queue.let_pass(60.0 * count)


@when("the assignments are over")
def assignments_over(queue: CallbackQueue) -> None:
    """The target's clock has gone further than it lets anybody hold a callback."""
    queue.let_pass(queue.setting("assignment_seconds") + 1)


@when("these callbacks are no longer marked to be resolved automatically:")
def unmarked_automatic(queue: CallbackQueue, datatable: Table) -> None:
    """By an operator."""
    callback_arranging.mark_automatic(queue, datatable, False)


@when("it is time to send callbacks")
def time_to_send(queue: CallbackQueue) -> None:
    """The target looks for callbacks to send to the IVR."""
    ivr_sending.send(queue)


@when("it is not yet time to send callbacks")
def too_early_to_send(queue: CallbackQueue) -> None:
    """The target's publisher runs before the time between two looks is over."""
    ivr_sending.send_too_early(queue)


@when("it is time to send callbacks, again and again")
def time_to_send_until_given_up(queue: CallbackQueue) -> None:
    """More often than the target may try, each time after the pause that it makes between two tries."""
    ivr_sending.send_until_given_up(queue)


# What there is then.


@then("the reply carries these callbacks, in this order:")
def reply_carries_callbacks(queue: CallbackQueue, datatable: Table) -> None:
    """These and no others, none that was given to somebody before, each with all of Table 10.17 as it is known.
    Columns: callback, and as literals csr, reason, language, trouble code, person (first and last name).
    """
    callback_pulls.expect_carried(queue, datatable)


@then("the reply carries no callbacks")
def reply_carries_no_callbacks(queue: CallbackQueue) -> None:
    """Nothing is in its payload, if it has one."""
    callback_pulls.expect_carried(queue, [["callback"]])


@then("each reply is OK, and no callback is in two of them")
def replies_apart(queue: CallbackQueue) -> None:
    """Of those who pulled at the same moment; together they got all that waited."""
    callback_pulls.expect_apart(queue)


@then("the reply carries these results:")
def reply_carries_results(queue: CallbackQueue, datatable: Table) -> None:
    """The callbacks whose results were taken, and no others. Columns: callback, status (`any`: some word)."""
    callback_results.expect_answers(queue, datatable)


@then("the sending is {result} without errors")
def sending_without_errors(queue: CallbackQueue, result: str) -> None:
    """`OK`: the IVR has answered each message with OK, and nothing is logged of them. `FAILED`: it has not, and where
    it drops connections every callback was tried as often as the target is configured to.
    """
    ivr_sending.expect_outcome(queue, result)


@then("the sending is {result} with these errors in the log:")
def sending_with_errors(queue: CallbackQueue, result: str, datatable: Table) -> None:
    """Not answered OK, and the target's log has these Errors of it and no others: code, level, reason, details as the
    row prints them; `{0}` is any text.
    """
    ivr_sending.expect_outcome(queue, result, datatable)


@then("the log tells that the callbacks were not taken")
def log_tells(queue: CallbackQueue) -> None:
    """The target's log has at least a line of the sending."""
    ivr_sending.expect_any_log(queue)


@then("the IVR has got no callbacks yet")
def ivr_got_nothing(queue: CallbackQueue) -> None:
    """None of the scenario's."""
    ivr_sending.expect_nothing_yet(queue)


@then("the IVR has got these callbacks, and no others:")
def ivr_got(queue: CallbackQueue, datatable: Table) -> None:
    """Each once, in messages that are valid and have the header of Table 10.20. Columns as for a reply's callbacks."""
    ivr_sending.expect_received(queue, datatable)


@then("these callbacks are stored, and nothing else has changed:", settles=True)
def callbacks_stored(queue: CallbackQueue, datatable: Table) -> None:
    """The scenario's callbacks that the table lacks are as they were, and no ticket came about. Columns: callback, held
    by (`who pulled it`; empty: nobody), result, comment, changed by, changed at (`when called`). What a result leads to
    is not judged.
    """
    callback_stored.expect_stored(queue, datatable)


@then("the queue is as it was", settles=True)
def queue_as_before(queue: CallbackQueue) -> None:
    """Every callback of the scenario is as it was, and no ticket came about."""
    callback_stored.expect_as_before(queue)
