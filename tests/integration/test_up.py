"""`crmkit up` as a user runs it, with the real servers."""

import json
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
import zeep
from launcher_stubs.processes_seen import is_alive, on_linux, tree_of, wait_for, wait_until_gone

from crmkit.launcher.ports import is_free

CRMKIT = Path(sys.executable).with_name("crmkit")
SERVICE = "ReceiveTroubleTicketsService"


class Up:
    """A running `crmkit up` on free ports, and the processes it started."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.data = folder / "data"
        self._ready = folder / "ready.json"
        self._ready.unlink(missing_ok=True)
        self.process = subprocess.Popen(
            [
                *(CRMKIT, "up", "--soap-port=0", "--control-port=0", "--landbase-port=0", "--ivr-port=0"),
                *(f"--data={self.data}", f"--ready-file={self._ready}", *options),
            ],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        wait_for(lambda: self._ready.exists() or self.process.poll() is not None, 60, "the ready file")
        assert self._ready.exists(), self.process.communicate()
        self.urls: dict[str, Any] = json.loads(self._ready.read_text())
        self.tree = tree_of(self.process.pid)

    def get(self, endpoint: str, path: str, **parameters: Any) -> Any:
        answer = requests.get(f"{self.urls[endpoint]}{path}", params=parameters, timeout=10)
        answer.raise_for_status()
        return answer.json()

    def tickets(self) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = self.get("control", "/tickets", limit=1000)["items"]
        return items

    def pid_of(self, *words: str) -> int:
        """The server with these words in its command line; workers forked from it have them too."""
        lines = {pid: Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0") for pid in self.tree}
        return next(pid for pid, line in lines.items() if all(word.encode() in line for word in words))

    def stop(self) -> str:
        """Ask it to stop; what it printed."""
        self.process.terminate()
        printed, errors = self.process.communicate(timeout=30)
        assert (self.process.returncode, errors) == (0, "")
        assert not self._ready.exists()
        wait_until_gone(self.tree)
        return printed

    def end(self) -> None:
        """Whatever a test left of it."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate()
        wait_until_gone(self.tree)


@pytest.fixture
def started() -> Iterator[list[Up]]:
    started: list[Up] = []
    yield started
    for each in started:
        each.end()


@pytest.fixture
def up(started: list[Up], tmp_path: Path) -> Any:
    def start(*options: str, folder: Path = tmp_path) -> Up:
        folder.mkdir(exist_ok=True)
        started.append(Up(folder, *options))
        return started[-1]

    return start


