"""Starts the landbase: `python -m mock_landbase --port N --control-port N --town DIR`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from mock_landbase.app import Landbase
from mock_landbase.features import TownError, read_landbase
from mock_serving.command import MockParser, StartError, run_mock
from mock_serving.public import Places


def main() -> int:
    """Run until told to stop; the exit code is 0 then, 2 for a mistake in what was asked."""
    parser = MockParser("mock_landbase", "A landbase (OGC API - Features) over a synthetic town.", "the landbase")
    parser.add_argument("--town", type=Path, required=True, help="folder of the town's files")
    arguments = parser.read()
    return run_mock("mock_landbase", lambda: _run(arguments))


async def _run(arguments: argparse.Namespace) -> None:
    try:
        collections = read_landbase(arguments.town)
    except TownError as error:
        raise StartError(str(error)) from error
    places = Places(
        (arguments.host, arguments.port), (arguments.control_host, arguments.control_port), arguments.public_url
    )
    await Landbase(collections, places).run()


if __name__ == "__main__":
    sys.exit(main())
