"""Wires the landbase together: collections, behaviour, journal, and the two servers."""

from __future__ import annotations

from collections.abc import Mapping

from mock_landbase.behaviour import Behaviour, BehaviourMiddleware, Setting
from mock_landbase.control import build_control_app
from mock_landbase.features import Collection
from mock_landbase.http import build_http_app
from mock_landbase.journal import Entry, JournalMiddleware
from mock_serving.command import serve_until_told
from mock_serving.journal import BoundedJournal
from mock_serving.ports import PortServer
from mock_serving.public import Places, Published
from mock_serving.switch import Switch


class Landbase:
    """The landbase at one port and its control endpoint at another, in one process.

    Raises PortError when one of the ports cannot be had; both are taken before anything is served.
    """

    def __init__(self, collections: Mapping[str, Collection], places: Places) -> None:
        journal: BoundedJournal[Entry] = BoundedJournal()
        behaviour = Behaviour()
        app = JournalMiddleware(BehaviourMiddleware(build_http_app(collections), behaviour), journal)
        self._data = PortServer(Published(app, places.public_url), *places.served)
        switch = Switch(behaviour, self._data, Setting())
        self._control = PortServer(build_control_app(switch, journal), *places.control)

    async def run(self) -> None:
        """Serve until SIGTERM or SIGINT."""
        await serve_until_told([self._data, self._control])
