"""An IMS that does not confirm in time: forwarded, answered without mRIDs, there exactly once in the end (D-29)."""

from __future__ import annotations

import contextlib
import sqlite3
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from adapter_processes import Adapter, wait_for
from raw_http import get, raw_post
from soap_messages import Reply, create_message, created, envelope, read_reply, ticket

# The configured interval, and a longer one for tests that end the wait themselves.
INTERVAL, LONG = 1.0, 10.0
NOT_CONFIRMED = (("5.3", "WARNING", "ImsCallbackNotReceived"),)


@pytest.fixture(scope="module")
def started(module_adapter: Adapter) -> Adapter:
    module_adapter.start()
    path = module_adapter.data / "configuration" / "AdapterCrm.xml"
    text = path.read_text(encoding="utf-8")
    assert 'confirmationSeconds="10"' in text
    path.write_text(text.replace('confirmationSeconds="10"', f'confirmationSeconds="{INTERVAL}"'), encoding="utf-8")
    return module_adapter


@pytest.fixture
def slow(started: Adapter) -> Iterator[Adapter]:
    """An adapter, its store empty; all of it runs again afterwards."""
    started.control.reset()
    yield started
    if missing := {"soap", "background"} - set(started.running):
        started.start(*missing)


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(64) as threads:
        yield threads


def send(adapter: Adapter, *names: str) -> Reply:
    return read_reply(raw_post(adapter.url, create_message(*names)).body)


def forwarded(adapter: Adapter, pool: ThreadPoolExecutor, *names: str) -> Future[Reply]:
    """A message on its way: committed, not answered yet."""
    before = adapter.control.store()["pending"]
    reply = pool.submit(send, adapter, *names)
    wait_for(lambda: adapter.control.store()["pending"] > before, "the message in the inbox")
    assert not reply.done()
    return reply


def settled_names(adapter: Adapter) -> list[str]:
    """The stored tickets once nothing waits any more, and a moment later."""
    wait_for(lambda: adapter.control.store()["pending"] == 0, "an empty inbox")
    names = adapter.control.names()
    time.sleep(0.3)
    assert adapter.control.names() == names
    assert len({each["mrid"] for each in adapter.control.tickets()}) == len(names)
    return names


def test_the_reply_comes_after_the_interval_without_mrids(slow: Adapter) -> None:
    slow.control.slow_ims(None)
    started = time.monotonic()
    reply = send(slow, "a", "b")
    assert INTERVAL <= time.monotonic() - started < INTERVAL + 3
    assert reply.result == "OK"
    assert reply.errors == NOT_CONFIRMED
    assert [(entry.mrid, entry.name) for entry in reply.entries] == [(None, "a"), (None, "b")]
    store = slow.control.store()
    assert (store["tickets"], store["position"], store["pending"]) == (0, 0, 1)
    slow.control.release_ims()
    assert settled_names(slow) == ["a", "b"]
    assert send(slow, "c").errors == ()
    assert slow.control.names() == ["a", "b", "c"]


def test_a_message_without_an_accepted_ticket_waits_for_nobody(slow: Adapter) -> None:
    slow.control.slow_ims(LONG)
    started = time.monotonic()
    body = envelope(created([ticket("a", code="Nonsense")]))
    reply = read_reply(raw_post(slow.url, body).body)
    assert (reply.result, reply.reasons) == ("FAILED", ["InvalidTroubleCode"])
    assert read_reply(raw_post(slow.url, envelope(created([]))).body).result == "OK"
    assert time.monotonic() - started < 3
    assert slow.control.store()["pending"] == 0


def test_only_accepted_tickets_are_forwarded(slow: Adapter) -> None:
    slow.control.slow_ims(0.2)
    body = envelope(created([ticket("good"), ticket("bad", code="Nonsense")]))
    reply = read_reply(raw_post(slow.url, body).body)
    assert (reply.result, reply.reasons) == ("PARTIAL", ["InvalidTroubleCode", "ImsCallbackNotReceived"])
    slow.control.release_ims()
    assert settled_names(slow) == ["good"]


def test_others_are_served_meanwhile(slow: Adapter, pool: ThreadPoolExecutor) -> None:
    slow.control.slow_ims(LONG)
    waiting = [forwarded(slow, pool, "first")]
    waiting += [pool.submit(send, slow, f"crowd-{number}") for number in range(40)]
    wait_for(lambda: slow.control.store()["pending"] == 41, "the crowd in the inbox")
    started = time.monotonic()
    changed = raw_post(slow.url, envelope(created([ticket("first")], operation="ChangedTroubleTickets")))
    assert read_reply(changed.body).reasons == ["CsrIDMissing"]
    assert read_reply(raw_post(slow.url, envelope(created([ticket("x", code="Nonsense")]))).body).result == "FAILED"
    assert raw_post(slow.url, b"nonsense").status == 500
    assert get(f"{slow.url}?wsdl").status == 200
    assert slow.control.tickets() == []
    assert time.monotonic() - started < 3
    assert not any(each.done() for each in waiting)
    slow.control.release_ims()
    replies = [each.result(20) for each in waiting]
    assert all(reply.errors == () and reply.entries[0].mrid for reply in replies)
    stored = {each["name"]: each["mrid"] for each in slow.control.tickets()}
    assert stored == {reply.entries[0].name: reply.entries[0].mrid for reply in replies}


