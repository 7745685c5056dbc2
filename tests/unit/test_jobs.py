"""Scenarios spread over worker processes: what is told is what one worker would have told."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from crm_contract.contract import load_contract
from crmkit.launcher.errors import LaunchError, LaunchRefused
from crmkit.suite.access.target import Target
from crmkit.suite.errors import HarnessError
from crmkit.suite.run import Run
from crmkit.suite.running.feature_files import read_features
from crmkit.suite.running.jobs import Team
from crmkit.suite.running.results import RowResult
from crmkit.suite.running.runner import Interrupted
from crmkit.suite.running.worker import Ready

MODULE = """
import os, time
from pathlib import Path
import pytest
from pytest_bdd import given, parsers, scenarios

HERE = Path(__file__).parent
scenarios(".")

@pytest.fixture
def undone():
    yield
    (HERE / f"undone-{os.getpid()}").touch()

@given(parsers.parse("it takes {seconds:g} s"))
def takes(seconds, undone):
    began = time.monotonic()
    (HERE / f"began-{seconds}").touch()
    time.sleep(seconds)
    with (HERE / "ran").open("a") as file:
        file.write(f"{seconds} {os.getpid()} {began} {time.monotonic()}\\n")

@given("the worker dies")
def dies():
    os._exit(7)

@given("the landbase is down")
def down():
    pass
