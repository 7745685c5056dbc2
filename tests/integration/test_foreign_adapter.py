"""A target that shares no code with our servers: PHP's SoapServer on the kit's WSDLs.

It answers from a script, right on some rows and wrong on others: each wrong answer is held against its row and field,
and each right one passes. Skipped where PHP is missing, unless CRMKIT_REQUIRE_FOREIGN_STACK is set.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from foreign_adapter import foreign_adapter, php_with_soap
from verify_command import verify

Key = tuple[str, str]

CREATE, CHANGE, QUERY = "CreatedTroubleTickets", "ChangedTroubleTickets", "GetTroubleTickets"
PULL, RESULTS, SEND = "GetCallbacks", "CreatedCallBacksResults", "CreatedCallBacks"
PROFILE = """\
name = "vendor"
[target]
base_url = "{url}"
[capabilities]
landbase = false
archive = false
publisher = false
ims = false
"""
# A scenario takes as many as it has tickets.
USAGE_POINTS = "".join(f'[[fixtures.usage_points]]\nmrid = "VU-{number:04}"\n' for number in range(1, 301))

# What the vendor has no part of.
NOT_APPLICABLE: frozenset[Key] = frozenset(
    {
        *((row, CREATE) for row in ("5.1-10", "5.1-09", "5.1-22", "5.1-25", "5.1-26", "5.1-27", "5.1-29")),
        *((row, QUERY) for row in ("6.1-13",)),
        *((row, SEND) for row in ("9.1-01", "9.1-02", "9.1-03", "9.1-04")),
    }
)
# What passes by the interface and the profile alone.
CAN_PASS: frozenset[Key] = frozenset(
    {
        *((row, operation) for row in ("5.1-01", "5.1-02", "5.1-03") for operation in (CREATE, CHANGE, QUERY)),
        *((f"5.1-{row:02}", CREATE) for row in (7, 8, 11, 12, 13, 14, 15, 16, 24)),
        *((f"5.2-{row:02}", CHANGE) for row in (3, 4, 5, 6, 7, 8, 9)),
        *((f"6.1-{row:02}", QUERY) for row in (2, 5, 6, 7, 8, 10, 15)),
    }
)
# By row: how the vendor's answer is wrong, and the fields of the report that must show it, no others.
WRONG: Mapping[str, tuple[str, set[str]]] = {
    "5.1-02": ("header", {"header"}),
    "5.1-07": ("forgets", {"payload", "effect"}),
    "5.1-12": ("details", {"details"}),
    "5.1-13": ("code", {"code"}),
    "5.1-14": ("stores", {"payload", "effect"}),
    "5.1-15": ("level", {"level"}),
    "5.1-16": ("placeholder", {"details"}),
    # Judged as far as it shows, although the rest of these rows cannot be tested.
    "5.1-17": ("result", {"Result"}),
    "5.1-20": ("reason", {"reason"}),
    "5.1-24": ("keeps", {"effect"}),
    "5.2-03": ("reason", {"reason"}),
    "5.2-05": ("cuts", {"Result", "payload", "effect"}),
    "5.2-06": ("twice", {"reason"}),
    "5.2-07": ("level", {"level"}),
    "5.2-08": ("name", {"payload", "effect", "Result", "reason"}),
    "5.2-09": ("result", {"Result"}),
    "6.1-05": ("level", {"level"}),
    "6.1-06": ("code", {"code"}),
    "6.1-08": ("result", {"Result"}),
    "6.1-10": ("invalid", {"message"}),
    "6.1-15": ("placeholder", {"details"}),
}

# Callbacks need incidents that end. The vendor offers as much of the control API as these rows ask for.
BY_CONTROL = ("--rows", "5.1-0[123],7.1-0[3456],8.1-0[23678]", "--operation", f"{PULL},{RESULTS}")
CALLBACK_ROWS: frozenset[Key] = frozenset(
    {
        *((row, operation) for row in ("5.1-01", "5.1-02", "5.1-03") for operation in (PULL, RESULTS)),
        *((f"7.1-{row:02}", PULL) for row in (3, 4, 5, 6)),
        *((f"8.1-{row:02}", RESULTS) for row in (2, 3, 6, 7, 8)),
    }
)
WRONG_CALLBACKS: Mapping[str, tuple[str, set[str]]] = {
    "5.1-02": ("header", {"header"}),
    "7.1-03": ("reason", {"reason"}),
    "7.1-04": ("placeholder", {"details"}),
    "7.1-05": ("level", {"level"}),
    # A pull that is refused, and takes a callback from the queue all the same.
    "7.1-06": ("pulls", {"effect"}),
    "8.1-02": ("code", {"code"}),
    "8.1-03": ("applies", {"effect"}),
    "8.1-06": ("twice", {"reason"}),
    "8.1-07": ("applies", {"effect"}),
    "8.1-08": ("result", {"Result"}),
}


@pytest.fixture(scope="module")
def php() -> str:
    return php_with_soap()


def judged(php: str, folder: Path, script: Mapping[str, str], *rows: str) -> tuple[int, dict[str, Any]]:
    """Exit code and report of a run against the vendor: by its profile or, for certain rows, by its control API."""
    with foreign_adapter(php, folder, script) as url:
        profile = folder / "vendor.toml"
        profile.write_text(PROFILE.format(url=url) + USAGE_POINTS, encoding="utf-8")
        by_control = ("--target", url, "--control", f"{url}/control", *rows)
        how = by_control if rows else ("--profile", str(profile))
        run = verify(*how, "--report", str(folder / "report"))
    assert "Traceback" not in run.stdout + run.stderr
    return run.returncode, json.loads((folder / "report" / "report.json").read_text(encoding="utf-8"))


def wrong_fields(report: Mapping[str, Any]) -> dict[Key, set[str]]:
    """By failed row the fields that are wrong."""
    return {
        (entry["row"], entry["operation"]): {field for field, end in entry["fields"].items() if end == "failed"}
        for entry in report["results"]
        if entry["outcome"] == "failed"
    }


def with_outcome(report: Mapping[str, Any], outcome: str) -> set[Key]:
    return {(entry["row"], entry["operation"]) for entry in report["results"] if entry["outcome"] == outcome}


def test_a_right_vendor_is_incomplete_and_nothing_is_held_against_it(php: str, tmp_path: Path) -> None:
    code, report = judged(php, tmp_path, {})
    assert with_outcome(report, "failed") == set()
    assert with_outcome(report, "error") == set()
    assert (code, report["verdict"]["text"]) == (3, "incomplete")
    assert with_outcome(report, "passed") == CAN_PASS
    for entry in report["results"]:
        if entry["outcome"] == "could-not-test":
            assert entry["reason"], f"{entry['row']} does not say what to supply"


def test_every_wrong_answer_is_held_against_its_row_and_field(php: str, tmp_path: Path) -> None:
    code, report = judged(php, tmp_path, {row: how for row, (how, _) in WRONG.items()})
    assert (code, report["verdict"]["text"]) == (1, "not conformant")
    wrong = {key for key in CAN_PASS if key[0] in WRONG} | {("5.1-17", CREATE), ("5.1-20", CREATE)}
    assert wrong_fields(report) == {key: WRONG[key[0]][1] for key in wrong}
    assert with_outcome(report, "passed") == CAN_PASS - wrong
    assert with_outcome(report, "error") == set()


def test_callbacks_are_judged_by_the_vendors_own_control_api(php: str, tmp_path: Path) -> None:
    code, report = judged(php, tmp_path / "right", {}, *BY_CONTROL)
    assert wrong_fields(report) == {}
    assert (code, report["verdict"]["text"]) == (0, "selection passed")
    assert with_outcome(report, "passed") == CALLBACK_ROWS

    script = {row: how for row, (how, _) in WRONG_CALLBACKS.items()}
    code, report = judged(php, tmp_path / "wrong", script, *BY_CONTROL)
    wrong = {key for key in CALLBACK_ROWS if key[0] in WRONG_CALLBACKS}
    assert wrong_fields(report) == {key: WRONG_CALLBACKS[key[0]][1] for key in wrong}
    assert with_outcome(report, "passed") == CALLBACK_ROWS - wrong
    assert (code, with_outcome(report, "error")) == (1, set())
