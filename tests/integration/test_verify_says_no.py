"""Wrong adapters are found out, by the row that they break and by no other."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from crmkit.launcher.options import StackOptions
from crmkit.launcher.ports import pick_free
from crmkit.launcher.stack import Stack, StackUrls
from crmkit.mutants.catalogue import MUTANTS

SERVICE = "/ReceiveTroubleTicketsService?wsdl"
FIRST_OF_OPERATION = set({mutant.operation: name for name, mutant in reversed(MUTANTS.items())}.values())


@pytest.fixture(scope="module")
def neighbours(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[StackUrls, Path]]:
    """A right adapter's stack; the mutants share its data directory, its control API and its landbase."""
    data = tmp_path_factory.mktemp("mutants") / "data"
    with Stack(StackOptions(data=data)) as urls:
        yield urls, data


@contextmanager
def serving(name: str, data: Path, landbase: str) -> Iterator[str]:
    (port,) = pick_free("127.0.0.1", 1)
    command = [sys.executable, "-m", "crmkit.mutants", name, "--port", str(port)]
    command += ["--data", str(data), "--landbase", landbase]
    with (data / f"{name}.log").open("wb") as log:
        process = subprocess.Popen(command, stderr=log, start_new_session=True)
    url = f"http://127.0.0.1:{port}"
    try:
        wait_until_served(url, process)
        yield url
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(20)


def wait_until_served(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        assert process.poll() is None, "the mutant ended"
        try:
            with urllib.request.urlopen(url + SERVICE, timeout=5):
                return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.1)
    raise AssertionError("the mutant did not start")


def requests_of(scenario: dict[str, Any]) -> list[str]:
    return [call["request"] for call in scenario["calls"] if call.get("request")]


@pytest.mark.parametrize("name", MUTANTS)
def test_a_wrong_adapter_fails_exactly_its_row(name: str, neighbours: tuple[StackUrls, Path], tmp_path: Path) -> None:
    """Among the rows of its table; the first of each operation among all rows."""
    urls, data = neighbours
    with serving(name, data, urls.landbase) as target:
        command = [sys.executable, "-m", "crmkit.cli", "verify", "--target", target, "--control", urls.control]
        if name not in FIRST_OF_OPERATION:
            command += ["--rows", f"{MUTANTS[name].row.partition('-')[0]}-*"]
        run = subprocess.run(
            [*command, "--report", str(tmp_path)], capture_output=True, text=True, timeout=240, check=False
        )
    report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    outcomes = {(entry["row"], entry["operation"]): entry["outcome"] for entry in report["results"]}
    broken = (MUTANTS[name].row, MUTANTS[name].operation)
    failed = {key for key, outcome in outcomes.items() if outcome not in ("passed", "not-selected")}
    assert failed == {broken}, run.stdout
    assert outcomes[broken] == "failed"
    assert run.returncode == 1
    assert report["verdict"]["text"] == "not conformant"
    (failure,) = (entry for entry in report["results"] if entry["outcome"] == "failed")
    scenario = next(each for each in failure["scenarios"] if each["outcome"] == "failed")
    assert any(check["held"] == "no" and check["expected"] for check in scenario["checks"])
    wrong = {aspect for aspect, end in failure["fields"].items() if end == "failed"}
    if name.startswith("wrong-"):
        # wrong-code-13 and its like: that one field of the Error, and everything else is right.
        assert wrong == {name.split("-")[1]}
    else:
        assert wrong
    assert any(MUTANTS[name].operation in (tmp_path / file).read_text("utf-8") for file in requests_of(scenario))
