"""The engine: durable SQLite by default, one writer at a time, busy said instead of waited for for ever."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, create_engine, event, insert, inspect, select
from sqlalchemy.exc import DatabaseError, OperationalError

from reference_adapter.storage import core_tables, ops_tables  # noqa: F401  (their tables belong to the metadata)
from reference_adapter.storage.tables import control_state, metadata

# Moves with every change of the tables: a store of other tables is refused rather than half understood.
_SCHEMA = 5


class StoreUnusable(Exception):
    """The store's file cannot be opened as one; the text is one line."""


class StoreBusy(Exception):
    """The store could not be written in time (5.1, D-06b)."""


class Database:
    """SQLite in WAL mode with `synchronous=FULL`: what was committed survives a killed process and a lost power.

    `busy_seconds` is how long a writer waits for another one, in this process or not.
    """

    def __init__(self, path: Path, busy_seconds: float = 10.0) -> None:
        self._path = path
        self._busy_seconds = busy_seconds
        self._writing = threading.Lock()
        self._engine = create_engine(
            f"sqlite:///{path}",
            connect_args={"timeout": busy_seconds, "check_same_thread": False},
            pool_size=8,
            max_overflow=-1,
        )
        event.listen(self._engine, "connect", _configure)
        event.listen(self._engine, "begin", _begin)
        self._create()

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction that holds the write lock from its start; committed at the end, rolled back on error.

        Raises StoreBusy. Writers of this process queue here: SQLite's own wait is a sleep of growing length.
        """
        if not self._writing.acquire(timeout=self._busy_seconds):
            raise StoreBusy
        try:
            with self._engine.connect() as plain:
                connection = plain.execution_options(immediate=True)
                with connection.begin():
                    yield connection
        except OperationalError as error:
            if "locked" in str(error.orig) or "busy" in str(error.orig):
                raise StoreBusy from error
            raise
        finally:
            self._writing.release()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A consistent view, without waiting for writers."""
        with self._engine.connect() as connection, connection.begin():
            yield connection

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    def _create(self) -> None:
        """Make the tables; several processes may do so at once, and changing to WAL does not wait for others."""
        deadline = time.monotonic() + self._busy_seconds
        while True:
            try:
                self._create_tables()
                return
            except StoreBusy:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.05)
            except DatabaseError as error:
                raise StoreUnusable(f"{self._path}: {error.orig}; move the file away to begin anew") from error

    def _create_tables(self) -> None:
        with self.write() as connection:
            found = connection.exec_driver_sql("PRAGMA user_version").scalar()
            if found != _SCHEMA and inspect(connection).has_table(control_state.name):
                raise StoreUnusable(
                    f"{self._path}: was made by another version of the adapter; move the file away to begin anew"
                )
            metadata.create_all(connection)
            connection.exec_driver_sql(f"PRAGMA user_version = {_SCHEMA}")
            if connection.scalar(select(control_state.c.generation)) is None:
                connection.execute(
                    insert(control_state).values(id=1, generation=1, landbase_generation=1, clock_offset_seconds=0.0)
                )


def _configure(connection: Any, _record: Any) -> None:
    # SQLAlchemy's "begin" event starts transactions, not the driver.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.close()


def _begin(connection: Connection) -> None:
    immediate = connection.get_execution_options().get("immediate")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")
