"""The command `crmkit`."""

from __future__ import annotations

import sys
from importlib import metadata
from typing import Annotated

import typer
from typer.exceptions import TyperException

from crmkit.commands.contract import contract
from crmkit.commands.docs import docs
from crmkit.commands.profile import app as profile
from crmkit.commands.report import app as report
from crmkit.commands.town import town
from crmkit.commands.up import up
from crmkit.commands.verify import verify

_USAGE = 2

app = typer.Typer(
    name="crmkit",
    help="Simulator and contract-test kit for the GridOps CRM Interface.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def _print_version(asked: bool) -> None:
    if asked:
        typer.echo(f"crmkit {metadata.version('gridops-crm-testkit')}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Simulator and contract-test kit for the GridOps CRM Interface."""


app.command()(up)
app.command()(verify)
app.command()(town)
app.command()(contract)
app.command()(docs)
app.add_typer(profile, name="profile")
app.add_typer(report, name="report")


def main() -> None:
    """Entry point of the console script. A mistake on the command line is one line and exit code 2."""
    try:
        code = app(prog_name="crmkit", standalone_mode=False)
    except TyperException as mistake:
        if not sys.argv[1:]:
            raise SystemExit(_USAGE) from None  # the help has been printed
        typer.echo(f"{_said_to(mistake)}: {mistake.format_message()}", err=True)
        raise SystemExit(_USAGE) from None
    except typer.Abort:
        raise SystemExit(1) from None
    raise SystemExit(code or 0)


def _said_to(mistake: TyperException) -> str:
    """The command that the mistake was made with, and where its options are listed."""
    context = getattr(mistake, "ctx", None)
    command = context.command_path if context else "crmkit"
    return f"{command} (see {command} --help)"


if __name__ == "__main__":
    main()
