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
    # It collects garbage several times over before the process ends.
    "unraisableexception",
    "threadexception",
)


INTERRUPTED = "the run was interrupted before its end"


class Interrupted(Exception):
    """The user has had enough."""


class RowsTold:
    """Makes rows of scenarios as they end, in the order of the scenarios, and tells each row's end to `on_row`."""

    def __init__(
        self, scenarios: Sequence[ScenarioText], selected: frozenset[Key], on_row: Callable[[RowResult], None]
    ) -> None:
        self._expected = Counter(scenario.key for scenario in scenarios)
        self._selected = selected
        self._on_row = on_row
        self._records: dict[Key, list[ScenarioRecord]] = defaultdict(list)
        self._done: dict[Key, RowResult] = {}

    def scenario(self, record: ScenarioRecord) -> None:
        """A scenario has ended."""
        key = (record.row, record.operation)
        self._records[key].append(record)
        if len(self._records[key]) == self._expected[key]:
            self._tell(of_scenarios(key, self._records[key]))

    def interrupted(self) -> None:
        """The user has had enough: rows that have begun are told as broken."""
        for key, seen in self._records.items():
            if key not in self._done:
                self._tell(broken(key, INTERRUPTED, seen))

    def results(self, reason: str) -> list[RowResult]:
        """Every row's result; those that did not come to their end are told as broken, for this reason."""
        for key in self._expected:
            if key in self._done:
                continue
            if key in self._selected:
                self._tell(broken(key, reason, self._records[key]))
            else:
                self._done[key] = not_selected(key)
        return [self._done[key] for key in self._expected]

    def _tell(self, result: RowResult) -> None:
        self._done[result.row, result.operation] = result
        self._on_row(result)


def run_features(
    run: Run,
    folder: Path,
    scenarios: Sequence[ScenarioText],
    selected: frozenset[Key],
    on_row: Callable[[RowResult], None],
) -> list[RowResult]:
    """Run the selected rows' scenarios and tell each row's end to `on_row`; every row's result in the end.

    Rows are told in the order of the scenarios. Raises Interrupted on Ctrl-C, a row that was not yet done told as
    broken.
    """
    rows = RowsTold(scenarios, selected, on_row)
    recorder = Recorder(run, selected, rows.scenario)
    code = run_pytest(features_module(folder), recorder)
    return rows_of(rows, code, recorder.collection_errors)


def rows_of(rows: RowsTold, code: int, collection_errors: Sequence[str]) -> list[RowResult]:
    """Every row's result once pytest has ended with `code`. Raises Interrupted."""
    if code == pytest.ExitCode.INTERRUPTED and not collection_errors:
        rows.interrupted()
        raise Interrupted
    return rows.results(collection_errors[0] if collection_errors else f"pytest ended with {code!r}")


def features_module(folder: Path) -> Path:
    """What pytest collects the scenarios of the rows from."""
    return folder / "test_features.py"


def break_all(selected: Iterable[Key], keys: Iterable[Key], reason: str) -> list[RowResult]:
    """The results of a run that could not begin."""
    wanted = frozenset(selected)
    return [broken(key, reason) if key in wanted else not_selected(key) for key in keys]


def run_pytest(module: Path, *plugins: object) -> int:
    """Run the scenarios that a module collects, with a Recorder among the plugins; pytest's exit code."""
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
        return int(pytest.main(options, plugins=list(plugins)))


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
