"""The audit of messages, and the nonces that guard against replays."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select

from reference_adapter.storage.tables import messages, nonces

_INSERT_MESSAGE = insert(messages)


@dataclass(frozen=True, slots=True)
class MessageRecord:
    """One message that was carried out, with how many entries it got accepted and refused."""

    received_at: str
    operation: str
    message_id: str | None
    source: str | None
    result: str
    accepted: int
    refused: int


def record_message(connection: Connection, record: MessageRecord) -> None:
    """Write the audit row."""
    connection.execute(
        _INSERT_MESSAGE,
        {
            "received_at": record.received_at,
            "operation": record.operation,
            "message_id": record.message_id,
            "source": record.source,
            "result": record.result,
            "accepted": record.accepted,
            "refused": record.refused,
        },
    )


def nonce_is_new(connection: Connection, source: str, nonce: str, seen_at: str, since: str) -> bool:
    """Remember a nonce; False when that source used it after `since` (D-18)."""
    same = (nonces.c.source == source) & (nonces.c.nonce == nonce)
    seen = connection.scalar(select(nonces.c.seen_at).where(same))
    if seen is not None and seen >= since:
        return False
    connection.execute(delete(nonces).where(same))
    connection.execute(insert(nonces).values(source=source, nonce=nonce, seen_at=seen_at))
    return True


def sweep_messages(connection: Connection, before: str) -> int:
    """Forget the audit of messages received before a moment; how many."""
    return connection.execute(delete(messages).where(messages.c.received_at < before)).rowcount


def sweep_nonces(connection: Connection, before: str) -> int:
    """Forget nonces older than a moment; how many."""
    return connection.execute(delete(nonces).where(nonces.c.seen_at < before)).rowcount
