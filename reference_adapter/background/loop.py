"""Repeats a piece of background work until told to stop; a failure is logged and tried again."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence

from reference_adapter.storage.database import StoreBusy

_log = logging.getLogger(__name__)


class Loop:
    """One thread that calls `work` every `seconds` until `stopping` is set."""

    def __init__(self, name: str, seconds: float, work: Callable[[], object], stopping: threading.Event) -> None:
        self._name = name
        self._seconds = seconds
        self._work = work
        self._stopping = stopping
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def join(self, seconds: float) -> bool:
        """Wait for the piece in hand, up to so long; whether the loop has ended."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._work()
            except StoreBusy:
                _log.warning("%s: the store is busy, trying again", self._name)
            except Exception:
                _log.exception("%s failed, trying again", self._name)
            self._stopping.wait(self._seconds)


def stop_loops(loops: Sequence[Loop], stopping: threading.Event, seconds: float) -> bool:
    """Let every loop finish the piece in hand, all together within a time; whether all have.

    What is left behind ends with the process. Nothing is lost by that: a transaction is rolled back, and a message
    that is being sent is tried again by the next process.
    """
    stopping.set()
    deadline = time.monotonic() + seconds
    return all(loop.join(max(0.0, deadline - time.monotonic())) for loop in loops)
