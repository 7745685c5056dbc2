"""What a message may not be, and what it may: bytes, XML, envelope (decisions: Transport)."""

from __future__ import annotations

import select
import socket
import time
import uuid
from collections.abc import Callable
from pathlib import Path

import pytest
from adapter_processes import SharedAdapter
from raw_http import MIB, HttpAnswer, raw_post
from soap_messages import (
    DECLARATION,
    MESSAGE,
    SOAP,
    SOAP_12,
    Fault,
    create_message,
    created,
    envelope,
    read_reply,
    ticket,
)

VALID = create_message("valid")
ENTITIES = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
LAUGHS = f'<!DOCTYPE x [<!ENTITY l0 "ha">{ENTITIES}]>'
NEXT = "http://schemas.xmlsoap.org/soap/actor/next"


def with_doctype(doctype: str, name: str = "with doctype") -> bytes:
    return envelope(created([ticket("NAME")]), declaration=DECLARATION + doctype).replace(b"NAME", name.encode())


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


def test_values_that_look_like_markup_come_back_as_they_were(adapter: SharedAdapter) -> None:
    name = f"<b>&amp;\"'{{0}}]]>{uuid.uuid4()}"
    reply = read_reply(raw_post(adapter.url, create_message(name)).body)
    assert [entry.name for entry in reply.entries] == [name]
    assert adapter.control.names() == [name]
