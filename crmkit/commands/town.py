"""`crmkit town`: writes the synthetic town's files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from crmkit.town import TownError, TownSummary, write_town


def town(
    directory: Annotated[Path, typer.Argument(help="Folder for the town's files: new, empty, or holding this town.")],
    seed: Annotated[int, typer.Option(help="The same seed and size give the same files.")] = 1,
    usage_points: Annotated[int, typer.Option(help="Number of customers, at least 10.")] = 10_000,
) -> None:
    """Write a synthetic town: an electric network, its customers and the landbase around it."""
    try:
        summary = write_town(directory, seed, usage_points)
    except TownError as error:
        typer.echo(f"crmkit town: {error}", err=True)
        raise typer.Exit(2) from error
    Console().print(_table(directory, summary))


def _table(directory: Path, summary: TownSummary) -> Table:
    table = Table("of", "number", title=f"The town in {directory} (seed {summary.seed})", title_justify="left")
    table.columns[1].justify = "right"
    for name in ("feeders", "laterals", "transformers", "usage_points"):
        table.add_row(name.replace("_", " "), f"{getattr(summary, name):,}")
    return table
