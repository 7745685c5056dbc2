"""Features of a user's own: what is wrong with them is said before anything is sent, a line for each mistake."""

from __future__ import annotations

import inspect
from importlib import import_module
from pathlib import Path

import pytest

from crmkit.suite.running.feature_files import features_directory
from crmkit.suite.running.own_mistakes import mistakes_in
from crmkit.suite.running.own_tags import about
from crmkit.suite.steps import STEP_MODULES
from crmkit.suite.steps.columns import columns_of
from crmkit.suite.steps.sentences import all_sentences
from crmkit.verifying.own_features import OwnFeaturesError, read_own_features

PATH = Path("mine/storm.feature")
GOOD = """\
Feature: mine
  Background:
    Given the landbase is down

  @smoke @5.1-13 @CreatedTroubleTickets
  Scenario Outline: A code that is none: <code>
    When these trouble tickets are sent:
      | ticket | trouble code |
      | first  | <code>       |
    Then the reply is FAILED with these errors:
      | code | level | reason             | details                                                   | {0}    | {1}   |
      | 2.7  | FATAL | InvalidTroubleCode | Invalid trouble code: {0} for trouble ticket(s): {1}. | <code> | first |
    But nothing is stored

    Examples:
      | code   |
      | Mist   |
      | Meteor |

  Rule: something else
    Scenario: Nobody is told
      When these trouble tickets are sent with the verb "created" without Header/Source:
        | ticket |
      Then the reply is OK without errors
"""
THEN = "Then the reply is OK without errors"
WHEN = "When these trouble tickets are sent:\n      | ticket |"


def scenario(*steps: str, tags: str = "") -> str:
    return "\n".join(["Feature: mine", f"  {tags}", "  Scenario: one", *(f"    {step}" for step in steps)])


def test_a_good_file_has_no_mistakes() -> None:
    assert mistakes_in(PATH, GOOD) == []


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ("nothing is stored", "nothing is storred", 13, "did you mean 'nothing is stored'?"),
        ("Given the landbase is down", "Given frobnicate", 3, "there is no sentence 'frobnicate': docs/steps.md lists"),
        ("But nothing is stored", "When nothing is stored", 13, "is a Then sentence, not a When one"),
        ("Given the landbase", "* the landbase", 3, "the first step begins with Given, When or Then"),
        ("When these trouble tickets are sent:", "And these trouble tickets are sent:", 7, "the first step begins"),
        ("      | ticket | trouble code |\n      | first  | <code>       |\n", "", 7, "needs a table below it"),
        ("      | Meteor |", "      | Meteor | x |", 18, "inconsistent cell count"),
        ("But nothing is stored", "But nothing is stored\n      | ticket |", 13, "takes no table"),
        (
            "But nothing is stored",
            'But nothing is stored\n      """\n      x\n      """',
            13,
            "no sentence takes a text",
        ),
        ("| trouble code |", "| troublecode |", 7, "no column 'troublecode' in this table; known are ticket, usage"),
        ("| trouble code |", "| ticket |", 7, "the column 'ticket' stands twice"),
        ("| {1}   |", "| {2}   |", 10, "no column '{2}' in this table; known are code, level, reason, details, {0}"),
        ("without Header/Source", "without any sense", 22, "each once"),
        ("@5.1-13", "@5.1-99", 6, "@5.1-99 names no row"),
        ("@5.1-13", "@5.1-13 @5.1-14", 6, "one row at most"),
        ("@5.1-13", "@5.2-04", 6, "@5.2-04 is no row of CreatedTroubleTickets: it belongs to ChangedTroubleTickets"),
        ("@CreatedTroubleTickets", "@createdTroubleTickets", 6, "write @CreatedTroubleTickets"),
        ("@CreatedTroubleTickets", "@CreateTickets", 6, "@CreateTickets names no operation: use one of"),
        ("@smoke", "@GetCallbacks", 6, "a scenario is about one operation"),
        ("      | Mist   |\n      | Meteor |\n", "", 15, "there is no example in it"),
        ("    Examples:", "    @late\n    Examples:", 16, "tags belong to a scenario"),
        ("Nobody is told", "A code that is none: <code>", 21, "stands in line 6 too"),
        ("Nobody is told", "", 21, "needs a title"),
        ("      Then the reply is OK without errors\n", "", 21, "there is no Then in it"),
        ("Feature: mine", "mine", 1, "no Gherkin: expected"),
    ],
)
def test_a_mistake_has_its_line(old: str, new: str, line: int, says: str) -> None:
    assert GOOD.count(old) >= 1
    found = [each for each in mistakes_in(PATH, GOOD.replace(old, new, 1)) if says in each]
    assert found == [each for each in found if each.startswith(f"mine/storm.feature:{line}: ")]
    assert len(found) == 1
    assert "\n" not in found[0]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "mine/storm.feature:1: there is no Feature in it"),
        ("Feature: mine", "mine/storm.feature:1: there is no Scenario in it"),
        ("Feature: mine\n  Scenario: one", "mine/storm.feature:2: there is no step in it"),
    ],
)
def test_what_would_run_nothing_is_a_mistake(text: str, says: str) -> None:
    assert mistakes_in(PATH, text) == [says]


