"""Tickets per second of CreatedTroubleTickets over HTTP: the reference adapter beside stock Spyne, in one run.

    make bench                      batches of 1, 100 and 1,000; three alternating rounds
    make bench BENCH='--seconds 2'  shorter

The adapter runs with all its rules, one worker and durable SQLite; stock Spyne maps objects and stores nothing.
The client sends pre-rendered messages with fresh ids over two kept connections, and checks every reply's Result.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from crmkit.launcher.ports import pick_free
from crmkit.town import write_town

SERVICE = "/ReceiveTroubleTicketsService"
NS = "http://iec.ch/TC57/2011"
HEAD = (
    '<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>'
    f'<m:CreatedTroubleTickets xmlns:m="{NS}/TroubleTicketsMessage" xmlns:h="{NS}/schema/message"><m:Header>'
    "<h:Verb>created</h:Verb><h:Noun>TroubleTickets</h:Noun><h:Revision>2.0</h:Revision>"
    "<h:Timestamp>2026-11-23T12:00:00Z</h:Timestamp><h:Source>IVR</h:Source><h:MessageID>@ID</h:MessageID>"
    f'<h:CorrelationID>@ID</h:CorrelationID></m:Header><m:Payload><p:TroubleTickets xmlns:p="{NS}/TroubleTickets#">'
)
TAIL = "</p:TroubleTickets></m:Payload></m:CreatedTroubleTickets></soap:Body></soap:Envelope>"
TICKET = (
    "<p:TroubleTicket><p:callBack>true</p:callBack><p:comment>Lights went out after a loud bang, the whole street is "
    "dark.</p:comment><p:createdDateTime>2026-11-23T11:58:00Z</p:createdDateTime><p:csrId>csr-{n}</p:csrId>"
    "<p:firstCallDateTime>2026-11-23T11:58:30Z</p:firstCallDateTime><p:languageId>1033</p:languageId>"
    "<p:name>@ID-{n}</p:name><p:source>IVR</p:source><p:troubleCode>No Power/No Light</p:troubleCode><p:CallBacks>"
    "<p:contactDetail>SMS</p:contactDetail><p:Periods><p:end>2099-01-01T18:00:00Z</p:end>"
    "<p:start>2099-01-01T08:00:00Z</p:start></p:Periods></p:CallBacks><p:CustomerData><p:firstName>Maria</p:firstName>"
    "<p:lastName>Lopez</p:lastName><p:electronicAddress><p:email1>maria.lopez@example.org</p:email1>"
    "</p:electronicAddress><p:mobilePhone><p:localNumber>512-555-01{n:02d}</p:localNumber></p:mobilePhone>"
    "</p:CustomerData><p:IncidentHazard><p:mRID>Line Down</p:mRID></p:IncidentHazard>"
    "<p:UsagePoint><p:mRID>UP-{up:07d}</p:mRID></p:UsagePoint></p:TroubleTicket>"
)


def rendered(batch: int) -> list[bytes]:
    """Messages of `batch` tickets whose ids are still to be patched; together they call from the whole town."""
    messages = []
    for each in range(max(1, min(100, 10_000 // batch))):
        tickets = "".join(TICKET.format(n=n, up=1 + (each * batch + n) * 7 % 10_000) for n in range(batch))
        messages.append(f"{HEAD}{tickets}{TAIL}".encode())
    return messages


def as_stock_spyne_expects(message: bytes) -> bytes:
    """The same message with the payload's root in the namespace where Spyne's models put it."""
    return message.replace(b"<p:TroubleTickets ", b"<m:TroubleTickets ").replace(
        b"</p:TroubleTickets>", b"</m:TroubleTickets>"
    )


def send(port: int, templates: list[bytes], batch: int, seconds: float, counts: list[int], mark: str) -> None:
    """Send until the time is over; adds the tickets that were answered with OK."""
    answered, number = 0, 0
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        number += 1
        body = templates[number % len(templates)].replace(b"@ID", f"{mark}-{number}".encode())
        connection.request("POST", SERVICE, body, {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": '""'})
        reply = connection.getresponse().read()
        if b"Result>OK<" not in reply:
            raise SystemExit(f"unexpected reply: {reply[:2000]!r}")
        answered += batch
    counts.append(answered)


def measure(port: int, templates: list[bytes], batch: int, seconds: float, mark: str) -> float:
    """Tickets per second over two connections."""
    counts: list[int] = []
    started = time.perf_counter()
    senders = [
        threading.Thread(target=send, args=(port, templates, batch, seconds, counts, f"{mark}-{each}"))
        for each in range(2)
    ]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    if len(counts) != len(senders):
        raise SystemExit("a sender failed")
    return sum(counts) / (time.perf_counter() - started)


@contextmanager
def running(command: list[str], port: int, environment: dict[str, str]) -> Iterator[None]:
    """A server that answers on its port."""
    process = subprocess.Popen(command, env={**os.environ, **environment}, start_new_session=True)
    try:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            try:
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
                connection.request("GET", f"{SERVICE}?wsdl")
                connection.getresponse().read()
                break
            except OSError:
                time.sleep(0.1)
        else:
            raise SystemExit(f"{command} did not start")
        yield
    finally:
        process.terminate()
        process.wait(30)


def main() -> None:
    """Run the comparison and print it as a table and as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=6.0, help="length of one measurement")
    parser.add_argument("--rounds", type=int, default=3, help="alternating rounds")
    parser.add_argument("--batches", default="1,100,1000", help="tickets a message")
    options = parser.parse_args()
    batches = [int(each) for each in options.batches.split(",")]
    with tempfile.TemporaryDirectory() as folder:
        write_town(Path(folder) / "town")
        adapter, stock = pick_free("127.0.0.1", 2)
        python = sys.executable
        adapter_command = [python, "-m", "reference_adapter", "soap", "--port", str(adapter)]
        adapter_command += ["--data", folder, "--landbase", "http://127.0.0.1:9"]
        stock_command = [python, "-m", "granian", "--interface", "wsgi", "--port", str(stock), "--workers", "1"]
        stock_command += [
            "--backpressure",
            "16",
            "--no-ws",
            "--factory",
            "--log-level",
            "warning",
            "stock_spyne:create_app",
        ]
        here = str(Path(__file__).parent)
        with running(adapter_command, adapter, {}), running(stock_command, stock, {"PYTHONPATH": here}):
            figures = compare(adapter, stock, batches, options.rounds, options.seconds)
    report(figures)


