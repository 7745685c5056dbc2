"""The mock landbase as a real process, asked over real HTTP, in each of its behaviours."""

from __future__ import annotations

import json
import socket
import threading
import time
from contextlib import suppress
from pathlib import Path

import pytest
import requests
from landbase_process import MODES, TIMEOUT, Landbase, free_port, healthy, start, wait_for

# How it behaves


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("before", MODES)
def test_every_behaviour_follows_every_other(landbase: Landbase, before: str, mode: str) -> None:
    landbase.behave(before)
    assert landbase.behave(mode) == {"mode": mode, "delay_seconds": 5.0, "expires_after_seconds": None}
    assert landbase.mode() == mode
    assert healthy(landbase.control)
    assert landbase.refuses() == (mode == "down")
    landbase.behave("normal")
    assert landbase.answers()


def test_down_refuses_also_a_client_that_kept_its_connection(landbase: Landbase) -> None:
    with requests.Session() as session:
        assert session.get(landbase.url, timeout=TIMEOUT).ok
        landbase.behave("down")
        for _ in range(3):
            with pytest.raises(requests.ConnectionError):
                session.get(landbase.url, timeout=TIMEOUT)
        assert landbase.refuses()
        landbase.behave("normal")
        assert session.get(landbase.url, timeout=TIMEOUT).ok


def test_down_closes_idle_connections_at_once(landbase: Landbase) -> None:
    with socket.create_connection(("127.0.0.1", landbase.port), TIMEOUT) as idle:
        assert landbase.answers()
        landbase.behave("down")
        idle.settimeout(TIMEOUT)
        with suppress(ConnectionResetError):
            assert idle.recv(1) == b""


def test_down_cuts_an_answer_in_the_making(landbase: Landbase) -> None:
    landbase.behave("slow", delay_seconds=60)
    outcomes: list[object] = []

    def ask() -> None:
        try:
            outcomes.append(requests.get(landbase.url, timeout=60).status_code)
        except requests.ConnectionError as error:
            outcomes.append(error)

    asking = threading.Thread(target=ask)
    asking.start()
    wait_for(lambda: len(landbase.journal()["items"]) == 1)
    landbase.behave("down")
    asking.join(TIMEOUT)
    assert [type(outcome) for outcome in outcomes] == [requests.ConnectionError]
    assert landbase.journal()["items"][0]["status"] is None


def test_the_port_stays_reserved_while_down(landbase: Landbase) -> None:
    landbase.behave("down")
    with socket.socket() as other, pytest.raises(OSError, match="in use"):
        other.bind(("127.0.0.1", landbase.port))
    landbase.behave("normal")
    assert landbase.answers()


def test_slow_answers_rightly_but_late(landbase: Landbase) -> None:
    landbase.behave("slow", delay_seconds=0.4)
    begun = time.monotonic()
    found = landbase.get("/collections/poles/items", PoleID="P-00001").json()
    assert time.monotonic() - begun >= 0.4
    assert found["numberMatched"] == 1
    with pytest.raises(requests.Timeout):
        requests.get(landbase.url, timeout=0.1)


def test_error_answers_500_in_json(landbase: Landbase) -> None:
    landbase.behave("error")
    answer = landbase.get("/collections/poles/items", PoleID="P-00001")
    assert answer.status_code == 500
    assert answer.json() == {"code": "InternalServerError", "description": "the landbase failed"}


def test_nonsense_is_never_usable_and_repeats(landbase: Landbase) -> None:
    def bodies() -> list[str]:
        landbase.behave("nonsense")
        answers = [landbase.get("/collections/poles/items", PoleID="P-00001") for _ in range(7)]
        assert {answer.status_code for answer in answers} == {200}
        return [answer.text for answer in answers]

    first = bodies()
    assert first[:4] == first[3:]
    assert len(set(first)) == 3
    assert bodies() == first
    for body in first:
        try:
            content = json.loads(body)
        except ValueError:
            continue
        assert not isinstance(content["features"], list)


@pytest.mark.parametrize("mode", ["down", "error", "slow", "nonsense"])
def test_a_behaviour_expires_by_itself(landbase: Landbase, mode: str) -> None:
    setting = landbase.behave(mode, expires_after_seconds=0.3)
    assert 0 < setting["expires_after_seconds"] <= 0.3
    assert landbase.mode() == mode
    wait_for(lambda: landbase.mode() == "normal", seconds=5)
    assert landbase.get("/collections/poles/items", PoleID="P-00001").json()["numberMatched"] == 1


def test_a_new_behaviour_outlives_the_old_ones_expiry(landbase: Landbase) -> None:
    landbase.behave("error", expires_after_seconds=0.2)
    landbase.behave("down")
    time.sleep(0.4)
    assert landbase.mode() == "down"
    assert landbase.refuses()


