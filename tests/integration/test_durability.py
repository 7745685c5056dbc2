"""What was acknowledged survives `kill -9`, once and whole; what was not is there whole or not at all.

CRMKIT_KILLS says how often the adapter is killed (default 5).
"""

from __future__ import annotations

import contextlib
import http.client
import itertools
import os
import random
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from adapter_processes import Adapter, group_members, is_alive, wait_for
from raw_http import get, raw_post
from soap_messages import Reply, create_message, created, envelope, read_reply, ticket

KILLS = int(os.environ.get("CRMKIT_KILLS", "5"))
CLIENTS = 4
LARGEST_BATCH = 20
# A killed adapter breaks a connection, or answers half.
BROKEN = (OSError, http.client.HTTPException)


@dataclass
class Sent:
    """Messages by their id: the names of the tickets to be stored, and the replies that came."""

    names: dict[str, list[str]] = field(default_factory=dict)
    replies: dict[str, Reply] = field(default_factory=dict)


class Stream:
    """Clients that send batch after batch, whether they are answered or not."""

    def __init__(self, url: str) -> None:
        self.sent = Sent()
        self._url = url
        self._stop = threading.Event()
        self._numbers = itertools.count(1)
        self._pool = ThreadPoolExecutor(CLIENTS)
        self._clients = [self._pool.submit(self._send, number) for number in range(CLIENTS)]

    def stop(self) -> None:
        """Let the messages under way end; fails for what a client found wrong."""
        self._stop.set()
        self._pool.shutdown()
        for client in self._clients:
            client.result()

    def acknowledged(self) -> int:
        """How many messages were answered so far."""
        return len(self.sent.replies)

    def _send(self, client: int) -> None:
        while not self._stop.is_set():
            message_id = f"{client}-{next(self._numbers)}"
            names = [f"{message_id}/{number}" for number in range(random.randint(1, LARGEST_BATCH))]
            # Each batch has one ticket that is refused.
            tickets = [*map(ticket, names), ticket(f"{message_id}/refused", code="Nonsense")]
            self.sent.names[message_id] = names
            try:
                answer = raw_post(self._url, envelope(created(tickets, message_id)))
            except ConnectionRefusedError:
                del self.sent.names[message_id]
                self._stop.wait(0.05)
                continue
            except BROKEN:
                continue
            assert answer.status == 200, answer.body
            self.sent.replies[message_id] = read_reply(answer.body)


def check_store(adapter: Adapter, sent: Sent) -> tuple[int, int]:
    """Compare store and replies; how many unacknowledged messages are there whole, and how many not at all."""
    stored: dict[str, list[dict[str, object]]] = {}
    for each in adapter.control.tickets():
        stored.setdefault(each["message_id"], []).append(each)
    for message_id, reply in sent.replies.items():
        assert (reply.result, reply.reasons) == ("PARTIAL", ["InvalidTroubleCode"])
        expected = [(entry.mrid, entry.name) for entry in reply.entries]
        assert [name for _, name in expected] == sent.names[message_id]
        assert [(each["mrid"], each["name"]) for each in stored.get(message_id, [])] == expected
    for message_id in stored.keys() - sent.replies.keys():
        assert [each["name"] for each in stored[message_id]] == sent.names[message_id]
    whole = len(stored.keys() - sent.replies.keys())
    return whole, len(sent.names) - len(sent.replies) - whole


def check_integrity(data: Path) -> None:
    with contextlib.closing(sqlite3.connect(data / "gridops.sqlite")) as store:
        assert store.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert store.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_what_was_acknowledged_survives_kills(module_adapter: Adapter) -> None:
    adapter = module_adapter.start()
    stream = Stream(adapter.url)
    try:
        for _ in range(KILLS):
            before = stream.acknowledged()
            wait_for(lambda before=before: stream.acknowledged() > before, "an answer after the start")
            time.sleep(random.uniform(0, 0.6))
            adapter.kill()
            adapter.start()
    finally:
        stream.stop()
    whole, absent = check_store(adapter, stream.sent)
    adapter.kill()
    check_integrity(adapter.data)
    tickets = sum(len(reply.entries) for reply in stream.sent.replies.values())
    assert stream.acknowledged() >= KILLS
    print(
        f"\n{KILLS} kills of the adapter: {stream.acknowledged()} acknowledged messages with {tickets} tickets, all"
        f" there exactly once; of {whole + absent} unacknowledged ones {whole} are there whole and {absent} not at all"
    )


def test_the_messages_counted_are_those_stored(module_adapter: Adapter) -> None:
    """The audit is written in the tickets' transaction."""
    if not module_adapter.running:
        module_adapter.start()
    with contextlib.closing(sqlite3.connect(module_adapter.data / "gridops.sqlite")) as store:
        audited = dict(store.execute("SELECT message_id, accepted FROM dmz_messages").fetchall())
    stored = Counter(each["message_id"] for each in module_adapter.control.tickets())
    assert audited == dict(stored)


def test_an_internal_error_leaves_nothing_behind(module_adapter: Adapter) -> None:
    if not module_adapter.running:
        module_adapter.start()
    module_adapter.control.reset()
    module_adapter.control.fail_internally(1)
    assert raw_post(module_adapter.url, create_message("a", "b", "c")).status == 500
    assert {name: number for name, number in module_adapter.control.store().items() if number} == {}
    assert read_reply(raw_post(module_adapter.url, create_message("d")).body).result == "OK"
    assert module_adapter.control.names() == ["d"]


@pytest.fixture
def own_adapter(data_directory: Callable[[str], Path]) -> Iterator[Adapter]:
    with Adapter(data_directory("own"), workers=2) as own:
        yield own


def served(adapter: Adapter) -> bool:
    try:
        return get(f"{adapter.url}?wsdl").status == 200
    except BROKEN:
        return False


def test_killing_the_main_process_leaves_no_worker_on_the_port(own_adapter: Adapter) -> None:
    own_adapter.start("soap")
    workers = wait_for(lambda: len(own_adapter.soap.workers()) == 2 and own_adapter.soap.workers(), "two workers")
    own_adapter.soap.kill_alone()
    wait_for(lambda: not any(map(is_alive, workers)), "the end of the workers", 5)
    assert not served(own_adapter)
    own_adapter.running.pop("soap")
    assert served(own_adapter.start("soap"))


def test_killing_the_main_process_while_it_starts_leaves_no_worker(own_adapter: Adapter) -> None:
    for delay in (0.0, 0.001, 0.003, 0.01, 0.03, 0.1):
        own_adapter.launch("soap")
        main = own_adapter.soap
        wait_for(main.workers, "a worker", 40)
        time.sleep(delay)
        main.kill_alone()
        try:
            wait_for(lambda group=main.pid: not group_members(group), f"no worker {delay} s after its start", 5)
        finally:
            own_adapter.kill("soap")


def test_a_stop_ends_all_workers(own_adapter: Adapter) -> None:
    own_adapter.start()
    for process in (own_adapter.soap, own_adapter.background):
        process.terminate()
        assert process.wait() == 0
        assert group_members(process.pid) == []
    assert "Traceback" not in own_adapter.log("soap") + own_adapter.log("background")
    check_integrity(own_adapter.data)
