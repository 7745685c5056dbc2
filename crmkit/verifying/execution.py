"""Runs a plan and says how it ended."""

from __future__ import annotations

import time
from datetime import UTC, datetime

from crmkit.launcher.errors import LaunchError
from crmkit.suite.errors import HarnessError
from crmkit.suite.run import Run
from crmkit.suite.running.display import Display
from crmkit.suite.running.feature_files import STORY
from crmkit.suite.running.outcomes import ExitCode, Outcome, judge, with_own, with_story
from crmkit.suite.running.own_running import broken_own, run_own
from crmkit.suite.running.recording import ScenarioRecord
from crmkit.suite.running.report import as_document, timestamp, write
from crmkit.suite.running.results import RowResult, not_selected
from crmkit.suite.running.runner import break_all, run_features
from crmkit.verifying.plan import Plan, make_plan
from crmkit.verifying.request import Request, UsageMistake
from crmkit.verifying.surroundings import run_of


def verify(request: Request) -> int:
    """Run what is asked for; the exit code. Raises UsageMistake, Interrupted."""
    plan = make_plan(request)
    display = Display(plan.catalogue)
    started, clock = datetime.now(UTC), time.monotonic()
    about: dict[str, object] = {"started": timestamp(started), "target": request.target, "control": request.control}
    try:
        with run_of(plan, display) as run:
            about |= {"target": run.target.base, "seed": run.seed}
            results = _run_rows(plan, run, display)
            own = run_own(run, plan.own, display.own_scenario)
    except (HarnessError, LaunchError) as error:
        if isinstance(error, LaunchError) and error.exit_code == ExitCode.USAGE:
            raise UsageMistake(str(error)) from error
        display.say(f"cannot verify: {error}")
        results = break_all(plan.selected, plan.keys, str(error))
        own = broken_own(plan.own, str(error))
    about["seconds"] = round(time.monotonic() - clock, 3)
    return _conclude(plan, display, _in_order(plan, results), own, about)


def _run_rows(plan: Plan, run: Run, display: Display) -> list[RowResult]:
    if not plan.selected:
        return [not_selected(key) for key in plan.keys]
    return run_features(run, plan.folder, plan.scenarios, plan.selected, display.row)


def _conclude(
    plan: Plan, display: Display, results: list[RowResult], own: list[ScenarioRecord], about: dict[str, object]
) -> int:
    verdict = judge(result.outcome for result in results if (result.row, result.operation) != STORY)
    story = next(
        (result.outcome for result in results if (result.row, result.operation) == STORY), Outcome.NOT_SELECTED
    )
    verdict = with_story(verdict, story, is_own=plan.request.is_own)
    verdict = with_own(verdict, (record.outcome for record in own))
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
