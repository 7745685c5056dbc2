"""A worker of `--jobs`: a process that runs the scenarios which it is told to, one after the other.

What goes over the pipe. From the worker: `Ready` once its target is there and the scenarios are collected, an `Ended`
for every scenario, `Over` as its last word, or `Failed` in its place. To the worker: the number of a scenario, in the
order in which they were collected, or None when there is nothing left to do.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

import pytest
from pytest_bdd.scenario import scenario_wrapper_template_registry

from crmkit.launcher.errors import LaunchError, LaunchRefused
from crmkit.suite.errors import HarnessError
from crmkit.suite.run import Run
from crmkit.suite.running.recording import Recorder, ScenarioRecord, row_and_operation
from crmkit.suite.running.runner import run_pytest
from crmkit.suite.running.selection import Key

# Opens a worker's target, or a way of its own to one that all share.
Opened = Callable[[], AbstractContextManager[Run]]

# What is done there concerns everybody who uses the target at that moment.
_OPERATIONS_ALONE = frozenset({"GetCallbacks", "CreatedCallBacksResults", "CreatedCallBacks", "all operations"})
_STEPS_ALONE = frozenset({"the landbase is down", "the IMS is slow", "the next message fails inside the target"})


@dataclass(frozen=True, slots=True)
class Ready:
    """The target is there; `alone` says of each scenario whether it needs the target for itself."""

    target: str
    seed: str
    alone: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class Ended:
    """A scenario has come to its end."""

    number: int
    record: ScenarioRecord


@dataclass(frozen=True, slots=True)
class Over:
    """pytest's exit code, and what could not be collected."""

    code: int
    collection_errors: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Failed:
    """The worker's target did not come about, or the worker itself went wrong."""

    error: Exception


def work(pipe: Connection, opened: Opened, module: Path, selected: frozenset[Key]) -> None:
    """Be a worker until told to stop. The caller's Ctrl-C is passed on by it, and ends the scenario in hand."""
    # The terminal's Ctrl-C is for the caller alone: twice would break off the tidying up.
    os.setpgid(0, 0)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    try:
        with opened() as run:
            fed = _Fed(pipe, run)
            recorder = Recorder(run, selected, fed.on_end)
            code = run_pytest(module, recorder, fed)
        pipe.send(Over(code, tuple(recorder.collection_errors)))
    except KeyboardInterrupt:
        pipe.send(Over(int(pytest.ExitCode.INTERRUPTED), ()))
    except Exception as error:
        pipe.send(Failed(_portable(error)))


def _portable(error: Exception) -> Exception:
    """The error as it can be told to another process: as much of its class as that knows, and its text."""
    if isinstance(error, LaunchError):
        refused = error.exit_code == LaunchRefused.exit_code
        return LaunchRefused(str(error)) if refused else LaunchError(str(error))
    if isinstance(error, HarnessError):
        return HarnessError(str(error))
    return HarnessError(f"{type(error).__name__}: {error}")


class _Fed:
    """A pytest plugin that runs what the pipe asks for instead of everything in turn."""

    def __init__(self, pipe: Connection, run: Run) -> None:
        self._pipe = pipe
        self._run = run
        self._number = 0

    def on_end(self, record: ScenarioRecord) -> None:
        """The scenario in hand has ended."""
        self._pipe.send(Ended(self._number, record))

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool | None:
        """Run scenarios until there are none left."""
        if session.testsfailed:
            return None
        items = session.items
        self._pipe.send(Ready(self._run.target.shown_url, self._run.seed, tuple(_is_alone(item) for item in items)))
        while (number := self._pipe.recv()) is not None:
            self._number = number
            # What the scenarios share stays as long as another one follows; pytest takes it down in the end.
            following = items[number - 1] if len(items) > 1 else None
            items[number].config.hook.pytest_runtest_protocol(item=items[number], nextitem=following)
        return True


def _is_alone(item: pytest.Item) -> bool:
    template = scenario_wrapper_template_registry.get(item.obj) if isinstance(item, pytest.Function) else None
    sentences = {step.name for step in template.steps} if template is not None else set()
    return row_and_operation(item)[1] in _OPERATIONS_ALONE or not sentences.isdisjoint(_STEPS_ALONE)
