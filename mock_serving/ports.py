"""An HTTP server whose port can refuse connections and come back on the same number."""

from __future__ import annotations

import asyncio
import errno
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp

# Long, so that no client meets a connection that the server is just closing.
_KEEP_ALIVE_SECONDS = 75


class PortError(OSError):
    """A port that cannot be had; one line that says which and why."""


class PortServer:
    """A uvicorn server at a host and port of its own, opened and closed any number of times.

    While closed, the port stays reserved by a bound socket that does not listen, so that the kernel refuses
    connections and gives the number to nobody else. Linux lets a listener share it with SO_REUSEADDR;
    elsewhere the port is merely free meanwhile.
    """

    def __init__(self, app: ASGIApp, host: str, port: int) -> None:
        """Take the port, closed; raises PortError when it is in use or cannot be had."""
        self._config = uvicorn.Config(
            app,
            lifespan="off",
            ws="none",
            log_config=None,
            access_log=False,
            timeout_graceful_shutdown=1,
            timeout_keep_alive=_KEEP_ALIVE_SECONDS,
        )
        self._host, self._port = host, port
        keeper = self._bound()
        if sys.platform == "linux":
            self._keeper = keeper
        else:
            keeper.close()
        self._server: _Server | None = None
        self._running: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Listen and serve; nothing happens when it does already. Raises PortError when the port is lost."""
        if self._server is not None:
            return
        listener = self._bound()
        try:
            listener.listen(128)
        except OSError as error:
            listener.close()
            raise self._port_error(error) from error
        server = _Server(self._config)
        self._running = asyncio.create_task(server.serve([listener]))
        self._server = server

    async def close(self) -> None:
        """Refuse connections and cut the existing ones, even in the middle of an answer; returns when done."""
        server, running = self._server, self._running
        if server is None or running is None:
            return
        while not running.done():
            server.cut()
            await asyncio.wait([running], timeout=0.02)
        self._server = self._running = None

    def drop(self, client: tuple[str, int]) -> None:
        """Cut the connection of one client, as a request's scope names it, without a word."""
        if self._server is not None:
            self._server.drop(client)

    def _bound(self) -> socket.socket:
        try:
            found = socket.getaddrinfo(self._host, self._port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
            family, kind, protocol, _, address = found[0]
            # With the protocol unnamed, asyncio would leave TCP_NODELAY off: 40 ms more for every answer.
            bound = socket.socket(family, kind, protocol)
        except OSError as error:
            raise self._port_error(error) from error
        try:
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            bound.bind(address)
        except OSError as error:
            bound.close()
            raise self._port_error(error) from error
        return bound

    def _port_error(self, error: OSError) -> PortError:
        if error.errno == errno.EADDRINUSE:
            return PortError(f"port {self._port} of {self._host} is in use")
        return PortError(f"port {self._port} of {self._host} cannot be had: {error.strerror or error}")


class _Server(uvicorn.Server):
    """One life of a server, ended at once rather than gracefully."""

    def cut(self) -> None:
        """Stop listening, drop every connection, and end; to be repeated until the server has ended."""
        self.should_exit = self.force_exit = True
        for server in getattr(self, "servers", ()):
            server.close()
        for connection in list(self.server_state.connections):
            connection.transport.abort()

    def drop(self, client: tuple[str, int]) -> None:
        """Cut one connection."""
        for connection in list(self.server_state.connections):
            if getattr(connection, "client", None) == client:
                connection.transport.abort()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals to the process: two servers and their restarts would fight over them."""
        yield
