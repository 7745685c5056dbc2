"""What scenarios and their features are called in a report."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from crmkit.evidence.scenarios import Place
from crmkit.suite.running.feature_files import STORY_TAG, ScenarioText
from crmkit.suite.running.recording import ScenarioRecord

_OURS, _OWN = "features", "own"
_LAST = 1 << 30


class FeatureNames:
    """Gives each record the scenario that it is of. Paths are those in the kit, or in the user's folder: no others."""

    def __init__(
        self,
        folder: Path,
        scenarios: Sequence[ScenarioText],
        own_folder: Path | None = None,
        own_scenarios: Sequence[ScenarioText] = (),
    ) -> None:
        self._roots = [(folder.resolve(), _OURS)]
        if own_folder is not None:
            self._roots.append((own_folder.resolve(), _OWN))
        self._files: dict[str, Path] = {}
        self._by_row: dict[tuple[str, str], set[str]] = {}
        self._rows = self._places(scenarios, is_own=False)
        self._own = self._places(own_scenarios, is_own=True)
        self._positions = {place.id: number for number, (place, _) in enumerate([*self._rows, *self._own])}
        self._taken: set[str] = set()
        self._unknown = 0

    def of_row(self, record: ScenarioRecord) -> Place:
        """The place of a row's scenario."""
        return self._find(record, self._rows, _stem(record.row, record.operation))

    def own(self, record: ScenarioRecord) -> Place:
        """The place of one of the user's scenarios."""
        return self._find(record, self._own, _OWN)

    def position(self, scenario: str) -> int:
        """How many scenarios stand before the one of this id."""
        return self._positions.get(scenario, _LAST)

    def texts(self, rows: Iterable[tuple[str, str]]) -> dict[str, str]:
        """The features that these rows are from, and all of the user's, by path."""
        wanted = {name for row in rows for name in self._by_row.get(row, ())}
        wanted |= {place.feature for place, _ in self._own}
        return {
            name: self._files[name].read_text(encoding="utf-8")
            for name in sorted(wanted)
            if self._files[name].is_file()
        }

    def _places(self, scenarios: Sequence[ScenarioText], is_own: bool) -> list[tuple[Place, ScenarioText]]:
        found, counts = [], dict[str, int]()
        for scenario in scenarios:
            name = self._name(scenario.file)
            stem = f"{_OWN}-{_plain(Path(name).stem)}" if is_own else _stem(*scenario.key)
            counts[stem] = counts.get(stem, 0) + 1
            if not is_own:
                self._by_row.setdefault(scenario.key, set()).add(name)
            found.append((Place(f"{stem}-{counts[stem]}", name, scenario.line), scenario))
        return found

    def _find(self, record: ScenarioRecord, places: Sequence[tuple[Place, ScenarioText]], stem: str) -> Place:
        steps = [(step.text, step.table) for step in record.steps]
        alike = [
            (place, text)
            for place, text in places
            if place.id not in self._taken
            and text.title == record.title
            and (not record.file or self._name(Path(record.file)) == place.feature)
        ]
        # Examples of an outline may share a title; a scenario that was never begun has no steps.
        exact = [place for place, text in alike if [(step.text, step.table) for step in text.steps] == steps]
        found = exact or ([] if steps else [place for place, _ in alike])
        if found:
            self._taken.add(found[0].id)
            return found[0]
        self._unknown += 1
        return Place(f"{stem}-other-{self._unknown}", self._name(Path(record.file)), record.line)

    def _name(self, file: Path) -> str:
        for root, called in self._roots:
            if file.resolve().is_relative_to(root):
                name = f"{called}/{file.resolve().relative_to(root).as_posix()}"
                self._files[name] = file
                return name
        return file.name


def _stem(row: str, operation: str) -> str:
    return row if row == STORY_TAG else f"{row}-{_plain(operation)}"


def _plain(word: str) -> str:
    """Fit for a file's name."""
    return "".join(letter if letter.isascii() and letter.isalnum() else "_" for letter in word)
