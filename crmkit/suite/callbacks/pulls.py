"""Pulling callbacks as scenarios do it, and what they then get."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from crm_contract.messages import CallBack
from crm_contract.values import parse_datetime
from crmkit.suite.access.exchange import Exchange
from crmkit.suite.callbacks.content import Expected, content_checks
from crmkit.suite.callbacks.queue import PULL, CallbackQueue, Waiting
from crmkit.suite.conversation import SentMessage, Table
from crmkit.suite.errors import HarnessError
from crmkit.suite.evidence import Aspect, Check, compared
from crmkit.suite.otherwise import AS_USUAL, Otherwise
from crmkit.suite.payload_places import ABSENT, Place, place_of_entry
from crmkit.suite.replies.reading import Reply, read_anyway
from crmkit.suite.tables import rows_with
from crmkit.suite.tickets.stored_fields import NOT_JUDGED

# What docs/steps.md prints.
PULL_COLUMNS = (
    ("csr", "for whom callbacks are pulled"),
    ("count", "how many"),
    ("language", "only of this language"),
    ("priority", "only of this priority"),
)
CARRIED_COLUMNS = (
    ("callback", "which one"),
    ("csr", "who holds it"),
    ("reason", "why the customer is called"),
    ("language", "the customer's"),
    ("trouble code", "what was reported"),
    ("person", "first and last name of who is to be called; empty: nobody in particular"),
)
_DEFAULT_LANGUAGE = "1033"


def pull(queue: CallbackQueue, table: Table, otherwise: Otherwise = AS_USUAL) -> None:
    """Send the pull of a table's only row."""
    rows = rows_with(table, PULL_COLUMNS)
    if len(rows) != 1:
        raise HarnessError("a pull is one row: csr, count, language, priority")
    operation = queue.conversation.run.target.contract.operations[PULL]
    queue.conversation.send_message(operation, {"CallBack": _query(rows[0])}, otherwise)
    queue.pulled_for = rows[0].get("csr", "")


