"""What was asked of the landbase: a bounded list, oldest first."""

from __future__ import annotations

from collections import deque
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

CAPACITY = 1000


@dataclass(slots=True)
class Entry:
    """A request; its status stays None until its answer begins, and when the client left before."""

    at: str
    method: str
    path: str
    query: str
    status: int | None = None


class Journal:
    """The newest requests, and how many older ones it let go."""

    def __init__(self, capacity: int = CAPACITY) -> None:
        self._entries: deque[Entry] = deque(maxlen=capacity)
        self._dropped = 0

    def open_entry(self, method: str, path: str, query: str) -> Entry:
        """Note a request as it arrives."""
        if len(self._entries) == self._entries.maxlen:
            self._dropped += 1
        at = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        entry = Entry(at, method, path, query)
        self._entries.append(entry)
        return entry

    def clear(self) -> None:
        """Forget everything, the count of dropped ones too."""
        self._entries.clear()
        self._dropped = 0

    def describe(self) -> dict[str, Any]:
        """The journal as the control endpoint shows it."""
        return {"dropped": self._dropped, "items": [asdict(entry) for entry in self._entries]}


class JournalMiddleware:
    """Notes every request that reaches the application."""

    def __init__(self, app: ASGIApp, journal: Journal) -> None:
        self._app = app
        self._journal = journal

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request (ASGI)."""
        entry = self._journal.open_entry(scope["method"], scope["path"], scope["query_string"].decode("latin-1"))

        async def noting(message: Message) -> None:
            if message["type"] == "http.response.start":
                entry.status = message["status"]
            await send(message)

        await self._app(scope, receive, noting)
