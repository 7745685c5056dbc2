"""Steps are found as pytest-bdd finds them, and looked up once for each sentence."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from crmkit.suite.running import step_lookup

MODULE = """
from pytest_bdd import given, parsers, scenarios, step, then
scenarios("rows.feature")
log = []

@given("a lamp")
def lamp(): log.append("lamp")

@step("a lamp is there")
def any_keyword(): log.append("any")

@given(parsers.parse("{count:d} lamps"))
def lamps(count): log.append(count)

@then(parsers.parse("{what} shines"))
def shines(what): log.append(what)
"""
FEATURE = """Feature: Lamps
  Scenario: One
    Given a lamp
    And 3 lamps
    And a lamp is there
    Then it shines
  Scenario: Two
    Given a lamp
    And 4 lamps
    And a lamp is there
    Then it shines
  Scenario: Nobody knows
    Given it shines
"""


class Watch:
    """Counts how often all functions are gone through, and compares every answer with pytest-bdd's own."""

    def __init__(self, original: Any) -> None:
        self.original = original
        self.whole = 0
        self.looked_up = 0
        self.failed: list[str] = []
        self.log: list[Any] = []

    def all(self, **asked: Any) -> list[Any]:
        self.whole += 1
        return list(self.original(**asked))

    def look_up(self, **asked: Any) -> list[Any]:
        found = list(step_lookup.look_up(**asked))
        self.looked_up += 1
        assert found == list(self.original(**asked))
        return found

    def pytest_runtest_logreport(self, report: Any) -> None:
        if report.failed:
            self.failed.append(report.nodeid.rsplit("::", 1)[-1])

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        self.log = session.items[0].module.log  # type: ignore[attr-defined]


def test_the_same_is_found_with_less_ado(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "rows.feature").write_text(FEATURE)
    (tmp_path / "test_lamps.py").write_text(MODULE)
    bdd = import_module("pytest_bdd.scenario")
    watch = Watch(step_lookup._look_up_all)
    monkeypatch.setattr(step_lookup, "_look_up_all", watch.all)
    monkeypatch.setattr(bdd, "find_fixturedefs_for_step", watch.look_up)
    options = ["-q", "-p", "no:cacheprovider", "--import-mode=importlib", f"--rootdir={tmp_path}", str(tmp_path)]
    pytest.main(options, plugins=[watch])
    assert watch.log == ["lamp", 3, "any", "it", "lamp", 4, "any", "it"]
    assert watch.failed == ["test_nobody_knows"]
    # Six sentences, of which those of the second scenario but one had been looked up before.
    assert watch.whole == 6
    assert watch.looked_up > watch.whole
