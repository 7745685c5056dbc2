"""`crmkit verify`: runs the conformance suite, and says whether the target conforms."""

from __future__ import annotations

import os
import signal
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from crm_contract.contract import Contract, ContractError, load_contract
from crm_contract.use_cases import OPERATIONS, Catalogue, load_catalogue
from crmkit.launcher.errors import LaunchError
from crmkit.launcher.options import StackOptions
from crmkit.launcher.stack import Stack
from crmkit.suite.access.control import Control
from crmkit.suite.access.target import BadUrl, Target, base_url
from crmkit.suite.errors import HarnessError
from crmkit.suite.run import Run
from crmkit.suite.running.display import Display
from crmkit.suite.running.feature_files import (
    STORY,
    FeatureError,
    ScenarioText,
    features_directory,
    read_features,
    tag_problems,
)
from crmkit.suite.running.outcomes import ExitCode, Outcome, judge, with_story
from crmkit.suite.running.report import as_document, timestamp, write
from crmkit.suite.running.results import RowResult
from crmkit.suite.running.runner import Interrupted, break_all, run_features
from crmkit.suite.running.selection import Key, SelectionError, covered, select

_INTERRUPTED = 130


def verify(
    target: Annotated[
        str | None, typer.Option(metavar="URL", help="The system under test; own servers are started without it.")
    ] = None,
    control: Annotated[
        str | None,
        typer.Option(metavar="URL", help="The target's control API; rows that need it cannot be tested without."),
    ] = None,
    rows: Annotated[
        str | None, typer.Option(metavar="PATTERNS", help="Only these rows, for instance 5.1-13,5.1-2*.")
    ] = None,
    report: Annotated[Path | None, typer.Option(metavar="DIR", help="Write report.json into this folder.")] = None,
    workers: Annotated[
        int | None, typer.Option(metavar="N", help="SOAP workers of the own servers (1 by default).")
    ] = None,
    contract: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="TOML file that renames namespaces and soapActions of the contract."),
    ] = None,
    timeout: Annotated[
        float, typer.Option(metavar="SECONDS", min=0.1, help="How long the target may take for an answer.")
    ] = 30.0,
) -> None:
    """Run the conformance suite against a target, or against the reference adapter.

    Exit code 0: conformant, or the selection passed; 1: not conformant; 2: usage; 3: incomplete; 4: target not
    reachable or harness broken.
    """
    try:
        with _terminated_like_interrupted():
            code = _verify(Request(target, control, rows, report, workers, contract, timeout))
    except UsageMistake as mistake:
        typer.echo(f"crmkit verify: {mistake}", err=True)
        raise typer.Exit(ExitCode.USAGE) from None
    except (Interrupted, KeyboardInterrupt):
        typer.echo("crmkit verify: interrupted, no verdict", err=True)
        raise typer.Exit(_INTERRUPTED) from None
    raise typer.Exit(code)


class UsageMistake(Exception):
    """Something to be said in one line before anything runs."""


@dataclass(frozen=True)
class Request:
    """The command line."""

    target: str | None
    control: str | None
    rows: str | None
    report: Path | None
    workers: int | None
    contract: Path | None
    timeout: float


@dataclass(frozen=True)
class Plan:
    """What is to be run: everything that could be wrong with the command line has been looked at."""

    request: Request
    contract: Contract
    catalogue: Catalogue
    folder: Path
    scenarios: list[ScenarioText]
    keys: list[Key]
    selected: frozenset[Key]


def _verify(request: Request) -> int:
    plan = _plan(request)
    display = Display(plan.catalogue)
    started, clock = datetime.now(UTC), time.monotonic()
    about: dict[str, object] = {"started": timestamp(started), "target": request.target, "control": request.control}
    try:
        with _run_of(plan, display) as run:
            about |= {"target": run.target.base, "seed": run.seed}
            results = run_features(run, plan.folder, plan.scenarios, plan.selected, display.row)
    except (HarnessError, LaunchError) as error:
        if isinstance(error, LaunchError) and error.exit_code == ExitCode.USAGE:
            raise UsageMistake(str(error)) from error
        display.say(f"cannot verify: {error}")
        results = break_all(plan.selected, plan.keys, str(error))
    return _conclude(plan, display, _in_order(plan, results), {**about, "seconds": round(time.monotonic() - clock, 3)})


