"""What has reached the IVR, what became of it, and what the target says of that."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from callback_examples import Ivr, carried, queue_of, waiting

from crm_contract.messages import CallBack
from crmkit.suite.access.ivr_control import IvrControl
from crmkit.suite.callbacks import ivr_sending
from crmkit.suite.callbacks.ivr_messages import SentCallbacks
from crmkit.suite.callbacks.ivr_sending import (
    expect_any_log,
    expect_nothing_yet,
    expect_outcome,
    expect_received,
    hush,
    listen,
    send_too_early,
    send_until_given_up,
)
from crmkit.suite.callbacks.queue import CallbackQueue
from crmkit.suite.errors import CouldNotTest, HarnessError, Mismatch

TABLE = [["code", "level", "reason", "details", "{0}"]]
TABLE += [["1.8", "FATAL", "InvalidMessage", "Received message is invalid against xsd schema. Reason: {0}.", "*"]]
LINE = {
    "seq": 1,
    "code": "1.8",
    "level": "FATAL",
    "reason": "InvalidMessage",
    "details": "Received message is invalid against xsd schema. Reason: it is HTML.",
    "message_id": "message-1",
}


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing more is going to come."""
    monkeypatch.setattr(ivr_sending, "_COMES_SECONDS", 0.0)


def message(*aliases: str, **changes: Any) -> dict[str, Any]:
    """What the IVR's journal has of a message with these callbacks."""
    kept = {"behaviour": "normal", "valid": True, "result": "OK", "problem": None, "message_id": "message-1"}
    return {**kept, "callbacks": [f"CB-{alias}" for alias in aliases], "body": "", **changes}


def sent(*records: dict[str, Any], mode: str = "normal", log: tuple[dict[str, Any], ...] = ()) -> CallbackQueue:
    """Two callbacks were to be sent, and this reached the IVR."""
    queue = queue_of(waiting("first"), waiting("second"), row="9.1-01", operation="CreatedCallBacks")
    queue.__dict__["_ivr"] = Ivr(*records)
    queue.ivr_mode, queue.log_position, queue.api.log = mode, 0, list(log)
    return queue


def refusal(judge: Callable[[], None]) -> str:
    with pytest.raises(Mismatch) as caught:
        judge()
    return str(caught.value)


def test_taken() -> None:
    expect_outcome(sent(message("first"), message("second", message_id="message-2")), "OK")


@pytest.mark.parametrize(
    ("queue", "says"),
    [
        (sent(), "messages to the IVR"),
        (sent(message("other")), "messages to the IVR"),
        (sent(message("first"), message("second", result="FAILED")), "answer of the IVR"),
        (sent(message("first", result=None)), "answer of the IVR"),
        (sent(message("first"), log=(LINE,)), "nothing of this sending"),
        (sent(message("first"), log=({**LINE, "message_id": None},)), "nothing of this sending"),
    ],
    ids=["nothing came", "nothing of ours", "one was refused", "no answer", "logged", "logged of nobody knows what"],
)
def test_not_taken_though_it_should_be(queue: CallbackQueue, says: str) -> None:
    assert says in refusal(lambda: expect_outcome(queue, "OK"))


def test_what_is_logged_of_other_messages_does_not_matter() -> None:
    expect_outcome(sent(message("first"), log=({**LINE, "message_id": "message-7"},)), "OK")


def dropped(first: int, second: int) -> CallbackQueue:
    """Each callback was tried so often."""
    tries = [message("first", result=None, behaviour="drop")] * first
    return sent(*tries, *[message("second", result=None, behaviour="drop")] * second, mode="drop")


def test_out_of_reach() -> None:
    expect_outcome(sent(mode="down"), "FAILED")
    expect_outcome(dropped(3, 3), "FAILED")


@pytest.mark.parametrize(
    ("queue", "says"),
    [
        (dropped(1, 3), "tries to send first: expected 3, observed 1"),
        (dropped(3, 4), "tries to send second: expected 3, observed 4"),
        (dropped(0, 0), "messages to the IVR"),
        (sent(message("first"), mode="failed"), "answer of the IVR: expected none, or not OK"),
        (sent(mode="failed"), "messages to the IVR"),
    ],
    ids=["given up early", "not given up", "not even tried", "taken all the same", "not tried"],
)
def test_not_as_out_of_reach(queue: CallbackQueue, says: str) -> None:
    assert says in refusal(lambda: expect_outcome(queue, "FAILED"))


INVALID = message("first", behaviour="html", result=None)


def test_an_invalid_reply_is_logged() -> None:
    expect_outcome(sent(INVALID, mode="html", log=(LINE,)), "FAILED", TABLE)
    expect_outcome(sent(INVALID, mode="html", log=({**LINE, "reason": "invalidmessage"},)), "FAILED", TABLE)


