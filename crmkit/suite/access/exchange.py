"""One HTTP exchange, recorded as it went over the wire."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import requests
import urllib3.exceptions

from crmkit.suite.access.tls import AS_USUAL, Tls
from crmkit.suite.errors import Mismatch, Unreachable

CONNECT_SECONDS = 10.0
LARGEST_ANSWER = 64 << 20
_CHUNK = 1 << 16


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP response; `body` is decoded from its content coding and nothing else."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Exchange:
    """What was sent, and what came back: an answer, or in `problem` why there is none. Times are monotonic seconds."""

    method: str
    url: str
    request: bytes
    answer: Answer | None
    problem: str | None
    started: float
    finished: float
    request_headers: Mapping[str, str] = field(default_factory=dict)

    def answered(self) -> Answer:
        """The answer; Mismatch when none came."""
        if self.answer is None:
            raise Mismatch.of("HTTP", "an answer", self.problem or "none")
        return self.answer


def exchange(
    method: str,
    url: str,
    body: bytes = b"",
    headers: Mapping[str, str] | None = None,
    answer_seconds: float = 30.0,
    tls: Tls = AS_USUAL,
) -> Exchange:
    """Send a request and wait at most `answer_seconds` for the whole answer.

    Raises Unreachable when no connection comes about. A connection that is dropped, an answer that does not come in
    time and one that is no HTTP are the target's doing: they end as an exchange without an answer.
    """
    started = time.monotonic()
    answer, problem = None, None
    # A connection of its own for every request: a target may close an idle one at any moment.
    sent = {"Connection": "close", "User-Agent": "crmkit", **(headers or {})}
    try:
        with requests.Session() as session:
            session.trust_env = not _is_loopback(url)
            # Who the kit is comes from its profile, never from a ~/.netrc.
            session.auth = _as_given
            session.verify, session.cert = tls.trusted, tls.shown
            answer = _receive(session, method, url, body, sent, started + answer_seconds)
    except requests.ConnectTimeout as error:
        raise Unreachable(f"{url} does not take a connection within {CONNECT_SECONDS:g} s") from error
    except requests.Timeout:
        problem = f"no answer within {answer_seconds:g} s"
    except requests.exceptions.SSLError as error:
        raise Unreachable(f"{url}: no TLS connection: {_cause(error)}") from error
    except requests.ConnectionError as error:
        if _never_connected(error):
            raise Unreachable(f"nobody takes a connection at {url}: {_cause(error)}") from error
        problem = f"the connection broke: {_cause(error)}"
    except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
        problem = f"no usable HTTP answer: {_cause(error)}"
    return Exchange(method, url, body, answer, problem, started, time.monotonic(), sent)


def _as_given(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


def _receive(
    session: requests.Session, method: str, url: str, body: bytes, headers: Mapping[str, str], deadline: float
) -> Answer:
    patience = max(deadline - time.monotonic(), 0.001)
    response = session.request(
        method,
        url,
        data=body or None,
        headers=dict(headers),
        timeout=(CONNECT_SECONDS, patience),
        allow_redirects=False,
        stream=True,
        # Said here again, for environment variables would outweigh what the session says.
        verify=session.verify,
        cert=session.cert,
    )
    with response:
        received = bytearray()
        # read1 gives what is there: a target that drips its answer is cut off at the deadline too.
        while chunk := response.raw.read1(_CHUNK, decode_content=True):
            received += chunk
            if time.monotonic() > deadline:
                raise requests.Timeout
            if len(received) > LARGEST_ANSWER:
                raise requests.ConnectionError(f"the answer is larger than {LARGEST_ANSWER >> 20} MiB")
        return Answer(response.status_code, dict(response.headers), bytes(received))


def _never_connected(error: requests.ConnectionError) -> bool:
    reason = getattr(error.args[0], "reason", None) if error.args else None
    # A name that cannot be resolved is one of these too.
    return isinstance(reason, urllib3.exceptions.NewConnectionError)


def _cause(error: BaseException) -> str:
    """The innermost words of an error, without the objects that libraries put around them."""
    inner: object = error
    while isinstance(inner, BaseException):
        reason = getattr(inner, "reason", None)
        following = reason if isinstance(reason, BaseException) else (inner.args[-1] if inner.args else None)
        if not isinstance(following, BaseException):
            break
        inner = following
    text = inner.strerror if isinstance(inner, OSError) and inner.strerror else str(inner)
    return text.rsplit(">: ", 1)[-1] or type(inner).__name__


def _is_loopback(url: str) -> bool:
    return (urlsplit(url).hostname or "") in ("127.0.0.1", "::1", "localhost")
