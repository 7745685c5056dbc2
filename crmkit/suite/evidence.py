"""What a scenario leaves as evidence: what was judged, field by field, and who called whom.

A step that judges something notes a `Check` for every field, right or wrong, before it raises `Mismatch` for the wrong
ones. Everything that goes over a wire while a scenario runs, and everything a person is asked to do, is a `Call` of the
run's `Transcript`.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import Enum


class Aspect(Enum):
    """What of a target's behaviour a check is about. The first six are what a row prints."""

    RESULT = "Result"
    CODE = "code"
    LEVEL = "level"
    REASON = "reason"
    DETAILS = "details"
    EFFECT = "effect"
    # Beyond the row: the message as such, its header, what the payload carries.
    MESSAGE = "message"
    HEADER = "header"
    PAYLOAD = "payload"


class Held(Enum):
    """How a check held, or that it did not."""

    STRICT = "strict"  # to the letter
    NORMAL = "normal"  # but for spaces, separators, a final stop, the case of a reason, or the order of a set
    READING = "reading"  # in another reading of a decision than the printed one
    ATTESTED = "attested"  # a person said so
    NO = "no"
    UNSEEN = "unseen"  # nothing shows it


@dataclass(frozen=True, slots=True)
class Check:
    """One field, what was expected there and what there was. `decision` is the one whose reading was seen.

    `element` is the path of the element in the reply, without prefixes, positions from 1: `Reply/Error[2]/code`; None
    where the check is about no single element of it.
    """

    aspect: Aspect
    field: str
    expected: str
    observed: str
    held: Held
    decision: str | None = None
    element: str | None = None


def compared(
    aspect: Aspect, field_name: str, expected: str, observed: str, holds: bool, element: str | None = None
) -> Check:
    """A check of something that holds to the letter, or not at all."""
    return Check(aspect, field_name, expected, observed, Held.STRICT if holds else Held.NO, element=element)


def wrong(checks: Iterable[Check]) -> list[Check]:
    """Those that do not hold."""
    return [check for check in checks if check.held is Held.NO]


@dataclass(frozen=True, slots=True)
class Call:
    """One call, or one thing that a person did. Times are seconds since the scenario began.

    Parties are `kit`, `target`, `control`, `landbase`, `ivr`, `person`. `kind` is `soap`, `json`, `http` or `person`.
    """

    caller: str
    called: str
    kind: str
    label: str
    started: float
    finished: float
    method: str | None = None
    url: str | None = None
    request: bytes = b""
    request_headers: Mapping[str, str] = field(default_factory=dict)
    status: int | None = None
    response: bytes = b""
    problem: str | None = None
    # The message that the scenario is about, as opposed to one that arranges or looks.
    is_subject: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a scenario and its end: passed, failed, error, could-not-test, attested, or not-run."""

    keyword: str
    text: str
    table: tuple[tuple[str, ...], ...] | None
    outcome: str
    seconds: float


class Transcript:
    """The calls of the scenario that is running, from whatever thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._calls: list[Call] = []
        self._began = time.monotonic()
        self._began_at = datetime.now(UTC)

    def begin(self) -> None:
        """A scenario begins: nothing has been called."""
        with self._lock:
            self._calls = []
            self._began = time.monotonic()
            self._began_at = datetime.now(UTC)

    def seconds(self, moment: float) -> float:
        """A moment of the machine's monotonic clock as seconds since the scenario began."""
        return round(moment - self._began, 6)

    def seconds_at(self, moment: datetime) -> float:
        """A moment of the machine's clock, as another process wrote it down, as seconds since the scenario began."""
        return round((moment - self._began_at).total_seconds(), 6)

    def note(self, call: Call) -> None:
        """Something was called."""
        with self._lock:
            self._calls.append(call)

    @property
    def calls(self) -> list[Call]:
        """What was called so far, in the order of the beginnings."""
        with self._lock:
            return sorted(self._calls, key=lambda call: call.started)
