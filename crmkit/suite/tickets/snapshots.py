"""The scenario's earlier tickets as they are stored, before a message and after it."""

from __future__ import annotations

from crmkit.suite.access.control import Json, Snapshot, TicketsSeen
from crmkit.suite.conversation import Conversation
from crmkit.suite.errors import HarnessError
from crmkit.suite.evidence import Aspect, Check, compared

_AS_BEFORE = "as before"


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


def present(conversation: Conversation, seen: TicketsSeen | None = None) -> Snapshot:
    """What is stored now; what was seen a moment ago will do where it goes back far enough."""
    control = conversation.run.needs_control()
    mrids = [ticket.mrid for ticket in conversation.earlier.values() if ticket.mrid]
    if mrids and (seen is None or seen.after > conversation.start):
        seen = conversation.look()
    tickets = seen.tickets if seen else []
    stored = {ticket["mrid"]: ticket for ticket in tickets}
    active = {mrid: stored[mrid] for mrid in mrids if mrid in stored}
    archived = {mrid: control.archived_ticket(mrid) for mrid in mrids if mrid not in stored}
    return Snapshot(active, {mrid: ticket for mrid, ticket in archived.items() if ticket is not None})


def checks_between(at: str, before: Json | None, after: Json | None, apart_from: frozenset[str]) -> list[Check]:
    """Whether a stored ticket is as it was: a check for it as a whole, or one for each field that is not."""
    if before is None or after is None:
        if before is after:
            return []
        seen = "not there any more" if after is None else "there now, not before"
        return [compared(Aspect.EFFECT, at, _AS_BEFORE, seen, False)]
    changed = [
        compared(
            Aspect.EFFECT, f"{at}/{name}", f"{_short(before.get(name))}, as before", _short(after.get(name)), False
        )
        for name in sorted(before.keys() | after.keys())
        if name not in apart_from and before.get(name) != after.get(name)
    ]
    kept = _AS_BEFORE if not apart_from else f"{_AS_BEFORE}, but for {', '.join(sorted(apart_from))}"
    return changed or [compared(Aspect.EFFECT, at, kept, _AS_BEFORE, True)]


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 120 else f"{text[:100]}… of {len(text)} characters"
