"""The adapter's log of the CRM Interface: what went wrong with messages that it sent (D-40)."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select

from crm_contract.values import format_datetime
from reference_adapter.storage.tables import interface_log

KEPT = 10_000
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class LogEntry:
    """An Error as the adapter logs it; without code and reason where the specification has none."""

    level: str
    details: str
    message_id: str | None
    code: str | None = None
    reason: str | None = None


def write_log(connection: Connection, entry: LogEntry, now: datetime) -> None:
    """Add an entry, and forget the oldest beyond the newest ten thousand. The process's log gets it too."""
    _log.error("%s %s: %s (message %s)", entry.code or entry.level, entry.reason, entry.details, entry.message_id)
    key: Any = connection.execute(
        insert(interface_log).values(
            at=format_datetime(now),
            level=entry.level,
            code=entry.code,
            reason=entry.reason,
            details=entry.details,
            message_id=entry.message_id,
        )
    ).inserted_primary_key
    connection.execute(delete(interface_log).where(interface_log.c.seq <= int(key[0]) - KEPT))


def read_log(connection: Connection, after: int, limit: int) -> tuple[int, list[dict[str, Any]]]:
    """The last entry's number, and up to `limit` entries behind a number, oldest first."""
    statement = select(interface_log).where(interface_log.c.seq > after).order_by(interface_log.c.seq).limit(limit)
    position = connection.scalar(select(func.max(interface_log.c.seq))) or 0
    return position, [dict(row._mapping) for row in connection.execute(statement)]
