"""Wires the landbase together: collections, behaviour, journal, and the two servers."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Mapping

from mock_landbase.behaviour import Behaviour, BehaviourMiddleware
from mock_landbase.control import build_control_app
from mock_landbase.features import Collection
from mock_landbase.http import build_http_app
from mock_landbase.journal import Journal, JournalMiddleware
from mock_landbase.serving import PortServer
from mock_landbase.switch import Switch


class Landbase:
    """The landbase at one port and its control endpoint at another, in one process.

    Raises serving.PortError when one of the ports cannot be had; both are taken before anything is served.
    """

    def __init__(self, collections: Mapping[str, Collection], host: str, port: int, control_port: int) -> None:
        journal = Journal()
        behaviour = Behaviour()
        app = JournalMiddleware(BehaviourMiddleware(build_http_app(collections), behaviour), journal)
        self._data = PortServer(app, host, port)
        switch = Switch(behaviour, self._data)
        self._control = PortServer(build_control_app(switch, journal), host, control_port)

    async def run(self) -> None:
        """Serve until SIGTERM or SIGINT."""
        stopped = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stopped.set)
        await self._data.open()
        await self._control.open()
        await stopped.wait()
        await self._control.close()
        await self._data.close()
