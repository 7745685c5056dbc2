"""Who has called the control API: the last requests, kept in memory."""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from pydantic import BaseModel

KEPT = 10_000

_Scope = MutableMapping[str, Any]
_App = Callable[[_Scope, Any, Any], Awaitable[None]]


class JournalItem(BaseModel):
    """A request; `user_agent` is empty where the client did not say."""

    seq: int
    method: str
    path: str
    user_agent: str


class JournalPage(BaseModel):
    """The requests that are kept, oldest first, and how many older ones are not any more."""

    dropped: int
    items: list[JournalItem]


class Journal:
    """The last requests; those that ask for health or for the journal itself are left out."""

    def __init__(self, kept: int = KEPT) -> None:
        self._items: deque[JournalItem] = deque(maxlen=kept)
        self._count = 0

    def note(self, method: str, path: str, user_agent: str) -> None:
        """A request has come."""
        self._count += 1
        self._items.append(JournalItem(seq=self._count, method=method, path=path, user_agent=user_agent))

    def page(self) -> JournalPage:
        """What is kept."""
        return JournalPage(dropped=self._count - len(self._items), items=list(self._items))


class Journalling:
    """ASGI middleware that notes every request before it is answered."""

    def __init__(self, app: _App, journal: Journal, left_out: frozenset[str]) -> None:
        self._app = app
        self._journal = journal
        self._left_out = left_out

    async def __call__(self, scope: _Scope, receive: Any, send: Any) -> None:
        """Pass a request on."""
        if scope["type"] == "http" and scope["path"] not in self._left_out:
            agents = [value for name, value in scope["headers"] if name.lower() == b"user-agent"]
            self._journal.note(scope["method"], scope["path"], agents[0].decode("latin-1") if agents else "")
        await self._app(scope, receive, send)
