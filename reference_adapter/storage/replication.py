"""From the DMZ's outbox to the CORE: applied in order, each number once, whoever else applies meanwhile."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import orjson
from sqlalchemy import Column, Connection, delete, func, insert, literal, select

from crm_contract.values import format_datetime, parse_datetime
from reference_adapter.storage.core_tables import REPLICATED
from reference_adapter.storage.progress import read_progress, write_progress
from reference_adapter.storage.tables import outbox
from reference_adapter.storage.ticket_records import chunks

_JOB = "replication"
_ENTITIES_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Lag:
    """How far the CORE is behind: rows waiting, since when the oldest waits, and the last number applied."""

    rows: int
    oldest: datetime | None
    applied: int


def apply_outbox(connection: Connection) -> int:
    """Apply the oldest rows of the outbox, some hundred entities at most; how many rows.

    A row says which entities changed; what the DMZ holds of them now goes to the CORE, with the row's number. So a
    later change that is there already is not undone by an earlier row, and applying a row twice changes nothing.
    """
    rows = connection.execute(select(outbox).order_by(outbox.c.seq).limit(_ENTITIES_AT_ONCE)).all()
    applied, entities = 0, 0
    for row in rows:
        mrids: list[str] = orjson.loads(row.mrids)
        if applied and entities + len(mrids) > _ENTITIES_AT_ONCE:
            break
        _copy(connection, row.entity, mrids, row.seq)
        applied, entities = applied + 1, entities + len(mrids)
    if applied:
        last = rows[applied - 1].seq
        connection.execute(delete(outbox).where(outbox.c.seq <= last))
        write_progress(connection, _JOB, str(last))
    return applied


def lag(connection: Connection) -> Lag:
    """How far the CORE is behind the DMZ."""
    count, oldest = connection.execute(select(func.count(), func.min(outbox.c.recorded_at))).one()
    applied = int(read_progress(connection, _JOB) or 0)
    return Lag(count, parse_datetime(oldest, UTC) if oldest else None, applied)


def seconds_behind(found: Lag, now: datetime) -> float | None:
    """Since when, in seconds, the oldest change waits."""
    if found.oldest is None:
        return None
    return max(0.0, (parse_datetime(format_datetime(now), UTC) - found.oldest).total_seconds())


def _copy(connection: Connection, entity: str, mrids: list[str], sequence: int) -> None:
    source, replica = REPLICATED[entity]
    columns: list[Column[object]] = [each for each in source.columns if each.name != "seq"]
    for chunk in chunks(mrids):
        # Only what is not newer already; what the DMZ has no more is gone here too.
        older = replica.c.mrid.in_(chunk) & (replica.c.sequence < sequence)
        connection.execute(delete(replica).where(older))
        newer = select(replica.c.mrid).where(replica.c.mrid.in_(chunk))
        wanted = select(*columns, literal(sequence)).where(source.c.mrid.in_(chunk), source.c.mrid.not_in(newer))
        connection.execute(insert(replica).from_select([*(each.name for each in columns), "sequence"], wanted))
