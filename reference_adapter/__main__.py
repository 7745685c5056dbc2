"""`python -m reference_adapter soap`, `background`, and `openapi`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from crm_contract.contract import ContractError, load_contract
from reference_adapter.app import AdapterOptions
from reference_adapter.background.process import BackgroundOptions, run_background
from reference_adapter.configuration.watched import ConfigurationError
from reference_adapter.control.neighbours import Neighbours
from reference_adapter.control.published import published_document
from reference_adapter.logs import log_as_json
from reference_adapter.ports import PortInUse
from reference_adapter.processes import exit_when_told
from reference_adapter.server import serve_soap
from reference_adapter.storage.database import StoreUnusable
from reference_adapter.town import TownError


def main(arguments: list[str] | None = None) -> int:
    """Run one of the adapter's processes; 2 for a mistake that one line explains."""
    options = _parser().parse_args(arguments)
    if options.process == "openapi":
        sys.stdout.write(published_document())
        return 0
    log_as_json()
    exit_when_told()
    try:
        if not options.data.is_dir():
            raise ConfigurationError(f"{options.data}: no such directory; `crmkit up --data DIR` makes one")
        load_contract(options.contract)
        if options.process == "soap":
            serve_soap(
                AdapterOptions(options.data.resolve(), options.landbase, options.contract),
                options.host,
                options.port,
                options.workers,
            )
        else:
            run_background(
                BackgroundOptions(
                    options.data.resolve(),
                    options.host,
                    options.control_port,
                    Neighbours(
                        soap=options.soap,
                        landbase=options.landbase,
                        landbase_control=options.landbase_control,
                        ivr=options.ivr,
                        ivr_control=options.ivr_control,
                    ),
                    options.contract,
                )
            )
    except (ConfigurationError, ContractError, TownError, PortInUse, StoreUnusable) as error:
        sys.stderr.write(f"reference_adapter: {error}\n")
        return 2
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="reference_adapter", description="The reference CRM adapter.")
    processes = parser.add_subparsers(dest="process", required=True)
    soap = processes.add_parser("soap", help="serve the SOAP services")
    soap.add_argument("--port", type=_port, required=True, help="port of the SOAP services")
    soap.add_argument("--workers", type=_workers, default=1, help="worker processes (default 1)")
    background = processes.add_parser("background", help="run the background jobs and the control API")
    background.add_argument("--control-port", type=_port, required=True, help="port of the control API")
    background.add_argument("--soap", help="URL at which the SOAP services are reached")
    background.add_argument("--landbase-control", help="URL of the landbase's control")
    background.add_argument("--ivr", help="URL at which the IVR's services are reached")
    background.add_argument("--ivr-control", help="URL of the IVR's control")
    processes.add_parser("openapi", help="print the control API's OpenAPI document")
    for each in (soap, background):
        each.add_argument("--host", default="127.0.0.1", help="address to listen on (default 127.0.0.1)")
        each.add_argument("--data", type=Path, required=True, help="data directory")
        each.add_argument("--landbase", required=True, help="URL of the landbase")
        each.add_argument("--contract", type=Path, help="TOML file that renames namespaces and soapActions")
    return parser


def _port(text: str) -> int:
    number = int(text)
    if not 1 <= number <= 65535:
        raise argparse.ArgumentTypeError("a port is a number from 1 to 65535")
    return number


def _workers(text: str) -> int:
    number = int(text)
    if not 1 <= number <= 64:
        raise argparse.ArgumentTypeError("workers are a number from 1 to 64")
    return number


if __name__ == "__main__":
    sys.exit(main())
