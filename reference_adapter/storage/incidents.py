"""Incidents in the store, those that are not archived."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

import orjson
from sqlalchemy import Connection, Row, bindparam, delete, insert, select, update

from crm_contract.values import format_datetime, parse_datetime
from reference_adapter.outage_model.incidents import CrewAssignment, Incident
from reference_adapter.storage.changes import Changes
from reference_adapter.storage.shared_state import next_generation
from reference_adapter.storage.tables import incidents
from reference_adapter.storage.ticket_records import chunks

# One statement for all incidents that a message closes.
_CHANGE = (
    update(incidents)
    .where(incidents.c.mrid == bindparam("new_mrid"))
    .values({each.name: bindparam(f"new_{each.name}") for each in incidents.c if each.name not in ("seq", "mrid")})
)


class Incidents:
    """The active incidents, in one transaction. Workers hear of every change to a confirmed one."""

    def __init__(self, connection: Connection, changes: Changes) -> None:
        self._connection = connection
        self._changes = changes

    def add(self, incident: Incident) -> None:
        """Store a new one."""
        self._connection.execute(insert(incidents).values(**_row(incident)))
        self._note(incident)

    def change(self, before: Incident, after: Incident) -> Incident:
        """Store what became of one."""
        self.change_all([(before, after)])
        return after

    def change_all(self, pairs: Iterable[tuple[Incident, Incident]]) -> None:
        """Store what became of several: before and after."""
        changed = [(before, after) for before, after in pairs if before != after]
        if not changed:
            return
        self._connection.execute(
            _CHANGE, [{f"new_{name}": value for name, value in _row(after).items()} for _, after in changed]
        )
        self._note(*(state for pair in changed for state in pair))

    def remove(self, incident: Incident) -> None:
        """It is archived."""
        self._connection.execute(delete(incidents).where(incidents.c.mrid == incident.mrid))
        self._note(incident)

    def find(self, mrid: str) -> Incident | None:
        """One incident."""
        row = self._connection.execute(select(incidents).where(incidents.c.mrid == mrid)).first()
        return None if row is None else _incident(row)

    def by_mrid(self, mrids: Iterable[str]) -> dict[str, Incident]:
        """The incidents of these mRIDs."""
        found: dict[str, Incident] = {}
        for chunk in chunks(mrids):
            statement = select(incidents).where(incidents.c.mrid.in_(chunk))
            found.update((row.mrid, _incident(row)) for row in self._connection.execute(statement))
        return found

    def all(self) -> list[Incident]:
        """Every one, oldest first."""
        return _read(self._connection, True)

    def open(self) -> list[Incident]:
        """Those whose outage still lasts, oldest first."""
        return _read(self._connection, incidents.c.restored_at.is_(None) & incidents.c.closed_at.is_(None))

    def closed_before(self, moment: datetime) -> list[Incident]:
        """Those that were closed at or before a moment."""
        return _read(self._connection, incidents.c.closed_at <= format_datetime(moment))

    def _note(self, *states: Incident) -> None:
        self._changes.note("incident", dict.fromkeys(each.mrid for each in states))
        if any(each.confirmed for each in states):
            next_generation(self._connection)


def open_confirmed(connection: Connection) -> list[Incident]:
    """What de-energizes usage points now."""
    condition = incidents.c.restored_at.is_(None) & incidents.c.closed_at.is_(None) & (incidents.c.confirmed == 1)
    return _read(connection, condition)


def _read(connection: Connection, condition: Any) -> list[Incident]:
    statement = select(incidents).where(condition) if condition is not True else select(incidents)
    return [_incident(row) for row in connection.execute(statement.order_by(incidents.c.seq))]


def _row(incident: Incident) -> Mapping[str, Any]:
    return {
        "mrid": incident.mrid,
        "device": incident.device,
        "created_date_time": format_datetime(incident.created),
        "confirmed": int(incident.confirmed),
        "by_operator": int(incident.by_operator),
        "restored_at": optional_text(incident.restored_at),
        "closed_at": optional_text(incident.closed_at),
        "status": incident.status,
        "comment": incident.comment,
        "estimated_restoration_time": optional_text(incident.estimated_restoration),
        "cause": incident.cause,
        "subcause": incident.subcause,
        "crews": crews_text(incident.crews),
    }


def _incident(row: Row[Any]) -> Incident:
    return Incident(
        mrid=row.mrid,
        device=row.device,
        created=parse_datetime(row.created_date_time, UTC),
        confirmed=bool(row.confirmed),
        by_operator=bool(row.by_operator),
        restored_at=optional_moment(row.restored_at),
        closed_at=optional_moment(row.closed_at),
        status=row.status,
        comment=row.comment,
        estimated_restoration=optional_moment(row.estimated_restoration_time),
        cause=row.cause,
        subcause=row.subcause,
        crews=crews_of(row.crews),
    )


def optional_text(moment: datetime | None) -> str | None:
    """A moment for a column that may be empty."""
    return None if moment is None else format_datetime(moment)


def optional_moment(text: str | None) -> datetime | None:
    """A moment of a column that may be empty."""
    return None if text is None else parse_datetime(text, UTC)


def crews_text(crews: Iterable[CrewAssignment]) -> str:
    """Crews for a column."""
    return orjson.dumps([asdict(crew) for crew in crews]).decode()


def crews_of(text: str) -> tuple[CrewAssignment, ...]:
    """Crews of a column."""
    return tuple(CrewAssignment(**crew) for crew in orjson.loads(text))
