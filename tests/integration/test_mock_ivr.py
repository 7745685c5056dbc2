"""The mock IVR as a real process, met over real HTTP."""

from __future__ import annotations

import http.client
import socket
import subprocess
import threading
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
import zeep
from ivr_process import TIMEOUT, Ivr, running_ivr, start
from landbase_process import free_port, healthy, wait_for
from lxml import etree

from crm_contract.contract import NS, load_contract
from crm_contract.envelope import ReportedError
from crm_contract.messages import CallBack, CallBacks
from crm_soap.client import InvalidReply, NoAnswer, RequestMessageHeader, ServiceClient, ServiceReply

CONTRACT = load_contract()
OPERATION = CONTRACT.operations["CreatedCallBacks"]
MODES = ("normal", "down", "slow", "failed", "partial", "fault", "invalid", "other-reply", "html", "nothing", "drop")
NOT_NORMAL = MODES[1:]


@pytest.fixture(scope="module")
def running() -> Iterator[Ivr]:
    with running_ivr() as ivr:
        yield ivr


@pytest.fixture
def ivr(running: Ivr) -> Ivr:
    """The IVR, behaving and dialling at once, with empty journals."""
    running.behave("normal")
    running.dialling(enabled=False)
    running.dialling(script={"*": "Restored"})
    running.ask("DELETE", "/journal")
    running.ask("DELETE", "/dialled")
    running.adapter.forget()
    return running


def send(ivr: Ivr, *mrids: str, message_id: str | None = None, timeout: float = TIMEOUT) -> ServiceReply:
    """A message as the adapter sends it."""
    client = ServiceClient(CONTRACT, OPERATION.service, ivr.base, timeout)
    header = RequestMessageHeader(
        "created", "CallBacks", "2026-01-01T00:00:00Z", "CRM", message_id or str(uuid.uuid4()), "correlation-1"
    )
    return client.send(OPERATION.name, header, CallBacks([CallBack(mrid) for mrid in mrids]))


def post(ivr: Ivr, body: bytes, path: str = "/SendCallBacksService", **headers: str) -> requests.Response:
    return requests.post(ivr.base + path, data=body, headers={"Content-Type": "text/xml", **headers}, timeout=TIMEOUT)


def raw_message(**changes: str) -> bytes:
    parts = {"Verb": "created", "Noun": "CallBacks", "MessageID": str(uuid.uuid4()), "mRID": "CB-1", **changes}
    header = "".join(f"<h:{name}>{parts[name]}</h:{name}>" for name in ("Verb", "Noun", "MessageID"))
    return (
        f'<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:h="{CONTRACT.message_parts}">'
        f'<s:Body><m:CreatedCallBacks xmlns:m="{OPERATION.message_namespace}"><m:Header>{header}</m:Header>'
        f'<m:Payload><p:CallBacks xmlns:p="{OPERATION.payload_namespace}"><p:CallBack>'
        f"<p:mRID>{parts['mRID']}</p:mRID>{parts.get('more', '')}</p:CallBack></p:CallBacks></m:Payload>"
        "</m:CreatedCallBacks></s:Body></s:Envelope>"
    ).encode()


def settled(ivr: Ivr, count: int) -> list[dict[str, Any]]:
    wait_for(lambda: len(ivr.dialled()) >= count)
    return ivr.dialled()


# The service


def test_a_client_made_from_its_wsdl_is_answered(ivr: Ivr) -> None:
    client = zeep.Client(f"{ivr.url}?wsdl")
    answer = client.service.CreatedCallBacks(
        Header={"Verb": "created", "Noun": "CallBacks", "MessageID": "m-zeep", "CorrelationID": "c-zeep"},
        Payload={"CallBacks": {"CallBack": [{"mRID": "CB-zeep"}]}},
    )
    assert (answer.Reply.Result, answer.Header.Verb, answer.Header.Noun) == ("OK", "reply", "CallBacks")
    assert (answer.Header.CorrelationID, answer.Header.Revision, answer.Header.Source) == ("c-zeep", "2.0", "IVR")
    assert answer.Header.Timestamp.tzinfo is not None
    assert answer.Header.MessageID not in (None, "m-zeep")
    assert [item["mrid"] for item in settled(ivr, 1)] == ["CB-zeep"]


