"""Dialling: an outcome for each callback, by a script or by chance, known after a delay."""

from __future__ import annotations

import heapq
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import count
from random import Random
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, field_validator

from mock_serving.behaviour import Seconds

EVERYBODY = "*"
# About what automatic calls meet.
_USUAL = {
    "Restored": 60.0,
    "Left Message": 12.0,
    "No Answer": 12.0,
    "Busy": 6.0,
    "Not Restored": 5.0,
    "Declined": 3.0,
    "Undialable": 2.0,
}

_Outcome = Annotated[str, Field(min_length=1, max_length=200)]
_Weight = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class Dialling(BaseModel):
    """How callbacks are dialled.

    `script` maps a callback's mRID, or `*` for all others, to an outcome or to outcomes in turn, of which the last
    one stays. Without a script an outcome is drawn by the weights of `probabilities`. The same seed draws the same
    outcomes in the same order; None is the seed that the IVR was started with.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    enabled: bool = True
    delay_seconds: Seconds = 1.0
    csr_id: Annotated[str, Field(min_length=1, max_length=200)] = "IVR"
    probabilities: dict[_Outcome, _Weight] = Field(default_factory=lambda: dict(_USUAL))
    script: dict[str, _Outcome | Annotated[list[_Outcome], Field(min_length=1)]] = Field(default_factory=dict)
    seed: int | None = None

    @field_validator("probabilities")
    @classmethod
    def something_can_be_drawn(cls, weights: dict[str, float]) -> dict[str, float]:
        """All weights 0 would draw nothing."""
        if not 0 < sum(weights.values()) < float("inf"):
            raise ValueError("at least one weight must be more than 0")
        return weights


@dataclass(frozen=True, slots=True, order=True)
class Call:
    """A callback being dialled; its outcome is known at `due`, in the clock's seconds."""

    due: float
    number: int
    mrid: str = field(compare=False)
    outcome: str = field(compare=False)
    csr_id: str = field(compare=False)


class Dialler:
    """Dials callbacks, and hands out the calls whose outcome is known. Thread-safe."""

    def __init__(self, seed: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._first_seed = seed
        self._clock = clock
        self._changed = threading.Condition()
        self._calls: list[Call] = []
        self._numbers = count()
        self._stopped = False
        self.change(Dialling())

    @property
    def setting(self) -> Dialling:
        """The setting that holds."""
        return self._setting

    def change(self, setting: Dialling) -> Dialling:
        """Dial so from the next callback on; scripts and draws begin anew. Where disabled, calls under way end."""
        seed = self._first_seed if setting.seed is None else setting.seed
        with self._changed:
            self._setting = setting.model_copy(update={"seed": seed})
            self._random = Random(seed)
            self._scripts = {mrid: _in_turn(outcomes) for mrid, outcomes in setting.script.items()}
            if not setting.enabled:
                self._calls.clear()
            return self._setting

    def dial(self, mrids: Iterable[str]) -> None:
        """Dial these callbacks now."""
        with self._changed:
            setting = self._setting
            if not setting.enabled:
                return
            due = self._clock() + setting.delay_seconds
            for mrid in mrids:
                heapq.heappush(self._calls, Call(due, next(self._numbers), mrid, self._outcome(mrid), setting.csr_id))
            self._changed.notify_all()

    def due(self, most: int) -> list[Call]:
        """The calls whose outcome is known by now, oldest first; each is handed out once."""
        with self._changed:
            now = self._clock()
            found: list[Call] = []
            while self._calls and self._calls[0].due <= now and len(found) < most:
                found.append(heapq.heappop(self._calls))
            return found

    def wait(self) -> bool:
        """Wait until a call is due; False once stopped."""
        with self._changed:
            while not self._stopped:
                left = self._calls[0].due - self._clock() if self._calls else None
                if left is not None and left <= 0:
                    return True
                self._changed.wait(left)
            return False

    def stop(self) -> None:
        """Let nobody wait any longer."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()

    def _outcome(self, mrid: str) -> str:
        script = self._scripts.get(mrid) or self._scripts.get(EVERYBODY)
        if script is not None:
            return script()
        outcomes = self._setting.probabilities
        return self._random.choices(list(outcomes), list(outcomes.values()))[0]


def _in_turn(outcomes: str | list[str]) -> Callable[[], str]:
    left = [outcomes] if isinstance(outcomes, str) else list(outcomes)
    return lambda: left.pop(0) if len(left) > 1 else left[0]
