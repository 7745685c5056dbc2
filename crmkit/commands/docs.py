"""`crmkit docs`: writes what in docs/ is made from the catalogue, the features, the steps and the models of files."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

from crm_contract.ivr_use_cases import load_ivr_catalogue
from crm_contract.use_cases import load_catalogue
from crmkit.evidence import schema as report_schema
from crmkit.profile import schema as profile_schema
from crmkit.suite.running import ivr_traceability, step_catalogue, traceability
from crmkit.suite.running.feature_files import IVR, FeatureError, features_directory, read_features
from crmkit.suite.running.outcomes import ExitCode

_CHECKOUT = Path(__file__).parents[2]
_STALE = 1


def docs(
    into: Annotated[
        Path | None, typer.Option(metavar="DIR", help="The folder of the pages; docs/ of a checkout by default.")
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit 1 when a page is not as it would be written.")
    ] = False,
) -> None:
    """Write docs/traceability.md, docs/steps.md and the schemas in docs/schemas."""
    folder = into or _CHECKOUT / "docs"
    if not folder.is_dir():
        typer.echo(f"crmkit docs: {folder} is no folder: say --into DIR", err=True)
        raise typer.Exit(ExitCode.USAGE)
    try:
        made = pages()
    except FeatureError as error:
        typer.echo(f"crmkit docs: {error}", err=True)
        raise typer.Exit(ExitCode.USAGE) from None
    if check:
        stale = stale_pages(folder, made)
        for line in stale:
            typer.echo(line, err=True)
        raise typer.Exit(_STALE if stale else 0)
    for name, text in made.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
        typer.echo(f"wrote {folder / name}")


def pages() -> dict[str, str]:
    """The pages by file name. Raises FeatureError where features and catalogue disagree."""
    catalogue = load_catalogue()
    scenarios = read_features(features_directory())
    if problems := traceability.problems(catalogue, scenarios):
        raise FeatureError(problems[0])
    ivr_catalogue, ivr_scenarios = load_ivr_catalogue(), read_features(features_directory(IVR))
    if problems := ivr_traceability.problems(ivr_catalogue, ivr_scenarios):
        raise FeatureError(problems[0])
    of_adapter = traceability.render(catalogue, scenarios)
    return {
        "traceability.md": of_adapter + ivr_traceability.render(ivr_catalogue, ivr_scenarios),
        "steps.md": step_catalogue.render(),
        profile_schema.FILE: profile_schema.render(),
        report_schema.FILE: report_schema.render(),
        "schemas/control.openapi.json": _control_document(),
    }


def _control_document() -> str:
    """What the adapter's control API says of itself. The adapter is another program: it is asked, not imported."""
    command = [sys.executable, "-P", "-m", "reference_adapter", "openapi"]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=True).stdout


def stale_pages(folder: Path, made: dict[str, str]) -> list[str]:
    """A line for each page that is not as it would be written."""
    stale = []
    for name, text in made.items():
        path = folder / name
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            stale.append(f"{folder.name}/{name} is stale: run `crmkit docs` and commit what it writes")
    return stale
