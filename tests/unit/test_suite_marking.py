"""What a scenario does to the store is told from what was there before, with as few questions as that takes."""

from __future__ import annotations

from typing import Any

import pytest
from suite_conversations import StoreControl, earlier, stored, told

from crmkit.suite.access.control import Control, StoreState, TicketsSeen
from crmkit.suite.access.control_api import ControlApi
from crmkit.suite.errors import CouldNotTest, HarnessError
from crmkit.suite.tickets.snapshots import present, take_snapshot
from crmkit.suite.tickets.stored import settled, stored_by_scenario, waiting_checks


class CountingControl(StoreControl):
    """Counts how often it is asked for the store, and tells the time there when it has one."""

    def __init__(self) -> None:
        super().__init__()
        self.stores = 0
        self.now: str | None = None

    def store(self) -> StoreState:
        self.stores += 1
        return StoreState(super().store().position, self.pending, self.now)


@pytest.fixture
def control(monkeypatch: pytest.MonkeyPatch) -> CountingControl:
    made = CountingControl()
    monkeypatch.setattr("suite_conversations.StoreControl", lambda: made)
    return made


def test_marks_in_a_row_are_noted_once_and_before_something_happens(control: CountingControl) -> None:
    conversation, _ = told("5.1-13", "CreatedTroubleTickets")
    asked = control.stores
    for number in range(3):
        control.tickets.append(stored(number + 1, f"old-{number}"))
        conversation.mark()
    conversation.note_before()
    control.tickets.append(stored(4, "new", message_id=None))
    assert conversation.before == StoreState(3, 0)
    assert control.stores == asked + 1
    assert [each["mrid"] for each in stored_by_scenario(conversation, settled(conversation))] == ["m-new"]


def test_what_is_sent_to_arrange_something_is_no_part_of_it(control: CountingControl) -> None:
    conversation, _ = told("5.1-13", "CreatedTroubleTickets")
    operation = conversation.operation
    header = conversation.make_header(operation)
    with conversation.arranging():
        conversation.prepare(operation, header, {"TroubleTicket": []})
        control.tickets.append(stored(1, "arranged"))
    conversation.prepare(operation, header, {"TroubleTicket": []})
    control.tickets.append(stored(2, "subject"))
    assert conversation.before == StoreState(1, 0)


def test_a_look_at_the_tickets_notes_what_is_there(control: CountingControl) -> None:
    conversation, _ = told("5.2-01", "ChangedTroubleTickets")
    control.tickets = [stored(1, "alpha")]
    earlier(conversation, "alpha")
    control.store = lambda: StoreState(1, 0)  # type: ignore[method-assign]
    take_snapshot(conversation)
    control.store = lambda: pytest.fail("asked once more")  # type: ignore[method-assign]
    there = [stored(1, "alpha"), stored(2, "new", message_id=None)]
    control.tickets_seen = lambda _: TicketsSeen(there, 0, StoreState(2, 0))  # type: ignore[method-assign]
    seen = settled(conversation)
    assert [each["mrid"] for each in stored_by_scenario(conversation, seen)] == ["m-new"]
    assert present(conversation, seen).active.keys() == {"m-alpha"}