ALL_MISSING = ["log/code", "log/level", "log/reason", "log/details"]


@pytest.mark.parametrize(
    ("log", "wrong"),
    [
        ((), ALL_MISSING),
        (({**LINE, "code": "5.3"},), ["log/code"]),
        (({**LINE, "code": None},), ["log/code"]),
        (({**LINE, "level": "WARNING"},), ["log/level"]),
        (({**LINE, "reason": "InternalServerError"},), ["log/reason"]),
        (({**LINE, "details": "It is HTML."},), ["log/details"]),
        (({**LINE, "details": None},), ["log/details"]),
        (({**LINE, "details": "Received message is invalid against xsd schema. Reason: {0}."},), ["log/details"]),
        (({**LINE, "message_id": "message-7"},), ALL_MISSING),
        ((LINE, {**LINE, "code": "5.3"}), ["log"]),
    ],
)
def test_an_invalid_reply_that_is_logged_otherwise(log: tuple[dict[str, Any], ...], wrong: list[str]) -> None:
    said = refusal(lambda: expect_outcome(sent(INVALID, mode="html", log=log), "FAILED", TABLE))
    assert [line.partition(":")[0] for line in said.splitlines()] == wrong


def test_any_line_of_the_log() -> None:
    expect_any_log(sent(INVALID, log=({**LINE, "code": None, "reason": None},)))
    assert "not taken" in refusal(lambda: expect_any_log(sent(INVALID)))
    queue = sent(INVALID)
    queue.log_position = None
    with pytest.raises(HarnessError, match="did not say what the IVR does"):
        expect_any_log(queue)


def test_a_sending_is_ok_or_failed() -> None:
    with pytest.raises(HarnessError, match="OK without errors, or FAILED"):
        expect_outcome(sent(), "PARTIAL")
    with pytest.raises(HarnessError, match="OK without errors, or FAILED"):
        expect_outcome(sent(), "OK", TABLE)


HEADER = {
    "Verb": "created",
    "Noun": "CallBacks",
    "MessageID": "message-1",
    "CorrelationID": "message-1",
}


def received(monkeypatch: pytest.MonkeyPatch, *callbacks: CallBack, **header: str) -> CallbackQueue:
    """One message with these callbacks."""
    queue = sent(message(*(str(each.mrid).removeprefix("CB-") for each in callbacks)))
    now = queue.conversation.run.clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")
    told = SentCallbacks({**HEADER, "Timestamp": now, **header}, callbacks, True)
    for each in callbacks:
        each.date_time = now
    monkeypatch.setattr(ivr_sending, "read_sent", lambda record, contract: told)
    return queue


BOTH = [["callback", "csr"], ["first", "CrmAdapter"], ["second", "CrmAdapter"]]


def of_adapter(alias: str, **changes: Any) -> CallBack:
    return carried(alias, "CrmAdapter", **changes)


def test_received(monkeypatch: pytest.MonkeyPatch) -> None:
    expect_received(received(monkeypatch, of_adapter("second"), of_adapter("first")), BOTH)
    expect_received(received(monkeypatch, of_adapter("first"), of_adapter("other")), BOTH[:2])


@pytest.mark.parametrize(
    ("callbacks", "header", "says"),
    [
        (["first"], {}, "expected first, second, observed first"),
        (["first", "second", "second"], {}, "observed first, second, second"),
        (["first", "second"], {"Verb": "changed"}, "Header/Verb"),
        (["first", "second"], {"CorrelationID": "message-2"}, "Header/CorrelationID"),
    ],
    ids=["one is missing", "one came twice", "the verb", "the correlation id"],
)
def test_received_otherwise(
    monkeypatch: pytest.MonkeyPatch, callbacks: list[str], header: dict[str, str], says: str
) -> None:
    queue = received(monkeypatch, *map(of_adapter, callbacks), **header)
    assert says in refusal(lambda: expect_received(queue, BOTH))


def test_one_that_should_not_have_come(monkeypatch: pytest.MonkeyPatch) -> None:
    queue = received(monkeypatch, of_adapter("first"), of_adapter("second"))
    assert "expected first, observed first, second" in refusal(lambda: expect_received(queue, BOTH[:2]))


def test_what_is_known_of_a_callback_is_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    queue = received(monkeypatch, of_adapter("first", reason=None), carried("second", "csr-7"))
    told = refusal(lambda: expect_received(queue, BOTH))
    assert "Payload/first/Reason" in told
    assert "Payload/second/csrId: expected CrmAdapter, observed csr-7" in told


def test_again_and_again_is_more_often_than_it_may_try(monkeypatch: pytest.MonkeyPatch) -> None:
    queue = sent()
    passed: list[float] = []
    monkeypatch.setattr(queue, "let_pass", passed.append)
    send_until_given_up(queue)
    assert queue.api.jobs == ["publisher"] * 6
    assert passed == [61.0, *[11.0] * 5]


