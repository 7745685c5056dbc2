"""Who called whom: every exchange of a scenario leaves a call, whatever becomes of it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from suite_conversations import CONTRACT, told

from crmkit.suite.access.control import HttpJson
from crmkit.suite.access.target import Target
from crmkit.suite.callbacks.ivr_messages import note_calls
from crmkit.suite.errors import CouldNotTest, Unreachable
from crmkit.suite.evidence import Call, Transcript
from crmkit.suite.run import Run
from crmkit.suite.running.recording import calls_of


class Answering(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(404 if self.path == "/none" else 200)
        self.end_headers()
        self.wfile.write(b'{"now": 1}')

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(500)
        self.end_headers()
        self.wfile.write(b"<fault/>")

    def log_message(self, *given: Any) -> None:
        pass


@pytest.fixture
def url() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Answering) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


def told_of(calls: list[Call]) -> list[tuple[str, str, str, str, int | None]]:
    return [(call.caller, call.called, call.kind, call.label, call.status) for call in calls]


def test_messages_to_the_target(url: str) -> None:
    run = Run(Target(url, CONTRACT))
    action = CONTRACT.operations["GetCallbacks"].soap_action
    run.target.post(f"{url}/GetCallbacksService", b"<m/>", {"SOAPAction": f'"{action}"', "Authorization": "Basic x"})
    run.target.get(f"{url}/GetCallbacksService?wsdl")
    assert told_of(run.transcript.calls) == [
        ("kit", "target", "soap", "GetCallbacks", 500),
        ("kit", "target", "http", "GET GetCallbacksService?wsdl", 200),
    ]
    message = run.transcript.calls[0]
    assert (message.request, message.response, message.url) == (b"<m/>", b"<fault/>", f"{url}/GetCallbacksService")
    assert message.request_headers["Authorization"] == "(left out)"
    assert 0 <= message.started <= message.finished < 30


def test_calls_of_the_control_api(url: str) -> None:
    transcript = Transcript()
    http = HttpJson(url, "the control API", "control", transcript)
    assert http.call("GET", "/clock") == {"now": 1}
    with pytest.raises(CouldNotTest):
        http.call("GET", "/none")
    assert told_of(transcript.calls) == [
        ("kit", "control", "json", "GET /clock", 200),
        ("kit", "control", "json", "GET /none", 404),
    ]


def test_a_call_that_nobody_takes() -> None:
    run = Run(Target("http://127.0.0.1:9", CONTRACT))
    with pytest.raises(Unreachable):
        run.target.post("http://127.0.0.1:9/x", b"", {})
    (call,) = run.transcript.calls
    assert (call.status, call.response) == (None, b"")
    assert "nobody takes a connection" in (call.problem or "")


def test_a_scenario_begins_with_no_calls(url: str) -> None:
    run = Run(Target(url, CONTRACT))
    run.target.get(url)
    run.begin_scenario()
    assert run.transcript.calls == []
    run.target.get(url)
    assert len(run.transcript.calls) == 1


def test_calls_are_told_in_the_order_of_their_beginnings() -> None:
    transcript = Transcript()
    for started, finished in ((1.0, 2.0), (0.5, 3.0)):
        transcript.note(Call("kit", "target", "soap", f"{started}", started, finished))
    assert [call.label for call in transcript.calls] == ["0.5", "1.0"]


def test_the_message_that_a_scenario_is_about(url: str) -> None:
    """What a When step sends is; what a Given step sends is not."""
    conversation, _ = told("5.1-01", "CreatedTroubleTickets")
    target = conversation.run.target
    for is_acting in (False, True):
        conversation.is_acting = is_acting
        exchange = target.post(f"{url}/ReceiveTroubleTicketsService", b"<m/>", {})
        assert conversation.message is None
        conversation._take(exchange, conversation.is_acting)
    assert [call.is_subject for call in calls_of(conversation)] == [False, True]


def record(**changes: Any) -> dict[str, Any]:
    at = (datetime.now(UTC) + timedelta(seconds=2)).isoformat()
    return {"at": at, "behaviour": "normal", "result": "OK", "body": "<sent/>", "valid": True, **changes}


def test_what_the_target_sends_to_the_ivr() -> None:
    transcript = Transcript()
    first, second = record(), record(behaviour="html", result=None)
    note_calls(transcript, [first])
    note_calls(transcript, [first, second])
    assert told_of(transcript.calls) == [
        ("target", "ivr", "soap", "CreatedCallBacks, answered OK", None),
        ("target", "ivr", "soap", "CreatedCallBacks, answered nothing that is a reply: html", None),
    ]
    assert transcript.calls[0].request == b"<sent/>"
    assert transcript.calls[0].is_subject
    assert 1.5 < transcript.calls[0].started < 2.5
