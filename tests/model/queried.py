"""GetTroubleTickets (Table 6.1)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from model.answers import FAILED, Answer, Errors, counted, refused
from model.calls import Criterion, is_given
from model.contract import ARCHIVED_SOURCES
from model.world import CONTACT_TYPES, Contact, Ticket, World

KINDS = ("mrid", "name", "incident", "usage_point")


def query(world: World, context: str | None, criteria: Sequence[Criterion]) -> Answer:
    """Tickets by values of one kind; several values are allowed, several kinds are not (D-32)."""
    if context is None or not is_given(context):
        return refused("2.7", "FATAL", "ContextMissing")
    where = context.strip().casefold()
    if where not in ("active", "archived", "all"):
        return refused("2.7", "FATAL", "InvalidContext")
    wanted = {(kind, getattr(each, kind)): None for each in criteria for kind in KINDS if is_given(getattr(each, kind))}
    if not wanted:
        return refused("1.2", "FATAL", "SearchCriteriaMissing")
    if len({kind for kind, _ in wanted}) > 1:
        return refused("1.2", "FATAL", "MultipleSearchCriteriaProvided")

    kind = next(iter(wanted))[0]
    values = [value for _, value in wanted]
    # Active ones first (D-32).
    active = [each for each in world.tickets if where in ("active", "all") and _value(each, kind) in values]
    archived = [each for each in world.archive.tickets if where in ("archived", "all") and _value(each, kind) in values]
    found = {_value(each, kind) for each in (*active, *archived)}
    errors = Errors()
    unknown = 0
    for value in values:
        if value in found:
            continue
        if kind == "usage_point" or (kind == "incident" and _is_incident(world, value)):
            # It exists, or is taken to (D-35), and has no tickets here.
            errors.add("2.7", "INFORM", "EntityNotFound")
        else:
            errors.add("2.7", "FATAL", "EntityNotFound")
            unknown += 1
    result = counted(len(values) - unknown, unknown)
    if result == FAILED:
        return Answer(FAILED, errors.listed())
    full = kind in ("mrid", "name")
    shown = [_active(world, each, full) for each in active] + [_archived(world, each, full) for each in archived]
    return Answer(result, errors.listed(), tuple(shown))


def _value(ticket: Ticket, kind: str) -> str | None:
    return ticket.id if kind == "mrid" else getattr(ticket, kind)


def _is_incident(world: World, value: str) -> bool:
    return any(each.id == value for each in (*world.incidents, *world.archive.incidents))


def _active(world: World, ticket: Ticket, full: bool) -> dict[str, Any]:
    """Tables 10.9 and 10.10."""
    shown = _limited(ticket) | {"position": ticket.position}
    if full:
        shown |= _more(ticket, world.incidents) | {"language": ticket.language}
        shown["customer"] = shown_customer(ticket.contacts[0], ticket.contacts) if ticket.contacts else None
    return shown


def _archived(world: World, ticket: Ticket, full: bool) -> dict[str, Any]:
    """Tables 10.11 and 10.12: no language, no position, sources spelt otherwise, middle names joined (D-33, D-34)."""
    shown = _limited(ticket) | {"source": ARCHIVED_SOURCES.get(ticket.source, ticket.source), "position": None}
    if full:
        shown |= _more(ticket, world.archive.incidents) | {"language": None}
        if shown_of := ticket.contacts:
            first, middle = shown_of[0].first_name, shown_of[0].middle_name
            joined = " ".join(part for part in (first, middle) if part) or None
            shown["customer"] = shown_customer(shown_of[0], shown_of) | {"first_name": joined}
    return shown


#: What limited detail does not tell.
_UNTOLD = {"csr": None, "first_call": None, "language": None, "customer": None, "hazards": [], "incident": None}


def _limited(ticket: Ticket) -> dict[str, Any]:
    return _UNTOLD | {
        "mrid": ticket.id,
        "name": ticket.name,
        "call_back": ticket.call_back,
        "comment": ticket.comment,
        "created": ticket.created,
        "source": ticket.source,
        "trouble_code": ticket.trouble_code,
        "usage_point": ticket.usage_point,
        "search": ticket.search,
    }


def _more(ticket: Ticket, incidents: Iterable[Any]) -> dict[str, Any]:
    """For any incident that the ticket belongs to (D-26)."""
    incident = next((each for each in incidents if each.id == ticket.incident), None)
    return {
        "csr": ticket.csr,
        "first_call": ticket.first_call,
        "customer": None,
        "hazards": ticket.hazards,
        "incident": incident and (incident.id, incident.status, incident.comment),
    }


def shown_customer(named: Contact, contacts: Sequence[Contact]) -> dict[str, str | None]:
    """Per contact type the preferred one, else the first (D-36)."""
    shown: dict[str, str | None] = {"first_name": named.first_name, "last_name": named.last_name}
    for kind in CONTACT_TYPES:
        of_kind = [each for each in contacts if each.type == kind]
        preferred = [each for each in of_kind if each.preferred]
        shown[kind] = next((each.value for each in (*preferred, *of_kind)), None)
    return shown
