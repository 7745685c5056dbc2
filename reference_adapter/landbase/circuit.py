"""A circuit breaker: a landbase that is down must not cost every call its time-out."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable


class Circuit:
    """Opens after some failures in a row, and lets one call try again after a while."""

    def __init__(
        self, failures_to_open: int, open_seconds: float, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._failures_to_open = failures_to_open
        self._open_seconds = open_seconds
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._failures = 0
        self._retry_at: float | None = None

    def allows(self) -> bool:
        """Whether a call may be made now; while open, one is let through when its time has come."""
        with self._lock:
            if self._retry_at is None:
                return True
            now = self._monotonic()
            if now < self._retry_at:
                return False
            self._retry_at = now + self._open_seconds
            return True

    def succeeded(self) -> None:
        """A call was answered: closed."""
        with self._lock:
            self._failures = 0
            self._retry_at = None

    def failed(self) -> None:
        """A call failed."""
        with self._lock:
            self._failures += 1
            if self._failures >= self._failures_to_open:
                self._retry_at = self._monotonic() + self._open_seconds
