"""The HTTP side, before any XML is read: paths, methods, sizes, encodings, stalls (decisions: Transport).

An ASGI application that reads a body under its limits and hands it to a service's WSGI application in a thread.
"""

from __future__ import annotations

import asyncio
import contextvars
import io
import logging
import sys
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from email.message import Message
from typing import Any

from crm_contract.envelope import soap_fault
from crm_soap.hosting import WsgiApp

Event = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Event]]
Send = Callable[[Event], Awaitable[None]]

_log = logging.getLogger(__name__)
_XML = "text/xml; charset=utf-8"
_LONGEST_LENGTH = 18


@dataclass(frozen=True, slots=True)
class TransportLimits:
    """`body_bytes` a request; `stall_seconds` between two pieces of a body; `body_seconds` for a whole one."""

    body_bytes: int = 32 * 1024 * 1024
    stall_seconds: float = 10.0
    body_seconds: float = 300.0
    threads: int = 128


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer."""

    status: int
    body: bytes
    headers: tuple[tuple[str, str], ...] = ()


class _Refused(Exception):
    def __init__(self, status: int, text: str, **headers: str) -> None:
        super().__init__(text)
        fields = tuple((name.replace("_", "-"), value) for name, value in headers.items())
        # What is left of the body is not read: the connection cannot be used again.
        self.answer = Answer(status, soap_fault("Client", text), (*fields, ("Connection", "close")))


class FrontDoor:
    """Routes `/<wsdl:service name>` to its application and serves the schemas beside it."""

    def __init__(self, services: Mapping[str, WsgiApp], schemas: Mapping[str, bytes], limits: TransportLimits) -> None:
        self._services = services
        self._schemas = schemas
        self._limits = limits
        self._threads = ThreadPoolExecutor(limits.threads, thread_name_prefix="soap")

    async def __call__(self, scope: Event, receive: Receive, send: Send) -> None:
        """ASGI entry."""
        if scope["type"] != "http":
            await self._lifespan(scope, receive, send)
            return
        try:
            answer = await self._answer(scope, receive)
        except _Refused as refused:
            answer = refused.answer
        except Exception:
            _log.exception("request failed outside of an operation")
            answer = Answer(500, soap_fault("Server", "The request could not be processed."))
        headers = [(b"content-type", _XML.encode()), (b"content-length", str(len(answer.body)).encode())]
        headers += [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in answer.headers]
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        await send({"type": "http.response.body", "body": answer.body})

    async def _lifespan(self, scope: Event, receive: Receive, send: Send) -> None:
        while scope["type"] == "lifespan":
            event = (await receive())["type"]
            await send({"type": f"{event}.complete"})
            if event == "lifespan.shutdown":
                self._threads.shutdown(wait=True)
                return

    async def _answer(self, scope: Event, receive: Receive) -> Answer:
        path, method = scope["path"], scope["method"]
        folder, _, name = path.rpartition("/")
        if folder.removeprefix("/..") == "/xsd" and name in self._schemas:
            if method != "GET":
                raise _Refused(405, "Schemas are read with GET.", Allow="GET")
            return Answer(200, self._schemas[name])
        service = self._services.get(path.strip("/"))
        if service is None:
            raise _Refused(404, "There is no service at this address.")
        headers = {key.decode("latin-1").lower(): value.decode("latin-1") for key, value in scope["headers"]}
        wants_wsdl = scope["query_string"].split(b"=")[0].lower() == b"wsdl"
        if method == "GET" and wants_wsdl:
            return await self._call(service, scope, headers, b"")
        if method != "POST":
            raise _Refused(405, "Messages are sent with POST; the WSDL is at ?wsdl.", Allow="GET, POST")
        _check_headers(headers)
        return await self._call(service, scope, headers, await self._body(headers, receive))

    async def _body(self, headers: Mapping[str, str], receive: Receive) -> bytes:
        limit = self._limits.body_bytes
        declared = headers.get("content-length", "0")
        if not declared.isdecimal():
            raise _Refused(400, "Content-Length is no number.")
        # Python refuses to convert thousands of digits.
        if len(declared) > _LONGEST_LENGTH or int(declared) > limit:
            raise _Refused(413, f"The body is larger than {limit} bytes.")
        pieces: list[bytes] = []
        size = 0
        try:
            async with asyncio.timeout(self._limits.body_seconds):
                while True:
                    event = await asyncio.wait_for(receive(), self._limits.stall_seconds)
                    if event["type"] == "http.disconnect":
                        raise _Refused(400, "The connection was closed before the body was complete.")
                    pieces.append(event.get("body", b""))
                    size += len(pieces[-1])
                    if size > limit:
                        raise _Refused(413, f"The body is larger than {limit} bytes.")
                    if not event.get("more_body"):
                        return b"".join(pieces)
        except TimeoutError:
            raise _Refused(408, "The body did not arrive in time.") from None

    async def _call(self, service: WsgiApp, scope: Event, headers: Mapping[str, str], body: bytes) -> Answer:
        environ = _environ(scope, headers, body)
        # As asyncio.to_thread does: an application around this one may have set something for the operation.
        run = contextvars.copy_context().run
        return await asyncio.get_running_loop().run_in_executor(self._threads, run, _run_wsgi, service, environ)


def _check_headers(headers: Mapping[str, str]) -> None:
    if headers.get("content-encoding", "identity").strip().lower() not in ("", "identity"):
        raise _Refused(415, "The body must not be encoded; send it as it is.")
    content_type = headers.get("content-type")
    if content_type is not None:
        media_type = content_type.partition(";")[0].strip().lower()
        if media_type not in ("text/xml", "application/xml") and not media_type.endswith("+xml"):
            raise _Refused(415, "The content type must be text/xml.")


def _environ(scope: Event, headers: Mapping[str, str], body: bytes) -> dict[str, Any]:
    host, port = scope.get("server") or ("localhost", 80)
    return {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": scope.get("root_path", ""),
        "PATH_INFO": scope["path"],
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "CONTENT_TYPE": _content_type(headers),
        "CONTENT_LENGTH": str(len(body)),
        "SERVER_NAME": host,
        "SERVER_PORT": str(port),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": headers.get("host") or f"{host}:{port}",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.get("scheme", "http"),
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }


def _content_type(headers: Mapping[str, str]) -> str:
    """The content type reduced to what Spyne reads of it: the character set."""
    message = Message()
    message["content-type"] = headers.get("content-type") or "text/xml"
    charset = message.get_content_charset()
    return f"text/xml; charset={charset}" if charset else "text/xml"


def _run_wsgi(service: WsgiApp, environ: dict[str, Any]) -> Answer:
    started: list[Any] = []

    def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> None:
        started[:] = [int(status.split(" ", 1)[0]), headers]

    body = b"".join(service(environ, start_response))
    kept = tuple((name, value) for name, value in started[1] if name.lower() == "retry-after")
    return Answer(started[0], body, kept)
