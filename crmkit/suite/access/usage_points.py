"""Usage points for scenarios: energized, without active tickets, no two the same."""

from __future__ import annotations

import random
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from crmkit.suite.access.control import Control, Json
from crmkit.suite.errors import CouldNotTest

_PAGE = 50
_PAGES_TRIED = 20
# Customers of one priority may be one in a hundred: they are looked for in larger pages, and all that are met are kept.
_LARGE_PAGE = 1000


@dataclass(frozen=True, slots=True)
class UsagePoint:
    """A usage point of the model and what feeds it."""

    mrid: str
    transformer: str


class UsagePointPool:
    """Gives out usage points in an order that the run's seed decides.

    Each is on a transformer of its own as long as the model has enough of them: scenarios then share nothing.
    """

    def __init__(self, control: Control, rng: random.Random, share: tuple[int, int] = (0, 1)) -> None:
        """`share`: only those that are this one's, of so many pools that give out points of the same target."""
        self._control = control
        self._share = share
        self._rng = rng
        self._used: set[str] = set()
        self._used_transformers: set[str] = set()
        self._waiting: list[Json] = []
        self._may_share = False
        self._by_priority: dict[int, list[Json]] = {}
        self._large_pages = self._all_around()

    def take(self) -> UsagePoint:
        """A usage point that no scenario of this run has touched. Raises CouldNotTest when none is left."""
        found = None if self._may_share else self._first(self._is_apart)
        if found is None:
            self._may_share = True
            found = self._first(self._is_fresh)
        if found is None:
            raise CouldNotTest("no energized usage point without active tickets was found in the target's model")
        return self._taken(found)

    def take_without_archive(self) -> UsagePoint:
        """One that has no archived tickets either, as far as can be told: earlier runs leave theirs behind."""
        while self._has_archived_tickets(found := self.take()):
            pass
        return found

    def take_with_priority(self, priority: int) -> UsagePoint:
        """One whose customer has this priority. Raises CouldNotTest when none is left in the model."""
        kept = self._by_priority.setdefault(priority, [])
        found = self._one_of(kept, self._is_apart)
        while found is None and (page := next(self._large_pages, None)) is not None:
            for candidate in page:
                self._by_priority.setdefault(int(candidate["priority"]), []).append(candidate)
            found = self._one_of(kept, self._is_apart)
        found = found or self._one_of(kept, self._is_fresh)
        if found is None:
            raise CouldNotTest(f"no energized usage point of priority {priority} without active tickets is left")
        return self._taken(UsagePoint(found["mrid"], found["transformer"]))

    @staticmethod
    def _one_of(kept: list[Json], suits: Callable[[Json], bool]) -> Json | None:
        found = next((candidate for candidate in kept if suits(candidate)), None)
        if found is not None:
            kept.remove(found)
        return found

    def _all_around(self) -> Iterator[list[Json]]:
        """The whole model, from a place on that the seed decides."""
        total, _ = self._control.usage_points(1, 0)
        start = self._rng.randrange(max(total, 1))
        for offset in (*range(start, total, _LARGE_PAGE), *range(0, start, _LARGE_PAGE)):
            yield self._control.usage_points(_LARGE_PAGE, offset)[1]

    def _has_archived_tickets(self, point: UsagePoint) -> bool:
        try:
            return self._control.has_archived_tickets(point.mrid)
        except CouldNotTest:
            # No archive to ask: scenarios about the archive will say so themselves.
            return False

    def _taken(self, point: UsagePoint) -> UsagePoint:
        self._used.add(point.mrid)
        self._used_transformers.add(point.transformer)
        return point

    def _first(self, suits: Callable[[Json], bool]) -> UsagePoint | None:
        for candidate in self._candidates():
            if suits(candidate):
                return UsagePoint(candidate["mrid"], candidate["transformer"])
        return None

    def _is_fresh(self, candidate: Json) -> bool:
        quiet = bool(candidate["energized"]) and int(candidate["active_tickets"]) == 0
        return quiet and candidate["mrid"] not in self._used and self._is_ours(candidate)

    def _is_ours(self, candidate: Json) -> bool:
        number, pools = self._share
        return zlib.crc32(str(candidate["transformer"]).encode()) % pools == number

    def _is_apart(self, candidate: Json) -> bool:
        return self._is_fresh(candidate) and candidate["transformer"] not in self._used_transformers

    def _candidates(self) -> Iterator[Json]:
        for _ in range(_PAGES_TRIED):
            while self._waiting:
                yield self._waiting.pop()
            total, _ = self._control.usage_points(1, 0)
            offset = self._rng.randrange(max(total - _PAGE, 0) + 1)
            _, self._waiting = self._control.usage_points(_PAGE, offset)
            self._rng.shuffle(self._waiting)
