"""Incidents in the store."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from crm_contract.values import format_datetime, parse_datetime
from reference_adapter.outage_model.incidents import CrewAssignment, Incident
from reference_adapter.storage.tables import incidents


def add_incident(connection: Connection, incident: Incident) -> None:
    """Store a new incident."""
    connection.execute(
        insert(incidents).values(
            mrid=incident.mrid,
            device=incident.device,
            created_date_time=format_datetime(incident.created),
            confirmed=int(incident.confirmed),
            restored=int(incident.restored),
            status=incident.status,
            comment=incident.comment,
            estimated_restoration_time=_optional(incident.estimated_restoration),
            cause=incident.cause,
            subcause=incident.subcause,
            crews=json.dumps([asdict(crew) for crew in incident.crews], ensure_ascii=False),
        )
    )


def all_incidents(connection: Connection) -> list[Incident]:
    """Every incident, oldest first."""
    return [_incident(row) for row in connection.execute(select(incidents).order_by(incidents.c.seq))]


def find_incident(connection: Connection, mrid: str) -> Incident | None:
    """One incident."""
    row = connection.execute(select(incidents).where(incidents.c.mrid == mrid)).first()
    return None if row is None else _incident(row)


def set_confirmed(connection: Connection, mrid: str) -> None:
    """Confirm an incident: from now on it de-energizes what lies under its device."""
    connection.execute(update(incidents).where(incidents.c.mrid == mrid).values(confirmed=1))


def set_restored(connection: Connection, mrid: str) -> None:
    """End an incident's outage."""
    connection.execute(update(incidents).where(incidents.c.mrid == mrid).values(restored=1))


def _optional(moment: datetime | None) -> str | None:
    return None if moment is None else format_datetime(moment)


def _incident(row: Row[Any]) -> Incident:
    etr = row.estimated_restoration_time
    return Incident(
        mrid=row.mrid,
        device=row.device,
        created=parse_datetime(row.created_date_time, UTC),
        confirmed=bool(row.confirmed),
        restored=bool(row.restored),
        status=row.status,
        comment=row.comment,
        estimated_restoration=parse_datetime(etr, UTC) if etr else None,
        cause=row.cause,
        subcause=row.subcause,
        crews=tuple(CrewAssignment(**crew) for crew in json.loads(row.crews)),
    )
