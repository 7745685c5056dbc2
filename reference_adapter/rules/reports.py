"""Findings become the Errors of a reply (D-14)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from crm_contract.envelope import ReportedError
from reference_adapter.configuration.errors import ErrorConfiguration, ErrorTemplate
from reference_adapter.rules.registry import Finding, Grouping, Reporting, RuleBook


class Report:
    """Collects a message's findings; `errors` gives them in the order of the rows, grouped as each reason is."""

    def __init__(self, rules: RuleBook) -> None:
        self._order: Mapping[str, Reporting] = {r.reporting.name: r.reporting for r in rules if r.reporting}
        self._findings: dict[str, list[tuple[str, str]]] = {}

    def add(self, reason: str, findings: Iterable[Finding], entry: str = "") -> None:
        """Note what a rule found, for an entry or for the message."""
        for finding in findings:
            subject = entry if finding.subject is None else finding.subject
            noted = self._findings.setdefault(finding.reason or reason, [])
            noted.append((finding.value, subject))

    def __contains__(self, reason: str) -> bool:
        """Whether a reason was found."""
        return reason in self._findings

    def errors(self, configuration: ErrorConfiguration) -> list[ReportedError]:
        """The Errors of the reply."""
        return [
            _fill(configuration[reason], reporting, values, subjects)
            for reason, reporting in self._order.items()
            if reason in self._findings
            for values, subjects in _grouped(reporting.grouping, self._findings[reason])
        ]


def _grouped(grouping: Grouping, findings: list[tuple[str, str]]) -> Iterable[tuple[Iterable[str], Iterable[str]]]:
    if grouping is Grouping.PER_FINDING:
        # Tickets of one name, or at one point, would be told the same twice (D-14).
        return [((value,), (subject,)) for value, subject in dict.fromkeys(findings)]
    if grouping is Grouping.PER_VALUE:
        by_value: dict[str, dict[str, None]] = {}
        for value, subject in findings:
            by_value.setdefault(value, {})[subject] = None
        return [((value,), subjects) for value, subjects in by_value.items()]
    values = dict.fromkeys(value for value, _ in findings)
    return [(values, dict.fromkeys(subject for _, subject in findings))]


def _fill(
    template: ErrorTemplate, reporting: Reporting, values: Iterable[str], subjects: Iterable[str]
) -> ReportedError:
    """{0} is the value and {1} the tickets; a lone placeholder takes the tickets unless it speaks of a value."""
    value, subject = ", ".join(values), ", ".join(subjects)
    if len(template.placeholders) == 1:
        lone = value if reporting.about_value else subject
        return template.filled(lone, lone)
    return template.filled(value, subject)
