"""Messages handed to a slow IMS: committed first, turned into tickets exactly once (D-29)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select

from reference_adapter.storage.tables import ims_confirmations, ims_inbox
from reference_adapter.storage.ticket_records import Tickets
from reference_adapter.storage.tickets import Row

# Asked ten times a second: building a statement costs more than running it.
_OLDEST = select(ims_inbox).order_by(ims_inbox.c.seq).limit(1)


def put_in_inbox(connection: Connection, rows: Sequence[Row], received_at: str) -> int:
    """Keep a message's accepted tickets for the IMS; the inbox number to wait for."""
    statement = insert(ims_inbox).values(received_at=received_at, tickets=json.dumps(list(rows), ensure_ascii=False))
    key: Any = connection.execute(statement).inserted_primary_key
    return int(key[0])


def oldest_in_inbox(connection: Connection) -> tuple[int, list[Row]] | None:
    """The message that waits longest, None when none does."""
    row = connection.execute(_OLDEST).first()
    return None if row is None else (row.seq, json.loads(row.tickets))


def confirm(connection: Connection, tickets: Tickets, inbox_seq: int, rows: Sequence[Row], confirmed_at: str) -> bool:
    """Turn an inbox message into tickets; False when another process did so already.

    Deleting the message, storing its tickets and confirming them are one transaction of the caller's.
    """
    taken = connection.execute(delete(ims_inbox).where(ims_inbox.c.seq == inbox_seq)).rowcount == 1
    if taken:
        mrids = tickets.insert(rows)
        connection.execute(
            insert(ims_confirmations).values(inbox_seq=inbox_seq, confirmed_at=confirmed_at, mrids=json.dumps(mrids))
        )
    return taken


def confirmation(connection: Connection, inbox_seq: int) -> list[str] | None:
    """The mRIDs that the IMS gave an inbox message's tickets, in order; None while it has not."""
    statement = select(ims_confirmations.c.mrids).where(ims_confirmations.c.inbox_seq == inbox_seq)
    found = connection.scalar(statement)
    return None if found is None else list(json.loads(found))


def count_inbox(connection: Connection) -> int:
    """Messages that wait for the IMS."""
    return connection.scalar(select(func.count()).select_from(ims_inbox)) or 0


def sweep_confirmations(connection: Connection, before: str) -> int:
    """Forget confirmations older than a moment, nobody waits for them any more; how many."""
    return connection.execute(delete(ims_confirmations).where(ims_confirmations.c.confirmed_at < before)).rowcount
