"""Why a scenario did not pass: where, what, and what to do, without the words of libraries."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from pytest_bdd.exceptions import StepDefinitionNotFoundError
from suite_conversations import told

from crmkit.suite.errors import CouldNotTest, Difference, HarnessError, Mismatch, Unreachable
from crmkit.suite.evidence import Step
from crmkit.suite.running.outcomes import Outcome
from crmkit.suite.running.reasons import reason_of
from crmkit.suite.running.recording import outcome_of
from crmkit.suite.running.stepping import Steps


def table(*rows: list[str]) -> Any:
    return SimpleNamespace(raw=lambda: [list(row) for row in rows])


def steps_of(*sentences: tuple[str, str, int], file: str = "/elsewhere/mine/x.feature") -> Steps:
    steps = [
        SimpleNamespace(keyword=keyword, name=name, line_number=line, datatable=None)
        for keyword, name, line in sentences
    ]
    feature = SimpleNamespace(filename=file, tags={"nightly"})
    return Steps(SimpleNamespace(feature=feature, line_number=2, tags={"5.1-13"}, steps=steps))


@pytest.fixture
def steps() -> Steps:
    found = steps_of(("When", "these trouble tickets are send:", 3), ("Then", "nothing is stored", 7))
    found.begin(None)
    return found


def lookup_error(name: str) -> BaseException:
    error = pytest.FixtureLookupError.__new__(pytest.FixtureLookupError)
    error.argname = name
    return error


def test_a_mistake_names_its_line(steps: Steps) -> None:
    assert reason_of(HarnessError("no column 'colour' here; known are ticket"), steps) == (
        "mine/x.feature:3: no column 'colour' here; known are ticket"
    )
    steps.end(None)
    steps.begin(None)
    assert reason_of(HarnessError("no ticket 'b' was sent"), steps) == "mine/x.feature:7: no ticket 'b' was sent"


def test_a_file_in_the_present_folder_is_named_as_seen_from_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir("/")
    found = steps_of(("When", "x", 4), file="/elsewhere/mine/x.feature")
    found.begin(None)
    assert found.place == "elsewhere/mine/x.feature:4"


def test_a_sentence_that_is_none(steps: Steps) -> None:
    assert reason_of(StepDefinitionNotFoundError("Step definition is not found"), steps) == (
        "mine/x.feature:3: there is no sentence 'these trouble tickets are send:': docs/steps.md lists them; "
        "did you mean 'these trouble tickets are sent:'?"
    )


def test_a_table_that_is_missing(steps: Steps) -> None:
    said = reason_of(lookup_error("datatable"), steps)
    assert said == "mine/x.feature:3: this sentence needs a table below it: docs/steps.md names the columns"


def test_what_is_not_of_the_scenarios_making_has_no_line(steps: Steps) -> None:
    assert reason_of(CouldNotTest("give a control API"), steps) == "give a control API"
    assert reason_of(Unreachable("nobody takes a connection"), steps) == "nobody takes a connection"


def test_what_nobody_foresaw_tells_where_in_the_kit(steps: Steps) -> None:
    conversation, _ = told("5.1-01", "CreatedTroubleTickets")
    try:
        conversation.make_header(None)  # type: ignore[arg-type]
    except AttributeError as error:
        said = reason_of(error, steps) or ""
    assert said.startswith("mine/x.feature:3: the kit could not carry this out: AttributeError: ")
    assert "(crmkit/suite/conversation.py:" in said


def test_a_failure_that_something_else_followed_tells_both(steps: Steps) -> None:
    failed = Mismatch([Difference("Reply/Result", "OK", "FAILED")])
    assert reason_of(failed, steps) is None
    failed.__cause__ = HarnessError("the mRID of ticket 'a' is not known")
    assert reason_of(failed, steps) == "mine/x.feature:3: the mRID of ticket 'a' is not known"
    assert outcome_of(failed) is Outcome.FAILED


def test_the_ends_of_steps() -> None:
    conversation, _ = told("5.1-01", "CreatedTroubleTickets")
    found = steps_of(*[("Then", f"step {number}", number) for number in range(6)])
    found.begin(conversation)
    found.end(conversation)
    found.begin(conversation)
    conversation.keep(Mismatch.of("Reply/Result", "OK", "FAILED"))
    found.end(conversation)
    found.begin(conversation)
    conversation.attest("the operator's screen")
    found.end(conversation)
    found.begin(conversation)
    found.end(conversation, CouldNotTest("give a control API"))
    found.begin(conversation)
    found.end(conversation, HarnessError("no column"))
    assert [step.outcome for step in found.ended] == [
        *("passed", "failed", "attested", "could-not-test", "error", "not-run"),
    ]
    assert (found.tags, found.line, Path(found.file).name) == (("5.1-13", "nightly"), 2, "x.feature")


def test_a_steps_table_is_kept() -> None:
    step = SimpleNamespace(keyword="When", name="x:", line_number=3, datatable=table(["ticket"], ["first"]))
    feature = SimpleNamespace(filename="x.feature", tags=set())
    (kept,) = Steps(SimpleNamespace(feature=feature, line_number=2, tags=set(), steps=[step])).ended
    assert kept == Step("When", "x:", (("ticket",), ("first",)), "not-run", 0.0)
