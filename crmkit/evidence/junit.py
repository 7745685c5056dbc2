"""junit.xml: the report in the form that build servers read.

A testsuite an operation, a testcase a scenario, with the row as a property of the testcase. What could not be tested
is skipped, with what to supply; the kit's own fault is an error, the target's a failure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from lxml import etree

from crmkit.evidence.document import CheckEntry, Document, ScenarioEntry

_SKIPPED = ("could-not-test", "not-applicable")
# What XML 1.0 cannot carry.
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_STORY = "story"


@dataclass(frozen=True)
class _Case:
    """A testcase: a scenario, or a row of which none ran."""

    suite: str
    name: str
    properties: dict[str, str]
    outcome: str
    reason: str | None
    seconds: float
    checks: list[CheckEntry]
    messages: list[str]


def junit_of(document: Document) -> bytes:
    """The whole file, UTF-8."""
    cases = list(_cases(document))
    root = etree.Element("testsuites", {"name": "crmkit verify", **_counted(cases, with_skipped=False)})
    for name in dict.fromkeys(case.suite for case in cases):
        of_suite = [case for case in cases if case.suite == name]
        about = {"name": _text(name), **_counted(of_suite), "timestamp": _text(document.started)}
        suite = etree.SubElement(root, "testsuite", about)
        for case in of_suite:
            _add(suite, case)
    content: bytes = etree.tostring(root, pretty_print=True, xml_declaration=True, encoding="UTF-8")
    return content


def _cases(document: Document) -> Iterable[_Case]:
    for row in [*document.results, *([document.story] if document.story else [])]:
        if row.outcome == "not-selected":
            continue
        suite = _STORY if row.row == _STORY else row.operation
        told = {"row": row.row, "table": row.table, "operation": row.operation}
        for scenario in row.scenarios:
            yield _case(suite, scenario, told)
        if not any(scenario.outcome == row.outcome for scenario in row.scenarios):
            # None of its scenarios tells why the row ended so: it could not be begun, or not be ended.
            properties = {**told, "outcome": row.outcome}
            title = f"{row.row} {row.title}"
            yield _Case(suite, title, properties, row.outcome, row.reason, 0.0, [], [])
    for scenario in document.own_scenarios:
        yield _case(scenario.feature, scenario, {})


def _case(suite: str, scenario: ScenarioEntry, told: dict[str, str]) -> _Case:
    properties = {key: value for key, value in told.items() if value}
    properties |= {"scenario": scenario.id, "outcome": scenario.outcome}
    properties |= {f"reading {decision}": seen for decision, seen in sorted(scenario.readings.items())}
    messages = [
        f"{what}: {name}"
        for call in scenario.calls
        for what, name in (("request", call.request), ("response", call.response))
        if call.is_subject and name
    ]
    checks = [check for check in scenario.checks if check.held == "no"]
    return _Case(
        suite, scenario.title, properties, scenario.outcome, scenario.reason, scenario.seconds, checks, messages
    )


def _counted(cases: list[_Case], with_skipped: bool = True) -> dict[str, str]:
    counts = {
        "tests": str(len(cases)),
        "failures": str(sum(case.outcome == "failed" for case in cases)),
        "errors": str(sum(case.outcome == "error" for case in cases)),
    }
    if with_skipped:
        counts["skipped"] = str(sum(case.outcome in _SKIPPED for case in cases))
    return {**counts, "time": f"{sum(case.seconds for case in cases):.3f}"}


def _add(suite: etree._Element, case: _Case) -> None:
    element = etree.SubElement(
        suite, "testcase", name=_text(case.name), classname=_text(case.suite), time=f"{case.seconds:.3f}"
    )
    properties = etree.SubElement(element, "properties")
    for name, value in case.properties.items():
        etree.SubElement(properties, "property", name=_text(name), value=_text(value))
    lines = [f"{check.field}: expected {check.expected}, observed {check.observed}" for check in case.checks]
    said = _text(case.reason or (lines[0] if lines else case.outcome))
    if case.outcome == "failed":
        etree.SubElement(element, "failure", message=said, type="failed").text = _text("\n".join(lines) or said)
    elif case.outcome == "error":
        etree.SubElement(element, "error", message=said, type="error").text = said
    elif case.outcome in _SKIPPED:
        etree.SubElement(element, "skipped", message=said, type=case.outcome)
    if case.messages:
        etree.SubElement(element, "system-out").text = _text("\n".join(case.messages))


def _text(text: str) -> str:
    return _NO_XML.sub("\ufffd", text)
