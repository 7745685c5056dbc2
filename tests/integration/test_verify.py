"""`crmkit verify` against the reference adapter."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from adapter_processes import Control, wait_for
from verify_command import verify

if TYPE_CHECKING:
    from adapter_processes import SharedAdapter


@pytest.fixture(autouse=True)
def plenty_of_usage_points(running_stack: SharedAdapter) -> None:
    """The shared town is small, and every run takes usage points that nobody has called from."""
    running_stack.control.reset()


def report_of(folder: Path) -> dict[str, Any]:
    return json.loads((folder / "report.json").read_text(encoding="utf-8"))


def control_url(adapter: SharedAdapter) -> str:
    return adapter.control.url


@pytest.mark.parametrize("suffix", ["", "/", "/ReceiveTroubleTicketsService", "/ReceiveTroubleTicketsService?wsdl"])
def test_the_target_may_be_named_in_several_ways(running_stack: SharedAdapter, suffix: str) -> None:
    url = f"{running_stack.base_url}{suffix}"
    run = verify("--target", url, "--control", control_url(running_stack), "--rows", "5.1-01,5.1-2[67]")
    assert run.returncode == 0, run.stdout + run.stderr
    assert "selection passed: 7 passed, 80 not-selected" in run.stdout


def test_a_target_that_is_never_reset_can_be_verified_again(running_stack: SharedAdapter, tmp_path: Path) -> None:
    for _ in range(2):
        options = ["--target", running_stack.base_url, "--control", control_url(running_stack)]
        run = verify(*options, "--report", str(tmp_path))
        assert run.returncode == 0, run.stdout + run.stderr
        report = report_of(tmp_path)
        assert report["verdict"]["text"] == "conformant"
        results = report["results"]
        assert isinstance(results, list)
        assert len({(entry["row"], entry["operation"]) for entry in results}) == 87
        assert all(entry["outcome"] == "passed" and entry["scenarios"] for entry in results)
        assert report["story"]["outcome"] == "passed"
        control = running_stack.control
        assert control.ask("GET", "/faults") == []
        landbase = Control(control.ask("GET", "/neighbours")["landbase_control"])
        assert landbase.ask("GET", "/behaviour")["mode"] == "normal"
        assert not [each for each in control.ask("GET", "/incidents") if not each["restored"]]


def test_without_control_what_the_interface_shows_is_judged_and_the_rest_is_incomplete(
    running_stack: SharedAdapter, tmp_path: Path
) -> None:
    run = verify("--target", running_stack.base_url, "--report", str(tmp_path))
    assert run.returncode == 3, run.stdout + run.stderr
    report = report_of(tmp_path)
    assert report["verdict"]["text"] == "incomplete"
    results = report["results"]
    assert isinstance(results, list)
    assert {entry["outcome"] for entry in results} == {"passed", "could-not-test"}
    assert {entry["row"] for entry in results if entry["outcome"] == "passed"} >= {"5.1-13", "5.2-07", "6.1-05"}
    untested = [entry for entry in results if entry["outcome"] == "could-not-test"]
    assert all("--control" in entry["reason"] or "[listen." in entry["reason"] for entry in untested)
    assert all(entry["enable"] for entry in untested)


def test_a_run_that_is_terminated_undoes_what_it_arranged(running_stack: SharedAdapter) -> None:
    control = running_stack.control
    options = ["--target", running_stack.base_url, "--control", control_url(running_stack), "--rows", "5.1-29"]
    command = [sys.executable, "-P", "-m", "crmkit.cli", "verify", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as run:
        wait_for(lambda: control.ask("GET", "/faults"), "the slow IMS")
        run.send_signal(signal.SIGTERM)
        _, said = run.communicate(timeout=30)
    assert run.returncode == 130
    assert "interrupted, no verdict" in said
    assert control.ask("GET", "/faults") == []
