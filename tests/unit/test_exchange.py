"""Whose fault it is that an exchange brings no answer."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from crm_contract.contract import load_contract
from crmkit.suite.access.exchange import exchange
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
