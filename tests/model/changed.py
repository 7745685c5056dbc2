"""ChangedTroubleTickets (Table 5.2, rows in their order)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from model.answers import FAILED, Answer, Errors, counted, refused
from model.calls import Change, is_given
from model.contract import COMMENT_LIMIT
from model.world import Ticket, World, appended, contacts_of


def change(world: World, entries: Sequence[Change]) -> Answer:
    """Active tickets gain comments and contacts. An entry finds what an earlier one made of its ticket."""
    if not all(is_given(entry.csr) for entry in entries):
        # One entry without it fails the message (D-11).
        return refused("1.8", "FATAL", "CsrIDMissing")
    times = Counter(entry.mrid for entry in entries if is_given(entry.mrid))
    errors = Errors()
    shown = []
    for entry in entries:
        ticket = _named(world, entry)
        if _is_refused(entry, ticket, times[entry.mrid] > 1, errors):
            continue
        assert ticket is not None
        if entry.comment is not None and is_given(entry.comment):
            ticket.comment = appended(ticket.comment, entry.comment)
        _add_contacts(ticket, entry)
        ticket.changed_by = entry.csr
        shown.append({"mrid": ticket.id, "name": ticket.name, "status": "Changed"})
    result = counted(len(shown), len(entries) - len(shown))
    return Answer(result, errors.listed(), None if result == FAILED else tuple(shown))


def _named(world: World, entry: Change) -> Ticket | None:
    """The mRID decides, also when it is unknown (D-31); of tickets with one name the newest counts (D-28)."""
    if is_given(entry.mrid):
        return world.ticket(entry.mrid)
    if is_given(entry.name):
        return next((each for each in reversed(world.tickets) if each.name == entry.name), None)
    return None


def _is_refused(entry: Change, ticket: Ticket | None, repeated: bool, errors: Errors) -> bool:
    """By the first row that finds something (D-05)."""
    if not is_given(entry.comment) and not contacts_of(entry.customer):
        errors.add("1.2", "FATAL", "UpdateDataMissing")
    elif repeated:
        # Every entry with that mRID is refused (D-10).
        errors.add("2.7", "FATAL", "DuplicateMRIDs", about=entry.mrid)
    elif ticket is not None and _is_too_long(ticket, entry):
        # Refused whole, contacts too (D-30).
        errors.add("2.7", "WARNING", "CommentExceedsLimit")
    elif not is_given(entry.mrid) and not is_given(entry.name):
        errors.add("1.2", "FATAL", "MrIDMissing")
    elif ticket is None:
        errors.add("2.7", "FATAL", "EntityNotFound", about=entry.mrid if is_given(entry.mrid) else entry.name)
    else:
        return False
    return True


def _is_too_long(ticket: Ticket, entry: Change) -> bool:
    """The separator counts, characters are counted, not bytes (D-44)."""
    return (
        entry.comment is not None
        and is_given(entry.comment)
        and len(appended(ticket.comment, entry.comment)) > COMMENT_LIMIT
    )


def _add_contacts(ticket: Ticket, entry: Change) -> None:
    """Existing contacts stay; what is added goes by the first caller's name (5.2-02)."""
    added = contacts_of(entry.customer)
    if ticket.contacts:
        first = ticket.contacts[0]
        added = [replace(first, type=each.type, value=each.value, preferred=False) for each in added if each.type]
    ticket.contacts += added
