"""The steps of the scenario that is running, and how each of them ended."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from crmkit.suite.conversation import Conversation
from crmkit.suite.errors import CouldNotTest, Mismatch, NotApplicable
from crmkit.suite.evidence import Step

NOT_RUN = "not-run"


class Steps:
    """A scenario's steps in their order; what has not run yet has not run."""

    def __init__(self, scenario: Any) -> None:
        self.file = str(scenario.feature.filename)
        self.line = int(scenario.line_number)
        self.tags = tuple(sorted(scenario.feature.tags | scenario.tags))
        self._places = [int(step.line_number) for step in scenario.steps]
        self._steps = [Step(step.keyword, step.name, _table(step), NOT_RUN, 0.0) for step in scenario.steps]
        self._current = -1
        self._started = 0.0
        self._failures = 0
        self._untested: CouldNotTest | None = None
        self._attested = 0

    @property
    def ended(self) -> Sequence[Step]:
        """All steps with their ends so far."""
        return list(self._steps)

    @property
    def place(self) -> str:
        """`file:line` of the step that is running, or ran last; the file as seen from here."""
        line = self._places[self._current] if self._current >= 0 else self.line
        return f"{from_here(self.file)}:{line}"

    @property
    def text(self) -> str:
        """The sentence of the step that is running, or ran last."""
        return self._steps[self._current].text if self._current >= 0 else ""

    def begin(self, conversation: Conversation | None) -> None:
        """The next step begins."""
        self._current += 1
        self._started = time.monotonic()
        if conversation is not None:
            self._failures, self._untested = conversation.failures, conversation.untested
            self._attested = len(conversation.run.attested)

    def end(self, conversation: Conversation | None, error: BaseException | None = None) -> None:
        """The step that has begun last is over: with an exception, or without."""
        if conversation is not None and error is None and conversation.failures > self._failures:
            outcome = "failed"
        elif conversation is not None and error is None and conversation.untested is not self._untested:
            outcome = "could-not-test"
        elif error is not None:
            outcome = _outcome(error)
        else:
            attested = conversation is not None and len(conversation.run.attested) > self._attested
            outcome = "attested" if attested else "passed"
        self._set(outcome, time.monotonic() - self._started)

    def _set(self, outcome: str, seconds: float) -> None:
        if 0 <= self._current < len(self._steps):
            step = self._steps[self._current]
            self._steps[self._current] = Step(step.keyword, step.text, step.table, outcome, round(seconds, 6))


def from_here(file: str) -> str:
    """A file as seen from the present folder; of one that is elsewhere no more than its folder and its name."""
    path = Path(file)
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return f"{path.parent.name}/{path.name}"


STEPS = pytest.StashKey[Steps]()


def _outcome(error: BaseException) -> str:
    if isinstance(error, NotApplicable):
        return NOT_RUN
    if isinstance(error, CouldNotTest):
        return "could-not-test"
    return "failed" if isinstance(error, Mismatch) else "error"


def _table(step: Any) -> tuple[tuple[str, ...], ...] | None:
    return None if step.datatable is None else tuple(map(tuple, step.datatable.raw()))
