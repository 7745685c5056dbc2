"""The step about the tickets that a reply to new tickets carries."""

from __future__ import annotations

from collections.abc import Mapping

from crm_contract.messages import TroubleTicket
from crmkit.suite.conversation import Conversation, Table
from crmkit.suite.errors import HarnessError
from crmkit.suite.evidence import Aspect, Check, compared
from crmkit.suite.payload_places import ABSENT, Place, place_of_entry
from crmkit.suite.replies.reading import Reply
from crmkit.suite.tickets.changed import carried_out_besides
from crmkit.suite.tickets.incident_records import incident_checks, life_checks
from crmkit.suite.tickets.stored_fields import NOT_JUDGED
from crmkit.suite.tickets.written import rows_of

_DEENERGIZED = "Deenergized"
_TICKET_COLUMNS = frozenset({"ticket", "usage point", "status", "previous tickets", "incident"})


def expect_reply_tickets(conversation: Conversation, table: Table) -> None:
    """A reply that carries these tickets and no others, with what the columns say of them."""
    reply = conversation.reply()
    rows = rows_of(table, _TICKET_COLUMNS)
    besides = carried_out_besides(conversation).keys() - {row["ticket"] for row in rows}
    expected, there = len(rows) + len(besides), len(reply.tickets)
    checks = [
        compared(Aspect.PAYLOAD, "Payload", f"{expected} tickets", f"{there} tickets", there == expected, "Payload")
    ]
    for row in rows:
        carried = _carried(conversation, reply, row["ticket"])
        number = next((place for place, each in enumerate(reply.tickets) if each is carried), None)
        at = place_of_entry("TroubleTicket", row["ticket"], number, "TroubleTickets")
        checks.append(at.check("", "a ticket", ABSENT if carried is None else "a ticket", carried is not None))
        if carried is not None:
            checks += _ticket_checks(conversation, at, row, carried)
    conversation.judge(checks)


def _carried(conversation: Conversation, reply: Reply, alias: str) -> TroubleTicket | None:
    """The reply's entry for a ticket: by its mRID where that is known, else by its name, or where names are not echoed
    by its mRID in the store (D-27)."""
    ticket = conversation.ticket(alias)
    if ticket.mrid:
        return next((carried for carried in reply.tickets if carried.mrid == ticket.mrid), None)
    name = ticket.name
    for carried in reply.tickets:
        if carried.name == name:
            return carried
    if conversation.run.control is None or conversation.before is None:
        return None
    stored = conversation.run.control.tickets_after(conversation.before.position)
    mrids = {ticket["mrid"] for ticket in stored if ticket["name"] == name}
    return next((carried for carried in reply.tickets if not carried.name and carried.mrid in mrids), None)


def _ticket_checks(
    conversation: Conversation, at: Place, row: Mapping[str, str], carried: TroubleTicket
) -> list[Check]:
    checks = []

    def compare(name: str, expected: str, observed: str | None, holds: bool | None = None) -> None:
        same = (observed or "").strip() == expected if holds is None else holds
        checks.append(at.check(name, expected or ABSENT, observed or ABSENT, same))

    for column, cell in row.items():
        if cell == NOT_JUDGED:
            continue
        match column:
            case "usage point":
                wanted = conversation.ticket(row["ticket"]).usage_point if cell else ""
                point = carried.usage_point
                compare("UsagePoint/mRID", wanted or "", point.mrid if point else None)
            case "status":
                observed = carried.status.value if carried.status else None
                # Of the words only this one has a meaning of its own (D-24).
                if cell == "any":
                    is_fine = (observed or "").strip() not in ("", _DEENERGIZED)
                    compare("status/value", f"any word but {_DEENERGIZED}", observed, is_fine)
                else:
                    compare("status/value", cell, observed)
            case "previous tickets":
                before = conversation.places.count_before(conversation.ticket(row["ticket"]).usage_point)
                compare("previousTroubleTicketsCount", str(int(cell) + before), carried.previous_trouble_tickets_count)
            case "incident":
                incident = None
                if cell:
                    *_, incident = [None, *conversation.incidents.values()]
                    if incident is None:
                        raise HarnessError("the scenario has arranged no incident")
                checks += incident_checks(at, incident, carried.incident_record)
                checks += life_checks(at, incident, carried.incident_record)
    return checks
