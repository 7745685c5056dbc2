"""Feature files: reading them, and what is wrong with tags and titles."""

from __future__ import annotations

from pathlib import Path

import pytest

from crm_contract.use_cases import OPERATIONS, load_catalogue
from crmkit.suite.running.feature_files import (
    STORY,
    FeatureError,
    ScenarioText,
    features_directory,
    parse_feature,
    read_features,
    tag_problems,
)
from crmkit.suite.running.selection import SelectionError, covered, select

PATH = Path("features/doctored.feature")
CATALOGUE = load_catalogue()
ROWS = frozenset(row.id for row in CATALOGUE)
GOOD = """
Feature: doctored
  @5.1-13 @CreatedTroubleTickets
  Scenario: 5.1-13 Some
    When nothing
  @5.1-20 @CreatedTroubleTickets
  Scenario Outline: 5.1-20 Coordinate <axis>
    When <axis> is sent:
      | ticket |
      | <axis> |
    Examples:
      | axis |
      | X    |
      | Y    |
"""


def parse(text: str) -> list[ScenarioText]:
    return parse_feature(PATH, text)


def problems(text: str) -> list[str]:
    return tag_problems(parse(text), ROWS, frozenset(OPERATIONS))


def test_outlines_are_filled_in() -> None:
    plain, x, y = parse(GOOD)
    assert (plain.title, plain.rows, plain.operations) == ("5.1-13 Some", ("5.1-13",), ("CreatedTroubleTickets",))
    assert plain.steps[0].table is None
    assert (x.title, y.title, x.template) == ("5.1-20 Coordinate X", "5.1-20 Coordinate Y", "5.1-20 Coordinate <axis>")
    assert y.steps[0].text == "Y is sent:"
    assert y.steps[0].table == (("ticket",), ("Y",))
    assert x.place == "features/doctored.feature:7"
    assert problems(GOOD) == []


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("@5.1-13", "@5.1-99", "features/doctored.feature:4: @5.1-99 names no row of the catalogue"),
        ("@CreatedTroubleTickets", "@CreateTickets", "names no operation: use one of"),
        ("@5.1-13 ", "", "one tag for its row and one for its operation"),
        ("@5.1-13", "@5.1-13 @5.1-14", "one tag for its row and one for its operation"),
        ("@5.1-13", "@5.1-13 @5.1-13", "@5.1-13 stands twice"),
        ("@5.1-13 @CreatedTroubleTickets\n", "\n", "this one has none"),
        ("Scenario: 5.1-13 Some", "Scenario: Some", "the title begins with the row: 5.1-13 Some"),
        ("Scenario: 5.1-13 Some", "Scenario: 5.1-1 Some", "the title begins with the row"),
    ],
)
def test_wrong_tags_and_titles(old: str, new: str, says: str) -> None:
    found = problems(GOOD.replace(old, new, 1))
    assert any(says in line for line in found), found


def test_a_title_that_stands_twice_would_be_lost() -> None:
    again = (
        GOOD.replace("Coordinate <axis>", "Same").replace("5.1-13 Some", "5.1-20 Same").replace("@5.1-13", "@5.1-20")
    )
    assert problems(again) == [
        "features/doctored.feature:7: the title '5.1-20 Same' stands in line 4 too: give it another one"
    ]


def test_tags_on_examples_are_refused() -> None:
    with pytest.raises(FeatureError, match=r"doctored.feature:12: tags belong to a scenario"):
        parse(GOOD.replace("    Examples:", "    @slow\n    Examples:"))


def test_what_is_no_gherkin() -> None:
    with pytest.raises(FeatureError, match=r"doctored.feature: .*expected"):
        parse("Feature: x\n  Scenario: y\n    When a\n    nonsense\n")
    assert parse("") == []


def test_the_shipped_features_are_in_order() -> None:
    scenarios = read_features(features_directory())
    assert tag_problems(scenarios, ROWS, frozenset(OPERATIONS)) == []
    assert len([key for key in covered(CATALOGUE, scenarios) if key != STORY]) == 87


KEYS = [("5.1-01", "CreatedTroubleTickets"), ("5.1-13", "CreatedTroubleTickets"), ("5.1-20", "CreatedTroubleTickets")]


@pytest.mark.parametrize(
    ("patterns", "rows"),
    [
        (None, {"5.1-01", "5.1-13", "5.1-20"}),
        ("5.1-13", {"5.1-13"}),
        (" 5.1-13 , 5.1-2* ", {"5.1-13", "5.1-20"}),
        ("5.1-*,6.1-*,5.1-0?", None),
        ("5.1-[01]?", {"5.1-01", "5.1-13"}),
        ("", None),
        (" , ", None),
        ("9.9-*", None),
        ("6.1-01", None),
        ("5.1-13,5.1-14", None),
    ],
)
def test_selecting_rows(patterns: str | None, rows: set[str] | None) -> None:
    if rows is None:
        with pytest.raises(SelectionError):
            select(patterns, CATALOGUE, KEYS)
    else:
        assert {row for row, _ in select(patterns, CATALOGUE, KEYS)} == rows


def test_the_story_is_selected_by_its_name() -> None:
    keys = [*KEYS, STORY]
    assert STORY in select(None, CATALOGUE, keys)
    assert select("story", CATALOGUE, keys) == {STORY}
    assert STORY not in select("5.1-*", CATALOGUE, keys)
    assert select("*", CATALOGUE, keys) == set(keys)
    with pytest.raises(SelectionError, match="no scenario for story"):
        select("story", CATALOGUE, KEYS)


def test_covered_rows_follow_the_catalogue() -> None:
    assert covered(CATALOGUE, reversed(parse(GOOD))) == [
        ("5.1-13", "CreatedTroubleTickets"),
        ("5.1-20", "CreatedTroubleTickets"),
    ]
