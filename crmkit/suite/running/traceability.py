"""Catalogue and features held together: what they must agree on, and the page that shows how they do."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from pytest_bdd import parsers

from crm_contract.use_cases import OPERATIONS, Catalogue, UseCase
from crmkit.suite.running.feature_files import ScenarioText, tag_problems
from crmkit.suite.running.selection import Key
from crmkit.suite.steps.sentences import all_sentences

# Of what the target sends to the external system the rows print the Result, and the Error of the log.
_REPLY = re.compile(r"the (?:reply|sending) is (?P<result>\S+) with(?:out errors| these errors(?: in the log)?:)")
_FAULT = re.compile(r"a \S+ fault is returned with these errors:")
_FIELDS = ("code", "level", "reason", "details")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a scenario expects of a reply: its Result, and the literals of its Errors."""

    result: str
    errors: tuple[tuple[str, ...], ...]


def answers(scenario: ScenarioText) -> list[Answer]:
    """The replies that a scenario expects."""
    found = []
    for step in scenario.steps:
        reply, fault = _REPLY.fullmatch(step.text), _FAULT.fullmatch(step.text)
        if reply or fault:
            table = step.table or ((),)
            errors = tuple(row[: len(_FIELDS)] for row in table[1:])
            found.append(Answer(reply["result"] if reply else "FAILED", errors))
    return found


def problems(catalogue: Catalogue, scenarios: Sequence[ScenarioText]) -> list[str]:
    """Where features and catalogue disagree, a line each that tells the way out; nothing when they agree."""
    found = tag_problems(scenarios, frozenset(row.id for row in catalogue), frozenset(OPERATIONS))
    if found:
        return found
    # The story belongs to no row.
    scenarios = [scenario for scenario in scenarios if not scenario.is_story]
    for operation in present_operations(scenarios):
        for row in catalogue.for_operation(operation):
            of_row = [s for s in scenarios if s.rows[0] == row.id and s.operations[0] == operation]
            found += _row_problems(row, operation, of_row, scenarios)
    for scenario in scenarios:
        row = catalogue[scenario.rows[0]]
        if scenario.operations[0] not in row.operations:
            found.append(f"{scenario.place}: row {row.id} is none of {scenario.operations[0]}: correct the tags")
        found += _scenario_problems(row, scenario)
    return list(dict.fromkeys(found))


def obligations(catalogue: Catalogue) -> list[Key]:
    """What an implementation owes: every row for each of its operations."""
    return [(row.id, operation) for operation in OPERATIONS for row in catalogue.for_operation(operation)]


def present_operations(scenarios: Iterable[ScenarioText]) -> list[str]:
    """The operations that have scenarios, in the catalogue's order: of these every row must have one."""
    there = {scenario.operations[0] for scenario in scenarios}
    return [operation for operation in OPERATIONS if operation in there]


def _row_problems(
    row: UseCase, operation: str, of_row: Sequence[ScenarioText], scenarios: Sequence[ScenarioText]
) -> Iterator[str]:
    if not of_row:
        file = next(s.file for s in scenarios if s.operations[0] == operation)
        yield (
            f"row {row.id} ({row.title}) has no scenario for {operation}: "
            f"add one to features/{file.name} tagged @{row.id} @{operation}"
        )
        return
    expected = [answer for scenario in of_row for answer in answers(scenario)]
    shown = {answer.result for answer in expected if answer.errors or row.code is None}
    if row.code is not None and not any(answer.errors for answer in expected):
        yield f"row {row.id} reports {row.reason}, and no scenario of {operation} expects it: add the Error to one"
    if row.result == row.accepts == ("PARTIAL", "FAILED"):
        for result in row.result:
            if result not in shown:
                yield f"row {row.id} prints {result}, and no scenario of {operation} shows it: add one"


