"""Runs a plan; how it ended is for crmkit.verifying.conclusion to say."""

from __future__ import annotations

from crmkit.launcher.errors import LaunchError
from crmkit.suite.errors import HarnessError
from crmkit.suite.running.display import Display
from crmkit.suite.running.outcomes import ExitCode
from crmkit.suite.running.own_running import run_own
from crmkit.suite.running.runner import INTERRUPTED, Interrupted, run_features
from crmkit.verifying.conclusion import Facts, conclude, conclude_interrupted
from crmkit.verifying.plan import make_plan
from crmkit.verifying.progress import Progress
from crmkit.verifying.request import Request, UsageMistake
from crmkit.verifying.surroundings import run_of


def verify(request: Request) -> int:
    """Run what is asked for; the exit code. Raises UsageMistake, and Interrupted once the report is written."""
    plan = make_plan(request)
    display = Display(plan.catalogue)
    progress = Progress(plan, display)
    facts = Facts()
    try:
        with run_of(plan, display) as run:
            facts.target, facts.seed = run.target.shown_url, run.seed
            if plan.selected:
                run_features(run, plan.folder, plan.scenarios, plan.selected, progress.row)
            run_own(run, plan.own, progress.own_scenario)
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
