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
from crmkit.suite.errors import CouldNotTest, HarnessError
from crmkit.suite.run import Run
from crmkit.suite.running.feature_files import STORY_TAG
from crmkit.suite.running.recording import CONVERSATION, RUN, TITLE, row_and_operation
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
    config.addinivalue_line("markers", "tag(name): a tag of a scenario: its row, or its operation")


def pytest_bdd_apply_tag(tag: str, function: Callable[..., Any]) -> bool:
    """A tag such as `5.1-13` is no name of a marker of its own."""
    pytest.mark.tag(tag)(function)
    return True


def pytest_bdd_before_scenario(request: pytest.FixtureRequest, scenario: Any) -> None:
    """Keep the scenario's title for reports."""
    request.node.stash[TITLE] = scenario.name


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
