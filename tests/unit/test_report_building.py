"""What a run has found becomes the report's document and its files of messages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from crm_contract.use_cases import load_catalogue
from crmkit.evidence.building import About, build
from crmkit.evidence.document import DeviationEntry, Document
from crmkit.suite.errors import Difference
from crmkit.suite.evidence import Aspect, Call, Check, Held, Step
from crmkit.suite.running.feature_files import features_directory, read_feature, read_features
from crmkit.suite.running.outcomes import ExitCode, Outcome, Verdict
from crmkit.suite.running.recording import ScenarioRecord
from crmkit.suite.running.results import RowResult, broken, not_selected, of_scenarios

FOLDER = features_directory()
SCENARIOS = read_features(FOLDER)
CREATE = "CreatedTroubleTickets"
KEY = ("5.1-02", CREATE)
NOUNS = [scenario for scenario in SCENARIOS if scenario.key == KEY]


def record(number: int = 0, **changes: Any) -> ScenarioRecord:
    """The end of a scenario of the row, as the suite tells it."""
    text = NOUNS[number]
    told = {
        "outcome": Outcome.PASSED,
        "seconds": 0.25,
        "file": str(text.file),
        "line": text.line,
        "tags": text.tags,
        "steps": [Step("When", step.text, step.table, "passed", 0.1) for step in text.steps],
    }
    return ScenarioRecord(*KEY, text.title, **(told | changes))


def built(*results: RowResult, **about: Any) -> tuple[Document, dict[str, bytes]]:
    told = {
        "verdict": Verdict("incomplete", ExitCode.INCOMPLETE, {Outcome.PASSED: 1, Outcome.ATTESTED: 2}),
        "catalogue": load_catalogue(),
        "scenarios": SCENARIOS,
        "folder": FOLDER,
        "own_servers": False,
        "started": "2026-03-02T09:15:00+00:00",
        "seconds": 1.23456,
    }
    return build(results, About(**(told | about)))


def check(held: Held, aspect: Aspect = Aspect.CODE, **changes: Any) -> Check:
    return Check(aspect, "Reply/Error[1]/code", "2.7", "2.6", held, **changes)


def test_the_run_as_such() -> None:
    document, messages = built(not_selected(KEY), target="http://there:80", seed="ab12", command=["crmkit", "verify"])
    assert document.verdict.model_dump() == {
        "text": "incomplete",
        "exit_code": 3,
        "counts": {
            "passed": 1,
            "failed": 0,
            "error": 0,
            "not-applicable": 0,
            "could-not-test": 0,
            "not-selected": 0,
            "attested": 2,
        },
        "attested": 2,
        "story": "not-selected",
    }
    assert (document.target, document.seed, document.seconds) == ("http://there:80", "ab12", 1.235)
    assert document.suite_digest is not None
    assert len(document.suite_digest.removeprefix("sha256:")) == 64
    assert {"crmkit", "python", "cucumber-messages"} <= set(document.versions)
    assert messages == {}


def test_a_row_and_its_scenarios_are_named_alike_in_every_run() -> None:
    """By their place in the features, in whatever order they end."""
    ids = [
        [scenario.id for scenario in built(of_scenarios(KEY, records))[0].results[0].scenarios]
        for records in ([record(0), record(1), record(2)], [record(2), record(0), record(1)])
    ]
    assert ids[0] == ids[1] == [f"5.1-02-{CREATE}-{number}" for number in (1, 2, 3)]
    (row,) = built(of_scenarios(KEY, [record(1)]))[0].results
    assert [scenario.id for scenario in row.scenarios] == [f"5.1-02-{CREATE}-2"]
    assert (row.row, row.operation, row.table, row.title) == (
        "5.1-02",
        CREATE,
        "5.1",
        "The noun is not the operation's",
    )
    assert row.scenarios[0].feature == "features/create_trouble_tickets.feature"


@pytest.mark.parametrize(
    ("held", "end"),
    [
        ([Held.STRICT], "passed"),
        ([Held.NORMAL, Held.READING], "passed"),
        ([Held.STRICT, Held.ATTESTED], "attested"),
        ([Held.ATTESTED, Held.UNSEEN], "unseen"),
        ([Held.UNSEEN, Held.NO, Held.STRICT], "failed"),
    ],
)
def test_every_aspect_of_a_row_has_its_worst_end(held: list[Held], end: str) -> None:
    checks = [[check(each)] for each in held]
    checks[0].append(check(Held.STRICT, Aspect.LEVEL))
    records = [record(number % 3, checks=each) for number, each in enumerate(checks)]
    (row,) = built(of_scenarios(KEY, records))[0].results
    assert row.fields == {"code": end, "level": "passed"}


def test_examples_that_share_a_title_are_told_apart_by_their_steps(tmp_path: Path) -> None:
    path = tmp_path / "f.feature"
    outline = "Feature: F\n  Scenario Outline: Rain\n    When <what>\n    Examples:\n"
    path.write_text(f"{outline}      | what |\n      | a |\n      | b |\n", encoding="utf-8")
    texts = read_feature(path)
    told = [
        ScenarioRecord(
            "own", CREATE, "Rain", Outcome.PASSED, file=str(path), steps=[Step("When", word, None, "passed", 0)]
        )
        for word in ("b", "a", "a", "c")
    ]
    document, _ = built(own=told, own_scenarios=texts, own_folder=tmp_path)
    assert [each.id for each in document.own_scenarios] == ["own-f-2", "own-f-1", "own-other-1", "own-other-2"]


def test_what_to_supply_is_told_once_for_the_row() -> None:
    records = [record(number, outcome=Outcome.COULD_NOT_TEST, reason=f"give {number // 2}") for number in range(3)]
    (row,) = built(of_scenarios(KEY, records))[0].results
    assert (row.outcome, row.reason, row.enable) == ("could-not-test", "give 0", "give 0; give 1")


def test_what_failed_needs_nothing_to_be_supplied() -> None:
    records = [record(0, outcome=Outcome.FAILED), record(1, outcome=Outcome.COULD_NOT_TEST, reason="give it")]
    (row,) = built(of_scenarios(KEY, records))[0].results
    assert (row.outcome, row.enable) == ("failed", None)


def test_a_row_that_could_not_be_run_says_why() -> None:
    (row,) = built(broken(KEY, "nobody answers"))[0].results
    assert (row.outcome, row.reason, row.scenarios) == ("error", "nobody answers", [])


def test_the_readings_of_a_row_are_those_of_all_its_scenarios() -> None:
    records = [record(0, readings={"D-15": "name"}), record(1, readings={"D-15": "number", "D-03": "fault"})]
    (row,) = built(of_scenarios(KEY, records))[0].results
    assert row.readings == {"D-03": "fault", "D-15": "name; number"}


def test_differences_that_no_check_tells_of_are_not_lost() -> None:
    told = (Difference("HTTP", "an answer", "none"), Difference("Reply/Error[1]/code", "2.7", "2.6"))
    (row,) = built(of_scenarios(KEY, [record(0, outcome=Outcome.FAILED, differences=told, checks=[check(Held.NO)])]))[
        0
    ].results
    assert [(each.aspect, each.field, each.held) for each in row.scenarios[0].checks] == [
        ("code", "Reply/Error[1]/code", "no"),
        ("message", "HTTP", "no"),
    ]
    assert row.fields == {"code": "failed", "message": "failed"}


CALLS = [
    Call("kit", "target", "soap", "Created", 0.1, 0.2, "POST", "http://t/S", b"<a/>", {"X": "y"}, 200, b"<b/>"),
    Call("kit", "control", "json", "GET /store", 0.3, 0.4, "GET", "http://c/store", status=200, response=b"{}"),
    Call("target", "landbase", "http", "items", 0.15, 0.16, response=b' [{"a": 1}]'),
    Call("kit", "person", "person", "Is it there?", 0.5, 9.0, response="já".encode()),
    Call("kit", "target", "soap", "Created", 0.6, 0.7, problem="the connection broke"),
]


def test_messages_are_files_that_the_calls_name() -> None:
    document, messages = built(of_scenarios(KEY, [record(calls=CALLS)]))
    stem = f"messages/5.1-02-{CREATE}-1"
    assert messages == {
        f"{stem}.01.request.xml": b"<a/>",
        f"{stem}.01.response.xml": b"<b/>",
        f"{stem}.02.response.json": b"{}",
        f"{stem}.03.response.json": b' [{"a": 1}]',
        f"{stem}.04.response.txt": "já".encode(),
    }
    calls = document.results[0].scenarios[0].calls
    assert [(call.request, call.response) for call in calls][:2] == [
        (f"{stem}.01.request.xml", f"{stem}.01.response.xml"),
        (None, f"{stem}.02.response.json"),
    ]
    assert calls[0].request_headers == {"X": "y"}
    assert calls[4].problem == "the connection broke"


def test_no_secret_gets_into_a_report() -> None:
    token = (
        b'<w:UsernameToken xmlns:w="urn:w"><w:Username>kit</w:Username>'
        b'<w:Password Type="text">open sesame</w:Password></w:UsernameToken>'
    )
    call = Call(
        "kit", "target", "soap", "Created", 0, 1, "POST", "https://kit:hunter22@there/S", token,
        {"authorization": "Basic a2l0Omh1bnRlcjIy", "Cookie": "session=1", "X-Other": "says hunter22"}, 401,
        b"<no>hunter22 is wrong</no>", "hunter22 refused",
    )  # fmt: skip
    document, messages = built(
        of_scenarios(KEY, [record(calls=[call], outcome=Outcome.ERROR, reason="hunter22 was refused")]),
        target="https://kit:hunter22@there",
        command=["crmkit", "verify", "--target", "https://kit:hunter22@there"],
        profile={"target": {"base_url": "https://kit:hunter22@there", "tries": 3}},
        secrets=["hunter22"],
    )
    whole = document.model_dump_json().encode() + b"".join(messages.values())
    for secret in (b"hunter22", b"sesame", b"a2l0", b"session"):
        assert secret not in whole
    assert document.target == "https://there"
    assert document.command[-1] == "https://there"
    assert document.profile == {"target": {"base_url": "https://there", "tries": 3}}
    (scenario,) = document.results[0].scenarios
    assert scenario.calls[0].request_headers["authorization"] == "(left out)"
    assert b'<w:Password Type="text">(left out)</w:Password>' in messages[f"messages/{scenario.id}.01.request.xml"]


def test_only_features_that_ran_are_carried_and_no_path_of_the_machine(tmp_path: Path) -> None:
    own = tmp_path / "mine"
    (own / "deep").mkdir(parents=True)
    (own / "deep/snow.feature").write_text("Feature: Snow\n  @ice\n  Scenario: It snows\n", encoding="utf-8")
    texts = read_feature(own / "deep/snow.feature")
    (text,) = texts
    of_own = ScenarioRecord("own", CREATE, text.title, Outcome.PASSED, file=str(text.file), line=3, tags=("ice",))
    document, _ = built(
        of_scenarios(KEY, [record()]),
        not_selected(("6.1-05", "GetTroubleTickets")),
        own=[of_own],
        own_scenarios=texts,
        own_folder=own,
    )
    assert sorted(document.features) == ["features/create_trouble_tickets.feature", "own/deep/snow.feature"]
    assert document.features["own/deep/snow.feature"].startswith("Feature: Snow")
    (scenario,) = document.own_scenarios
    assert (scenario.id, scenario.feature, scenario.tags) == ("own-snow-1", "own/deep/snow.feature", ["ice"])
    assert str(tmp_path) not in document.model_dump_json()


def test_deviations_and_findings_are_told() -> None:
    deviation = DeviationEntry(row="5.1-02", reason="known", state="seen")
    document, _ = built(not_selected(KEY), deviations=[deviation], findings=["no archive was shown"])
    assert document.deviations == [deviation]
    assert document.findings == ["no archive was shown"]
