"""What `crmkit verify` says of targets that are not there, or answer with something that is no reply."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from verify_command import verify

Handle = Callable[[BaseHTTPRequestHandler], None]

HTML = b"<!DOCTYPE html><html><body>It works!</body></html>"
# Well-formed, right element, and no Header: the schema refuses it.
INVALID_REPLY = (
    b'<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>'
    b'<TroubleTicketsResponseMessage xmlns="http://iec.ch/TC57/2011/TroubleTicketsMessage"/>'
    b"</s:Body></s:Envelope>"
)


@contextmanager
def stand_in(handle: Handle) -> Iterator[str]:
    """A server on loopback that treats every request in one way."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            handle(self)

        def do_GET(self) -> None:
            handle(self)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def answering(status: int, body: bytes, content_type: str = "text/xml; charset=utf-8") -> Handle:
    def handle(request: BaseHTTPRequestHandler) -> None:
        request.send_response(status)
        request.send_header("Content-Type", content_type)
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)

    return handle


def dropping(request: BaseHTTPRequestHandler) -> None:
    """Take the request and close."""
    request.close_connection = True
    request.connection.shutdown(socket.SHUT_RDWR)


def half_an_answer(request: BaseHTTPRequestHandler) -> None:
    request.send_response(200)
    request.send_header("Content-Length", "10000")
    request.end_headers()
    request.wfile.write(INVALID_REPLY)
    dropping(request)


def silent(request: BaseHTTPRequestHandler) -> None:
    """Longer than the suite waits."""
    time.sleep(3)


def dripping(request: BaseHTTPRequestHandler) -> None:
    """A byte now and then: each comes in time, the whole never does."""
    request.send_response(200)
    request.end_headers()
    try:
        for _ in range(100):
            request.wfile.write(b" ")
            request.wfile.flush()
            time.sleep(0.1)
    except OSError:
        pass


def unused_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.mark.parametrize(
    ("handle", "observed"),
    [
        (answering(500, HTML, "text/html"), "It works!"),
        (answering(200, b"{}", "application/json"), "'{}'"),
        (answering(200, b""), "empty body"),
        (answering(200, b"<reply/>"), "<reply/>"),
        (answering(200, INVALID_REPLY), "Missing child element"),
        (dropping, "the connection broke"),
        (half_an_answer, "no usable HTTP answer"),
        (silent, "no answer within 0.5 s"),
        (dripping, "no answer within 0.5 s"),
    ],
    ids=[
        "html-500",
        "json",
        "empty",
        "no-soap",
        "schema-invalid",
        "dropped",
        "cut-off",
        "silent",
        "dripping",
    ],
)
def test_what_is_no_reply_is_the_targets_failure(handle: Handle, observed: str, tmp_path: Path) -> None:
    with stand_in(handle) as url:
        run = verify("--target", url, "--rows", "5.1-13", "--timeout", "0.5", "--report", str(tmp_path))
    assert run.returncode == 1, run.stdout + run.stderr
    report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert report["verdict"]["text"] == "not conformant"
    assert report["verdict"]["counts"]["failed"] == 1
    assert report["verdict"]["counts"]["not-selected"] == 86
    (entry,) = [each for each in report["results"] if each["outcome"] == "failed"]
    assert (entry["row"], entry["operation"]) == ("5.1-13", "CreatedTroubleTickets")
    (scenario, *_) = entry["scenarios"]
    (wrong,) = [each for each in scenario["checks"] if each["held"] == "no"]
    assert observed in wrong["observed"]
    assert wrong["expected"]
    (call,) = [each for each in scenario["calls"] if each["is_subject"]]
    assert b"CreatedTroubleTickets" in (tmp_path / call["request"]).read_bytes()
    assert "5.1-13" in run.stdout
    assert observed in " ".join(run.stdout.split())


@pytest.mark.parametrize(
    ("handle", "says"),
    [
        (answering(404, b""), "is no SOAP service (HTTP 404): give the URL under which the services are"),
        (answering(404, HTML, "text/html"), "is no SOAP service (HTTP 404)"),
        (answering(200, HTML, "text/html"), "is no SOAP service, it answers with a web page"),
        (answering(401, b""), "refuses the kit (HTTP 401): give the right credentials in a profile"),
        (answering(503, HTML, "text/html"), "has no SOAP service behind it (HTTP 503)"),
    ],
    ids=["not-found", "not-found-page", "page", "credentials", "nobody-behind"],
)
def test_a_url_with_no_soap_service_ends_the_run_before_the_first_row(
    handle: Handle, says: str, tmp_path: Path
) -> None:
    with stand_in(handle) as url:
        run = verify("--target", url, "--report", str(tmp_path))
    assert run.returncode == 4, run.stdout + run.stderr
    assert f"cannot verify: {url}/ReceiveTroubleTicketsService {says}" in " ".join(run.stdout.split())
    report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert report["verdict"]["counts"]["error"] == 87
    assert not any(entry["scenarios"] for entry in report["results"])


