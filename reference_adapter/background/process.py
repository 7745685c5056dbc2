"""The composition root of the background process: wires the loops and the control API."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import uvicorn

from reference_adapter.background.ims_inbox import ImsInbox
from reference_adapter.background.loop import Loop
from reference_adapter.background.sweeping import sweep
from reference_adapter.clock import Clock, system_clock
from reference_adapter.configuration.files import (
    copy_shipped_files,
    read_web_service_settings,
    watch_settings,
)
from reference_adapter.control.app import build_control_app
from reference_adapter.control.neighbours import Neighbours
from reference_adapter.control.simulator import Simulator
from reference_adapter.ports import check_port
from reference_adapter.storage.database import Database
from reference_adapter.town import read_network

_INBOX_SECONDS = 0.1
_SWEEP_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class BackgroundOptions:
    """Where the background process finds its data, listens, and who runs beside it."""

    data: Path
    host: str
    control_port: int
    neighbours: Neighbours


def run_background(options: BackgroundOptions, clock: Clock = system_clock) -> None:
    """Run until SIGTERM or SIGINT; raises ConfigurationError, TownError, PortInUse."""
    folder = options.data / "configuration"
    copy_shipped_files(folder)
    settings = watch_settings(folder)
    network = read_network(options.data / "town")
    check_port(options.host, options.control_port)
    busy_seconds = read_web_service_settings(folder).store_busy_seconds
    database = Database(options.data / "gridops.sqlite", busy_seconds)
    inbox = ImsInbox(database, network, clock)
    loops = [
        Loop("ims-inbox", _INBOX_SECONDS, inbox.work_off),
        Loop("sweeping", _SWEEP_SECONDS, lambda: sweep(database, clock, settings.current().replay_window)),
    ]
    control = build_control_app(Simulator(database, network, settings, clock), options.neighbours)
    for loop in loops:
        loop.start()
    try:
        uvicorn.run(control, host=options.host, port=options.control_port, log_config=None, access_log=False)
    finally:
        for loop in loops:
            loop.stop()
        database.close()
