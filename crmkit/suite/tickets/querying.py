"""Asking for trouble tickets (GetTroubleTickets)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from crmkit.suite.conversation import QUERY, Conversation, Table
from crmkit.suite.otherwise import Otherwise
from crmkit.suite.tables import read_rows
from crmkit.suite.tickets.snapshots import take_snapshot

_UNKNOWN = "unknown "
_PLAIN_CONTEXT = "active"

# What docs/steps.md prints. A row is an entry of the query; without a column an entry has no such criterion.
QUERY_COLUMNS = (
    ("ticket mRID", "an earlier ticket; `unknown ALIAS`: an mRID that nobody knows, so called from here on"),
    ("ticket name", "an earlier ticket; `unknown ALIAS`"),
    ("incident", "an incident by its alias; `unknown ALIAS`"),
    ("usage point", "a usage point by its alias; `unknown ALIAS`"),
)
_NAMES = tuple(name for name, _ in QUERY_COLUMNS)


def send_query(conversation: Conversation, table: Table, otherwise: Otherwise) -> None:
    """Ask by the criteria of a table, and keep what was stored before."""
    entries = [_entry(conversation, row) for row in read_rows(table, _NAMES)]
    take_snapshot(conversation)
    operation = conversation.run.target.contract.operations[QUERY]
    said = otherwise if otherwise.context is not None else replace(otherwise, context=_PLAIN_CONTEXT)
    conversation.send_message(operation, {"TroubleTicket": entries}, said)


def _entry(conversation: Conversation, row: Mapping[str, str]) -> dict[str, Any]:
    entry: dict[str, Any] = {}
    for column, cell in row.items():
        if not cell:
            continue
        value = _value(conversation, column, cell)
        match column:
            case "ticket mRID":
                entry["mRID"] = value
            case "ticket name":
                entry["name"] = value
            case "incident":
                entry["IncidentRecord"] = {"mRID": value}
            case _:
                entry["UsagePoint"] = {"mRID": value}
    return entry


def _value(conversation: Conversation, column: str, cell: str) -> str:
    if cell.startswith(_UNKNOWN):
        made = conversation.run.fresh(f"NO-SUCH-{column.replace(' ', '-').upper()}")
        conversation.call(cell.removeprefix(_UNKNOWN), made)
        conversation.asks_for_unknown_usage_point |= column == "usage point"
        return made
    match column:
        case "ticket mRID":
            return conversation.mrid(cell)
        case "ticket name":
            return conversation.ticket(cell).name
        case "incident":
            return str(conversation.incident(cell)["mrid"])
        case _:
            return conversation.usage_point(cell)
