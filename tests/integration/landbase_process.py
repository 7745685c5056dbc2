"""The mock landbase as a real process, and what asks it over real HTTP."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

USAGE_POINTS = 1200
TIMEOUT = 10
MODES = ("normal", "down", "slow", "error", "nonsense")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def start(town: Path, port: int, control_port: int, *more: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "mock_landbase", "--host", "127.0.0.1", "--town", str(town)]
    command += ["--port", str(port), "--control-port", str(control_port), *more]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def wait_for(condition: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


@dataclass
class Landbase:
    """A running landbase and its control endpoint."""

    port: int
    url: str
    control: str
    town: Path

    def get(self, path: str, **parameters: Any) -> requests.Response:
        return requests.get(f"{self.url}{path}", params=parameters, timeout=TIMEOUT)

    def behave(self, mode: str, **more: Any) -> dict[str, Any]:
        answer = requests.put(f"{self.control}/behaviour", json={"mode": mode, **more}, timeout=TIMEOUT)
        assert answer.status_code == 200, answer.text
        setting: dict[str, Any] = answer.json()
        return setting

    def mode(self) -> str:
        mode: str = requests.get(f"{self.control}/behaviour", timeout=TIMEOUT).json()["mode"]
        return mode

    def journal(self) -> dict[str, Any]:
        journal: dict[str, Any] = requests.get(f"{self.control}/journal", timeout=TIMEOUT).json()
        return journal

    def features(self, collection: str) -> list[dict[str, Any]]:
        text = (self.town / "landbase" / f"{collection}.geojson").read_text(encoding="utf-8")
        features: list[dict[str, Any]] = json.loads(text)["features"]
        return features

    def answers(self) -> bool:
        try:
            return self.get("/").ok
        except requests.ConnectionError:
            return False

    def refuses(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self.port), TIMEOUT).close()
        except ConnectionRefusedError:
            return True
        return False


def healthy(control: str) -> bool:
    try:
        return requests.get(f"{control}/health", timeout=TIMEOUT).json() == {"status": "ok"}
    except requests.ConnectionError:
        return False


def href(document: dict[str, Any], relation: str) -> str:
    found: list[str] = [link["href"] for link in document["links"] if link["rel"] == relation]
    assert len(found) == 1, (relation, document["links"])
    return found[0]
