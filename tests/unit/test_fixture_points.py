"""Usage points that a profile names: used again and again, and some kept without tickets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from crmkit.suite.access.control import Control
from crmkit.suite.access.control_api import ControlApi, Json
from crmkit.suite.access.fixture_points import FixturePool
from crmkit.suite.errors import CouldNotTest


class Stored(ControlApi):
    """A control API that knows usage points, and on which of them tickets are."""

    def __init__(self, priorities: Mapping[str, int]) -> None:
        self._points = [
            {"mrid": mrid, "transformer": f"T-{mrid}", "priority": priority} for mrid, priority in priorities.items()
        ]
        self.active: dict[str, str] = {}
        self.archived: dict[str, str] = {}

    is_by_hand = True
    dark: tuple[str, ...] = ()

    def call(self, method: str, path: str, body: Json | None = None, query: Mapping[str, Any] | None = None) -> Any:
        told = query or {}
        if path == "/usage-points":
            return {"total": len(self._points), "items": self._points}
        if path == "/incidents":
            return {"items": [{"mrid": f"INC-{point}", "usage_point": point, "tickets": 0} for point in self.dark]}
        there = self.active if told["context"] == "active" else self.archived
        wanted = told["usage_point"].split(",")
        return {"items": [{"mrid": mrid, "usage_point": at} for mrid, at in there.items() if at in wanted]}


def stored(*names: str, **priorities: int) -> Stored:
    return Stored({**dict.fromkeys(names, 0), **priorities})


def test_within_a_scenario_no_usage_point_is_given_out_twice_and_then_all_are_again() -> None:
    pool = FixturePool(Control(stored("plain", "a", "b", "none", "no-active", "no-archived")))
    pool.begin()
    assert [pool.take().mrid, pool.take().mrid] == ["a", "b"]
    with pytest.raises(CouldNotTest, match=r"fixtures\.usage_points"):
        pool.take()
    pool.begin()
    assert pool.take().mrid == "a"


def test_the_one_that_was_used_longest_ago_comes_first() -> None:
    pool = FixturePool(Control(stored("plain", "a", "b", "c", "x", "y", "z")))
    taken = []
    for _ in range(4):
        pool.begin()
        taken.append(pool.take().mrid)
    assert taken == ["a", "b", "c", "a"]


def test_who_is_without_power_by_an_incident_of_the_profile_is_given_out_for_nothing_else() -> None:
    api = stored("plain", "dark", "a", "x", "y", "z")
    api.dark = ("dark",)
    pool = FixturePool(Control(api))
    assert pool.take_with_priority(0).mrid == "a"


def test_plain_tickets_are_all_on_one() -> None:
    pool = FixturePool(Control(stored("plain", "a")))
    assert [pool.plain().mrid, pool.plain().mrid] == ["plain", "plain"]
    assert FixturePool(Control(stored())).plain() is None


def test_one_of_a_priority_is_given_out_for_who_needs_it() -> None:
    pool = FixturePool(Control(stored("plain", "a", urgent=6)))
    assert pool.take_with_priority(6).mrid == "urgent"
    with pytest.raises(CouldNotTest, match="too few usage points of priority 6"):
        pool.take_with_priority(6)


def test_for_queries_that_find_nothing_a_usage_point_is_kept_for_each_context() -> None:
    pool = FixturePool(Control(stored("plain", "a", "archived", "active", "all")))
    assert {context: pool.untouched(context).mrid for context in ("all", "active", "archived")} == {
        "all": "all",
        "active": "active",
        "archived": "archived",
    }


def test_one_with_tickets_is_passed_over() -> None:
    api = stored("plain", "a", "b", "archived", "active", "all")
    api.archived = {"TT-1": "all", "TT-2": "a"}
    pool = FixturePool(Control(api))
    assert pool.untouched("all").mrid == "b"
    api.active = {"TT-3": "b", "TT-4": "active"}
    pool.begin()
    assert pool.untouched("active").mrid == "a"


def test_it_is_told_when_every_usage_point_has_tickets() -> None:
    api = stored("plain", "a")
    api.active = {"TT-1": "a"}
    with pytest.raises(CouldNotTest, match="no usage point without active tickets is left"):
        FixturePool(Control(api)).untouched("active")


def test_tickets_that_are_there_are_told_with_their_usage_point() -> None:
    api = stored("plain", "a", "b")
    api.active = {"TT-1": "a", "TT-2": "b"}
    assert FixturePool(Control(api)).tickets_on(["a"], "active") == {"TT-1": "a"}
