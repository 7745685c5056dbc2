"""messages.ndjson is what Cucumber's own package reads, and says of no scenario more than is known."""

from __future__ import annotations

import base64
import json
from typing import Any

import cucumber_messages as cm
import pytest
from report_samples import sample

from crmkit.evidence.cucumber import messages_of
from crmkit.evidence.document import CallEntry, Document, RowEntry, ScenarioEntry, StepEntry, VerdictEntry

Json = dict[str, Any]
COULD_NOT = "5.1-04-CreatedTroubleTickets-1"


@pytest.fixture(scope="module")
def lines() -> list[Json]:
    return envelopes(*sample())


def envelopes(document: Document, messages: dict[str, bytes]) -> list[Json]:
    return [json.loads(line) for line in messages_of(document, messages).decode().splitlines()]


def of_kind(lines: list[Json], kind: str) -> list[Json]:
    return [line[kind] for line in lines if kind in line]


def ended(lines: list[Json]) -> dict[str, list[tuple[str, str | None]]]:
    """By the feature and name of the pickle: the ends of its steps, with what is said beside them."""
    pickles = {pickle["id"]: f"{pickle['uri']}: {pickle['name']}" for pickle in of_kind(lines, "pickle")}
    cases = {case["id"]: pickles[case["pickleId"]] for case in of_kind(lines, "testCase")}
    names = {each["id"]: cases[each["testCaseId"]] for each in of_kind(lines, "testCaseStarted")}
    found: dict[str, list[tuple[str, str | None]]] = {name: [] for name in names.values()}
    for step in of_kind(lines, "testStepFinished"):
        result = step["testStepResult"]
        found[names[step["testCaseStartedId"]]].append((result["status"], result.get("message")))
    return found


def title(document: Document, scenario: str) -> str:
    return next(
        f"{each.feature}: {each.title}" for row in document.results for each in row.scenarios if each.id == scenario
    )


def test_every_line_is_an_envelope_that_cucumbers_package_gives_back_the_same(lines: list[Json]) -> None:
    for line in lines:
        assert len(line) == 1
        envelope = cm.message_converter.from_dict(line, cm.Envelope)
        assert cm.message_converter.to_dict(envelope) == line


def test_envelopes_come_in_the_order_that_tools_expect(lines: list[Json]) -> None:
    kinds = [next(iter(line)) for line in lines]
    assert kinds[0] == "meta"
    assert kinds[-1] == "testRunFinished"
    order = ["source", "pickle", "stepDefinition", "hook", "testRunStarted", "testCase"]
    assert [kinds.index(kind) for kind in order] == sorted(kinds.index(kind) for kind in order)
    seen: set[str] = set()
    for line in lines:
        for kind, key, refers in (
            ("testCase", "id", "pickleId"),
            ("testCaseStarted", "id", "testCaseId"),
            ("testStepStarted", "", "testCaseStartedId"),
            ("testStepFinished", "", "testCaseStartedId"),
            ("attachment", "", "testStepId"),
            ("testCaseFinished", "", "testCaseStartedId"),
        ):
            if kind in line:
                assert line[kind][refers] in seen
                seen.add(line[kind].get(key, ""))
        if "pickle" in line:
            seen.add(line["pickle"]["id"])
        if "testCase" in line:
            seen.update(step["id"] for step in line["testCase"]["testSteps"])


def test_every_scenario_is_a_case_of_the_pickle_that_it_was(lines: list[Json]) -> None:
    document, _ = sample()
    scenarios = [each for row in document.results for each in row.scenarios] + document.own_scenarios
    names = [pickle["name"] for pickle in of_kind(lines, "pickle")]
    told = ended(lines)
    for scenario in scenarios:
        assert scenario.title in names
        assert f"{scenario.feature}: {scenario.title}" in told
    uris = {source["uri"] for source in of_kind(lines, "source")}
    # Nothing had to be made up.
    assert uris == set(document.features)
    pickle_steps = {step["id"] for pickle in of_kind(lines, "pickle") for step in pickle["steps"]}
    for case in of_kind(lines, "testCase"):
        for step in case["testSteps"]:
            assert step.get("hookId") == "surroundings" or step["pickleStepId"] in pickle_steps


def test_what_could_not_be_tested_is_skipped_with_what_to_supply(lines: list[Json]) -> None:
    steps = ended(lines)[title(sample()[0], COULD_NOT)]
    assert {status for status, _ in steps} == {"SKIPPED"}
    assert steps[0][1] == "could-not-test: give --control URL of the target's control API"
    assert steps[1][1] == "not run"


