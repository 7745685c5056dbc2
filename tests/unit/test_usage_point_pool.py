"""Usage points for scenarios."""

from __future__ import annotations

import random
from typing import Any

import pytest

from crmkit.suite.access.control import Control
from crmkit.suite.access.usage_points import UsagePointPool
from crmkit.suite.errors import CouldNotTest


class Model(Control):
    """A control API over some usage points."""

    def __init__(self, points: list[dict[str, Any]]) -> None:
        super().__init__("http://localhost")
        self._points = points
        self.archived: set[str] | None = set()

    def has_archived_tickets(self, usage_point: str) -> bool:
        if self.archived is None:
            raise CouldNotTest("no archive")
        return usage_point in self.archived

    def usage_points(self, limit: int, offset: int) -> tuple[int, list[dict[str, Any]]]:
        return len(self._points), self._points[offset : offset + limit]


def point(number: int, transformer: str, **other: Any) -> dict[str, Any]:
    return {"mrid": f"UP-{number}", "transformer": transformer, "energized": True, "active_tickets": 0, **other}


def pool(points: list[dict[str, Any]], seed: int = 1) -> UsagePointPool:
    return UsagePointPool(Model(points), random.Random(seed))


def test_each_is_on_a_transformer_of_its_own() -> None:
    town = pool([point(number, f"T-{number // 5}") for number in range(1000)])
    taken = [town.take() for _ in range(120)]
    assert len({each.transformer for each in taken}) == 120


def test_a_small_model_shares_transformers_but_no_usage_point() -> None:
    town = pool([point(number, f"T-{number // 5}") for number in range(20)])
    taken = [town.take() for _ in range(20)]
    assert len({each.mrid for each in taken}) == 20
    assert len({each.transformer for each in taken[:4]}) == 4
    with pytest.raises(CouldNotTest, match="no energized usage point"):
        town.take()


def test_the_de_energized_and_the_busy_are_left_out() -> None:
    town = pool([point(1, "T-1", energized=False), point(2, "T-2", active_tickets=1), point(3, "T-3")])
    assert town.take().mrid == "UP-3"
    with pytest.raises(CouldNotTest):
        town.take()


def test_the_seed_decides() -> None:
    points = [point(number, f"T-{number}") for number in range(1000)]

    def first_ten(seed: int) -> list[str]:
        town = pool(points, seed)
        return [town.take().mrid for _ in range(10)]

    assert first_ten(1) == first_ten(1)
    assert first_ten(1) != first_ten(2)


def customers(count: int) -> list[dict[str, Any]]:
    """One in a hundred has priority 6, the others none."""
    return [point(number, f"T-{number // 5}", priority=6 if number % 100 == 50 else 0) for number in range(count)]


def test_customers_of_a_priority_are_found_wherever_the_search_begins() -> None:
    for seed in range(5):
        town = pool(customers(3000), seed)
        taken = [town.take_with_priority(6).mrid for _ in range(30)]
        assert len(set(taken)) == 30
        assert all(mrid.endswith("50") for mrid in taken)
        with pytest.raises(CouldNotTest, match="no energized usage point of priority 6"):
            town.take_with_priority(6)


def test_the_model_is_read_in_large_pages_and_once() -> None:
    model = Model(customers(5000))
    asked: list[tuple[int, int]] = []
    read = model.usage_points
    model.usage_points = lambda limit, offset: asked.append((limit, offset)) or read(limit, offset)  # type: ignore
    town = UsagePointPool(model, random.Random(3))
    for _ in range(20):
        town.take_with_priority(6)
        town.take_with_priority(0)
    assert len(asked) <= 7


def test_priorities_share_a_transformer_only_when_there_is_no_other() -> None:
    town = pool([point(1, "T-1", priority=2), point(2, "T-1", priority=1), point(3, "T-2", priority=1)])
    assert town.take_with_priority(2).mrid == "UP-1"
    assert town.take_with_priority(1).mrid == "UP-3"
    assert town.take_with_priority(1).mrid == "UP-2"


def test_the_busy_have_no_priority_either() -> None:
    town = pool([point(1, "T-1", priority=2, energized=False), point(2, "T-2", priority=2, active_tickets=1)])
    with pytest.raises(CouldNotTest):
        town.take_with_priority(2)


def test_those_with_archived_tickets_are_left_out_where_that_matters() -> None:
    model = Model([point(1, "T-1"), point(2, "T-2"), point(3, "T-3")])
    model.archived = {"UP-1", "UP-3"}
    assert UsagePointPool(model, random.Random(1)).take_without_archive().mrid == "UP-2"
    model.archived = {"UP-1", "UP-2", "UP-3"}
    with pytest.raises(CouldNotTest, match="no energized usage point"):
        UsagePointPool(model, random.Random(1)).take_without_archive()


def test_without_an_archive_to_ask_any_will_do() -> None:
    model = Model([point(1, "T-1")])
    model.archived = None
    assert UsagePointPool(model, random.Random(1)).take_without_archive().mrid == "UP-1"
