"""Usage points that a profile names. They are few, and used again from scenario to scenario and from run to run.

Tickets stay on them, for nobody takes tickets away by the interface. A scenario that counts tickets of its usage points
counts from what was there before; one that needs a usage point without any gets one that no other scenario is given.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from crmkit.suite.access.control import Control, Json
from crmkit.suite.access.usage_points import UsagePoint
from crmkit.suite.errors import CouldNotTest

_ALL = 10_000
SUPPLY = (
    "usage points in fixtures.usage_points of the profile (crmkit profile sheet says which), or a control API "
    "(target.control, or --control)"
)


class FixturePool:
    """Gives out usage points of the profile; within a scenario none twice."""

    def __init__(self, control: Control) -> None:
        self._control = control
        # Who is without power because of an incident that the profile names is of no other use.
        dark = {str(each["usage_point"]) for each in control.known_incidents()}
        self._points: list[Json] = [each for each in control.usage_points(_ALL, 0)[1] if each["mrid"] not in dark]
        self._busy: set[str] = set()
        self._last: Counter[str] = Counter()
        self._turn = 0
        # Kept for who needs one without tickets, a usage point for each context, so that they stay so.
        self._kept = self._last_of_priority_0()

    def begin(self) -> None:
        """A scenario begins: no usage point is in use."""
        self._busy.clear()

    def plain(self) -> UsagePoint | None:
        """One for a ticket of which it does not matter where it is; the same one again and again. None without any."""
        return _point(min(self._points, key=lambda each: int(each["priority"]))) if self._points else None

    def take(self) -> UsagePoint:
        """One that no ticket of this scenario is on, the one that was used longest ago. Raises CouldNotTest."""
        return self._taken(self._ordinary(), "for the customers that its scenario names")

    def take_with_priority(self, priority: int) -> UsagePoint:
        """Likewise, of a customer with this priority. Raises CouldNotTest."""
        fitting = [each for each in self._ordinary() if int(each["priority"]) == priority]
        return self._taken(fitting, f"of priority {priority}")

    def untouched(self, context: str) -> UsagePoint:
        """One without tickets in a context, or with `all` in none; kept for this. Raises CouldNotTest."""
        contexts = ("active", "archived") if context == "all" else (context,)
        candidates = [self._kept[context]] if context in self._kept else []
        for found in [*candidates, *map(_point, self._ordinary())]:
            if not any(self._control.tickets_of([found.mrid], each) for each in contexts):
                self._kept[context] = found
                self._busy.add(found.mrid)
                return found
        whose = "any" if context == "all" else context
        raise CouldNotTest(f"no usage point without {whose} tickets is left among the profile's: give more {SUPPLY}")

    def tickets_on(self, mrids: Iterable[str], context: str) -> dict[str, str]:
        """The tickets that are on usage points now: by mRID, which usage point."""
        wanted = list(mrids)
        return {str(each["mrid"]): str(each["usage_point"]) for each in self._control.tickets_of(wanted, context)}

    def _last_of_priority_0(self) -> dict[str, UsagePoint]:
        points = [_point(each) for each in self._points if int(each["priority"]) == 0]
        # The first one is for plain tickets.
        return dict(zip(("all", "active", "archived"), reversed(points[1:]), strict=False))

    def _ordinary(self) -> list[Json]:
        plain = self.plain()
        kept = {each.mrid for each in (plain, *self._kept.values()) if each is not None}
        free = [each for each in self._points if each["mrid"] not in self._busy | kept]
        return sorted(free, key=lambda each: self._last[each["mrid"]])

    def _taken(self, fitting: list[Json], what: str) -> UsagePoint:
        if not fitting:
            raise CouldNotTest(f"too few usage points {what}: give more {SUPPLY}")
        found = _point(fitting[0])
        self._turn += 1
        self._last[found.mrid] = self._turn
        self._busy.add(found.mrid)
        return found


def _point(told: Json) -> UsagePoint:
    return UsagePoint(str(told["mrid"]), str(told["transformer"]))
