"""A user's own features, read for a run."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from crmkit.suite.running.feature_files import ScenarioText, parse_feature
from crmkit.suite.running.own_mistakes import mistakes_in


class OwnFeaturesError(Exception):
    """Features that cannot be run; a line for each mistake, `file:line: what to do`."""

    def __init__(self, lines: Iterable[str]) -> None:
        self.lines = tuple(lines)
        super().__init__("\n".join(self.lines))


def read_own_features(folder: Path) -> list[ScenarioText]:
    """Every scenario of the folder's features and of those in folders below, in the order of the files.

    Hidden folders are left out. Raises OwnFeaturesError for all mistakes at once.
    """
    if not folder.is_dir():
        raise OwnFeaturesError([f"{folder}: no such folder: name the one with your .feature files"])
    paths = [
        path
        for path in sorted(folder.rglob("*.feature"))
        if path.is_file() and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    ]
    if not paths:
        raise OwnFeaturesError([f"{folder}: there is no file named *.feature in it"])
    mistakes: list[str] = []
    found: list[ScenarioText] = []
    for path in paths:
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            mistakes.append(f"{path}: cannot be read as UTF-8 text: {error}")
            continue
        in_file = mistakes_in(path, text)
        mistakes += in_file
        if not in_file:
            found += parse_feature(path.resolve(), text)
    if mistakes:
        raise OwnFeaturesError(mistakes)
    return found
