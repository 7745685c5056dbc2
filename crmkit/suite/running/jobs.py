"""`--jobs`: the scenarios of a run spread over worker processes, and told in the order in which one would run them."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkProcess
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pytest

from crmkit.launcher.processes import die_with_parent
from crmkit.suite.errors import HarnessError
from crmkit.suite.running.feature_files import ScenarioText
from crmkit.suite.running.recording import ScenarioRecord
from crmkit.suite.running.results import RowResult
from crmkit.suite.running.runner import RowsTold, features_module, rows_of
from crmkit.suite.running.selection import Key
from crmkit.suite.running.worker import Ended, Failed, Opened, Over, Ready, work

# For the scenario in hand to tidy up, and for own servers to stop.
_STOP_SECONDS = 60.0


@dataclass(eq=False)
class _Worker:
    process: ForkProcess
    pipe: Connection
    ready: Ready | None = None
    number: int | None = None
    is_told_to_stop: bool = False


@dataclass
class _Order:
    """Tells scenarios in their order, however they come."""

    tell: Callable[[ScenarioRecord], None]
    waiting: dict[int, ScenarioRecord] = field(default_factory=dict)
    following: int = 0

    def take(self, number: int, record: ScenarioRecord) -> None:
        """One has ended."""
        self.waiting[number] = record
        while self.following in self.waiting:
            self.tell(self.waiting.pop(self.following))
            self.following += 1

    def tell_rest(self) -> None:
        """No more will come: those behind a gap."""
        for number in sorted(self.waiting):
            self.tell(self.waiting.pop(number))


class Team:
    """Worker processes that run the selected scenarios; they begin to open their targets at once.

    Workers that share a target run what needs it for itself last, one scenario at a time. A context manager that
    leaves no worker behind. To be made before this process has threads: workers are forked.
    """

    def __init__(
        self,
        workers: Sequence[Opened],
        folder: Path,
        scenarios: Sequence[ScenarioText],
        selected: frozenset[Key],
        *,
        shares_target: bool,
    ) -> None:
        self._scenarios = scenarios
        self._selected = selected
        self._shares_target = shares_target
        # What is to be run; None until the first worker has told what there is.
        self._together: list[int] | None = None
        self._alone: list[int] = []
        self._code = int(pytest.ExitCode.OK)
        self._collection_errors: list[str] = []
        self._workers = [_start(opened, features_module(folder), selected) for opened in workers]
        self._open = list(self._workers)
        self._on_ready: Callable[[Ready], None] = lambda ready: None
        self._order = _Order(lambda record: None)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        for worker in self._workers:
            if worker in self._open:
                worker.process.terminate()
            worker.process.join(_STOP_SECONDS)
            if worker.process.is_alive():
                worker.process.kill()
            worker.pipe.close()

    def run(
        self, on_row: Callable[[RowResult], None], on_ready: Callable[[Ready], None] = lambda ready: None
    ) -> list[RowResult]:
        """As crmkit.suite.running.runner.run_features; `on_ready` hears of each worker's target.

        Raises Interrupted, and whatever kept a worker's target from coming about.
        """
        rows = RowsTold(self._scenarios, self._selected, on_row)
        self._order, self._on_ready = _Order(rows.scenario), on_ready
        try:
            self._until_done()
        except KeyboardInterrupt:
            self._interrupt()
        return rows_of(rows, self._code, self._collection_errors)

    def _until_done(self) -> None:
        while self._open:
            for pipe in wait([worker.pipe for worker in self._open]):
                worker = next(each for each in self._open if each.pipe is pipe)
                self._hear(worker)
            self._give_work()

    def _interrupt(self) -> None:
        """Have every worker break off, and hear what it still has to say."""
        self._code = int(pytest.ExitCode.INTERRUPTED)
        for worker in self._open:
            if worker.process.is_alive() and worker.process.pid is not None:
                os.kill(worker.process.pid, signal.SIGINT)
        deadline = time.monotonic() + _STOP_SECONDS
        while self._open and time.monotonic() < deadline:
            for pipe in wait([worker.pipe for worker in self._open], deadline - time.monotonic()):
                worker = next(each for each in self._open if each.pipe is pipe)
                try:
                    self._hear(worker)
                except Exception:
                    self._close(worker)
        self._order.tell_rest()

    def _hear(self, worker: _Worker) -> None:
        try:
            heard: Any = worker.pipe.recv()
        except EOFError:
            self._close(worker)
            worker.process.join(_STOP_SECONDS)
            raise HarnessError(f"a worker has ended unexpectedly (exit code {worker.process.exitcode})") from None
        match heard:
            case Ready():
                worker.ready = heard
                if self._together is None:
                    together = [number for number, alone in enumerate(heard.alone) if not self._is_last(alone)]
                    self._together = together
                    self._alone = [number for number, alone in enumerate(heard.alone) if self._is_last(alone)]
                self._on_ready(heard)
            case Ended():
                worker.number = None
                self._order.take(heard.number, heard.record)
            case Over():
                self._close(worker)
                self._collection_errors += heard.collection_errors
                if heard.code in (pytest.ExitCode.INTERRUPTED, pytest.ExitCode.INTERNAL_ERROR):
                    self._code = heard.code
            case Failed():
                self._close(worker)
                raise heard.error

    def _is_last(self, alone: bool) -> bool:
        return alone and self._shares_target

    def _give_work(self) -> None:
        for worker in self._open:
            if worker.ready is None or worker.number is not None or worker.is_told_to_stop:
                continue
            if self._together:
                worker.number = self._together.pop(0)
            elif self._alone and not any(each.number is not None for each in self._open):
                worker.number = self._alone.pop(0)
            elif self._alone:
                continue
            worker.is_told_to_stop = worker.number is None
            worker.pipe.send(worker.number)

    def _close(self, worker: _Worker) -> None:
        if worker in self._open:
            self._open.remove(worker)


def _start(opened: Opened, module: Path, selected: frozenset[Key]) -> _Worker:
    # Forked, so that what took long to import is there at once; nothing of this process runs beside it yet.
    context = multiprocessing.get_context("fork")
    here, there = context.Pipe()
    bind_to_parent = die_with_parent()
    process = context.Process(target=_be_worker, args=(bind_to_parent, here, there, opened, module, selected))
    process.start()
    there.close()
    return _Worker(process, here)


def _be_worker(
    bind_to_parent: Callable[[], None] | None,
    here: Connection,
    there: Connection,
    opened: Opened,
    module: Path,
    selected: frozenset[Key],
) -> None:
    if bind_to_parent is not None:
        bind_to_parent()
    here.close()
    work(there, opened, module, selected)
