"""Surroundings of a run against an IVR: that of a profile or a URL, else our mock; and where it posts results."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from crm_contract.contract import Contract, load_contract
from crmkit.listening.addresses import take
from crmkit.listening.results import ResultsListener
from crmkit.profile.model import Listen, Listener, Profile
from crmkit.suite.access.ivr_control import IvrControl
from crmkit.suite.access.preflight import check_is_soap
from crmkit.suite.access.target import Target
from crmkit.suite.callbacks.results import RESULT_WORDS
from crmkit.suite.ivr.run import IvrRun
from crmkit.suite.running.display import Display
from crmkit.verifying.neighbours import IVR_SERVICE, neighbours
from crmkit.verifying.plan import Plan
from crmkit.verifying.profiles import target_of

ANSWER_SECONDS = 30.0
_ANYWHERE = "127.0.0.1:0"
_SECTION = "listen.results"
# Our own IVR is told to call at once.
_OWN_SECONDS = 10.0
_OWN_RETRY_SECONDS = 0.2


@contextmanager
def ivr_run_of(plan: Plan, display: Display) -> Iterator[IvrRun]:
    """A run against the plan's IVR. Raises HarnessError, LaunchError, UsageMistake."""
    if plan.profile is not None:
        with _standing(plan, plan.profile, display) as run:
            yield run
        return
    display.say("starting the mock IVR")
    with own_ivr_run(plan.contract, plan.request.contract, plan.request.timeout or ANSWER_SECONDS) as run:
        yield run


@contextmanager
def own_ivr_run(
    contract: Contract | None = None, renaming: Path | None = None, answer_seconds: float = ANSWER_SECONDS
) -> Iterator[IvrRun]:
    """A run against our own IVR, in the contract as the file `renaming` has it. Raises LaunchError."""
    contract = contract or load_contract(renaming)
    with ResultsListener(contract, take(_SECTION, _ANYWHERE), RESULT_WORDS) as results:
        listen = Listen(ivr=Listener(address=_ANYWHERE))
        adapter = results.url.rpartition("/")[0]
        with neighbours(listen, adapter, contract=renaming, retry_seconds=_OWN_RETRY_SECONDS) as urls:
            IvrControl(urls["ivr_control"]).dial_by_script({}, "IVR")
            target = Target(urls["ivr"], contract, answer_seconds)
            yield IvrRun(target, results=results, results_seconds=_OWN_SECONDS)


@contextmanager
def _standing(plan: Plan, profile: Profile, display: Display) -> Iterator[IvrRun]:
    target = target_of(profile, plan.contract)
    words = frozenset(profile.lists.callback_results or RESULT_WORDS)
    with ExitStack() as opened:
        results = None
        if (listener := profile.listen.results) is not None:
            address = take(_SECTION, listener.address, listener.public_url)
            results = opened.enter_context(ResultsListener(target.contract, address, words))
            display.say(f"listening as adapter at {results.url}")
        target.check_reachable([IVR_SERVICE])
        check_is_soap(target, [IVR_SERVICE])
        yield IvrRun(
            target,
            interpretations=profile.interpretations,
            results=results,
            results_seconds=profile.limits.results_seconds,
            words=words,
        )