def looked(monkeypatch: pytest.MonkeyPatch, seconds_ago: float, *records: dict[str, Any]) -> CallbackQueue:
    """The target has looked for callbacks that long ago, and this has reached the IVR since."""
    queue = sent(*records)
    now = queue.conversation.run.clock.now()
    monkeypatch.setattr(queue.conversation.run.clock, "now", lambda: now)
    queue.looked_at = now - timedelta(seconds=seconds_ago)
    return queue


@pytest.mark.parametrize(("seconds_ago", "left"), [(2, 46.0), (40, 8.0)])
def test_too_early_is_towards_the_end_of_the_interval(
    monkeypatch: pytest.MonkeyPatch, seconds_ago: float, left: float
) -> None:
    queue = looked(monkeypatch, seconds_ago)
    passed: list[float] = []
    monkeypatch.setattr(queue, "let_pass", passed.append)
    send_too_early(queue)
    assert (passed, queue.api.jobs) == ([left], ["publisher"])


def test_who_looks_all_the_time_is_not_early(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(CouldNotTest, match="looks every 60 s"):
        send_too_early(looked(monkeypatch, 50))
    with pytest.raises(HarnessError, match="did not have the target look"):
        send_too_early(sent())


def test_nothing_was_sent_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    expect_nothing_yet(looked(monkeypatch, 50))
    expect_nothing_yet(looked(monkeypatch, 50, message("other")))


@pytest.mark.parametrize("record", [message("first"), message("other", "second"), message(valid=False)])
def test_something_was_sent_too_early(monkeypatch: pytest.MonkeyPatch, record: dict[str, Any]) -> None:
    assert "before it was time" in refusal(lambda: expect_nothing_yet(looked(monkeypatch, 50, record)))
    with pytest.raises(CouldNotTest, match="was over before the suite could ask"):
        expect_nothing_yet(looked(monkeypatch, 61, record))


def test_the_scenario_knows_when_the_target_looked(monkeypatch: pytest.MonkeyPatch) -> None:
    queue = looked(monkeypatch, 50)
    monkeypatch.setattr(queue, "let_pass", lambda seconds: None)
    queue.publish()
    assert queue.looked_at == queue.conversation.run.clock.now()


class Told(IvrControl):
    """An IVR that notes what it is told; it dialled by chance before."""

    def __init__(self) -> None:
        self.said: list[tuple[str, str, Any]] = []
        self.kept: dict[str, Any] = {"enabled": True, "delay_seconds": 3, "script": {}, "csr_id": "IVR", "seed": 7}
        self.behaving: dict[str, Any] = {"mode": "failed", "delay_seconds": 5, "expires_after_seconds": None}
        super().__init__("http://localhost:9")
        self._http.call = self._call  # type: ignore[method-assign]

    def _call(self, method: str, path: str, body: Any = None, query: Any = None) -> Any:
        self.said.append((method, path, body))
        if (method, path) == ("PUT", "/dialling"):
            self.kept = body
        if path == "/behaviour":
            self.behaving = body or self.behaving
            return dict(self.behaving)
        return {"dropped": 2, "items": []} if path in ("/journal", "/dialled") else dict(self.kept)


def test_the_ivr_is_hushed_and_dials_again_afterwards() -> None:
    queue = sent()
    queue.__dict__["_ivr"] = ivr = Told()
    hush(queue, "answers with a page of HTML")
    assert ivr.kept["enabled"] is False
    assert ("DELETE", "/journal", None) in ivr.said
    assert ivr.behaving["mode"] == queue.ivr_mode == "html"
    assert ivr.behaving["expires_after_seconds"] > 0
    queue.conversation.clean_up()
    assert ivr.kept == {"enabled": True, "delay_seconds": 3, "script": {}, "csr_id": "IVR", "seed": 7}
    assert ivr.behaving == {"mode": "failed", "delay_seconds": 5, "expires_after_seconds": None}


def test_the_ivr_calls_by_script_and_by_chance_afterwards() -> None:
    queue = sent()
    queue.__dict__["_ivr"] = ivr = Told()
    listen(queue, "Busy")
    assert ivr.kept == {"enabled": True, "delay_seconds": 0, "script": {"*": "Busy"}, "csr_id": "IVR", "seed": 7}
    queue.conversation.clean_up()
    assert ivr.kept["script"] == {}


def test_a_way_to_behave_that_the_ivr_does_not_know() -> None:
    with pytest.raises(HarnessError, match="'sings': the IVR refuses connections"):
        hush(sent(), "sings")


def test_a_journal_that_has_dropped_something_shows_nothing() -> None:
    for look in (Told().journal, Told().dialled):
        with pytest.raises(HarnessError, match="2 records"):
            look()
