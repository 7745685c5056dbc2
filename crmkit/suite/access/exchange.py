"""One HTTP exchange, recorded as it went over the wire."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import SplitResult, urlsplit

import requests.utils
import urllib3

from crmkit.suite.access.pools import CONNECT_SECONDS, has_lost_one, is_proxied, pool_for
from crmkit.suite.access.tls import AS_USUAL, Tls
from crmkit.suite.errors import Mismatch, Unreachable

LARGEST_ANSWER = 64 << 20
_CHUNK = 1 << 16
# How the problem of an exchange begins whose connection was dropped.
BROKE = "the connection broke"
# Sending these twice does what sending them once does.
_REPEATABLE = frozenset({"GET", "HEAD", "PUT", "DELETE"})
# Nobody who keeps connections at all closes one sooner.
_FRESH_SECONDS = 1.0


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
    """Send a request on a connection of its own and wait at most `answer_seconds` for the whole answer.

    A target may close an idle connection at any moment: what is judged is never sent on one that has been used.

    Raises Unreachable when no connection comes about. A connection that is dropped, an answer that does not come in
    time and one that is no HTTP are the target's doing: they end as an exchange without an answer.
    """
    return _exchange(method, url, body, headers or {}, answer_seconds, tls, keeps=False)


def exchange_kept(
    method: str,
    url: str,
    body: bytes = b"",
    headers: Mapping[str, str] | None = None,
    answer_seconds: float = 30.0,
    tls: Tls = AS_USUAL,
) -> Exchange:
    """`exchange` on a connection that is kept for the next request, for what is asked often and not judged.

    Whoever closes connections while they wait is noticed by the first request that may be sent once more, and is given
    one of its own for every request from then on.
    """
    place = urlsplit(url).netloc
    if has_lost_one(pool_for(urlsplit(url), tls, keeps=True)) and _kept.has_just_worked(place):
        _kept.broke(place)
    if not _kept.may_be_used(place, method):
        return exchange(method, url, body, headers, answer_seconds, tls)
    done = _exchange(method, url, body, headers or {}, answer_seconds, tls, keeps=True)
    if done.answer is not None:
        _kept.worked(place)
    elif (done.problem or "").startswith(BROKE):
        _kept.broke(place)
        if method in _REPEATABLE:
            return exchange(method, url, body, headers, answer_seconds, tls)
    return done


class _Kept:
    """Which places keep connections open, and since when one of theirs has been waiting (monotonic seconds)."""

    def __init__(self) -> None:
        self._last: dict[str, float] = {}
        self._closes: set[str] = set()

    def may_be_used(self, place: str, method: str) -> bool:
        """Whether a request may go out on a connection that has waited; one that must not be sent twice only on one
        that has just worked."""
        return place not in self._closes and (method in _REPEATABLE or self.has_just_worked(place))

    def has_just_worked(self, place: str) -> bool:
        """Whether an answer has come so lately that nobody who keeps connections has closed that one."""
        return time.monotonic() - self._last.get(place, -_FRESH_SECONDS) < _FRESH_SECONDS

    def worked(self, place: str) -> None:
        """An answer has come."""
        self._last[place] = time.monotonic()

    def broke(self, place: str) -> None:
        """It closes connections while they wait."""
        self._closes.add(place)


_kept = _Kept()


def _exchange(
    method: str,
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    answer_seconds: float,
    tls: Tls,
    *,
    keeps: bool,
) -> Exchange:
    started = time.monotonic()
    answer, problem = None, None
    sent = {**({} if keeps else {"Connection": "close"}), "User-Agent": "crmkit", **headers}
    try:
        answer = _receive(method, url, body, sent, started + answer_seconds, tls, keeps=keeps)
    except (urllib3.exceptions.ReadTimeoutError, TimeoutError):
        problem = f"no answer within {answer_seconds:g} s"
    except urllib3.exceptions.SSLError as error:
        raise Unreachable(f"{url}: no TLS connection: {_cause(error)}") from error
    except (urllib3.exceptions.NewConnectionError, urllib3.exceptions.ProxyError) as error:
        # A name that cannot be resolved is one of these too.
        raise Unreachable(f"nobody takes a connection at {url}: {_cause(error)}") from error
    except urllib3.exceptions.ConnectTimeoutError as error:
        raise Unreachable(f"{url} does not take a connection within {CONNECT_SECONDS:g} s") from error
    except _Broken as error:
        problem = f"{BROKE}: {_cause(error)}"
    except (urllib3.exceptions.HTTPError, OSError, ValueError) as error:
        problem = f"no usable HTTP answer: {_cause(error)}"
    return Exchange(method, url, body, answer, problem, started, time.monotonic(), sent)


class _Broken(Exception):
    """The connection came about and brought no answer."""


def _receive(
    method: str,
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    deadline: float,
    tls: Tls,
    *,
    keeps: bool,
) -> Answer:
    patience = max(deadline - time.monotonic(), 0.001)
    parts = urlsplit(url)
    pool = pool_for(parts, tls, keeps)
    try:
        response = pool.urlopen(
            method,
            url if is_proxied(pool) else _request_target(parts),
            body=body or None,
            headers={"Accept": "*/*", "Accept-Encoding": "gzip, deflate", **headers},
            timeout=urllib3.Timeout(connect=CONNECT_SECONDS, read=patience),
            retries=False,
            redirect=False,
            preload_content=False,
            decode_content=False,
        )
    except (urllib3.exceptions.ProtocolError, ConnectionError) as error:
        raise _Broken(error) from error
    connection, received = response.connection, bytearray()
    try:
        # read1 gives what is there: a target that drips its answer is cut off at the deadline too.
        while chunk := response.read1(_CHUNK, decode_content=True):
            received += chunk
            if time.monotonic() > deadline:
                raise TimeoutError
            if len(received) > LARGEST_ANSWER:
                raise _Broken(f"the answer is larger than {LARGEST_ANSWER >> 20} MiB")
    except BaseException:
        response.close()
        raise
    response.release_conn()
    if not keeps and connection is not None:
        # Whoever is asked to close need not do so.
        connection.close()
    return Answer(response.status, dict(response.headers), bytes(received))


def _request_target(parts: SplitResult) -> str:
    target = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    return requests.utils.requote_uri(target)


def _cause(error: BaseException) -> str:
    """The innermost words of an error, without the objects that libraries put around them."""
    inner: object = error
    while isinstance(inner, BaseException):
        # urllib3 tells of its own object first, and of what the system said behind it.
        is_new = isinstance(inner, urllib3.exceptions.NewConnectionError)
        reason = inner.__cause__ if is_new else getattr(inner, "reason", None)
        following = reason if isinstance(reason, BaseException) else (inner.args[-1] if inner.args else None)
        if not isinstance(following, BaseException):
            break
        inner = following
    text = inner.strerror if isinstance(inner, OSError) and inner.strerror else str(inner)
    return text.rsplit(">: ", 1)[-1] or type(inner).__name__
