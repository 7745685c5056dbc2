"""The kit as an adapter that takes callback results: ReceiveCallBacksResultsService for an IVR that is tested."""

from __future__ import annotations

import socket
import socketserver
import threading
import time
from collections.abc import Callable, Collection
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

from crm_contract.contract import Contract
from crmkit.launcher.errors import LaunchRefused
from crmkit.listening.adapter_answers import AdapterAnswer, AdapterAnswers
from crmkit.listening.addresses import Address
from crmkit.listening.postings import Answering, Posting, read_results

SERVICE = "ReceiveCallBacksResultsService"
LATE_SECONDS = 1.0
LARGEST_BODY = 32 << 20
_STALL_SECONDS = 30.0
_XML = "text/xml; charset=utf-8"


class ResultsListener:
    """A context manager that listens on an address and keeps what is posted. Thread-safe.

    `words` are the results that are configured (all where it is None). Raises LaunchRefused when the port is lost.
    """

    def __init__(self, contract: Contract, address: Address, words: Collection[str] | None = None) -> None:
        self._contract = contract
        self._address = address
        self._answers = AdapterAnswers(contract, words)
        self._changed = threading.Condition()
        self._postings: list[Posting] = []
        self._given: set[str] = set()
        self._planned: dict[str, Answering] = {}
        self._stopped = threading.Event()
        self._server: _Server | None = None

    @property
    def url(self) -> str:
        """Where the IVR posts its results to."""
        return f"{self._address.public_url}/{SERVICE}"

    def __enter__(self) -> Self:
        try:
            self._server = _Server(self._address, self)
        except OSError as error:
            where = f"{self._address.host}:{self._address.port}"
            raise LaunchRefused(f"[listen.results] address {where}: {error.strerror or error}") from error
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._stopped.set()
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()

    def give(self, mrids: Collection[str], first: Answering = Answering.AS_ADAPTER) -> None:
        """The IVR is sent these callbacks; the first message with results of any of them is answered so."""
        with self._changed:
            self._given.update(mrids)
            if first is not Answering.AS_ADAPTER:
                self._planned |= dict.fromkeys(mrids, first)

    def was_given(self, mrid: str) -> bool:
        """Whether the IVR was sent this callback."""
        with self._changed:
            return mrid in self._given

    def postings(self) -> list[Posting]:
        """What was posted so far, oldest first."""
        with self._changed:
            return list(self._postings)

    def wait_until(self, holds: Callable[[list[Posting]], bool], seconds: float) -> bool:
        """Wait until it holds of what was posted; whether it does."""
        with self._changed:
            return self._changed.wait_for(lambda: holds(self._postings), seconds)

    def document(self, path: str) -> bytes | None:
        """The WSDL for `...?wsdl`, or a schema that it names; None for anything else."""
        path, _, query = path.partition("?")
        name = path.rsplit("/", 1)[-1]
        if query.lower().startswith("wsdl") and name == SERVICE:
            return self._contract.wsdl(SERVICE, self.url)
        return self._contract.documents.get(name) if name.endswith(".xsd") else None

    def take(self, path: str, headers: dict[str, str], body: bytes) -> tuple[Posting, AdapterAnswer | None]:
        """Keep what was posted; the answer, None where none is to be given."""
        posting = Posting(time.monotonic(), datetime.now(UTC), path, headers, body, read_results(body))
        with self._changed:
            planned = [self._planned[mrid] for mrid in posting.mrids if mrid in self._planned]
            posting.answering = planned[0] if planned else Answering.AS_ADAPTER
            for mrid in posting.mrids:
                self._planned.pop(mrid, None)
            given = set(self._given)
            answer: AdapterAnswer | None = None
            if posting.answering is Answering.LOST:
                posting.problem = "the kit has broken off the connection on purpose"
            else:
                answer = self._answers.answer(body, posting.results, given, posting.answering)
                posting.accepted = answer.accepted
            self.keep(posting)
        if posting.answering is Answering.LATE:
            self._stopped.wait(LATE_SECONDS)
        return posting, answer

    def keep(self, posting: Posting) -> None:
        """Something was posted."""
        with self._changed:
            self._postings.append(posting)
            self._changed.notify_all()

    def ended(self, posting: Posting, answer: AdapterAnswer | None) -> None:
        """The answer is out."""
        with self._changed:
            posting.ended = time.monotonic()
            if answer is not None:
                posting.status, posting.answer = answer.status, answer.body
            self._changed.notify_all()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, address: Address, listener: ResultsListener) -> None:
        self.address_family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
        self.listener = listener
        super().__init__((address.host, address.port), _Handler)

    def server_bind(self) -> None:
        """Without asking the name service who we are."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = str(self.server_address[0]), int(self.server_address[1])

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is its own business."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = _STALL_SECONDS
    server: _Server

    def do_POST(self) -> None:
        body = self._body()
        if body is None:
            self._send(413, b"")
            return
        posting, answer = self.server.listener.take(self.path, dict(self.headers.items()), body)
        if answer is None:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
        else:
            self._send(answer.status, answer.body, answer.retry_after)
        self.server.listener.ended(posting, answer)

    def do_GET(self) -> None:
        found = self.server.listener.document(self.path)
        self._send(404 if found is None else 200, found or b"")

    def log_message(self, format: str, *arguments: object) -> None:
        pass

    def _body(self) -> bytes | None:
        """None for one that is too large, or whose length nobody can tell."""
        if "chunked" in self.headers.get("Transfer-Encoding", "").lower():
            return self._chunks()
        length = self.headers.get("Content-Length", "0")
        if not length.isdecimal() or int(length) > LARGEST_BODY:
            return None
        return self.rfile.read(int(length))

    def _chunks(self) -> bytes | None:
        received = bytearray()
        while True:
            try:
                size = int(self.rfile.readline(100).partition(b";")[0], 16)
            except ValueError:
                return None
            if size < 0 or len(received) + size > LARGEST_BODY:
                return None
            received += self.rfile.read(size)
            self.rfile.readline(3)
            if not size:
                return bytes(received)

    def _send(self, status: int, body: bytes, retry_after: int | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Type", _XML)
        self.send_header("Content-Length", str(len(body)))
        if retry_after is not None:
            self.send_header("Retry-After", str(retry_after))
        if status == 413:
            self.close_connection = True
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)
