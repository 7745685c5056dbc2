"""Who may import whom, and how large a file may grow."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("crm_contract", "crm_soap", "reference_adapter", "mock_serving", "mock_landbase", "mock_ivr", "crmkit")
LARGEST_FILE = 400


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120)


def test_the_import_rules_hold() -> None:
    result = lint_imports(ROOT)
    assert result.returncode == 0, f"an import rule of .importlinter is broken:\n{result.stdout}"


@pytest.mark.parametrize("package", PACKAGES)
def test_files_stay_small(package: str) -> None:
    large = {
        str(path.relative_to(ROOT)): lines
        for path in (ROOT / package).rglob("*.py")
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > LARGEST_FILE
    }
    assert not large, f"split what these files do over several modules: {large}"


def test_there_is_no_module_for_everything() -> None:
    names = {"utils.py", "util.py", "helpers.py", "misc.py"}
    found = [str(path) for package in PACKAGES for path in (ROOT / package).rglob("*.py") if path.name in names]
    assert not found, f"name these modules after what they do: {found}"


def test_no_address_or_path_of_a_machine_is_in_the_repository() -> None:
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    forbidden = ("/" + "work/", "/" + "root/", "index" + "-url", "/" + "simple/")
    for name in filter(None, tracked.stdout.split("\0")):
        path = ROOT / name
        if path.is_file() and path.name != "LICENSE":
            text = path.read_text(encoding="utf-8", errors="replace")
            assert not [each for each in forbidden if each in text], f"{name} names a machine or an index"
