"""Whose fault it is that an exchange brings no answer."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from crm_contract.contract import load_contract
from crmkit.suite.access.exchange import exchange, exchange_kept
from crmkit.suite.access.target import Target
from crmkit.suite.errors import Mismatch, Unreachable

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"


@contextmanager
def listening(serve: Callable[[socket.socket], None]) -> Iterator[str]:
    """A socket that treats each connection in one way."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def accept() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                threading.Thread(target=treat, args=(connection,), daemon=True).start()

        def treat(connection: socket.socket) -> None:
            with connection:
                serve(connection)

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/"
        server.shutdown(socket.SHUT_RDWR)
    thread.join(5)


def answering(data: bytes) -> Callable[[socket.socket], None]:
    def serve(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(data)

    return serve


def test_an_answer() -> None:
    with listening(answering(OK)) as url:
        done = exchange("POST", url, b"question", {"X": "1"})
    answer = done.answered()
    assert (answer.status, answer.body) == (200, b"hello")
    assert done.request == b"question"
    assert done.problem is None


@pytest.mark.parametrize("coding", [b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n", b"\r\nhello"])
def test_chunked_and_unmeasured_answers(coding: bytes) -> None:
    with listening(answering(b"HTTP/1.1 200 OK\r\n" + coding)) as url:
        assert exchange("GET", url).answered().body == b"hello"


def test_redirections_are_not_followed() -> None:
    moved = b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/\r\nContent-Length: 0\r\n\r\n"
    with listening(answering(moved)) as url:
        assert exchange("POST", url, b"x").answered().status == 302


@pytest.mark.parametrize(
    ("serve", "problem"),
    [
        (lambda connection: None, "the connection broke"),
        (answering(b""), "the connection broke"),
        (answering(b"SSH-2.0-OpenSSH\r\n\r\n"), "the connection broke"),
        (answering(OK[:-2]), "no usable HTTP answer"),
        (lambda connection: connection.recv(65536) and threading.Event().wait(1), "no answer within 0.3 s"),
    ],
)
def test_no_answer_is_the_targets_doing(serve: Callable[[socket.socket], None], problem: str) -> None:
    with listening(serve) as url:
        done = exchange("POST", url, b"question", answer_seconds=0.3)
    assert done.answer is None
    assert problem in (done.problem or "")
    with pytest.raises(Mismatch, match=problem):
        done.answered()


def test_nobody_there() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(Unreachable, match=r"nobody takes a connection at .*: .*refused"):
        exchange("POST", f"http://127.0.0.1:{port}/", b"question")
    with pytest.raises(Unreachable, match="refused"):
        Target(f"http://127.0.0.1:{port}", load_contract()).check_reachable()


def test_a_name_that_nobody_knows(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: Any, **__: Any) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(Unreachable, match="nobody takes a connection"):
        exchange("POST", "http://crm.example/", b"question")
    with pytest.raises(Unreachable, match="not known"):
        Target("http://crm.example", load_contract()).check_reachable()


def test_a_target_that_never_answers_is_waited_for_less_and_less() -> None:
    target = Target("http://127.0.0.1:9", load_contract(), answer_seconds=60)
    patience = [target._patience()]
    with listening(lambda connection: None) as url:
        for _ in range(2):
            target.post(url, b"x", {})
        patience.append(target._patience())
    with listening(answering(OK)) as url:
        target.get(url)
    patience.append(target._patience())
    assert patience == [60, 5, 60]


class Counting:
    """Answers each request of a connection until `requests` are answered, then closes it without a word."""

    def __init__(self, requests: int) -> None:
        self.requests = requests
        self.connections = 0
        self.seen: list[bytes] = []

    def __call__(self, connection: socket.socket) -> None:
        self.connections += 1
        for _ in range(self.requests):
            if not (asked := whole_request(connection)):
                return
            self.seen.append(asked)
            connection.sendall(OK)


def whole_request(connection: socket.socket) -> bytes:
    """Its bytes with the body, none at the connection's end."""
    asked = b""
    while True:
        header, end, body = asked.partition(b"\r\n\r\n")
        length = re.search(rb"content-length: (\d+)", header, re.IGNORECASE)
        if end and len(body) >= (int(length[1]) if length else 0):
            return asked
        if not (piece := connection.recv(65536)):
            return asked
        asked += piece


def test_what_is_judged_has_a_connection_of_its_own() -> None:
    target = Counting(requests=10)
    with listening(target) as url:
        for _ in range(3):
            exchange("POST", url, b"question").answered()
    assert target.connections == 3
    assert all(b"Connection: close\r\n" in asked for asked in target.seen)


def test_what_is_asked_often_shares_one() -> None:
    control = Counting(requests=10)
    with listening(control) as url:
        for method in ("GET", "POST", "PUT", "POST", "DELETE"):
            exchange_kept(method, url, b"question").answered()
    assert (control.connections, len(control.seen)) == (1, 5)


def test_a_connection_that_was_closed_meanwhile_costs_nothing() -> None:
    control = Counting(requests=1)
    with listening(control) as url:
        for method in ("GET", "GET", "PUT", "POST", "POST"):
            assert exchange_kept(method, url, b"question").answered().body == b"hello"
            # Closing takes its time.
            threading.Event().wait(0.02)
    assert len(control.seen) == 5
    # Noticed at the second request: who does so is asked on one connection each from then on.
    assert [b"Connection: close\r\n" in asked for asked in control.seen] == [False, True, True, True, True]


def test_a_request_that_must_not_be_sent_twice_goes_out_on_a_connection_that_has_just_worked_or_a_new_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    control = Counting(requests=10)
    with listening(control) as url:
        exchange_kept("GET", url).answered()
        monkeypatch.setattr("crmkit.suite.access.exchange._FRESH_SECONDS", 0.0)
        exchange_kept("POST", url, b"question").answered()
    assert b"Connection: close\r\n" in control.seen[1]


def test_a_request_without_an_answer_is_sent_once_more_only_where_that_does_no_harm() -> None:
    asked: list[bytes] = []

    def hang_up(connection: socket.socket) -> None:
        asked.append(connection.recv(65536)[:4])

    with listening(hang_up) as url:
        assert exchange_kept("POST", url, b"question").answer is None
        assert exchange_kept("GET", url).answer is None
        assert exchange_kept("GET", url).answer is None
    assert asked == [b"POST", b"GET ", b"GET ", b"GET "]
