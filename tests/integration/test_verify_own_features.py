"""`crmkit verify --features`: a user's own scenarios, beside the rows or instead of them."""

from __future__ import annotations

import re
import socket
from pathlib import Path

import pytest
from adapter_processes import SharedAdapter
from verify_command import verify

GOOD = """\
Feature: mine
  @smoke
  Scenario Outline: A code that is none: <code>
    When these trouble tickets are sent:
      | ticket | trouble code |
      | first  | <code>       |
    Then the reply is FAILED with these errors:
      | code | level | reason             | details                                               | {0}    | {1}   |
      | 2.7  | FATAL | InvalidTroubleCode | Invalid trouble code: {0} for trouble ticket(s): {1}. | <code> | first |
    And nothing is stored

    Examples:
      | code   |
      | Mist   |
      | Meteor |

  @ChangedTroubleTickets
  Scenario: A remark
    Given these trouble tickets have been created:
      | ticket |
      | first  |
    When these trouble tickets are changed:
      | ticket | comment |
      | first  | Hail    |
    Then the reply is OK without errors
    And these tickets are changed, and nothing else:
      | ticket | comment |
      | first  | Hail    |
"""
WRONG = """\
Feature: mine, wrong
  @5.1-13
  Scenario: A good code is refused
    When these trouble tickets are sent:
      | ticket |
      | first  |
    Then the reply is FAILED without errors
"""
MISTAKEN = GOOD.replace("nothing is stored", "nothing is storred").replace("@ChangedTroubleTickets", "@Changed")


@pytest.fixture
def against(running_stack: SharedAdapter) -> list[str]:
    running_stack.control.reset()
    return ["--target", running_stack.base_url, "--control", running_stack.control.url]


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    """A folder with a good feature, and with what must never be loaded."""
    folder = tmp_path / "my [own] features"
    (folder / "below").mkdir(parents=True)
    (folder / "below" / "good.feature").write_text(GOOD, encoding="utf-8")
    for name in ("conftest.py", "test_features.py", "sitecustomize.py", "below/conftest.py"):
        (folder / name).write_text("raise SystemExit('a module of the folder was read')\n", encoding="utf-8")
    (folder / "pytest.ini").write_text("[pytest]\naddopts = --collect-only --nonsense\n", encoding="utf-8")
    return folder


def test_own_scenarios_instead_of_the_rows(against: list[str], mine: Path) -> None:
    run = verify(*against, "--features", str(mine), "--only-features", cwd=mine)
    assert run.returncode == 0, run.stdout + run.stderr
    assert run.stdout.splitlines()[-1] == "own scenarios passed: 87 not-selected; own scenarios: 3 passed"
    titles = [line.split(" s  ")[1] for line in run.stdout.splitlines() if line.startswith("own  ")]
    place = "below/good.feature"
    assert titles == [
        f"A code that is none: Mist ({place}:3)",
        f"A code that is none: Meteor ({place}:3)",
        f"A remark ({place}:18)",
    ]


def test_own_scenarios_beside_rows_change_no_row(against: list[str], mine: Path) -> None:
    (mine / "wrong.feature").write_text(WRONG, encoding="utf-8")
    run = verify(*against, "--features", str(mine), "--rows", "5.1-13", cwd=mine)
    assert run.returncode == 1, run.stdout + run.stderr
    assert "selection passed, own scenarios failed: 1 passed, 86 not-selected" in run.stdout
    assert "own scenarios: 3 passed, 1 failed" in run.stdout
    assert "5.1-13  passed" in run.stdout
    assert "│ FAILED   │ OK       │" in run.stdout


def test_what_own_scenarios_need_and_is_not_there_makes_them_incomplete(
    running_stack: SharedAdapter, mine: Path
) -> None:
    down = GOOD.replace("  Scenario: A remark\n", "  Scenario: A remark\n    Given the landbase is down\n")
    (mine / "below" / "good.feature").write_text(down, encoding="utf-8")
    run = verify("--target", running_stack.base_url, "--features", str(mine), "--only-features")
    assert run.returncode == 3, run.stdout + run.stderr
    assert re.search(r"own scenarios incomplete: 87 not-selected; own scenarios: .*1 could-not-test", run.stdout)


def test_a_mistake_that_only_shows_in_the_run_is_the_scenarios_error(against: list[str], mine: Path) -> None:
    """Nothing is held against the target."""
    text = GOOD.replace("| first  | Hail    |\n    Then", "| second | Hail    |\n    Then")
    (mine / "below" / "good.feature").write_text(text, encoding="utf-8")
    run = verify(*against, "--features", str(mine), "--only-features")
    assert run.returncode == 4, run.stdout + run.stderr
    assert "own scenarios incomplete: 87 not-selected; own scenarios: 2 passed, 1 error" in run.stdout
    assert "'second'" in run.stdout


def test_mistakes_are_told_by_line_before_anything_is_sent(mine: Path) -> None:
    (mine / "below" / "good.feature").write_text(MISTAKEN, encoding="utf-8")
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.setblocking(False)
        run = verify("--target", f"http://127.0.0.1:{listening.getsockname()[1]}", "--features", str(mine))
        with pytest.raises(BlockingIOError):
            listening.accept()
    assert run.returncode == 2, run.stdout + run.stderr
    assert run.stdout == ""
    place = mine / "below" / "good.feature"
    step, tag = run.stderr.splitlines()
    assert step.startswith(f"crmkit verify: {place}:10: there is no sentence 'nothing is storred'")
    assert tag.startswith(f"crmkit verify: {place}:18: @Changed names no operation")


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--features", "{here}/none"], "no such folder"),
        (["--features", "{here}"], "no file named *.feature"),
        (["--only-features"], "name it with --features DIR"),
        (["--features", "{here}", "--only-features", "--rows", "5.1-13"], "--only-features runs no rows"),
    ],
)
def test_a_usage_mistake_is_one_clear_line(options: list[str], says: str, tmp_path: Path) -> None:
    run = verify(*(option.format(here=tmp_path) for option in options))
    assert run.returncode == 2
    (line,) = run.stderr.splitlines()
    assert line.startswith("crmkit verify: ")
    assert says in line
