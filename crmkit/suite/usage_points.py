"""Usage points for scenarios: energized, without active tickets, each on a transformer of its own."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

from crmkit.suite.control import Control, Json
from crmkit.suite.errors import CouldNotTest

_PAGE = 50
_PAGES_TRIED = 20


@dataclass(frozen=True, slots=True)
class UsagePoint:
    """A usage point of the model and what feeds it."""

    mrid: str
    transformer: str


class UsagePointPool:
    """Gives out usage points in an order that the run's seed decides, no transformer twice.

    Sharing no transformer keeps scenarios apart: an incident of one never touches a usage point of another.
    """

    def __init__(self, control: Control, rng: random.Random) -> None:
        self._control = control
        self._rng = rng
        self._used: set[str] = set()
        self._waiting: list[Json] = []

    def take(self) -> UsagePoint:
        """A usage point that no scenario of this run has touched. Raises CouldNotTest when none is left."""
        for candidate in self._candidates():
            if _is_quiet(candidate) and candidate["transformer"] not in self._used:
                self._used.add(candidate["transformer"])
                return UsagePoint(candidate["mrid"], candidate["transformer"])
        raise CouldNotTest("no energized usage point without active tickets was found in the target's model")

    def _candidates(self) -> Iterator[Json]:
        for _ in range(_PAGES_TRIED):
            while self._waiting:
                yield self._waiting.pop()
            total, _ = self._control.usage_points(1, 0)
            offset = self._rng.randrange(max(total - _PAGE, 0) + 1)
            _, self._waiting = self._control.usage_points(_PAGE, offset)
            self._rng.shuffle(self._waiting)


def _is_quiet(candidate: Json) -> bool:
    return bool(candidate["energized"]) and int(candidate["active_tickets"]) == 0