def test_what_waits_is_waited_for(control: CountingControl, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crmkit.suite.marking._POLL_SECONDS", 0)
    conversation, _ = told("5.1-29", "CreatedTroubleTickets")
    conversation.note_before()
    states = iter([StoreState(0, 1), StoreState(0, 1), StoreState(1, 0)])
    control.pending = 1
    control.store = lambda: next(states)  # type: ignore[method-assign]
    assert settled(conversation).state == StoreState(0, 1) or next(states, None) is None
    [check] = waiting_checks(conversation, TicketsSeen([], 0, StoreState(0, 2)))
    assert (check.expected, check.observed, check.held.value) == ("0", "2", "no")


def test_the_time_that_the_store_tells_is_taken(control: CountingControl) -> None:
    control.now = "2031-05-01T12:00:00Z"
    conversation, _ = told("5.1-13", "CreatedTroubleTickets")
    control.clock = lambda: pytest.fail("asked for the time")  # type: ignore[method-assign]
    conversation.run.clock.look()
    assert conversation.run.clock.now().year == 2031


class Api(ControlApi):
    """A control API that offers some routes."""

    def __init__(self, *offered: str) -> None:
        self.offered = offered
        self.calls: list[str] = []

    def call(self, method: str, path: str, body: Any = None, query: Any = None) -> Any:
        self.calls.append(f"{method} {path}")
        if path not in self.offered:
            raise CouldNotTest(path)
        if path.startswith("/incidents/many"):
            many = body.get("mrids") or [each["device"] for each in body["incidents"]]
            if "open" in many and path.endswith("archive"):
                raise HarnessError("409")
            return [{"mrid": each, "closed": True} for each in many]
        return {"mrid": path.split("/")[2] if path.count("/") > 1 else body["device"], "closed": True}


def test_many_incidents_are_taken_together_where_that_is_offered() -> None:
    api = Api("/incidents/many", "/incidents/many/restore", "/incidents/many/archive")
    control = Control(api)
    assert [each["mrid"] for each in control.create_incidents([{"device": "a"}, {"device": "b"}])] == ["a", "b"]
    assert [each["mrid"] for each in control.restore_incidents(["a", "b"])] == ["a", "b"]
    control.archive_incidents(["a", "b"])
    assert api.calls == ["POST /incidents/many", "POST /incidents/many/restore", "POST /incidents/many/archive"]


def test_they_are_taken_one_by_one_where_it_is_not() -> None:
    api = Api("/incidents", "/incidents/a/restore", "/incidents/b/restore", "/incidents/b/archive")
    control = Control(api)
    assert [each["mrid"] for each in control.create_incidents([{"device": "a"}, {"device": "b"}])] == ["a", "b"]
    assert [each["mrid"] for each in control.restore_incidents(["a", "b"])] == ["a", "b"]
    control.archive_incidents(["a", "b"])
    assert api.calls == [
        "POST /incidents/many",
        "POST /incidents",
        "POST /incidents",
        "POST /incidents/a/restore",
        "POST /incidents/b/restore",
        "POST /incidents/a/archive",
        "POST /incidents/b/archive",
    ]


def test_one_that_cannot_be_archived_holds_nobody_up() -> None:
    api = Api("/incidents/many/archive", "/incidents/a/archive", "/incidents/open/archive")
    Control(api).archive_incidents(["a", "open"])
    assert api.calls == ["POST /incidents/many/archive", "POST /incidents/a/archive", "POST /incidents/open/archive"]


def test_a_single_one_is_taken_by_itself() -> None:
    api = Api("/incidents", "/incidents/a/restore")
    Control(api).create_incidents([{"device": "a"}])
    Control(api).restore_incidents(["a"])
    assert api.calls == ["POST /incidents", "POST /incidents/a/restore"]


def test_a_page_tells_how_much_there_is_of_one_moment() -> None:
    pages = {
        0: {"total": 2, "position": 5, "pending": 1, "items": [{"seq": 4}, {"seq": 5}]},
        10: {"total": 3, "position": 13, "pending": 0, "items": [{"seq": 11}, {"seq": 12}]},
        12: {"total": 1, "position": 13, "pending": 0, "items": [{"seq": 13}]},
        20: {"total": 1, "items": [{"seq": 21}]},
    }

    class Pages(ControlApi):
        def call(self, method: str, path: str, body: Any = None, query: Any = None) -> Any:
            return pages[query["after"]]

    control = Control(Pages())
    assert control.tickets_seen(0) == TicketsSeen([{"seq": 4}, {"seq": 5}], 0, StoreState(5, 1))
    # Of several pages, and of an API that does not tell, nothing is known.
    assert control.tickets_seen(10) == TicketsSeen([{"seq": 11}, {"seq": 12}, {"seq": 13}], 10, None)
    assert control.tickets_seen(20) == TicketsSeen([{"seq": 21}], 20, None)
