"""Repeats a piece of background work until told to stop; a failure is logged and tried again."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from reference_adapter.storage.database import StoreBusy

_log = logging.getLogger(__name__)


class Loop:
    """One thread that calls `work` every `seconds`."""

    def __init__(self, name: str, seconds: float, work: Callable[[], object]) -> None:
        self._name = name
        self._seconds = seconds
        self._work = work
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """Finish the piece in hand and end."""
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self._work()
            except StoreBusy:
                _log.warning("%s: the store is busy, trying again", self._name)
            except Exception:
                _log.exception("%s failed, trying again", self._name)
            self._stop.wait(self._seconds)