def _conclude(plan: Plan, display: Display, results: list[RowResult], about: dict[str, object]) -> int:
    verdict = judge(result.outcome for result in results if (result.row, result.operation) != STORY)
    story = next(
        (result.outcome for result in results if (result.row, result.operation) == STORY), Outcome.NOT_SELECTED
    )
    verdict = with_story(verdict, story, is_own=plan.request.target is None)
    display.summary(results, verdict)
    folder = plan.request.report
    if folder is not None:
        try:
            display.say(f"report: {write(folder, as_document(verdict, results, plan.catalogue, about))}")
        except OSError as error:
            raise UsageMistake(f"--report {folder}: {error.strerror or error}") from error
    return int(verdict.exit_code)


def _in_order(plan: Plan, results: list[RowResult]) -> list[RowResult]:
    by_key = {(result.row, result.operation): result for result in results}
    return [by_key[key] for key in plan.keys]


@contextmanager
def _terminated_like_interrupted() -> Iterator[None]:
    """SIGTERM ends a run as Ctrl-C does: what scenarios arranged is undone, own servers are stopped."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _plan(request: Request) -> Plan:
    if request.control is not None and request.target is None:
        raise UsageMistake("--control belongs to a --target; without one the suite starts its own servers")
    if request.workers is not None and request.target is not None:
        raise UsageMistake("--workers is for own servers, not for a --target")
    if request.workers is not None and request.workers < 1:
        raise UsageMistake(f"--workers is 1 or more, not {request.workers}")
    if request.report is not None and request.report.exists() and not request.report.is_dir():
        raise UsageMistake(f"--report {request.report} is not a folder")
    try:
        for url in (request.target, request.control):
            base_url(url or "http://localhost")
        contract = load_contract(request.contract)
        catalogue = load_catalogue()
        folder = features_directory()
        scenarios = read_features(folder)
        if problems := tag_problems(scenarios, frozenset(row.id for row in catalogue), frozenset(OPERATIONS)):
            raise FeatureError(problems[0])
        keys = covered(catalogue, scenarios)
        selected = select(request.rows, catalogue, keys)
    except (BadUrl, ContractError, FeatureError, SelectionError) as error:
        raise UsageMistake(str(error)) from error
    _prepare_report(request.report)
    return Plan(request, contract, catalogue, folder, scenarios, keys, selected)


def _prepare_report(folder: Path | None) -> None:
    """A report that cannot be written is better known before the run than after it."""
    if folder is None:
        return
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageMistake(f"--report {folder}: {error.strerror or error}") from error
    if not os.access(folder, os.W_OK):
        raise UsageMistake(f"--report {folder}: no permission to write there")


@contextmanager
def _run_of(plan: Plan, display: Display) -> Iterator[Run]:
    """A run against the target, which is there, or against own servers in a folder that is gone afterwards."""
    request = plan.request
    if request.target is not None:
        run = _described(plan, request.target, request.control)
        run.target.check_reachable()
        if run.control is not None:
            run.control.check()
        yield run
        return
    with tempfile.TemporaryDirectory(prefix="crmkit-verify-") as folder:
        options = StackOptions(Path(folder) / "data", workers=request.workers or 1, contract=request.contract)
        display.say("starting the reference adapter, the mock landbase and the mock IVR")
        with Stack(options) as urls:
            yield _described(plan, urls.soap, urls.control)


def _described(plan: Plan, target: str, control: str | None) -> Run:
    described = Target(base_url(target), plan.contract, plan.request.timeout)
    return Run(described, Control(base_url(control)) if control else None)
