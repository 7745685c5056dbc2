"""Sentences of the outage's story."""

from __future__ import annotations

import pytest

from crmkit.suite.callbacks.ivr_sending import listen
from crmkit.suite.callbacks.queue import CallbackQueue
from crmkit.suite.conversation import Conversation, Table
from crmkit.suite.errors import HarnessError
from crmkit.suite.steps.sentences import given, then, when
from crmkit.suite.story import Story, names_in


@pytest.fixture
def story(conversation: Conversation, queue: CallbackQueue) -> Story:
    """The story so far."""
    return Story(conversation, queue)


def _either(said: str, yes: str, no: str) -> bool:
    if said not in (yes, no):
        raise HarnessError(f"{said!r}: say {yes!r} or {no!r}")
    return said == yes


@given("these customers are on one transformer:")
def customers(story: Story, datatable: Table) -> None:
    """All have power, and none has called. One has the priority that the table says, the others lower ones. The queue
    of callbacks has been emptied.
    """
    story.settle_customers(datatable)


@given('the IVR calls whom it is told of, and hears "{outcome}"')
def ivr_calls(queue: CallbackQueue, outcome: str) -> None:
    """It dials at once and reports that result. Its journal begins anew. It is as before afterwards."""
    listen(queue, outcome)


@when("these customers call:")
def customers_call(story: Story, datatable: Table) -> None:
    """In one message. Columns: customer, trouble code, call back, caller."""
    story.call(datatable)


@when("the outage model looks for what the calls have in common")
def prediction(story: Story) -> None:
    """The background predicts incidents."""
    story.queue.api.run_job("prediction")


@when("an operator {acts} the incident")
def operator_acts(story: Story, acts: str) -> None:
    """By the control API, as all that operators do: `confirms`, `restores` (the power is back), `archives` (only a
    closed one can be).
    """
    story.act(acts.removesuffix("s"))


@when("an operator notes about the incident:")
def noted(story: Story, datatable: Table) -> None:
    """Columns: crew, power back (when it is expected), cause, subcause, comment."""
    story.note(datatable)


@when('representative "{csr}" reports:')
def representative_reports(story: Story, csr: str, datatable: Table) -> None:
    """In one message. Columns: customer, result, comment."""
    story.report(csr, datatable)


@when("it is time to call again")
def time_to_call_again(queue: CallbackQueue) -> None:
    """The time after which a customer who was not reached is called again has passed."""
    queue.let_pass(queue.setting("requeue_seconds") + 1)


@then("the calls are taken, and {who} told of the incident")
def told_of_incident(story: Story, who: str) -> None:
    """Each call became a ticket. `each customer is`: the reply says Deenergized, and shows the incident with all that
    is noted about it; `nobody is`: neither.
    """
    story.expect_told(of_incident=_either(who, "each customer is", "nobody is"))


@then("the tickets of {names} show one incident")
def one_incident(story: Story, names: str) -> None:
    """Queried by mRID. The story goes on with that incident."""
    story.expect_one_incident(names_in(names))


@then("the incident has the tickets of {names}, and no others")
def tickets_of_incident(story: Story, names: str) -> None:
    """Queried by the incident; each is found by its usage point, too."""
    story.expect_tickets_of_incident(names_in(names))


@then("every ticket shows all that is noted about the incident")
def incident_shown(story: Story) -> None:
    """Queried by mRID."""
    story.expect_incident_shown()


@then('the IVR has called "{name}" and nobody else, and its result was taken')
def called_by_ivr(story: Story, name: str) -> None:
    """It got this customer's callback from the target, and has reported the result to it."""
    story.expect_called_by_ivr(name)


@then('representative "{csr}" has got the callbacks of {names}')
def has_got(story: Story, csr: str, names: str) -> None:
    """These and no others, with the incident and all that is noted about it."""
    story.expect_got(csr, names_in(names))


@then("the results are taken")
def results_taken(story: Story) -> None:
    """The reply is OK and carries each of the callbacks."""
    story.expect_taken()


@then("the incident {is_or_not} over")
def over(story: Story, is_or_not: str) -> None:
    """Every ticket, queried by mRID among active ones, shows an incident that is Closed, or that `is not`."""
    story.expect_over(_either(is_or_not, "is", "is not"))


@then("the tickets are in the archive, and no longer among active ones", settles=True)
def in_archive(story: Story) -> None:
    """Queried in both contexts by the incident, and by mRID."""
    story.expect_archived()
