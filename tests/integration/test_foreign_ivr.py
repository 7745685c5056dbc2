"""`crmkit verify --role ivr` against an IVR that shares no code with ours: PHP's SoapServer and SoapClient."""

from __future__ import annotations

import json
import os
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from adapter_processes import wait_for
from test_foreign_stack import php as php
from verify_command import verify

from crm_contract.contract import load_contract
from crmkit.commands.contract import write_contract
from crmkit.launcher.ports import pick_free

IVR = Path(__file__).parent / "foreign" / "ivr" / "index.php"
# What the script does wrong, and the fields that the report has to name for it.
SCRIPT = {
    "IVR-07": "too large",
    "IVR-08": "echoes",
    "IVR-09": "code",
    "IVR-10": "level",
    "IVR-11": "reason",
    "IVR-12": "takes",
    "IVR-14": "message id",
    "IVR-15": "page",
    "IVR-16": "refuses",
    "IVR-32": "no zone",
    "IVR-33": "word",
    "IVR-34": "long ago",
    "IVR-35": "nobody",
    "IVR-39": "impatient",
    "IVR-43": "calls anyway",
}
WRONG = {
    "IVR-07": {"Reply/Result", "Reply/Error"},
    "IVR-08": {"Header/Noun"},
    "IVR-09": {"Reply/Error/code"},
    "IVR-10": {"Reply/Error/level"},
    "IVR-11": {"Reply/Error/reason"},
    "IVR-12": {"Reply/Result", *(f"Reply/Error/{name}" for name in ("code", "level", "reason", "details"))},
    "IVR-14": {"Header/CorrelationID"},
    "IVR-15": {"reply", "HTTP status"},
    "IVR-16": {"Reply/Result", "Reply/Error"},
    "IVR-32": {"Header/Timestamp of results"},
    "IVR-33": {"result of third/status/value"},
    "IVR-34": {"result of first/dateTime", "result of second/dateTime"},
    "IVR-39": {"results of first"},
    "IVR-43": {"results of refused"},
    # What it did twice, or without being asked, shows when the whole run is looked at, too.
    "IVR-44": {"results that were posted again after OK", "results of callbacks whose message was refused"},
}


@contextmanager
def foreign_ivr(php: str, folder: Path, script: dict[str, str]) -> Iterator[Path]:
    """The IVR as a process, and the profile to test it by."""
    contract, state = folder / "contract", folder / "state"
    list(write_contract(contract, load_contract(), "http://localhost"))
    state.mkdir()
    (state / "script.json").write_text(json.dumps(script), encoding="utf-8")
    port, results = pick_free("127.0.0.1", 2)
    profile = folder / "ivr.toml"
    profile.write_text(
        f"""
name = "IVR in PHP"
role = "ivr"
[target]
base_url = "http://127.0.0.1:{port}"
[limits]
results_seconds = 10
[listen.results]
address = "127.0.0.1:{results}"
""",
        encoding="utf-8",
    )
    environment = {
        **os.environ,
        "IVR_CONTRACT": str(contract),
        "IVR_STATE": str(state),
        "IVR_RESULTS": f"http://127.0.0.1:{results}/ReceiveCallBacksResultsService",
        "PHP_CLI_SERVER_WORKERS": "4",
    }
    with (folder / "php.log").open("wb") as log:
        server = subprocess.Popen(
            [php, "-S", f"127.0.0.1:{port}", str(IVR)],
            env=environment,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        wait_for(lambda: server.poll() is not None or _listens(port), "PHP's server")
        yield profile
    finally:
        os.killpg(server.pid, 15)
        server.wait(10)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def rows_of(folder: Path) -> dict[str, dict[str, Any]]:
    """The report's rows by id."""
    document = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    assert document["role"] == "ivr"
    return {row["row"]: row for row in document["results"]}


def wrong_fields(row: dict[str, Any]) -> set[str]:
    """The fields that the report holds against a row."""
    checks = [check for scenario in row["scenarios"] for check in scenario["checks"]]
    return {check["field"] for check in checks if check["held"] == "no"}


def test_a_foreign_ivr_that_is_right_passes_every_row(php: str, tmp_path: Path) -> None:
    with foreign_ivr(php, tmp_path, {}) as profile:
        run = verify("--role", "ivr", "--profile", str(profile), "--report", str(tmp_path / "report"))
    assert run.returncode == 0, run.stdout + run.stderr
    rows = rows_of(tmp_path / "report")
    assert {row["outcome"] for row in rows.values()} == {"passed"}
    assert len(rows) == 35
    # What it chose where the decisions leave a choice.
    assert rows["IVR-06"]["readings"] == {"D-13": "OK for a message without callbacks"}
    assert rows["IVR-38"]["readings"] == {"D-06b": "a result is posted again when asked to"}
    assert rows["IVR-36"]["readings"] == {"D-13": "a refused result is not posted again"}


def test_each_wrong_answer_is_held_against_its_row_and_field(php: str, tmp_path: Path) -> None:
    with foreign_ivr(php, tmp_path, SCRIPT) as profile:
        run = verify("--profile", str(profile), "--report", str(tmp_path / "report"))
    assert run.returncode == 1, run.stdout + run.stderr
    rows = rows_of(tmp_path / "report")
    failed = {name: wrong_fields(row) for name, row in rows.items() if row["outcome"] == "failed"}
    assert failed == WRONG
    # It refuses the second of two equal messages: what becomes of its callbacks cannot be seen.
    others = {name: row["outcome"] for name, row in rows.items() if row["outcome"] not in ("failed", "passed")}
    assert others == {"IVR-41": "could-not-test"}
    assert rows["IVR-35"]["readings"] == {"D-38": "results lack a csrId"}