def refused(*options: str, data: Path) -> str:
    """The one line that `crmkit up` says, exiting with 2."""
    arguments = ["--soap-port=0", "--control-port=0", "--landbase-port=0", "--ivr-port=0", f"--data={data}", *options]
    done = subprocess.run([CRMKIT, "up", *arguments], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1, done.stderr
    return done.stderr


def send_ticket(soap: str, name: str, usage_point: str) -> str:
    client = zeep.Client(f"{soap}/{SERVICE}?wsdl")
    answer = client.service.CreatedTroubleTickets(
        Header={"Verb": "created", "Noun": "TroubleTickets", "MessageID": name},
        Payload={
            "TroubleTickets": {
                "TroubleTicket": [{"name": name, "troubleCode": "Other", "UsagePoint": {"mRID": usage_point}}]
            }
        },
    )
    assert answer.Reply.Result == "OK"
    return str(answer.Payload.TroubleTickets.TroubleTicket[0].mRID)


def test_a_new_directory_holds_the_town_and_nothing_else(up: Any) -> None:
    servers = up()
    assert list(servers.urls) == ["soap", "control", "landbase", "landbase_control", "ivr", "ivr_control"]
    assert servers.get("control", "/health")["status"] == "ok"
    assert servers.get("landbase_control", "/health")["status"] == "ok"
    assert servers.get("ivr_control", "/health")["status"] == "ok"
    assert {"id": "poles"}.items() <= servers.get("landbase", "/collections/poles").items()
    for hosted in (f"{servers.urls['soap']}/{SERVICE}", f"{servers.urls['ivr']}/SendCallBacksService"):
        assert b"definitions" in requests.get(f"{hosted}?wsdl", timeout=10).content
    assert servers.get("control", "/neighbours") == {
        name: url for name, url in servers.urls.items() if name != "control"
    }
    assert servers.get("control", "/usage-points", limit=1)["total"] == 10_000
    store = servers.get("control", "/store")
    assert [store[name] for name in ("tickets", "incidents", "pending", "messages")] == [0, 0, 0, 0]
    printed = servers.stop()
    assert all(url in printed for url in servers.urls.values())


def test_an_existing_directory_is_taken_up_as_it_is(up: Any) -> None:
    first = up()
    mrid = send_ticket(first.urls["soap"], "before", "UP-0000001")
    first.stop()
    town = {path: path.read_bytes() for path in (first.data / "town").rglob("*.*")}
    second = up("--workers=2")
    assert [(ticket["name"], ticket["mrid"]) for ticket in second.tickets()] == [("before", mrid)]
    assert town == {path: path.read_bytes() for path in (first.data / "town").rglob("*.*")}
    send_ticket(second.urls["soap"], "after", "UP-0000001")
    assert [ticket["name"] for ticket in second.tickets()] == ["before", "after"]


def test_demo_fills_an_empty_store_and_leaves_a_filled_one(up: Any, tmp_path: Path) -> None:
    first = up("--demo")
    tickets = first.tickets()
    assert len(tickets) == 300
    assert {ticket["located_by"] for ticket in tickets} == {"usage-point", "landbase", "coordinates", None}
    assert any(ticket["hazards"] for ticket in tickets)
    assert any(ticket["callback_periods"] and ticket["callback_media"] for ticket in tickets)
    assert any(ticket["contacts"] for ticket in tickets)
    requests.post(f"{first.urls['control']}/background/prediction", timeout=30).raise_for_status()
    incidents = first.get("control", "/incidents")
    confirmed = [incident["mrid"] for incident in incidents if incident["confirmed"]]
    # Others are predicted from the tickets.
    assert (len(incidents) > 3, len(confirmed)) == (True, 1)
    with_tickets = {ticket["incident"] for ticket in first.tickets()}
    assert {confirmed[0], None} < with_tickets <= {None, *(incident["mrid"] for incident in incidents)}
    first.stop()

    again = up("--demo")
    assert [ticket["mrid"] for ticket in again.tickets()] == [ticket["mrid"] for ticket in tickets]
    assert "the store holds 300 tickets: no demo is added" in again.stop()

    other = up("--demo", folder=tmp_path / "other")
    assert list(map(_without_times_and_ids, other.tickets())) == list(map(_without_times_and_ids, tickets))


def _without_times_and_ids(ticket: dict[str, Any]) -> dict[str, Any]:
    told = ("name", "reported_usage_point", "comment", "csr_id", "source", "trouble_code", "contacts", "hazards")
    return {key: ticket[key] for key in (*told, "location", "position", "located_by", "language_id", "callback_media")}


@on_linux
@pytest.mark.parametrize("workers", [1, 2])
def test_killing_crmkit_leaves_no_process(up: Any, workers: int) -> None:
    servers = up(f"--workers={workers}")
    soap = servers.pid_of("reference_adapter", "soap")
    assert len(tree_of(soap)) > workers
    assert len(servers.tree) >= 5 + workers
    assert all(map(is_alive, servers.tree))
    servers.process.kill()
    servers.process.wait(10)
    wait_until_gone(servers.tree)
    for url in servers.urls.values():
        port = int(url.rpartition(":")[2])
        # A process counts as gone while its last threads are still closing what it had open.
        wait_for(lambda port=port: is_free("127.0.0.1", port), 5, f"port {port} to be free")


@on_linux
@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("soap", ("reference_adapter", "soap")),
        ("background", ("reference_adapter", "background")),
        ("landbase", ("mock_landbase",)),
        ("ivr", ("mock_ivr",)),
    ],
)
def test_a_server_that_dies_is_named_and_the_others_stop(up: Any, name: str, words: tuple[str, ...]) -> None:
    servers = up()
    subprocess.run(["kill", "-9", str(servers.pid_of(*words))], check=True)
    _, errors = servers.process.communicate(timeout=30)
    assert servers.process.returncode == 1
    assert errors.splitlines()[0] == f"crmkit up: {name} died (exit code -9, SIGKILL)"
    wait_until_gone(servers.tree)


def test_ctrl_c_stops_all(up: Any) -> None:
    servers = up()
    servers.process.send_signal(signal.SIGINT)
    assert servers.process.wait(30) == 0
    wait_until_gone(servers.tree)


def test_a_port_in_use_is_one_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as holder:
        port = holder.getsockname()[1]
        said = refused(f"--soap-port={port}", data=tmp_path / "data")
    assert said == f"crmkit up: port {port} is in use; choose another with --soap-port, or 0 for a free one\n"
    assert not (tmp_path / "data").exists()


def test_usage_mistakes_are_one_line(tmp_path: Path) -> None:
    assert "--workers" in refused("--workers=0", data=tmp_path / "data")
    assert "--data" in refused(data=Path(__file__))
    assert "--ready-file" in refused(f"--ready-file={tmp_path / 'missing' / 'file'}", data=tmp_path / "data")


def test_a_contract_that_cannot_be_used_is_one_line(tmp_path: Path) -> None:
    contract = tmp_path / "contract.toml"
    contract.write_text("this is no TOML")
    said = refused(f"--contract={contract}", data=tmp_path / "data")
    assert said.startswith(f"crmkit up: --contract {contract}: is not TOML")
    assert not (tmp_path / "data").exists()


def test_a_folder_that_holds_no_town_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "data" / "town").mkdir(parents=True)
    (tmp_path / "data" / "town" / "notes.txt").write_text("no town")
    assert "refuses to start" in refused(data=tmp_path / "data")
