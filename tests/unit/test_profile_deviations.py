"""Known deviations, capabilities, and what else of a profile a run shows to be otherwise."""

from __future__ import annotations

from typing import Any

import pytest

from crmkit.profile.loading import read
from crmkit.profile.model import Profile
from crmkit.suite.errors import NotApplicable
from crmkit.suite.running import capabilities
from crmkit.suite.running.outcomes import ExitCode, Outcome, judge
from crmkit.suite.running.results import RowResult
from crmkit.verifying.deviations import known_deviations, told
from crmkit.verifying.findings import findings
from crmkit.verifying.profiles import lacks_of, settings_of

CREATE, QUERY = "CreatedTroubleTickets", "GetTroubleTickets"


def profile(**sections: Any) -> Profile:
    return read({"target": {"base_url": "http://crm.example"}, **sections})


def deviating(**more: str) -> Profile:
    return profile(deviations=[{"row": "5.1-01", "reason": "not before release 4", **more}])


def results(**outcomes: Outcome) -> list[RowResult]:
    """Row 5.1-01 of operations."""
    return [RowResult("5.1-01", operation, outcome) for operation, outcome in outcomes.items()]


@pytest.mark.parametrize(
    ("create", "query", "state"),
    [
        (Outcome.FAILED, Outcome.PASSED, "seen"),
        (Outcome.PASSED, Outcome.FAILED, "seen"),
        (Outcome.PASSED, Outcome.PASSED, "now passes"),
        (Outcome.ATTESTED, Outcome.COULD_NOT_TEST, "now passes"),
        (Outcome.NOT_SELECTED, Outcome.NOT_APPLICABLE, "not tested"),
        (Outcome.ERROR, Outcome.COULD_NOT_TEST, "not tested"),
    ],
)
def test_a_deviation_of_all_operations(create: Outcome, query: Outcome, state: str) -> None:
    (known,) = known_deviations(deviating(), results(CreatedTroubleTickets=create, GetTroubleTickets=query))
    assert known.state == state


def test_a_deviation_of_one_operation() -> None:
    seen = results(CreatedTroubleTickets=Outcome.FAILED, GetTroubleTickets=Outcome.PASSED)
    assert [each.state for each in known_deviations(deviating(operation=CREATE), seen)] == ["seen"]
    assert [each.state for each in known_deviations(deviating(operation=QUERY), seen)] == ["now passes"]


def test_a_failed_row_that_is_known_stays_failed() -> None:
    seen = [*results(CreatedTroubleTickets=Outcome.FAILED), RowResult("5.1-13", CREATE, Outcome.FAILED)]
    verdict = told(judge(each.outcome for each in seen), known_deviations(deviating(), seen), seen)
    assert verdict.text == "not conformant (1 known deviation)"
    assert verdict.exit_code is ExitCode.NOT_CONFORMANT
    assert verdict.counts[Outcome.FAILED] == 2


def test_a_verdict_without_known_failures_says_nothing_of_deviations() -> None:
    seen = results(CreatedTroubleTickets=Outcome.PASSED)
    verdict = judge(each.outcome for each in seen)
    assert told(verdict, known_deviations(deviating(), seen), seen) == verdict


def test_a_deviation_that_now_passes_is_a_finding() -> None:
    seen, described = results(CreatedTroubleTickets=Outcome.PASSED), deviating(operation=CREATE)
    assert findings(described, known_deviations(described, seen), seen) == [
        "5.1-01 CreatedTroubleTickets passes now: take it out of the profile's deviations (not before release 4)"
    ]


def test_certificates_that_nobody_verifies_are_a_finding() -> None:
    (line,) = findings(profile(tls={"verify": False}), [], [])
    assert line.startswith("TLS certificates were not verified")
    assert findings(profile(), [], []) == findings(None, [], []) == []


ARCHIVED = "6.1-13"


@pytest.mark.parametrize(
    ("outcome", "declared", "lines"),
    [
        (
            Outcome.FAILED,
            {"archive": True},
            ["capabilities.archive = true in the profile, but no row that needs it has passed (1 failed)"],
        ),
        (
            Outcome.COULD_NOT_TEST,
            {"archive": True},
            ["capabilities.archive = true in the profile, but no row that needs it has passed (1 could-not-test)"],
        ),
        (Outcome.PASSED, {"archive": True}, []),
        (Outcome.ATTESTED, {"archive": True}, []),
        # Nothing of it was run.
        (Outcome.NOT_SELECTED, {"archive": True}, []),
        # It holds by default: nobody has said so.
        (Outcome.FAILED, {}, []),
        (Outcome.NOT_APPLICABLE, {"archive": False}, []),
    ],
)
def test_a_capability_that_is_declared_and_not_shown(
    outcome: Outcome, declared: dict[str, bool], lines: list[str]
) -> None:
    seen = [RowResult(ARCHIVED, QUERY, outcome), RowResult("5.1-13", CREATE, Outcome.PASSED)]
    assert findings(profile(capabilities=declared), [], seen) == lines


@pytest.mark.parametrize(
    ("row", "operation", "needed"),
    [
        ("5.1-13", CREATE, set()),
        ("5.1-25", CREATE, {"landbase"}),
        ("5.1-29", CREATE, {"ims"}),
        ("6.1-13", QUERY, {"archive"}),
        ("5.1-01", "GetCallbacks", {"callbacks"}),
        ("5.1-01", CREATE, set()),
        ("8.1-01", "CreatedCallBacksResults", {"callbacks"}),
        ("9.1-01", "CreatedCallBacks", {"callbacks", "publisher"}),
        ("story", "all operations", {"archive", "callbacks", "publisher"}),
        ("own", "GetCallbacks", {"callbacks"}),
    ],
)
def test_what_rows_need(row: str, operation: str, needed: set[str]) -> None:
    assert capabilities.of_row(row, operation) == needed


def lacking(*names: str) -> dict[str, str]:
    return lacks_of(profile(capabilities=dict.fromkeys(names, False)))


def test_a_scenario_of_what_the_target_lacks_is_not_applicable() -> None:
    with pytest.raises(NotApplicable, match=r"the profile says that the target has no IMS \(capabilities\.ims = false"):
        capabilities.require("5.1-29", CREATE, ["the IMS is slow"], lacking("ims"))
    capabilities.require("5.1-29", CREATE, ["the IMS is slow"], lacking("landbase", "archive"))


@pytest.mark.parametrize(
    ("step", "applies"),
    [
        ('trouble tickets are queried in context "active" by:', True),
        ('trouble tickets are queried in context "archived" by:', False),
        ('trouble tickets are queried in context "all" by:', False),
        ('these trouble tickets have been archived with incident "old storm":', False),
    ],
)
def test_an_archive_is_needed_scenario_by_scenario(step: str, applies: bool) -> None:
    if applies:
        capabilities.require("6.1-01", QUERY, ["something", step], lacking("archive"))
        return
    with pytest.raises(NotApplicable, match="no archive"):
        capabilities.require("6.1-01", QUERY, ["something", step], lacking("archive"))


def test_settings_of_a_profile() -> None:
    stated = settings_of(profile(limits={"comment_limit": 40}, lists={"hazards": ["Dragon"]}))
    assert (stated.comment_limit, stated.input_crs, stated.model_crs) == (40, "EPSG:4326", "EPSG:2277")
    assert stated.vocabulary.known["hazards"] == {"Dragon"}
    assert "SMS" in stated.vocabulary.known["callback_media"]
