"""The command `crmkit`."""

from __future__ import annotations

import typer

from crmkit.commands.docs import docs
from crmkit.commands.town import town
from crmkit.commands.up import up
from crmkit.commands.verify import verify

app = typer.Typer(
    name="crmkit",
    help="Simulator and contract-test kit for the GridOps CRM Interface.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command()(up)
app.command()(verify)
app.command()(town)
app.command()(docs)


def main() -> None:
    """Entry point of the console script."""
    app()


if __name__ == "__main__":
    main()
