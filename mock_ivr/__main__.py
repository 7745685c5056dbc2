"""Starts the IVR: `python -m mock_ivr --port N --control-port N --adapter URL`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from crm_contract.contract import ContractError, load_contract
from mock_ivr.app import Ivr
from mock_ivr.reporting import RETRY_SECONDS
from mock_serving.command import MockParser, StartError, run_mock
from mock_serving.public import Places

SEED = 1


def main() -> int:
    """Run until told to stop; the exit code is 0 then, 2 for a mistake in what was asked."""
    parser = MockParser("mock_ivr", "An IVR: SendCallBacksService, dialling, reporting.", "SendCallBacksService")
    parser.add_argument("--adapter", required=True, help="URL at which the adapter's SOAP services are reached")
    parser.add_argument("--contract", type=Path, help="TOML file that renames namespaces and soapActions")
    parser.add_argument("--seed", type=int, default=SEED, help="seed of outcomes and callers (default: %(default)s)")
    parser.add_argument(
        "--retry-seconds",
        type=float,
        default=RETRY_SECONDS,
        help="seconds until results that nobody took are reported again (default: %(default)s)",
    )
    arguments = parser.read()
    return run_mock("mock_ivr", lambda: _run(arguments))


async def _run(arguments: argparse.Namespace) -> None:
    try:
        contract = load_contract(arguments.contract)
        places = Places(
            (arguments.host, arguments.port), (arguments.control_host, arguments.control_port), arguments.public_url
        )
        ivr = Ivr(contract, arguments.adapter, places, arguments.seed, arguments.retry_seconds)
    except ContractError as error:
        raise StartError(f"--contract {error}") from error
    except ValueError as error:
        raise StartError(f"--adapter {error}") from error
    await ivr.run()


if __name__ == "__main__":
    sys.exit(main())