def test_what_arrived_is_in_the_journal(ivr: Ivr) -> None:
    send(ivr, "CB-1", "CB-2", message_id="m-journal")
    (item,) = ivr.journal()
    assert item.pop("at").endswith("Z")
    body = etree.fromstring(item.pop("body").encode())
    assert [each.text for each in body.iter(f"{{{OPERATION.payload_namespace}}}mRID")] == ["CB-1", "CB-2"]
    assert item == {
        "behaviour": "normal",
        "message_id": "m-journal",
        "correlation_id": "correlation-1",
        "verb": "created",
        "noun": "CallBacks",
        "valid": True,
        "problem": None,
        "callbacks": ["CB-1", "CB-2"],
        "result": "OK",
    }


@pytest.mark.parametrize(
    ("changes", "code", "problem"),
    [
        ({"Verb": "changed"}, "2.9", "Invalid verb: changed"),
        ({"Noun": "TroubleTickets"}, "2.5", "Invalid noun: TroubleTickets"),
        ({"more": "<p:dateTime>soon</p:dateTime>"}, "1.8", "dateTime"),
    ],
)
def test_a_bad_message_fails_with_its_code(ivr: Ivr, changes: dict[str, str], code: str, problem: str) -> None:
    answer = post(ivr, raw_message(**changes))
    assert answer.status_code == 200
    reply = etree.fromstring(answer.content)[0][0]
    assert CONTRACT.schema(OPERATION).validate(reply)
    assert [each.text for each in reply.iter(f"{{{CONTRACT.message_parts}}}code")] == [code]
    assert reply.findtext(f".//{{{CONTRACT.message_parts}}}Result") == "FAILED"
    (item,) = ivr.journal()
    assert (item["valid"], item["callbacks"], item["result"]) == (False, ["CB-1"], "FAILED")
    assert problem in item["problem"]
    send(ivr, "CB-after")
    assert [item["mrid"] for item in settled(ivr, 1)] == ["CB-after"]


@pytest.mark.parametrize(
    ("body", "status", "problem"),
    [
        (b"no XML", 500, "not well-formed"),
        (b"", 500, "no body"),
        (raw_message().replace(b"CreatedCallBacks", b"CreatedCalls"), 500, "No operation"),
    ],
)
def test_what_cannot_be_dispatched_is_in_the_journal_too(ivr: Ivr, body: bytes, status: int, problem: str) -> None:
    assert post(ivr, body).status_code == status
    (item,) = ivr.journal()
    assert (item["valid"], item["callbacks"], item["result"], item["body"]) == (False, [], None, body.decode())
    assert problem in item["problem"]


def test_other_addresses_are_refused(ivr: Ivr) -> None:
    assert post(ivr, raw_message(), "/GetCallbacksService").status_code == 404
    assert post(ivr, raw_message(), **{"Content-Type": "text/plain"}).status_code == 415
    assert requests.get(ivr.url, timeout=TIMEOUT).status_code == 405
    assert requests.get(f"{ivr.base}/xsd/CallBacksMessage.xsd", timeout=TIMEOUT).ok


def test_the_journal_is_bounded(ivr: Ivr) -> None:
    with requests.Session() as session:
        for number in range(503):
            session.post(ivr.url, data=b"x", headers={"Content-Type": "text/xml", "N": str(number)}, timeout=TIMEOUT)
    page = ivr.ask("GET", "/journal")
    assert (page["dropped"], len(page["items"])) == (3, 500)
    ivr.ask("DELETE", "/journal")
    assert ivr.ask("GET", "/journal") == {"dropped": 0, "items": []}


# Dialling and reporting


