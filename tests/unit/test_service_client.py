"""What the client sends, and how it takes whatever comes back."""

from __future__ import annotations

import itertools
import os
import socket
import struct
import threading
import time
import tomllib
from concurrent.futures import ThreadPoolExecutor

import pytest
from contract_files import message_in
from lxml import etree

from crm_contract.codec import Codec
from crm_contract.contract import NS, load_contract
from crm_contract.envelope import ReplyHeader, ReportedError, fault_detail, response, soap_fault
from crm_contract.messages import (
    CallBack,
    CallbackQuery,
    CallBackResult,
    CallBacks,
    CallBacksResults,
    CallbackTicket,
    GetCallbacks,
    IncidentRecord,
    Status,
    TroubleTicket,
    TroubleTickets,
)
from crm_soap import posting
from crm_soap.client import InvalidReply, NoAnswer, RequestMessageHeader, ServiceClient

CONTRACT = load_contract()
OPERATION = CONTRACT.operations["CreatedCallBacks"]
HEADER = RequestMessageHeader("created", "CallBacks", "2026-05-01T12:00:00.000Z", "CRM", "m-1", "c-1")
PAYLOAD = CallBacks([CallBack(mrid="CB-1", reason="PowerRestored", trouble_tickets=[CallbackTicket("1033", "Other")])])
ERROR = ReportedError("2.4", "FATAL", "InvalidMrid", "no such callback: CB-1")
REPLY = ReplyHeader("2026-05-01T12:00:00Z", "IVR", "m-2", "c-1")


def http(body, status="200 OK", content_type="text/xml; charset=utf-8", more=""):
    typed = f"Content-Type: {content_type}\r\n" if content_type else ""
    return f"HTTP/1.1 {status}\r\n{typed}{more}Content-Length: {len(body)}\r\n\r\n".encode() + body


def reply(result="OK", errors=(), payload=None, operation=OPERATION, contract=CONTRACT):
    return response(operation, contract, REPLY, result, errors, payload)


class Service:
    """A socket that answers each connection with the next of its answers: bytes, or a function of the connection."""

    def __init__(self, *answers):
        self._answers = itertools.cycle(answers)
        self.requests = []
        self._server = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._server.getsockname()[1]}"
        self._thread = threading.Thread(target=self._accept, daemon=True)

    def _accept(self):
        while True:
            try:
                connection, _ = self._server.accept()
            except OSError:
                return
            with connection:
                connection.settimeout(10)
                self.requests.append(received(connection))
                answer = next(self._answers)
                if callable(answer):
                    answer(connection)
                else:
                    connection.sendall(answer)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        self._thread.join(5)


def received(connection):
    data = b""
    while b"\r\n\r\n" not in data:
        data += connection.recv(65536)
    head, _, body = data.partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines[1:])}
    while len(body) < int(headers["content-length"]):
        body += connection.recv(65536)
    return lines[0], headers, body


def send(*answers, timeout=5.0, contract=CONTRACT, operation="CreatedCallBacks", header=HEADER, payload=PAYLOAD):
    with Service(*answers) as service:
        client = ServiceClient(contract, contract.operations[operation].service, service.url, timeout)
        return client.send(operation, header, payload), service.requests


def refused(answer, error, **how):
    with pytest.raises(error) as raised:
        send(answer, **how)
    text = str(raised.value)
    assert "\n" not in text
    return text


def test_the_message_is_the_contract_s():
    taken, ((line, headers, body),) = send(http(reply()))
    assert (taken.result, taken.errors, taken.payload, taken.fault) == ("OK", (), None, False)
    assert line == "POST /SendCallBacksService HTTP/1.1"
    assert headers["soapaction"] == f'"{OPERATION.soap_action}"'
    assert headers["content-type"] == "text/xml; charset=utf-8"
    message = message_in(etree.fromstring(body))
    assert message.tag == OPERATION.request
    assert CONTRACT.schema(OPERATION).validate(message)
    texts = {etree.QName(each).localname: each.text for each in message[0]}
    assert texts == {
        "Verb": "created",
        "Noun": "CallBacks",
        "Revision": "2.0",
        "Timestamp": "2026-05-01T12:00:00.000Z",
        "Source": "CRM",
        "MessageID": "m-1",
        "CorrelationID": "c-1",
    }
    assert Codec(CallBacks, OPERATION.payload_namespace).decode(message[1][0]) == PAYLOAD


