"""Entries of a message before the rules of its operation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from reference_adapter.rules.registry import RuleBook, Scope
from reference_adapter.rules.reports import Report


class Entry(Protocol):
    """What rules judge: they may refuse it, and details name it by its alias (D-15)."""

    refused: bool

    @property
    def alias(self) -> str:
        """How details name it."""


class EntryJudge:
    """The entry rules of one operation, in the order of their rows."""

    def __init__(self, rules: RuleBook) -> None:
        self._checks: list[tuple[Callable[..., Any], str]] = [
            (rule.check, rule.reporting.name if rule.reporting else "") for rule in rules.of(Scope.ENTRY)
        ]

    def accepts(self, entry: Entry, context: object, report: Report) -> bool:
        """Judge an entry; one that a rule refused is not judged by later ones (D-05)."""
        for check, name in self._checks:
            if found := check(entry, context):
                report.add(name, found, entry.alias)
            if entry.refused:
                return False
        return True


def judge_message(rules: RuleBook, scope: Scope, report: Report, *arguments: object) -> bool:
    """Whether the message passes its rules of a scope; the first one that finds something refuses it."""
    for rule in rules.of(scope):
        if (found := rule.check(*arguments)) and rule.reporting is not None:
            report.add(rule.reporting.name, found)
            return False
    return True
