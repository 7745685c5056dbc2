"""Serves the SOAP services with granian."""

from __future__ import annotations

import os

from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings

from reference_adapter.app import AdapterOptions
from reference_adapter.configuration.files import copy_shipped_files, read_web_service_settings
from reference_adapter.ports import check_port
from reference_adapter.processes import lead_workers
from reference_adapter.storage.database import Database
from reference_adapter.town import read_network

APPLICATION = "reference_adapter.app:create_app"


def serve_soap(options: AdapterOptions, host: str, port: int, workers: int, application: str = APPLICATION) -> None:
    """Serve until SIGTERM or SIGINT; requests in flight are answered first.

    What would stop a worker from starting is tried here, where it can be said in one line: raises PortInUse,
    ConfigurationError, TownError, StoreUnusable.
    """
    folder = options.data / "configuration"
    copy_shipped_files(folder)
    web_service = read_web_service_settings(folder)
    read_network(options.data / "town")
    # The tables are made once, before the workers look for them.
    Database(options.data / "gridops.sqlite", web_service.store_busy_seconds).close()
    check_port(host, port)
    os.environ.update(options.to_environment())
    lead_workers()
    Granian(
        application,
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        workers=workers,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=int(web_service.header_seconds * 1000)),
        websockets=False,
        respawn_failed_workers=True,
        workers_kill_timeout=15,
        log_enabled=False,
        factory=True,
    ).serve()