def test_outcomes_are_reported_to_the_adapter_together(ivr: Ivr) -> None:
    ivr.dialling(csr_id="robot", script={"CB-1": "No Answer", "*": "Left Message"}, delay_seconds=0.2)
    assert send(ivr, "CB-1", "CB-2").result == "OK"
    noted = [{name: item[name] for name in item if name != "at"} for item in settled(ivr, 2)]
    assert noted == [
        {"mrid": mrid, "outcome": outcome, "posted": True, "reply_result": "OK", "problem": None}
        for mrid, outcome in (("CB-1", "No Answer"), ("CB-2", "Left Message"))
    ]
    (results,) = ivr.adapter.results
    assert [(each.mrid, each.csr_id, each.status.value) for each in results if each.status] == [
        ("CB-1", "robot", "No Answer"),
        ("CB-2", "robot", "Left Message"),
    ]
    assert all(each.comment and each.date_time for each in results)
    assert ivr.adapter.problems == []


def test_outcomes_come_after_the_delay(ivr: Ivr) -> None:
    ivr.dialling(delay_seconds=0.5)
    begun = time.monotonic()
    send(ivr, "CB-1")
    settled(ivr, 1)
    assert time.monotonic() - begun >= 0.5


def test_the_seed_decides_outcomes(ivr: Ivr) -> None:
    mrids = [f"CB-{number}" for number in range(30)]

    def drawn(seed: int) -> list[str]:
        assert ivr.dialling(seed=seed)["seed"] == seed
        ivr.ask("DELETE", "/dialled")
        send(ivr, *mrids)
        return [item["outcome"] for item in settled(ivr, len(mrids))]

    assert drawn(7) == drawn(7) != drawn(8)


def test_a_repeated_message_is_not_dialled_twice(ivr: Ivr) -> None:
    for _ in range(2):
        assert send(ivr, "CB-1", message_id="m-twice-" + ivr.control).result == "OK"
    send(ivr, "CB-2")
    assert [item["mrid"] for item in settled(ivr, 2)] == ["CB-1", "CB-2"]
    assert [item["callbacks"] for item in ivr.journal()] == [["CB-1"], ["CB-1"], ["CB-2"]]


def test_nothing_is_dialled_while_that_is_disabled(ivr: Ivr) -> None:
    ivr.dialling(enabled=False)
    assert send(ivr, "CB-1").result == "OK"
    ivr.dialling()
    send(ivr, "CB-2")
    assert [item["mrid"] for item in settled(ivr, 1)] == ["CB-2"]


def test_an_adapter_that_is_away_for_a_moment_gets_the_same_message_again(ivr: Ivr) -> None:
    ivr.adapter.unavailable = 1
    send(ivr, "CB-1")
    assert [item["posted"] for item in settled(ivr, 1)] == [True]
    first, second = ivr.adapter.message_ids
    assert first == second
    assert len(ivr.adapter.results) == 1


def test_an_adapter_that_stays_away_is_noted(ivr: Ivr) -> None:
    ivr.adapter.unavailable = 99
    send(ivr, "CB-1")
    (item,) = settled(ivr, 1)
    assert (item["posted"], item["reply_result"], item["problem"]) == (False, None, "HTTP 503 without a SOAP message")
    assert len(ivr.adapter.message_ids) == 3


def test_errors_of_the_adapter_are_noted(ivr: Ivr) -> None:
    ivr.adapter.errors.append(ReportedError("2.7", "FATAL", "DifferentCsrId", "not assigned: CB-2"))
    send(ivr, "CB-1", "CB-2")
    told = {item["mrid"]: (item["reply_result"], item["problem"]) for item in settled(ivr, 2)}
    assert told == {"CB-1": ("PARTIAL", None), "CB-2": ("PARTIAL", "2.7 DifferentCsrId: not assigned: CB-2")}


