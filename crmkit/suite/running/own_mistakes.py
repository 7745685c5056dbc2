"""What is wrong with a feature file of a user's own: known before anything is sent."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from gherkin.errors import CompositeParserException, ParserError
from gherkin.parser import Parser
from gherkin.pickles.compiler import Compiler
from pytest_bdd import parsers

from crmkit.suite.errors import HarnessError
from crmkit.suite.otherwise import Otherwise
from crmkit.suite.running.own_tags import problems_of_tags
from crmkit.suite.steps.columns import columns_of
from crmkit.suite.steps.sentences import Sentence, all_sentences

_KEYWORDS = {"Context": "Given", "Action": "When", "Outcome": "Then"}


def mistakes_in(path: Path, text: str) -> list[str]:
    """What is wrong with a file, a line each, in the order of the file."""
    try:
        document: Any = Parser().parse(text)
    except (CompositeParserException, ParserError) as error:
        # The first one: the parser stumbles over every line after it.
        return [_unparsed(path, (getattr(error, "errors", None) or [error])[0])]
    feature = document.get("feature")
    if feature is None:
        return [f"{path}:1: there is no Feature in it"]
    document["uri"] = str(path)
    found: list[tuple[int, str]] = []
    scenarios = dict(_scenarios(feature))
    found += _problems_of_backgrounds(feature)
    pickles: list[Any] = Compiler().compile(document)
    for pickle in pickles:
        tags = [tag["name"].removeprefix("@") for tag in pickle["tags"]]
        found += [(_line(scenarios, pickle), what) for what in problems_of_tags(tags)]
    found += _problems_of_scenarios(scenarios, pickles)
    lines = {step["id"]: step for step in _steps(feature)}
    for pickle in pickles:
        found += _problems_of_steps(pickle, lines, _line(scenarios, pickle))
    if not scenarios:
        found.append((1, "there is no Scenario in it"))
    return list(dict.fromkeys(f"{path}:{line}: {what}" for line, what in sorted(found)))


def _line(scenarios: dict[str, Any], pickle: Any) -> int:
    """Where a scenario begins; a pickle of an outline is in the line of its example."""
    line: int = scenarios[pickle["astNodeIds"][0]]["location"]["line"]
    return line


def _unparsed(path: Path, error: Any) -> str:
    location = getattr(error, "location", None) or {"line": 1}
    said = " ".join(str(error).split()).partition("): ")[2] or " ".join(str(error).split())
    return f"{path}:{location['line']}: no Gherkin: {said}"


def _problems_of_scenarios(scenarios: dict[str, Any], pickles: Sequence[Any]) -> Iterator[tuple[int, str]]:
    titles: dict[str, int] = {}
    compiled = {pickle["astNodeIds"][0] for pickle in pickles}
    for key, scenario in scenarios.items():
        line = scenario["location"]["line"]
        first = titles.setdefault(scenario["name"], line)
        if first != line:
            yield line, f"the title {scenario['name']!r} stands in line {first} too: give it another one"
        if not scenario["name"].strip():
            yield line, "a scenario needs a title"
        for examples in scenario["examples"]:
            if examples["tags"]:
                yield examples["location"]["line"], "tags belong to a scenario, not to Examples"
            if not examples.get("tableBody"):
                yield examples["location"]["line"], "there is no example in it: add a row, or take it away"
        if not scenario["steps"]:
            yield line, "there is no step in it"
            continue
        if key not in compiled and not scenario["examples"]:
            yield line, "an outline needs Examples"
        yield from _problem_of_first(scenario["steps"])


def _problems_of_backgrounds(feature: Any) -> Iterator[tuple[int, str]]:
    for child in feature["children"]:
        if "background" in child:
            yield from _problem_of_first(child["background"]["steps"])
        elif "rule" in child:
            yield from _problems_of_backgrounds(child["rule"])


def _problem_of_first(steps: Sequence[Any]) -> Iterator[tuple[int, str]]:
    if steps and steps[0]["keywordType"] not in _KEYWORDS:
        yield steps[0]["location"]["line"], "the first step begins with Given, When or Then"


def _problems_of_steps(pickle: Any, written: dict[str, Any], line_of_scenario: int) -> Iterator[tuple[int, str]]:
    keyword = ""
    asked = False
    for step in pickle["steps"]:
        node = written[step["astNodeIds"][0]]
        keyword = _KEYWORDS.get(step["type"], keyword)
        asked |= keyword == "Then"
        line = node["location"]["line"]
        yield from ((line, what) for what in _problems_of_step(keyword, step))
    if pickle["steps"] and not asked:
        yield line_of_scenario, "there is no Then in it: nothing would be judged"


def _problems_of_step(keyword: str, step: Any) -> Iterator[str]:
    text = step["text"]
    matching = [sentence for sentence in all_sentences() if _named(sentence, text) is not None]
    fitting = [sentence for sentence in matching if sentence.keyword == keyword]
    if not fitting:
        yield _unknown(keyword, text, matching)
        return
    argument = step.get("argument", {})
    if "docString" in argument:
        yield "no sentence takes a text in quotes below it: take it away"
    has_table = "dataTable" in argument
    if text.endswith(":") and not has_table:
        yield "this sentence needs a table below it: docs/steps.md names the columns"
    if has_table and not text.endswith(":"):
        yield "this sentence takes no table: take it away"
    if has_table:
        yield from _problems_of_columns(fitting, argument["dataTable"])
    for sentence in fitting:
        how = (_named(sentence, text) or {}).get("how")
        if how is not None and sentence.text.endswith(":"):
            try:
                Otherwise.of(how)
            except HarnessError as error:
                yield str(error)


def _problems_of_columns(fitting: Sequence[Sentence], table: Any) -> Iterator[str]:
    header = [cell["value"] for cell in table["rows"][0]["cells"]]
    if twice := [name for number, name in enumerate(header) if name in header[:number]]:
        yield f"the column {twice[0]!r} stands twice: once is enough"
    known = [columns_of(sentence.text) for sentence in fitting]
    if None in known or any(set(header) <= set(columns or ()) for columns in known):
        return
    # A sentence without further words is the one that is meant.
    columns = known[0] or ()
    wrong = next(name for name in header if name not in columns)
    yield f"there is no column {wrong!r} in this table; known are {', '.join(columns)}"


def _unknown(keyword: str, text: str, matching: Sequence[Sentence]) -> str:
    if matching:
        return f"{text!r} is a {matching[0].keyword} sentence, not a {keyword} one"
    close = difflib.get_close_matches(text, [sentence.text for sentence in all_sentences()], n=1, cutoff=0.5)
    meant = f"; did you mean {close[0]!r}?" if close else ""
    return f"there is no sentence {text!r}: docs/steps.md lists them{meant}"


def _named(sentence: Sentence, text: str) -> dict[str, Any] | None:
    parser = parsers.parse(sentence.text)
    return dict(parser.parse_arguments(text)) if parser.is_matching(text) else None


def _scenarios(container: Any) -> Iterator[tuple[str, Any]]:
    for child in container["children"]:
        if "scenario" in child:
            yield child["scenario"]["id"], child["scenario"]
        elif "rule" in child:
            yield from _scenarios(child["rule"])


def _steps(container: Any) -> Iterator[Any]:
    for child in container["children"]:
        for kind in ("background", "scenario"):
            if kind in child:
                yield from child[kind]["steps"]
        if "rule" in child:
            yield from _steps(child["rule"])
