"""The callback queue in the store."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, bindparam, delete, func, insert, or_, select, update

from crm_contract.values import format_datetime, parse_datetime
from reference_adapter.outage_model.callbacks import Callback
from reference_adapter.storage.changes import Changes
from reference_adapter.storage.incidents import optional_moment, optional_text
from reference_adapter.storage.tables import callbacks, tickets
from reference_adapter.storage.ticket_records import chunks, periods_of, periods_text

# One statement for all callbacks of a message.
_CHANGE = (
    update(callbacks)
    .where(callbacks.c.mrid == bindparam("new_mrid"))
    .values({each.name: bindparam(f"new_{each.name}") for each in callbacks.c if each.name not in ("seq", "mrid")})
)


class Callbacks:
    """The callbacks of active incidents, in one transaction."""

    def __init__(self, connection: Connection, changes: Changes) -> None:
        self._connection = connection
        self._changes = changes

    def add(self, new: Sequence[Callback]) -> None:
        """Put callbacks into the queue."""
        if new:
            self._connection.execute(insert(callbacks), [callback_columns(each) for each in new])
            self._changes.note("callback", (each.mrid for each in new))

    def change(self, changed: Sequence[Callback]) -> None:
        """Store what became of callbacks."""
        if not changed:
            return
        rows = [{f"new_{name}": value for name, value in callback_columns(each).items()} for each in changed]
        self._connection.execute(_CHANGE, rows)
        self._changes.note("callback", (each.mrid for each in changed))

    def remove(self, incident: str) -> list[Callback]:
        """Take an incident's callbacks out; they are archived."""
        found = self.of_incident(incident)
        self._connection.execute(delete(callbacks).where(callbacks.c.incident == incident))
        self._changes.note("callback", (each.mrid for each in found))
        return found

    def by_mrid(self, mrids: Iterable[str]) -> dict[str, Callback]:
        """The callbacks of these mRIDs."""
        found: dict[str, Callback] = {}
        for chunk in chunks(mrids):
            statement = select(callbacks).where(callbacks.c.mrid.in_(chunk))
            found.update((row.mrid, _callback(row)) for row in self._connection.execute(statement))
        return found

    def of_incident(self, incident: str) -> list[Callback]:
        """An incident's callbacks, oldest first."""
        statement = select(callbacks).where(callbacks.c.incident == incident).order_by(callbacks.c.seq)
        return [_callback(row) for row in self._connection.execute(statement)]

    def count_open(self, incident: str) -> int:
        """How many of an incident's callbacks are not closed."""
        return self.count_open_of([incident])[incident]

    def count_open_of(self, incidents: Iterable[str]) -> Counter[str]:
        """How many callbacks are not closed, incident by incident."""
        found: Counter[str] = Counter()
        for chunk in chunks(incidents):
            is_open = callbacks.c.incident.in_(chunk) & callbacks.c.closed_at.is_(None)
            statement = select(callbacks.c.incident, func.count()).where(is_open).group_by(callbacks.c.incident)
            for incident, number in self._connection.execute(statement):
                found[incident] = number
        return found

    def waiting(self, now: datetime, *, language: int | None = None, priority: int | None = None) -> Iterator[Callback]:
        """Open callbacks that nobody holds, highest priority first, then oldest; exact filters (D-37).

        Those before their first or behind their last period are left out; whether the others are inside of one is
        the caller's to ask.
        """
        statement = _free(now)
        if language is not None:
            statement = statement.where(callbacks.c.language_id == language)
        if priority is not None:
            statement = statement.where(callbacks.c.priority == priority)
        for row in self._connection.execute(statement):
            yield _callback(row)

    def expired(self, now: datetime, limit: int) -> list[Callback]:
        """Open callbacks whose assignment is over."""
        statement = (
            select(callbacks)
            .where(callbacks.c.closed_at.is_(None), callbacks.c.assignment_expires_at <= format_datetime(now))
            .limit(limit)
        )
        return [_callback(row) for row in self._connection.execute(statement)]

    def missed(self, now: datetime, limit: int) -> list[Callback]:
        """Open callbacks that nobody holds and whose last period has passed."""
        moment = format_datetime(now)
        statement = (
            select(callbacks)
            .where(callbacks.c.closed_at.is_(None), callbacks.c.last_end < moment, _is_nobodys(moment))
            .order_by(callbacks.c.last_end, callbacks.c.seq)
            .limit(limit)
        )
        return [_callback(row) for row in self._connection.execute(statement)]


