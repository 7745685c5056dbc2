"""The composition root of the background process: wires the jobs and the control API."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import FrameType

import uvicorn
from fastapi import FastAPI

from crm_contract.contract import load_contract
from reference_adapter.background.archiving import Archiving
from reference_adapter.background.callbacks import Expiry
from reference_adapter.background.ims_inbox import ImsInbox
from reference_adapter.background.jobs import Job, Jobs
from reference_adapter.background.loop import Loop, stop_loops
from reference_adapter.background.prediction import Prediction
from reference_adapter.background.publisher import OPERATION, CurrentService, Publisher, SendCallbacksClient
from reference_adapter.background.replication import Replication
from reference_adapter.background.sweeping import sweep
from reference_adapter.clock import Clock, SimulatedClock, system_clock
from reference_adapter.configuration.files import (
    copy_shipped_files,
    read_web_service_settings,
    watch_settings,
)
from reference_adapter.configuration.settings import AdapterSettings
from reference_adapter.configuration.watched import WatchedFile
from reference_adapter.control.app import build_control_app
from reference_adapter.control.neighbours import Neighbours
from reference_adapter.control.operator import Operator
from reference_adapter.control.simulator import Simulator
from reference_adapter.outage_model.network import Network
from reference_adapter.ports import check_port
from reference_adapter.rules.send_callbacks import SEND_RULES
from reference_adapter.storage.database import Database
from reference_adapter.storage.unit_of_work import Store
from reference_adapter.town import read_network

_OFTEN, _SELDOM = 0.2, 60.0
# A message that is being sent may wait for its answer for longer; who stops us does not.
_STOP_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class BackgroundOptions:
    """Where the background process finds its data, listens, and who runs beside it."""

    data: Path
    host: str
    control_port: int
    neighbours: Neighbours
    contract: Path | None = None


def run_background(options: BackgroundOptions, clock: Clock = system_clock) -> None:
    """Run until SIGTERM or SIGINT; raises ConfigurationError, TownError, PortInUse."""
    folder = options.data / "configuration"
    copy_shipped_files(folder)
    settings = watch_settings(folder)
    network = read_network(options.data / "town")
    check_port(options.host, options.control_port)
    busy_seconds = read_web_service_settings(folder).store_busy_seconds
    database = Database(options.data / "gridops.sqlite", busy_seconds)
    store = Store(database, network, SimulatedClock(clock))
    stopping = threading.Event()
    jobs = build_jobs(store, network, settings, options, stopping)
    control = build_control_app(
        Simulator(database, store, network, settings), Operator(store, network, settings), jobs, options.neighbours
    )
    loops = [Loop(name, job.seconds, partial(jobs.run, name), stopping) for name, job in jobs.items()]
    for loop in loops:
        loop.start()
    try:
        _Server(control, options, stopping).run()
    finally:
        stop_loops(loops, stopping, _STOP_SECONDS)
        database.close()


class _Server(uvicorn.Server):
    """Serves control; tells the jobs of SIGTERM and SIGINT at once, also one that control waits for."""

    def __init__(self, control: FastAPI, options: BackgroundOptions, stopping: threading.Event) -> None:
        super().__init__(
            uvicorn.Config(
                control,
                host=options.host,
                port=options.control_port,
                log_config=None,
                access_log=False,
                timeout_graceful_shutdown=1,
            )
        )
        self._stopping = stopping

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begin to stop."""
        self._stopping.set()
        super().handle_exit(sig, frame)


def build_jobs(
    store: Store,
    network: Network,
    settings: WatchedFile[AdapterSettings],
    options: BackgroundOptions,
    stopping: threading.Event | None = None,
) -> Jobs:
    """All jobs, in the order in which one's work becomes the next one's. Without an IVR nothing is published.

    Those that wait for others' answers look at `stopping`.
    """
    jobs = {
        "ims-inbox": Job(ImsInbox(store).run, _OFTEN / 2),
        "prediction": Job(Prediction(store, network, settings).run, _OFTEN),
        "expiry": Job(Expiry(store, settings).run, _OFTEN),
        "archiving": Job(Archiving(store, settings).run, _OFTEN),
        "sweeping": Job(lambda: sweep(store, settings.current().replay_window), _SELDOM),
        "replication": Job(Replication(store).run, _OFTEN / 2),
    }
    if options.neighbours.ivr is not None:
        contract = load_contract(options.contract)
        operation = contract.operations[OPERATION]
        service = CurrentService(contract, operation.service, options.neighbours.ivr)
        service(settings.current().publisher.timeout_seconds)  # an address that is none is said at the start
        client = SendCallbacksClient(service, operation, SEND_RULES)
        jobs["publisher"] = Job(Publisher(store, settings, client, stopping=stopping).run, _OFTEN)
    return Jobs(jobs)
