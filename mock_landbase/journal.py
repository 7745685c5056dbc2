"""What was asked of the landbase."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mock_serving.journal import BoundedJournal, now_text


@dataclass(slots=True)
class Entry:
    """A request; its status stays None until its answer begins, and when the client left before."""

    at: str
    method: str
    path: str
    query: str
    status: int | None = None


class JournalMiddleware:
    """Notes every request that reaches the application."""

    def __init__(self, app: ASGIApp, journal: BoundedJournal[Entry]) -> None:
        self._app = app
        self._journal = journal

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request (ASGI)."""
        query = scope["query_string"].decode("latin-1")
        entry = self._journal.add(Entry(now_text(), scope["method"], scope["path"], query))

        async def noting(message: Message) -> None:
            if message["type"] == "http.response.start":
                entry.status = message["status"]
            await send(message)

        await self._app(scope, receive, noting)
