"""What the mocks' commands share: options, mistakes said in one line, stopping when told."""

from __future__ import annotations

import argparse
import asyncio
import logging
import signal
import sys
from collections.abc import Callable, Coroutine, Sequence
from contextlib import AsyncExitStack
from typing import Any, NoReturn

from mock_serving.ports import PortError, PortServer
from mock_serving.public import public_url

USAGE_MISTAKE = 2


class StartError(Exception):
    """Something that was asked for cannot be; the text is one line."""


class MockParser(argparse.ArgumentParser):
    """Options of a mock with two ports; says a mistake in one line, without the usage."""

    def __init__(self, prog: str, description: str, served: str) -> None:
        super().__init__(prog=prog, description=description)
        self.add_argument("--host", default="127.0.0.1", help="address of the ports (default: %(default)s)")
        self.add_argument("--control-host", help="address of the control port, when it is another one")
        self.add_argument("--public-url", type=public_url, help=f"URL under which others reach {served}")
        self.add_argument("--port", type=port_number, required=True, help=f"port of {served}")
        self.add_argument("--control-port", type=port_number, required=True, help="port of the control endpoint")

    def error(self, message: str) -> NoReturn:
        """Say it and exit."""
        self.exit(USAGE_MISTAKE, f"{self.prog}: {message}\n")

    def read(self) -> argparse.Namespace:
        """The command line's options; exits when they cannot be."""
        arguments = self.parse_args()
        arguments.control_host = arguments.control_host or arguments.host
        if arguments.port == arguments.control_port:
            self.error(f"--port and --control-port are both {arguments.port}; they must differ")
        return arguments


def port_number(text: str) -> int:
    """A port's number, for argparse."""
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= 65535):
        raise argparse.ArgumentTypeError(f"{text!r} is no port, which is a number from 1 to 65535")
    return int(text)


def run_mock(name: str, start: Callable[[], Coroutine[Any, Any, None]]) -> int:
    """Run what `start` makes, until told to stop: exit code 0 then, 2 for a StartError or a PortError."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: sys.exit(0))
    logging.basicConfig(level=logging.WARNING, format=f"{name}: %(levelname)s %(message)s")
    try:
        asyncio.run(start())
    except (StartError, PortError) as error:
        print(f"{name}: {error}", file=sys.stderr)  # noqa: T201 - the command's own voice
        return USAGE_MISTAKE
    return 0


async def serve_until_told(servers: Sequence[PortServer]) -> None:
    """Open the ports in this order and serve until SIGTERM or SIGINT; they are closed in the opposite order."""
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    async with AsyncExitStack() as opened:
        for server in servers:
            await server.open()
            opened.push_async_callback(server.close)
        await stopped.wait()
