"""The scenario's earlier tickets as they are stored, before a message and after it."""

from __future__ import annotations

from crmkit.suite.access.control import Json, Snapshot
from crmkit.suite.conversation import Conversation
from crmkit.suite.errors import Difference, HarnessError


def take_snapshot(conversation: Conversation) -> None:
    """Keep what is stored now; without a control API nothing is known of it."""
    if conversation.run.control is not None:
        conversation.mark()
        conversation.snapshot = present(conversation)


def kept(conversation: Conversation) -> Snapshot:
    """What was stored before the message. CouldNotTest without a control API."""
    conversation.run.needs_control()
    if conversation.snapshot is None:
        raise HarnessError("the scenario did not note what was stored before its message")
    return conversation.snapshot


def present(conversation: Conversation) -> Snapshot:
    """What is stored now."""
    control = conversation.run.needs_control()
    mrids = [ticket.mrid for ticket in conversation.earlier.values() if ticket.mrid]
    stored = {ticket["mrid"]: ticket for ticket in conversation.stored()} if mrids else {}
    active = {mrid: stored[mrid] for mrid in mrids if mrid in stored}
    archived = {mrid: control.archived_ticket(mrid) for mrid in mrids if mrid not in stored}
    return Snapshot(active, {mrid: ticket for mrid, ticket in archived.items() if ticket is not None})


def differences_between(
    at: str, before: Json | None, after: Json | None, apart_from: frozenset[str]
) -> list[Difference]:
    """What of a stored ticket is not as it was, field by field."""
    if before is None or after is None:
        if before is after:
            return []
        return [Difference(at, "as before", "not there any more" if after is None else "there now, not before")]
    return [
        Difference(f"{at}/{name}", f"{_short(before.get(name))}, as before", _short(after.get(name)))
        for name in sorted(before.keys() | after.keys())
        if name not in apart_from and before.get(name) != after.get(name)
    ]


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 120 else f"{text[:100]}… of {len(text)} characters"
