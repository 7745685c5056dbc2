"""The adapter in this process: two SOAP workers and the background's jobs and control API over one database."""

from __future__ import annotations

import asyncio
import json
import logging
import sqlite3
import threading
from collections.abc import Coroutine, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from model.network import PARENT, USAGE_POINTS, kind
from model.world import START

from reference_adapter.app import AdapterOptions, build_soap_app
from reference_adapter.background.process import BackgroundOptions, build_jobs
from reference_adapter.clock import SimulatedClock
from reference_adapter.configuration.files import copy_shipped_files, watch_settings
from reference_adapter.control.app import build_control_app
from reference_adapter.control.neighbours import Neighbours
from reference_adapter.control.operator import Operator
from reference_adapter.control.simulator import Simulator
from reference_adapter.storage.database import Database
from reference_adapter.storage.unit_of_work import InjectedFailure, Store
from reference_adapter.town import read_network

# Nobody listens there: callbacks that are published reach nobody, and stay assigned.
NOBODY = "http://127.0.0.1:1"
WORKERS = 2
Row = dict[str, Any]


class Adapter:
    """Bytes in, bytes out. Its base clock stands at the model's start; control moves it."""

    def __init__(self, workers: list[Any], control: Any, database: Path) -> None:
        self.workers = workers
        self.database = database
        self._control = control
        self._loop = EventLoop()

    def send(self, worker: int, service: str, body: bytes) -> tuple[int, bytes]:
        """A message to one of the workers."""
        return self._loop.run(_ask(self.workers[worker % WORKERS], "POST", f"/{service}", body, "text/xml"))

    def control(self, method: str, path: str, content: object = None) -> tuple[int, Any]:
        """What the control API answers."""
        body = b"" if content is None else json.dumps(content).encode()
        status, answer = self._loop.run(_ask(self._control, method, path, body, "application/json"))
        return status, json.loads(answer) if answer else None

    def rows(self, *tables: str) -> list[list[Row]]:
        """Tables as they are on the disk at one moment, in the order of their rows."""
        with closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)) as connection:
            connection.row_factory = sqlite3.Row
            connection.execute("BEGIN")
            return [
                [dict(row) for row in connection.execute(f"SELECT * FROM {table} ORDER BY rowid")] for table in tables
            ]

    def close(self) -> None:
        self._loop.close()


class EventLoop:
    """Runs coroutines in one loop that lasts: FastAPI's threads then do too, instead of one a request."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._stop = asyncio.Event()
        self._thread = threading.Thread(target=lambda: self._loop.run_until_complete(self._stop.wait()), daemon=True)
        self._thread.start()

    def run(self, answer: Coroutine[Any, Any, tuple[int, bytes]]) -> tuple[int, bytes]:
        """The result, for any thread that waits for it."""
        return asyncio.run_coroutine_threadsafe(answer, self._loop).result(timeout=60)

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(timeout=10)
        self._loop.close()


async def _ask(app: Any, method: str, path: str, body: bytes, content_type: str) -> tuple[int, bytes]:
    """One request to an ASGI application; status and body."""
    path, _, query = path.partition("?")
    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "headers": [(b"host", b"adapter.test"), (b"content-type", content_type.encode())],
        "server": ("127.0.0.1", 80),
        "client": ("127.0.0.1", 1024),
        "scheme": "http",
        "http_version": "1.1",
        "root_path": "",
    }
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(event: dict[str, Any]) -> None:
        sent.append(event)

    await app(scope, receive, send)
    return sent[0]["status"], b"".join(event.get("body", b"") for event in sent[1:])


@contextmanager
def adapter_in(data: Path) -> Iterator[Adapter]:
    """An adapter whose data is in a folder."""
    _write_town(data / "town")
    stores: list[Store] = []

    def kept(store: Store) -> Store:
        stores.append(store)
        return store

    options = AdapterOptions(data, NOBODY)
    workers = [build_soap_app(options, clock=lambda: START, wrap_store=kept) for _ in range(WORKERS)]
    copy_shipped_files(data / "configuration")
    settings, network = watch_settings(data / "configuration"), read_network(data / "town")
    store = kept(Store(Database(data / "gridops.sqlite"), network, SimulatedClock(lambda: START)))
    neighbours = Neighbours(ivr=NOBODY)
    jobs = build_jobs(store, network, settings, BackgroundOptions(data, "127.0.0.1", 0, neighbours))
    simulator = Simulator(store.database, store, network, settings)
    control = build_control_app(simulator, Operator(store, network, settings), jobs, neighbours)
    adapter = Adapter(workers, control, data / "gridops.sqlite")
    log = logging.getLogger("reference_adapter.soap.pipeline")
    log.addFilter(_was_not_asked_for)
    try:
        yield adapter
    finally:
        log.removeFilter(_was_not_asked_for)
        adapter.close()
        for each in stores:
            each.database.close()


def _was_not_asked_for(record: logging.LogRecord) -> bool:
    """Failures that a test injects would bury those that it finds."""
    return not (record.exc_info and isinstance(record.exc_info[1], InjectedFailure))


def _write_town(folder: Path) -> None:
    folder.mkdir(parents=True)
    devices = [f"{device},{kind(device)},{parent or ''},-97.7,30.2" for device, parent in PARENT.items()]
    points = [f"{mrid},{above},{priority},1033,-97.7,30.2" for mrid, (above, priority) in USAGE_POINTS.items()]
    (folder / "devices.csv").write_text("\n".join(["mrid,kind,parent,longitude,latitude", *devices, ""]))
    header = "mrid,transformer,priority,language_id,longitude,latitude"
    (folder / "usage_points.csv").write_text("\n".join([header, *points, ""]))
