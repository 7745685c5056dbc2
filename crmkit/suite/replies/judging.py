"""The steps about replies: Result, Errors, header, and the tickets a reply carries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from crm_contract.messages import TroubleTicket
from crmkit.suite import values
from crmkit.suite.conversation import Conversation, SentMessage, Table
from crmkit.suite.errors import Difference, HarnessError, Mismatch
from crmkit.suite.messages import Header
from crmkit.suite.replies.details import AllOf, Anything, Argument, Exactly, Interval, placeholders
from crmkit.suite.replies.expectations import ExpectedError, differing_errors
from crmkit.suite.replies.headers import header_differences, header_readings
from crmkit.suite.replies.reading import Reply
from crmkit.suite.replies.readings import EXTRA_ERRORS, Sent, fault_reading, readings
from crmkit.suite.tickets.changed import carried_out_besides
from crmkit.suite.tickets.incident_records import incident_differences, life_differences
from crmkit.suite.tickets.stored_fields import NOT_JUDGED
from crmkit.suite.tickets.written import rows_of

_DEENERGIZED = "Deenergized"
_ERROR_COLUMNS = ("code", "level", "reason", "details")
_TICKET_COLUMNS = frozenset({"ticket", "usage point", "status", "previous tickets", "incident"})


def expect_reply(conversation: Conversation, result: str, table: Table | None) -> None:
    """A response with this Result and exactly these Errors, in any reading that the decisions allow."""
    reply = conversation.reply()
    errors = _expected_errors(conversation, table)
    if reply.fault_code is not None:
        seen = fault_reading(_message(conversation).is_valid, reply.fault_code)
        if seen is None:
            raise Mismatch.of("reply", "a response", f"a SOAP fault ({reply.fault_code})")
        conversation.readings_seen |= seen
        differences = []
    else:
        differences = _header(conversation, reply)
    differences += _in_some_reading(conversation, reply, result, errors)
    if result == reply.result == "FAILED" and reply.entries:
        differences.append(Difference("Payload", "nothing", f"{reply.entries} entries"))
    if differences:
        raise Mismatch(differences)


def expect_fault(conversation: Conversation, code: str, table: Table) -> None:
    """A SOAP fault of this code, whose detail is the operation's fault message with exactly these Errors."""
    reply = conversation.reply()
    if reply.fault_code is None:
        raise Mismatch.of("reply", f"a SOAP fault ({code})", f"a response with Result {reply.result}")
    differences = []
    if reply.fault_code.split(".")[0] != code:
        differences.append(Difference("faultcode", code, reply.fault_code))
    if reply.result != "FAILED":
        differences.append(Difference("Reply/Result", "FAILED", reply.result))
    differences += differing_errors(_expected_errors(conversation, table), reply.errors)
    if differences:
        raise Mismatch(differences)


def expect_reply_tickets(conversation: Conversation, table: Table) -> None:
    """A reply that carries these tickets and no others, with what the columns say of them."""
    reply = conversation.reply()
    rows = rows_of(table, _TICKET_COLUMNS)
    besides = carried_out_besides(conversation).keys() - {row["ticket"] for row in rows}
    expected = len(rows) + len(besides)
    differences = []
    if len(reply.tickets) != expected:
        differences.append(Difference("Payload", f"{expected} tickets", f"{len(reply.tickets)} tickets"))
    for row in rows:
        carried = _carried(conversation, reply, row["ticket"])
        if carried is None:
            differences.append(Difference(f"Payload/{row['ticket']}", "a ticket", "absent"))
        else:
            differences += _ticket_differences(conversation, row, carried)
    if differences:
        raise Mismatch(differences)


def _header(conversation: Conversation, reply: Reply) -> list[Difference]:
    message = _message(conversation)
    # Without a header, or part of it, the request gave nothing that could be relied on to come back.
    request: Header | None = message.header
    match message.otherwise.without:
        case "Header/Context":
            request = replace(message.header, context=None)
        case str(path) if path.startswith("Header"):
            request = None
    conversation.readings_seen |= header_readings(reply.header, request)
    seen_ids = conversation.run.seen_message_ids
    return header_differences(reply.header, message.operation, request, seen_ids, conversation.run.clock.now())


def _message(conversation: Conversation) -> SentMessage:
    if conversation.message is None:
        raise HarnessError("the scenario asks for a reply before it sends something")
    return conversation.message


