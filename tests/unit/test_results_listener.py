"""The kit as the adapter that an IVR posts results to: what it answers, and what it keeps."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
import requests
from lxml import etree

from crm_contract.codec import Codec
from crm_contract.contract import load_contract
from crm_contract.envelope import SOAP
from crm_contract.messages import CallBackResult, CallBacksResults, Status
from crmkit.launcher.errors import LaunchRefused
from crmkit.listening.addresses import Address, take
from crmkit.listening.postings import Answering, read_results
from crmkit.listening.results import LATE_SECONDS, ResultsListener

CONTRACT = load_contract()
OPERATION = CONTRACT.operations["CreatedCallBacksResults"]
WORDS = frozenset({"Restored", "Busy"})


@pytest.fixture
def listener() -> Iterator[ResultsListener]:
    with ResultsListener(CONTRACT, take("listen.results", "127.0.0.1:0"), WORDS) as made:
        made.give(["CB-1", "CB-2"])
        yield made


def message(*results: tuple[str | None, str | None], verb: str = "created", noun: str = "CallBacksResults") -> bytes:
    entries = [CallBackResult(mrid=mrid, status=Status(value=value) if value else None) for mrid, value in results]
    payload = Codec(CallBacksResults, OPERATION.payload_namespace).encode(CallBacksResults(entries), "p")
    return (
        f'<s:Envelope xmlns:s="{SOAP}"><s:Body><m:CreatedCallBacksResults xmlns:m="{OPERATION.message_namespace}"'
        f' xmlns:h="{CONTRACT.message_parts}" xmlns:p="{OPERATION.payload_namespace}">'
        f"<m:Header><h:Verb>{verb}</h:Verb><h:Noun>{noun}</h:Noun><h:MessageID>m-1</h:MessageID></m:Header>"
        f"<m:Payload><p:CallBacksResults>{payload}</p:CallBacksResults></m:Payload>"
        "</m:CreatedCallBacksResults></s:Body></s:Envelope>"
    ).encode()


def post(listener: ResultsListener, body: bytes) -> requests.Response:
    return requests.post(listener.url, data=body, headers={"Content-Type": "text/xml"}, timeout=10)


def told(answer: requests.Response) -> tuple[str, list[tuple[str, str]]]:
    """Result, and code and details of the Errors."""
    root = etree.fromstring(answer.content)
    parts = f"{{{CONTRACT.message_parts}}}"
    result = root.findtext(f".//{parts}Result") or ""
    errors = [
        (each.findtext(f"{parts}code") or "", each.findtext(f"{parts}details") or "")
        for each in root.iter(f"{parts}Error")
    ]
    return result, errors


def test_results_of_callbacks_that_were_sent_are_taken(listener: ResultsListener) -> None:
    answer = post(listener, message(("CB-1", "Restored"), ("CB-2", "Busy")))
    assert (answer.status_code, told(answer)) == (200, ("OK", []))
    assert b"<h:CorrelationID>m-1</h:CorrelationID>" in answer.content
    (posting,) = listener.postings()
    assert posting.accepted == {"CB-1", "CB-2"}
    assert [(each.mrid, each.value) for each in posting.results] == [("CB-1", "Restored"), ("CB-2", "Busy")]
    assert (posting.status, posting.answer) == (200, answer.content)


@pytest.mark.parametrize(
    ("results", "expected", "accepted"),
    [
        (
            [("CB-1", "Restored"), ("CB-9", "Busy")],
            ("PARTIAL", [("2.7", "Invalid callback(s) mRID(s): CB-9")]),
            {"CB-1"},
        ),
        ([("CB-1", "Restored"), ("CB-1", "Busy")], ("FAILED", [("2.7", "Duplicate mRID CB-1 in the message.")]), set()),
        ([("CB-1", "Gone")], ("FAILED", [("2.7", "Invalid callback result: Gone for callback(s): CB-1")]), set()),
        (
            [("CB-1", None)],
            ("FAILED", [("2.7", "Callback result element not found in message for callback(s): CB-1.")]),
            set(),
        ),
        ([(None, "Busy"), ("CB-2", "Busy")], ("PARTIAL", [("2.7", "Callback mrid is not provided.")]), {"CB-2"}),
    ],
)
def test_what_an_adapter_refuses_is_refused(
    listener: ResultsListener,
    results: list[tuple[str | None, str | None]],
    expected: tuple[str, list[tuple[str, str]]],
    accepted: set[str],
) -> None:
    assert told(post(listener, message(*results))) == expected
    assert listener.postings()[-1].accepted == accepted


def test_messages_that_are_wrong_as_such_are_refused(listener: ResultsListener) -> None:
    assert told(post(listener, message(("CB-1", "Busy"), verb="get"))) == ("FAILED", [("2.9", "Invalid verb: get.")])
    assert told(post(listener, message(("CB-1", "Busy"), noun="Fines"))) == (
        "FAILED",
        [("2.5", "Invalid noun: Fines.")],
    )
    invalid = message(("CB-1", "Busy")).replace(b"<p:mRID>", b"<p:colour>red</p:colour><p:mRID>")
    result, ((code, _),) = told(post(listener, invalid))
    assert (result, code) == ("FAILED", "1.8")
    nonsense = post(listener, b"The power is back.")
    assert (nonsense.status_code, b"faultcode" in nonsense.content) == (500, True)
    assert [each.accepted for each in listener.postings()] == [frozenset()] * 4


@pytest.mark.parametrize(
    ("how", "status", "result"),
    [(Answering.FAILED, 200, "FAILED"), (Answering.FAULT, 500, "FAILED"), (Answering.BUSY, 503, "FAILED")],
)
def test_the_first_message_of_a_callback_is_answered_as_planned(
    listener: ResultsListener, how: Answering, status: int, result: str
) -> None:
    listener.give(["CB-3"], how)
    first = post(listener, message(("CB-3", "Busy")))
    assert (first.status_code, told(first)[0]) == (status, result)
    assert ("Retry-After" in first.headers) is (how is Answering.BUSY)
    assert told(post(listener, message(("CB-3", "Busy")))) == ("OK", [])
    assert [each.answering for each in listener.postings()] == [how, Answering.AS_ADAPTER]
    assert [each.accepted for each in listener.postings()] == [frozenset(), {"CB-3"}]


def test_an_answer_may_be_late_or_lost(listener: ResultsListener) -> None:
    listener.give(["CB-3"], Answering.LATE)
    started = time.monotonic()
    assert told(post(listener, message(("CB-3", "Busy")))) == ("OK", [])
    assert time.monotonic() - started >= LATE_SECONDS
    listener.give(["CB-4"], Answering.LOST)
    with pytest.raises(requests.ConnectionError):
        post(listener, message(("CB-4", "Busy")))
    lost = listener.postings()[-1]
    assert (lost.status, lost.accepted) == (None, frozenset())


def test_who_waits_is_told_when_results_come(listener: ResultsListener) -> None:
    assert not listener.wait_until(bool, 0.01)
    threading.Timer(0.05, post, (listener, message(("CB-1", "Busy")))).start()
    assert listener.wait_until(lambda postings: any("CB-1" in each.mrids for each in postings), 5)


def test_a_chunked_message_is_read_whole(listener: ResultsListener) -> None:
    body = message(("CB-1", "Busy"))
    pieces = iter([body[:100], body[100:]])
    answer = requests.post(listener.url, data=pieces, headers={"Content-Type": "text/xml"}, timeout=10)
    assert told(answer) == ("OK", [])


def test_wsdl_and_schemas_are_served(listener: ResultsListener) -> None:
    wsdl = requests.get(f"{listener.url}?wsdl", timeout=5)
    assert f'location="{listener.url}"' in wsdl.text
    base = listener.url.rpartition("/")[0]
    assert requests.get(f"{base}/xsd/CallBacksResultsMessage.xsd", timeout=5).ok
    assert requests.get(f"{base}/xsd/None.xsd", timeout=5).status_code == 404


def test_a_body_of_nobody_knows_what_length_is_refused(listener: ResultsListener) -> None:
    parts = urlsplit(listener.url)
    with socket.create_connection((str(parts.hostname), int(parts.port or 0)), 5) as connection:
        connection.sendall(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999\r\n\r\n")
        assert connection.recv(100).startswith(b"HTTP/1.1 413")
    assert listener.postings() == []


def test_a_port_that_is_lost_is_told(listener: ResultsListener) -> None:
    port = urlsplit(listener.url).port
    lost = Address("127.0.0.1", int(port or 0), listener.url)
    with (
        pytest.raises(LaunchRefused, match=r"\[listen\.results\] address 127\.0\.0\.1:"),
        ResultsListener(CONTRACT, lost),
    ):
        pass


def test_results_are_read_whatever_else_is_wrong() -> None:
    body = b'<a><b:CallBackResult xmlns:b="urn:b"><b:mRID> CB-1 </b:mRID><b:csrId>x</b:csrId></b:CallBackResult></a>'
    (found,) = read_results(body)
    assert (found.mrid, found.value, found.date_time, found.csr_id) == ("CB-1", None, None, "x")
    assert read_results(b"no XML") == ()
    assert read_results(b'<!DOCTYPE a [<!ENTITY e "x">]><a>&e;</a>') == ()