def test_a_background_alone_is_not_a_scenario_that_passes() -> None:
    background = "Feature: mine\n  Background:\n    Given the IMS is slow\n"
    text = f"{background}  Scenario: one\n    {WHEN}\n    {THEN}\n  Scenario: two\n"
    assert mistakes_in(PATH, text) == ["mine/storm.feature:8: there is no step in it"]


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ([], ("own", "CreatedTroubleTickets")),
        (["smoke", "GetCallbacks"], ("own", "GetCallbacks")),
        (["5.2-04"], ("5.2-04", "ChangedTroubleTickets")),
        (["5.1-01", "GetTroubleTickets"], ("5.1-01", "GetTroubleTickets")),
        (["5.1-01"], ("5.1-01", "CreatedTroubleTickets")),
        (["IVR-01"], ("IVR-01", "CreatedCallBacks")),
    ],
)
def test_what_tags_speak_of(tags: list[str], expected: tuple[str, str]) -> None:
    assert about(tags) == expected


def test_the_kits_own_tables_have_only_columns_that_are_known() -> None:
    known = {text for text in (sentence.text for sentence in all_sentences()) if columns_of(text)}
    assert len(known) == 30
    seen = set()
    for path in (*features_directory().glob("*.feature"), *features_directory("ivr").glob("*.feature")):
        text = path.read_text(encoding="utf-8").replace("@story", "@a-story")
        assert mistakes_in(path, text) == []
        seen.add(path.name)
    assert len(seen) > 7


def test_a_copy_of_an_ivrs_row_can_be_run() -> None:
    table = "When these callbacks are sent:\n      | callback |\n      | first    |"
    assert mistakes_in(PATH, scenario(table, THEN, tags="@IVR-01 @CreatedCallBacks")) == []
    (line,) = mistakes_in(PATH, scenario(table, THEN, tags="@IVR-99"))
    assert "@IVR-99 names no row" in line


def test_a_sentence_takes_a_table_just_when_it_ends_in_a_colon() -> None:
    """What the mistakes of tables go by."""
    texts = {sentence.meaning: sentence.text for sentence in all_sentences()}
    seen = 0
    for name in STEP_MODULES:
        for function in vars(import_module(f"crmkit.suite.steps.{name}")).values():
            meaning = inspect.getdoc(function) if inspect.isfunction(function) else None
            if meaning in texts and function.__module__.endswith(name):
                assert texts[meaning].endswith(":") == ("datatable" in inspect.signature(function).parameters)
                seen += 1
    assert seen > 50


def test_features_of_a_folder(tmp_path: Path) -> None:
    below = tmp_path / "odd [names]"
    for folder in (below, tmp_path / ".hidden"):
        folder.mkdir()
    (below / "b.feature").write_text(GOOD, encoding="utf-8")
    (tmp_path / "a.feature").write_text(scenario(WHEN, THEN), encoding="utf-8")
    (tmp_path / ".hidden" / "c.feature").write_text("nonsense", encoding="utf-8")
    (tmp_path / "conftest.py").write_text("raise SystemExit('conftest was read')\n", encoding="utf-8")
    found = read_own_features(tmp_path)
    assert [(each.file.name, each.title) for each in found] == [
        ("a.feature", "one"),
        ("b.feature", "A code that is none: Mist"),
        ("b.feature", "A code that is none: Meteor"),
        ("b.feature", "Nobody is told"),
    ]


def test_all_mistakes_of_a_folder_are_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "a.feature").write_text("nonsense", encoding="utf-8")
    (tmp_path / "b.feature").write_text(scenario(WHEN, "Then x", tags="@X"), encoding="utf-8")
    (tmp_path / "c.feature").write_bytes(b"\xff\xfe")
    with pytest.raises(OwnFeaturesError) as caught:
        read_own_features(tmp_path)
    assert [line.removeprefix(f"{tmp_path}/").split(":")[:2] for line in caught.value.lines] == [
        ["a.feature", "1"],
        ["b.feature", "3"],
        ["b.feature", "6"],
        ["c.feature", " cannot be read as UTF-8 text"],
    ]


def test_a_folder_without_features_is_a_mistake(tmp_path: Path) -> None:
    for folder, says in ((tmp_path / "none", "no such folder"), (tmp_path, "no file named *.feature")):
        with pytest.raises(OwnFeaturesError, match=says.replace("*", r"\*")):
            read_own_features(folder)