"""


def features(folder: Path, *scenarios: tuple[str, str]) -> Path:
    """A folder with a scenario of one step for each row."""
    text = "Feature: Rows\n" + "".join(
        f"\n  @{row} @CreatedTroubleTickets\n  Scenario: {row} Something {number}\n    {steps}\n"
        for number, (row, steps) in enumerate(scenarios)
    )
    (folder / "rows.feature").write_text(text)
    (folder / "test_features.py").write_text(MODULE)
    return folder


@contextmanager
def no_target(number: int = 0) -> Iterator[Run]:
    yield Run(Target(f"http://127.0.0.1:{number + 1}", load_contract()), seed=f"seed{number}")


def told(folder: Path, jobs: int, shares_target: bool = False) -> list[RowResult]:
    """What is told of every row, in the order in which it is told."""
    scenarios = read_features(folder)
    rows: list[RowResult] = []
    selected = frozenset(scenario.key for scenario in scenarios)
    workers = [partial(no_target, number) for number in range(jobs)]
    with Team(workers, folder, scenarios, selected, shares_target=shares_target) as team:
        team.run(rows.append)
    return rows


@pytest.mark.parametrize("jobs", [1, 2, 3])
def test_rows_are_told_in_their_order_whichever_ends_first(tmp_path: Path, jobs: int) -> None:
    slow_first = features(
        tmp_path,
        ("5.1-10", "Given it takes 0.3 s"),
        ("5.1-11", "Given it takes 0 s"),
        ("5.1-12", "Given nobody knows this step"),
        ("5.1-11", "Given it takes 0.01 s"),
        ("5.1-13", "Given it takes 0.02 s"),
    )
    rows = told(slow_first, jobs)
    assert [(row.row, row.outcome.value, len(row.records)) for row in rows] == [
        ("5.1-10", "passed", 1),
        ("5.1-12", "error", 1),
        ("5.1-11", "passed", 2),
        ("5.1-13", "passed", 1),
    ]
    assert [record.title for row in rows for record in row.records] == [
        "5.1-10 Something 0",
        "5.1-12 Something 2",
        "5.1-11 Something 1",
        "5.1-11 Something 3",
        "5.1-13 Something 4",
    ]


def test_several_scenarios_run_at_once(tmp_path: Path) -> None:
    told(features(tmp_path, ("5.1-10", "Given it takes 0.5 s"), ("5.1-11", "Given it takes 0.4 s")), jobs=2)
    spans = [line.split()[1:] for line in (tmp_path / "ran").read_text().splitlines()]
    (first, _, first_end), (second, second_begin, _) = spans
    assert first != second
    assert float(second_begin) < float(first_end)


def test_what_needs_a_shared_target_for_itself_runs_last_and_alone(tmp_path: Path) -> None:
    rows = told(
        features(
            tmp_path,
            ("5.1-10", "Given the landbase is down\n    And it takes 0.11 s"),
            ("5.1-11", "Given it takes 0.3 s"),
            ("5.1-12", "Given the landbase is down\n    And it takes 0.12 s"),
            ("5.1-13", "Given it takes 0.2 s"),
        ),
        jobs=2,
        shares_target=True,
    )
    assert [row.row for row in rows] == ["5.1-10", "5.1-11", "5.1-12", "5.1-13"]
    ran = [line.split() for line in (tmp_path / "ran").read_text().splitlines()]
    assert {each[0] for each in ran[:2]} == {"0.2", "0.3"}
    assert [each[0] for each in ran[2:]] == ["0.11", "0.12"]
    ends = [float(each[3]) for each in ran]
    assert float(ran[2][2]) > max(ends[:2])
    assert float(ran[3][2]) > ends[2]


def test_a_worker_that_dies_is_the_kits_fault(tmp_path: Path) -> None:
    folder = features(tmp_path, ("5.1-10", "Given the worker dies"), ("5.1-11", "Given it takes 0 s"))
    with pytest.raises(HarnessError, match=r"ended unexpectedly \(exit code 7\)"):
        told(folder, jobs=2)


@pytest.mark.parametrize("error", [LaunchRefused("no room"), LaunchError("it died"), HarnessError("not there")])
def test_a_target_that_does_not_come_about_is_told(tmp_path: Path, error: Exception) -> None:
    @contextmanager
    def failing() -> Iterator[Run]:
        raise error
        yield

    folder = features(tmp_path, ("5.1-10", "Given it takes 0 s"))
    with (
        pytest.raises(type(error), match=str(error)),
        Team([failing, no_target], folder, [], frozenset(), shares_target=False) as team,
    ):
        team.run(lambda row: None)


def test_who_is_ready_is_told(tmp_path: Path) -> None:
    folder = features(tmp_path, ("5.1-10", "Given it takes 0 s"), ("5.1-11", "Given the landbase is down"))
    scenarios = read_features(folder)
    ready: list[Ready] = []
    selected = frozenset(scenario.key for scenario in scenarios)
    with Team([no_target], folder, scenarios, selected, shares_target=False) as team:
        team.run(lambda row: None, ready.append)
    assert ready == [Ready("http://127.0.0.1:1", "seed0", (False, True))]


def test_ctrl_c_ends_the_scenarios_in_hand_and_undoes_what_they_did(tmp_path: Path) -> None:
    folder = features(
        tmp_path,
        ("5.1-10", "Given it takes 0 s"),
        ("5.1-11", "Given it takes 30 s"),
        ("5.1-12", "Given it takes 31 s"),
        ("5.1-13", "Given it takes 0.1 s"),
    )
    scenarios = read_features(folder)
    rows: list[RowResult] = []

    def press() -> None:
        deadline = time.monotonic() + 20
        while len(list(tmp_path.glob("began-3*"))) < 2 and time.monotonic() < deadline:
            time.sleep(0.01)
        os.kill(os.getpid(), signal.SIGINT)

    began = time.monotonic()
    selected = frozenset(scenario.key for scenario in scenarios)
    with Team([no_target, no_target], folder, scenarios, selected, shares_target=False) as team:
        threading.Thread(target=press).start()
        with pytest.raises(Interrupted):
            team.run(rows.append)
    assert time.monotonic() - began < 25
    assert len(list(tmp_path.glob("undone-*"))) == 2
    assert (rows[0].row, rows[0].outcome.value) == ("5.1-10", "passed")
    assert "5.1-13" not in [row.row for row in rows]