def test_many_wait_beside_each_other_not_after_each_other(slow: Adapter, pool: ThreadPoolExecutor) -> None:
    slow.control.slow_ims(INTERVAL)
    started = time.monotonic()
    replies = list(pool.map(lambda number: send(slow, f"beside-{number}"), range(40)))
    assert time.monotonic() - started < INTERVAL + 4
    assert all(reply.errors == NOT_CONFIRMED for reply in replies)
    slow.control.release_ims()
    assert sorted(settled_names(slow)) == sorted(f"beside-{number}" for number in range(40))


def test_a_release_within_the_interval_gives_the_mrids(slow: Adapter, pool: ThreadPoolExecutor) -> None:
    slow.control.slow_ims(LONG)
    waiting = forwarded(slow, pool, "a", "b")
    assert slow.control.tickets() == []
    slow.control.release_ims()
    released = time.monotonic()
    reply = waiting.result(LONG)
    assert time.monotonic() - released < 3
    assert reply.errors == ()
    stored = [(each["mrid"], each["name"]) for each in slow.control.tickets()]
    assert stored == [(entry.mrid, entry.name) for entry in reply.entries]
    assert [name for _, name in stored] == ["a", "b"]


def test_the_fault_expires_by_itself(slow: Adapter, pool: ThreadPoolExecutor) -> None:
    slow.control.slow_ims(LONG, expires=1.0)
    started = time.monotonic()
    reply = forwarded(slow, pool, "a").result(LONG)
    assert 0.5 < time.monotonic() - started < 4
    assert (reply.errors, slow.control.names()) == ((), ["a"])
    assert slow.control.ask("GET", "/faults") == []
    assert send(slow, "b").entries[0].mrid


def test_a_reset_forgets_what_waits(slow: Adapter) -> None:
    slow.control.slow_ims(0.2)
    send(slow, "forgotten")
    slow.control.reset()
    assert slow.control.store()["pending"] == 0
    assert send(slow, "kept").errors == ()
    assert settled_names(slow) == ["kept"]


def test_a_killed_background_process_loses_nothing(slow: Adapter) -> None:
    slow.control.slow_ims(0.2)
    assert send(slow, "a", "b").errors == NOT_CONFIRMED
    slow.kill("background")
    # The SOAP side goes on.
    assert send(slow, "c").errors == NOT_CONFIRMED
    slow.start("background")
    time.sleep(0.3)
    assert slow.control.tickets() == []
    slow.control.release_ims()
    assert settled_names(slow) == ["a", "b", "c"]


@pytest.mark.parametrize("killed", [("soap",), ("soap", "background")])
def test_a_killed_adapter_loses_nothing(slow: Adapter, pool: ThreadPoolExecutor, killed: tuple[str, ...]) -> None:
    slow.control.slow_ims(LONG)
    waiting = [forwarded(slow, pool, "a", "b"), forwarded(slow, pool, "c")]
    slow.kill(*killed)
    for each in waiting:
        assert isinstance(each.exception(LONG), OSError)
    slow.start(*killed)
    time.sleep(0.3)
    assert (slow.control.tickets(), slow.control.store()["pending"]) == ([], 2)
    slow.control.release_ims()
    assert settled_names(slow) == ["a", "b", "c"]


def test_a_stopped_adapter_answers_who_waits(slow: Adapter, pool: ThreadPoolExecutor) -> None:
    slow.control.slow_ims(2.0)
    waiting = forwarded(slow, pool, "a")
    slow.soap.terminate()
    assert waiting.result(10).errors == NOT_CONFIRMED
    assert slow.soap.wait() == 0
    slow.kill("soap")
    slow.control.release_ims()
    assert settled_names(slow) == ["a"]


@pytest.fixture
def filled(slow: Adapter, pool: ThreadPoolExecutor) -> list[str]:
    """The names in an inbox of many messages."""
    slow.control.slow_ims(0.1)
    batches = [[f"{message}-{number}" for number in range(8)] for message in range(250)]
    list(pool.map(lambda names: send(slow, *names), batches))
    assert slow.control.store()["pending"] == len(batches)
    return [name for names in batches for name in names]


def test_two_background_processes_by_mistake_do_no_harm(slow: Adapter, filled: list[str]) -> None:
    with Adapter(slow.data) as second:
        second.start("background")
        slow.control.release_ims()
        assert Counter(settled_names(slow)) == Counter(filled)


def test_kills_while_the_inbox_is_worked_off_do_no_harm(slow: Adapter, filled: list[str]) -> None:
    slow.control.release_ims()
    pending = [messages_in_the_inbox(slow)]
    while pending[-1] and len(pending) <= 3:
        # Seen from outside: the process that could be asked is the one to be killed at its work.
        wait_for(lambda: messages_in_the_inbox(slow) < pending[-1], "some work")
        slow.kill("background")
        pending.append(messages_in_the_inbox(slow))
        slow.launch("background")
    slow.wait_until_up("background")
    assert Counter(settled_names(slow)) == Counter(filled)
    assert pending[1] > 0, f"the kills came too late to prove anything: {pending}"


def messages_in_the_inbox(adapter: Adapter) -> int:
    with contextlib.closing(sqlite3.connect(f"file:{adapter.data}/gridops.sqlite?mode=ro", uri=True)) as store:
        (count,) = store.execute("SELECT count(*) FROM dmz_ims_inbox").fetchone()
        return int(count)
