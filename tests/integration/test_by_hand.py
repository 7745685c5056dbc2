"""A target without a control API: what a profile, the interface and a person make of it.

The reference adapter is the target. Its control API is the person's tool, and its journal shows that the kit itself
never calls it.
"""

from __future__ import annotations

import csv
import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from adapter_processes import Adapter
from scripted_person import USER_AGENT, Attended, Operator, attend
from verify_command import verify

from crmkit.launcher.ports import pick_free
from crmkit.profile.sheet import USAGE_POINTS

# Rows that count what is stored on a usage point, or find nothing there; and some of every other operation.
_AGAIN = "5.1-05,5.1-06,6.1-04,6.1-08,6.1-13,7.1-01,8.1-03,9.1-01"


@dataclass(frozen=True)
class Target:
    """An adapter of which the kit is told nothing but what a profile says."""

    adapter: Adapter
    town: Path
    landbase_port: int
    ivr_port: int

    def profile(self, folder: Path, *fixtures: str) -> Path:
        """A profile without a control API."""
        lines = [
            "[target]",
            f'base_url = "{self.adapter.base_url}"',
            "[listen.landbase]",
            f'address = "127.0.0.1:{self.landbase_port}"',
            f'town = "{self.town}"',
            "[listen.ivr]",
            f'address = "127.0.0.1:{self.ivr_port}"',
        ]
        path = folder / "profile.toml"
        path.write_text("\n".join([*lines, *fixtures]) + "\n", encoding="utf-8")
        return path

    def sheet(self) -> list[str]:
        """The sheet's blanks, filled in from the town's files."""
        wanted, taken = dict(USAGE_POINTS), set()
        lines: list[str] = []
        with (self.town / "usage_points.csv").open(encoding="utf-8") as file:
            for row in csv.DictReader(file):
                priority = int(row["priority"])
                if not wanted.get(priority) or row["transformer"] in taken:
                    continue
                wanted[priority] -= 1
                taken.add(row["transformer"])
                lines += [
                    "[[fixtures.usage_points]]",
                    f'mrid = "{row["mrid"]}"',
                    f'transformer = "{row["transformer"]}"',
                    f"priority = {priority}",
                ]
        assert not any(wanted.values())
        return lines

    def called_by(self) -> set[str]:
        """Who has called the control API, by user agent; the tests themselves left out."""
        page = self.adapter.control.ask("GET", "/journal")
        assert page["dropped"] == 0
        agents = {each["user_agent"] for each in page["items"]}
        return {agent for agent in agents if not agent.startswith("python-requests")}


@pytest.fixture(scope="module")
def target(data_directory: Callable[[str], Path]) -> Iterator[Target]:
    data = data_directory("by-hand")
    landbase, ivr = pick_free("127.0.0.1", 2)
    with Adapter(data, landbase=f"http://127.0.0.1:{landbase}", ivr=f"http://127.0.0.1:{ivr}") as adapter:
        yield Target(adapter.start(), data / "town", landbase, ivr)


@pytest.fixture(scope="module")
def attended(target: Target, tmp_path_factory: pytest.TempPathFactory) -> Attended:
    """The whole suite with a filled-in sheet and a person."""
    profile = target.profile(tmp_path_factory.mktemp("attended"), *target.sheet())
    return attend(Operator(target.adapter.control.url), "--profile", str(profile))


def test_without_fixtures_and_person_the_verdict_is_incomplete_and_says_what_to_supply(
    target: Target, tmp_path: Path
) -> None:
    run = verify("--profile", str(target.profile(tmp_path)), "--report", str(tmp_path / "report"))
    assert run.returncode == 3, run.stdout
    assert re.search(r"^incomplete: \d+ passed, \d+ could-not-test", run.stdout, re.MULTILINE), run.stdout
    report = json.loads((tmp_path / "report" / "report.json").read_text(encoding="utf-8"))
    untested = [row for row in report["results"] if row["outcome"] == "could-not-test"]
    reasons = {each["reason"] for row in untested for each in row["scenarios"] if each["outcome"] == "could-not-test"}
    assert reasons
    supply = re.compile(r"fixtures\.|\[listen\.|--interactive|target\.control")
    assert [reason for reason in reasons if not supply.search(reason)] == []
    assert target.called_by() <= {USER_AGENT}


