"""Callbacks that come about for a scenario, and are gone afterwards."""

from __future__ import annotations

from typing import Any

import pytest
from callback_examples import SETTINGS, answered, queue_of, reply, stored, waiting

from crmkit.suite import callback_arranging, callback_queue
from crmkit.suite.callback_arranging import arrange
from crmkit.suite.callback_control import CallbackControl
from crmkit.suite.callback_queue import CallbackQueue
from crmkit.suite.callback_tidying import tidy
from crmkit.suite.control import Control
from crmkit.suite.errors import CouldNotTest, HarnessError, Mismatch


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing more is going to come."""
    monkeypatch.setattr(callback_queue, "_COMES_SECONDS", 0.0)


def test_without_control_no_callback_can_be_arranged() -> None:
    queue = queue_of()
    del queue.__dict__["api"], queue.__dict__["settings"]
    queue.conversation.run.control = None
    with pytest.raises(CouldNotTest, match="--control"):
        arrange(queue, [["callback"], ["first"]])


@pytest.mark.parametrize("told", [{}, {"ivr_control": None}, {"ivr": "http://localhost:1"}])
def test_without_an_ivr_beside_the_target(monkeypatch: pytest.MonkeyPatch, told: dict[str, Any]) -> None:
    queue = queue_of()
    del queue.__dict__["ivr"]
    monkeypatch.setattr(Control, "neighbours", lambda self: told)
    with pytest.raises(CouldNotTest, match="no IVR stands beside the target"):
        _ = queue.ivr


@pytest.mark.parametrize("path", [("requeue",), ("publisher", "pause"), ("publisher",), ("requeue_seconds", "more")])
def test_a_setting_that_is_not_told(path: tuple[str, ...]) -> None:
    assert queue_of().setting("publisher", "tries") == 3
    with pytest.raises(CouldNotTest, match=f"do not tell {'.'.join(path)}"):
        queue_of().setting(*path)


@pytest.mark.parametrize(
    ("sent", "wanted", "says"),
    [([6, 5, 4], "4", "sends callbacks of priority 4"), ([6], "5", "does not send callbacks of priority 5")],
)
def test_a_publisher_that_sends_others(sent: list[int], wanted: str, says: str) -> None:
    queue = queue_of()
    queue.__dict__["settings"] = {**SETTINGS, "publisher": {"priorities": sent}}
    with pytest.raises(CouldNotTest, match=says):
        arrange(queue, [["callback", "priority"], ["first", wanted]])


@pytest.mark.parametrize(
    ("operation", "error"), [("GetCallbacks", Mismatch), ("CreatedCallBacksResults", CouldNotTest)]
)
def test_who_hands_out_nothing_fails_where_that_is_tested(operation: str, error: type[Exception]) -> None:
    queue = answered(queue_of(operation=operation), reply("FAILED"))
    queue.conversation.send_message = lambda *given: None  # type: ignore[method-assign]
    with pytest.raises(error, match="FAILED"):
        queue.empty()
    with pytest.raises(error, match="one when the incident is restored"):
        queue.not_arranged("callback first", "one when the incident is restored", "none")


def test_what_was_pulled_is_remembered_until_time_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    queue = queue_of(waiting("first"))
    answered(queue, reply(callbacks=[]))
    queue.handed_out = {"CB-first"}
    monkeypatch.setattr(queue.conversation.run, "advance_clock", lambda seconds: None)
    queue.let_pass(1)
    assert queue.handed_out == set()


def test_callbacks_are_looked_at_anew() -> None:
    queue = queue_of(waiting("first"), waiting("second"))
    assert not queue.until_held(["first", "second"], "csr-7")
    for each in queue.api.callbacks:
        each["assigned_user"] = "csr-7"
    assert queue.until_held(["first", "second"], "csr-7")
    queue.api.callbacks.append(stored("somebody else's"))
    assert [each["mrid"] for each in queue.stored()] == ["CB-first", "CB-second"]


def test_tables_of_callbacks() -> None:
    with pytest.raises(HarnessError, match="no column 'usage point'"):
        arrange(queue_of(), [["callback", "usage point"], ["first", "home"]])
    rows = [{"callback": "first", "priority": "2", "caller": "Ada Lovelace"}]
    tickets = callback_arranging._tickets([["callback", "priority", "caller"]], rows)
    assert tickets == [
        ["ticket", "usage point", "call back", "caller"],
        ["first", "first", "yes", "Ada Lovelace"],
    ]


class Far:
    """A target that is tidied up: what it was told, and callbacks that it then has."""

    def __init__(self, queue: CallbackQueue, monkeypatch: pytest.MonkeyPatch) -> None:
        self.said: list[Any] = []
        self.fails = False
        conversation, control = queue.conversation, queue.conversation.run.control
        monkeypatch.setattr(conversation, "prepare", self._prepare)
        monkeypatch.setattr(conversation, "stored", lambda: control.tickets)  # type: ignore[union-attr]
        monkeypatch.setattr(Control, "incident", lambda _, mrid: {"restored": mrid != "INC-open", "confirmed": False})
        monkeypatch.setattr(Control, "restore_incident", lambda _, mrid: self.said.append(("restore", mrid)))
        monkeypatch.setattr(queue, "let_pass", lambda seconds: self.said.append(("wait", round(seconds, -1))))
        monkeypatch.setattr(queue.api, "act", self._act, raising=False)
        self._callbacks = queue.api.callbacks

    def _act(self, mrid: str, action: str) -> None:
        self.said.append((action, mrid))
        if self.fails:
            raise HarnessError("HTTP 409")

    def _prepare(self, operation: Any, header: Any, inside: Any) -> Far:
        self._inside = inside
        return self

    def send(self) -> None:
        self.said.append(self._inside)
        for each in self._callbacks:
            each["assigned_user"] = each["assigned_user"] or "crmkit"


def results(*held: tuple[str, str]) -> dict[str, Any]:
    entries = [{"mRID": f"CB-{alias}", "csrId": user, "status": {"value": "Restored"}} for alias, user in held]
    return {"CallBackResult": entries}


def test_held_callbacks_are_closed_and_incidents_archived(monkeypatch: pytest.MonkeyPatch) -> None:
    queue = queue_of(waiting("first", assigned_user="csr-7"), waiting("second", closed=True))
    queue.incidents = ["INC-open", "INC-second"]
    far = Far(queue, monkeypatch)
    far.fails = True
    tidy(queue)
    assert far.said == [
        ("restore", "INC-open"),
        results(("first", "csr-7")),
        ("archive", "INC-open"),
        ("archive", "INC-second"),
    ]


def test_waiting_callbacks_are_pulled_when_they_are_due(monkeypatch: pytest.MonkeyPatch) -> None:
    soon = (queue_of().conversation.run.clock.now()).isoformat().replace("2026", "2126")
    queue = queue_of(waiting("first", assigned_user="csr-7"), waiting("second", periods=[{"start": soon, "end": soon}]))
    far = Far(queue, monkeypatch)
    tidy(queue)
    waited, pulled, reported = far.said
    assert waited[0] == "wait"
    assert waited[1] > 3_000_000_000
    assert pulled["CallBack"]["count"] == "10000"
    assert reported == results(("first", "csr-7"), ("second", "crmkit"))


def test_an_outage_that_was_reported_again_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    queue = queue_of(waiting("first", closed=True))
    far = Far(queue, monkeypatch)
    tickets = [{"usage_point": "UP-first", "incident": "INC-new"}, {"usage_point": "UP-other", "incident": "INC-other"}]
    queue.conversation.run.control.tickets = tickets  # type: ignore[union-attr]
    tidy(queue)
    assert queue.api.jobs == ["prediction"]
    assert far.said == [("cancel", "INC-new"), ("archive", "INC-new")]


class Pages(Control):
    """A control API that gives two callbacks a page."""

    def __init__(self, count: int) -> None:
        super().__init__("http://localhost:9")
        self.items = [{"seq": number} for number in range(1, count + 1)]

    def ask(self, method: str, path: str, body: Any = None, query: Any = None) -> Any:
        behind = [each for each in self.items if each["seq"] > query.get("after", 0)]
        return {"total": len(behind), "position": len(self.items), "items": behind[:2]}


def test_callbacks_come_in_pages() -> None:
    api = CallbackControl(Pages(5))
    assert [each["seq"] for each in api.callbacks_after(0)] == [1, 2, 3, 4, 5]
    assert [each["seq"] for each in api.callbacks_after(4)] == [5]
    assert api.callbacks_after(5) == []
    assert api.position() == 5


@pytest.mark.parametrize("answer", [[], None, {"items": []}, {"position": 1, "items": None}])
def test_what_is_no_page_is_the_harness_fault(monkeypatch: pytest.MonkeyPatch, answer: Any) -> None:
    control = Pages(0)
    monkeypatch.setattr(control, "ask", lambda *given, **more: answer)
    with pytest.raises(HarnessError, match="the answer is no page"):
        CallbackControl(control).position()
