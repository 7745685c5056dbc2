"""What became of each scenario: pytest's view of a run turned into the suite's."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from crmkit.suite.access.exchange import Exchange
from crmkit.suite.conversation import Conversation
from crmkit.suite.errors import CouldNotTest, Difference, HarnessError, Mismatch, NotApplicable
from crmkit.suite.evidence import Call, Check, Step
from crmkit.suite.run import Run
from crmkit.suite.running.feature_files import STORY, STORY_TAG, is_row
from crmkit.suite.running.outcomes import Outcome, worst
from crmkit.suite.running.own_tags import about
from crmkit.suite.running.reasons import reason_of
from crmkit.suite.running.stepping import STEPS, Steps

RUN = pytest.StashKey[Run]()
# Whether the scenarios are a user's own (crmkit.suite.running.own_tags).
OWN = pytest.StashKey[bool]()
CONVERSATION = pytest.StashKey[Conversation]()
TITLE = pytest.StashKey[str]()


@dataclass
class ScenarioRecord:
    """One scenario's end. `reason` says in words why it did not pass, where no difference does."""

    row: str
    operation: str
    title: str
    outcome: Outcome
    seconds: float = 0.0
    differences: tuple[Difference, ...] = ()
    reason: str | None = None
    exchange: Exchange | None = None
    readings: dict[str, str] = field(default_factory=dict)
    # Where it is written: the feature's path, and the scenario's line in it. Tags without `@`.
    file: str = ""
    line: int = 0
    tags: tuple[str, ...] = ()
    steps: list[Step] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)


class Recorder:
    """A pytest plugin that runs the selected rows of a run and tells each scenario's end to `on_end`.

    With `selected` None the scenarios are a user's own, and all of them run.
    """

    def __init__(
        self, run: Run, selected: frozenset[tuple[str, str]] | None, on_end: Callable[[ScenarioRecord], None]
    ) -> None:
        self._run = run
        self._selected = selected
        self._on_end = on_end
        self._open: dict[str, ScenarioRecord] = {}
        self.collection_errors: list[str] = []

    def pytest_configure(self, config: pytest.Config) -> None:
        """Hand the run to the plugin's fixtures."""
        config.stash[RUN] = self._run
        # Nobody reads pytest's own tracebacks here, and the long ones cost more than most scenarios.
        config.option.tbstyle = "native"
        config.stash[OWN] = self._selected is None

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Only what was selected."""
        if self._selected is not None:
            items[:] = [item for item in items if row_and_operation(item) in self._selected]

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Scenarios that cannot even be collected are the harness's fault."""
        if report.failed:
            self.collection_errors.append(report.longreprtext)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, Any, Any]:
        """Take each phase's end into the scenario's record; after the last phase it is complete."""
        report = yield
        record = self._open.setdefault(item.nodeid, self._new_record(item))
        record.seconds += call.duration
        if call.excinfo is not None:
            _note(record, call.excinfo.value, item.stash.get(STEPS, None) if call.when == "call" else None)
        if call.when == "teardown":
            self._complete(item, self._open.pop(item.nodeid))
        return report

    def _new_record(self, item: pytest.Item) -> ScenarioRecord:
        row, operation = row_and_operation(item)
        return ScenarioRecord(row, operation, item.name, Outcome.PASSED)

    def _complete(self, item: pytest.Item, record: ScenarioRecord) -> None:
        record.title = item.stash.get(TITLE, record.title)
        steps = item.stash.get(STEPS, None)
        if steps is not None:
            record.file, record.line, record.tags = steps.file, steps.line, steps.tags
            record.steps = list(steps.ended)
        conversation = item.stash.get(CONVERSATION, None)
        if conversation is not None:
            record.exchange = conversation.exchange
            record.readings = dict(conversation.readings_seen)
            record.checks = list(conversation.checks)
            record.calls = calls_of(conversation)
            if record.outcome is Outcome.PASSED and conversation.run.attested:
                record.outcome = Outcome.ATTESTED
        self._on_end(record)


def calls_of(conversation: Conversation) -> list[Call]:
    """The scenario's calls; those with the messages that it is about are marked."""
    transcript = conversation.run.transcript
    about = {(transcript.seconds(each.started), each.url) for each in conversation.subjects}
    return [
        replace(call, is_subject=call.is_subject or (call.kind == "soap" and (call.started, call.url) in about))
        for call in transcript.calls
    ]


def row_and_operation(item: pytest.Item) -> tuple[str, str]:
    """A scenario's row and operation, from its tags; the story's key for one of the story."""
    tags = {mark.args[0] for mark in item.iter_markers("tag")}
    if item.config.stash.get(OWN, False):
        return about(tags)
    if STORY_TAG in tags:
        return STORY
    rows = sorted(tag for tag in tags if is_row(tag))
    operations = sorted(tags.difference(rows))
    if len(rows) != 1 or len(operations) != 1:
        raise HarnessError(f"{item.name}: a scenario has one tag for its row and one for its operation")
    return rows[0], operations[0]


def outcome_of(error: BaseException) -> Outcome:
    """Whose fault an exception is (see crmkit.suite.errors)."""
    if isinstance(error, Mismatch):
        return Outcome.FAILED
    if isinstance(error, CouldNotTest):
        return Outcome.COULD_NOT_TEST
    if isinstance(error, NotApplicable):
        return Outcome.NOT_APPLICABLE
    return Outcome.ERROR


def _note(record: ScenarioRecord, error: BaseException, steps: Steps | None) -> None:
    outcome = outcome_of(error)
    # Before its first step a scenario has not passed: it ends as what does not apply.
    if outcome is not Outcome.NOT_APPLICABLE and worst([record.outcome, outcome]) is record.outcome:
        return
    record.outcome = outcome
    record.differences = error.differences if isinstance(error, Mismatch) else ()
    record.reason = reason_of(error, steps)
