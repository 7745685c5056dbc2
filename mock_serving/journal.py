"""A bounded list of what happened, oldest first."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

CAPACITY = 1000

Entry = TypeVar("Entry")


class BoundedJournal(Generic[Entry]):
    """The newest entries, which are dataclasses, and how many older ones it let go. Thread-safe."""

    def __init__(self, capacity: int = CAPACITY) -> None:
        self._entries: deque[Entry] = deque(maxlen=capacity)
        self._dropped = 0
        self._lock = threading.Lock()

    def add(self, entry: Entry) -> Entry:
        """Note an entry."""
        with self._lock:
            if len(self._entries) == self._entries.maxlen:
                self._dropped += 1
            self._entries.append(entry)
        return entry

    def clear(self) -> None:
        """Forget everything, the count of dropped ones too."""
        with self._lock:
            self._entries.clear()
            self._dropped = 0

    def describe(self) -> dict[str, Any]:
        """The list as a control endpoint shows it."""
        with self._lock:
            entries, dropped = list(self._entries), self._dropped
        return {"dropped": dropped, "items": [asdict(entry) for entry in entries]}  # type: ignore[call-overload]


def now_text() -> str:
    """Now, as entries tell it."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
