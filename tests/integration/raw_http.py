"""HTTP by hand: nothing is added to a request, every wait is bounded."""

from __future__ import annotations

import contextlib
import http.client
import io
import socket
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Self
from urllib.parse import urlsplit

from lxml import etree

MIB = 1 << 20
SECONDS = 20.0
XML = "text/xml; charset=utf-8"


@dataclass(frozen=True)
class HttpAnswer:
    """What came back; header names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def closes(self) -> bool:
        """Whether the server says that it will close the connection."""
        return self.headers.get("connection", "").lower() == "close"


class Wire:
    """One TCP connection to a server."""

    def __init__(self, url: str, seconds: float = SECONDS) -> None:
        address = urlsplit(url)
        assert address.hostname is not None
        self.host = address.netloc
        self.socket = socket.create_connection((address.hostname, address.port or 80), timeout=seconds)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._incoming = self.socket.makefile("rb", buffering=0)
        self._reader = _KeptReader(self._incoming)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._incoming.close()
        self.socket.close()

    def send_head(self, method: str, target: str, headers: Mapping[str, str], version: str = "HTTP/1.1") -> None:
        """The request line and headers; Host is added unless given."""
        named = {"Host": self.host, **headers}
        lines = [f"{method} {target} {version}", *(f"{name}: {value}" for name, value in named.items() if value)]
        self.send("".join(f"{line}\r\n" for line in [*lines, ""]).encode("latin-1"))

    def send(self, data: bytes) -> None:
        """Bytes as they are."""
        self.socket.sendall(data)

    def send_chunk(self, data: bytes) -> None:
        """One chunk of a chunked body; an empty one ends it."""
        self.send(b"%x\r\n%s\r\n" % (len(data), data))

    def answer(self, method: str = "POST") -> HttpAnswer:
        """Read one answer; what follows it belongs to the next one."""
        response = http.client.HTTPResponse(self, method=method)  # type: ignore[arg-type]
        response.begin()
        body = response.read()
        return HttpAnswer(response.status, {name.lower(): value for name, value in response.getheaders()}, body)

    def makefile(self, *_: object) -> io.BufferedReader:
        """What HTTPResponse asks a socket for."""
        return self._reader

    def is_closed(self) -> bool:
        """Wait until the server closes; False when it sends something or keeps the connection."""
        try:
            return self._reader.read(1) == b""
        except ConnectionResetError:
            return True
        except TimeoutError:
            return False


class _KeptReader(io.BufferedReader):
    """Stays open when a response is through with it."""

    def close(self) -> None:
        pass


def raw_post(
    url: str,
    body: bytes | Iterable[bytes],
    headers: Mapping[str, str] | None = None,
    method: str = "POST",
    seconds: float = SECONDS,
) -> HttpAnswer:
    """One request on a connection of its own: bytes with their length, anything else in chunks."""
    target = target_of(url)
    given = {"Content-Type": XML, **(headers or {})}
    with Wire(url, seconds) as wire:
        # Who is refused early finds the connection closed while sending; the answer is there all the same.
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            if isinstance(body, bytes):
                wire.send_head(method, target, {"Content-Length": str(len(body)), **given})
                wire.send(body)
            else:
                wire.send_head(method, target, {"Transfer-Encoding": "chunked", **given})
                for piece in body:
                    wire.send_chunk(piece)
                wire.send_chunk(b"")
        return wire.answer(method)


def target_of(url: str) -> str:
    """What stands in the request line."""
    return urlsplit(url)._replace(scheme="", netloc="").geturl() or "/"


def get(url: str, headers: Mapping[str, str] | None = None) -> HttpAnswer:
    """One GET on a connection of its own."""
    return raw_post(url, b"", {"Content-Type": "", "Content-Length": "", **(headers or {})}, method="GET")


def check_error_body(answer: HttpAnswer) -> None:
    """Every error body that is not empty is XML, and tells nothing of the inside."""
    if answer.body:
        assert answer.headers["content-type"] == XML
        etree.fromstring(answer.body)
        for telltale in (b"Traceback", b"<html", b"site-packages", b".py"):
            assert telltale not in answer.body
    assert answer.headers["content-length"].isdecimal()
