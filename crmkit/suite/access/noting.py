"""HTTP exchanges that leave a call in the run's transcript, whatever becomes of them."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from crmkit.suite.access.exchange import Exchange, exchange
from crmkit.suite.errors import Unreachable
from crmkit.suite.evidence import Call, Transcript

_SECRET_HEADERS = frozenset({"authorization", "proxy-authorization", "cookie"})


@dataclass(frozen=True, slots=True)
class Noted:
    """Where a call of the kit is noted, and as what; nowhere without a transcript."""

    transcript: Transcript | None
    called: str
    kind: str
    label: str


def exchange_noted(
    noted: Noted,
    method: str,
    url: str,
    body: bytes = b"",
    headers: Mapping[str, str] | None = None,
    answer_seconds: float = 30.0,
    by: Callable[[str, str, bytes, Mapping[str, str] | None, float], Exchange] = exchange,
) -> Exchange:
    """`exchange`, or an exchange `by` a connection of one's own, noted. Raises Unreachable, which is noted too."""
    started = time.monotonic()
    try:
        done = by(method, url, body, headers, answer_seconds)
    except Unreachable as error:
        _note(noted, Exchange(method, url, body, None, str(error), started, time.monotonic(), dict(headers or {})))
        raise
    _note(noted, done)
    return done


def _shown(name: str, value: str) -> str:
    """Evidence is passed on: what proves who the kit is stays out of it."""
    return "(left out)" if name.casefold() in _SECRET_HEADERS else value


def _note(noted: Noted, done: Exchange) -> None:
    if noted.transcript is None:
        return
    noted.transcript.note(
        Call(
            caller="kit",
            called=noted.called,
            kind=noted.kind,
            label=noted.label,
            started=noted.transcript.seconds(done.started),
            finished=noted.transcript.seconds(done.finished),
            method=done.method,
            url=done.url,
            request=done.request,
            request_headers={name: _shown(name, value) for name, value in done.request_headers.items()},
            status=done.answer.status if done.answer else None,
            response=done.answer.body if done.answer else b"",
            problem=done.problem,
        )
    )
