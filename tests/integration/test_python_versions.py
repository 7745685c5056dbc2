"""The adapter answers a message on every supported Python that is on this machine.

An interpreter that is not here is skipped. One that is here and cannot be given the packages is skipped with the
reason, and fails where CRMKIT_REQUIRE_FOREIGN_STACK is set.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from adapter_processes import Adapter
from raw_http import get, raw_post
from soap_messages import create_message, read_fault, read_reply

ROOT = Path(__file__).parents[2]
CONSTRAINTS = ROOT / "constraints.txt"
# What the adapter imports; the test kit around it needs more.
PACKAGES = (
    "cachetools",
    "fastapi",
    "granian",
    "legacy-cgi; python_version >= '3.13'",
    "lxml",
    "orjson",
    "pydantic",
    "pyproj",
    "requests",
    "spyne",
    "sqlalchemy",
    "tzdata",
    "uuid-utils",
    "uvicorn",
    "zeep",
)
VERSIONS = ("3.11", "3.12", "3.13")
INSTALL_SECONDS = 400


def answers(command: str, version: str) -> bool:
    """Whether this is that Python."""
    try:
        run = subprocess.run([command, "--version"], capture_output=True, text=True, timeout=30, check=False)
    except OSError:
        return False
    return run.returncode == 0 and run.stdout.startswith(f"Python {version}.")


def of_the_version_manager(version: str) -> str | None:
    """The newest such Python that pyenv has, whether it is selected or not."""
    if (pyenv := shutil.which("pyenv")) is None:
        return None
    listed = subprocess.run([pyenv, "versions", "--bare"], capture_output=True, text=True, timeout=30, check=False)
    patches = [int(patch) for patch in re.findall(rf"^{re.escape(version)}\.(\d+)$", listed.stdout, re.MULTILINE)]
    if not patches:
        return None
    name = f"{version}.{max(patches)}"
    where = subprocess.run([pyenv, "prefix", name], capture_output=True, text=True, timeout=30, check=False)
    return str(Path(where.stdout.strip()) / "bin" / "python") if where.returncode == 0 else None


def interpreter(version: str) -> str | None:
    """A Python of this version, None when there is none."""
    if answers(sys.executable, version):
        return sys.executable
    for command in (shutil.which(f"python{version}"), of_the_version_manager(version)):
        if command and answers(command, version):
            return command
    return None


def environment_of(python: str, version: str, cache: Path) -> tuple[str, str]:
    """The Python of a virtual environment with the adapter's packages; why not, where it cannot be made."""
    told = subprocess.run([python, "-VV"], capture_output=True, text=True, timeout=30, check=True).stdout
    key = hashlib.sha256("\n".join([told, *PACKAGES]).encode() + CONSTRAINTS.read_bytes()).hexdigest()[:16]
    home = cache / f"{version}-{key}"
    made, stamp = home / "bin" / "python", home / "installed"
    if not stamp.exists():
        shutil.rmtree(home, ignore_errors=True)
        pip = [str(made), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-compile"]
        for command in ([python, "-m", "venv", str(home)], [*pip, "-c", str(CONSTRAINTS), *PACKAGES]):
            try:
                run = subprocess.run(command, capture_output=True, text=True, timeout=INSTALL_SECONDS, check=False)
            except (OSError, subprocess.TimeoutExpired) as error:
                return "", str(error)
            if run.returncode:
                return "", (run.stderr or run.stdout)[-1000:]
        stamp.touch()
    return str(made), ""


@pytest.fixture(scope="module")
def pythons(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[str, str]]:
    """For each version that is here a Python with the adapter's packages, or why there is none.

    The environments are made beside each other, and kept from run to run where pytest keeps a cache.
    """
    cache = getattr(request.config, "cache", None)
    kept = Path(cache.mkdir("adapter-environments")) if cache else tmp_path_factory.mktemp("environments")
    found = {version: python for version in VERSIONS if (python := interpreter(version))}

    def prepare(version: str) -> tuple[str, str]:
        python = found[version]
        return (python, "") if python == sys.executable else environment_of(python, version, kept)

    with ThreadPoolExecutor(len(VERSIONS)) as pool:
        return dict(zip(found, pool.map(prepare, found), strict=True))


@pytest.mark.parametrize("version", VERSIONS)
def test_the_adapter_answers_a_message(
    version: str, pythons: dict[str, tuple[str, str]], data_directory: Callable[[str], Path]
) -> None:
    if version not in pythons:
        pytest.skip(f"there is no Python {version} here")
    python, why_not = pythons[version]
    if why_not:
        said = f"Python {version} is here, but its packages cannot be installed: {why_not}"
        (pytest.fail if os.environ.get("CRMKIT_REQUIRE_FOREIGN_STACK") else pytest.skip)(said)
    with Adapter(data_directory(version), python=python, environment={"PYTHONPATH": str(ROOT)}) as adapter:
        adapter.start()
        reply = read_reply(raw_post(adapter.url, create_message("a", "b")).body)
        assert (reply.result, [entry.name for entry in reply.entries]) == ("OK", ["a", "b"])
        assert adapter.control.names() == ["a", "b"]
        assert read_fault(raw_post(adapter.url, b"").body).code == "Client"
        assert get(f"{adapter.url}?wsdl").status == 200
        assert "Traceback" not in adapter.log("soap") + adapter.log("background")
