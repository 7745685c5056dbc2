"""What a message may not be, and what it may: everything before an operation sees it (decisions: Transport)."""

from __future__ import annotations

import contextlib
import select
import socket
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from conftest import SharedAdapter
from lxml import etree
from raw_http import XML, HttpAnswer, Wire, get, raw_post, target_of
from soap_messages import (
    CHANGED_ACTION,
    DECLARATION,
    MESSAGE,
    SOAP,
    SOAP_12,
    Fault,
    create_message,
    created,
    envelope,
    read_fault,
    read_reply,
    ticket,
)

MIB = 1 << 20
BODY_LIMIT = 32 * MIB
VALID = create_message("valid")
ENTITIES = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
LAUGHS = f'<!DOCTYPE x [<!ENTITY l0 "ha">{ENTITIES}]>'
NEXT = "http://schemas.xmlsoap.org/soap/actor/next"


def with_doctype(doctype: str, name: str = "with doctype") -> bytes:
    return envelope(created([ticket("NAME")]), declaration=DECLARATION + doctype).replace(b"NAME", name.encode())


def check_error_body(answer: HttpAnswer) -> None:
    """Every error body that is not empty is XML, and tells nothing of the inside."""
    if answer.body:
        assert answer.headers["content-type"] == XML
        etree.fromstring(answer.body)
        for telltale in (b"Traceback", b"<html", b"site-packages", b".py"):
            assert telltale not in answer.body
    assert answer.headers["content-length"].isdecimal()


@pytest.fixture
def refused(adapter: SharedAdapter) -> Iterator[Callable[..., HttpAnswer]]:
    """Sends what is to be refused; afterwards nothing was stored, and the next message is served."""
    before = adapter.control.store()

    def send(body: bytes, headers: dict[str, str] | None = None, method: str = "POST", path: str = "") -> HttpAnswer:
        answer = raw_post(adapter.url + path, body, headers, method)
        assert answer.status >= 400
        check_error_body(answer)
        return answer

    yield send
    assert adapter.control.store() == before
    assert read_reply(raw_post(adapter.url, VALID).body).result == "OK"


@pytest.fixture
def faulted(refused: Callable[..., HttpAnswer]) -> Callable[..., Fault]:
    """Sends what is to be answered with HTTP 500 and a SOAP fault; gives the fault."""

    def send(body: bytes, headers: dict[str, str] | None = None) -> Fault:
        answer = refused(body, headers)
        assert answer.status == 500
        return read_fault(answer.body)

    return send


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b" \r\n\t", id="blank"),
        pytest.param(b"power is out", id="text"),
        pytest.param(b'{"Envelope": {}}', id="json"),
        pytest.param(b"\0" * 64, id="zeros"),
        pytest.param(bytes(range(256)), id="binary"),
        pytest.param(VALID[:-9], id="truncated in a tag"),
        pytest.param(VALID[: len(VALID) // 2], id="truncated in the middle"),
        pytest.param(VALID.replace(b"valid", b"val\0id"), id="a NUL in the text"),
        pytest.param(VALID.replace(b"valid", b"val&#0;id"), id="a NUL by reference"),
        pytest.param(VALID.replace(b"valid", b"val\xe9id"), id="not UTF-8"),
        pytest.param(VALID.replace(b"valid", b"&undeclared;"), id="an unknown entity"),
        pytest.param(VALID + VALID, id="two documents"),
        pytest.param(b"\n" + VALID, id="a line before the declaration"),
        pytest.param(VALID.replace(b'encoding="UTF-8"', b'encoding="EBCDIC-NONE"'), id="unknown encoding"),
        pytest.param(VALID.replace(b"<s:Body>", b"<undeclared:Body>"), id="undeclared prefix"),
    ],
)
def test_what_is_no_xml_is_a_client_fault(faulted: Callable[..., Fault], body: bytes) -> None:
    assert faulted(body).code == "Client"


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(with_doctype("<!DOCTYPE Envelope>"), id="plain"),
        pytest.param(with_doctype("<!DOCTYPE html>"), id="html"),
        pytest.param(with_doctype('<!DOCTYPE x [<!ENTITY e "v">]>'), id="entity declared"),
        pytest.param(with_doctype('<!DOCTYPE x [<!ENTITY e "v">]>', "&e;"), id="entity in a text"),
        pytest.param(with_doctype(LAUGHS, "&l9;"), id="billion laughs in a text"),
        pytest.param(
            with_doctype(LAUGHS).replace(b"<p:name>", b'<p:name a="&l9;">'), id="billion laughs in an attribute"
        ),
        pytest.param(with_doctype("<!DOCTYPE x [<!ENTITY % p \"<!ENTITY e SYSTEM 'x'>\">%p;]>"), id="parameter entity"),
        pytest.param(with_doctype("<!DOCTYPE x [<!ENTITY e SYSTEM 'x'>"), id="unfinished"),
    ],
)
def test_a_document_type_is_a_client_fault(faulted: Callable[..., Fault], body: bytes) -> None:
    started = time.monotonic()
    assert faulted(body).code == "Client"
    assert time.monotonic() - started < 5


