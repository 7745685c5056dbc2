"""Active trouble tickets as the store holds them: found, shown, changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Connection, Select, bindparam, func, select, update

from crm_contract.values import format_datetime, parse_datetime
from reference_adapter.outage_model.contacts import CallerContact
from reference_adapter.outage_model.tickets import SearchParameter, Ticket
from reference_adapter.storage.changes import Changes
from reference_adapter.storage.tables import tickets
from reference_adapter.storage.tickets import CHUNK, Row, contacts_text, count_by_usage_point, insert_tickets

_CHANGE = (
    update(tickets)
    .where(tickets.c.mrid == bindparam("which"))
    .values(
        comment=bindparam("new_comment"),
        contacts=bindparam("new_contacts"),
        last_update_user=bindparam("new_last_update_user"),
    )
)
_JOIN = update(tickets).where(tickets.c.mrid == bindparam("which")).values(incident=bindparam("new_incident"))


class Tickets:
    """The active tickets, in one transaction."""

    def __init__(self, connection: Connection, changes: Changes) -> None:
        self.connection = connection
        self.changes = changes

    def insert(self, rows: Sequence[Row]) -> list[str]:
        """Store new tickets; their mRIDs, in order."""
        mrids = insert_tickets(self.connection, rows)
        self.changes.note("ticket", mrids)
        return mrids

    def count_by_usage_point(self, usage_points: Iterable[str]) -> dict[str, int]:
        """Active tickets of each usage point that has any (D-25)."""
        return count_by_usage_point(self.connection, usage_points)

    def by_mrid(self, mrids: Iterable[str]) -> list[Ticket]:
        """The tickets of these mRIDs, oldest first."""
        return self._where(tickets.c.mrid, mrids)

    def by_name(self, names: Iterable[str]) -> list[Ticket]:
        """The tickets of these external names, oldest first; one name may have several (D-28)."""
        return self._where(tickets.c.name, names)

    def by_incident(self, incidents: Iterable[str]) -> list[Ticket]:
        """The tickets of these incidents, oldest first."""
        return self._where(tickets.c.incident, incidents)

    def by_usage_point(self, usage_points: Iterable[str]) -> list[Ticket]:
        """The tickets on these usage points, oldest first."""
        return self._where(tickets.c.usage_point, usage_points)

    def reported_since(
        self, position: int, trouble_codes: Iterable[str], limit: int
    ) -> tuple[int, list[tuple[str, str]]]:
        """How far was looked, and mRID and usage point of tickets behind a position with a code and no incident."""
        reached = self.connection.scalar(
            select(func.max(tickets.c.seq)).where(
                tickets.c.seq.in_(
                    select(tickets.c.seq).where(tickets.c.seq > position).order_by(tickets.c.seq).limit(limit)
                )
            )
        )
        if reached is None:
            return position, []
        statement = (
            select(tickets.c.mrid, tickets.c.usage_point)
            .where(tickets.c.seq > position, tickets.c.seq <= reached)
            .where(tickets.c.usage_point.is_not(None), tickets.c.incident.is_(None))
            .where(tickets.c.trouble_code.in_(list(trouble_codes)))
            .order_by(tickets.c.seq)
        )
        return reached, [(row.mrid, row.usage_point) for row in self.connection.execute(statement)]

    def usage_points_of(self, incidents: Iterable[str], trouble_codes: Iterable[str]) -> dict[str, set[str]]:
        """The usage points of each incident's tickets that have one of the codes."""
        found: dict[str, set[str]] = {}
        codes = list(trouble_codes)
        for chunk in chunks(incidents):
            statement = (
                select(tickets.c.incident, tickets.c.usage_point)
                .where(tickets.c.incident.in_(chunk), tickets.c.usage_point.is_not(None))
                .where(tickets.c.trouble_code.in_(codes))
                .distinct()
            )
            for row in self.connection.execute(statement):
                found.setdefault(row.incident, set()).add(row.usage_point)
        return found

    def count_by_incident(self, incidents: Iterable[str]) -> dict[str, int]:
        """How many tickets each incident has, where it has any."""
        found: dict[str, int] = {}
        for chunk in chunks(incidents):
            statement = (
                select(tickets.c.incident, func.count())
                .where(tickets.c.incident.in_(chunk))
                .group_by(tickets.c.incident)
            )
            found.update((incident, number) for incident, number in self.connection.execute(statement))
        return found

    def change(self, changed: Sequence[Ticket]) -> None:
        """Store comment, contacts and last user of changed tickets."""
        if not changed:
            return
        self.connection.execute(
            _CHANGE,
            [
                {
                    "which": each.mrid,
                    "new_comment": each.comment,
                    "new_contacts": contacts_text(each.contacts),
                    "new_last_update_user": each.last_update_user,
                }
                for each in changed
            ],
        )
        self.changes.note("ticket", (each.mrid for each in changed))

    def join(self, mrids: Sequence[str], incident: str) -> None:
        """Put tickets under an incident."""
        if mrids:
            self.connection.execute(_JOIN, [{"which": mrid, "new_incident": incident} for mrid in mrids])
            self.changes.note("ticket", mrids)

    def move(self, incident: str, to: str) -> None:
        """Put all tickets of one incident under another."""
        moved = self.connection.scalars(select(tickets.c.mrid).where(tickets.c.incident == incident)).all()
        self.connection.execute(update(tickets).where(tickets.c.incident == incident).values(incident=to))
        self.changes.note("ticket", moved)

    def _where(self, column: ColumnElement[Any], values: Iterable[str]) -> list[Ticket]:
        found = [
            (row["seq"], ticket_of(row))
            for chunk in chunks(values)
            for row in _rows(self.connection, select(tickets).where(column.in_(chunk)).order_by(tickets.c.seq))
        ]
        return [ticket for _, ticket in sorted(found, key=lambda each: each[0])]


