"""`crmkit report`: what can be done with a folder that `crmkit verify --report` has written."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from crmkit.evidence.bundle import Bundle
from crmkit.evidence.comparing import Comparison, compare
from crmkit.evidence.copying import CannotCopy, copied, scenarios_of
from crmkit.evidence.document import Document
from crmkit.evidence.leftovers import Leftovers
from crmkit.evidence.loading import BundleError, load, load_document
from crmkit.evidence.manifest import listed_files, problems
from crmkit.evidence.redaction import redact as redact_bundle
from crmkit.evidence.writing import write
from crmkit.suite.running.outcomes import ExitCode

_DIFFERENT = 1
_PLAIN_WIDTH = 140

app = typer.Typer(help="Work with a report of crmkit verify.", no_args_is_help=True, add_completion=False)

Folder = Annotated[Path, typer.Argument(metavar="DIR", help="A folder that crmkit verify --report has written.")]


@app.command()
def rebuild(folder: Folder) -> None:
    """Make every file anew from report.json and messages/; the same bytes when nothing has changed."""
    with _one_line("rebuild"):
        bundle = Bundle(*load(folder))
        files = bundle.files()
        changed = [name for name, content in files.items() if _bytes_of(folder / name) != content]
        gone = sorted(set(listed_files(folder / "manifest.json")) - set(files))
        write(folder, files)
    for name in changed:
        typer.echo(f"{name} is new")
    for name in gone:
        typer.echo(f"{name} is gone: report.json does not name it")
    typer.echo(f"{len(files)} files, {len(changed)} of them new")


@app.command()
def check(folder: Folder) -> None:
    """Look whether every file is as the manifest says; exit code 1 when one is not."""
    with _one_line("check"):
        load_document(folder)
        found = problems(folder)
    for problem in found:
        typer.echo(problem)
    if found:
        raise typer.Exit(_DIFFERENT)
    typer.echo(f"{len(listed_files(folder / 'manifest.json'))} files are as the manifest says")


@app.command()
def diff(
    before: Annotated[Path, typer.Argument(metavar="A", help="The report of the earlier run.")],
    after: Annotated[Path, typer.Argument(metavar="B", help="The report of the later run.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
) -> None:
    """Show what changed between two runs, per row and field: outcomes, what was judged, readings.

    Exit code 0: no difference; 1: there are some; 2: a mistake.
    """
    with _one_line("diff"):
        one, other = load_document(before), load_document(after)
        _comparable(one, other)
        told = compare(one, other)
        if not told.compared:
            raise BundleError("no row was run in both reports: there is nothing to compare")
    if as_json:
        typer.echo(json.dumps(asdict(told), indent=1, ensure_ascii=False))
    else:
        _show(told)
    raise typer.Exit(_DIFFERENT if told.changes else 0)


@app.command()
def redact(
    folder: Folder,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Write into this folder, and leave the report as it is.")
    ] = None,
) -> None:
    """Replace names, phones, e-mail addresses, addresses and positions of customers, everywhere in the report.

    Ids, codes, reasons and mRIDs stay. A name that stands in a free text and nowhere else is not found.
    """
    with _one_line("redact"):
        if out is None and (strange := [problem for problem in problems(folder) if "none of the bundle" in problem]):
            raise BundleError(f"{folder}: {strange[0]}, and would keep what it says: take it away, or use --out DIR")
        redacted = redact_bundle(Bundle(*load(folder)))
        files = redacted.bundle.files()
        if left := Leftovers(redacted.pseudonyms).in_files(files):
            name, values = next(iter(left.items()))
            raise BundleError(
                f"nothing written: {len(values)} of the values found would still stand in {name}"
                + (f" and {len(left) - 1} more files" if len(left) > 1 else "")
                + ": share single rows of it instead, and report this as a fault of the kit"
            )
        write(out or folder, files)
    names = redacted.pseudonyms
    typer.echo(
        f"{len(names.everywhere)} values replaced wherever they stood; none of them is left in {len(files)} files"
    )
    if names.in_place_only:
        typer.echo(f"{len(names.in_place_only)} too short or too common for that, replaced where they stood as such")
    typer.echo(f"redacted report: {(out or folder) / 'report.html'}")


@app.command()
def scenario(
    folder: Folder,
    row: Annotated[str, typer.Argument(metavar="ROW", help="A row such as 5.1-13, or story, or own.")],
    wanted: Annotated[
        str | None, typer.Option("--scenario", metavar="ID", help="This one of the row's scenarios.")
    ] = None,
) -> None:
    """Print a recorded scenario as a feature to run with crmkit verify --features: what went wrong, or the first."""
    with _one_line("scenario"):
        document = load_document(folder)
        found = scenarios_of(document, row)
        if wanted is not None and wanted not in [each.id for each in found]:
            raise CannotCopy(f"{wanted} is no scenario of {row}; there are {', '.join(each.id for each in found)}")
        chosen = found[0] if wanted is None else next(each for each in found if each.id == wanted)
        text = copied(chosen, document)
    typer.echo(text, nl=False)
    if wanted is None and len(found) > 1:
        others = ", ".join(each.id for each in found[1:])
        typer.echo(f"crmkit report scenario: this is {chosen.id}; with --scenario also {others}", err=True)


def _comparable(one: Document, other: Document) -> None:
    if one.role != other.role:
        raise BundleError(f"a report of the role {one.role} cannot be compared with one of the role {other.role}")


def _show(told: Comparison) -> None:
    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=_PLAIN_WIDTH)
    if told.changes:
        table = Table("row", "operation", "scenario", "what", "before", "after")
        for each in told.changes:
            cells = (each.row, each.operation, each.scenario or "", each.what, each.before, each.after)
            table.add_row(*map(Text, cells))
        console.print(table)
    count = len(told.changes)
    console.print(f"{count or 'no'} difference{'' if count == 1 else 's'} in {told.compared} rows that both have run")
    for only, which in ((told.only_before, "first"), (told.only_after, "second")):
        if only:
            console.print(Text(f"only in the {which}: {', '.join(only)}"))


@contextmanager
def _one_line(command: str) -> Iterator[None]:
    """What is wrong in one line, exit code 2."""
    try:
        yield
    except (BundleError, CannotCopy) as error:
        said = str(error)
    except OSError as error:
        said = f"{error.filename or ''}: {error.strerror or error}".removeprefix(": ")
    else:
        return
    typer.echo(f"crmkit report {command}: {said}", err=True)
    raise typer.Exit(ExitCode.USAGE)


def _bytes_of(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None
