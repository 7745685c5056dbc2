"""A SOAP stack that shares nothing with ours lives on the served WSDL: PHP's SoapClient.

Skipped where PHP or its soap extension is missing, unless CRMKIT_REQUIRE_FOREIGN_STACK is set.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from adapter_processes import SharedAdapter
from foreign_adapter import php_with_soap

SCRIPT = Path(__file__).parent / "foreign" / "create_batch.php"


@pytest.fixture(scope="module")
def php() -> str:
    return php_with_soap()


def test_php_creates_a_batch_and_reads_the_replies(php: str, adapter: SharedAdapter) -> None:
    command = [php, str(SCRIPT), f"{adapter.url}?wsdl", "php-first", "php-second", adapter.control.url]
    run = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    told = json.loads(run.stdout)
    assert told["functions"] == 2
    created = told["created"]
    assert (created["verb"], created["correlated"], created["result"]) == ("reply", True, "PARTIAL")
    assert created["errors"] == [
        ["2.7", "FATAL", "InvalidTroubleCode", "Invalid trouble code: Nonsense for trouble ticket(s): php-second."]
    ]
    assert [(each["name"], each["status"]) for each in created["tickets"]] == [
        ("php-first", "Energized"),
        ("php-second", "Created"),
    ]
    first, second = adapter.control.tickets()
    assert [first["mrid"], second["mrid"]] == [each["mRID"] for each in created["tickets"]]
    assert first["comment"] == "Licht aus & Funken <überall>\nNoch immer dunkel <überall>"
    assert (first["hazards"], first["callback_media"], first["call_back"]) == (["Line Down", "Fire"], ["SMS"], True)
    assert len(first["callback_periods"]) == 1
    assert told["changed"] == {
        "result": "PARTIAL",
        "errors": [["2.7", "FATAL", "EntityNotFound", "Trouble ticket nobody-s not found in ADMS."]],
        "tickets": [first["mrid"]],
    }
    fault = told["fault"]
    assert fault["code"].rpartition(":")[2] == "Server"
    assert (fault["result"], fault["errors"]) == ("FAILED", [["5.3", "FATAL", "InternalServerError"]])
