"""Messages to the external system: kept until they are answered or given up, so that a restart goes on with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import orjson
from sqlalchemy import Connection, delete, insert, select, update

from crm_contract.values import format_datetime, parse_datetime
from reference_adapter.storage.tables import publications


@dataclass(frozen=True, slots=True)
class Publication:
    """One CreatedCallBacks message: the callbacks it carries, and how often it has been tried.

    `created` is when its callbacks were assigned.
    """

    seq: int
    message_id: str
    callbacks: tuple[str, ...]
    created: datetime
    tries: int


def add_publication(connection: Connection, message_id: str, callbacks: Sequence[str], now: datetime) -> None:
    """Keep a message that is to be sent at once."""
    moment = format_datetime(now)
    connection.execute(
        insert(publications).values(
            message_id=message_id,
            callbacks=orjson.dumps(list(callbacks)).decode(),
            created_at=moment,
            tries=0,
            next_try_at=moment,
        )
    )


def due_publications(connection: Connection, now: datetime) -> list[Publication]:
    """The messages whose next try is due, oldest first."""
    statement = (
        select(publications).where(publications.c.next_try_at <= format_datetime(now)).order_by(publications.c.seq)
    )
    return [
        Publication(
            row.seq,
            row.message_id,
            tuple(orjson.loads(row.callbacks)),
            parse_datetime(row.created_at, UTC),
            row.tries,
        )
        for row in connection.execute(statement)
    ]


def begin_try(connection: Connection, publication: Publication, next_try_at: datetime) -> bool:
    """Claim the next try; False when another process has taken it. Should the claimer die, it is due again then."""
    statement = (
        update(publications)
        .where(publications.c.seq == publication.seq, publications.c.tries == publication.tries)
        .where(publications.c.next_try_at.is_not(None))
        .values(tries=publication.tries + 1, next_try_at=format_datetime(next_try_at))
    )
    return connection.execute(statement).rowcount == 1


def put_off(connection: Connection, publication: Publication, next_try_at: datetime) -> None:
    """Nobody answered: it is due again at a moment."""
    statement = update(publications).where(publications.c.seq == publication.seq)
    connection.execute(statement.values(next_try_at=format_datetime(next_try_at)))


def settle_publication(connection: Connection, publication: Publication, outcome: str) -> None:
    """It needs no further try."""
    statement = update(publications).where(publications.c.seq == publication.seq)
    connection.execute(statement.values(next_try_at=None, outcome=outcome))


def sweep_publications(connection: Connection, before: str) -> int:
    """Forget settled messages that were made before a moment; how many."""
    settled = publications.c.next_try_at.is_(None) & (publications.c.created_at < before)
    return connection.execute(delete(publications).where(settled)).rowcount