def _in_some_reading(
    conversation: Conversation, reply: Reply, result: str, errors: Sequence[ExpectedError]
) -> list[Difference]:
    """Nothing when a reading fits, else what differs from the printed one."""
    printed: list[Difference] | None = None
    message = _message(conversation)
    sent = Sent(
        conversation.tickets,
        conversation.now,
        message.otherwise.without,
        message.is_valid,
        conversation.asks_for_unknown_usage_point,
        conversation.reports_only_on_unheld,
        conversation.reports_on_others,
    )
    for reading in readings(conversation.row, result, errors, sent):
        differences = []
        if reply.result != reading.result:
            differences.append(Difference("Reply/Result", reading.result, reply.result))
        differences += differing_errors(reading.errors, reply.errors, reading.optional)
        differences += [Difference("Reply/Error", "once", f"twice {error}") for error in _repeated(reply)]
        if not differences:
            conversation.readings_seen |= reading.seen
            if len(reply.errors) > len(reading.errors):
                conversation.readings_seen |= {
                    decision: f"an additional {extra.reason}"
                    for decision, (rows, extra) in EXTRA_ERRORS.items()
                    if conversation.row in rows
                }
            return []
        if printed is None:
            printed = differences
    return printed or []


def _repeated(reply: Reply) -> list[str]:
    """The Errors that a reply has several times (D-14)."""
    texts = Counter(f"{each.code} {each.reason}: {each.details}" for each in reply.errors)
    return [text for text, count in texts.items() if count > 1]


def _expected_errors(conversation: Conversation, table: Table | None) -> list[ExpectedError]:
    if table is None:
        return []
    header, *rows = table
    if tuple(header[:4]) != _ERROR_COLUMNS or not set(header[4:]) <= {"{0}", "{1}"}:
        raise HarnessError(f"a table of errors has the columns {', '.join(_ERROR_COLUMNS)}, {{0}} and {{1}}")
    return [_expected_error(conversation, dict(zip(header, row, strict=True))) for row in rows]


def _expected_error(conversation: Conversation, row: Mapping[str, str]) -> ExpectedError:
    arguments: dict[int, Argument] = {}
    tickets: tuple[str, ...] = ()
    for number in placeholders(row["details"]):
        cell = row.get(f"{{{number}}}", "")
        if not cell:
            raise HarnessError(f"{row['reason']}: the table does not say what stands at {{{number}}}")
        aliases = values.items(cell)
        if set(aliases) <= {ticket.alias for ticket in conversation.tickets}:
            tickets = tuple(aliases)
        arguments[number] = argument(conversation, cell)
    return ExpectedError(row["code"], row["level"], row["reason"], row["details"], arguments, tickets)


def argument(conversation: Conversation, cell: str) -> Argument:
    """What a cell says that stands at a placeholder: `*`, aliases, a position, a period, or values."""
    cells = values.items(cell)
    if cell == "*":
        return Anything()
    if cells and all(conversation.knows(alias) for alias in cells):
        return AllOf(tuple(conversation.spellings(alias) for alias in cells))
    if cell.startswith("position of "):
        position = conversation.ticket(cell.removeprefix("position of ")).position or ("", "")
        return Exactly(f"({position[0]}, {position[1]})")
    if len(cells) == 1 and "/" in cell:
        period = values.periods(cell, conversation.now)[0]
        if period.start and period.end:
            spelled = f"{values.moment_text(period.start)}/{values.moment_text(period.end)}"
            return Interval(period.start, period.end, spelled)
    meant = [_value(conversation, each) for each in cells]
    return Exactly(meant[0]) if len(meant) == 1 else AllOf(tuple((value,) for value in meant))


def _value(conversation: Conversation, cell: str) -> str:
    """A value as it stands, or the one that an alias has."""
    for words, meaning in (
        ("mRID of ", conversation.mrid),
        ("name of ", lambda alias: conversation.ticket(alias).name),
        ("usage point ", conversation.usage_point),
        ("incident ", lambda alias: str(conversation.incident(alias)["mrid"])),
    ):
        if cell.startswith(words):
            return meaning(cell.removeprefix(words))
    return cell


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


def _ticket_differences(conversation: Conversation, row: Mapping[str, str], carried: TroubleTicket) -> list[Difference]:
    at = f"Payload/{row['ticket']}"
    differences = []

    def compare(name: str, expected: str, observed: str | None) -> None:
        if (observed or "").strip() != expected:
            differences.append(Difference(f"{at}/{name}", expected or "absent", observed or "absent"))

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
                if cell != "any" or (observed or "").strip() in ("", _DEENERGIZED):
                    compare("status/value", f"any word but {_DEENERGIZED}" if cell == "any" else cell, observed)
            case "previous tickets":
                compare("previousTroubleTicketsCount", cell, carried.previous_trouble_tickets_count)
            case "incident":
                incident = None
                if cell:
                    *_, incident = [None, *conversation.incidents.values()]
                    if incident is None:
                        raise HarnessError("the scenario has arranged no incident")
                differences += incident_differences(at, incident, carried.incident_record)
                differences += life_differences(at, incident, carried.incident_record)
    return differences
