"""The command lines of the servers."""

from __future__ import annotations

import sys
from collections.abc import Callable

from crmkit.launcher.layout import DataDirectory
from crmkit.launcher.options import StackOptions
from crmkit.launcher.ports import Ports
from crmkit.launcher.processes import ServerSpec

ServersOf = Callable[[StackOptions, Ports, DataDirectory], list[ServerSpec]]

SERVICE = "ReceiveTroubleTicketsService"
# A message may wait for the IMS before it is answered, by default 10 s.
_SOAP_STOP_SECONDS = 12.0


def crm_servers(options: StackOptions, ports: Ports, data: DataDirectory) -> list[ServerSpec]:
    """Landbase, IVR, the adapter's background process and its SOAP workers; stopped in the opposite order."""
    return [
        _landbase(options, ports, data),
        _ivr(options, ports),
        _background(options, ports, data),
        _soap(options, ports, data),
    ]


def _landbase(options: StackOptions, ports: Ports, data: DataDirectory) -> ServerSpec:
    return ServerSpec(
        "landbase",
        [
            *_module("mock_landbase"),
            f"--host={options.host}",
            f"--port={ports.landbase}",
            f"--control-port={ports.landbase_control}",
            f"--town={data.town}",
        ],
        f"{_url(options, ports.landbase_control)}/health",
        (ports.landbase, ports.landbase_control),
    )


def _ivr(options: StackOptions, ports: Ports) -> ServerSpec:
    return ServerSpec(
        "ivr",
        [
            *_module("mock_ivr"),
            f"--host={options.host}",
            f"--port={ports.ivr}",
            f"--control-port={ports.ivr_control}",
            f"--adapter={_url(options, ports.soap)}",
            *_contract(options),
        ],
        f"{_url(options, ports.ivr_control)}/health",
        (ports.ivr, ports.ivr_control),
    )


def _background(options: StackOptions, ports: Ports, data: DataDirectory) -> ServerSpec:
    return ServerSpec(
        "background",
        [
            *_module("reference_adapter"),
            "background",
            f"--host={options.host}",
            f"--control-port={ports.control}",
            f"--data={data.root}",
            f"--soap={_url(options, ports.soap)}",
            f"--landbase={_url(options, ports.landbase)}",
            f"--landbase-control={_url(options, ports.landbase_control)}",
            f"--ivr={_url(options, ports.ivr)}",
            f"--ivr-control={_url(options, ports.ivr_control)}",
        ],
        f"{_url(options, ports.control)}/health",
        (ports.control,),
    )


def _soap(options: StackOptions, ports: Ports, data: DataDirectory) -> ServerSpec:
    return ServerSpec(
        "soap",
        [
            *_module("reference_adapter"),
            "soap",
            f"--host={options.host}",
            f"--port={ports.soap}",
            f"--workers={options.workers}",
            f"--data={data.root}",
            f"--landbase={_url(options, ports.landbase)}",
            *_contract(options),
        ],
        f"{_url(options, ports.soap)}/{SERVICE}?wsdl",
        (ports.soap,),
        _SOAP_STOP_SECONDS,
    )


def _contract(options: StackOptions) -> list[str]:
    return [f"--contract={options.contract.absolute()}"] if options.contract else []


def _module(name: str) -> list[str]:
    # -P: nothing that happens to lie in the current directory is imported.
    return [sys.executable, "-P", "-m", name]


def _url(options: StackOptions, port: int) -> str:
    return f"http://{options.host}:{port}"
