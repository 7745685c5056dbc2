"""What is sent, and what happens then."""

from __future__ import annotations

import re

from crmkit.suite import arranging
from crmkit.suite.conversation import Conversation, Table
from crmkit.suite.errors import HarnessError
from crmkit.suite.steps.sentences import when

_OTHERWISE = re.compile(r'with the verb "(?P<verb>.*)"|with the noun "(?P<noun>.*)"|without (?P<without>\S+)')


@when("these trouble tickets are sent:")
def tickets_sent(conversation: Conversation, datatable: Table) -> None:
    """In one message of the scenario's operation. A table without rows is a message without tickets."""
    conversation.send(datatable)


@when("these trouble tickets are sent {how}:")
def tickets_sent_otherwise(conversation: Conversation, how: str, datatable: Table) -> None:
    """The message is as usual but for `with the verb "VERB"`, `with the noun "NOUN"`, or `without PATH`: less the
    element at a path such as Header/Verb, and what is in it.
    """
    match = _OTHERWISE.fullmatch(how)
    if match is None:
        raise HarnessError(f'{how!r}: say with the verb "...", with the noun "..." or without PATH')
    conversation.send(datatable, **match.groupdict())


@when("the IMS gets to them")
def ims_released(conversation: Conversation) -> None:
    """It works again, and takes over what waits for it."""
    arranging.release_ims(conversation)
