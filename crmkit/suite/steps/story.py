"""Sentences of the outage's story."""

from __future__ import annotations

import pytest

from crmkit.suite.callback_queue import CallbackQueue
from crmkit.suite.conversation import Conversation, Table
from crmkit.suite.ivr_sending import listen
from crmkit.suite.steps.sentences import given, then, when
from crmkit.suite.story import Story


@pytest.fixture
def story(conversation: Conversation, queue: CallbackQueue) -> Story:
    """The story so far."""
    return Story(conversation, queue)


def _names(text: str) -> list[str]:
    """`"home", "shop" and "clinic"`; `nobody`."""
    return text.replace(" and ", " ").replace(",", " ").replace('"', "").split() if text != "nobody" else []


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


@when("an operator confirms the incident")
def confirmed(story: Story) -> None:
    """By the control API, as all that operators do."""
    story.act("confirm")


@when("an operator notes about the incident:")
def noted(story: Story, datatable: Table) -> None:
    """Columns: crew, power back (when it is expected), cause, subcause, comment."""
    story.note(datatable)


@when("the power is back")
def power_back(story: Story) -> None:
    """An operator restores the incident."""
    story.act("restore")


@when('representative "{csr}" pulls {count:d} callbacks')
def representative_pulls(story: Story, csr: str, count: int) -> None:
    """Of any priority and language."""
    story.pull(csr, count)


@when('representative "{csr}" reports:')
def representative_reports(story: Story, csr: str, datatable: Table) -> None:
    """In one message. Columns: customer, result, comment."""
    story.report(csr, datatable)


@when("it is time to call again")
def time_to_call_again(queue: CallbackQueue) -> None:
    """The time after which a customer who was not reached is called again has passed."""
    queue.let_pass(queue.setting("requeue_seconds") + 1)


@when("the incident is archived")
def archived(story: Story) -> None:
    """By an operator; only a closed one can be."""
    story.act("archive")


@then("the calls are taken, and nobody is told of an incident")
def told_of_nothing(story: Story) -> None:
    """Each call became a ticket; the reply shows no incident and no customer Deenergized."""
    story.expect_told(of_incident=False)


@then("the calls are taken, and each customer is told of the incident")
def told_of_incident(story: Story) -> None:
    """Each call became a ticket; the reply says Deenergized and shows the incident with all that is noted about it."""
    story.expect_told(of_incident=True)


@then("the tickets of {names} show one incident")
def one_incident(story: Story, names: str) -> None:
    """Queried by mRID. The story goes on with that incident."""
    story.expect_one_incident(_names(names))


@then("the incident has the tickets of {names}, and no others")
def tickets_of_incident(story: Story, names: str) -> None:
    """Queried by the incident; each is found by its usage point, too."""
    story.expect_tickets_of_incident(_names(names))


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
    story.expect_got(csr, _names(names))


@then("the results are taken")
def results_taken(story: Story) -> None:
    """The reply is OK and carries each of the callbacks."""
    story.expect_taken()


@then("the incident is not over")
def not_over(story: Story) -> None:
    """Every ticket, queried by mRID among active ones, shows an incident that is not Closed."""
    story.expect_over(over=False)


@then("the incident is over")
def over(story: Story) -> None:
    """Every ticket, queried by mRID among active ones, shows an incident that is Closed."""
    story.expect_over(over=True)


@then("the tickets are in the archive, and no longer among active ones", settles=True)
def in_archive(story: Story) -> None:
    """Queried in both contexts by the incident, and by mRID."""
    story.expect_archived()
