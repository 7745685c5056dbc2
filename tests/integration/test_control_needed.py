"""The control API's document marks what the suite asks for: no less, and no more."""

from __future__ import annotations

import json
import re
from pathlib import Path
from urllib.parse import urlsplit

from adapter_processes import SharedAdapter
from verify_command import verify

from reference_adapter.control.document import NEEDED

# Asked for before scenarios begin.
BEFORE = {("GET", "/health")}
# What acts on many at once is asked for first, and done without where it is not offered.
FASTER = {("POST", "/incidents/many"), ("POST", "/incidents/many/restore"), ("POST", "/incidents/many/archive")}
# Only asked for where something is left as it was: a fault that no message has met, a clock that was set, an incident
# that does not close by itself.
WHEN_LEFT = {("DELETE", "/faults/internal-error"), ("PUT", "/clock"), ("POST", "/incidents/{mrid}/close")}


def template(path: str) -> str:
    """A path with the names of what stands in it."""
    path = re.sub(r"^/(incidents|tickets|callbacks)/(?!many\b)[^/]+", r"/\1/{mrid}", path)
    return re.sub(r"^/background/[^/]+", "/background/{job}", path)


def test_a_whole_run_asks_for_what_is_marked(running_stack: SharedAdapter, tmp_path: Path) -> None:
    running_stack.control.reset()
    options = ["--target", running_stack.base_url, "--control", running_stack.control.url]
    run = verify(*options, "--report", str(tmp_path))
    assert run.returncode == 0, run.stdout + run.stderr
    report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    entries = [*report["results"], report["story"]]
    called = {
        (call["method"], template(urlsplit(call["url"]).path))
        for entry in entries
        for scenario in entry["scenarios"]
        for call in scenario["calls"]
        if call["called"] == "control"
    }
    assert called - NEEDED - FASTER == set()
    assert NEEDED - called - BEFORE - WHEN_LEFT == set()
