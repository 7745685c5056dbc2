"""The whole adapter in this process: its services, its control API with the background's jobs, and its neighbours."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import storm_callers as callers
from fastapi.testclient import TestClient
from storm_messages import Message, assert_valid, envelope, opened
from storm_neighbours import Neighbours as Beside
from storm_neighbours import neighbours

from reference_adapter.app import AdapterOptions, build_soap_app
from reference_adapter.background.process import BackgroundOptions, build_jobs
from reference_adapter.clock import SimulatedClock
from reference_adapter.configuration.files import copy_shipped_files, watch_settings
from reference_adapter.control.app import build_control_app
from reference_adapter.control.neighbours import Neighbours
from reference_adapter.control.operator import Operator
from reference_adapter.control.simulator import Simulator
from reference_adapter.storage.database import Database
from reference_adapter.storage.unit_of_work import Store
from reference_adapter.town import read_network


@dataclass
class Adapter:
    """`now` is what its clock says."""

    file: Path
    neighbours: Beside
    now: datetime = datetime(2026, 3, 1, 6, 0, tzinfo=UTC)
    services: TestClient | None = None
    control: TestClient | None = None

    def advance(self, **by: float) -> None:
        self.now += timedelta(**by)

    def post(self, message: Message) -> Message:
        """Send a message to its service; the reply must be a valid one."""
        assert self.services is not None
        answer = self.services.post(
            f"/{message.operation.service}", content=envelope(message), headers={"Content-Type": "text/xml"}
        )
        found = Message(message.operation, opened(answer.content))
        assert_valid(found)
        return found

    def operate(self, method: str, path: str, body: Any = None) -> Any:
        """What an operator, or time, does through the control API."""
        assert self.control is not None
        answer = self.control.request(method, path, json=body)
        assert answer.is_success, answer.text
        return answer.json()

    @classmethod
    @contextmanager
    def running(cls, folder: Path) -> Iterator[Adapter]:
        _write_town(folder / "town")
        with neighbours() as beside:
            adapter = cls(folder / "gridops.sqlite", beside)
            stores: list[Store] = []
            options = AdapterOptions(folder, beside.url)
            soap = build_soap_app(options, clock=lambda: adapter.now, wrap_store=lambda store: _kept(store, stores))
            database = Database(adapter.file)
            try:
                with TestClient(soap) as services, TestClient(_control(adapter, database, folder)) as control:
                    adapter.services, adapter.control = services, control
                    yield adapter
            finally:
                database.close()
                for store in stores:
                    store.database.close()


def _kept(store: Store, stores: list[Store]) -> Store:
    """The services' own store, kept to be closed."""
    stores.append(store)
    return store


def _control(adapter: Adapter, database: Database, folder: Path) -> Any:
    network = read_network(folder / "town")
    copy_shipped_files(folder / "configuration")
    settings = watch_settings(folder / "configuration")
    store = Store(database, network, SimulatedClock(lambda: adapter.now))
    beside = Neighbours(ivr=adapter.neighbours.url)
    jobs = build_jobs(store, network, settings, BackgroundOptions(folder, "127.0.0.1", 0, beside))
    return build_control_app(
        Simulator(database, store, network, settings), Operator(store, network, settings), jobs, beside
    )


def _write_town(folder: Path) -> None:
    folder.mkdir(parents=True)
    devices = [f"{mrid},{kind},{parent},-97.7,30.2" for mrid, kind, parent in callers.DEVICES]
    (folder / "devices.csv").write_text("\n".join(["mrid,kind,parent,longitude,latitude", *devices, ""]))
    points = [
        f"{mrid},{transformer},{priority},1033,-97.7,30.2" for mrid, transformer, priority in callers.USAGE_POINTS
    ]
    header = "mrid,transformer,priority,language_id,longitude,latitude"
    (folder / "usage_points.csv").write_text("\n".join([header, *points, ""]))
