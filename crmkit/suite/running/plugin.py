"""The suite as a pytest plugin: options, the run, a conversation for each scenario, and what became of it.

`features/conftest.py` loads it, so that plain `pytest features` works; `crmkit verify` loads it by itself.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from crm_contract.contract import ContractError, load_contract
from crmkit.launcher.options import StackOptions
from crmkit.launcher.stack import Stack
from crmkit.suite.access.control import Control
from crmkit.suite.access.target import BadUrl, Target, base_url
from crmkit.suite.conversation import CREATE, Conversation
from crmkit.suite.errors import CouldNotTest, HarnessError, Mismatch
from crmkit.suite.run import Run
from crmkit.suite.running import capabilities, step_lookup
from crmkit.suite.running.feature_files import STORY_TAG
from crmkit.suite.running.recording import CONVERSATION, RUN, TITLE, row_and_operation
from crmkit.suite.running.stepping import STEPS, Steps
from crmkit.suite.steps import STEP_MODULES

pytest_plugins = tuple(f"crmkit.suite.steps.{name}" for name in STEP_MODULES)

ANSWER_SECONDS = 30.0


def pytest_addoption(parser: pytest.Parser) -> None:
    """The target; without one the suite starts its own servers."""
    group = parser.getgroup("crmkit", "conformance suite")
    group.addoption("--target", metavar="URL", help="the system under test; own servers are started without it")
    group.addoption("--control", metavar="URL", help="the target's control API")
    group.addoption("--contract", metavar="FILE", type=Path, help="TOML file that renames namespaces and soapActions")


def pytest_configure(config: pytest.Config) -> None:
    """Tags of scenarios become this marker."""
    step_lookup.install()
    config.addinivalue_line("markers", "tag(name): a tag of a scenario: its row, or its operation")


def pytest_bdd_apply_tag(tag: str, function: Callable[..., Any]) -> bool:
    """A tag such as `5.1-13` is no name of a marker of its own."""
    pytest.mark.tag(tag)(function)
    return True


def pytest_bdd_before_scenario(request: pytest.FixtureRequest, scenario: Any) -> None:
    """Keep the scenario's title and steps for reports."""
    request.node.stash[TITLE] = scenario.name
    request.node.stash[STEPS] = Steps(scenario)
    run: Run = request.getfixturevalue("crmkit_run")
    capabilities.require(*row_and_operation(request.node), (step.name for step in scenario.steps), run.lacks)


def pytest_bdd_before_step(request: pytest.FixtureRequest, step: Any) -> None:
    """A step begins. What Then steps found wrong ends the scenario before anything else is done to the target."""
    conversation = request.node.stash.get(CONVERSATION, None)
    if conversation is not None and step.type != "then":
        conversation.end_failed()
    request.node.stash[STEPS].begin(conversation)


def pytest_bdd_before_step_call(request: pytest.FixtureRequest, step: Any) -> None:
    """What a When step sends is what the scenario is about."""
    conversation = request.node.stash.get(CONVERSATION, None)
    if conversation is not None:
        conversation.is_acting = step.type == "when"


def pytest_bdd_after_step(request: pytest.FixtureRequest) -> None:
    """A step has come to its end."""
    request.node.stash[STEPS].end(request.node.stash.get(CONVERSATION, None))


def pytest_bdd_step_error(request: pytest.FixtureRequest, exception: BaseException) -> None:
    """A step has not."""
    request.node.stash[STEPS].end(request.node.stash.get(CONVERSATION, None), exception)


def pytest_bdd_step_func_lookup_error(request: pytest.FixtureRequest, exception: BaseException) -> None:
    """A step that is nowhere defined."""
    steps = request.node.stash[STEPS]
    steps.begin(None)
    steps.end(None, exception)


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Generator[None, object, object]:
    """A scenario fails at its end with all that its Then steps found wrong, whatever else came in between."""
    try:
        result = yield
    except Exception as error:
        conversation = pyfuncitem.stash.get(CONVERSATION, None)
        if conversation is None:
            raise
        if isinstance(error, Mismatch):
            conversation.keep(error)
            conversation.end_failed()
        if conversation.differences:
            raise Mismatch(conversation.differences) from error
        raise
    if (conversation := pyfuncitem.stash.get(CONVERSATION, None)) is not None:
        conversation.end_failed()
    return result


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, Any, Any]:
    """What could not be tested is shown as skipped, with what is missing; a failure with the exchanged messages."""
    report = yield
    if call.excinfo is not None and call.excinfo.errisinstance(CouldNotTest):
        report.outcome = "skipped"
        report.longrepr = (str(item.path), None, f"could not test: {call.excinfo.value}")
    conversation = item.stash.get(CONVERSATION, None)
    if report.failed and conversation is not None and conversation.exchange is not None:
        exchange = conversation.exchange
        report.sections.append(("request", exchange.request.decode("utf-8", "replace")))
        if exchange.answer is not None:
            report.sections.append(("response", exchange.answer.body.decode("utf-8", "replace")))
    return report


@pytest.fixture(scope="session")
def crmkit_run(request: pytest.FixtureRequest) -> Iterator[Run]:
    """The run that `crmkit verify` made, or one after pytest's own options."""
    config = request.config
    with _run(config) as run:
        try:
            yield run
        finally:
            run.end()


@pytest.fixture
def conversation(request: pytest.FixtureRequest, crmkit_run: Run) -> Iterator[Conversation]:
    """The scenario's conversation; what it arranged is undone, whatever became of it."""
    row, operation = row_and_operation(request.node)
    # The story begins with a call, whatever else it is about.
    operations = crmkit_run.target.contract.operations
    crmkit_run.begin_scenario()
    made = Conversation(crmkit_run, row, operations[CREATE if row == STORY_TAG else operation])
    request.node.stash[CONVERSATION] = made
    yield made
    made.clean_up()


@contextmanager
def _run(config: pytest.Config) -> Iterator[Run]:
    if RUN in config.stash:
        yield config.stash[RUN]
        return
    target, control = config.getoption("--target"), config.getoption("--control")
    if target is not None:
        yield _make_run(target, control, config.getoption("--contract"))
        return
    with tempfile.TemporaryDirectory(prefix="crmkit-") as folder:
        options = StackOptions(Path(folder) / "data", contract=config.getoption("--contract"))
        with Stack(options) as urls:
            yield _make_run(urls.soap, urls.control, options.contract)


def _make_run(target: str, control: str | None, contract: Path | None) -> Run:
    try:
        described = Target(base_url(target), load_contract(contract), ANSWER_SECONDS)
    except (BadUrl, ContractError) as error:
        raise HarnessError(str(error)) from error
    return Run(described, Control(base_url(control)) if control else None)
