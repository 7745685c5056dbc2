"""The features of a report as Cucumber's parser sees them, and which pickle each scenario was."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, cast

from gherkin.ast_builder import AstBuilder
from gherkin.errors import CompositeParserException, ParserError
from gherkin.parser import Parser
from gherkin.pickles.compiler import Compiler
from gherkin.stream.id_generator import IdGenerator

from crmkit.evidence.document import Document, RowEntry, ScenarioEntry
from crmkit.evidence.gherkin_text import feature_text

Pickle = dict[str, Any]


class Features:
    """The features that a report carries, parsed, in the order of their paths."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._ids = IdGenerator()
        self.sources: list[tuple[str, str, dict[str, Any]]] = []
        self.pickles: list[Pickle] = []
        self._free: list[Pickle] = []
        for path, text in sorted(texts.items()):
            self.add(path, text)

    def add(self, path: str, text: str) -> list[Pickle]:
        """Take a feature in; nothing comes of one that is no Gherkin."""
        try:
            document: dict[str, Any] = cast(Any, Parser(AstBuilder(self._ids)).parse(text))
        except (CompositeParserException, ParserError):
            return []
        document["uri"] = path
        pickles: list[Pickle] = cast(Any, Compiler(self._ids).compile(cast(Any, document)))
        self.sources.append((path, text, document))
        self.pickles += pickles
        self._free += pickles
        return pickles

    def of_scenario(self, scenario: ScenarioEntry) -> Pickle:
        """The pickle that a scenario was, each only once; one made from the recorded steps where there is none."""
        alike = [p for p in self._free if p["uri"] == scenario.feature and p["name"] == scenario.title]
        exact = [p for p in alike if _steps_of(p) == _recorded(scenario)]
        # A scenario that was never begun has no steps to tell its like by.
        found = exact or ([] if scenario.steps else alike)
        if not found:
            path = f"recorded/{scenario.id}.feature"
            found = self.add(path, feature_text("Recorded", [scenario])) or self.add(path, _bare(scenario))
        self._free.remove(found[0])
        return found[0]

    def never_begun(self, row: RowEntry) -> Iterator[Pickle]:
        """The pickles of a row of which no scenario tells."""
        wanted = {f"@{row.row}"} if row.table == "" else {f"@{row.row}", f"@{row.operation}"}
        for pickle in [p for p in self._free if wanted == {tag["name"] for tag in p["tags"]}]:
            self._free.remove(pickle)
            yield pickle


class Cases:
    """What ran, or should have run, as pairs of a scenario and its pickle."""

    def __init__(self, document: Document) -> None:
        self.features = Features(document.features)
        self.pairs: list[tuple[ScenarioEntry, Pickle]] = []
        rows = [*document.results, *([document.story] if document.story else [])]
        scenarios = [scenario for row in rows for scenario in row.scenarios] + document.own_scenarios
        self.pairs += [(scenario, self.features.of_scenario(scenario)) for scenario in scenarios]
        for row in rows:
            if row.outcome in ("error", "could-not-test", "not-applicable"):
                self.pairs += [(_unbegun(row, pickle), pickle) for pickle in self.features.never_begun(row)]


def _unbegun(row: RowEntry, pickle: Pickle) -> ScenarioEntry:
    return ScenarioEntry(
        id=pickle["id"],
        title=pickle["name"],
        feature=pickle["uri"],
        line=1,
        tags=[],
        outcome=row.outcome,
        reason=row.reason,
        seconds=0.0,
    )


def _steps_of(pickle: Pickle) -> list[tuple[str, list[list[str]] | None]]:
    return [(step["text"], _table(step)) for step in pickle["steps"]]


def _table(step: Pickle) -> list[list[str]] | None:
    table = step.get("argument", {}).get("dataTable")
    return None if table is None else [[cell["value"] for cell in row["cells"]] for row in table["rows"]]


def _recorded(scenario: ScenarioEntry) -> list[tuple[str, list[list[str]] | None]]:
    return [(step.text, step.table or None) for step in scenario.steps]


def _bare(scenario: ScenarioEntry) -> str:
    """For steps that Gherkin cannot say: the title alone."""
    return f"Feature: Recorded\n\n  Scenario: {' '.join(scenario.title.split())}\n"
