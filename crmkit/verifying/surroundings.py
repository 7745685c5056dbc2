"""Against what a run goes: a target that is there, or own servers in a folder that is gone afterwards."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from crm_contract.contract import SERVICES
from crmkit.byhand.control import control_by_hand, person_of
from crmkit.launcher.layout import memory_folder
from crmkit.launcher.options import StackOptions
from crmkit.launcher.stack import Stack
from crmkit.profile.model import Profile
from crmkit.suite.access.control import Control
from crmkit.suite.access.preflight import check_is_soap
from crmkit.suite.access.target import Target, base_url
from crmkit.suite.run import Run
from crmkit.suite.running import capabilities
from crmkit.suite.running.display import Display
from crmkit.suite.running.feature_files import IVR
from crmkit.verifying.ivr_role import ivr_run_of
from crmkit.verifying.neighbours import neighbours
from crmkit.verifying.plan import Plan
from crmkit.verifying.profiles import lacks_of, settings_of, target_of


@contextmanager
def run_of(plan: Plan, display: Display) -> Iterator[Run]:
    """A run against the plan's target. Raises HarnessError, LaunchError, UsageMistake."""
    request = plan.request
    if request.role == IVR:
        with ivr_run_of(plan, display) as run:
            yield run
        return
    if plan.profile is not None:
        with _standing(plan, plan.profile, display) as run:
            yield run
        return
    display.say("starting the reference adapter, the mock landbase and the mock IVR")
    with own_run(plan) as run:
        yield run


@contextmanager
def own_run(plan: Plan, seed: str | None = None) -> Iterator[Run]:
    """A run against own servers, in a folder that is gone afterwards. Raises LaunchError."""
    request = plan.request
    with tempfile.TemporaryDirectory(prefix="crmkit-verify-", dir=memory_folder()) as folder:
        options = StackOptions(
            Path(folder) / "data", workers=request.workers or 1, contract=request.contract, is_thrown_away=True
        )
        with Stack(options) as urls:
            target = Target(urls.soap, plan.contract, request.timeout or 30.0)
            control = Control(urls.control)
            yield Run(target, control) if seed is None else Run(target, control, seed)


@contextmanager
def _standing(plan: Plan, profile: Profile, display: Display) -> Iterator[Run]:
    """A target that is there, with the kit as those of its neighbours that the profile names."""
    target = target_of(profile, plan.contract)
    with neighbours(profile.listen, target.shown_url, contract=profile.target.contract, say=display.say) as beside:
        person = person_of(plan.request.interactive, plan.request.interactive_json)
        run = Run(
            target,
            Control(base_url(profile.target.control), target.connection.tls, beside)
            if profile.target.control
            else control_by_hand(profile, target, beside, person, plan.request.answer_seconds),
            interpretations=profile.interpretations,
            lacks=lacks_of(profile),
            stated=settings_of(profile),
        )
        services = _services(plan, run)
        target.check_reachable(services)
        check_is_soap(target, services)
        if run.control is not None:
            run.control.check()
        yield run


def _services(plan: Plan, run: Run) -> list[str]:
    """The services that the run has to do with, of those that the target hosts."""
    wanted = {
        run.target.contract.operations[operation].service
        for row, operation in plan.selected
        if operation in run.target.contract.operations and not capabilities.of_row(row, operation) & run.lacks.keys()
    }
    hosted = [service.name for service in SERVICES if service.hosted_by == "adapter"]
    return [name for name in hosted if name in wanted] or hosted
