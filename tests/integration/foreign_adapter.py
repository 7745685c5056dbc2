"""The vendor's adapter in PHP as a process: tests/integration/foreign/vendor."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests
from landbase_process import free_port

from crm_contract.contract import load_contract
from crmkit.commands.contract import write_contract

INDEX = Path(__file__).parent / "foreign" / "vendor" / "index.php"
START_SECONDS = 20.0
_COMPLAINT = re.compile(r"\b(Warning|Notice|Deprecated|error): ")


def missing(what: str) -> None:
    """The foreign stack is not here: skipped, unless it is said to be."""
    if os.environ.get("CRMKIT_REQUIRE_FOREIGN_STACK"):
        pytest.fail(f"{what}, and CRMKIT_REQUIRE_FOREIGN_STACK is set")
    pytest.skip(what)


def php_with_soap() -> str:
    """A PHP that speaks SOAP; skips where there is none."""
    found = shutil.which("php")
    if found is None:
        missing("there is no php here (Debian: php-cli, php-soap)")
    command = [str(found), "-r", "exit(extension_loaded('soap') && extension_loaded('json') ? 0 : 1);"]
    if subprocess.run(command, timeout=30, check=False, capture_output=True).returncode:
        missing("php has no soap extension (Debian: php-soap)")
    return str(found)


@contextmanager
def foreign_adapter(php: str, folder: Path, script: Mapping[str, str] | None = None) -> Iterator[str]:
    """Its URL. `script` says on which rows it answers wrongly, and how. Whatever PHP complains about fails the test."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    write_contract(folder / "contract", load_contract(), url)
    state = folder / "state"
    state.mkdir(parents=True, exist_ok=True)
    (state / "script.json").write_text(json.dumps(dict(script or {})), encoding="utf-8")
    settings = ("display_errors=stderr", "log_errors=0", "html_errors=0")
    command = [php, *(part for each in settings for part in ("-d", each)), "-S", f"127.0.0.1:{port}", str(INDEX)]
    own = {"VENDOR_CONTRACT": str(folder / "contract"), "VENDOR_STATE": str(state), "PHP_CLI_SERVER_WORKERS": "2"}
    log = folder / "php.log"
    with log.open("wb") as said:
        process = subprocess.Popen(command, stdout=said, stderr=said, env=os.environ | own, start_new_session=True)
    try:
        _wait(process, url, log)
        yield url
    finally:
        _stop(process)
    complaints = [line for line in log.read_text("utf-8").splitlines() if _COMPLAINT.search(line)]
    assert complaints == []


def _wait(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            requests.get(f"{url}/GetCallbacksService?wsdl", timeout=5).raise_for_status()
            return
        except requests.RequestException:
            if process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"PHP does not serve: {log.read_text('utf-8')}") from None
            time.sleep(0.05)


def _stop(process: subprocess.Popen[bytes]) -> None:
    """PHP and its workers: they are a group of their own."""
    os.killpg(process.pid, 15)
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, 9)
        process.wait(10)
