"""docs/for-vendors.md, followed literally: the reference adapter is "your system"."""

from __future__ import annotations

import os
import re
import shutil
import sys
import tomllib
from pathlib import Path

import pytest
from adapter_processes import SharedAdapter
from followed_page import DOCS, Block, blocks_of, follow
from test_wheel import wheel as wheel

from crmkit.profile.model import Profile
from crmkit.suite.running.outcomes import ExitCode, Outcome

PAGE = (DOCS / "for-vendors.md").read_text(encoding="utf-8")
BLOCKS = blocks_of(PAGE)


def here(adapter: SharedAdapter, text: str) -> str:
    """A text of the page with the ports of the servers in it."""
    served = text.replace("http://localhost:8080", adapter.base_url)
    return served.replace("http://localhost:8081", adapter.control.url)


def test_the_page_leads_from_nothing_to_a_verdict(wheel: Path, running_stack: SharedAdapter, tmp_path: Path) -> None:
    running_stack.control.reset()
    shutil.copy(wheel, tmp_path)
    # The environment that the page makes comes first, once it is there; nothing leads to the checkout.
    commands = [str(tmp_path / "kit" / "bin"), str(Path(sys.executable).parent), os.environ["PATH"]]
    environment = {"PATH": os.pathsep.join(commands), "PYTHONPATH": ""}
    install, *rest = BLOCKS
    (installed,) = follow([install], tmp_path, environment)
    if installed.returncode:
        said = f"pip cannot get at the packages here: {installed.stderr[-1000:]}"
        (pytest.fail if os.environ.get("CRMKIT_REQUIRE_FOREIGN_STACK") else pytest.skip)(said)
    runs = follow(rest, tmp_path, environment, lambda text: here(running_stack, text))
    assert [(run.args[-1].split()[1:3], run.returncode) for run in runs] == [
        (["profile", "init"], 0),
        (["profile", "check"], 0),
        (["verify", "--profile"], 3),
        (["profile", "sheet"], 0),
        (["verify", "--profile"], 0),
        (["verify", "--profile"], 0),
        (["report", "redact"], 0),
    ]
    for folder in ("first", "second", "third", "to-be-shared"):
        assert "</html>" in (tmp_path / folder / "report.html").read_text(encoding="utf-8")
    assert "UP-" not in (tmp_path / "sheet.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "block", [each for each in BLOCKS if each.language == "toml"], ids=lambda each: each.file or ""
)
def test_what_the_page_says_of_profiles_is_so(block: Block) -> None:
    """Whole ones, and what is to be added to one."""
    added = "" if block.file else '[target]\nbase_url = "http://localhost:8080"\n'
    Profile.model_validate(tomllib.loads(added + block.text))


def test_the_tables_are_complete() -> None:
    outcomes = re.findall(r"^\| ([a-z-]+) \|", PAGE, re.MULTILINE)
    assert sorted(each for each in outcomes if each != "outcome") == sorted(outcome.value for outcome in Outcome)
    codes = [int(code) for code in re.findall(r"^\| (\d+) \|", PAGE, re.MULTILINE)]
    assert codes == [int(code) for code in ExitCode]
