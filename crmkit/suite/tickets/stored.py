"""Which tickets the target stored, against what it was sent and what the row says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime

from crm_contract.values import parse_datetime
from crmkit.suite.access.control import Json
from crmkit.suite.conversation import Conversation, Table, rested
from crmkit.suite.errors import Difference, HarnessError, Mismatch
from crmkit.suite.replies.readings import PERIOD_KEPT, only_start_is_past
from crmkit.suite.tickets.stored_fields import JUDGES, NOT_JUDGED, Field
from crmkit.suite.tickets.written import Ticket, rows_of

# Without a word in any table nothing may have come into these.
_NEVER_ADDED = ("comment", "hazards", "media", "periods", "location", "position")
_COLUMNS = frozenset(JUDGES) | {"ticket"}


def expect_stored(conversation: Conversation, table: Table) -> None:
    """These tickets are stored since the scenario's start and nothing else, and the reply tells their mRIDs."""
    rows = rows_of(table, _COLUMNS)
    _expect_mrids_in_reply(conversation, len(rows))
    stored = stored_by_scenario(conversation)
    differences = _list_differences(conversation, rows, stored)
    if not differences:
        by_name = {ticket["name"]: ticket for ticket in stored}
        for row in rows:
            sent = conversation.ticket(row["ticket"])
            differences += _field_differences(conversation, sent, row, by_name[sent.name])
        differences += _mrid_differences(conversation, by_name)
    if differences:
        raise Mismatch(differences)


def expect_nothing_stored(conversation: Conversation) -> None:
    """Nothing is stored since the scenario's start."""
    expect_stored(conversation, [["ticket"]])


def expect_nothing_visible(conversation: Conversation) -> None:
    """No ticket of the message is stored at this moment, and the reply promises no mRID (D-29)."""
    promised = [ticket.mrid for ticket in conversation.reply().tickets if (ticket.mrid or "").strip()]
    if promised:
        raise Mismatch.of("Payload", "no mRID yet", ", ".join(str(mrid) for mrid in promised))
    control = conversation.run.needs_control()
    position = conversation.before.position if conversation.before else 0
    there = [each for each in control.tickets_after(position) if not _is_somebody_elses(conversation, each)]
    if there:
        names = ", ".join(_alias(conversation, ticket) for ticket in there)
        raise Mismatch.of("stored tickets", "none before the IMS gets to them", names)


def stored_by_scenario(conversation: Conversation) -> list[Json]:
    """The tickets that came into the store since the scenario's start, once no message waits for the IMS."""
    control = conversation.run.needs_control()
    if conversation.before is None:
        raise HarnessError("the scenario did not note what was stored before it")
    state = rested(control, conversation.before.pending)
    if state.pending > conversation.before.pending:
        raise Mismatch.of("messages waiting for the IMS", str(conversation.before.pending), str(state.pending))
    found = control.tickets_after(conversation.before.position)
    return [ticket for ticket in found if not _is_somebody_elses(conversation, ticket)]


def _is_somebody_elses(conversation: Conversation, stored: Json) -> bool:
    """Whether another client sent it meanwhile: in a message that this run did not send, under none of its names."""
    message_id = stored.get("message_id")
    named = any(ticket.name == stored["name"] for ticket in conversation.tickets)
    return bool(message_id) and message_id not in conversation.run.seen_message_ids and not named


def _list_differences(conversation: Conversation, rows: list[dict[str, str]], stored: list[Json]) -> list[Difference]:
    expected = Counter(conversation.ticket(row["ticket"]).alias for row in rows)
    observed = Counter(_alias(conversation, ticket) for ticket in stored)
    if expected == observed:
        return []
    return [Difference("stored tickets", _listed(expected), _listed(observed))]


def _field_differences(
    conversation: Conversation, sent: Ticket, row: Mapping[str, str], stored: Json
) -> list[Difference]:
    differences = []
    for column, judge in JUDGES.items():
        cell = row.get(column)
        if cell is None and column in sent.written and column not in ("location", "position"):
            cell = "as sent"
        if cell is None and column in _NEVER_ADDED and not _was_sent(sent, column):
            cell = ""
        if cell in (None, NOT_JUDGED):
            continue
        field = Field(sent, cell, stored, conversation.run.settings, conversation.now, _reply_time(conversation))
        if column == "periods" and conversation.readings_seen.get("D-19") == PERIOD_KEPT:
            field = _with_started_periods(field)
        found = judge(field)
        if found is not None:
            expected, observed = found
            differences.append(Difference(f"stored {sent.alias}/{column}", expected, observed))
    return differences


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


def _expect_mrids_in_reply(conversation: Conversation, created: int) -> None:
    """As many entries in the reply as tickets were created, each with an mRID of its own."""
    if not _tells_mrids(conversation):
        return
    mrids = [ticket.mrid for ticket in conversation.reply().tickets]
    if len(mrids) != created or len({mrid for mrid in mrids if (mrid or "").strip()}) != created:
        told = ", ".join(str(mrid) for mrid in mrids) or "none"
        raise Mismatch.of("Payload", f"{created} tickets, each with an mRID of its own", told)


def _mrid_differences(conversation: Conversation, by_name: Mapping[str, Json]) -> list[Difference]:
    """The reply's mRIDs are the stored ones, each with its own name where names are echoed (D-27)."""
    if not _tells_mrids(conversation):
        return []
    carried = conversation.reply().tickets
    differences = []
    for ticket in carried:
        stored = by_name.get(ticket.name or "")
        if stored is not None and stored["mrid"] != ticket.mrid:
            path = f"Payload/{_alias(conversation, stored)}/mRID"
            differences.append(Difference(path, f"{stored['mrid']}, as stored", ticket.mrid or "absent"))
    expected, observed = {t["mrid"] for t in by_name.values()}, {ticket.mrid for ticket in carried}
    if not differences and expected != observed:
        differences.append(
            Difference("Payload/mRID", ", ".join(sorted(expected)), ", ".join(sorted(map(str, observed))))
        )
    return differences


def _tells_mrids(conversation: Conversation) -> bool:
    """Not while the IMS was slow (D-29), and not with a Result FAILED that a decision allows beside stored tickets."""
    reply = conversation.reply()
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
    stamp = conversation.reply().header.get("Timestamp")
    return parse_datetime(stamp, UTC) if stamp else None
