"""With two workers, what control says holds for both, and is counted once."""

from __future__ import annotations

import contextlib
import os
import signal
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from adapter_processes import Adapter, Control, SharedAdapter, is_alive, wait_for, worker_behind
from raw_http import XML, HttpAnswer, Wire, raw_post, target_of
from soap_messages import at_usage_point, create_message, created, envelope, read_fault, read_reply, ticket

POINT = "UP-0000001"


@pytest.fixture(scope="module")
def two(data_directory: Callable[[str], Path], running_stack: SharedAdapter) -> Iterator[Adapter]:
    landbase = running_stack.control.ask("GET", "/neighbours")["landbase"]
    with Adapter(data_directory("two-workers"), workers=2, landbase=landbase) as own:
        own.start()
        wait_for(lambda: len(own.soap.workers()) == 2, "two workers")
        yield own


class Talk:
    """A connection to one worker."""

    def __init__(self, adapter: Adapter) -> None:
        self.wire = Wire(adapter.url)
        self._target = target_of(adapter.url)
        # A first message makes sure that a worker has taken the connection.
        self.send(envelope("<nothing/>"))
        client_port = self.wire.socket.getsockname()[1]
        self.worker = worker_behind(adapter.soap_port, client_port, adapter.soap.workers())

    def send(self, body: bytes) -> HttpAnswer:
        self.wire.send_head("POST", self._target, {"Content-Type": XML, "Content-Length": str(len(body))})
        self.wire.send(body)
        return self.wire.answer()


@pytest.fixture
def talks(two: Adapter) -> Iterator[list[Talk]]:
    """A connection to each of the two workers; the store is empty."""
    two.control.reset()
    with contextlib.ExitStack() as stack:
        found: dict[int, Talk] = {}

        def another() -> bool:
            talk = Talk(two)
            stack.callback(talk.wire.__exit__)
            found.setdefault(talk.worker, talk)
            return len(found) == 2

        wait_for(another, "connections to both workers")
        yield list(found.values())


def status_of(talk: Talk) -> str:
    """How a new ticket of the usage point comes back."""
    answer = talk.send(envelope(created([ticket("status", at_usage_point(POINT))])))
    assert read_reply(answer.body).result == "OK"
    for word in ("Deenergized", "Energized"):
        if f">{word}<".encode() in answer.body:
            return word
    raise AssertionError(answer.body)


def test_an_incident_is_known_to_both_at_once(two: Adapter, talks: list[Talk]) -> None:
    for _ in range(5):
        assert {status_of(talk) for talk in talks} == {"Energized"}
        device = two.control.ask("GET", f"/usage-points/{POINT}")["transformer"]
        incident = two.control.ask("POST", "/incidents", json={"device": device, "confirmed": False})["mrid"]
        assert {status_of(talk) for talk in talks} == {"Energized"}
        two.control.ask("POST", f"/incidents/{incident}/confirm")
        assert {status_of(talk) for talk in talks} == {"Deenergized"}
        assert not two.control.ask("GET", f"/usage-points/{POINT}")["energized"]
        two.control.ask("POST", f"/incidents/{incident}/restore")
    assert {status_of(talk) for talk in talks} == {"Energized"}


def test_an_internal_error_is_spent_once(two: Adapter, talks: list[Talk]) -> None:
    for first, second in (talks, reversed(talks)):
        two.control.fail_internally(1)
        assert read_fault(first.send(create_message("lost")).body).reasons == ("InternalServerError",)
        assert read_reply(second.send(create_message("kept")).body).result == "OK"
        assert read_reply(first.send(create_message("kept")).body).result == "OK"
    assert two.control.names() == ["kept"] * 4


def test_internal_errors_are_counted_once_over_both(two: Adapter, talks: list[Talk]) -> None:
    two.control.fail_internally(7)
    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda number: raw_post(two.url, create_message(f"n-{number}")), range(60)))
    assert Counter(answer.status for answer in answers) == {500: 7, 200: 53}
    stored = [f"n-{number}" for number, answer in enumerate(answers) if answer.status == 200]
    assert sorted(two.control.names()) == sorted(stored)
    assert two.control.ask("GET", "/faults") == []


def test_a_reset_holds_for_both(two: Adapter, talks: list[Talk]) -> None:
    device = two.control.ask("GET", f"/usage-points/{POINT}")["lateral"]
    two.control.ask("POST", "/incidents", json={"device": device, "confirmed": True})
    assert {status_of(talk) for talk in talks} == {"Deenergized"}
    two.control.fail_internally(5)
    two.control.reset()
    assert {status_of(talk) for talk in talks} == {"Energized"}
    store = two.control.store()
    # A number is never given again: the position goes on.
    assert {name: number for name, number in store.items() if number and name not in ("position", "outbox")} == {
        "tickets": 2,
        "messages": 2,
    }


