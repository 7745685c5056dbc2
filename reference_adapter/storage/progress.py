"""How far the background jobs have come, across restarts and beside each other."""

from __future__ import annotations

from sqlalchemy import Connection, delete, insert, select

from reference_adapter.storage.tables import progress


def read_progress(connection: Connection, job: str) -> str | None:
    """Where a job has come to; None when it never ran."""
    return connection.scalar(select(progress.c.reached).where(progress.c.job == job))


def write_progress(connection: Connection, job: str, reached: str) -> None:
    """Note where a job has come to."""
    connection.execute(delete(progress).where(progress.c.job == job))
    connection.execute(insert(progress).values(job=job, reached=reached))
