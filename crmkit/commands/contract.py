"""`crmkit contract`: writes the WSDLs and schemas, for whoever builds a side of the interface."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from crm_contract.contract import SERVICES, Contract, ContractError, load_contract
from crmkit.suite.access.target import BadUrl, base_url
from crmkit.suite.running.outcomes import ExitCode

_FOLDERS = {".wsdl": "wsdl", ".xsd": "xsd"}


def contract(
    directory: Annotated[
        Path, typer.Argument(metavar="DIR", help="Folder for wsdl/ and xsd/; files that are there are overwritten.")
    ],
    renaming: Annotated[
        Path | None,
        typer.Option(
            "--contract", metavar="FILE", help="TOML file that renames namespaces and soapActions of the contract."
        ),
    ] = None,
    address: Annotated[
        str | None,
        typer.Option(metavar="URL", help="Where the services are; each is at this URL with its own name behind it."),
    ] = None,
) -> None:
    """Write the contract: a WSDL for each of the five services, and the schemas that these import."""
    try:
        base = base_url(address) if address is not None else "http://localhost"
        for path in write_contract(directory, load_contract(renaming), base):
            typer.echo(path)
    except (BadUrl, ContractError) as error:
        _refuse(str(error))
    except OSError as error:
        _refuse(f"{error.filename or directory}: {error.strerror or error}")


def write_contract(directory: Path, agreed: Contract, base: str) -> list[Path]:
    """Write the files; their paths, WSDLs first. `base` is where the services are. Raises OSError."""
    services = {f"{service.name}.wsdl": service.name for service in SERVICES}
    written = []
    for name, text in sorted(agreed.documents.items(), key=lambda each: (Path(each[0]).suffix, each[0])):
        path = directory / _FOLDERS[Path(name).suffix] / name
        path.parent.mkdir(parents=True, exist_ok=True)
        service = services.get(name)
        path.write_bytes(agreed.wsdl(service, f"{base}/{service}") if service else text)
        written.append(path)
    return written


def _refuse(why: str) -> None:
    typer.echo(f"crmkit contract: {why}", err=True)
    raise typer.Exit(ExitCode.USAGE)
