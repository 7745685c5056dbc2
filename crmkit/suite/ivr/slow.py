"""A slow network: a message that arrives piece by piece, and one of which only the first half arrives."""

from __future__ import annotations

import http.client
import ssl
import time
from urllib.parse import urlsplit

from crmkit.suite.access.exchange import LARGEST_ANSWER, Answer, Exchange
from crmkit.suite.access.pools import CONNECT_SECONDS
from crmkit.suite.access.target import Target
from crmkit.suite.access.tls import Tls
from crmkit.suite.errors import Unreachable
from crmkit.suite.evidence import Call


def send_in_pieces(
    target: Target, url: str, body: bytes, headers: dict[str, str], pieces: int, pause: float
) -> Exchange:
    """Send a message in so many pieces, with a pause in seconds before each; it is noted. Raises Unreachable."""
    return _noted(target, _send(target, url, body, headers, pieces, pause, whole=True))


def send_half(target: Target, url: str, body: bytes, headers: dict[str, str]) -> Exchange:
    """Send the first half of a message, and break the connection off; noted as a call without an answer."""
    return _noted(target, _send(target, url, body, headers, 1, 0.0, whole=False))


def _send(
    target: Target, url: str, body: bytes, headers: dict[str, str], pieces: int, pause: float, whole: bool
) -> Exchange:
    credentials = target.connection.credentials
    message = credentials.on_message(body)
    told = {"Connection": "close", "User-Agent": "crmkit", **headers, "Content-Length": str(len(message))}
    connection = _connected(url, target)
    parts = urlsplit(url)
    started = time.monotonic()
    answer, problem = None, None
    try:
        connection.putrequest("POST", (parts.path or "/") + (f"?{parts.query}" if parts.query else ""))
        for name, value in credentials.on_request(told).items():
            connection.putheader(name, value)
        connection.endheaders()
        if not whole:
            connection.send(message[: len(message) // 2])
            problem = "the kit has broken off the connection in the middle"
        else:
            _dribble(connection, message, pieces, pause)
            response = connection.getresponse()
            answer = Answer(response.status, dict(response.getheaders()), response.read(LARGEST_ANSWER))
    except TimeoutError:
        problem = f"no answer within {target.answer_seconds:g} s"
    except (OSError, http.client.HTTPException) as error:
        problem = f"the connection broke: {error or type(error).__name__}"
    finally:
        connection.close()
    return credentials.hidden(Exchange("POST", url, message, answer, problem, started, time.monotonic(), told))


def _dribble(connection: http.client.HTTPConnection, message: bytes, pieces: int, pause: float) -> None:
    size = -(-len(message) // pieces)
    for start in range(0, len(message), size):
        time.sleep(pause)
        connection.send(message[start : start + size])


def _connected(url: str, target: Target) -> http.client.HTTPConnection:
    parts = urlsplit(url)
    host = parts.hostname or ""
    connection = (
        http.client.HTTPSConnection(host, parts.port, timeout=CONNECT_SECONDS, context=_context(target.connection.tls))
        if parts.scheme == "https"
        else http.client.HTTPConnection(host, parts.port, timeout=CONNECT_SECONDS)
    )
    try:
        connection.connect()
    except OSError as error:
        raise Unreachable(f"nobody takes a connection at {url}: {error.strerror or error}") from error
    connection.sock.settimeout(target.answer_seconds)
    return connection


def _context(tls: Tls) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=str(tls.ca_file) if tls.ca_file else None)
    if not tls.verify:
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    if tls.certificate is not None:
        context.load_cert_chain(tls.certificate, tls.key)
    return context


def _noted(target: Target, done: Exchange) -> Exchange:
    transcript = target.transcript
    if transcript is not None:
        transcript.note(
            Call(
                caller="kit",
                called="target",
                kind="soap",
                label="CreatedCallBacks",
                started=transcript.seconds(done.started),
                finished=transcript.seconds(done.finished),
                method=done.method,
                url=done.url,
                request=done.request,
                request_headers=done.request_headers,
                status=done.answer.status if done.answer else None,
                response=done.answer.body if done.answer else b"",
                problem=done.problem,
            )
        )
    return done
