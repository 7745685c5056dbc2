"""What the README prints works as printed."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from crmkit.launcher.options import StackOptions
from crmkit.launcher.stack import Stack

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def soap_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with Stack(StackOptions(data=tmp_path_factory.mktemp("readme") / "data")) as urls:
        yield urls.soap


def test_the_stock_zeep_script_creates_a_ticket(soap_url: str, tmp_path: Path) -> None:
    (script,) = blocks("python")
    path = tmp_path / "ticket.py"
    path.write_text(script, encoding="utf-8")
    command = [sys.executable, str(path), soap_url]
    run = subprocess.run(command, capture_output=True, text=True, timeout=60, cwd=tmp_path, check=False)
    assert run.returncode == 0, run.stderr
    result, ticket = run.stdout.splitlines()
    assert result == "OK"
    assert re.fullmatch(r"[0-9a-f-]{36} call-[0-9a-f]{8} Energized", ticket)


def test_the_readme_knows_every_command() -> None:
    command = [sys.executable, "-m", "crmkit.cli", "--help"]
    listed = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout
    for name in re.findall(r"`crmkit (\w+)", README):
        assert re.search(rf"\b{name}\b", listed), f"the README speaks of `crmkit {name}`, which does not exist"


def test_the_options_in_shell_blocks_exist() -> None:
    lines = [line for block in blocks("sh") for line in block.splitlines() if line.startswith(".venv/bin/crmkit")]
    assert lines
    for line in lines:
        name = line.split()[1]
        shown = [sys.executable, "-m", "crmkit.cli", name, "--help"]
        text = subprocess.run(shown, capture_output=True, text=True, timeout=60, check=True, env={"COLUMNS": "200"})
        for option in re.findall(r"(--[a-z-]+)", line):
            assert option in text.stdout, f"`crmkit {name}` has no {option}"
