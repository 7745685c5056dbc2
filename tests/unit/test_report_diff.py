"""Two reports are compared row by row and field by field, and without what differs between any two runs."""

from __future__ import annotations

from typing import Any

import pytest
from report_samples import sample

from crmkit.evidence.comparing import Change, Comparison, compare
from crmkit.evidence.document import CheckEntry, Document, RowEntry, ScenarioEntry, VerdictEntry

CREATE = "CreatedTroubleTickets"
SCENARIO = f"5.1-13-{CREATE}-1"


def check(held: str = "strict", observed: str = "2.7", **changes: Any) -> CheckEntry:
    told = {"aspect": "code", "field": "Reply/Error[1]/code", "expected": "2.7"}
    return CheckEntry.model_validate({**told, "held": held, "observed": observed, **changes})


def scenario(outcome: str = "passed", *checks: CheckEntry, **changes: Any) -> ScenarioEntry:
    told = {"id": SCENARIO, "title": "t", "feature": "f", "line": 1, "tags": [], "seconds": 1, "outcome": outcome}
    return ScenarioEntry.model_validate({**told, "checks": [each.model_dump() for each in checks], **changes})


def report(*scenarios: ScenarioEntry, outcome: str = "passed", text: str = "conformant", **changes: Any) -> Document:
    row = {"row": "5.1-13", "operation": CREATE, "table": "5.1", "title": "t", "outcome": outcome, "seconds": 1}
    entry = RowEntry.model_validate({**row, "scenarios": [each.model_dump() for each in scenarios], **changes})
    verdict = VerdictEntry(text=text, exit_code=0, counts={})
    return Document(verdict=verdict, own_servers=False, started="2026-03-02T09:15:00Z", seconds=1, results=[entry])


def changes(before: Document, after: Document) -> list[tuple[str | None, str, str, str]]:
    return [(each.scenario, each.what, each.before, each.after) for each in compare(before, after).changes]


def test_a_report_is_not_different_from_itself() -> None:
    document, _ = sample()
    assert compare(document, document) == Comparison(changes=[], compared=85 + 1 + 1)


def test_a_row_that_got_worse() -> None:
    before = report(scenario("passed", check()))
    after = report(scenario("failed", check("no", "2.6")), outcome="failed", text="not conformant")
    told = compare(before, after)
    assert told.changes == [
        Change("", "", None, "verdict", "conformant", "not conformant"),
        Change("5.1-13", CREATE, None, "outcome", "passed", "failed"),
        Change("5.1-13", CREATE, SCENARIO, "outcome", "passed", "failed"),
        Change("5.1-13", CREATE, SCENARIO, "code Reply/Error[1]/code", "strict", "no: expected 2.7, observed 2.6"),
    ]


def test_how_a_field_held_is_compared_though_it_held() -> None:
    before, after = report(scenario("passed", check("strict"))), report(scenario("passed", check("normal")))
    assert changes(before, after) == [(SCENARIO, "code Reply/Error[1]/code", "strict", "normal")]
    after = report(scenario("passed", check("reading", decision="D-15")))
    assert changes(before, after) == [(SCENARIO, "code Reply/Error[1]/code", "strict", "reading (D-15)")]


def test_readings_are_compared_for_the_row_and_the_scenario() -> None:
    before = report(scenario(readings={"D-15": "name"}), readings={"D-15": "name"})
    after = report(scenario(readings={"D-15": "number", "D-03": "fault"}), readings={"D-15": "number", "D-03": "fault"})
    assert changes(before, after) == [
        (None, "reading D-03", "-", "fault"),
        (None, "reading D-15", "name", "number"),
        (SCENARIO, "reading D-03", "-", "fault"),
        (SCENARIO, "reading D-15", "name", "number"),
    ]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("CT-1f2e3d4c-7-beef-first", "CT-99887766-9-cafe-first"),
        ("7d2c6d1e-8a55-4b8e-9f5e-d0c1f8a3b111", "0a1b2c3d-8a55-4b8e-9f5e-d0c1f8a3b222"),
        ("at 2026-03-02T09:15:00Z", "at 2026-03-03T10:00:00+01:00"),
        ("-97.7431,30.2672 is not valid", "-97.7395,30.2744 is not valid"),
    ],
)
def test_what_every_run_makes_up_anew_is_no_difference(one: str, other: str) -> None:
    before, after = (report(scenario("failed", check("no", each))) for each in (one, other))
    assert changes(before, after) == []


@pytest.mark.parametrize(("one", "other"), [("2.6", "2.5"), ("HTTP 500", "HTTP 404"), ("OK", "FAILED")])
def test_another_wrong_answer_is_a_difference(one: str, other: str) -> None:
    before, after = (report(scenario("failed", check("no", each))) for each in (one, other))
    assert len(changes(before, after)) == 1


def test_what_held_is_not_compared_by_its_words() -> None:
    before, after = (report(scenario("passed", check("normal", each))) for each in ("Bad code", "Bad  code."))
    assert changes(before, after) == []


def test_a_field_that_is_judged_in_one_run_only() -> None:
    before, after = report(scenario("passed", check())), report(scenario("passed"))
    assert changes(before, after) == [(SCENARIO, "code Reply/Error[1]/code", "strict", "not judged")]
    assert changes(after, before) == [(SCENARIO, "code Reply/Error[1]/code", "not judged", "strict")]


def test_a_field_that_is_judged_twice_is_compared_twice() -> None:
    before = report(scenario("failed", check(), check("no", "2.6")))
    after = report(scenario("failed", check(), check("no", "2.5")))
    told = changes(before, after)
    assert [(what, after) for _, what, _, after in told] == [
        ("code Reply/Error[1]/code", "no: expected 2.7, observed 2.5")
    ]


def test_a_row_of_one_run_only_is_told_apart_and_makes_no_difference() -> None:
    whole, part = report(scenario()), report(outcome="not-selected", text="selection passed")
    assert compare(whole, part) == Comparison(compared=0, only_before=[f"5.1-13 {CREATE}"])
    assert compare(part, whole) == Comparison(compared=0, only_after=[f"5.1-13 {CREATE}"])


def test_a_scenario_that_one_suite_lacks() -> None:
    more = report(scenario(), scenario(id=f"5.1-13-{CREATE}-2"))
    assert changes(more, report(scenario())) == [(f"5.1-13-{CREATE}-2", "scenario", "passed", "is not there")]
    assert changes(report(scenario()), more) == [(f"5.1-13-{CREATE}-2", "scenario", "was not there", "passed")]


def test_a_reason_that_changed() -> None:
    before, after = (report(outcome="error", reason=reason) for reason in ("nobody there", "no answer"))
    assert changes(before, after) == [(None, "reason", "nobody there", "no answer")]
    after = report(outcome="could-not-test", reason="give --control")
    assert changes(before, after) == [
        (None, "outcome", "error: nobody there", "could-not-test: give --control"),
    ]


def test_known_deviations_the_story_and_own_scenarios_are_compared() -> None:
    document, _ = sample()
    assert document.story is not None
    own = document.own_scenarios[0].model_copy(update={"outcome": "failed"})
    later = document.model_copy(
        update={
            "story": document.story.model_copy(update={"outcome": "failed"}),
            "own_scenarios": [own],
            "deviations": document.deviations[1:],
        }
    )
    assert [(each.row, each.what, each.before, each.after) for each in compare(document, later).changes] == [
        ("story", "outcome", "passed", "failed"),
        ("own", "outcome", "passed", "failed"),
        ("5.1-22", "known deviation", "seen", "-"),
    ]
