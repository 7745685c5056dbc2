"""What an IVR owes, and the features about it: what they must agree on, and their part of docs/traceability.md."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from crm_contract.ivr_use_cases import IvrUseCase
from crm_contract.use_cases import OPERATIONS, Catalogue, UseCase
from crmkit.suite.running.feature_files import ScenarioText, tag_problems
from crmkit.suite.running.traceability import answers, escaped_row, scenario_cell

_FIELDS = ("code", "level", "reason", "details")


def problems(catalogue: Catalogue, scenarios: Sequence[ScenarioText]) -> list[str]:
    """Where features and catalogue disagree, a line each that tells the way out; nothing when they agree."""
    found = tag_problems(scenarios, frozenset(row.id for row in catalogue), frozenset(OPERATIONS))
    if found:
        return found
    keys = {scenario.key for scenario in scenarios}
    for row in catalogue:
        for operation in row.operations:
            if (row.id, operation) not in keys:
                found.append(f"row {row.id} ({row.title}) has no scenario: add one tagged @{row.id} @{operation}")
    for scenario in scenarios:
        found += _scenario_problems(catalogue[scenario.rows[0]], scenario)
    return list(dict.fromkeys(found))


def _scenario_problems(row: UseCase, scenario: ScenarioText) -> Iterator[str]:
    if scenario.operations[0] not in row.operations:
        yield f"{scenario.place}: row {row.id} is none of {scenario.operations[0]}: correct the tags"
    literals = tuple(getattr(row, field) for field in _FIELDS)
    for answer in answers(scenario):
        if answer.result not in row.accepts:
            yield f"{scenario.place}: the reply is {answer.result}, but row {row.id} has {' or '.join(row.accepts)}"
        for error in answer.errors:
            for field, wanted, written in zip(_FIELDS, literals, error, strict=True):
                if written != wanted:
                    yield f"{scenario.place}: {field} is {written!r}, but row {row.id} has {wanted!r}"


def render(catalogue: Catalogue, scenarios: Sequence[ScenarioText]) -> str:
    """The part of the page that is about an IVR as target."""
    lines = [
        "",
        "## An IVR as target",
        "",
        f"What an IVR owes an adapter: {len(list(catalogue))} rows of crm_contract/ivr_use_cases.toml, shown by",
        f"features/ivr ({len(scenarios)} scenarios, the examples of outlines counted one by one). They are none of the",
        "specification's rows, and not counted among the obligations above. `fixed` rows are asserted; of an `either`",
        "row every reading of its decisions passes, and the report says which one was seen.",
        "",
        "| row | situation | operation | Result | Error | effect | source | judged | scenarios |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for row in catalogue:
        titles: dict[str, int] = {}
        for scenario in scenarios:
            if scenario.rows[0] == row.id:
                titles[scenario.template] = titles.get(scenario.template, 0) + 1
        assert isinstance(row, IvrUseCase)
        cells = (
            row.id,
            row.title,
            ", ".join(row.operations),
            "/".join(row.accepts),
            f"{row.code} {row.level} {row.reason}" if row.code else "-",
            row.effect,
            row.source,
            row.judged,
            "<br>".join(scenario_cell(row, title, count) for title, count in titles.items()),
        )
        lines.append(escaped_row(cells))
    return "\n".join([*lines, ""])
