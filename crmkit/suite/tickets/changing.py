"""Sending changes of trouble tickets (ChangedTroubleTickets)."""

from __future__ import annotations

import re
from collections.abc import Mapping

from crmkit.suite import values
from crmkit.suite.conversation import Conversation, Table
from crmkit.suite.errors import HarnessError
from crmkit.suite.otherwise import AS_USUAL, Otherwise
from crmkit.suite.tickets.changes import CHANGE_COLUMNS, PLAIN_COMMENT, Change
from crmkit.suite.tickets.snapshots import take_snapshot
from crmkit.suite.tickets.written import PLAIN_CSR, read_caller, rows_of

CHANGE = "ChangedTroubleTickets"

_NAMES = frozenset(name for name, _, _ in CHANGE_COLUMNS)
_FITTING = re.compile(r"(?P<text>\S)\*fit(?:\+(?P<more>\d+))?")
_NAMED = re.compile(r"(?P<unknown>unknown )?(?P<what>mRID|name)(?: of (?P<alias>.+))?")


def send_changes(conversation: Conversation, table: Table, otherwise: Otherwise = AS_USUAL) -> None:
    """Send the changes of a table, and keep what was stored before."""
    changes = [_change(conversation, row, number) for number, row in enumerate(rows_of(table, _NAMES), 1)]
    for alias in {change.alias for change in changes}:
        conversation.call(alias, *_spellings(conversation, alias, [c for c in changes if c.alias == alias]))
    conversation.changes = changes
    take_snapshot(conversation)
    operation = conversation.run.target.contract.operations[CHANGE]
    conversation.send_message(operation, {"TroubleTicket": [change.content() for change in changes]}, otherwise)


def separator(conversation: Conversation) -> str:
    """What the target puts between a comment and what is added to it: a line feed, or something else (D-44).

    Found out once in a run, with a ticket of its own.
    """
    run = conversation.run
    if run.control is None:
        return values.SEPARATOR
    if run.comment_separator is None:
        probe = Conversation(run, conversation.row, conversation.operation)
        (ticket,) = probe.create_earlier([["ticket", "comment"], ["probe", "before"]])
        send_changes(probe, [["ticket", "comment"], ["probe", "after"]])
        probe.reply()
        stored = next((each for each in probe.stored() if each["mrid"] == ticket.mrid), {})
        between = values.between(stored.get("comment") or "", "before", "after")
        # Who does not append at all is told so by its own row.
        run.comment_separator = values.SEPARATOR if between is None else between
        conversation.mark()
    return run.comment_separator


def _change(conversation: Conversation, row: Mapping[str, str], number: int) -> Change:
    change = Change(row["ticket"], number)
    for part in values.items(row.get("by", "mRID")):
        _name(conversation, change, part)
    change.comment = _comment(conversation, change.alias, row.get("comment", PLAIN_COMMENT)) or None
    change.csr = row.get("csr", PLAIN_CSR) or None
    change.caller = read_caller(row.get("caller", ""))
    change.created = row.get("created") or None
    return change


def _name(conversation: Conversation, change: Change, part: str) -> None:
    match = _NAMED.fullmatch(part)
    if match is None:
        raise HarnessError(f"{part!r} names no ticket: write mRID, name, unknown mRID or name of ALIAS")
    of = match["alias"] or change.alias
    if match["what"] == "mRID":
        change.mrid = conversation.run.fresh("NO-SUCH-MRID") if match["unknown"] else conversation.mrid(of)
    else:
        change.name = conversation.run.fresh("NO-SUCH-NAME") if match["unknown"] else conversation.ticket(of).name


def _comment(conversation: Conversation, alias: str, cell: str) -> str:
    match = _FITTING.fullmatch(cell)
    if match is None:
        return values.text(cell, conversation.comment_limit)
    there = conversation.ticket(alias).comment or ""
    taken = len(there) + len(separator(conversation)) if there else 0
    return match["text"] * (conversation.comment_limit - taken + int(match["more"] or 0))


def _spellings(conversation: Conversation, alias: str, changes: list[Change]) -> list[str]:
    """By the mRID as sent, else the name, else the position (D-15); all of them pass."""
    known = conversation.earlier.get(alias)
    told = [change.mrid for change in changes] + [change.name for change in changes]
    if known is not None:
        told += [known.mrid, known.name]
    numbers = [form for change in changes for form in (f"#{change.number}", str(change.number))]
    return list(dict.fromkeys([each for each in told if each] + numbers))
