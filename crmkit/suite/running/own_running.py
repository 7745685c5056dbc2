"""Runs scenarios of a user's own, apart from those of the rows."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import pytest

from crmkit.suite.run import Run
from crmkit.suite.running.feature_files import ScenarioText
from crmkit.suite.running.outcomes import Outcome
from crmkit.suite.running.own_tags import about
from crmkit.suite.running.recording import Recorder, ScenarioRecord
from crmkit.suite.running.runner import Interrupted, run_pytest


def run_own(
    run: Run, scenarios: Sequence[ScenarioText], on_scenario: Callable[[ScenarioRecord], None]
) -> list[ScenarioRecord]:
    """Run all of them and tell each one's end to `on_scenario`; what did not run ends in error.

    Nothing of the user's folder is read but the feature files. Raises Interrupted on Ctrl-C.
    """
    if not scenarios:
        return []
    records: list[ScenarioRecord] = []

    def on_end(record: ScenarioRecord) -> None:
        records.append(record)
        on_scenario(record)

    recorder = Recorder(run, None, on_end)
    files = list(dict.fromkeys(str(scenario.file) for scenario in scenarios))
    with tempfile.TemporaryDirectory(prefix="crmkit-own-") as folder:
        module = Path(folder) / "test_own_features.py"
        module.write_text(f"from pytest_bdd import scenarios\n\nscenarios(*{files!r})\n", encoding="utf-8")
        code = run_pytest(module, recorder)
    if code == pytest.ExitCode.INTERRUPTED and not recorder.collection_errors:
        raise Interrupted
    reason = recorder.collection_errors[0] if recorder.collection_errors else f"pytest ended with {code!r}"
    for record in broken_own(_not_run(scenarios, records), reason):
        on_end(record)
    return records


def broken_own(scenarios: Iterable[ScenarioText], reason: str) -> list[ScenarioRecord]:
    """The ends of scenarios that could not be run."""
    return [
        ScenarioRecord(
            *about(scenario.tags),
            scenario.title,
            Outcome.ERROR,
            reason=reason,
            file=str(scenario.file),
            line=scenario.line,
            tags=scenario.tags,
        )
        for scenario in scenarios
    ]


def _not_run(scenarios: Iterable[ScenarioText], records: Iterable[ScenarioRecord]) -> list[ScenarioText]:
    """By place and title: examples of an outline may share both."""
    ran = Counter((record.file, record.line, record.title) for record in records)
    missing = []
    for scenario in scenarios:
        key = str(scenario.file), scenario.line, scenario.title
        if ran[key]:
            ran[key] -= 1
        else:
            missing.append(scenario)
    return missing
