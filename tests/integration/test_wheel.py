"""The wheel, installed into an empty virtual environment, works in a folder that is hostile to pytest.

Skipped with the reason where pip cannot get at the packages, unless CRMKIT_REQUIRE_FOREIGN_STACK is set.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from adapter_processes import SharedAdapter

ROOT = Path(__file__).parents[2]
PACKAGES = ("crm_contract", "crm_soap", "reference_adapter", "mock_serving", "mock_landbase", "mock_ivr", "crmkit")
INSTALL_SECONDS = 600
HOSTILE = "raise SystemExit('a module of the folder was read')\n"


def pip(python: Path | str, *arguments: str) -> None:
    command = [str(python), "-m", "pip", "--disable-pip-version-check", *arguments]
    try:
        run = subprocess.run(command, capture_output=True, text=True, timeout=INSTALL_SECONDS, check=False)
        said = (run.stderr or run.stdout)[-1000:] if run.returncode else ""
    except subprocess.TimeoutExpired as error:
        said = str(error)
    if said:
        require = os.environ.get("CRMKIT_REQUIRE_FOREIGN_STACK")
        (pytest.fail if require else pytest.skip)(f"pip {arguments[0]} cannot do it here: {said}")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    pip(sys.executable, "wheel", "--quiet", "--no-deps", "--wheel-dir", str(folder), str(ROOT))
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the commands of an environment that has nothing but the wheel and what it needs."""
    home = tmp_path_factory.mktemp("environment") / "empty"
    subprocess.run([sys.executable, "-m", "venv", str(home)], timeout=120, check=True)
    constraints = str(ROOT / "constraints.txt")
    pip(home / "bin" / "python", "install", "--quiet", "-c", constraints, str(wheel))
    return home / "bin"


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    """A folder full of what would change pytest's ways, or stand in for modules of the kit."""
    (tmp_path / "features").mkdir()
    for name in ("conftest.py", "features/conftest.py", "features/test_features.py", "crmkit.py", "pytest.py"):
        (tmp_path / name).write_text(HOSTILE, encoding="utf-8")
    (tmp_path / "features" / "create_trouble_tickets.feature").write_text("no Gherkin\n", encoding="utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = --collect-only --nonsense\n", encoding="utf-8")
    (tmp_path / "pyproject.toml").write_text('[tool.pytest.ini_options]\naddopts = "--nonsense"\n', encoding="utf-8")
    return tmp_path


@pytest.fixture
def environment() -> dict[str, str]:
    """The user's variables, with some for pytest, and without what would lead to the checkout."""
    left_out = ("PYTHONPATH", "VIRTUAL_ENV", "PYTHONHOME")
    kept = {name: value for name, value in os.environ.items() if name not in left_out}
    return {**kept, "PYTEST_ADDOPTS": "--collect-only", "PYTEST_PLUGINS": "conftest"}


def crmkit(installed: Path, cwd: Path, env: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [str(installed / "crmkit"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=300, check=False, cwd=cwd, env=env)


def files_of(folder: Path) -> set[str]:
    """Every file of a folder but what Python makes, relative to the checkout."""
    return {
        path.relative_to(ROOT).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_the_wheel_has_every_file_of_the_packages_and_the_features(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    packaged = set().union(*(files_of(ROOT / package) for package in PACKAGES))
    features = {f"crmkit/suite/{name}" for name in files_of(ROOT / "features")}
    assert sorted((packaged | features) - names) == []
    kinds = {Path(name).suffix for name in names}
    assert {".py", ".feature", ".wsdl", ".xsd", ".toml", ".xml", ".ini", ".html", ".css", ".js"} <= kinds
    # And nothing beside them but what describes the wheel.
    assert {name for name in names if ".dist-info/" not in name} == packaged | features


def test_the_kit_is_the_wheels(installed: Path, hostile: Path, environment: dict[str, str]) -> None:
    run = crmkit(installed, hostile, environment, "--version")
    assert (run.returncode, run.stderr) == (0, "")
    code = "import crmkit, reference_adapter; print(crmkit.__file__); print(reference_adapter.__file__)"
    where = subprocess.run(
        [str(installed / "python"), "-P", "-c", code],
        capture_output=True, text=True, timeout=60, check=True, cwd=hostile, env=environment,
    )  # fmt: skip
    assert all(line.startswith(str(installed.parent)) for line in where.stdout.split())


def test_the_reference_adapter_is_conformant(
    installed: Path, hostile: Path, environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    report = tmp_path_factory.mktemp("report") / "new"
    run = crmkit(installed, hostile, environment, "verify", "--report", str(report))
    assert run.returncode == 0, run.stdout + run.stderr
    assert "conformant: 87 passed" in run.stdout
    told = json.loads((report / "report.json").read_text(encoding="utf-8"))
    assert told["verdict"]["text"] == "conformant"
    assert len(told["results"]) == 87
    page = (report / "report.html").read_text(encoding="utf-8")
    assert "</html>" in page
    assert {path.name for path in report.iterdir()} >= {"junit.xml", "messages.ndjson", "messages", "badge.svg"}


def test_a_target_is_judged(
    installed: Path, hostile: Path, environment: dict[str, str], running_stack: SharedAdapter
) -> None:
    running_stack.control.reset()
    target = ["--target", running_stack.base_url, "--control", running_stack.control.url]
    run = crmkit(installed, hostile, environment, "verify", *target, "--rows", "5.1-1[1-3],5.2-04,6.1-06,7.1-0[34]")
    assert run.returncode == 0, run.stdout + run.stderr
    assert "selection passed: 7 passed, 80 not-selected" in run.stdout


def test_own_features_are_read_and_nothing_else_of_their_folder(
    installed: Path, hostile: Path, environment: dict[str, str], running_stack: SharedAdapter
) -> None:
    target = ["--target", running_stack.base_url, "--control", running_stack.control.url]
    run = crmkit(installed, hostile, environment, "verify", *target, "--features", "features", "--only-features")
    assert run.returncode == 2
    (line,) = run.stderr.splitlines()
    assert line.startswith("crmkit verify: features/create_trouble_tickets.feature:1: no Gherkin")


def test_the_contract_is_written(installed: Path, hostile: Path, environment: dict[str, str]) -> None:
    run = crmkit(installed, hostile, environment, "contract", "contract")
    assert run.returncode == 0, run.stderr
    assert len(list((hostile / "contract").rglob("*.*"))) == 16
