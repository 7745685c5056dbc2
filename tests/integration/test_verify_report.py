"""The report of a run, what can be done with it, and what is left of a run that was interrupted."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from adapter_processes import wait_for
from verify_command import verify

if TYPE_CHECKING:
    from adapter_processes import SharedAdapter

ROWS = "5.1-02,5.1-13,5.1-20"


def crmkit(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-P", "-m", "crmkit.cli", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


def document_of(folder: Path) -> dict[str, Any]:
    return json.loads((folder / "report.json").read_text(encoding="utf-8"))


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def options(running_stack: SharedAdapter) -> list[str]:
    running_stack.control.reset()
    return ["--target", running_stack.base_url, "--control", running_stack.control.url]


def test_a_report_from_its_run_to_a_scenario_of_ones_own(options: list[str], tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    selection = ["--rows", ROWS, "--operation", "CreatedTroubleTickets"]
    for folder in (first, second):
        run = verify(*options, *selection, "--report", str(folder))
        assert run.returncode == 0, run.stdout + run.stderr
        assert f"report: {folder}/report.html" in run.stdout
    document = document_of(first)
    assert document["verdict"]["counts"]["passed"] == 3
    ran = [row for row in document["results"] if row["outcome"] == "passed"]
    assert [row["row"] for row in ran] == ["5.1-02", "5.1-13", "5.1-20"]
    assert ran[1]["fields"] == {**ran[1]["fields"], "Result": "passed", "code": "passed", "details": "passed"}
    for scenario in [scenario for row in ran for scenario in row["scenarios"]]:
        assert scenario["steps"]
        assert {step["outcome"] for step in scenario["steps"]} == {"passed"}
        (subject,) = [call for call in scenario["calls"] if call["is_subject"]]
        assert "CreatedTroubleTickets" in (first / subject["request"]).read_text(encoding="utf-8")
        assert "ResponseMessage" in (first / subject["response"]).read_text(encoding="utf-8")

    before = bytes_of(first)
    assert crmkit("report", "check", first).returncode == 0
    rebuilt = crmkit("report", "rebuild", first)
    assert (rebuilt.returncode, rebuilt.stdout) == (0, f"{len(before)} files, 0 of them new\n")
    assert bytes_of(first) == before

    # Two runs with other names, other usage points and other times.
    same = crmkit("report", "diff", first, second)
    assert same.returncode == 0, same.stdout
    assert "no differences in 3 rows" in same.stdout

    redacted = crmkit("report", "redact", first)
    assert redacted.returncode == 0, redacted.stdout + redacted.stderr
    assert crmkit("report", "diff", first, second).returncode == 0

    own = tmp_path / "own"
    own.mkdir()
    copy = crmkit("report", "scenario", second, "5.1-13")
    assert copy.returncode == 0
    (own / "copy.feature").write_text(copy.stdout, encoding="utf-8")
    run = verify(*options, "--features", str(own), "--only-features", "--report", str(first))
    assert run.returncode == 0, run.stdout + run.stderr
    assert "own scenarios passed" in run.stdout
    # In the place of the older one, of which nothing is left.
    assert [each["id"] for each in document_of(first)["own_scenarios"]] == ["own-copy-1"]
    assert crmkit("report", "check", first).returncode == 0
    assert all("own-copy-1" in name for name in bytes_of(first) if name.startswith("messages/"))


def test_what_did_not_pass_runs_again(options: list[str], tmp_path: Path) -> None:
    """Without a control API nothing can make the target fail; with one something can."""
    selection = ["--rows", "5.1-04,5.1-13", "--operation", "CreatedTroubleTickets"]
    run = verify(*options[:2], *selection, "--report", str(tmp_path / "report"))
    assert run.returncode == 3, run.stdout + run.stderr
    entries = {
        row["row"]: row for row in document_of(tmp_path / "report")["results"] if row["outcome"] != "not-selected"
    }
    assert entries["5.1-04"]["outcome"] == "could-not-test"
    assert entries["5.1-04"]["enable"] == entries["5.1-04"]["reason"]
    run = verify(*options, "--rerun-failed", str(tmp_path / "report"), "--table", "5.1")
    assert run.returncode == 0, run.stdout + run.stderr
    assert "5.1-04  passed" in run.stdout
    run = verify(*options, "--rerun-failed", str(tmp_path / "report"), "--table", "6.1")
    assert (run.returncode, run.stdout) == (2, "")
    assert run.stderr == (
        f"crmkit verify: no row is selected by --table 6.1 and --rerun-failed {tmp_path}/report: "
        "leave one out, or correct it\n"
    )


def test_a_run_that_is_interrupted_leaves_a_report_of_what_ran(
    options: list[str], running_stack: SharedAdapter, tmp_path: Path
) -> None:
    control = running_stack.control
    arguments = [*options, "--rows", "5.1-13,5.1-29", "--report", str(tmp_path)]
    command = [sys.executable, "-P", "-m", "crmkit.cli", "verify", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as run:
        wait_for(lambda: control.ask("GET", "/faults"), "the slow IMS")
        run.send_signal(signal.SIGINT)
        _, said = run.communicate(timeout=60)
    assert run.returncode == 130
    assert said == "crmkit verify: interrupted, no verdict\n"
    document = document_of(tmp_path)
    assert (document["verdict"]["text"], document["verdict"]["exit_code"]) == ("interrupted", 130)
    outcomes = {row["row"]: (row["outcome"], row.get("reason")) for row in document["results"]}
    assert outcomes["5.1-13"] == ("passed", None)
    assert outcomes["5.1-29"] == ("error", "the run was interrupted before its end")
    assert outcomes["5.1-12"] == ("not-selected", None)
    assert crmkit("report", "check", tmp_path).returncode == 0
