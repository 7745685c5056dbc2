"""Tickets as GetTroubleTickets shows them, in the shape of the control API; what it never shows is asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from crm_contract.messages import CustomerData, TroubleTicket
from crmkit.byhand.questions import REQUIRED, Answer, Item
from crmkit.byhand.shapes import CONTACTS, LOCATED, LOCATIONS, PERIODS, POSITION, TEXT, TEXTS, Shape
from crmkit.suite.access.control import Json
from crmkit.suite.access.seen import Seen
from crmkit.suite.errors import CouldNotTest
from crmkit.suite.tickets.written import Ticket
from crmkit.suite.values import moment_text

# What no reply shows, by the control API's names.
HIDDEN = ("callback_media", "callback_periods", "located_by", "position", "location", "contacts", "last_update_user")
_SHAPES: dict[str, Shape] = {
    "callback_media": TEXTS,
    "callback_periods": PERIODS,
    "located_by": LOCATED,
    "position": POSITION,
    "location": LOCATIONS,
    "contacts": CONTACTS,
    "last_update_user": TEXT,
}


def seen(sent: Ticket, carried: TroubleTicket, ask: Callable[[str], Any], has_more_contacts: bool) -> Seen:
    """A ticket as far as the reply shows it. `ask` is asked for what it does not."""
    record, point = carried.incident_record, (carried.usage_point.mrid if carried.usage_point else None) or ""
    shown: Json = {
        "mrid": (carried.mrid or "").strip(),
        "name": (carried.name or "").strip() or sent.name,
        "usage_point": point.strip() or None,
        "incident": record.mrid if record else None,
        "call_back": carried.call_back,
        "comment": carried.comment,
        "created_date_time": carried.created_date_time,
        "first_call_date_time": carried.first_call_date_time,
        "csr_id": carried.csr_id,
        "language_id": carried.language_id,
        "source": carried.source,
        "trouble_code": carried.trouble_code,
        "hazards": [(hazard.mrid or "").strip() for hazard in carried.incident_hazards],
        "contacts": _contacts(carried.customer_data),
    }
    location = [
        {"type": each.type, "description": each.description, "name": each.name}
        for each in carried.locations
        if each.type or each.description or each.name
    ]
    # Of a ticket on a usage point a reply may leave the location out.
    if location or not point:
        shown["location"] = location
    if point:
        shown["located_by"] = "usage-point"
    elif sent.kind is None and sent.position is None:
        # Nothing was sent that could locate it.
        shown["located_by"] = None
    if sent.kind is None and sent.position is None:
        shown["position"] = None
    caller = sent.caller
    is_partly_shown = has_more_contacts or (caller is not None and caller.middle and not _middle(carried))
    return Seen(shown, ask, frozenset({"contacts"} if is_partly_shown else ()))


def look_at(sent: Ticket, names: Sequence[str]) -> Item:
    """A look at what replies do not show of a ticket; what was sent of it is shown."""
    known = {
        "callback_media": list(sent.media),
        "callback_periods": [f"{_text(p.start)}/{_text(p.end)}" for p in sent.periods if p.start or p.end],
        "location": [f"{sent.kind} {name}={value}" for name, value in sent.parameters],
        "contacts": _told_contacts(sent),
    }
    return Item(
        "look",
        "ticket",
        f"What does the outage model hold of ticket {sent.name}? ({', '.join(_MEANINGS[name] for name in names)})",
        {"mrid": sent.mrid, "name": sent.name},
        dict.fromkeys(names, REQUIRED),
        f"a look at what replies do not show of tickets: {', '.join(_SHORT.get(name, name) for name in names)}",
        {name: known[name] for name in names if name in known},
        {name: _SHAPES[name] for name in names},
    )


_SHORT = {
    "callback_media": "callback media",
    "callback_periods": "callback periods",
    "located_by": "how it was located",
    "contacts": "all contacts, middle names",
    "last_update_user": "who changed it last",
}


def worth_asking(sent: Ticket, name: str) -> list[str]:
    """What to ask of a ticket when `name` is asked of it or of another one of its message."""
    wants_call = bool(sent.media or sent.periods or sent.call_back == "true")
    is_placed = sent.kind is not None or sent.position is not None
    together = {
        "callback_media": wants_call,
        "callback_periods": wants_call,
        "located_by": is_placed,
        "position": is_placed,
        "location": is_placed and sent.in_model,
        "contacts": sent.caller is not None and bool(sent.caller.middle),
    }
    return [each for each in HIDDEN if each == name or together.get(each)]


_MEANINGS = {
    "callback_media": "callback media",
    "callback_periods": "callback periods START/END in UTC",
    "located_by": "located by: usage point, landbase, coordinates, or nothing for unlocated",
    "position": "position X Y in the model's coordinates, or nothing",
    "location": "location as TYPE NAME=VALUE",
    "contacts": "every contact as First Middle Last: email|landline|mobile VALUE",
    "last_update_user": "who changed it last",
}


def read_look(answer: Answer) -> Json:
    """What a look has told, in the control API's shapes. Raises CouldNotTest for an answer that cannot be read."""
    try:
        return {name: _SHAPES[name].value(name, told) for name, told in answer.items()}
    except ValueError as error:
        raise CouldNotTest(f"what the person told of a ticket cannot be read: {error}") from error


def _told_contacts(sent: Ticket) -> list[str]:
    caller = sent.caller
    if caller is None:
        return []
    who = " ".join(name for name in (caller.first, caller.middle, caller.last) if name)
    return [f"{who}: {kind} {value}" for kind, value in caller.contacts.items()]


def _middle(carried: TroubleTicket) -> str:
    return ((carried.customer_data.middle_name if carried.customer_data else None) or "").strip()


def _contacts(data: CustomerData | None) -> list[Json]:
    if data is None:
        return []
    values = {
        "email": data.electronic_address.email1 if data.electronic_address else None,
        "landline": data.landline_phone.local_number if data.landline_phone else None,
        "mobile": data.mobile_phone.local_number if data.mobile_phone else None,
    }
    who = {"first_name": data.first_name, "middle_name": data.middle_name, "last_name": data.last_name}
    return [{**who, "type": kind, "value": value, "preferred": False} for kind, value in values.items() if value]


def _text(when: Any) -> str:
    return moment_text(when) if when else ""