def test_a_failure_is_said_with_what_was_wrong(lines: list[Json]) -> None:
    steps = ended(lines)[title(sample()[0], "5.1-13-CreatedTroubleTickets-1")]
    (wrong,) = [message for status, message in steps if status == "FAILED"]
    assert wrong is not None
    assert wrong.startswith("failed: Reply/Error[1]/code: expected 2.7, observed 9.9")
    assert [status for status, _ in steps].count("PASSED") == len(steps) - 1


def test_what_a_person_attested_has_passed_and_says_so(lines: list[Json]) -> None:
    steps = ended(lines)[title(sample()[0], "8.1-04-CreatedCallBacksResults-1")]
    assert steps[-1] == ("PASSED", "attested by a person")


def test_an_error_is_a_failure_of_the_case(lines: list[Json]) -> None:
    steps = ended(lines)[title(sample()[0], "7.1-03-GetCallbacks-1")]
    assert steps[0][0] == "FAILED"
    assert {status for status, _ in steps[1:]} == {"SKIPPED"}


def test_steps_are_matched_with_the_published_sentences(lines: list[Json]) -> None:
    sources = {each["id"]: each["pattern"]["source"] for each in of_kind(lines, "stepDefinition")}
    by_text: dict[str, Json] = {}
    pickle_steps = {step["id"]: step["text"] for pickle in of_kind(lines, "pickle") for step in pickle["steps"]}
    for case in of_kind(lines, "testCase"):
        for step in case["testSteps"]:
            if "pickleStepId" in step:
                by_text[pickle_steps[step["pickleStepId"]]] = step
    step = by_text['these trouble tickets are sent with the verb "get":']
    assert [sources[each] for each in step["stepDefinitionIds"]] == [r"^these\ trouble\ tickets\ are\ sent\ (.+?):$"]
    assert step["stepMatchArgumentsLists"] == [
        {"stepMatchArguments": [{"group": {"children": [], "start": 31, "value": 'with the verb "get"'}}]}
    ]
    step = by_text["the reply is OK without errors"]
    assert [sources[each] for each in step["stepDefinitionIds"]] == [r"^the\ reply\ is\ (.+?)\ without\ errors$"]


def test_messages_are_attached_to_the_step_that_sent_them(lines: list[Json]) -> None:
    _, messages = sample()
    names = [each["fileName"] for each in of_kind(lines, "attachment")]
    assert sorted(names) == sorted(messages)
    request = "messages/5.1-13-CreatedTroubleTickets-1.02.request.xml"
    (attached,) = [each for each in of_kind(lines, "attachment") if each["fileName"] == request]
    assert attached["body"] == messages[request].decode()
    assert (attached["mediaType"], attached["contentEncoding"]) == ("text/xml", "IDENTITY")
    assert attached["testStepId"].endswith("-1")


def test_the_run_has_succeeded_only_when_its_exit_code_says_so(lines: list[Json]) -> None:
    (finished,) = of_kind(lines, "testRunFinished")
    assert (finished["success"], finished["message"]) == (False, "not conformant")


# Small reports of one row.

STEPS = "Feature: F\n  @5.1-05 @CreatedTroubleTickets\n  Scenario: One\n    When it rains\n    Then it is wet\n"


def small(scenarios: list[ScenarioEntry], features: dict[str, str], outcome: str, exit_code: int = 3) -> Document:
    row = RowEntry.model_validate(
        {
            "row": "5.1-05",
            "operation": "CreatedTroubleTickets",
            "table": "5.1",
            "title": "Plain",
            "outcome": outcome,
            "reason": "nobody there",
            "seconds": 0,
            "scenarios": [scenario.model_dump() for scenario in scenarios],
        }
    )
    verdict = VerdictEntry(text="incomplete", exit_code=exit_code, counts={})
    started = "2026-03-02T09:15:00+00:00"
    return Document(verdict=verdict, own_servers=False, started=started, seconds=2.5, results=[row], features=features)


def scenario(outcome: str, steps: list[StepEntry], **changes: Any) -> ScenarioEntry:
    told = {"id": "5.1-05-1", "title": "One", "feature": "features/f.feature", "line": 3, "tags": [], "seconds": 1.5}
    return ScenarioEntry.model_validate(
        {**told, "outcome": outcome, "steps": [step.model_dump() for step in steps], **changes}
    )


RAINS = StepEntry(keyword="When", text="it rains", outcome="passed", seconds=0.5)
WET = StepEntry(keyword="Then", text="it is wet", outcome="passed", seconds=0.25)


