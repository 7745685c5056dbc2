"""What the report says before its rows."""

from __future__ import annotations

import pytest
from sample_report import sample

from crm_contract.use_cases import load_catalogue
from crmkit.evidence.document import RowEntry
from crmkit.evidence.html.overview import (
    Row,
    by_operation,
    readings_seen,
    rows_of,
    settings,
    split_need,
    to_supply,
    wrong,
    wrong_besides,
)


def row(number: int, outcome: str, reason: str | None = None, *needs: str) -> Row:
    scenarios = [
        {
            "id": f"{number}-{place}",
            "title": "x",
            "feature": "x.feature",
            "line": 1,
            "tags": [],
            "outcome": outcome,
            "reason": need,
            "seconds": 0.1,
        }
        for place, need in enumerate(needs)
    ]
    told = {"row": f"5.1-{number:02}", "operation": "Created", "table": "5.1", "title": "x", "outcome": outcome}
    entry = RowEntry.model_validate({**told, "reason": reason, "seconds": 0.1, "scenarios": scenarios})
    return Row(entry, f"row-{number}", None, None)


def test_operations_come_in_the_order_of_the_contract() -> None:
    document, _ = sample()
    groups = by_operation(rows_of(document, load_catalogue()))
    assert [(group.name, len(group.rows)) for group in groups] == [
        ("CreatedTroubleTickets", 29),
        ("ChangedTroubleTickets", 13),
        ("GetTroubleTickets", 19),
        ("GetCallbacks", 10),
        ("CreatedCallBacksResults", 12),
        ("CreatedCallBacks", 4),
    ]


@pytest.mark.parametrize(
    ("need", "parts"),
    [
        ("too few usage points: give more in fixtures", ("too few usage points", "give more in fixtures")),
        ("needed: A slow IMS. To supply it: run with --interactive", ("A slow IMS", "run with --interactive")),
        ("a landbase: one that answers", ("", "a landbase: one that answers")),
    ],
)
def test_what_lacks_and_what_to_supply_are_told_apart(need: str, parts: tuple[str, str]) -> None:
    assert split_need(need) == parts


def test_rows_are_grouped_by_what_to_supply() -> None:
    few, none = "too few of priority 1: give more", "too few of priority 2: give more"
    rows = [
        row(1, "could-not-test", few, few, none),
        row(2, "could-not-test", "needed: a person. To supply it: run it by hand"),
        row(3, "could-not-test", few, few),
        row(4, "passed"),
        row(5, "could-not-test"),
    ]
    told = [
        (supply.name, supply.count, [(group.name, [each.entry.row for each in group.rows]) for group in supply.groups])
        for supply in to_supply(rows)
    ]
    assert told == [
        ("give more", 2, [("too few of priority 1", ["5.1-01", "5.1-03"]), ("too few of priority 2", ["5.1-01"])]),
        ("run it by hand", 1, [("a person", ["5.1-02"])]),
        ("nothing that the kit knows of", 1, [("", ["5.1-05"])]),
    ]


def test_rows_that_went_wrong_for_one_reason_are_told_once() -> None:
    rows = [row(1, "error", "nobody answers"), row(2, "error", "nobody answers"), row(3, "error", "other")]
    assert [[each.entry.row for each in found.rows] for found in wrong(rows)] == [["5.1-01", "5.1-02"], ["5.1-03"]]
    # Where scenarios are to blame, each row has its own.
    rows = [row(1, "failed", "same", "same"), row(2, "failed", "same", "same")]
    assert [len(found.rows) for found in wrong(rows)] == [1, 1]


def test_of_many_culprits_the_first_are_told() -> None:
    (found,) = wrong([row(1, "failed", None, *["why"] * 5)])
    assert [each.id for each in found.culprits] == ["scenario-1-0", "scenario-1-1", "scenario-1-2"]
    assert found.others == 2


def test_only_what_differs_is_told_of_a_culprit() -> None:
    document, _ = sample()
    first = wrong(rows_of(document, load_catalogue()))[0]
    assert [check.field for check in first.culprits[0].differing] == ["Error[2].reason"]


def test_readings_are_told_by_decision_with_what_the_profile_asserts() -> None:
    document, _ = sample()
    (seen,) = readings_seen(document, rows_of(document, load_catalogue()))
    assert (seen.decision, seen.reading, seen.asserted) == ("D-14", "name", "name")
    assert len(seen.rows) > 40


def test_a_profile_is_told_line_by_line() -> None:
    profile = {"a": {"b": 1, "c": [], "d": None}, "e": ["x", "y"], "f": [{"g": True}, {"g": False}]}
    assert settings(profile) == [("a.b", "1"), ("e", "x, y"), ("f[1].g", "True"), ("f[2].g", "False")]


def test_own_scenarios_and_the_story_are_told_when_they_go_wrong() -> None:
    document, _ = sample()
    assert wrong_besides(document) == []
    assert document.story is not None
    document.story.scenarios[0].outcome = "error"
    document.own_scenarios[0].outcome = "failed"
    assert [(each.id, each.outcome) for each in wrong_besides(document)] == [
        ("scenario-story", "error"),
        ("scenario-own-night", "failed"),
    ]
