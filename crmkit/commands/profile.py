"""`crmkit profile`: writes a profile, checks the target that it describes, prints the sheet for what is by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from crm_contract.contract import ContractError
from crmkit.profile.checking import Seen, State, check
from crmkit.profile.loading import ProfileError, load
from crmkit.profile.sheet import as_html, as_text
from crmkit.profile.template import DEFAULT_FILE, write
from crmkit.suite.errors import HarnessError
from crmkit.suite.running.outcomes import ExitCode
from crmkit.verifying.profiles import contract_of, target_of
from crmkit.verifying.request import UsageMistake

_STYLES = {State.OK: "green", State.NOTE: "yellow", State.FAILED: "bold red", State.SKIPPED: "dim"}
_PLAIN_WIDTH = 160

app = typer.Typer(
    help="Describe a system under test: write a profile, check it, print its sheet.", no_args_is_help=True
)


@app.command("init")
def init(
    file: Annotated[Path, typer.Argument(metavar="[FILE]", help="The new file.")] = DEFAULT_FILE,
) -> None:
    """Write a commented profile, to be edited. A file that is there is left alone."""
    try:
        write(file)
    except ProfileError as error:
        raise _refused("init", error) from None
    typer.echo(f"wrote {file}: edit it, then run crmkit profile check {file}")


@app.command("check")
def check_profile(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The profile.")],
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON instead of a table.")] = False,
) -> None:
    """Look whether the target is there and speaks the contract; nothing is changed on it.

    Exit code 0: crmkit verify can run; 2: the profile cannot be used; 4: something of it failed.
    """
    try:
        profile = load(file)
        seen = list(check(profile, target_of(profile, contract_of(profile))))
    except (ProfileError, ContractError, UsageMistake) as error:
        raise _refused("check", error) from None
    except HarnessError as error:
        seen = [Seen("target.wsdl", "", State.FAILED, str(error))]
    if as_json:
        typer.echo(json.dumps([_entry(each) for each in seen], indent=2, ensure_ascii=False))
    else:
        _print(profile.name, seen)
    if any(each.state is State.FAILED for each in seen):
        raise typer.Exit(ExitCode.BROKEN)


@app.command("sheet")
def sheet(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The profile.")],
    html: Annotated[bool, typer.Option("--html", help="Write a page to be printed instead of text.")] = False,
) -> None:
    """Print what to look up by hand in a target without a control API, and where it goes in the profile."""
    try:
        profile = load(file)
    except ProfileError as error:
        raise _refused("sheet", error) from None
    typer.echo(as_html(profile) if html else as_text(profile), nl=False)


def _entry(seen: Seen) -> dict[str, str]:
    return {"check": seen.what, "where": seen.where, "state": seen.state.value, "said": seen.said}


def _print(name: str, seen: list[Seen]) -> None:
    table = Table("check", "where", "state", "found", title=Text(name), title_justify="left")
    for each in seen:
        table.add_row(each.what, Text(each.where), Text(each.state.value, _STYLES[each.state]), Text(each.said))
    console = Console(highlight=False)
    (console if console.is_terminal else Console(highlight=False, width=_PLAIN_WIDTH)).print(table)


def _refused(command: str, error: Exception) -> typer.Exit:
    typer.echo(f"crmkit profile {command}: {error}", err=True)
    return typer.Exit(ExitCode.USAGE)