@pytest.mark.parametrize(
    ("operation", "payload"),
    [
        (
            "CreatedCallBacksResults",
            CallBacksResults([CallBackResult("CB-1", "no one\nthere <&>", date_time="2026-05-01T12:00:00Z")]),
        ),
        ("CreatedTroubleTickets", TroubleTickets([TroubleTicket(name="n", call_back=False), TroubleTicket()])),
        ("CreatedTroubleTickets", TroubleTickets()),
        ("GetCallbacks", GetCallbacks(CallbackQuery("2", "csr-1"))),
        ("CreatedCallBacks", CallBacks([CallBack("CB-1", incident_record=IncidentRecord(status=Status()))])),
    ],
)
def test_every_payload_arrives_as_it_was_given(operation, payload):
    op = CONTRACT.operations[operation]
    header = RequestMessageHeader(op.verb, op.noun, "2026-05-01T12:00:00Z", "IVR", "m-1")
    _, ((_, _, body),) = send(http(reply(operation=op)), operation=operation, header=header, payload=payload)
    message = message_in(etree.fromstring(body))
    namespace = op.query_namespace or op.payload_namespace
    assert Codec(type(payload), namespace).decode(message[1][0]) == payload


def test_a_message_without_a_correlation_has_its_own():
    header = RequestMessageHeader("created", "CallBacks", "2026-05-01T12:00:00Z", "CRM", "m-7")
    _, ((_, _, body),) = send(http(reply()), header=header)
    assert body.count(b"m-7") == 2


def test_what_xml_cannot_carry_is_replaced():
    _, ((_, _, body),) = send(http(reply()), payload=CallBacks([CallBack("a\x00b\ud800")]))
    assert "a\ufffdb\ufffd".encode() in body


def test_a_message_that_the_schema_refuses_is_not_sent():
    with Service(http(reply())) as service:
        client = ServiceClient(CONTRACT, OPERATION.service, service.url, 5)
        with pytest.raises(ValueError, match="dateTime"):
            client.send("CreatedCallBacks", HEADER, CallBacks([CallBack(date_time="yesterday")]))
        assert service.requests == []


def test_result_errors_and_payload_are_read():
    payload = Codec(CallBacks, OPERATION.payload_namespace).encode(PAYLOAD, "p")
    taken, _ = send(http(reply("PARTIAL", [ERROR, ReportedError("1.8", "FATAL", "", "")], payload)))
    assert taken.result == "PARTIAL"
    assert taken.errors == (ERROR, ReportedError("1.8", "FATAL", "", ""))
    assert Codec(CallBacks, OPERATION.payload_namespace).decode(taken.payload) == PAYLOAD


def test_a_chunked_answer_is_read():
    body = reply()
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/soap+xml\r\nTransfer-Encoding: chunked\r\n\r\n"
    pieces = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (body[:100], body[100:]))
    assert send(head + pieces + b"0\r\n\r\n")[0].result == "OK"


def test_an_answer_that_ends_with_the_connection_is_read():
    assert send(b"HTTP/1.0 200 OK\r\nContent-Type: text/xml\r\n\r\n" + reply())[0].result == "OK"


@pytest.mark.parametrize("status", ["500 Internal Server Error", "200 OK", "503 Service Unavailable"])
def test_a_fault_with_the_operation_s_message_brings_its_errors(status):
    detail = fault_detail(OPERATION, CONTRACT, [ERROR])
    taken, _ = send(http(soap_fault("Server", "out of\n order", detail), status))
    assert (taken.result, taken.errors, taken.fault, taken.fault_text) == ("FAILED", (ERROR,), True, "out of order")
    assert taken.status == int(status[:3])


def test_another_fault_keeps_its_text():
    other = fault_detail(CONTRACT.operations["GetCallbacks"], CONTRACT, [ERROR])
    for detail in (None, other):
        taken, _ = send(http(soap_fault("Client", "Not me.", detail), "500 Internal Server Error"))
        assert (taken.result, taken.errors, taken.fault, taken.fault_text) == ("FAILED", (), True, "Not me.")


def broken(old, new):
    body = reply("FAILED", [ERROR])
    assert old in body
    return http(body.replace(old, new))


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (broken(b">FAILED<", b">MAYBE<"), "MAYBE"),
        (broken(b"<h:code>2.4</h:code>", b""), "code"),
        (broken(b"<h:Verb>reply</h:Verb>", b""), "Verb"),
        (http(reply(operation=CONTRACT.operations["CreatedTroubleTickets"])), "TroubleTicketsResponseMessage"),
        (http(reply(operation=CONTRACT.operations["GetCallbacks"])), "GetCallbacksMessage"),
        (http(b"<html><body>hello</body></html>", content_type="text/html"), "text/html"),
        (http(b"<html><body>hello</body></html>"), "not a SOAP 1.1 envelope"),
        (http(b"nonsense"), "reply is not well-formed"),
        (http(b""), "empty"),
        (http(b"", "202 Accepted", ""), "empty"),
        (http(b"<!DOCTYPE a [<!ENTITY x 'y'>]>" + reply().partition(b"\n")[2]), "document type"),
        (http(reply(), "500 Internal Server Error"), "HTTP 500"),
        (http(b"gone", "404 Not Found", "text/plain"), "HTTP 404"),
        (http(b"", "302 Found", more="Location: http://192.0.2.1/\r\n"), "HTTP 302"),
        (http(b"x", more="Content-Encoding: gzip\r\n"), "gzip"),
        (http(reply(), content_type="text/xml; charset=nonsense"), "character set of the reply"),
        (b"220 mail.example ESMTP\r\n", "no HTTP"),
    ],
)
def test_an_answer_that_is_no_reply_is_invalid(answer, reason):
    assert reason in refused(answer, InvalidReply)


