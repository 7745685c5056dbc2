"""The sheet: what it asks for is what the features need, and what it prints can be read back."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from html.parser import HTMLParser

import pytest

from crmkit.profile.loading import read
from crmkit.profile.sheet import USAGE_POINTS, as_html, as_text, parts
from crmkit.suite.running.feature_files import features_directory

EMPTY = read({"target": {"base_url": "http://target.example"}})
# One for plain tickets, three for queries that find nothing: active tickets, archived ones, or both.
KEPT = 4


def callbacks_at_once() -> Counter[int]:
    """The most callbacks of each priority that a scenario has at the same time."""
    most: Counter[int] = Counter()
    for path in features_directory().glob("*.feature"):
        for table in re.findall(r"these callbacks are in the queue:\n((?:\s*\|.*\n)+)", path.read_text()):
            header, *rows = [[cell.strip() for cell in line.strip()[1:-1].split("|")] for line in table.splitlines()]
            column = header.index("priority") if "priority" in header else None
            seen = Counter(int(row[column] or 0) if column is not None else 0 for row in rows)
            most |= seen
    return most


def test_it_asks_for_as_many_usage_points_as_the_features_need_at_once() -> None:
    needed = callbacks_at_once()
    needed[0] += KEPT
    assert dict(needed) == USAGE_POINTS


def test_what_the_profile_has_is_not_asked_for_again() -> None:
    given = {"usage_points": [{"mrid": "UP-1", "priority": 6}, {"mrid": "UP-2"}]}
    profile = read({"target": {"base_url": "http://target.example"}, "fixtures": given})
    blanks = {part.title: part.blanks for part in parts(profile)}
    assert blanks["Usage points of customers with priority 6"] == 0
    assert blanks["Usage points of customers with priority 0"] == 11


def test_landbase_objects_are_looked_up_only_where_the_kit_is_not_the_landbase() -> None:
    listening = {"target": {"base_url": "http://t.example"}, "listen": {"landbase": {"address": "127.0.0.1:0"}}}
    assert "Landbase objects: Pole" in as_text(EMPTY)
    assert "Landbase objects" not in as_text(read(listening))


@pytest.mark.parametrize("number", range(len(parts(EMPTY))))
def test_the_toml_lines_are_a_profile_once_they_are_filled_in(number: int) -> None:
    part = parts(EMPTY)[number]
    filled = re.sub(r"(itude = )_+", r"\g<1>1.5", part.toml)
    profile = read({"target": {"base_url": "http://target.example"}, **tomllib.loads(filled)})
    fixtures = profile.fixtures
    assert len(fixtures.usage_points) + len(fixtures.incidents) + len(fixtures.landmarks) == 1


def test_the_page_loads_nothing_and_escapes_what_the_profile_says() -> None:
    page = as_html(read({"name": "<b>A & B</b>", "target": {"base_url": "http://target.example"}}))
    HTMLParser().feed(page)
    assert "&lt;b&gt;A &amp; B&lt;/b&gt;" in page
    assert "<b>" not in page
    assert not re.search(r"(src|href)=|url\(|@import", page)
