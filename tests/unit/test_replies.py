"""Replies as bytes: which are read, and what is wrong with the others."""

from __future__ import annotations

import pytest

from crm_contract.contract import load_contract
from crmkit.suite.access.exchange import Answer, Exchange
from crmkit.suite.errors import Mismatch
from crmkit.suite.replies.reading import Reply, read_reply

CONTRACT = load_contract()
OPERATION = CONTRACT.operations["CreatedTroubleTickets"]
NS = "http://iec.ch/TC57/2011"
ENVELOPE = '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>{}</s:Body></s:Envelope>'
HEADER = "<m:Header><h:Verb>reply</h:Verb><h:Noun>TroubleTickets</h:Noun></m:Header>"
ERROR = "<h:Error><h:code>2.7</h:code><h:level>FATAL</h:level><h:reason>R</h:reason><h:details>D</h:details></h:Error>"
REPLY = f"<m:Reply><h:Result>PARTIAL</h:Result>{ERROR}</m:Reply>"
PAYLOAD = (
    f'<m:Payload><p:TroubleTickets xmlns:p="{NS}/TroubleTickets#">'
    "<p:TroubleTicket><p:mRID>m1</p:mRID><p:name>n1</p:name></p:TroubleTicket>"
    "</p:TroubleTickets></m:Payload>"
)
NAMES = f'xmlns:m="{NS}/TroubleTicketsMessage" xmlns:h="{NS}/schema/message"'
RESPONSE = f"<m:TroubleTicketsResponseMessage {NAMES}>{HEADER}{REPLY}{PAYLOAD}</m:TroubleTicketsResponseMessage>"
FAILED = REPLY.replace("PARTIAL", "FAILED")
FAULT = (
    "<s:Fault><faultcode>s:Server</faultcode><faultstring>no</faultstring><detail>"
    f"<m:TroubleTicketsFaultMessage {NAMES}>{FAILED}</m:TroubleTicketsFaultMessage></detail></s:Fault>"
)


def read(body: str | bytes | None, status: int = 200, problem: str | None = None) -> Reply:
    encoded = body.encode() if isinstance(body, str) else body
    answer = None if encoded is None else Answer(status, {}, encoded)
    return read_reply(Exchange("POST", "http://localhost", b"", answer, problem, 0, 1), OPERATION, CONTRACT)


def test_a_response() -> None:
    reply = read(ENVELOPE.format(RESPONSE))
    assert reply.result == "PARTIAL"
    assert [(e.code, e.level, e.reason, e.details) for e in reply.errors] == [("2.7", "FATAL", "R", "D")]
    assert [(t.mrid, t.name) for t in reply.tickets] == [("m1", "n1")]
    assert reply.header == {"Verb": "reply", "Noun": "TroubleTickets"}
    assert reply.fault_code is None


def test_prefixes_and_encodings_do_not_matter() -> None:
    other = ENVELOPE.format(RESPONSE)
    for ours, theirs in (("<s:", "<soapenv:"), ("</s:", "</soapenv:"), ("xmlns:s=", "xmlns:soapenv=")):
        other = other.replace(ours, theirs)
    assert read(other.replace("<h:details>D", "<h:details>Ñ").encode("utf-16")).errors[0].details == "Ñ"


def test_a_fault_message() -> None:
    reply = read(ENVELOPE.format(FAULT), 500)
    assert (reply.result, reply.fault_code, len(reply.errors)) == ("FAILED", "Server", 1)
    assert reply.header == {}


@pytest.mark.parametrize(
    "payload", ["", "<m:Payload/>", f'<m:Payload><TroubleTickets xmlns="{NS}/TroubleTickets#"/></m:Payload>']
)
def test_an_empty_payload_has_three_forms(payload: str) -> None:
    assert read(ENVELOPE.format(RESPONSE.replace(PAYLOAD, payload))).tickets == ()


SOAP_12 = ENVELOPE.format(RESPONSE).replace("xmlsoap.org/soap/envelope/", "w3.org/2003/05/soap-envelope")
LATE_MRID = RESPONSE.replace("<p:mRID>m1</p:mRID>", "").replace("</p:name>", "</p:name><p:mRID>m</p:mRID>")
BARE_FAULT = "<s:Fault><faultcode>s:Server</faultcode><faultstring>no</faultstring></s:Fault>"
OTHER_FAULT = BARE_FAULT.replace("</s:Fault>", "<detail><y/></detail></s:Fault>")


@pytest.mark.parametrize(
    ("body", "status", "observed"),
    [
        (None, 0, "no answer within 30 s"),
        (b"", 200, "empty body"),
        (b"  \n", 502, "HTTP 502 with an empty body"),
        (b"\xff\xfe\x00", 200, "reply"),
        ("<html><body><p>hello</body></html>", 200, "hello"),
        ("<html><body>hello</body></html>", 500, "HTTP 500"),
        ("<!DOCTYPE x [<!ENTITY e 'boom'>]><x>&e;</x>", 200, "DOCTYPE"),
        (SOAP_12, 200, "HTTP 200"),
        (ENVELOPE.format(""), 200, "1 with 0 elements"),
        (ENVELOPE.format(RESPONSE + RESPONSE), 200, "1 with 2 elements"),
        (ENVELOPE.format("<x/>"), 200, "x"),
        (ENVELOPE.format(RESPONSE.replace(f"{NS}/TroubleTicketsMessage", "urn:other")), 200, "urn:other"),
        (ENVELOPE.format(RESPONSE.replace("PARTIAL", "GOOD")), 200, "GOOD"),
        (ENVELOPE.format(RESPONSE.replace(HEADER, "")), 200, "is not expected"),
        (ENVELOPE.format(RESPONSE.replace("<h:code>2.7</h:code>", "")), 200, "is not expected"),
        (ENVELOPE.format(LATE_MRID), 200, "mRID"),
        (ENVELOPE.format(RESPONSE), 500, "500"),
        (ENVELOPE.format(RESPONSE), 202, "202"),
        (ENVELOPE.format(FAULT), 200, "200"),
        (ENVELOPE.format(FAULT.replace("FAILED", "BAD")), 500, "BAD"),
        (ENVELOPE.format(BARE_FAULT), 500, "no"),
        (ENVELOPE.format(OTHER_FAULT), 500, "y"),
    ],
)
def test_what_is_no_reply(body: str | bytes | None, status: int, observed: str) -> None:
    with pytest.raises(Mismatch, match=observed) as raised:
        read(body, status, "no answer within 30 s")
    assert raised.value.expected
    assert raised.value.observed
