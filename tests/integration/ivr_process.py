"""The mock IVR as a real process, and an adapter that takes what it reports."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

import requests
from landbase_process import TIMEOUT, free_port, healthy, wait_for

from crm_contract.codec import Codec
from crm_contract.contract import Contract, Operation, load_contract
from crm_contract.envelope import ReplyHeader, ReportedError, response
from crm_contract.messages import CallBackResult, CallBacksResults, TroubleTicket, TroubleTickets
from crm_soap.parsing import parse_envelope

REPLY = ReplyHeader("2026-01-01T00:00:00Z", "CRM", "reply-1", None)


def start(port: int, control_port: int, *more: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "mock_ivr", f"--port={port}", f"--control-port={control_port}", *more]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@dataclass
class FakeAdapter:
    """Takes callback results and trouble tickets, judges them by the schema, and answers OK unless told otherwise."""

    contract: Contract = field(default_factory=load_contract)
    results: list[list[CallBackResult]] = field(default_factory=list)
    tickets: list[list[TroubleTicket]] = field(default_factory=list)
    message_ids: list[str | None] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    errors: list[ReportedError] = field(default_factory=list)
    unavailable: int = 0

    def __enter__(self) -> Self:
        answer = self._answer

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                status, body = answer(self.path, self.rfile.read(int(self.headers["Content-Length"])))
                self.send_response(status)
                self.send_header("Content-Type", "text/xml; charset=utf-8")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *arguments: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(TIMEOUT)

    def forget(self) -> None:
        """Be as new."""
        for kept in (self.results, self.tickets, self.message_ids, self.problems, self.errors):
            kept.clear()
        self.unavailable = 0

    def _answer(self, path: str, body: bytes) -> tuple[int, bytes]:
        message = parse_envelope(body)
        op = next(op for op in self.contract.operations.values() if op.request == message.tag)
        schema = self.contract.schema(op)
        if not schema.validate(message) or path != f"/{op.service}":
            self.problems.append(f"{path}: {schema.error_log}")
        parts = self.contract.message_parts
        self.message_ids.append(message.findtext(f".//{{{parts}}}MessageID"))
        if self.unavailable:
            self.unavailable -= 1
            return 503, b""
        payload = message[1][0]
        created = self._keep(op, payload)
        result = "PARTIAL" if self.errors else "OK"
        return 200, response(op, self.contract, REPLY, result, self.errors, created)

    def _keep(self, op: Operation, payload: Any) -> str | None:
        if op.name == "CreatedCallBacksResults":
            self.results.append(Codec(CallBacksResults, op.payload_namespace).decode(payload).call_back_results)
            return None
        codec = Codec(TroubleTickets, op.payload_namespace)
        tickets = codec.decode(payload)
        self.tickets.append(tickets.trouble_tickets)
        return codec.encode(tickets, "p")


@dataclass
class Ivr:
    """A running IVR, its control endpoint, and the adapter that it reports to."""

    port: int
    control: str
    adapter: FakeAdapter

    @property
    def base(self) -> str:
        """Base URL of its services."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        """Its one service."""
        return f"{self.base}/SendCallBacksService"

    def ask(self, method: str, path: str, **options: Any) -> Any:
        """One request to the control endpoint; fails unless it succeeds."""
        answer = requests.request(method, self.control + path, timeout=TIMEOUT, **options)
        assert answer.ok, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    def behave(self, mode: str, **more: Any) -> dict[str, Any]:
        setting: dict[str, Any] = self.ask("PUT", "/behaviour", json={"mode": mode, **more})
        return setting

    def dialling(self, **setting: Any) -> dict[str, Any]:
        told: dict[str, Any] = self.ask("PUT", "/dialling", json={"delay_seconds": 0, **setting})
        return told

    def journal(self) -> list[dict[str, Any]]:
        page: dict[str, Any] = self.ask("GET", "/journal")
        assert page["dropped"] == 0
        items: list[dict[str, Any]] = page["items"]
        return items

    def dialled(self) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = self.ask("GET", "/dialled")["items"]
        return items


@contextmanager
def running_ivr(*more: str, contract: Contract | None = None) -> Iterator[Ivr]:
    """An IVR process beside an adapter of its own; it ends cleanly and says nothing."""
    with FakeAdapter(contract or load_contract()) as adapter:
        port, control_port = free_port(), free_port()
        process = start(port, control_port, f"--adapter={adapter.url}", *more)
        ivr = Ivr(port, f"http://127.0.0.1:{control_port}", adapter)
        try:
            wait_for(lambda: process.poll() is not None or healthy(ivr.control))
            yield ivr
            process.terminate()
            output = process.communicate(timeout=TIMEOUT)
        finally:
            process.kill()
            process.communicate()
        assert (process.returncode, *output) == (0, "", "")
