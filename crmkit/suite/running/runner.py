"""Runs the features with a pytest configuration of the kit's own, whatever lies about in the user's folders."""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from crmkit.suite.run import Run
from crmkit.suite.running.feature_files import ScenarioText
from crmkit.suite.running.recording import Recorder, ScenarioRecord
from crmkit.suite.running.results import RowResult, broken, not_selected, of_scenarios
from crmkit.suite.running.selection import Key

_OWN_INI = Path(__file__).with_name("pytest.ini")
_USERS_VARIABLES = ("PYTEST_ADDOPTS", "PYTEST_PLUGINS")
_NO_AUTOLOAD = "PYTEST_DISABLE_PLUGIN_AUTOLOAD"
_UNUSED_PLUGINS = (
    "cacheprovider",
    "terminal",
    "warnings",
    "logging",
    "doctest",
    "junitxml",
    "faulthandler",
    "stepwise",
)


INTERRUPTED = "the run was interrupted before its end"


class Interrupted(Exception):
    """The user has had enough."""


def run_features(
    run: Run,
    folder: Path,
    scenarios: Sequence[ScenarioText],
    selected: frozenset[Key],
    on_row: Callable[[RowResult], None],
) -> list[RowResult]:
    """Run the selected rows' scenarios and tell each row's end to `on_row`; every row's result in the end.

    Rows are told in the order of the scenarios. Raises Interrupted on Ctrl-C, a row that
    was not yet done told as broken.
    """
    expected = Counter(scenario.key for scenario in scenarios)
    records: dict[Key, list[ScenarioRecord]] = defaultdict(list)
    done: dict[Key, RowResult] = {}

    def on_scenario(record: ScenarioRecord) -> None:
        key = (record.row, record.operation)
        records[key].append(record)
        if len(records[key]) == expected[key]:
            done[key] = of_scenarios(key, records[key])
            on_row(done[key])

    recorder = Recorder(run, selected, on_scenario)
    code = run_pytest(folder / "test_features.py", recorder)
    if code == pytest.ExitCode.INTERRUPTED and not recorder.collection_errors:
        for key, seen in records.items():
            if key not in done:
                on_row(broken(key, INTERRUPTED, seen))
        raise Interrupted
    for key in expected:
        if key in done:
            continue
        if key not in selected:
            done[key] = not_selected(key)
            continue
        reason = recorder.collection_errors[0] if recorder.collection_errors else f"pytest ended with {code!r}"
        done[key] = broken(key, reason, records[key])
        on_row(done[key])
    return [done[key] for key in expected]


def break_all(selected: Iterable[Key], keys: Iterable[Key], reason: str) -> list[RowResult]:
    """The results of a run that could not begin."""
    wanted = frozenset(selected)
    return [broken(key, reason) if key in wanted else not_selected(key) for key in keys]


def run_pytest(module: Path, recorder: Recorder) -> int:
    """Run the scenarios that a module collects; pytest's exit code."""
    options = [
        "-c",
        str(_OWN_INI),
        f"--rootdir={_OWN_INI.parent}",
        f"--confcutdir={module.parent}",
        "--noconftest",
        "--import-mode=importlib",
        "--assert=plain",
        "--capture=no",
        *(part for name in _UNUSED_PLUGINS for part in ("-p", f"no:{name}")),
        *("-p", "pytest_bdd.plugin", "-p", "crmkit.suite.running.plugin"),
        str(module),
    ]
    with _users_pytest_forgotten():
        return int(pytest.main(options, plugins=[recorder]))


@contextmanager
def _users_pytest_forgotten() -> Iterator[None]:
    """The environment without what would change pytest's ways, restored afterwards."""
    before = {name: os.environ.get(name) for name in (*_USERS_VARIABLES, _NO_AUTOLOAD)}
    for name in _USERS_VARIABLES:
        os.environ.pop(name, None)
    os.environ[_NO_AUTOLOAD] = "1"
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