def find_tickets(connection: Connection, criteria: Mapping[str, str], after: int, limit: int) -> tuple[int, list[Row]]:
    """How many tickets match, and up to `limit` of them as control shows them, oldest first.

    `criteria` goes from column to value; `after` is the sequence number to start behind.
    """
    conditions = [tickets.c[column] == value for column, value in criteria.items()]
    if after:
        conditions.append(tickets.c.seq > after)
    total = connection.scalar(select(func.count()).select_from(tickets).where(*conditions)) or 0
    found = select(tickets).where(*conditions).order_by(tickets.c.seq).limit(limit)
    return total, [_shown(row) for row in _rows(connection, found)]


def last_position(connection: Connection) -> int:
    """The highest sequence number in the store, 0 when it is empty."""
    return connection.scalar(select(func.max(tickets.c.seq))) or 0


def chunks(values: Iterable[str]) -> Iterator[list[str]]:
    """Distinct values in lists that one statement takes."""
    distinct = list(dict.fromkeys(values))
    for start in range(0, len(distinct), CHUNK):
        yield distinct[start : start + CHUNK]


def ticket_of(row: Mapping[str, Any]) -> Ticket:
    """A row of the table."""
    return Ticket(
        mrid=row["mrid"],
        name=row["name"],
        usage_point=row["usage_point"],
        incident=row["incident"],
        call_back=bool(row["call_back"]),
        comment=row["comment"],
        created=row["created_date_time"],
        first_call=row["first_call_date_time"],
        csr_id=row["csr_id"],
        language_id=row["language_id"],
        source=row["source"],
        trouble_code=row["trouble_code"],
        contacts=tuple(CallerContact(**each) for each in orjson.loads(row["contacts"])),
        hazards=tuple(orjson.loads(row["hazards"])),
        location=tuple(SearchParameter(**each) for each in orjson.loads(row["location"])),
        point=_pair(row["position_point"]),
        callback_periods=periods_of(row["callback_periods"]),
        last_update_user=row["last_update_user"],
    )


def periods_of(text: str) -> tuple[tuple[Any, Any], ...]:
    """Periods as the column holds them."""
    return tuple((parse_datetime(each["start"], UTC), parse_datetime(each["end"], UTC)) for each in orjson.loads(text))


def periods_text(periods: Iterable[tuple[Any, Any]]) -> str:
    """Periods for the column."""
    spans = [{"start": format_datetime(start), "end": format_datetime(end)} for start, end in periods]
    return orjson.dumps(spans).decode()


def _rows(connection: Connection, statement: Select[Any]) -> Iterator[Row]:
    for row in connection.execute(statement):
        yield dict(row._mapping)


def _pair(text: str | None) -> tuple[str, str] | None:
    if text is None:
        return None
    x, y = orjson.loads(text)
    return x, y


def _shown(row: Row) -> Row:
    for column in ("callback_media", "callback_periods", "contacts", "hazards", "location"):
        row[column] = orjson.loads(row[column])
    row["call_back"] = bool(row["call_back"])
    x, y = row.pop("x"), row.pop("y")
    row["position"] = None if x is None else {"x": x, "y": y}
    pair = _pair(row["position_point"])
    row["position_point"] = None if pair is None else {"x": pair[0], "y": pair[1]}
    return row
