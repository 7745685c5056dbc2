"""What a callback carries, pulled or sent: Tables 10.17 and 10.20."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from crm_contract.messages import CallBack, CallbackTicket
from crm_contract.values import parse_datetime
from crmkit.suite import values
from crmkit.suite.access.control import Json
from crmkit.suite.callbacks.people import Contact, customer_checks
from crmkit.suite.evidence import Check
from crmkit.suite.payload_places import ABSENT, Place
from crmkit.suite.tickets.incident_records import incident_checks, life_checks

_SAME_MOMENT = timedelta(minutes=1)
# Elements of the contract's type that GridOps does not fill.
_UNUSED = (
    ("advice", "advice"),
    ("contact_detail", "contactDetail"),
    ("name", "name"),
    ("problem_info", "problemInfo"),
)


@dataclass(frozen=True, slots=True)
class Expected:
    """What is known of a callback. `assigned` is about when it was handed out; `comment` what results have said."""

    alias: str
    csr: str
    assigned: datetime | None
    language: str
    trouble_code: str
    usage_point: str
    reason: str
    incident: Json
    contacts: Sequence[Contact] = ()
    comment: str = ""


def content_checks(
    at: Place, expected: Expected, carried: CallBack, interpretations: Mapping[str, str] | None = None
) -> tuple[list[Check], str | None]:
    """A check for each element of a callback, and the reading of D-36 where it shows."""
    checks = [
        at.check(name, wanted or ABSENT, seen or ABSENT, (seen or "").strip() == wanted)
        for name, wanted, seen in (
            ("csrId", expected.csr, carried.csr_id),
            ("comment", expected.comment, carried.comment),
            ("Reason", expected.reason, carried.reason),
        )
    ]
    checks += [
        at.check(name, ABSENT, str(getattr(carried, attribute)), False)
        for attribute, name in _UNUSED
        if getattr(carried, attribute)
    ]
    if expected.assigned is not None:
        told = f"{values.moment_text(expected.assigned)}, within a minute"
        is_about = _is_about(carried.date_time, expected.assigned)
        checks.append(at.check("dateTime", told, carried.date_time or ABSENT, is_about))
    checks += incident_checks(at, expected.incident, carried.incident_record)
    checks += life_checks(at, expected.incident, carried.incident_record)
    if len(carried.trouble_tickets) != 1:
        checks.append(at.check("TroubleTickets", "one", str(len(carried.trouble_tickets)), False))
        return checks, None
    ticket = carried.trouble_tickets[0]
    more, reading = _ticket_checks(at.inside("TroubleTickets"), expected, ticket, interpretations)
    return checks + more, reading


def _ticket_checks(
    at: Place, expected: Expected, carried: CallbackTicket, interpretations: Mapping[str, str] | None
) -> tuple[list[Check], str | None]:
    point = carried.usage_point.mrid if carried.usage_point else None
    checks = [
        at.check(name, wanted or ABSENT, seen or ABSENT, (seen or "").strip() == wanted)
        for name, wanted, seen in (
            ("languageId", expected.language, carried.language_id),
            ("troubleCode", expected.trouble_code, carried.trouble_code),
            ("UsagePoint/mRID", expected.usage_point, point),
        )
    ]
    of_customer, reading = customer_checks(at, expected.contacts, carried.customer_data, interpretations)
    return checks + of_customer, reading


def _is_about(text: str | None, moment: datetime) -> bool:
    try:
        return text is not None and abs(parse_datetime(text, UTC) - moment) <= _SAME_MOMENT
    except ValueError:
        return False
