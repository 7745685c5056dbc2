"""Catalogue, features and generated pages agree; and the check says so when they do not."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from crm_contract.use_cases import load_catalogue
from crmkit.commands.docs import pages, stale_pages
from crmkit.suite.running import traceability
from crmkit.suite.running.feature_files import STORY, features_directory, parse_feature, read_feature, read_features
from crmkit.suite.running.selection import covered
from crmkit.suite.running.step_catalogue import render as render_steps
from crmkit.suite.steps.sentences import SENTENCES

CATALOGUE = load_catalogue()
DOCS = Path(__file__).parents[2] / "docs"
FEATURE = features_directory() / "create_trouble_tickets.feature"
TEXT = FEATURE.read_text(encoding="utf-8")


def doctored(old: str, new: str) -> list[str]:
    """What the check says of the feature with one text replaced everywhere."""
    assert old in TEXT, f"the feature has no {old!r} any more: doctor something else"
    return traceability.problems(CATALOGUE, parse_feature(FEATURE, TEXT.replace(old, new)))


def test_features_and_catalogue_agree() -> None:
    found = traceability.problems(CATALOGUE, read_features(features_directory()))
    assert not found, "\n".join(found)


def test_the_generated_pages_are_fresh() -> None:
    stale = stale_pages(DOCS, pages())
    assert not stale, "\n".join(stale)


def test_a_stale_page_is_noticed(tmp_path: Path) -> None:
    made = pages()
    (tmp_path / "schemas").mkdir()
    for name, text in made.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "traceability.md").write_text(made["traceability.md"] + "more\n", encoding="utf-8")
    (line,) = stale_pages(tmp_path, made)
    assert line.endswith("traceability.md is stale: run `crmkit docs` and commit what it writes")
    (tmp_path / "schemas/profile.schema.json").unlink()
    _, other = sorted(stale_pages(tmp_path, made), reverse=True)
    assert other.startswith(f"{tmp_path.name}/schemas/profile.schema.json is stale")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (
            "@5.1-12 @CreatedTroubleTickets\n  Scenario: 5.1-12 ",
            "@5.1-11 @CreatedTroubleTickets\n  Scenario: 5.1-11 ",
            "row 5.1-12 (Hazards that are not configured) has no scenario for CreatedTroubleTickets: "
            "add one to features/create_trouble_tickets.feature tagged @5.1-12 @CreatedTroubleTickets",
        ),
        ("@5.1-12", "@5.1-99", "@5.1-99 names no row of the catalogue: correct the tag"),
        ("@5.1-12 @CreatedTroubleTickets", "@5.1-12 @Created", "@Created names no operation"),
        ("@5.1-12 @CreatedTroubleTickets", "@5.1-12 @CreatedCallBacks", "row 5.1-12 is none of CreatedCallBacks"),
        ("InvalidHazardType |", "InvalidHazard     |", "reason is 'InvalidHazard', but row 5.1-12 prints"),
        ("| 2.9  |", "| 2.7  |", "code is '2.7', but row 5.1-01 prints '2.9'"),
        ("| INFORM | CallbackPeriodMissing", "| FATAL  | CallbackPeriodMissing", "level is 'FATAL', but row 5.1-21"),
        ("Could not locate call.", "Could not locate.     ", "details is 'Could not locate.', but row 5.1-27"),
        (
            "the reply is PARTIAL with",
            "the reply is OK with",
            "the reply is OK, but row 5.1-13 prints PARTIAL or FAILED",
        ),
        (
            "Then the reply is PARTIAL with these errors:\n      | code | level | reason             | details        ",
            "Then the reply is FAILED with these errors:\n      | code | level | reason             | details        ",
            "row 5.1-14 prints PARTIAL, and no scenario of CreatedTroubleTickets shows it: add one",
        ),
        ("    And nothing is stored\n", "", "the last step tells what is stored"),
        (
            "Then the reply is OK with these errors:\n      | code | level   | reason            | details   ",
            "Then the reply is OK without errors\n    And these are ignored:\n"
            "      | code | level   | reason            | details   ",
            "row 5.1-12 reports InvalidHazardType, and no scenario of CreatedTroubleTickets expects it",
        ),
        ("Then the reply is OK without errors\n", "", "the scenario expects no reply"),
    ],
)
def test_a_doctored_feature_is_noticed(old: str, new: str, says: str) -> None:
    found = doctored(old, new)
    assert any(says in line for line in found), "\n".join(found)


def test_every_row_of_the_page_is_a_row_of_the_catalogue() -> None:
    page = pages()["traceability.md"]
    rows = [line.split("|")[1].strip() for line in page.splitlines() if re.match(r"\| \d\.\d-", line)]
    assert rows == [row for row, _ in traceability.obligations(CATALOGUE)]


def test_87_obligations_and_every_one_is_covered() -> None:
    owed = traceability.obligations(CATALOGUE)
    assert Counter(operation for _, operation in owed) == {
        "CreatedTroubleTickets": 29,
        "ChangedTroubleTickets": 9 + 4,
        "GetTroubleTickets": 15 + 4,
        "GetCallbacks": 6 + 4,
        "CreatedCallBacksResults": 8 + 4,
        "CreatedCallBacks": 4,
    }
    assert len(set(owed)) == 87
    keys = covered(CATALOGUE, read_features(features_directory()))
    assert set(keys) - {STORY} == set(owed)


def test_a_scenario_may_show_partial_only_where_a_decision_lets_entries_count() -> None:
    counting = {row.id for row in CATALOGUE if "PARTIAL" in traceability.allowed_results(row)} - {
        row.id for row in CATALOGUE if "PARTIAL" in row.result
    }
    assert counting == {"6.1-06", "6.1-07", "6.1-09", "8.1-03", "8.1-05", "8.1-06"}


STORY_TEXT = """
Feature: a story
  @story
  Scenario: A storm
    When the wind blows
"""


def test_the_story_is_of_no_row() -> None:
    path = features_directory() / "outage_story.feature"
    scenarios = parse_feature(path, STORY_TEXT)
    assert scenarios[0].key == STORY
    assert traceability.problems(CATALOGUE, scenarios) == []
    page = traceability.render(CATALOGUE, [*read_feature(FEATURE), *scenarios])
    assert "Of no row, and not counted among them: A storm." in page
    tagged = parse_feature(path, STORY_TEXT.replace("@story", "@story @5.1-05"))
    assert "has no row and no operation" in traceability.problems(CATALOGUE, tagged)[0]


def test_every_sentence_is_used_and_every_used_one_is_listed() -> None:
    page = render_steps()
    texts = "".join(path.read_text(encoding="utf-8") for path in features_directory().rglob("*.feature"))
    # Of an adapter at most 80, of an IVR the others.
    assert len(SENTENCES) <= 110
    for sentence in SENTENCES:
        assert f"| {sentence.keyword} | {sentence.text} |" in page
        assert sentence.meaning, f"the step {sentence.text!r} has no docstring"
        words = max(re.split(r"\{[^}]*\}", sentence.text), key=len).strip('"')
        assert words in texts, f"no feature says {sentence.text!r}: use it or drop it"
