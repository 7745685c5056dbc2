"""Which tickets the target stored, against what it was sent and what the row says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from crm_contract.values import parse_datetime
from crmkit.suite.access.control import Json, StoreState, TicketsSeen
from crmkit.suite.access.seen import Unseen, quietly
from crmkit.suite.conversation import Conversation, Table
from crmkit.suite.errors import HarnessError
from crmkit.suite.evidence import Aspect, Check, Held, compared, wrong
from crmkit.suite.marking import rested
from crmkit.suite.payload_places import ABSENT, place_of_entry
from crmkit.suite.replies.questions import PERIOD_KEPT
from crmkit.suite.replies.reading import Reply
from crmkit.suite.replies.readings import only_start_is_past
from crmkit.suite.tickets.stored_fields import JUDGES, NOT_JUDGED, Field
from crmkit.suite.tickets.written import Ticket, rows_of

# Without a word in any table nothing may have come into these.
_NEVER_ADDED = ("comment", "hazards", "media", "periods", "location", "position")
_COLUMNS = frozenset(JUDGES) | {"ticket"}


def expect_stored(conversation: Conversation, table: Table) -> None:
    """These tickets are stored since the scenario's start and nothing else, and the reply tells their mRIDs."""
    rows = rows_of(table, _COLUMNS)
    checks = _mrids_in_reply(conversation, len(rows))
    seen = settled(conversation)
    checks += waiting_checks(conversation, seen)
    stored = stored_by_scenario(conversation, seen)
    checks += _list_checks(conversation, rows, stored)
    by_name = {ticket["name"]: ticket for ticket in stored}
    for row in rows:
        sent = conversation.ticket(row["ticket"])
        if sent.name in by_name:
            checks += _field_checks(conversation, sent, row, by_name[sent.name])
    checks += _mrid_checks(conversation, by_name)
    conversation.judge(checks)


def expect_nothing_stored(conversation: Conversation) -> None:
    """Nothing is stored since the scenario's start."""
    expect_stored(conversation, [["ticket"]])


def expect_nothing_visible(conversation: Conversation) -> None:
    """No ticket of the message is stored at this moment, and the reply promises no mRID (D-29)."""
    reply = conversation.reply_as_read()
    promised = [ticket.mrid for ticket in (reply.tickets if reply else ()) if (ticket.mrid or "").strip()]
    told = ", ".join(str(mrid) for mrid in promised) or "none"
    checks = [compared(Aspect.PAYLOAD, "Payload", "no mRID yet", told, not promised, "Payload")]
    control = conversation.run.needs_control()
    position = conversation.before.position if conversation.before else 0
    there = [each for each in control.tickets_after(position) if not _is_somebody_elses(conversation, each)]
    names = ", ".join(_alias(conversation, ticket) for ticket in there) or "none"
    checks.append(compared(Aspect.EFFECT, "stored tickets", "none before the IMS gets to them", names, not there))
    conversation.judge(checks)


def settled(conversation: Conversation) -> TicketsSeen:
    """What is stored once no message of the scenario waits for the IMS any more, or has waited for long."""
    control, before = conversation.run.needs_control(), noted_before(conversation)
    if not control.is_by_hand:
        seen = conversation.look()
        if seen.state is not None and seen.state.pending <= before.pending:
            return seen
    state = rested(control, before.pending)
    return TicketsSeen(control.tickets_after(before.position), before.position, state)


def waiting_checks(conversation: Conversation, seen: TicketsSeen) -> list[Check]:
    """Whether no message of the scenario waits for the IMS any more."""
    before = noted_before(conversation)
    pending = seen.state.pending if seen.state else 0
    told = (str(before.pending), str(pending), pending <= before.pending)
    return [compared(Aspect.EFFECT, "messages waiting for the IMS", *told)]


def noted_before(conversation: Conversation) -> StoreState:
    """How much was stored before. Raises HarnessError where the scenario has not looked."""
    if conversation.before is None:
        raise HarnessError("the scenario did not note what was stored before it")
    return conversation.before


def stored_by_scenario(conversation: Conversation, seen: TicketsSeen) -> list[Json]:
    """Those of the tickets that came into the store since the scenario's start."""
    position = noted_before(conversation).position
    found = [ticket for ticket in seen.tickets if int(ticket["seq"]) > position]
    return [ticket for ticket in found if not _is_somebody_elses(conversation, ticket)]


def _is_somebody_elses(conversation: Conversation, stored: Json) -> bool:
    """Whether another client sent it meanwhile: in a message that this run did not send, under none of its names."""
    if conversation.run.is_a_siblings(stored["name"] or ""):
        return True
    message_id = stored.get("message_id")
    named = any(ticket.name == stored["name"] for ticket in conversation.tickets)
    return bool(message_id) and message_id not in conversation.run.seen_message_ids and not named


