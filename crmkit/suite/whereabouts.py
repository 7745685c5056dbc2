"""The usage points of a scenario, by alias: of the model, or of a profile where nobody tells of the model."""

from __future__ import annotations

from crmkit.suite.access.fixture_points import FixturePool
from crmkit.suite.access.usage_points import UsagePoint
from crmkit.suite.run import Run

_QUERY = "GetTroubleTickets"
# Rows that count the tickets of usage points, and the one that wants none there.
_COUNTING = frozenset({"5.1-05", "6.1-04", "6.1-13"})
_WITHOUT_TICKETS = "6.1-08"


class Places:
    """Gives out a usage point for each alias of a scenario."""

    def __init__(self, run: Run, row: str, operation: str) -> None:
        self._run = run
        self._row = row
        self._operation = operation
        self._points: dict[str, UsagePoint] = {}
        # Tickets that were there before, by mRID: on which usage point. Empty where usage points are new every time.
        self.there_before: dict[str, str] = {}

    def plain(self) -> str | None:
        """The mRID of one for a ticket of which it does not matter where it is; None where the suite knows none."""
        if self._run.fixture_points is not None:
            point = self._run.fixture_points.plain()
            return point.mrid if point else None
        return self._run.usage_points.take().mrid if self._run.control else None

    def known(self, alias: str, wants_none: str = "all") -> UsagePoint:
        """The one that the scenario calls so. `wants_none`: where a row wants no tickets, in which context."""
        if alias not in self._points:
            pool = self._run.fixture_points
            self._points[alias] = self._new() if pool is None else self._fixture(pool, wants_none)
        return self._points[alias]

    def knows(self, alias: str) -> bool:
        """Whether the scenario calls one so."""
        return alias in self._points

    def place(self, alias: str, point: UsagePoint) -> None:
        """Say which usage point the scenario calls so."""
        self._points[alias] = point

    def count_before(self, usage_point: str | None) -> int:
        """How many tickets were on a usage point before the scenario, as far as it counts them."""
        return sum(1 for point in self.there_before.values() if point == usage_point)

    def _new(self) -> UsagePoint:
        pool = self._run.usage_points
        # A query would show what earlier runs have left in the archive.
        return pool.take_without_archive() if self._operation == _QUERY else pool.take()

    def _fixture(self, pool: FixturePool, wants_none: str) -> UsagePoint:
        if self._row == _WITHOUT_TICKETS:
            return pool.untouched(wants_none)
        point = pool.take()
        if self._row in _COUNTING:
            self.there_before |= pool.tickets_on([point.mrid], "active")
            if self._operation == _QUERY:
                self.there_before |= pool.tickets_on([point.mrid], "archived")
        return point