def test_a_filled_in_sheet_and_a_person_make_it_conformant(target: Target, attended: Attended) -> None:
    assert attended.code == 0, attended.output
    verdict = re.search(r"^conformant with (\d+) attested: \d+ passed, (\d+) attested", attended.output, re.MULTILINE)
    assert verdict is not None, attended.output
    assert verdict[1] == verdict[2]
    assert target.called_by() == {USER_AGENT}


def test_what_the_interface_shows_is_asked_of_nobody(attended: Attended) -> None:
    seen = {"5.1-11", "5.1-12", "5.1-13", "5.2-05", "5.2-07", "6.1-02", "6.1-07"}
    asked = {
        question["row"]
        for question in attended.questions
        for item in question["items"]
        if "look" in item and question["row"] in seen
    }
    assert asked == set()


def test_the_same_fixtures_do_for_another_run_on_a_target_that_is_never_reset(
    target: Target, attended: Attended, tmp_path: Path
) -> None:
    assert attended.code == 0
    profile = target.profile(tmp_path, *target.sheet())
    again = attend(Operator(target.adapter.control.url), "--profile", str(profile), "--rows", _AGAIN)
    assert again.code == 0, again.output
    assert "selection passed" in again.output


def test_a_person_who_cannot_makes_rows_untestable_and_nothing_worse(target: Target, tmp_path: Path) -> None:
    profile = target.profile(tmp_path, *target.sheet())
    run = verify("--profile", str(profile), "--interactive", "--rows", "5.1-06,5.1-13")
    assert run.returncode == 3, run.stdout
    assert re.search(r"^5\.1-06 +could-not-test", run.stdout, re.MULTILINE), run.stdout
    assert re.search(r"^5\.1-13 +passed", run.stdout, re.MULTILINE), run.stdout
    assert "the input ended at question 1" in run.stdout


@pytest.mark.parametrize("way", ["--interactive", "--interactive-json"])
def test_a_person_who_does_not_answer_is_waited_for_as_long_as_the_option_says(
    target: Target, tmp_path: Path, way: str
) -> None:
    profile = target.profile(tmp_path, *target.sheet())
    command = [sys.executable, "-P", "-m", "crmkit.cli", "verify", "--profile", str(profile), "--rows", "5.1-06"]
    with subprocess.Popen(
        [*command, way, "--answer-seconds", "1"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        # Its input stays open until it has ended.
        said = process.stdout.read()
        assert process.wait(60) == 3, said
    assert re.search(r"^5\.1-06 +could-not-test", said, re.MULTILINE), said
    assert "nobody answered question 1 within 1 s" in said


@pytest.mark.parametrize("seconds", ["0", "-1", "soon", "1000000"])
def test_a_time_that_is_none_is_a_mistake(seconds: str) -> None:
    run = verify("--interactive", "--answer-seconds", seconds)
    assert run.returncode == 2, run.stdout
    assert "--answer-seconds" in run.stderr


def test_who_gives_back_what_was_asked_has_observed_nothing(target: Target, tmp_path: Path) -> None:
    profile = target.profile(tmp_path, *target.sheet())
    command = [sys.executable, "-P", "-m", "crmkit.cli", "verify", "--profile", str(profile), "--rows", "5.1-21"]
    said, problems = "", []
    with subprocess.Popen(
        [*command, "--interactive-json"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for line in process.stdout:
            if not line.startswith('{"question"'):
                said += line
                continue
            told = json.loads(line)
            answer = {"question": told["question"]}
            if "problem" in told:
                problems.append(told["problem"])
                answer["cannot"] = "nothing was looked at"
            else:
                answer["answers"] = [item["answer"] for item in told["items"]]
            print(json.dumps(answer), file=process.stdin, flush=True)
        assert process.wait(60) == 3, said
    assert any("is needed" in problem for problem in problems), said
    assert re.search(r"^5\.1-21 +could-not-test", said, re.MULTILINE), said
