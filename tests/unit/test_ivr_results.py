"""Results that an IVR posts, judged: that they come, how often, and what stands in them."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from ivr_dialogues import CONTRACT, dialogue, posted, result

from crm_contract.envelope import SOAP
from crmkit.listening.postings import Answering, read_results
from crmkit.suite.errors import CouldNotTest, Mismatch
from crmkit.suite.evidence import Held
from crmkit.suite.ivr import result_messages, results
from crmkit.suite.ivr.dialogue import Dialogue

OPERATION = CONTRACT.operations["CreatedCallBacksResults"]
BOTH = [["callback"], ["first"], ["second"]]
FIRST = [["callback"], ["first"]]


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(results, "SETTLE_SECONDS", 0.0)
    monkeypatch.setattr(results, "AGAIN_SECONDS", 0.01)
    monkeypatch.setattr(results, "REFUSED_SECONDS", 0.01)


def wrong(judge: Any, *arguments: Any) -> dict[str, str]:
    """What a judge holds against an IVR: field and what was observed."""
    with pytest.raises(Mismatch) as mismatch:
        judge(*arguments)
    return {each.field: each.observed for each in mismatch.value.differences}


def held(made: Dialogue) -> dict[str, Held]:
    return {check.field: check.held for check in made.conversation.checks}


def test_one_result_for_each_callback_is_right() -> None:
    made = dialogue("first", "second")
    posted(made, result("first"))
    posted(made, result("second"))
    results.expect_one_each(made, BOTH)
    assert held(made) == {"results of first": Held.STRICT, "results of second": Held.STRICT}


def test_a_result_that_does_not_come_is_missed() -> None:
    made = dialogue("first", "second")
    posted(made, result("first"))
    assert wrong(results.expect_one_each, made, BOTH) == {"results of second": "none"}


def test_a_second_result_after_ok_is_one_too_many() -> None:
    made = dialogue("first", "second")
    posted(made, result("first"), result("second"))
    posted(made, result("first"), accepted=["first"])
    assert wrong(results.expect_one_each, made, BOTH) == {"results of first": "2"}


def test_two_results_in_one_message_are_one_too_many() -> None:
    made = dialogue("first")
    posted(made, result("first"), result("first", "Busy"), accepted=[])
    assert wrong(results.expect_one_each, made, FIRST) == {"results of first": "2"}


def test_a_result_that_was_not_taken_may_come_again() -> None:
    made = dialogue("first")
    posted(made, result("first"), accepted=[])
    posted(made, result("first"))
    results.expect_one_each(made, FIRST)


def test_an_ivr_that_posts_nothing_at_all_could_not_be_tested() -> None:
    made = dialogue("first")
    with pytest.raises(CouldNotTest) as missing:
        results.expect_one_each(made, FIRST)
    assert str(missing.value) == (
        "the IVR has posted no results within 0.01 s: let it post them to http://kit/ReceiveCallBacksResultsService, "
        "let test numbers answer, or raise limits.results_seconds in the profile"
    )
    # Nobody waits for so long a second time.
    assert made.run.patience == 0


def test_who_does_not_listen_could_not_test() -> None:
    made = dialogue("first")
    made.run.results = None
    with pytest.raises(CouldNotTest, match=r"add \[listen.results\] with an address to the profile"):
        results.expect_one_each(made, FIRST)


@pytest.mark.parametrize(
    ("how", "again", "reading"),
    [
        (Answering.FAILED, False, {"D-13": "a refused result is not posted again"}),
        (Answering.FAILED, True, {"D-13": "a refused result is posted again"}),
        (Answering.FAULT, True, {"D-03": "a result answered with a fault is posted again"}),
        (Answering.BUSY, False, {"D-06b": "a result is not posted again when asked to"}),
        (Answering.BUSY, True, {"D-06b": "a result is posted again when asked to"}),
        (Answering.LOST, False, {"D-44": "an unanswered result is not posted again"}),
    ],
)
def test_after_an_answer_other_than_ok_both_ways_pass(how: Answering, again: bool, reading: dict[str, str]) -> None:
    made = dialogue("first")
    posted(made, result("first"), accepted=[]).answering = how
    if again:
        posted(made, result("first"))
    results.expect_after_answer(made, FIRST)
    assert made.conversation.readings_seen == reading


def test_a_profile_may_say_which_way_it_is() -> None:
    made = dialogue("first", interpretations={"D-06b": "a result is posted again when asked to"})
    posted(made, result("first"), accepted=[]).answering = Answering.BUSY
    assert wrong(results.expect_after_answer, made, FIRST) == {"D-06b": "a result is not posted again when asked to"}


def test_after_a_late_ok_nothing_is_posted_again() -> None:
    made = dialogue("first")
    posted(made, result("first")).answering = Answering.LATE
    results.expect_after_answer(made, FIRST)
    posted(made, result("first"))
    assert wrong(results.expect_after_answer, made, FIRST) == {"results of first": "2"}


@pytest.mark.parametrize(("times", "right"), [(1, True), (2, True), (3, False)])
def test_of_a_repeated_message_one_result_or_one_each(times: int, right: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    made = dialogue("first")
    monkeypatch.setattr(made, "sendings", [None, None])
    for _ in range(times):
        posted(made, result("first"))
    if right:
        results.expect_called_once_or_again(made, FIRST)
        said = "called once" if times == 1 else "called again"
        assert made.conversation.readings_seen == {"D-44": f"the callbacks of a repeated message are {said}"}
    else:
        assert wrong(results.expect_called_once_or_again, made, FIRST) == {"results of first": "3"}


def test_a_refused_message_has_no_results() -> None:
    made = dialogue("first", "second")
    posted(made, result("first"))
    results.expect_none(made, [["callback"], ["second"]])
    posted(made, result("second"))
    assert wrong(results.expect_none, made, [["callback"], ["second"]]) == {"results of second": "1"}


def test_over_the_whole_run_nothing_is_strange_or_twice() -> None:
    made = dialogue("first", "second", "third")
    posted(made, result("first"), result("second"), result("third"))
    made.run.sent_again.add("CB-third")
    posted(made, result("third"))
    results.expect_clean_run(made)
    posted(made, result("first"), result("stranger"))
    made.run.refused.add("CB-second")
    assert wrong(results.expect_clean_run, made) == {
        "results of callbacks that were never sent": "CB-stranger",
        "results of callbacks whose message was refused": "CB-second",
        "results that were posted again after OK": "CB-first",
    }


def test_words_times_and_csr_are_judged_one_by_one() -> None:
    made = dialogue("first", "second")
    posted(made, result("first", "Restored"), result("second", "Spoke", "2020-01-01T12:00:00Z", None))
    assert wrong(result_messages.expect_words, made) == {"result of second/status/value": "Spoke"}
    assert wrong(result_messages.expect_times, made) == {"result of second/dateTime": "2020-01-01T12:00:00Z"}
    result_messages.expect_csr(made)
    assert held(made)["result of second/csrId"] is Held.READING
    assert made.conversation.readings_seen == {"D-38": "results lack a csrId"}


@pytest.mark.parametrize("at", ["2026-03-01T11:50:00Z", "2026-03-01T12:08:00Z", "yesterday", ""])
def test_a_time_before_the_callback_or_after_its_result_is_wrong(at: str) -> None:
    made = dialogue("first")
    posted(made, result("first", at=at or "none"))
    assert wrong(result_messages.expect_times, made) == {"result of first/dateTime": at or "none"}


def test_clocks_may_differ_by_five_minutes() -> None:
    made = dialogue("first", "second")
    posted(made, result("first", at="2026-03-01T11:56:00Z"), result("second", at="2026-03-01T12:06:00Z"))
    result_messages.expect_times(made)


def test_a_csr_that_a_profile_promises_is_wanted() -> None:
    made = dialogue("first", interpretations={"D-38": "results carry a csrId"})
    posted(made, result("first", csr=None))
    assert wrong(result_messages.expect_csr, made) == {"result of first/csrId": "absent"}


def posted_message(replacements: dict[str, str]) -> bytes:
    text = (
        f'<s:Envelope xmlns:s="{SOAP}"><s:Body><m:CreatedCallBacksResults xmlns:m="{OPERATION.message_namespace}"'
        f' xmlns:h="{CONTRACT.message_parts}" xmlns:p="{OPERATION.payload_namespace}"><m:Header>'
        "<h:Verb>created</h:Verb><h:Noun>CallBacksResults</h:Noun><h:Timestamp>NOW</h:Timestamp>"
        "<h:MessageID>m-1</h:MessageID><h:CorrelationID>m-1</h:CorrelationID></m:Header>"
        "<m:Payload><p:CallBacksResults><p:CallBackResult><p:mRID>CB-first</p:mRID></p:CallBackResult>"
        "</p:CallBacksResults></m:Payload></m:CreatedCallBacksResults></s:Body></s:Envelope>"
    )
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    for old, new in {**replacements, "NOW": replacements.get("NOW", now)}.items():
        assert old in text or old == "NOW"
        text = text.replace(old, new)
    return text.encode()


def with_message(
    monkeypatch: pytest.MonkeyPatch, body: bytes, content_type: str = "text/xml; charset=utf-8"
) -> Dialogue:
    made = dialogue("first")
    monkeypatch.setattr(made, "sendings", [SimpleNamespace(exchange=SimpleNamespace(started=0.0))])
    posted(made, *read_results(body), body=body, headers={"content-type": content_type})
    return made


def test_a_message_with_results_as_table_10_18_has_it(monkeypatch: pytest.MonkeyPatch) -> None:
    made = with_message(monkeypatch, posted_message({}))
    result_messages.expect_valid_messages(made)
    assert set(held(made).values()) == {Held.STRICT}
    assert len(held(made)) == 7
    assert made.conversation.readings_seen == {"D-04": "results carry Timestamp, MessageID and CorrelationID"}


@pytest.mark.parametrize(
    ("old", "new", "field", "observed"),
    [
        (">created<", ">create<", "Header/Verb of results", "create"),
        (">CallBacksResults<", ">CallBacks<", "Header/Noun of results", "CallBacks"),
        ("NOW", "2020-01-01T00:00:00Z", "Header/Timestamp of results", "2020-01-01T00:00:00Z"),
        ("<p:mRID>", "<p:colour>red</p:colour><p:mRID>", "message with results", "colour"),
        ("<m:CreatedCallBacksResults ", "<m:Created ", "message with results", "Created in place of"),
        ("</s:Envelope>", "", "message with results", "no XML"),
        ("<s:Body>", "<s:Body><x/>", "message with results", "no SOAP 1.1 envelope with one element"),
    ],
)
def test_what_is_wrong_with_a_message_is_told_by_its_field(
    monkeypatch: pytest.MonkeyPatch, old: str, new: str, field: str, observed: str
) -> None:
    replacements = {old: new}
    if old == "<m:CreatedCallBacksResults ":
        replacements["</m:CreatedCallBacksResults>"] = "</m:Created>"
    found = wrong(result_messages.expect_valid_messages, with_message(monkeypatch, posted_message(replacements)))
    assert list(found) == [field]
    assert observed in found[field]


def test_elements_of_the_header_that_may_be_absent_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    body = posted_message({"<h:Timestamp>NOW</h:Timestamp>": "", "<h:CorrelationID>m-1</h:CorrelationID>": ""})
    made = with_message(monkeypatch, body)
    result_messages.expect_valid_messages(made)
    assert held(made)["Header/Timestamp of results"] is Held.READING
    assert made.conversation.readings_seen == {"D-04": "results lack Timestamp, MessageID or CorrelationID"}


def test_results_are_posted_as_xml(monkeypatch: pytest.MonkeyPatch) -> None:
    made = with_message(monkeypatch, posted_message({}), "application/x-www-form-urlencoded")
    found = wrong(result_messages.expect_valid_messages, made)
    assert found == {"Content-Type of results": "application/x-www-form-urlencoded"}
