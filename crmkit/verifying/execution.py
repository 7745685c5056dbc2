"""Runs a plan; how it ended is for crmkit.verifying.conclusion to say."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from crmkit.launcher.errors import LaunchError
from crmkit.suite.errors import HarnessError
from crmkit.suite.running.display import Display
from crmkit.suite.running.jobs import Team
from crmkit.suite.running.outcomes import ExitCode
from crmkit.suite.running.own_running import run_own
from crmkit.suite.running.runner import INTERRUPTED, Interrupted, run_features
from crmkit.verifying.conclusion import Facts, conclude, conclude_interrupted
from crmkit.verifying.jobs import jobs_of, workers_of
from crmkit.verifying.plan import Plan, make_plan
from crmkit.verifying.progress import Progress
from crmkit.verifying.request import Request, UsageMistake
from crmkit.verifying.surroundings import run_of


def verify(request: Request) -> int:
    """Run what is asked for; the exit code. Raises UsageMistake, and Interrupted once the report is written."""
    plan = make_plan(request)
    display = Display(plan.catalogue)
    progress = Progress(plan, display)
    facts = Facts()
    jobs = jobs_of(plan)
    is_asking = request.interactive or request.interactive_json
    try:
        with ExitStack() as opened:
            # Workers are made before a display has threads of its own.
            team = opened.enter_context(_team(plan, display, jobs)) if plan.selected and jobs > 1 else None
            with display.progress(len(plan.selected), is_asking):
                if team is not None:
                    team.run(progress.row, lambda ready: facts.is_ready(ready.target, ready.seed))
                    facts.has_run()
                if plan.own or team is None:
                    _run_alone(plan, display, progress, facts, with_rows=team is None)
    except (Interrupted, KeyboardInterrupt):
        progress.break_off(INTERRUPTED)
        conclude_interrupted(plan, display, progress, facts)
        raise Interrupted from None
    except (HarnessError, LaunchError) as error:
        if isinstance(error, LaunchError) and error.exit_code == ExitCode.USAGE:
            raise UsageMistake(str(error)) from error
        display.say(f"cannot verify: {error}")
        progress.break_off(str(error))
    return conclude(plan, display, progress, facts)


def _run_alone(plan: Plan, display: Display, progress: Progress, facts: Facts, with_rows: bool) -> None:
    with run_of(plan, display) as run:
        facts.is_ready(run.target.shown_url, run.seed)
        if plan.selected and with_rows:
            run_features(run, plan.folder, plan.scenarios, plan.selected, progress.row)
        run_own(run, plan.own, progress.own_scenario)
        facts.has_run()


@contextmanager
def _team(plan: Plan, display: Display, jobs: int) -> Iterator[Team]:
    with (
        workers_of(plan, display, jobs) as workers,
        Team(workers, plan.folder, plan.scenarios, plan.selected, shares_target=plan.profile is not None) as team,
    ):
        yield team