def test_an_end_that_no_step_accounts_for_is_carried_by_a_hook() -> None:
    """The surroundings could not be tidied up: all steps have passed, the scenario has not."""
    document = small([scenario("error", [RAINS, WET], reason="cannot tidy up")], {"features/f.feature": STEPS}, "error")
    lines = envelopes(document, {})
    assert ended(lines)["features/f.feature: One"] == [
        ("PASSED", None),
        ("PASSED", None),
        ("FAILED", "error: cannot tidy up"),
    ]
    (case,) = of_kind(lines, "testCase")
    assert [step.get("hookId") for step in case["testSteps"]] == [None, None, "surroundings"]


def test_a_row_of_which_nothing_ran_is_not_passed_over() -> None:
    lines = envelopes(small([], {"features/f.feature": STEPS}, "error", 4), {})
    assert ended(lines)["features/f.feature: One"] == [
        ("SKIPPED", "not run"),
        ("SKIPPED", "not run"),
        ("FAILED", "error: nobody there"),
    ]


def test_a_scenario_whose_feature_is_not_there_has_one_made_of_its_steps() -> None:
    table = [["ticket", "comment"], ["first", "a | b \\ c"]]
    steps = [RAINS.model_copy(update={"table": table}), WET.model_copy(update={"outcome": "not-run"})]
    lines = envelopes(small([scenario("could-not-test", steps)], {}, "could-not-test"), {})
    assert [source["uri"] for source in of_kind(lines, "source")] == ["recorded/5.1-05-1.feature"]
    (pickle,) = of_kind(lines, "pickle")
    cells = pickle["steps"][0]["argument"]["dataTable"]["rows"][1]["cells"]
    assert [cell["value"] for cell in cells] == ["first", "a | b \\ c"]
    assert [status for status, _ in ended(lines)["recorded/5.1-05-1.feature: One"]] == ["PASSED", "SKIPPED"]


def test_examples_that_share_a_title_are_told_apart_by_their_steps() -> None:
    outline = STEPS.replace("Scenario:", "Scenario Outline:").replace("rains", "<what>")
    outline += "    Examples:\n      | what  |\n      | rains |\n      | snows |\n"
    snows = RAINS.model_copy(update={"text": "it snows"})
    told = [scenario("passed", [snows, WET]), scenario("passed", [RAINS, WET], id="5.1-05-2")]
    lines = envelopes(small(told, {"features/f.feature": outline}, "passed"), {})
    assert [source["uri"] for source in of_kind(lines, "source")] == ["features/f.feature"]
    texts = {pickle["id"]: pickle["steps"][0]["text"] for pickle in of_kind(lines, "pickle")}
    assert [texts[case["pickleId"]] for case in of_kind(lines, "testCase")] == ["it snows", "it rains"]


def test_a_step_that_is_no_published_sentence_has_no_definition() -> None:
    lines = envelopes(small([scenario("passed", [RAINS, WET])], {"features/f.feature": STEPS}, "passed", 0), {})
    (case,) = of_kind(lines, "testCase")
    assert [step["stepDefinitionIds"] for step in case["testSteps"]] == [[], []]
    assert of_kind(lines, "testRunFinished")[0]["success"] is True


def test_times_are_those_of_the_run() -> None:
    lines = envelopes(small([scenario("passed", [RAINS, WET])], {"features/f.feature": STEPS}, "passed", 0), {})
    begin = 1772442900
    assert of_kind(lines, "testRunStarted")[0]["timestamp"] == {"nanos": 0, "seconds": begin}
    assert [each["timestamp"] for each in of_kind(lines, "testStepFinished")] == [
        {"nanos": 500_000_000, "seconds": begin},
        {"nanos": 750_000_000, "seconds": begin},
    ]
    assert of_kind(lines, "testCaseFinished")[0]["timestamp"] == {"nanos": 500_000_000, "seconds": begin + 1}
    assert of_kind(lines, "testRunFinished")[0]["timestamp"] == {"nanos": 500_000_000, "seconds": begin + 2}


def test_what_is_no_text_is_attached_as_it_was() -> None:
    call = CallEntry(
        caller="kit", called="target", kind="soap", label="x", started=0.6, finished=0.7, response="messages/a.xml"
    )
    document = small(
        [scenario("passed", [RAINS, WET], calls=[call.model_dump()])], {"features/f.feature": STEPS}, "passed"
    )
    lines = envelopes(document, {"messages/a.xml": b"\xff\xfe<"})
    (attached,) = of_kind(lines, "attachment")
    assert attached["contentEncoding"] == "BASE64"
    assert base64.b64decode(attached["body"]) == b"\xff\xfe<"
    # The second step was running.
    assert attached["testStepId"].endswith("-2")