def test_tickets_are_reported_in_batches(ivr: Ivr) -> None:
    order = {"count": 5, "batch": 2, "usage_points": ["UP-1"], "call_back": True, "trouble_code": "Other"}
    receipt = ivr.ask("POST", "/tickets", json=order)
    assert receipt == {
        "tickets": 5,
        "messages": 3,
        "created": 5,
        "results": {"OK": 3},
        "unanswered": 0,
        "problems": [],
    }
    assert [len(batch) for batch in ivr.adapter.tickets] == [2, 2, 1]
    told = {
        (each.source, each.trouble_code, each.call_back, each.usage_point.mrid if each.usage_point else None)
        for batch in ivr.adapter.tickets
        for each in batch
    }
    assert told == {("IVR", "Other", True, "UP-1")}
    assert ivr.adapter.problems == []


# Its behaviours


def outcome(ivr: Ivr, timeout: float = TIMEOUT) -> tuple[str, str]:
    """What a client of the contract makes of the answer."""
    try:
        reply = send(ivr, "CB-1", timeout=timeout)
    except NoAnswer as error:
        return "no answer", str(error)
    except InvalidReply as error:
        return "invalid", str(error)
    codes = [error.code for error in reply.errors]
    return ("fault " if reply.fault else "") + reply.result, " ".join(codes)


@pytest.mark.parametrize(
    ("mode", "taken", "says"),
    [
        ("down", "no answer", "refused"),
        ("failed", "FAILED", "5.2"),
        ("partial", "PARTIAL", "5.2"),
        ("fault", "fault FAILED", "5.3"),
        ("invalid", "invalid", "ACCEPTED"),
        ("other-reply", "invalid", "TroubleTicketsResponseMessage"),
        ("html", "invalid", "text/html"),
        ("nothing", "invalid", "empty"),
        ("drop", "no answer", "closed before"),
    ],
)
def test_each_behaviour_is_what_it_says_and_dials_nobody(ivr: Ivr, mode: str, taken: str, says: str) -> None:
    ivr.behave(mode)
    for _ in range(2):
        found, words = outcome(ivr)
        assert found == taken
        assert says in words
    items = ivr.journal()
    assert [(item["behaviour"], item["valid"], item["callbacks"]) for item in items] == (
        [] if mode == "down" else [(mode, True, ["CB-1"])] * 2
    )
    ivr.behave("normal")
    send(ivr, "CB-2")
    assert [item["mrid"] for item in settled(ivr, 1)] == ["CB-2"]


def test_slow_answers_rightly_but_late(ivr: Ivr) -> None:
    ivr.behave("slow", delay_seconds=0.4)
    begun = time.monotonic()
    assert outcome(ivr) == ("OK", "")
    assert time.monotonic() - begun >= 0.4
    ivr.behave("slow", delay_seconds=60)
    assert outcome(ivr, timeout=1) == ("no answer", "no answer within 1 s")
    assert [item["behaviour"] for item in ivr.journal()] == ["slow"] * 2
    # Taken all the same, and dialled: the sender only did not hear so in time.
    assert len(settled(ivr, 2)) == 2


def test_wrong_answers_are_wrong_on_the_wire_too(ivr: Ivr) -> None:
    ivr.behave("html")
    page = post(ivr, raw_message())
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "<html>" in page.text
    ivr.behave("nothing")
    empty = post(ivr, raw_message())
    assert (empty.status_code, empty.content, empty.headers["content-length"]) == (200, b"", "0")
    ivr.behave("fault")
    assert post(ivr, raw_message()).status_code == 500
    ivr.behave("invalid")
    assert post(ivr, raw_message()).status_code == 200


