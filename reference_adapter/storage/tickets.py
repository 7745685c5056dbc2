"""Trouble tickets on their way into the store: one row a ticket, many rows a statement."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

import orjson
import uuid_utils
from sqlalchemy import Connection, Dialect, bindparam, func, insert, select

from crm_contract.values import format_datetime
from reference_adapter.outage_model.contacts import CallerContact, contacts_of
from reference_adapter.outage_model.incidents import Incident
from reference_adapter.outage_model.tickets import Ticket, TicketDraft
from reference_adapter.storage.tables import tickets

Row = dict[str, Any]
CHUNK = 500
_EMPTY = "[]"
_COUNT_BY_USAGE_POINT = (
    select(tickets.c.usage_point, func.count())
    .where(tickets.c.usage_point.in_(bindparam("wanted", expanding=True)))
    .group_by(tickets.c.usage_point)
)


def row_of(ticket: TicketDraft, received_at: str, message_id: str | None, now: datetime) -> Row:
    """An accepted draft as a row, without the mRID that the store gives it."""
    sent = ticket.sent
    position = ticket.position or (None, None)
    return {
        "name": sent.name,
        "usage_point": ticket.usage_point,
        "reported_usage_point": ticket.reported_usage_point,
        "incident": ticket.incident.mrid if ticket.incident else None,
        "status": ticket.status,
        "call_back": int(ticket.call_back),
        "comment": ticket.comment,
        "created_date_time": format_datetime(ticket.created or now),
        "first_call_date_time": format_datetime(ticket.first_call or now),
        "csr_id": sent.csr_id,
        "last_update_user": None,
        "language_id": ticket.language_id,
        "source": ticket.source,
        "trouble_code": ticket.trouble_code,
        "callback_media": _json(ticket.callback_media),
        "callback_periods": _json(
            [{"start": format_datetime(start), "end": format_datetime(end)} for start, end in ticket.callback_periods]
        ),
        "contacts": contacts_text(contacts_of(sent.customer_data)),
        "hazards": _json(ticket.hazards),
        "location": _json(
            [
                {"type": each.type, "description": each.description, "name": each.name}
                for each in sent.locations
                if each.type or each.description or each.name
            ]
        ),
        "position_point": orjson.dumps(ticket.point).decode() if ticket.point else None,
        "x": position[0],
        "y": position[1],
        "located_by": ticket.located_by,
        "received_at": received_at,
        "message_id": message_id,
    }


def reported_again(
    ticket: Ticket, trouble_code: str, csr_id: str | None, incident: Incident | None, now: datetime
) -> Row:
    """A row for a customer who was called back and is still without power: the same caller, place and wishes (D-39).

    `incident` is another one that de-energizes the customer.
    """
    moment = format_datetime(now)
    status = "Energized" if ticket.usage_point else "Created"
    return {
        "name": None,
        "usage_point": ticket.usage_point,
        "reported_usage_point": ticket.usage_point,
        "incident": incident.mrid if incident else None,
        "status": "Deenergized" if incident else status,
        "call_back": int(ticket.call_back),
        "comment": None,
        "created_date_time": moment,
        "first_call_date_time": moment,
        "csr_id": csr_id,
        "last_update_user": None,
        "language_id": ticket.language_id,
        "source": ticket.source,
        "trouble_code": trouble_code,
        "callback_media": _EMPTY,
        # Periods were for the first callback: the next one may be made as soon as it is due.
        "callback_periods": _EMPTY,
        "contacts": contacts_text(ticket.contacts),
        "hazards": _EMPTY,
        "location": _EMPTY,
        "position_point": None,
        "x": None,
        "y": None,
        "located_by": "usage-point" if ticket.usage_point else None,
        "received_at": moment,
        "message_id": None,
    }


def insert_tickets(connection: Connection, rows: Sequence[Row]) -> list[str]:
    """Store rows; their mRIDs, in order. mRIDs grow with time, so that their index only grows at its end."""
    mrids = [str(uuid_utils.uuid7()) for _ in rows]
    if rows:
        for row, mrid in zip(rows, mrids, strict=True):
            row["mrid"] = mrid
        statement, columns = _insert_statement(connection.dialect)
        connection.exec_driver_sql(statement, [tuple(map(row.get, columns)) for row in rows])
    return mrids


@lru_cache(maxsize=1)
def _insert_statement(dialect: Dialect) -> tuple[str, tuple[str, ...]]:
    """The INSERT as text: binding 25 names a row through SQLAlchemy costs a third of the whole insert."""
    columns = tuple(column.name for column in tickets.columns if column is not tickets.c.seq)
    compiled = insert(tickets).compile(dialect=dialect, column_keys=list(columns))
    return str(compiled), tuple(compiled.positiontup or ())


def count_by_usage_point(connection: Connection, usage_points: Iterable[str]) -> dict[str, int]:
    """Active tickets of each usage point that has any (D-25)."""
    wanted = list(dict.fromkeys(usage_points))
    counts: dict[str, int] = {}
    for start in range(0, len(wanted), CHUNK):
        found = connection.execute(_COUNT_BY_USAGE_POINT, {"wanted": wanted[start : start + CHUNK]})
        counts.update((point, number) for point, number in found)
    return counts


def _json(values: list[Any]) -> str:
    return orjson.dumps(values).decode() if values else _EMPTY


def contacts_text(contacts: Sequence[CallerContact]) -> str:
    """Contacts as the tickets' column holds them."""
    return _json([_contact(each) for each in contacts])


def _contact(contact: CallerContact) -> Row:
    """As `dataclasses.asdict` would, which copies deeply and costs more than the insert."""
    return {
        "first_name": contact.first_name,
        "last_name": contact.last_name,
        "middle_name": contact.middle_name,
        "type": contact.type,
        "value": contact.value,
        "preferred": contact.preferred,
    }