def compare(adapter: int, stock: int, batches: list[int], rounds: int, seconds: float) -> dict[int, dict[str, float]]:
    """Medians by batch size."""
    figures = {}
    for batch in batches:
        messages = rendered(batch)
        for_stock = [as_stock_spyne_expects(message) for message in messages]
        measure(adapter, messages, batch, 1.0, f"warm-{batch}")
        measure(stock, for_stock, batch, 1.0, f"warm-{batch}")
        pairs = [
            (
                measure(adapter, messages, batch, seconds, f"r{each}-{batch}"),
                measure(stock, for_stock, batch, seconds, f"r{each}-{batch}"),
            )
            for each in range(rounds)
        ]
        figures[batch] = {
            "adapter": statistics.median(pair[0] for pair in pairs),
            "stock_spyne": statistics.median(pair[1] for pair in pairs),
            "ratio": statistics.median(pair[0] / pair[1] for pair in pairs),
        }
        print(f"batch {batch}: done", file=sys.stderr)
    return figures


def report(figures: dict[int, dict[str, float]]) -> None:
    """Print the figures."""
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, tickets/s, medians")
    print(f"{'batch':>6} {'adapter':>10} {'stock Spyne':>12} {'ratio':>7}")
    for batch, row in figures.items():
        print(f"{batch:>6} {row['adapter']:>10,.0f} {row['stock_spyne']:>12,.0f} {row['ratio']:>7.2f}")
    print(json.dumps({str(batch): row for batch, row in figures.items()}))


if __name__ == "__main__":
    main()