@pytest.mark.parametrize(
    "setting",
    [
        {"mode": "asleep"},
        {"mode": "slow", "delay_seconds": -1},
        {"mode": "slow", "delay_seconds": "NaN"},
        {"mode": "down", "expires_after_seconds": -1},
        {"mode": "down", "expires": 1},
        [],
    ],
)
def test_a_malformed_behaviour_changes_nothing(landbase: Landbase, setting: object) -> None:
    landbase.behave("error")
    answer = requests.put(f"{landbase.control}/behaviour", json=setting, timeout=TIMEOUT)
    assert answer.status_code == 422
    assert landbase.mode() == "error"


def test_control_describes_itself(landbase: Landbase) -> None:
    paths = requests.get(f"{landbase.control}/openapi.json", timeout=TIMEOUT).json()["paths"]
    assert set(paths) == {"/health", "/behaviour", "/journal"}


# Its journal


def test_journal_tells_what_was_asked_and_answered(landbase: Landbase) -> None:
    landbase.get("/collections/poles/items", PoleID="P-00001")
    landbase.get("/collections/poles/items/none")
    landbase.behave("error")
    landbase.get("/")
    journal = landbase.journal()
    assert journal["dropped"] == 0
    assert [{name: item[name] for name in item if name != "at"} for item in journal["items"]] == [
        {"method": "GET", "path": "/collections/poles/items", "query": "PoleID=P-00001", "status": 200},
        {"method": "GET", "path": "/collections/poles/items/none", "query": "", "status": 404},
        {"method": "GET", "path": "/", "query": "", "status": 500},
    ]
    assert [item["at"] for item in journal["items"]] == sorted(item["at"] for item in journal["items"])


def test_journal_is_bounded(landbase: Landbase) -> None:
    landbase.behave("error")
    with requests.Session() as session:
        for number in range(1005):
            session.get(f"{landbase.url}/{number}", timeout=TIMEOUT)
    journal = landbase.journal()
    assert journal["dropped"] == 5
    assert len(journal["items"]) == 1000
    assert [journal["items"][0]["path"], journal["items"][-1]["path"]] == ["/5", "/1004"]
    assert requests.delete(f"{landbase.control}/journal", timeout=TIMEOUT).status_code == 204
    assert landbase.journal() == {"dropped": 0, "items": []}


# How it starts and stops


def refused_start(town: Path, port: int, control_port: int, *more: str) -> str:
    process = start(town, port, control_port, *more)
    try:
        output, errors = process.communicate(timeout=20)
    finally:
        process.kill()
        process.communicate()
    assert (process.returncode, output, errors.count("\n")) == (2, "", 1), errors
    assert errors.startswith("mock_landbase: ")
    return errors


def test_a_port_in_use_is_said(landbase: Landbase) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert f"port {port} of 127.0.0.1 is in use" in refused_start(landbase.town, port, free_port())
        assert f"port {port} of 127.0.0.1 is in use" in refused_start(landbase.town, free_port(), port)
    assert "in use" in refused_start(landbase.town, landbase.port, free_port())


def test_usage_mistakes_are_said(landbase: Landbase, tmp_path: Path) -> None:
    port = free_port()
    assert "must differ" in refused_start(landbase.town, port, port)
    assert "'0' is no port" in refused_start(landbase.town, 0, port)
    assert "--speed" in refused_start(landbase.town, port, free_port(), "--speed")
    assert "is this the folder of a town?" in refused_start(tmp_path, port, free_port())
    (tmp_path / "landbase").mkdir()
    (tmp_path / "landbase" / "poles.geojson").write_text("{}", encoding="utf-8")
    assert "not the GeoJSON of a town's poles" in refused_start(tmp_path, port, free_port())


@pytest.mark.parametrize("mode", ["slow", "down"])
def test_it_stops_cleanly_whatever_it_does(landbase: Landbase, mode: str) -> None:
    port, control_port = free_port(), free_port()
    process = start(landbase.town, port, control_port)
    try:
        other = Landbase(port, f"http://127.0.0.1:{port}", f"http://127.0.0.1:{control_port}", landbase.town)
        wait_for(lambda: healthy(other.control))
        other.behave("slow", delay_seconds=60)
        with socket.create_connection(("127.0.0.1", port), TIMEOUT) as waiting:
            waiting.sendall(b"GET / HTTP/1.1\r\nHost: landbase\r\n\r\n")
            wait_for(lambda: len(other.journal()["items"]) == 1)
            other.behave(mode, delay_seconds=60)
            process.terminate()
            output = process.communicate(timeout=TIMEOUT)
    finally:
        process.kill()
        process.communicate()
    assert (process.returncode, *output) == (0, "", "")
