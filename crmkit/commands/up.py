"""`crmkit up`: runs the servers until it is told to stop."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from crmkit.launcher.errors import LaunchError, StopRequested
from crmkit.launcher.options import StackOptions
from crmkit.launcher.ready_file import ReadyFile
from crmkit.launcher.servers import ServersOf, crm_servers
from crmkit.launcher.signals import StopSignals
from crmkit.launcher.stack import Stack, StackUrls

SOAP_PORT, CONTROL_PORT, LANDBASE_PORT, IVR_PORT = 8080, 8081, 8082, 8083
_LOOK_EVERY_SECONDS = 0.2
_ROLES = {
    "soap": "SOAP services",
    "control": "adapter's control API",
    "landbase": "landbase",
    "landbase_control": "landbase's control API",
    "ivr": "IVR",
    "ivr_control": "IVR's control API",
}


def up(
    soap_port: Annotated[int, typer.Option(help="Port of the SOAP services; 0 takes a free one.")] = SOAP_PORT,
    control_port: Annotated[int, typer.Option(help="Port of the control API; 0 takes a free one.")] = CONTROL_PORT,
    landbase_port: Annotated[int, typer.Option(help="Port of the landbase; 0 takes a free one.")] = LANDBASE_PORT,
    ivr_port: Annotated[int, typer.Option(help="Port of the mock IVR; 0 takes a free one.")] = IVR_PORT,
    data: Annotated[
        Path, typer.Option(help="Data directory. A new one gets a town; an existing one is taken up as it is.")
    ] = Path("crmkit-data"),
    ready_file: Annotated[
        Path | None, typer.Option(help="Write the URLs there as JSON once all servers are healthy.")
    ] = None,
    workers: Annotated[int, typer.Option(help="Number of SOAP worker processes.")] = 1,
    demo: Annotated[
        bool, typer.Option("--demo", help="Fill a store without tickets with incidents and a few hundred tickets.")
    ] = False,
    contract: Annotated[
        Path | None, typer.Option(help="TOML file that renames namespaces and soapActions of the contract.")
    ] = None,
) -> None:
    """Start the reference adapter, the mock landbase and the mock IVR, and run them until Ctrl-C or SIGTERM."""
    options = StackOptions(data, soap_port, control_port, landbase_port, ivr_port, workers, demo, contract)
    raise typer.Exit(run(options, ready_file))


def run(options: StackOptions, ready_file: Path | None, servers: ServersOf = crm_servers) -> int:
    """Run until told to stop; the exit code: 0 when told to, 1 when a server failed, 2 for a usage mistake."""
    with StopSignals() as signals:
        try:
            _run(options, ReadyFile(ready_file), servers, lambda: signals.requested)
        except StopRequested:
            return 0
        except LaunchError as error:
            typer.echo(f"crmkit up: {error}", err=True)
            return error.exit_code
    return 0


def _run(options: StackOptions, ready: ReadyFile, servers: ServersOf, stop_requested: Callable[[], bool]) -> None:
    console = Console(highlight=False, markup=False, soft_wrap=True)
    stack = Stack(options, servers=servers, say=console.print, stop_requested=stop_requested)
    ready.check()
    try:
        data = stack.prepare()
        try:
            ready.remove()
            urls = stack.start(data)
            ready.write(urls)
            console.print(_table(urls, data.root))
            _watch(stack, stop_requested)
            console.print("stopping")
        finally:
            ready.remove()
    finally:
        stack.stop()


def _watch(stack: Stack, stop_requested: Callable[[], bool]) -> None:
    while not stop_requested():
        stack.check()
        time.sleep(_LOOK_EVERY_SECONDS)


def _table(urls: StackUrls, data: Path) -> Table:
    table = Table("what", "URL", title=f"Running on {data}; Ctrl-C stops", title_justify="left")
    for name, url in urls.as_dict().items():
        table.add_row(_ROLES[name], url)
    return table
