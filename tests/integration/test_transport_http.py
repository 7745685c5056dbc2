"""HTTP around a message: methods, headers, connections (decisions: Transport)."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from adapter_processes import SharedAdapter
from raw_http import MIB, XML, HttpAnswer, Wire, get, raw_post, target_of
from soap_messages import (
    CHANGED_ACTION,
    Fault,
    create_message,
    envelope,
    read_fault,
    read_reply,
)

VALID = create_message("valid")
BODY_LIMIT = 32 * MIB


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json",
        "text/plain",
        "text/html",
        "application/octet-stream",
        "application/x-www-form-urlencoded",
        'multipart/related; type="text/xml"',
        "xml",
        "text/xmlish",
        ";",
    ],
)
def test_content_that_is_no_xml_is_415(refused: Callable[..., HttpAnswer], content_type: str) -> None:
    answer = refused(VALID, {"Content-Type": content_type})
    assert answer.status == 415
    assert read_fault(answer.body).code == "Client"


@pytest.mark.parametrize(
    "content_type",
    [
        "",
        "text/xml",
        "TEXT/XML",
        "text/xml;charset=UTF-8",
        'text/xml; charset="utf-8"',
        "text/xml; charset=us-ascii",
        "text/xml; action=x; charset=utf-8",
        "text/xml; charset=",
        "application/xml",
        "application/soap+xml",
    ],
)
def test_xml_by_any_name_is_taken(adapter: SharedAdapter, content_type: str) -> None:
    assert read_reply(raw_post(adapter.url, VALID, {"Content-Type": content_type}).body).result == "OK"
    assert adapter.control.names() == ["valid"]


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "GZIP", "gzip, identity", "unknown"])
def test_an_encoded_body_is_415(refused: Callable[..., HttpAnswer], coding: str) -> None:
    assert refused(VALID, {"Content-Encoding": coding}).status == 415


def test_the_identity_encoding_is_none(adapter: SharedAdapter) -> None:
    assert read_reply(raw_post(adapter.url, VALID, {"Content-Encoding": "Identity"}).body).result == "OK"


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "BREW"])
def test_other_methods_are_405(refused: Callable[..., HttpAnswer], method: str) -> None:
    for path in ("", "?", "?other", "?xsd=1"):
        answer = refused(b"" if method == "GET" else VALID, method=method, path=path)
        assert answer.status == 405
        assert answer.headers["allow"] == "GET, POST"


def test_head_is_405_without_a_body(refused: Callable[..., HttpAnswer]) -> None:
    answer = refused(b"", method="HEAD")
    assert answer.status == 405
    assert answer.body == b""


@pytest.mark.parametrize("path", ["/nothing", "Extra", "/../../etc/passwd", "/%2e%2e"])
def test_an_unknown_address_is_404(refused: Callable[..., HttpAnswer], path: str) -> None:
    assert refused(VALID, path=path).status == 404


@pytest.mark.parametrize(
    "action", ["", '""', "''", f'"{CHANGED_ACTION}"', "urn:nonsense", '"unbalanced', "CreatedTroubleTickets"]
)
def test_the_soap_action_is_ignored(adapter: SharedAdapter, action: str) -> None:
    answer = raw_post(adapter.url, VALID, {"SOAPAction": action})
    assert read_reply(answer.body).result == "OK"
    assert adapter.control.names() == ["valid"]


def test_the_soap_action_does_not_make_an_operation_of_a_body(faulted: Callable[..., Fault]) -> None:
    assert faulted(envelope("<x/>"), {"SOAPAction": f'"{CHANGED_ACTION}"'}).code == "Client"


def test_a_chunked_message_is_taken(adapter: SharedAdapter) -> None:
    pieces = [VALID[start : start + 7] for start in range(0, len(VALID), 7)]
    assert read_reply(raw_post(adapter.url, pieces).body).result == "OK"
    assert adapter.control.names() == ["valid"]


def test_a_connection_is_used_again_after_a_fault(adapter: SharedAdapter) -> None:
    with Wire(adapter.url) as wire:
        for body, status in ((VALID, 200), (b"nonsense", 500), (VALID, 200), (envelope("<x/>"), 500), (VALID, 200)):
            length = {"Content-Type": XML, "Content-Length": str(len(body))}
            wire.send_head("POST", target_of(adapter.url), length)
            wire.send(body)
            answer = wire.answer()
            assert answer.status == status
            assert not answer.closes
    assert adapter.control.names() == ["valid"] * 3


@pytest.mark.parametrize(
    "headers", [{"Content-Type": "text/plain"}, {"Content-Encoding": "gzip"}, {"Content-Length": str(BODY_LIMIT + 1)}]
)
def test_a_connection_ends_with_a_body_that_nobody_read(adapter: SharedAdapter, headers: dict[str, str]) -> None:
    """What is left of the body must not be taken for the next request."""
    hidden = f"POST {target_of(adapter.url)} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(VALID)}\r\n\r\n".encode()
    body = hidden + VALID
    with Wire(adapter.url) as wire:
        given = {"Content-Type": XML, "Content-Length": str(len(body)), **headers}
        wire.send_head("POST", target_of(adapter.url), given)
        wire.send(body)
        answer = wire.answer()
        assert answer.status in (413, 415)
        assert answer.closes
        assert wire.is_closed()
    assert adapter.control.names() == []


def test_pipelined_messages_are_answered_in_order(adapter: SharedAdapter) -> None:
    messages = [create_message(f"pipelined-{number}") for number in range(5)]
    with Wire(adapter.url) as wire:
        for message in messages:
            wire.send_head("POST", target_of(adapter.url), {"Content-Type": XML, "Content-Length": str(len(message))})
            wire.send(message)
        names = [read_reply(wire.answer().body).entries[0].name for _ in messages]
    assert names == [f"pipelined-{number}" for number in range(5)]
    assert sorted(adapter.control.names()) == names


def test_an_older_client_is_answered(adapter: SharedAdapter) -> None:
    with Wire(adapter.url) as wire:
        length = {"Host": "", "Content-Type": XML, "Content-Length": str(len(VALID))}
        wire.send_head("POST", target_of(adapter.url), length, version="HTTP/1.0")
        wire.send(VALID)
        assert read_reply(wire.answer().body).result == "OK"
        assert wire.is_closed()


@pytest.mark.parametrize("head", [b"NONSENSE\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00", b"POST / HTTP/9.9\r\n\r\n"])
def test_what_is_no_http_closes_the_connection(adapter: SharedAdapter, head: bytes) -> None:
    with Wire(adapter.url) as wire:
        wire.send(head + b"\r\n\r\n")
        heard = b""
        while received := wire.socket.recv(4096):
            heard += received
    assert heard == b"" or heard.startswith(b"HTTP/1.1 400 ")
    assert b"Traceback" not in heard
    assert get(f"{adapter.url}?wsdl").status == 200


def test_a_client_that_goes_away_leaves_nothing_behind(adapter: SharedAdapter) -> None:
    for sent in (0, 10, len(VALID) - 1):
        with Wire(adapter.url) as wire:
            wire.send_head("POST", target_of(adapter.url), {"Content-Type": XML, "Content-Length": str(len(VALID))})
            wire.send(VALID[:sent])
    assert read_reply(raw_post(adapter.url, create_message("after")).body).result == "OK"
    assert adapter.control.names() == ["after"]


def test_many_kinds_of_nonsense_at_once_disturb_nobody(adapter: SharedAdapter) -> None:
    nonsense = [b"", b"x", VALID[:-5], b"<!DOCTYPE x>" + VALID, envelope("<x/>"), envelope("<a>" * 5_000)]
    jobs = [nonsense[number % len(nonsense)] if number % 2 else VALID for number in range(120)]
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda body: raw_post(adapter.url, body), jobs))
    assert [answer.status for answer in answers] == [500 if number % 2 else 200 for number in range(120)]
    assert len(adapter.control.names()) == 60
