"""What holds before a message is sent."""

from __future__ import annotations

from crmkit.suite.conversation import Conversation, Table
from crmkit.suite.steps.sentences import given
from crmkit.suite.tickets import arranging, showing


@given("these trouble tickets have been created:")
def created_before(conversation: Conversation, datatable: Table) -> None:
    """An earlier message created them. They are not among what the scenario stores."""
    conversation.create_earlier(datatable)


@given('a confirmed incident on the transformer of usage point "{alias}":')
def confirmed_incident(conversation: Conversation, alias: str, datatable: Table) -> None:
    """Columns: comment, cause, subcause, crew, estimated restoration, status. The incident is called like the usage
    point, and restored afterwards.
    """
    arranging.confirm_incident(conversation, alias, datatable)


@given('these trouble tickets have been archived with incident "{incident}":')
def archived_before(conversation: Conversation, incident: str, datatable: Table) -> None:
    """A confirmed incident on the transformer of their one usage point; an earlier message created them; then the
    incident was restored, closed and archived.
    """
    arranging.archive_tickets(conversation, incident, datatable)


@given('incident "{alias}" has been archived with its tickets')
def archived_with_tickets(conversation: Conversation, alias: str) -> None:
    """It was restored, closed and archived, and all earlier tickets of the scenario with it."""
    arranging.archive_incident(conversation, alias)


@given('an archived incident "{incident}" without tickets')
def archived_incident(conversation: Conversation, incident: str) -> None:
    """It was confirmed, restored, closed and archived, and nobody had called."""
    arranging.archive_empty_incident(conversation, incident)


@given('trouble ticket "{alias}" has got these contacts from operators:')
def contacts_of_operators(conversation: Conversation, alias: str, datatable: Table) -> None:
    """Columns: person (`First Last`), type (email, landline, mobile), value, preferred (`yes`: the preferred one of its
    type, or empty). A contact that the ticket has is only marked.
    """
    showing.add_contacts(conversation, alias, datatable)


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