def find_callbacks(
    connection: Connection, criteria: Mapping[str, str], is_open: bool | None, after: int, limit: int
) -> tuple[int, list[Mapping[str, Any]]]:
    """How many callbacks match, and up to `limit` of them with their tickets' name and code, oldest first."""
    conditions = [callbacks.c[column] == value for column, value in criteria.items()]
    if is_open is not None:
        conditions.append(callbacks.c.closed_at.is_(None) if is_open else callbacks.c.closed_at.is_not(None))
    total = connection.scalar(select(func.count()).select_from(callbacks).where(*conditions)) or 0
    statement = (
        select(callbacks, tickets.c.name.label("ticket_name"), tickets.c.trouble_code)
        .outerjoin(tickets, tickets.c.mrid == callbacks.c.ticket)
        .where(*conditions, callbacks.c.seq > after)
        .order_by(callbacks.c.seq)
        .limit(limit)
    )
    return total, [dict(row._mapping) for row in connection.execute(statement)]


def _free(now: datetime) -> Any:
    moment = format_datetime(now)
    not_put_off = or_(callbacks.c.not_before.is_(None), callbacks.c.not_before <= moment)
    between = and_(callbacks.c.first_start <= moment, callbacks.c.last_end >= moment)
    may_be_due = or_(callbacks.c.first_start.is_(None), between)
    return (
        select(callbacks)
        .where(callbacks.c.closed_at.is_(None), _is_nobodys(moment), not_put_off, may_be_due)
        .order_by(callbacks.c.priority.desc(), callbacks.c.seq)
    )


def _is_nobodys(moment: str) -> ColumnElement[bool]:
    return or_(callbacks.c.assigned_user.is_(None), callbacks.c.assignment_expires_at <= moment)


def callback_columns(callback: Callback) -> dict[str, Any]:
    """A callback as the queue and the archive hold it."""
    return {
        "mrid": callback.mrid,
        "ticket": callback.ticket,
        "incident": callback.incident,
        "usage_point": callback.usage_point,
        "created_at": format_datetime(callback.created),
        "priority": callback.priority,
        "language_id": callback.language_id,
        "reason": callback.reason,
        "periods": periods_text(callback.periods),
        "first_start": optional_text(min((start for start, _ in callback.periods), default=None)),
        "last_end": optional_text(max((end for _, end in callback.periods), default=None)),
        "comment": callback.comment,
        "automatic": int(callback.automatic),
        "attempts": callback.attempts,
        "not_before": optional_text(callback.not_before),
        "assigned_user": callback.assigned_user,
        "assigned_at": optional_text(callback.assigned_at),
        "assignment_expires_at": optional_text(callback.assignment_expires_at),
        "result": callback.result,
        "last_update_user": callback.last_update_user,
        "last_update_time": optional_text(callback.last_update),
        "closed_at": optional_text(callback.closed_at),
    }


def _callback(row: Row[Any]) -> Callback:
    return Callback(
        mrid=row.mrid,
        ticket=row.ticket,
        incident=row.incident,
        usage_point=row.usage_point,
        created=parse_datetime(row.created_at, UTC),
        priority=row.priority,
        language_id=row.language_id,
        reason=row.reason,
        periods=periods_of(row.periods),
        comment=row.comment,
        automatic=bool(row.automatic),
        attempts=row.attempts,
        not_before=optional_moment(row.not_before),
        assigned_user=row.assigned_user,
        assigned_at=optional_moment(row.assigned_at),
        assignment_expires_at=optional_moment(row.assignment_expires_at),
        result=row.result,
        last_update_user=row.last_update_user,
        last_update=optional_moment(row.last_update_time),
        closed_at=optional_moment(row.closed_at),
    )
