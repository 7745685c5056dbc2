"""The callback queue: GetCallbacks (Table 7.1), CreatedCallBacksResults (Table 8.1), and what time does to it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from model import contract
from model.answers import FAILED, OK, Answer, Errors, counted, refused
from model.calls import CallbackResult, Pull, is_given
from model.outages import close_when_done
from model.queried import shown_customer
from model.world import Callback, Ticket, World, appended

_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)")


def waiting(world: World) -> list[Callback]:
    """Unassigned callbacks that are due, highest priority first, then oldest (D-37)."""
    free = [
        each
        for each in world.callbacks
        if each.closed is None and each.held_by(world.now) is None and each.is_due(world.now)
    ]
    return sorted(free, key=lambda each: -each.priority)


def pull(world: World, asked: Pull | None) -> Answer:
    """The first callbacks that fit; they are the CSR's from now on (D-37)."""
    asked = asked or Pull()
    if not is_given(asked.csr):
        return refused("1.2", "FATAL", "CsrIdMissing")
    priority = (asked.priority or "").strip()
    if priority and not _NUMBER.fullmatch(priority):
        return refused("1.2", "FATAL", "PriorityNotNumber")
    if asked.language is not None and int(asked.language) not in contract.LANGUAGES:
        return refused("1.2", "FATAL", "InvalidLanguageId")
    found = [
        each
        for each in waiting(world)
        if (asked.language is None or each.language == int(asked.language))
        and (not priority or each.priority == float(priority))
    ][: int(asked.count or 0) or 1]
    for each in found:
        each.assign((asked.csr or "").strip(), world.now)
    errors = () if found else (("1.2", "INFORM", "EntityNotFound"),)
    return Answer(OK, errors, tuple(_shown(world, each) for each in found))


def _shown(world: World, callback: Callback) -> dict[str, Any]:
    """Table 10.17; the customer is the person who owns the preferred contact, else the first one (D-36)."""
    ticket = world.ticket(callback.ticket)
    assert ticket is not None
    customer = None
    if ticket.contacts:
        owner = next((each for each in ticket.contacts if each.preferred), ticket.contacts[0])
        person = (owner.first_name, owner.middle_name, owner.last_name)
        own = [each for each in ticket.contacts if (each.first_name, each.middle_name, each.last_name) == person]
        customer = shown_customer(owner, own)
    return {
        "mrid": callback.id,
        "comment": callback.comment,
        "csr": callback.holder,
        "assigned": callback.held_since,
        "reason": "PowerRestored",
        "incident": callback.incident,
        "language": callback.language,
        "trouble_code": ticket.trouble_code,
        "usage_point": callback.usage_point,
        "customer": customer,
    }


def report(world: World, entries: Sequence[CallbackResult]) -> Answer:
    """Results of callbacks. All entries are judged before any is applied."""
    times = Counter(entry.mrid for entry in entries if is_given(entry.mrid))
    errors = Errors()
    accepted: list[tuple[CallbackResult, Callback, str | None]] = []
    for entry in entries:
        callback = world.callback(entry.mrid)
        is_refused, comment = _judge(world, entry, callback, times[entry.mrid] > 1, errors)
        if callback is not None and not is_refused:
            accepted.append((entry, callback, comment))
    for entry, callback, comment in accepted:
        callback.comment = comment
        _settle(world, callback, entry.result or "", entry.csr)
    for _, callback, _ in accepted:
        close_when_done(world, callback.incident)
    result = counted(len(accepted), len(entries) - len(accepted))
    shown = tuple({"mrid": callback.id, "status": "Updated"} for _, callback, _ in accepted)
    return Answer(result, errors.listed(), None if result == FAILED else shown)


