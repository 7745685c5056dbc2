"""Against what a run goes: a target that is there, or own servers in a folder that is gone afterwards."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from crmkit.launcher.options import StackOptions
from crmkit.launcher.stack import Stack
from crmkit.suite.access.control import Control
from crmkit.suite.access.target import Target, base_url
from crmkit.suite.run import Run
from crmkit.suite.running.display import Display
from crmkit.verifying.plan import Plan


@contextmanager
def run_of(plan: Plan, display: Display) -> Iterator[Run]:
    """A run against the plan's target. Raises HarnessError, LaunchError."""
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
    described = Target(base_url(target), plan.contract, plan.request.timeout or 30.0)
    return Run(described, Control(base_url(control)) if control else None)