def test_a_fault_message_that_breaks_the_schema_is_invalid():
    detail = fault_detail(OPERATION, CONTRACT, [ERROR])
    body = soap_fault("Server", "x", detail).replace(b">FAILED<", b">LOST<")
    assert "LOST" in refused(http(body, "500 Internal Server Error"), InvalidReply)


def reset(connection):
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (b"", "closed before"),
        (reset, "reset"),
        (http(reply())[:-10], "closed before"),
        (
            b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nTransfer-Encoding: chunked\r\n\r\n40\r\n<soap",
            "closed before",
        ),
        (http(b"<html>bad gateway</html>", "502 Bad Gateway", "text/html"), "HTTP 502"),
        (http(b"", "503 Service Unavailable"), "HTTP 503"),
        (http(b"timeout", "504 Gateway Timeout", "text/plain"), "HTTP 504"),
    ],
)
def test_who_does_not_answer_has_not_answered(answer, reason):
    assert reason in refused(answer, NoAnswer)


def test_a_closed_port_is_no_answer():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(NoAnswer, match="refused"):
        ServiceClient(CONTRACT, OPERATION.service, f"http://127.0.0.1:{port}", 5).send(
            "CreatedCallBacks", HEADER, PAYLOAD
        )


def silence(connection):
    connection.recv(1)


def drip(answer):
    def slowly(connection):
        try:
            for position in range(len(answer)):
                connection.sendall(answer[position : position + 1])
                time.sleep(0.02)
        except OSError:
            pass

    return slowly


@pytest.mark.parametrize(
    "answer",
    [
        silence,
        drip(http(reply())),
        drip(http(reply()).replace(b"Content-Type", b"X: " + b"x" * 500 + b"\r\nContent-Type")),
    ],
    ids=["silence", "dripping", "dripping header"],
)
def test_an_answer_has_only_so_much_time(answer):
    started = time.monotonic()
    assert refused(answer, NoAnswer, timeout=0.4) == "no answer within 0.4 s"
    assert time.monotonic() - started < 3


def test_an_endless_answer_is_cut_off(monkeypatch):
    monkeypatch.setattr(posting, "LARGEST_ANSWER", 100_000)

    def endless(connection):
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n")
        try:
            while True:
                connection.sendall(b" " * 65536)
        except OSError:
            pass

    assert "larger than" in refused(endless, InvalidReply)


def test_proxies_of_the_environment_are_not_asked(monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setitem(os.environ, name, "http://127.0.0.1:1")
    assert send(http(reply()))[0].result == "OK"


def test_many_threads_share_a_client():
    with Service(http(reply()), http(reply("FAILED", [ERROR]))) as service, ThreadPoolExecutor(8) as threads:
        client = ServiceClient(CONTRACT, OPERATION.service, service.url, 20)
        results = list(threads.map(lambda _: client.send("CreatedCallBacks", HEADER, PAYLOAD).result, range(40)))
    assert sorted(results) == ["FAILED"] * 20 + ["OK"] * 20


def test_a_renamed_contract_is_spoken(tmp_path):
    renaming = tmp_path / "vendor.toml"
    renaming.write_text(
        f'[namespaces]\n"{NS}/CallBacksMessage" = "urn:vendor:message"\n"{NS}/CallBacks#" = "urn:vendor:callbacks"\n'
        f'"{NS}/schema/message" = "urn:vendor:parts"\n[soap_actions]\nCreatedCallBacks = "urn:vendor:send"\n'
    )
    assert tomllib.loads(renaming.read_text())
    contract = load_contract(renaming)
    operation = contract.operations["CreatedCallBacks"]
    answer = http(reply("FAILED", [ERROR], "", operation, contract))
    taken, ((_, headers, body),) = send(answer, contract=contract)
    assert taken.errors == (ERROR,)
    assert taken.payload.tag == "{urn:vendor:callbacks}CallBacks"
    assert headers["soapaction"] == '"urn:vendor:send"'
    assert message_in(etree.fromstring(body)).tag == "{urn:vendor:message}CreatedCallBacks"
    assert "expected" in refused(http(reply()), InvalidReply, contract=contract)


@pytest.mark.parametrize("url", ["", "localhost:80", "ftp://host", "http://", "http://a:b", f"http://{'a' * 70}"])
def test_an_address_that_is_none_is_refused(url):
    with pytest.raises(ValueError, match=r"URL|Port|label"):
        ServiceClient(CONTRACT, OPERATION.service, url, 5)
