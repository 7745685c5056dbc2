"""make sees when .venv is stale; dry runs, nothing is installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

MAKEFILE = Path(__file__).parents[2] / "Makefile"
INSTALLS = "installing into .venv"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A folder with a .venv that make takes for its own."""
    folder = tmp_path / "a checkout"
    (folder / ".venv" / "bin").mkdir(parents=True)
    shutil.copy(MAKEFILE, folder)
    (folder / "pyproject.toml").write_text("")
    (folder / "constraints.txt").write_text("")
    (folder / ".venv" / "bin" / "python").symlink_to(sys.executable)
    stamp = folder / ".venv" / ".installed"
    stamp.write_text(f"{folder.resolve()}\n")
    later = stamp.stat().st_mtime + 60
    os.utime(stamp, (later, later))
    return folder


def dry_run(folder: Path, *variables: str) -> str:
    command = ["make", "--dry-run", "verify", *variables]
    run = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=30, check=False)
    assert run.returncode == 0, run.stderr
    return run.stdout


def test_a_good_venv_is_used(checkout: Path) -> None:
    assert INSTALLS not in dry_run(checkout)


def test_a_missing_venv_is_made(checkout: Path) -> None:
    shutil.rmtree(checkout / ".venv")
    assert INSTALLS in dry_run(checkout)


def test_a_venv_without_its_interpreter_is_made_anew(checkout: Path) -> None:
    (checkout / ".venv" / "bin" / "python").unlink()
    (checkout / ".venv" / "bin" / "python").symlink_to("/nowhere/python3")
    assert INSTALLS in dry_run(checkout)


def test_a_moved_venv_is_made_anew(checkout: Path) -> None:
    moved = checkout.rename(checkout.parent / "moved")
    assert INSTALLS in dry_run(moved)


def test_a_copied_venv_is_made_anew(checkout: Path) -> None:
    copy = Path(shutil.copytree(checkout, checkout.parent / "copy", symlinks=True))
    assert INSTALLS in dry_run(copy)


def test_changed_pins_are_installed(checkout: Path) -> None:
    stamp = (checkout / ".venv" / ".installed").stat().st_mtime
    os.utime(checkout / "constraints.txt", (stamp + 60, stamp + 60))
    assert INSTALLS in dry_run(checkout)


def test_an_unsupported_python_is_refused_in_one_line(checkout: Path) -> None:
    shutil.rmtree(checkout / ".venv")
    command = ["make", "verify", "PYTHON=/nowhere/python3"]
    run = subprocess.run(command, cwd=checkout, capture_output=True, text=True, timeout=30, check=False)
    assert run.returncode == 2
    assert run.stderr.splitlines()[0].startswith("/nowhere/python3: no Python 3.11 to 3.13")
