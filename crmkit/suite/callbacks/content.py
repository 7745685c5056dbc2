"""What a callback carries, pulled or sent: Tables 10.17 and 10.20."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from crm_contract.messages import CallBack, CallbackTicket
from crm_contract.values import parse_datetime
from crmkit.suite import values
from crmkit.suite.access.control import Json
from crmkit.suite.callbacks.people import Contact, customer_differences
from crmkit.suite.errors import Difference
from crmkit.suite.tickets.incident_records import incident_differences, life_differences

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


def content_differences(expected: Expected, carried: CallBack) -> tuple[list[Difference], str | None]:
    """What is not as expected, and the reading of D-36 where it shows."""
    at = f"Payload/{expected.alias}"
    differences = [
        Difference(f"{at}/{name}", wanted or "absent", seen or "absent")
        for name, wanted, seen in (
            ("csrId", expected.csr, carried.csr_id),
            ("comment", expected.comment, carried.comment),
            ("Reason", expected.reason, carried.reason),
        )
        if (seen or "").strip() != wanted
    ]
    differences += [
        Difference(f"{at}/{name}", "absent", str(getattr(carried, attribute)))
        for attribute, name in _UNUSED
        if getattr(carried, attribute)
    ]
    if expected.assigned is not None and not _is_about(carried.date_time, expected.assigned):
        told = f"{values.moment_text(expected.assigned)}, within a minute"
        differences.append(Difference(f"{at}/dateTime", told, carried.date_time or "absent"))
    differences += incident_differences(at, expected.incident, carried.incident_record)
    differences += life_differences(at, expected.incident, carried.incident_record)
    if len(carried.trouble_tickets) != 1:
        differences.append(Difference(f"{at}/TroubleTickets", "one", str(len(carried.trouble_tickets))))
        return differences, None
    more, reading = _ticket_differences(f"{at}/TroubleTickets", expected, carried.trouble_tickets[0])
    return differences + more, reading


def _ticket_differences(at: str, expected: Expected, carried: CallbackTicket) -> tuple[list[Difference], str | None]:
    point = carried.usage_point.mrid if carried.usage_point else None
    differences = [
        Difference(f"{at}/{name}", wanted or "absent", seen or "absent")
        for name, wanted, seen in (
            ("languageId", expected.language, carried.language_id),
            ("troubleCode", expected.trouble_code, carried.trouble_code),
            ("UsagePoint/mRID", expected.usage_point, point),
        )
        if (seen or "").strip() != wanted
    ]
    of_customer, reading = customer_differences(f"{at}/CustomerData", expected.contacts, carried.customer_data)
    return differences + of_customer, reading


def _is_about(text: str | None, moment: datetime) -> bool:
    try:
        return text is not None and abs(parse_datetime(text, UTC) - moment) <= _SAME_MOMENT
    except ValueError:
        return False