def pull_together(queue: CallbackQueue, table: Table) -> None:
    """Send the pulls of a table's rows at the same moment; `expect_apart` judges what they bring."""
    conversation = queue.conversation
    operation = conversation.run.target.contract.operations[PULL]
    rows = rows_with(table, PULL_COLUMNS)
    headers = [conversation.make_header(operation) for _ in rows]
    ready = [
        conversation.prepare(operation, header, {"CallBack": _query(row)})
        for header, row in zip(headers, rows, strict=True)
    ]
    gate = threading.Barrier(len(rows))
    exchanges: list[Exchange | BaseException | None] = [None] * len(rows)

    def send(number: int) -> None:
        try:
            gate.wait()
            exchanges[number] = ready[number].send()
        except BaseException as error:
            exchanges[number] = error

    threads = [threading.Thread(target=send, args=(number,), daemon=True) for number in range(len(rows))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    queue.together = []
    for row, header, prepared, exchange in zip(rows, headers, ready, exchanges, strict=True):
        if not isinstance(exchange, Exchange):
            raise exchange or HarnessError("a pull was not sent")
        queue.together.append((row["csr"], exchange))
        conversation.adopt(SentMessage(operation, header, AS_USUAL, prepared.is_valid), exchange)


def expect_apart(queue: CallbackQueue) -> None:
    """Each of the pulls is answered OK, no callback is in two answers, and together they are all that waited."""
    conversation = queue.conversation
    operation = conversation.run.target.contract.operations[PULL]
    checks, holders = [], dict[str, str]()
    for csr, exchange in queue.together:
        reply, problem = read_anyway(exchange, operation, conversation.run.target.contract)
        if problem is not None:
            checks += [
                compared(Aspect.MESSAGE, f"reply to {csr}", each.expected, each.observed, False)
                for each in problem.differences
            ]
        if reply is None:
            continue
        is_ok = reply.result == "OK" and reply.fault_code is None
        checks.append(compared(Aspect.RESULT, f"reply to {csr}", "OK", reply.result, is_ok))
        for carried in reply.callbacks:
            mrid = str(carried.mrid)
            is_twice = mrid in holders or mrid in queue.handed_out
            said = f"given to {csr}" + (" too" if is_twice else "")
            at = f"Payload/{_name(queue, mrid)}"
            checks.append(compared(Aspect.PAYLOAD, at, "given to one", said, not is_twice))
            holders[mrid] = csr
            if mrid in queue.by_mrid():
                queue.by_mrid()[mrid].pulled_by = csr
    left = [each.alias for each in queue.callbacks.values() if each.mrid not in holders]
    # Somebody else's may have come in between, and been pulled instead.
    queue.strangers_pulled = not set(holders) <= set(queue.by_mrid())
    is_short = bool(left) and not queue.strangers_pulled
    said = f"all but {', '.join(left)}" if is_short else "all that waited"
    checks.append(compared(Aspect.PAYLOAD, "pulled callbacks", "all that waited", said, not is_short))
    queue.handed_out |= set(holders)
    conversation.judge(checks)


def expect_carried(queue: CallbackQueue, table: Table) -> None:
    """The reply to the pull carries these callbacks in this order, each with all that is known of it."""
    reply = queue.conversation.reply()
    rows = rows_with(table, CARRIED_COLUMNS)
    if queue.pulled_for is None:
        raise HarnessError("the scenario asks for callbacks before it pulls some")
    checks = [_list_check(queue, rows, reply)]
    own = queue.by_mrid()
    assigned = _moment(reply.header.get("Timestamp"))
    by_alias = {own[str(each.mrid)].alias: (n, each) for n, each in enumerate(reply.callbacks) if each.mrid in own}
    for row in rows:
        if row["callback"] in by_alias:
            waiting = queue.callback(row["callback"])
            waiting.pulled_by = queue.pulled_for
            number, carried = by_alias[waiting.alias]
            at = place_of_entry("CallBack", waiting.alias, number, "CallBacks")
            checks += judge_carried(queue, waiting, carried, queue.pulled_for, assigned, row, at)
    queue.conversation.judge(checks)


def judge_carried(
    queue: CallbackQueue,
    waiting: Waiting,
    carried: CallBack,
    csr: str,
    assigned: datetime | None,
    row: Mapping[str, str],
    at: Place,
) -> list[Check]:
    """A callback of a message against what is known of it, and against the literals of a row."""
    ticket = waiting.ticket
    expected = Expected(
        waiting.alias,
        csr,
        assigned,
        ticket.language or _DEFAULT_LANGUAGE,
        ticket.trouble_code or "",
        ticket.usage_point or "",
        str(waiting.stored["reason"]),
        waiting.incident,
        waiting.contacts,
        str(waiting.stored["comment"] or ""),
    )
    checks, reading = content_checks(at, expected, carried, queue.conversation.run.interpretations)
    if reading is not None:
        queue.conversation.readings_seen["D-36"] = reading
    return checks + _literal_checks(at, row, carried)


def _query(row: Mapping[str, str]) -> dict[str, object]:
    """The query of a row, by element name; an empty cell leaves the element out."""
    only = {"languageId": row.get("language", ""), "priority": row.get("priority", "")}
    narrowed = {name: value for name, value in only.items() if value}
    query: dict[str, object] = {"count": row.get("count", ""), "csrId": row.get("csr", "")}
    return {name: value for name, value in (*query.items(), ("TroubleTickets", narrowed)) if value}


def _list_check(queue: CallbackQueue, rows: Sequence[Mapping[str, str]], reply: Reply) -> Check:
    expected = [row["callback"] for row in rows]
    mrids = [str(carried.mrid) for carried in reply.callbacks]
    own = queue.by_mrid()
    again = [mrid for mrid in mrids if mrid in queue.handed_out]
    queue.handed_out |= set(mrids)
    if again:
        names = ", ".join(_name(queue, mrid) for mrid in again)
        wanted = "nothing that was given to somebody before"
        return compared(Aspect.PAYLOAD, "Payload", wanted, names, False, "Payload")
    observed = [own[mrid].alias for mrid in mrids if mrid in own]
    others = len(mrids) - len(observed)
    # Another client's callback may have come in between, and taken the place of one of these.
    holds = observed == expected or (
        bool(others) and observed == expected[: len(observed)] and len(mrids) >= len(expected)
    )
    told = ", ".join(_name(queue, mrid) for mrid in mrids) or "no callbacks"
    return compared(Aspect.PAYLOAD, "Payload", ", ".join(expected) or "no callbacks", told, holds, "Payload")


def _literal_checks(at: Place, row: Mapping[str, str], carried: CallBack) -> list[Check]:
    tickets = carried.trouble_tickets
    ticket = tickets[0] if tickets else None
    customer = ticket.customer_data if ticket else None
    names = [customer.first_name, customer.last_name] if customer else []
    observed = {
        "csr": carried.csr_id,
        "reason": carried.reason,
        "language": ticket.language_id if ticket else None,
        "trouble code": ticket.trouble_code if ticket else None,
        "person": " ".join(name for name in names if name),
    }
    return [
        replace(
            at.check(column, row[column] or ABSENT, seen or ABSENT, row[column] == (seen or "").strip()),
            element=at.element,
        )
        for column, seen in observed.items()
        if row.get(column, NOT_JUDGED) != NOT_JUDGED
    ]


def _name(queue: CallbackQueue, mrid: str) -> str:
    waiting = queue.by_mrid().get(mrid)
    return waiting.alias if waiting else f"another callback ({mrid})"


def _moment(text: str | None) -> datetime | None:
    try:
        return parse_datetime(text, UTC) if text else None
    except ValueError:
        return None
