"""How big a message may be, and that too big a one is refused before it is read (decisions: Transport)."""

from __future__ import annotations

import contextlib
import select
import time
from collections.abc import Callable

from adapter_processes import SharedAdapter
from raw_http import MIB, XML, HttpAnswer, Wire, check_error_body, raw_post, target_of
from soap_messages import (
    DECLARATION,
    Fault,
    create_message,
    created,
    envelope,
    read_fault,
    read_reply,
    ticket,
)

VALID = create_message("valid")
BODY_LIMIT = 32 * MIB


def send_until_answered(wire: Wire, most: int) -> int:
    """Send whitespace in chunks until an answer comes; how many bytes were sent."""
    piece, sent = b" " * (MIB // 4), 0
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        while sent < most and not select.select([wire.socket], [], [], 0)[0]:
            wire.send_chunk(piece)
            sent += len(piece)
    return sent


def test_a_body_over_the_limit_is_refused_by_its_declared_length(adapter: SharedAdapter) -> None:
    with Wire(adapter.url) as wire:
        wire.send_head("POST", target_of(adapter.url), {"Content-Type": XML, "Content-Length": str(BODY_LIMIT + 1)})
        answer = wire.answer()
        assert answer.status == 413
        check_error_body(answer)
        assert read_fault(answer.body).code == "Client"
        assert answer.closes
        assert wire.is_closed()


def test_a_body_over_the_limit_is_refused_before_it_is_asked_for(adapter: SharedAdapter) -> None:
    asked = {"Content-Type": XML, "Content-Length": str(BODY_LIMIT + 1), "Expect": "100-continue"}
    with Wire(adapter.url) as wire:
        wire.send_head("POST", target_of(adapter.url), asked)
        assert wire.answer().status == 413


def test_a_body_that_is_asked_for_first_is_taken(adapter: SharedAdapter) -> None:
    asked = {"Content-Type": XML, "Content-Length": str(len(VALID)), "Expect": "100-continue"}
    with Wire(adapter.url) as wire:
        wire.send_head("POST", target_of(adapter.url), asked)
        # HTTPResponse passes over the 100 that comes first.
        assert select.select([wire.socket], [], [], 5)[0]
        wire.send(VALID)
        assert read_reply(wire.answer().body).result == "OK"


def test_a_chunked_body_over_the_limit_is_refused_before_its_end(adapter: SharedAdapter) -> None:
    with Wire(adapter.url) as wire:
        wire.send_head("POST", target_of(adapter.url), {"Content-Type": XML, "Transfer-Encoding": "chunked"})
        sent = send_until_answered(wire, 4 * BODY_LIMIT)
        assert BODY_LIMIT - MIB < sent < 2 * BODY_LIMIT
        answer = wire.answer()
        assert answer.status == 413
        check_error_body(answer)
        assert answer.closes


def test_who_sends_too_much_without_listening_is_refused_too(refused: Callable[..., HttpAnswer]) -> None:
    assert refused(b" " * (BODY_LIMIT + 8 * MIB)).status == 413


def test_a_body_at_the_limit_is_read(faulted: Callable[..., Fault]) -> None:
    blank = b"<!--" + b" " * (9 * MIB) + b"-->"
    body = DECLARATION.encode() + blank * 3
    body += b" " * (BODY_LIMIT - len(body) - 4) + b"<x/>"
    assert len(body) == BODY_LIMIT
    assert "not a SOAP 1.1 envelope" in faulted(body).text


def big_batch(size: int) -> bytes:
    """A valid batch of about 1.5 kB a ticket."""
    comment = f"<p:CustomerData><p:firstName>{'x' * 1350}</p:firstName></p:CustomerData>"
    return envelope(created(ticket(f"big-{number}", comment) for number in range(size)))


def test_a_batch_at_the_limit_is_accepted_whole(adapter: SharedAdapter) -> None:
    body = big_batch(10_000)
    assert len(body) > 15_000_000
    started = time.monotonic()
    reply = read_reply(raw_post(adapter.url, body, seconds=60).body)
    seconds = time.monotonic() - started
    assert reply.result == "OK"
    assert [entry.name for entry in reply.entries] == [f"big-{number}" for number in range(10_000)]
    assert adapter.control.store()["tickets"] == 10_000
    assert seconds < 20


def test_a_batch_over_the_limit_is_refused_whole(adapter: SharedAdapter) -> None:
    answer = raw_post(adapter.url, big_batch(10_001), seconds=60)
    assert answer.status == 200
    reply = read_reply(answer.body)
    assert (reply.result, reply.errors, reply.entries) == ("FAILED", (("3.1", "FATAL", "TooManyItems"),), ())
    assert adapter.control.store()["tickets"] == 0