def previous_count(talk: Talk) -> str:
    answer = talk.send(envelope(created([ticket("count", at_usage_point(POINT))])))
    head, _, tail = answer.body.partition(b"previousTroubleTicketsCount>")
    assert head
    return tail.partition(b"<")[0].decode()


def test_both_see_what_the_other_stored(talks: list[Talk]) -> None:
    assert [previous_count(talk) for talk in [*talks, *talks]] == ["0", "1", "2", "3"]


def test_a_slow_ims_is_slow_for_both(two: Adapter, talks: list[Talk]) -> None:
    two.control.slow_ims(0.3)
    for talk in talks:
        assert read_reply(talk.send(create_message("slow")).body).reasons == ["ImsCallbackNotReceived"]
    assert two.control.tickets() == []
    two.control.release_ims()
    wait_for(lambda: two.control.store()["pending"] == 0, "an empty inbox")
    for talk in talks:
        assert read_reply(talk.send(create_message("quick")).body).reasons == []
    assert two.control.names() == ["slow", "slow", "quick", "quick"]


def landbase_control(running_stack: SharedAdapter) -> Control:
    return Control(running_stack.control.ask("GET", "/neighbours")["landbase_control"])


def locate(talk: Talk, pole: str) -> bool:
    """Whether a ticket at a pole is located."""
    location = (
        f"<p:Location><p:description>PoleID</p:description><p:name>{pole}</p:name><p:type>Pole</p:type></p:Location>"
    )
    reply = read_reply(talk.send(envelope(created([ticket("pole", location)]))).body)
    assert reply.result == "OK"
    return reply.reasons == []


def test_dropped_caches_are_dropped_by_both(two: Adapter, talks: list[Talk], running_stack: SharedAdapter) -> None:
    landbase = landbase_control(running_stack)
    pole = "P-00001"

    def asked() -> int:
        return len(landbase.ask("GET", "/journal")["items"])

    two.control.ask("POST", "/caches/drop")
    landbase.ask("DELETE", "/journal")
    for _ in range(2):
        assert [locate(talk, pole) for talk in talks] == [True, True]
    assert asked() == 2
    two.control.ask("POST", "/caches/drop")
    assert [locate(talk, pole) for talk in talks] == [True, True]
    assert asked() == 4


def test_an_open_circuit_is_closed_for_both(two: Adapter, talks: list[Talk], running_stack: SharedAdapter) -> None:
    landbase = landbase_control(running_stack)
    two.control.ask("POST", "/caches/drop")
    landbase.ask("PUT", "/behaviour", json={"mode": "error", "delay_seconds": 0, "expires_after_seconds": None})
    try:
        for number in range(5):
            for talk in talks:
                locate(talk, f"P-0000{number + 2}")
        assert len(two.control.tickets()) == 10
        assert all(each["located_by"] is None for each in two.control.tickets())
    finally:
        landbase.ask("PUT", "/behaviour", json={"mode": "normal", "delay_seconds": 0, "expires_after_seconds": None})
    two.control.ask("POST", "/caches/drop")
    before = two.control.store()["position"]
    assert [locate(talk, "P-00002") for talk in talks] == [True, True]
    assert [each["located_by"] for each in two.control.tickets(after=before)] == ["landbase", "landbase"]


def test_both_read_a_changed_configuration(two: Adapter, talks: list[Talk]) -> None:
    path = two.data / "configuration" / "CrmAdapter_CreateTroubleTickets_ErrorConfiguration.xml"
    original = path.read_text(encoding="utf-8")
    refused = envelope(created([ticket("x", code="Nonsense")]))
    try:
        path.write_text(original.replace("Invalid trouble code: {0}", "No such code: {0}"), encoding="utf-8")
        for talk in talks:
            assert b"No such code: Nonsense for trouble ticket(s): x." in talk.send(refused).body
    finally:
        path.write_text(original, encoding="utf-8")
    for talk in talks:
        assert b"Invalid trouble code: Nonsense" in talk.send(refused).body


def test_a_killed_worker_is_survived(two: Adapter, talks: list[Talk]) -> None:
    killed, other = talks
    os.kill(killed.worker, signal.SIGKILL)
    wait_for(lambda: not is_alive(killed.worker), "the end of the worker")
    assert read_reply(other.send(create_message("by the other")).body).result == "OK"
    respawned = wait_for(lambda: len(two.soap.workers()) == 2 and two.soap.workers(), "a new worker")
    assert killed.worker not in respawned
    assert two.soap.exit_code() is None

    def the_new_one_answers() -> bool:
        talk = Talk(two)
        with talk.wire:
            if talk.worker in (killed.worker, other.worker):
                return False
            return read_reply(talk.send(create_message("by the new one")).body).result == "OK"

    wait_for(the_new_one_answers, "an answer by the new worker")
    assert two.control.names() == ["by the other", "by the new one"]
