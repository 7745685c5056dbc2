"""Starts the landbase: `python -m mock_landbase --port N --control-port N --town DIR`."""

from __future__ import annotations

import argparse
import asyncio
import logging
import signal
import sys
from pathlib import Path
from typing import NoReturn

from mock_landbase.app import Landbase
from mock_landbase.features import TownError, read_landbase
from mock_landbase.serving import PortError

USAGE_MISTAKE = 2


class _Parser(argparse.ArgumentParser):
    """Says a mistake in one line, without the usage."""

    def error(self, message: str) -> NoReturn:
        self.exit(USAGE_MISTAKE, f"{self.prog}: {message}\n")


def main() -> int:
    """Run until told to stop; the exit code is 0 then, 2 for a mistake in what was asked."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: sys.exit(0))
    logging.basicConfig(level=logging.WARNING, format="mock_landbase: %(levelname)s %(message)s")
    arguments = _arguments()
    try:
        collections = read_landbase(arguments.town)
        landbase = Landbase(collections, arguments.host, arguments.port, arguments.control_port)
        asyncio.run(landbase.run())
    except (TownError, PortError) as error:
        print(f"mock_landbase: {error}", file=sys.stderr)  # noqa: T201 - the command's own voice
        return USAGE_MISTAKE
    return 0


def _arguments() -> argparse.Namespace:
    parser = _Parser(prog="mock_landbase", description="A landbase (OGC API - Features) over a synthetic town.")
    parser.add_argument("--host", default="127.0.0.1", help="address of both ports (default: %(default)s)")
    parser.add_argument("--port", type=_port, required=True, help="port of the landbase")
    parser.add_argument("--control-port", type=_port, required=True, help="port of the control endpoint")
    parser.add_argument("--town", type=Path, required=True, help="folder of the town's files")
    arguments = parser.parse_args()
    if arguments.port == arguments.control_port:
        parser.error(f"--port and --control-port are both {arguments.port}; they must differ")
    return arguments


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= 65535):
        raise argparse.ArgumentTypeError(f"{text!r} is no port, which is a number from 1 to 65535")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
