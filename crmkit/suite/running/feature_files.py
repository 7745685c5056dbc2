"""The feature files: where they are, and what their scenarios say.

Read by Cucumber's own parser, apart from pytest-bdd: a scenario whose title stands twice, for instance, is one that
pytest-bdd drops without a word.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from gherkin.errors import CompositeParserException, ParserError
from gherkin.parser import Parser
from gherkin.pickles.compiler import Compiler

from crm_contract.ivr_use_cases import TABLE as IVR_TABLE

ADAPTER, IVR = "adapter", "ivr"
_PACKAGED = Path(__file__).parents[1] / "features"
_CHECKOUT = Path(__file__).parents[3] / "features"

# A scenario of many operations: it shows how they play together, and is no part of a row's judgement.
STORY_TAG = "story"
STORY = (STORY_TAG, "all operations")


class FeatureError(Exception):
    """A feature that cannot be run; one line, `file:line: what to do`."""


@dataclass(frozen=True)
class ScenarioStep:
    """A step with its placeholders filled; `table` is None where there is none."""

    text: str
    table: tuple[tuple[str, ...], ...] | None = None


@dataclass(frozen=True)
class ScenarioText:
    """One scenario, or one example of an outline."""

    file: Path
    line: int
    template: str
    title: str
    tags: tuple[str, ...]
    steps: tuple[ScenarioStep, ...]

    @cached_property
    def rows(self) -> tuple[str, ...]:
        """Tags that stand for rows."""
        return tuple(tag for tag in self.tags if is_row(tag))

    @cached_property
    def operations(self) -> tuple[str, ...]:
        """Tags that stand for operations."""
        return tuple(tag for tag in self.tags if not is_row(tag))

    @property
    def is_story(self) -> bool:
        """Whether it belongs to the story, and to no row."""
        return STORY_TAG in self.tags

    @property
    def key(self) -> tuple[str, str]:
        """What its outcome counts for: a row and an operation, or the story."""
        return STORY if self.is_story else (self.rows[0], self.operations[0])

    @property
    def place(self) -> str:
        """`file:line` for messages."""
        return f"{self.file.parent.name}/{self.file.name}:{self.line}"


def is_row(tag: str) -> bool:
    """Whether a tag stands for a row: of the specification's tables (`5.1-13`), or of what an IVR owes (`IVR-01`)."""
    return tag[:1].isdigit() or tag.startswith(f"{IVR_TABLE}-")


def features_directory(role: str = ADAPTER) -> Path:
    """The folder of the feature files about a role: package data of an installed kit, else the checkout's."""
    for folder in (_PACKAGED, _CHECKOUT):
        if any(folder.glob("*.feature")):
            return folder if role == ADAPTER else folder / role
    raise FeatureError(f"no feature files in {_PACKAGED} or {_CHECKOUT}: install the kit anew")


def read_features(folder: Path) -> list[ScenarioText]:
    """Every scenario of a folder's features, outlines filled in, in the order of the files. Folders in it are of other
    roles."""
    return [scenario for path in sorted(folder.glob("*.feature")) for scenario in read_feature(path)]


def read_feature(path: Path) -> list[ScenarioText]:
    """The scenarios of one file. Raises FeatureError for a file that is no Gherkin."""
    try:
        return parse_feature(path, path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise FeatureError(f"{path}: cannot be read: {error}") from error


def parse_feature(path: Path, text: str) -> list[ScenarioText]:
    """The scenarios of a feature's text; `path` is what messages call it."""
    try:
        document: Any = Parser().parse(text)
    except (CompositeParserException, ParserError) as error:
        raise FeatureError(f"{path}: {' '.join(str(error).split())}") from error
    document["uri"] = str(path)
    written = dict(_scenarios(document["feature"])) if document.get("feature") else {}
    _refuse_example_tags(path, written.values())
    pickles: list[Any] = Compiler().compile(document)
    return [_scenario(path, pickle, written[pickle["astNodeIds"][0]]) for pickle in pickles]


def tag_problems(scenarios: Iterable[ScenarioText], rows: frozenset[str], operations: frozenset[str]) -> list[str]:
    """What is wrong with tags and titles, a line each that tells the way out."""
    problems: list[str] = []
    titles: dict[tuple[Path, str], int] = {}
    for scenario in scenarios:
        problems += _problems_of(scenario, rows, operations)
        first = titles.setdefault((scenario.file, scenario.template), scenario.line)
        if first != scenario.line:
            problems.append(
                f"{scenario.place}: the title {scenario.template!r} stands in line {first} too: give it another one"
            )
    return list(dict.fromkeys(problems))


def _problems_of(scenario: ScenarioText, rows: frozenset[str], operations: frozenset[str]) -> Iterator[str]:
    if twice := [tag for number, tag in enumerate(scenario.tags) if tag in scenario.tags[:number]]:
        yield f"{scenario.place}: @{twice[0]} stands twice: once is enough"
    if scenario.is_story:
        if len(scenario.tags) > 1:
            yield f"{scenario.place}: a scenario of the story has no row and no operation: leave @{STORY_TAG} alone"
        return
    for tag in scenario.rows:
        if tag not in rows:
            yield f"{scenario.place}: @{tag} names no row of the catalogue: correct the tag"
    for tag in scenario.operations:
        if tag not in operations:
            yield f"{scenario.place}: @{tag} names no operation: use one of {', '.join(sorted(operations))}"
    if len(scenario.rows) != 1 or len(scenario.operations) != 1:
        yield (
            f"{scenario.place}: a scenario has one tag for its row and one for its operation, "
            f"such as @5.1-13 @CreatedTroubleTickets; this one has {' '.join('@' + t for t in scenario.tags) or 'none'}"
        )
    elif not scenario.title.startswith(f"{scenario.rows[0]} "):
        yield f"{scenario.place}: the title begins with the row: {scenario.rows[0]} {scenario.template}"


def _scenarios(feature: Any) -> Iterator[tuple[str, Any]]:
    for child in feature["children"]:
        if "scenario" in child:
            yield child["scenario"]["id"], child["scenario"]
        elif "rule" in child:
            yield from _scenarios(child["rule"])


def _refuse_example_tags(path: Path, scenarios: Iterable[Any]) -> None:
    for scenario in scenarios:
        for examples in scenario["examples"]:
            if examples["tags"]:
                line = examples["location"]["line"]
                raise FeatureError(f"{path.parent.name}/{path.name}:{line}: tags belong to a scenario, not to Examples")


def _scenario(path: Path, pickle: Any, written: Any) -> ScenarioText:
    return ScenarioText(
        file=path,
        line=written["location"]["line"],
        template=written["name"],
        title=pickle["name"],
        tags=tuple(tag["name"].removeprefix("@") for tag in pickle["tags"]),
        steps=tuple(ScenarioStep(step["text"], _table(step)) for step in pickle["steps"]),
    )


def _table(step: Any) -> tuple[tuple[str, ...], ...] | None:
    table = step.get("argument", {}).get("dataTable")
    if table is None:
        return None
    return tuple(tuple(cell["value"] for cell in row["cells"]) for row in table["rows"])