def test_drop_cuts_one_connection_and_no_other(ivr: Ivr) -> None:
    with socket.create_connection(("127.0.0.1", ivr.port), TIMEOUT) as idle:
        ivr.behave("drop")
        connection = http.client.HTTPConnection("127.0.0.1", ivr.port, timeout=TIMEOUT)
        connection.request("POST", "/SendCallBacksService", raw_message(), {"Content-Type": "text/xml"})
        with pytest.raises((http.client.RemoteDisconnected, ConnectionResetError)):
            connection.getresponse()
        connection.close()
        ivr.behave("normal")
        idle.sendall(b"GET /SendCallBacksService?wsdl HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        assert idle.recv(12) == b"HTTP/1.1 200"


def test_down_cuts_an_answer_in_the_making(ivr: Ivr) -> None:
    ivr.behave("slow", delay_seconds=60)
    outcomes: list[tuple[str, str]] = []
    asking = threading.Thread(target=lambda: outcomes.append(outcome(ivr, 60)))
    asking.start()
    wait_for(lambda: len(ivr.journal()) == 1)
    ivr.behave("down")
    asking.join(TIMEOUT)
    assert [kind for kind, _ in outcomes] == ["no answer"]


@pytest.mark.parametrize("mode", NOT_NORMAL)
def test_a_behaviour_expires_by_itself(ivr: Ivr, mode: str) -> None:
    setting = ivr.behave(mode, expires_after_seconds=0.2)
    assert setting["mode"] == mode
    assert 0 < setting["expires_after_seconds"] <= 0.2
    assert healthy(ivr.control)
    wait_for(lambda: ivr.ask("GET", "/behaviour")["mode"] == "normal", seconds=5)
    assert outcome(ivr) == ("OK", "")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/behaviour", {"mode": "error"}),
        ("/behaviour", {"mode": "slow", "delay_seconds": -1}),
        ("/dialling", {"probabilities": {}}),
        ("/dialling", {"script": {"*": []}}),
    ],
)
def test_a_malformed_setting_changes_nothing(ivr: Ivr, path: str, body: dict[str, Any]) -> None:
    before = ivr.ask("GET", path)
    assert requests.put(ivr.control + path, json=body, timeout=TIMEOUT).status_code == 422
    assert ivr.ask("GET", path) == before


# How it starts and stops


def test_a_renamed_contract_is_spoken(tmp_path: Path) -> None:
    renaming = tmp_path / "vendor.toml"
    renaming.write_text(f'[namespaces]\n"{NS}/CallBacksMessage" = "urn:vendor:callbacks"\n')
    contract = load_contract(renaming)
    with running_ivr(f"--contract={renaming}", contract=contract) as ivr:
        client = ServiceClient(contract, OPERATION.service, ivr.base, TIMEOUT)
        header = RequestMessageHeader("created", "CallBacks", "2026-01-01T00:00:00Z", "CRM", "m-1")
        assert client.send(OPERATION.name, header, CallBacks([CallBack("CB-1")])).result == "OK"
        assert "urn:vendor:callbacks" in ivr.journal()[0]["body"]
        assert outcome(ivr) == ("fault FAILED", "")


def test_it_stops_while_a_client_waits(tmp_path: Path) -> None:
    with running_ivr() as ivr:
        ivr.behave("slow", delay_seconds=600)
        outcomes: list[tuple[str, str]] = []
        asking = threading.Thread(target=lambda: outcomes.append(outcome(ivr, 60)))
        asking.start()
        wait_for(lambda: len(ivr.journal()) == 1)
    asking.join(TIMEOUT)
    assert [kind for kind, _ in outcomes] == ["no answer"]


def refused_start(*options: str, port: int | None = None) -> str:
    process = start(port or free_port(), free_port(), *options)
    try:
        output, errors = process.communicate(timeout=20)
    except subprocess.TimeoutExpired:
        process.kill()
        raise
    assert (process.returncode, output, errors.count("\n")) == (2, "", 1), errors
    assert errors.startswith("mock_ivr: ")
    return errors


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ((), "--adapter"),
        (("--adapter=localhost",), "is no http or https URL"),
        (("--adapter=http://localhost", "--contract=/nowhere"), "--contract /nowhere"),
        (("--adapter=http://localhost", "--seed=x"), "--seed"),
        (("--adapter=http://localhost", "--port=0"), "is no port"),
        (("--adapter=http://localhost", "--port=80", "--control-port=80"), "both 80"),
    ],
)
def test_a_bad_command_line_is_one_line(options: tuple[str, ...], said: str) -> None:
    assert said in refused_start(*options)


def test_a_port_in_use_is_said() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert f"port {port} of 127.0.0.1 is in use" in refused_start("--adapter=http://localhost", port=port)