def _scenario_problems(row: UseCase, scenario: ScenarioText) -> Iterator[str]:
    expected = answers(scenario)
    if not expected:
        yield f"{scenario.place}: the scenario expects no reply: add a step 'Then the reply is ...'"
    if not scenario.steps or not _settles(scenario.steps[-1].text):
        yield f"{scenario.place}: the last step tells what is stored: end with one such as 'nothing is stored'"
    literals = (row.code, row.level, row.reason, row.details)
    for answer in expected:
        allowed = allowed_results(row) if answer.errors or row.code is None else ("OK",)
        if answer.result not in allowed:
            yield (
                f"{scenario.place}: the reply is {answer.result}, but row {row.id} prints {' or '.join(allowed)}: "
                "correct the scenario, or the row in use_cases.toml"
            )
        for error in answer.errors:
            for field, wanted, written in zip(_FIELDS, literals, error, strict=True):
                if written != wanted:
                    yield (
                        f"{scenario.place}: {field} is {written!r}, but row {row.id} prints {wanted!r}: "
                        "correct the scenario, or the row in use_cases.toml"
                    )


def _settles(text: str) -> bool:
    """Whether a step is one that a scenario may end with."""
    return any(sentence.settles and parsers.parse(sentence.text).is_matching(text) for sentence in all_sentences())


def allowed_results(row: UseCase) -> tuple[str, ...]:
    """The Results that a scenario of a row may show: the printed ones, and PARTIAL where a decision lets entries
    count though the row prints FAILED (D-12), or several values be asked for of which some are known (D-32)."""
    counts = "D-12" in row.decisions or ("D-32" in row.decisions and row.reason == "EntityNotFound")
    return (*row.result, "PARTIAL") if counts and row.result == ("FAILED",) else row.result


def render(catalogue: Catalogue, scenarios: Sequence[ScenarioText]) -> str:
    """docs/traceability.md."""
    stories = [scenario for scenario in scenarios if scenario.is_story]
    scenarios = [scenario for scenario in scenarios if not scenario.is_story]
    lines = [
        "# Traceability",
        "",
        "Which scenario shows which row. Written by `crmkit docs` from the catalogue (crm_contract/use_cases.toml) and",
        "the features; change those, not this page.",
        "",
        f"{len(obligations(catalogue))} obligations: {len(list(catalogue))} rows, the common ones for every operation "
        "that an adapter hosts.",
        "",
    ]
    operations = present_operations(scenarios)
    for operation in operations:
        lines += _operation_table(catalogue, operation, [s for s in scenarios if s.operations[0] == operation])
    if without := [operation for operation in OPERATIONS if operation not in operations]:
        lines += [f"Operations without scenarios: {', '.join(without)}.", ""]
    if stories:
        titles = ", ".join(dict.fromkeys(scenario.template for scenario in stories))
        lines += ["## The story", "", f"Of no row, and not counted among them: {titles}.", ""]
    return "\n".join(lines)


def _operation_table(catalogue: Catalogue, operation: str, scenarios: Sequence[ScenarioText]) -> list[str]:
    rows = catalogue.for_operation(operation)
    lines = [
        f"## {operation}",
        "",
        f"{len(rows)} rows, {len(scenarios)} scenarios, the examples of outlines counted one by one.",
        "",
        "| row | situation | Result | Error | details | scenarios | decisions |",
        "|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        titles: dict[str, int] = {}
        for scenario in scenarios:
            if scenario.rows[0] == row.id:
                titles[scenario.template] = titles.get(scenario.template, 0) + 1
        cells = (
            row.id,
            row.title,
            _results(row),
            f"{row.code} {row.level} {row.reason}" if row.code else "-",
            f"`{row.details}`" if row.details else "-",
            "<br>".join(scenario_cell(row, title, count) for title, count in titles.items()),
            ", ".join(row.decisions) or "-",
        )
        lines.append(escaped_row(cells))
    return [*lines, ""]


def _results(row: UseCase) -> str:
    wider = [result for result in row.accepts if result not in row.result]
    return "/".join(row.result) + (f" (or {'/'.join(wider)})" if wider else "")


def escaped_row(cells: Iterable[str]) -> str:
    """A line of a table in Markdown."""
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def scenario_cell(row: UseCase, title: str, count: int) -> str:
    """A scenario's title, and how many examples it has."""
    text = title.removeprefix(f"{row.id} ")
    text = re.sub(r"<([^>]*)>", r"*\1*", text)
    return f"{text} ({count} examples)" if count > 1 else text