def _judge(
    world: World, entry: CallbackResult, callback: Callback | None, repeated: bool, errors: Errors
) -> tuple[bool, str | None]:
    """Whether the entry is refused, by the first row that does (D-05); and the callback's comment afterwards."""
    comment = callback.comment if callback else None
    if is_given(entry.mrid) and callback is None:
        errors.add("2.7", "FATAL", "EntityNotFound")
        return True, None
    if is_given(entry.result) and entry.result not in contract.RESULTS:
        errors.add("2.7", "FATAL", "InvalidCallBackResult", about=entry.result)
        return True, None
    if callback is not None and entry.comment is not None and is_given(entry.comment):
        longer = appended(comment, entry.comment)
        if len(longer) > contract.COMMENT_LIMIT:
            # The result is applied without the comment (D-30).
            errors.add("2.7", "WARNING", "CommentExceedsLimit")
        else:
            comment = longer
    if callback is not None and not _may_report(world, callback, (entry.csr or "").strip()):
        errors.add("2.7", "FATAL", "DifferentCsrId", about=(entry.csr or "").strip())
    elif not is_given(entry.result):
        errors.add("2.7", "FATAL", "CallbackResultMissing")
    elif repeated:
        # Every entry with that mRID is refused (D-10).
        errors.add("2.7", "FATAL", "DuplicateMRIDs", about=entry.mrid)
    elif not is_given(entry.mrid):
        errors.add("2.7", "FATAL", "MissingMRIDs")
    else:
        return False, comment
    return True, None


def _may_report(world: World, callback: Callback, csr: str) -> bool:
    """Who holds it; anybody where the adapter itself does; nobody where nobody does (D-38)."""
    holder = callback.held_by(world.now)
    return holder is not None and holder in (csr, contract.THE_ADAPTER)


def _settle(world: World, callback: Callback, result: str, csr: str | None) -> None:
    """What a result makes of a callback (D-39)."""
    callback.release()
    callback.result, callback.changed_by = result, csr
    if result in contract.REPEATING_RESULTS and callback.attempts < contract.REQUEUE_LIMIT:
        callback.attempts += 1
        callback.not_before = world.now + contract.REQUEUE
    elif result in contract.REPEATING_RESULTS:
        _give_up(world, callback)
    else:
        callback.closed = world.now
        if result == contract.NOT_RESTORED:
            _report_again(world, callback, csr)


def _give_up(world: World, callback: Callback) -> None:
    callback.release()
    callback.result, callback.closed = contract.MAX_ATTEMPTS, world.now


def _report_again(world: World, callback: Callback, csr: str | None) -> None:
    """A customer who is still without power: a new ticket of the same caller at the same place (D-39).

    It joins another incident that de-energizes the customer, as any call would.
    """
    ticket = world.ticket(callback.ticket)
    assert ticket is not None
    incident = world.de_energizing(ticket.usage_point) if ticket.usage_point else None
    again = Ticket(
        id=world.next_id("T"),
        name=None,
        usage_point=ticket.usage_point,
        incident=incident.id if incident else None,
        call_back=ticket.call_back,
        comment=None,
        created=world.now,
        first_call=world.now,
        csr=csr,
        language=ticket.language,
        source=ticket.source,
        trouble_code=contract.NOT_RESTORED,
        contacts=[replace(each) for each in ticket.contacts],
    )
    world.tickets.append(again)


def expire(world: World) -> None:
    """Assignments end; what nobody holds and can never be due again is given up (D-39)."""
    for callback in [each for each in world.callbacks if each.closed is None]:
        if callback.held_by(world.now) is None:
            callback.release()
            if callback.periods and all(end < world.now for _, end in callback.periods):
                _give_up(world, callback)
                close_when_done(world, callback.incident)


def publish(world: World) -> None:
    """The publisher takes, at its interval, what has a configured priority or is marked for it (D-40)."""
    if world.published is not None and world.now - world.published < contract.PUBLISHER_INTERVAL:
        return
    world.published = world.now
    for callback in waiting(world):
        if callback.automatic or callback.priority in contract.PUBLISHED_PRIORITIES:
            callback.assign(contract.THE_ADAPTER, world.now)