@pytest.mark.parametrize("where", ["text", "attribute", "parameter entity", "external subset"])
def test_a_file_is_never_read_into_an_answer(
    faulted: Callable[..., Fault], refused: Callable[..., HttpAnswer], tmp_path: Path, where: str
) -> None:
    secret = tmp_path / "secret"
    secret.write_text("the-secret" if where != "external subset" else '<!ENTITY e "the-secret">')
    doctype = {
        "text": f'<!DOCTYPE x [<!ENTITY e SYSTEM "{secret.as_uri()}">]>',
        "attribute": f'<!DOCTYPE x [<!ENTITY e SYSTEM "{secret.as_uri()}">]>',
        "parameter entity": f'<!DOCTYPE x [<!ENTITY % e SYSTEM "{secret.as_uri()}"> %e;]>',
        "external subset": f'<!DOCTYPE x SYSTEM "{secret.as_uri()}">',
    }[where]
    body = with_doctype(doctype, "name" if where == "parameter entity" else "&e;")
    if where == "attribute":
        body = body.replace(b"<p:name>", b'<p:name a="&e;">')
    assert faulted(body).code == "Client"
    assert b"the-secret" not in refused(body).body


def test_no_connection_is_made_for_a_document_type(faulted: Callable[..., Fault]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/x.dtd"
        for doctype in (f'<!DOCTYPE x SYSTEM "{url}">', f'<!DOCTYPE x [<!ENTITY % e SYSTEM "{url}"> %e;]>'):
            assert faulted(with_doctype(doctype)).code == "Client"
        assert select.select([listener], [], [], 0.2)[0] == []


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"<html><body>down</body></html>", id="html"),
        pytest.param(created([ticket("bare")]).encode(), id="a message without an envelope"),
        pytest.param(b"<Envelope><Body><x/></Body></Envelope>", id="an envelope without namespace"),
        pytest.param(f'<s:Body xmlns:s="{SOAP}"><x/></s:Body>'.encode(), id="a body alone"),
        pytest.param(f'<s:Envelope xmlns:s="{SOAP}"/>'.encode(), id="no body"),
        pytest.param(f'<s:Envelope xmlns:s="{SOAP}"><Body><x/></Body></s:Envelope>'.encode(), id="another's body"),
        pytest.param(envelope(), id="nothing in the body"),
        pytest.param(envelope("text"), id="text in the body"),
        pytest.param(envelope("<!-- x --><?x y?>"), id="a comment in the body"),
        pytest.param(envelope(created([ticket("a")]), created([ticket("b")])), id="two elements"),
        pytest.param(envelope(created([ticket("a")]), "</s:Body><s:Body>", created([ticket("b")])), id="two bodies"),
        pytest.param(envelope("<CreatedTroubleTickets/>"), id="no namespace"),
        pytest.param(envelope(f'<m:Created xmlns:m="{MESSAGE}"/>'), id="unknown operation"),
        pytest.param(
            envelope(f'<m:TroubleTicketsResponseMessage xmlns:m="{MESSAGE}"/>'), id="a response instead of a request"
        ),
        pytest.param(
            envelope('<m:GetTroubleTickets xmlns:m="http://iec.ch/TC57/2011/GetTroubleTicketsMessage"/>'),
            id="another service's operation",
        ),
        pytest.param(
            VALID.replace(b"CreatedTroubleTickets", b"createdTroubleTickets"), id="an operation in other letters"
        ),
    ],
)
def test_what_cannot_be_dispatched_is_a_client_fault(faulted: Callable[..., Fault], body: bytes) -> None:
    assert faulted(body).code == "Client"


@pytest.mark.parametrize("namespace", [SOAP_12, "http://example.com/envelope"])
def test_another_envelope_version_is_a_version_mismatch(faulted: Callable[..., Fault], namespace: str) -> None:
    body = envelope(created([ticket("a")]), namespace=namespace)
    assert faulted(body, {"Content-Type": "application/soap+xml"}).code == "VersionMismatch"
    assert faulted(body).code == "VersionMismatch"


def header_block(must_understand: str | None, actor: str | None = None) -> str:
    required = "" if must_understand is None else f' s:mustUnderstand="{must_understand}"'
    addressed = "" if actor is None else f' s:actor="{actor}"'
    return f'<x:Security xmlns:x="http://example.com/security"{required}{addressed}/>'


