"""A recorded scenario becomes a feature that Cucumber's parser reads, and that says what ran."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from report_samples import sample

from crmkit.evidence.copying import CannotCopy, copied, scenarios_of
from crmkit.evidence.document import Document, ScenarioEntry, StepEntry
from crmkit.suite.running.feature_files import parse_feature
from crmkit.suite.running.own_mistakes import mistakes_in

DOCUMENT: Document = sample()[0]


def test_every_recorded_scenario_is_said_as_it_ran() -> None:
    path = Path("copy.feature")
    for row in DOCUMENT.results:
        for scenario in row.scenarios:
            text = copied(scenario, DOCUMENT)
            assert mistakes_in(path, text) == []
            (read,) = parse_feature(path, text)
            assert (read.title, sorted(read.tags)) == (scenario.title, sorted(scenario.tags))
            tables = [None if step.table is None else tuple(map(tuple, step.table)) for step in scenario.steps]
            assert [step.text for step in read.steps] == [step.text for step in scenario.steps]
            assert [step.table for step in read.steps] == tables


def scenario(*steps: StepEntry, **changes: Any) -> ScenarioEntry:
    told = {"id": "x-1", "title": "A title", "feature": "f", "line": 1, "tags": [], "outcome": "passed", "seconds": 1}
    return ScenarioEntry.model_validate({**told, "steps": [step.model_dump() for step in steps], **changes})


def step(text: str, table: list[list[str]] | None = None, keyword: str = "When") -> StepEntry:
    return StepEntry(keyword=keyword, text=text, table=table, outcome="passed", seconds=1)


def test_the_feature_word_for_word() -> None:
    sent = step("these trouble tickets are sent:", [["ticket", "comment"], ["first", "a | b \\ c\nd"], ["2nd", ""]])
    stored = step("nothing is stored", keyword="And")
    made = copied(scenario(sent, stored, tags=["5.1-05", "CreatedTroubleTickets"], title="5.1-05 One"), DOCUMENT)
    assert made == (
        "Feature: A copy of x-1\n"
        "  Recorded on 2026-03-02T09:15:00+00:00 against http://adapter.example:8080/crm: passed.\n"
        "\n"
        "  @5.1-05 @CreatedTroubleTickets\n"
        "  Scenario: 5.1-05 One\n"
        "    When these trouble tickets are sent:\n"
        "      | ticket | comment        |\n"
        "      | first  | a \\| b \\\\ c\\nd |\n"
        "      | 2nd    |                |\n"
        "    And nothing is stored\n"
    )
    (read,) = parse_feature(Path("copy.feature"), made)
    assert read.steps[0].table == (("ticket", "comment"), ("first", "a | b \\ c\nd"), ("2nd", ""))


def test_what_went_wrong_comes_first() -> None:
    row = next(row for row in DOCUMENT.results if row.row == "5.1-13")
    turned = row.model_copy(update={"scenarios": row.scenarios[::-1]})
    document = DOCUMENT.model_copy(update={"results": [turned]})
    assert [each.outcome for each in scenarios_of(document, "5.1-13")] == ["failed", "passed"]
    # Of every operation that the row is about.
    assert len({tag for each in scenarios_of(DOCUMENT, "5.1-01") for tag in each.tags}) == 1 + 5


def test_the_story_loses_its_tag_and_own_scenarios_keep_theirs() -> None:
    (story,) = scenarios_of(DOCUMENT, "story")
    assert "@" not in copied(story, DOCUMENT)
    (own,) = scenarios_of(DOCUMENT, "own")
    assert "  @winter\n" in copied(own, DOCUMENT)


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("9.9-99", "9.9-99 is no row of this report; rows are such as 5.1-01"),
        ("5.2-01", "no scenario of 5.2-01 is recorded in this report: not-selected"),
    ],
)
def test_a_row_that_did_not_run_is_told_in_one_line(row: str, says: str) -> None:
    with pytest.raises(CannotCopy) as caught:
        scenarios_of(DOCUMENT, row)
    assert str(caught.value) == says


def test_steps_that_are_missing_or_not_published_are_told_in_one_line() -> None:
    with pytest.raises(CannotCopy, match="x-1 was never begun: nobody there"):
        copied(scenario(outcome="error", reason="nobody there"), DOCUMENT)
    with pytest.raises(CannotCopy, match=r"x-1: the step 'it rains' is none of the published ones \(docs/steps.md\)"):
        copied(scenario(step("it rains")), DOCUMENT)
