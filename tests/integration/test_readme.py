"""What the README prints works as printed."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from crmkit.commands import up
from crmkit.launcher.options import StackOptions
from crmkit.launcher.stack import Stack, StackUrls

BLOCK_ENDS = "--- end of block"
README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Checkout:
    """A folder where the README's commands find what they find in a checkout, and servers on a new data directory."""

    folder: Path
    urls: StackUrls

    def here(self, text: str) -> str:
        """A text of the README with the ports of these servers in it."""
        for port, url in {8080: self.urls.soap, 8081: self.urls.control}.items():
            text = text.replace(f"http://127.0.0.1:{port}", url)
        return text


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checkout]:
    folder = tmp_path_factory.mktemp("readme")
    (folder / ".venv").symlink_to(Path(sys.prefix))
    with Stack(StackOptions(data=folder / "crmkit-data" / "tour")) as urls:
        yield Checkout(folder, urls)


@pytest.fixture
def checkout(running: Checkout) -> Checkout:
    """Servers with an empty store."""
    requests.post(f"{running.urls.control}/reset", timeout=30).raise_for_status()
    return running


def tour() -> list[tuple[str, str]]:
    """The tour's blocks, each with what it is said to print."""
    start = README.index("## A tour in ten minutes")
    section = README[start : README.index("\n## ", start)]
    found = re.findall(r"^```(\w+)\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)
    steps: list[tuple[str, str]] = []
    for language, text in found:
        if language == "text":
            command, printed = steps.pop()
            assert not printed
            steps.append((command, text))
        else:
            assert language == "sh"
            steps.append((text, ""))
    return steps


def test_the_tour_prints_what_it_says(checkout: Checkout) -> None:
    """All blocks in one bash, fed to it as a terminal would: line after line."""
    steps = tour()
    assert len(steps) > 5
    pasted = "".join(f"{command}echo {BLOCK_ENDS}\n" for command, _ in steps)
    run = subprocess.run(
        ["bash", "--norc", "-s"],
        input=checkout.here(pasted),
        cwd=checkout.folder,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (run.returncode, run.stderr) == (0, "")
    *printed, rest = run.stdout.split(f"{BLOCK_ENDS}\n")
    assert rest == ""
    assert list(map(without_ids, printed)) == [without_ids(said) for _, said in steps]


def without_ids(text: str) -> str:
    return re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "(an id)", text)


def test_the_urls_are_those_of_crmkit_up() -> None:
    """The tour takes the servers to be at the ports that `crmkit up` opens unless told otherwise."""
    for port in (up.SOAP_PORT, up.CONTROL_PORT, up.LANDBASE_PORT, up.IVR_PORT):
        assert f"| `http://127.0.0.1:{port}` |" in README


def test_the_example_of_an_incident_works(checkout: Checkout) -> None:
    (line,) = [each for block in blocks("sh") for each in block.splitlines() if "/incidents -H" in each]
    run = subprocess.run(["bash", "-c", checkout.here(line)], capture_output=True, text=True, timeout=60, check=True)
    assert json.loads(run.stdout)["device"] == "TRF-001-01-01"


def test_the_stock_zeep_script_creates_a_ticket(checkout: Checkout, tmp_path: Path) -> None:
    (script,) = blocks("python")
    path = tmp_path / "ticket.py"
    path.write_text(script, encoding="utf-8")
    command = [sys.executable, str(path), checkout.urls.soap]
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
