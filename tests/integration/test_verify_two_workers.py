"""`crmkit verify` on servers of its own, with two SOAP workers that share nothing but the store."""

from __future__ import annotations

import json
from pathlib import Path

from verify_command import verify


def test_the_reference_adapter_conforms_with_two_workers(tmp_path: Path) -> None:
    run = verify("--workers", "2", "--report", str(tmp_path))
    assert run.returncode == 0, run.stdout + run.stderr
    assert run.stdout.rstrip().splitlines()[-2].startswith("conformant: 87 passed")
    report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert (report["verdict"]["counts"]["passed"], report["story"]["outcome"]) == (87, "passed")
