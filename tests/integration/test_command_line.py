"""Mistakes on the command line: one clear line on standard error, exit code 2."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

MISTAKES = {
    "not a number": ["up", "--soap-port", "abc"],
    "unknown option": ["verify", "--nope"],
    "unknown command": ["frob"],
    "missing argument": ["town"],
    "no workers": ["up", "--workers", "0"],
    "a row that does not exist": ["verify", "--rows", "9.9-1"],
    "a target that is no URL": ["verify", "--target", "adapter"],
    "too small a town": ["town", "--usage-points", "3", "town"],
}


@pytest.mark.parametrize("arguments", MISTAKES.values(), ids=MISTAKES.keys())
def test_a_mistake_is_one_line_and_exit_code_2(arguments: list[str], tmp_path: Path) -> None:
    command = [sys.executable, "-m", "crmkit.cli", *arguments]
    run = subprocess.run(command, capture_output=True, text=True, timeout=60, cwd=tmp_path, check=False)
    assert run.returncode == 2
    assert len(run.stderr.splitlines()) == 1, run.stderr
    assert run.stderr.startswith("crmkit")
    assert run.stdout == ""
    assert not list(tmp_path.iterdir())
