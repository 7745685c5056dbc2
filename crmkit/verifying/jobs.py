"""How many scenarios run at once, and against what each worker goes."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import replace
from functools import partial

from crmkit.suite.evidence import Transcript
from crmkit.suite.run import Run
from crmkit.suite.running.display import Display
from crmkit.suite.running.worker import Opened
from crmkit.verifying.plan import Plan
from crmkit.verifying.request import UsageMistake
from crmkit.verifying.surroundings import own_run, run_of

# Own servers take a processor each when two workers use them, and two seconds to start.
_MOST_OWN = 2
_WORTH_ANOTHER_STACK = 60


def jobs_of(plan: Plan) -> int:
    """How many workers the plan is run by. Raises UsageMistake for more than the target takes."""
    asked, most = plan.request.jobs, most_jobs(plan)
    if asked is None:
        return most if plan.profile is not None else min(most, _default(plan))
    if asked < 1:
        raise UsageMistake(f"--jobs is 1 or more, not {asked}")
    if asked > most:
        raise UsageMistake(
            f"--jobs {asked}: the target takes {most} scenario{'s' * (most > 1)} at once; a profile says how many "
            "(target.parallel), and a target without a control API takes one"
        )
    return asked


def most_jobs(plan: Plan) -> int:
    """How many scenarios the target takes at once."""
    if plan.request.role == "ivr" or plan.request.interactive or plan.request.interactive_json:
        return 1
    if plan.profile is None:
        return 64
    return plan.profile.target.parallel if plan.profile.target.control else 1


def _default(plan: Plan) -> int:
    scenarios = sum(scenario.key in plan.selected for scenario in plan.scenarios)
    return min(_MOST_OWN, _processors()) if scenarios >= _WORTH_ANOTHER_STACK else 1


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextmanager
def workers_of(plan: Plan, display: Display, jobs: int) -> Iterator[Sequence[Opened]]:
    """What each worker opens its run by. Own servers are a worker's own; another target is shared."""
    if plan.profile is None:
        display.say(f"starting {jobs} times the reference adapter, the mock landbase and the mock IVR")
        seed = secrets.token_hex(4)
        yield [partial(own_run, plan, f"{seed}{number:x}") for number in range(jobs)]
        return
    with run_of(plan, display) as run:
        yield [partial(_sharing, run, number, jobs) for number in range(jobs)]


def _sharing(run: Run, number: int, jobs: int) -> AbstractContextManager[Run]:
    """A run of a worker's own against a target that others use too: other names, other usage points."""
    return nullcontext(
        replace(
            run,
            seed=f"{run.seed}{number:x}",
            share=(number, jobs),
            seen_message_ids=set(),
            transcript=Transcript(),
            attested=[],
        )
    )
