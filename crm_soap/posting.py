"""One HTTP POST and its whole answer, within a time that nobody can stretch."""

from __future__ import annotations

import http.client
import io
import socket
import ssl
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

LARGEST_ANSWER = 32 * 1024 * 1024
_PIECE = 1 << 16
_CONNECT_SECONDS = 10.0
_CONTENT_TYPE = "text/xml; charset=utf-8"


class NoAnswer(Exception):
    """Nobody answered: refused, timed out, dropped, or a gateway in front of nobody; the text is one line."""


class InvalidReply(Exception):
    """An answer that is no valid reply of the operation; the text is the reason, for 1.8's {0}."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer as it came."""

    status: int
    content_type: str | None
    body: bytes


class Poster:
    """Posts to one address, each time over a connection of its own; proxies of the environment are not asked.

    Raises ValueError for an address that is no HTTP URL.
    """

    def __init__(self, url: str, timeout_seconds: float) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"{url!r} is no http or https URL")
        parts.hostname.encode("idna")
        self.url = url
        self._host, self._port = parts.hostname, parts.port
        self._tls = ssl.create_default_context() if parts.scheme == "https" else None
        self._target = f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
        self._timeout_seconds = timeout_seconds

    def post(self, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Send XML and wait for the whole answer. Raises NoAnswer; InvalidReply for what is no usable HTTP answer."""
        deadline = time.monotonic() + self._timeout_seconds
        connection = self._connection()
        sent = {"Content-Type": _CONTENT_TYPE, "Connection": "close", "Accept-Encoding": "identity", **headers}
        try:
            connection.connect()
            with connection.sock as connected:
                bounded: Any = _BoundedSocket(connected, deadline)
                connection.sock = bounded
                # Who refuses a message may answer, and close, before it is sent whole.
                with suppress(BrokenPipeError):
                    connection.request("POST", self._target, body, sent)
                return _receive(connection.getresponse())
        except TimeoutError:
            raise NoAnswer(f"no answer within {self._timeout_seconds:g} s") from None
        except (http.client.RemoteDisconnected, http.client.IncompleteRead):
            raise NoAnswer("the connection was closed before an answer was complete") from None
        except http.client.HTTPException as error:
            raise InvalidReply(f"The answer is no HTTP: {type(error).__name__}") from None
        except OSError as error:
            raise NoAnswer(f"{self._host}: {error.strerror or error}") from None

    def _connection(self) -> http.client.HTTPConnection:
        seconds = min(_CONNECT_SECONDS, self._timeout_seconds)
        if self._tls is None:
            return http.client.HTTPConnection(self._host, self._port, timeout=seconds)
        return http.client.HTTPSConnection(self._host, self._port, timeout=seconds, context=self._tls)


class _BoundedSocket:
    """As much of a socket as http.client uses; all that is sent and received must be done by the deadline.

    A time-out of the socket itself begins anew with every byte that drips in, those of the header included.
    """

    def __init__(self, connected: socket.socket, deadline: float) -> None:
        self._socket = connected
        self._deadline = deadline

    def sendall(self, data: bytes) -> None:
        for start in range(0, len(data), _PIECE):
            self._patience()
            self._socket.sendall(data[start : start + _PIECE])

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(_Received(self))

    def receive_into(self, buffer: Any) -> int:
        self._patience()
        return self._socket.recv_into(buffer)

    def close(self) -> None:
        """Not yet: http.client lets go of the connection before it has read an answer that ends it."""

    def _patience(self) -> None:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._socket.settimeout(left)


class _Received(io.RawIOBase):
    """What arrives, as http.client reads it."""

    def __init__(self, source: _BoundedSocket) -> None:
        super().__init__()
        self._source = source

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        return self._source.receive_into(buffer)


def _receive(response: http.client.HTTPResponse) -> Answer:
    coding = (response.getheader("Content-Encoding") or "identity").strip().lower()
    if coding not in ("", "identity"):
        raise InvalidReply(f"The reply is encoded as {coding[:40]}, which was not asked for")
    expected = response.length
    received = bytearray()
    while (expected is None or len(received) < expected) and (piece := response.read1(_PIECE)):
        received += piece
        if len(received) > LARGEST_ANSWER:
            raise InvalidReply(f"The reply is larger than {LARGEST_ANSWER >> 20} MiB")
    if expected is not None and len(received) < expected:
        raise http.client.IncompleteRead(bytes(received))
    return Answer(response.status, response.getheader("Content-Type"), bytes(received))