def _list_checks(conversation: Conversation, rows: Sequence[Mapping[str, str]], stored: list[Json]) -> list[Check]:
    expected = Counter(conversation.ticket(row["ticket"]).alias for row in rows)
    observed = Counter(_alias(conversation, ticket) for ticket in stored)
    told = (_listed(expected), _listed(observed), expected == observed)
    return [compared(Aspect.EFFECT, "stored tickets", *told)]


def _field_checks(conversation: Conversation, sent: Ticket, row: Mapping[str, str], stored: Json) -> list[Check]:
    checks = []
    for column, judge in JUDGES.items():
        cell = row.get(column)
        if cell is None and column in sent.written and column not in ("location", "position"):
            cell = "as sent"
        if cell is None and column in _NEVER_ADDED and not _was_sent(sent, column):
            cell = ""
        if cell in (None, NOT_JUDGED):
            continue
        # What neither table speaks of is judged as far as it can be seen without asking.
        is_said = column in row or column in sent.written
        at = f"stored {sent.alias}/{column}"
        field = Field(
            sent,
            cell,
            stored if is_said else quietly(stored),
            conversation.run.settings,
            conversation.now,
            _reply_time(conversation),
        )
        if column == "periods" and conversation.readings_seen.get("D-19") == PERIOD_KEPT:
            field = _with_started_periods(field)
        try:
            found = judge(field)
        except Unseen:
            checks.append(Check(Aspect.EFFECT, at, cell or "none", "not seen", Held.UNSEEN))
            continue
        if found is not None:
            checks.append(compared(Aspect.EFFECT, at, *found))
    return checks


def _was_sent(sent: Ticket, column: str) -> bool:
    match column:
        case "location":
            return sent.kind is not None
        case "position":
            # A location may give a position as well.
            return sent.position is not None or sent.kind is not None
        case "comment":
            return sent.comment is not None
        case _:
            return bool(getattr(sent, column))


def _with_started_periods(field: Field) -> Field:
    """Who keeps a period that has only begun has it beside those that the table names (D-19)."""
    if not only_start_is_past(field.sent, field.now):
        return field
    kept = [p for p in field.sent.periods if p.start and p.end and p.start <= p.end and field.now < p.end]
    return field.with_periods(kept)


def _mrids_in_reply(conversation: Conversation, created: int) -> list[Check]:
    """Whether there are as many entries in the reply as tickets were created, each with an mRID of its own."""
    reply = conversation.reply_as_read()
    if reply is None or not _tells_mrids(conversation, reply):
        return []
    mrids = [ticket.mrid for ticket in reply.tickets]
    holds = len(mrids) == created and len({mrid for mrid in mrids if (mrid or "").strip()}) == created
    told = ", ".join(str(mrid) for mrid in mrids) or "none"
    wanted = f"{created} tickets, each with an mRID of its own" if created else "none"
    return [compared(Aspect.PAYLOAD, "Payload/mRID", wanted, told, holds, "Payload")]


def _mrid_checks(conversation: Conversation, by_name: Mapping[str, Json]) -> list[Check]:
    """Whether the reply's mRIDs are the stored ones, each with its own name where names are echoed (D-27)."""
    reply = conversation.reply_as_read()
    if reply is None or not by_name or not _tells_mrids(conversation, reply):
        return []
    checks = []
    for number, ticket in enumerate(reply.tickets):
        stored = by_name.get(ticket.name or "")
        if stored is not None:
            at = place_of_entry("TroubleTicket", _alias(conversation, stored), number, "TroubleTickets")
            wanted, told = f"{stored['mrid']}, as stored", ticket.mrid or ABSENT
            checks.append(at.check("mRID", wanted, told, stored["mrid"] == ticket.mrid))
    expected, observed = {t["mrid"] for t in by_name.values()}, {ticket.mrid for ticket in reply.tickets}
    if not wrong(checks) and expected != observed:
        there = ", ".join(sorted(map(str, observed))) or "none"
        checks.append(compared(Aspect.PAYLOAD, "Payload/mRID", ", ".join(sorted(expected)), there, False, "Payload"))
    return checks


def _tells_mrids(conversation: Conversation, reply: Reply) -> bool:
    """Not while the IMS was slow (D-29), and not with a Result FAILED that a decision allows beside stored tickets."""
    allowed_failure = reply.result == "FAILED" and not reply.tickets
    return not conversation.sends_in_background and reply.fault_code is None and not allowed_failure


def _alias(conversation: Conversation, stored: Json) -> str:
    for ticket in conversation.tickets:
        if ticket.name == stored["name"]:
            return ticket.alias
    return f"a ticket named {stored['name']!r}"


def _listed(aliases: Counter[str]) -> str:
    return ", ".join(sorted(aliases.elements())) or "none"


def _reply_time(conversation: Conversation) -> datetime | None:
    """When the target says that it replied: its own clock."""
    reply = conversation.reply_as_read()
    stamp = reply.header.get("Timestamp") if reply else None
    try:
        return parse_datetime(stamp, UTC) if stamp else None
    except ValueError:
        return None