@pytest.mark.parametrize(("must_understand", "actor"), [("1", None), ("1", NEXT), ("1", ""), ("true", None)])
def test_a_header_that_must_be_understood_is_a_fault(
    faulted: Callable[..., Fault], must_understand: str, actor: str | None
) -> None:
    block = header_block(must_understand, actor)
    fault = faulted(envelope(created([ticket("a")]), headers=[header_block(None), block]))
    assert fault.code == "MustUnderstand"
    assert "Security" in fault.text


@pytest.mark.parametrize(
    ("must_understand", "actor"), [("0", None), (None, None), ("0", NEXT), ("1", "http://example.com/gateway")]
)
def test_other_headers_are_passed_over(adapter: SharedAdapter, must_understand: str | None, actor: str | None) -> None:
    body = envelope(created([ticket("a")]), headers=[header_block(must_understand, actor)])
    assert read_reply(raw_post(adapter.url, body).body).result == "OK"
    assert adapter.control.names() == ["a"]


def test_deep_nesting_is_a_client_fault(faulted: Callable[..., Fault]) -> None:
    for depth in (1_000, 1_000_000):
        assert faulted(envelope("<a>" * depth, "</a>" * depth)).code == "Client"


def test_a_huge_text_is_a_client_fault(faulted: Callable[..., Fault]) -> None:
    assert faulted(envelope(created([ticket("x" * (10 * MIB))]))).code == "Client"


def test_many_attributes_and_namespaces_are_no_hindrance(faulted: Callable[..., Fault]) -> None:
    started = time.monotonic()
    attributes = " ".join(f'a{n}="{n}" xmlns:n{n}="urn:{n}"' for n in range(20_000))
    assert faulted(envelope(f"<x {attributes}/>")).code == "Client"
    assert time.monotonic() - started < 5


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


@pytest.mark.parametrize("charset", ["martian", "rot13", "base64", "idna", "undefined", "zip"])
def test_an_unknown_character_set_is_a_client_fault(faulted: Callable[..., Fault], charset: str) -> None:
    assert faulted(VALID, {"Content-Type": f"text/xml; charset={charset}"}).code == "Client"


@pytest.mark.parametrize(
    ("encoding", "declared", "charset"),
    [
        pytest.param("utf-8", "UTF-8", None, id="UTF-8"),
        pytest.param("utf-8-sig", "UTF-8", None, id="UTF-8 with a byte order mark"),
        pytest.param("utf-8-sig", "UTF-8", "utf-8", id="UTF-8 with a byte order mark and parameter"),
        pytest.param("utf-8", None, None, id="nothing declared"),
        pytest.param("utf-16", "UTF-16", None, id="UTF-16 with a byte order mark"),
        pytest.param("utf-16", "UTF-16", "utf-16", id="UTF-16 with a byte order mark and parameter"),
        pytest.param("utf-16-le", None, "utf-16le", id="UTF-16 by parameter alone"),
        pytest.param("latin-1", "ISO-8859-1", None, id="ISO-8859-1"),
        pytest.param("latin-1", "ISO-8859-1", "iso-8859-1", id="ISO-8859-1 with parameter"),
        pytest.param("latin-1", None, "iso-8859-1", id="ISO-8859-1 by parameter alone"),
        pytest.param("cp1252", "windows-1252", None, id="windows-1252"),
    ],
)
def test_characters_arrive_as_they_were_meant(
    adapter: SharedAdapter, encoding: str, declared: str | None, charset: str | None
) -> None:
    declaration = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    body = envelope(created([ticket("Muñoz & Gärtner")]), declaration=declaration).decode().encode(encoding)
    answer = raw_post(adapter.url, body, {"Content-Type": f"text/xml; charset={charset}" if charset else "text/xml"})
    assert [entry.name for entry in read_reply(answer.body).entries] == ["Muñoz & Gärtner"]
    assert adapter.control.names() == ["Muñoz & Gärtner"]


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


def test_a_chunked_message_is_taken(adapter: SharedAdapter) -> None:
    pieces = [VALID[start : start + 7] for start in range(0, len(VALID), 7)]
    assert read_reply(raw_post(adapter.url, pieces).body).result == "OK"
    assert adapter.control.names() == ["valid"]


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
    nonsense = [b"", b"x", VALID[:-5], with_doctype(LAUGHS, "&l9;"), envelope("<x/>"), envelope("<a>" * 5_000)]
    jobs = [nonsense[number % len(nonsense)] if number % 2 else VALID for number in range(120)]
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda body: raw_post(adapter.url, body), jobs))
    assert [answer.status for answer in answers] == [500 if number % 2 else 200 for number in range(120)]
    assert len(adapter.control.names()) == 60


def test_values_that_look_like_markup_come_back_as_they_were(adapter: SharedAdapter) -> None:
    name = f"<b>&amp;\"'{{0}}]]>{uuid.uuid4()}"
    reply = read_reply(raw_post(adapter.url, create_message(name)).body)
    assert [entry.name for entry in reply.entries] == [name]
    assert adapter.control.names() == [name]