def test_one_soap_service_is_enough_for_a_run() -> None:
    """That the others are not there is for their rows to say."""

    def only_queries(request: BaseHTTPRequestHandler) -> None:
        there = request.path == "/GetTroubleTicketsService"
        answering(500 if there else 404, INVALID_REPLY if there else b"")(request)

    with stand_in(only_queries) as url:
        run = verify("--target", url, "--rows", "5.1-13,6.1-05")
    assert run.returncode == 1, run.stdout
    assert "not conformant: 2 failed" in run.stdout


def test_an_unreachable_target_is_no_failure_of_it(tmp_path: Path) -> None:
    run = verify("--target", f"http://127.0.0.1:{unused_port()}", "--report", str(tmp_path))
    assert run.returncode == 4
    assert "nobody takes a connection" in run.stdout
    report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert report["verdict"]["text"] == "incomplete"
    assert report["verdict"]["counts"]["error"] == 87
    assert {entry["outcome"] for entry in report["results"]} == {"error"}


def test_a_control_api_that_is_none_is_the_harness_fault() -> None:
    with stand_in(answering(200, INVALID_REPLY)) as url, stand_in(answering(200, HTML, "text/html")) as control:
        run = verify("--target", url, "--control", control, "--rows", "5.1-13")
    assert run.returncode == 4
    assert "control API" in run.stdout


def test_a_target_that_goes_away_during_the_run_is_broken_not_wrong(tmp_path: Path) -> None:
    """It answers the first check and is gone then: nothing is said against it."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]

        def accept_once() -> None:
            connection, _ = listening.accept()
            listening.close()
            connection.close()

        thread = threading.Thread(target=accept_once)
        thread.start()
        run = verify("--target", f"http://127.0.0.1:{port}", "--rows", "5.1-01,5.1-02", "--report", str(tmp_path))
        thread.join()
    assert run.returncode == 4, run.stdout
    report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    # Two rows of five operations.
    assert report["verdict"]["counts"]["error"] == 10
    assert report["verdict"]["counts"]["failed"] == 0


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--rows", "9.9-*"], "no row of the catalogue"),
        (["--rows", "5.1-13,5.7-01"], "5.7-01"),
        (["--rows", ","], "selects no row"),
        (["--rows", ""], "selects no row"),
        (["--target", "localhost"], "is no URL"),
        (["--control", "http://localhost:1"], "--control belongs to a --target"),
        (["--target", "http://localhost:1", "--workers", "2"], "--workers is for own servers"),
        (["--workers", "0"], "--workers is 1 or more"),
        (["--contract", "/no/such/file.toml"], "cannot be read"),
        (["--report", __file__], "is not a folder"),
    ],
)
def test_a_usage_mistake_is_one_clear_line(options: list[str], says: str) -> None:
    run = verify(*options)
    assert run.returncode == 2
    assert run.stdout == ""
    (line,) = run.stderr.splitlines()
    assert line.startswith("crmkit verify: ")
    assert says in line


def test_the_users_own_pytest_is_left_alone(tmp_path: Path) -> None:
    """A hostile conftest.py, pytest.ini and environment change nothing."""
    (tmp_path / "conftest.py").write_text("raise SystemExit('conftest was read')\n", encoding="utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = --collect-only --nonsense\n", encoding="utf-8")
    (tmp_path / "hostile.py").write_text("raise SystemExit('plugin was read')\n", encoding="utf-8")
    env = {"PYTEST_ADDOPTS": "--collect-only", "PYTEST_PLUGINS": "hostile", "PATH": "/usr/bin:/bin"}
    with stand_in(answering(200, b"")) as url:
        run = verify("--target", url, "--rows", "5.1-13", cwd=tmp_path, env=env)
    assert run.returncode == 1, run.stdout + run.stderr
    assert "not conformant: 1 failed, 86 not-selected" in run.stdout
