"""The table of an operation's rules: a function and what it may report, registered under its row's id.

The order of the table is the order of evaluation. What a rule reports (code, level, details) is in the operation's
error configuration, under the rule's reason; what it does (refuse, drop, default, shorten) is in the function.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])


class Scope(Enum):
    """What a rule judges."""

    MESSAGE = "message, for every operation alike"
    CONTEXT = "the message's context"
    REQUEST = "message, by the operation's own rules"
    IDENTITY = "which entity an entry is about"
    ENTRY = "entry"
    FORWARDING = "forwarding"
    EFFECT = "what an accepted message does"
    FAILURE = "failure"


class Grouping(Enum):
    """How many Errors a reason makes (D-14)."""

    PER_REASON = "one for all values and tickets"
    PER_VALUE = "one for each distinct value, with its tickets"
    PER_FINDING = "one for each finding"


@dataclass(frozen=True, slots=True)
class Reporting:
    """How a reason is reported; `about_value`: its one placeholder speaks of the value, not of the tickets.

    `name` is what the error configuration calls it: the reason, unless the operation has several of that reason.
    """

    reason: str
    grouping: Grouping = Grouping.PER_REASON
    about_value: bool = False
    name: str = ""

    def __post_init__(self) -> None:
        if not self.name:
            object.__setattr__(self, "name", self.reason)


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule found wrong: the offending value, and instead of the ticket something else to name it by.

    `reason` is another rule's, where a rule runs into that.
    """

    value: str = ""
    subject: str | None = None
    reason: str | None = None


Findings = Iterable[Finding] | None


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the table."""

    row: str
    scope: Scope
    check: Callable[..., Any]
    reporting: Reporting | None


class RuleBook:
    """The rules of one operation, in the order of their rows."""

    def __init__(self, rules: Iterable[Rule] = ()) -> None:
        self._rules: dict[str, Rule] = {}
        for rule in rules:
            self.add(rule)

    def __iter__(self) -> Iterator[Rule]:
        """The rules in order."""
        return iter(self._rules.values())

    def __getitem__(self, row: str) -> Rule:
        """A row's rule; raises KeyError."""
        return self._rules[row]

    def add(self, rule: Rule) -> None:
        """Add the next rule; raises ValueError for a row that is there already or out of order."""
        if self._rules and rule.row <= next(reversed(self._rules)):
            raise ValueError(f"rule {rule.row} is out of order: the order of rows is the order of evaluation")
        self._rules[rule.row] = rule

    def rule(
        self,
        row: str,
        reason: str | None = None,
        *,
        name: str = "",
        scope: Scope = Scope.ENTRY,
        grouping: Grouping = Grouping.PER_REASON,
        about_value: bool = False,
    ) -> Callable[[F], F]:
        """Decorator that registers a function under its row."""

        def register(function: F) -> F:
            reporting = Reporting(reason, grouping, about_value, name) if reason else None
            self.add(Rule(row, scope, function, reporting))
            return function

        return register

    def of(self, scope: Scope) -> tuple[Rule, ...]:
        """The rules of one scope, in order."""
        return tuple(rule for rule in self if rule.scope is scope)

    def reasons(self) -> frozenset[str]:
        """What the rules may report, by the names of the error configuration."""
        return frozenset(rule.reporting.name for rule in self if rule.reporting)

    def replacing(self, checks: Mapping[str, Callable[..., Any]]) -> RuleBook:
        """The same rules with other functions for some rows; raises KeyError for an unknown row."""
        unknown = set(checks) - set(self._rules)
        if unknown:
            raise KeyError(", ".join(sorted(unknown)))
        return RuleBook(replace(rule, check=checks.get(rule.row, rule.check)) for rule in self)
