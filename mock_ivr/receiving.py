"""The way of a message before and after the SOAP service: noted, and answered as the behaviour wants it."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from lxml import etree
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.types import Message as Event

from mock_ivr.behaviour import Behaviour, Setting
from mock_ivr.journal import LARGEST_BODY, Message
from mock_serving.behaviour import client_left
from mock_serving.journal import BoundedJournal, now_text

_PAGE = "<!DOCTYPE html><html><head><title>Portal</title></head><body><h1>Please log in</h1></body></html>"
_XML = "text/xml; charset=utf-8"

Drop = Callable[[tuple[str, int]], None]


@dataclass(slots=True)
class Handling:
    """A message in hand: the setting that held when it arrived, and its entry; the service sets `reached`."""

    setting: Setting
    message: Message
    reached: bool = False


in_hand: ContextVar[Handling] = ContextVar("in_hand")


class Receiving:
    """Around the SOAP service. The service runs whatever the behaviour: it judges the message."""

    def __init__(self, app: ASGIApp, behaviour: Behaviour, journal: BoundedJournal[Message], drop: Drop) -> None:
        self._app = app
        self._behaviour = behaviour
        self._journal = journal
        self._drop = drop

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request (ASGI)."""
        if scope["method"] != "POST":
            await self._app(scope, receive, send)
            return
        setting = self._behaviour.setting
        handling = Handling(setting, Message(now_text(), setting.mode))
        in_hand.set(handling)
        answer = await self._judged(handling, scope, receive)
        self._journal.add(handling.message)
        if setting.mode == "slow" and await client_left(receive, setting.delay_seconds):
            return
        if setting.mode == "drop":
            self._drop(scope["client"])
            await _disconnected(receive)
            return
        await _worded(setting, answer)(scope, receive, send)

    async def _judged(self, handling: Handling, scope: Scope, receive: Receive) -> Response:
        """Let the service judge and answer; the answer is kept back."""
        body = bytearray()
        answer: dict[str, Any] = {}

        async def reading() -> Event:
            event = await receive()
            body.extend(event.get("body", b"")[: LARGEST_BODY - len(body)])
            return event

        async def keeping(event: Event) -> None:
            answer.update(event)

        await self._app(scope, reading, keeping)
        message = handling.message
        message.body = body.decode("utf-8", "replace")
        if not handling.reached:
            message.problem = f"HTTP {answer['status']}: {_fault_text(answer['body'])}"
        response = Response(answer["body"], answer["status"])
        response.raw_headers = answer["headers"]
        return response


def _worded(setting: Setting, answer: Response) -> Response:
    if setting.mode == "html":
        return Response(_PAGE, media_type="text/html")
    if setting.mode == "nothing":
        return Response(b"", media_type=_XML)
    return answer


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _fault_text(body: bytes) -> str:
    """The text of a fault that the service itself has written."""
    return str(etree.fromstring(body).findtext(".//faultstring"))
