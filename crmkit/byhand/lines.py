"""Lines that somebody types, waited for as long as one likes."""

from __future__ import annotations

import queue
import threading
from typing import TextIO


class InputEnded(Exception):
    """No line will come any more."""


class Lines:
    """Reads in a thread of its own: what was typed ahead is not lost, and a wait can end."""

    def __init__(self, typed: TextIO) -> None:
        self._lines: queue.Queue[str | None] = queue.Queue()
        self._is_over = False
        threading.Thread(target=self._read, args=(typed,), daemon=True).start()

    def next(self, seconds: float) -> str | None:
        """The next line without its end, None when none comes within the time. Raises InputEnded."""
        if self._is_over:
            raise InputEnded
        try:
            line = self._lines.get(timeout=max(seconds, 0.001))
        except queue.Empty:
            return None
        if line is None:
            self._is_over = True
            raise InputEnded
        return line

    def _read(self, typed: TextIO) -> None:
        for line in typed:
            self._lines.put(line.rstrip("\r\n"))
        self._lines.put(None)
