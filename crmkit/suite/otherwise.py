"""How a message differs from the usual one: what the step sentences of every operation may add.

A sentence such as `these trouble tickets are sent {how}:` gives its `how` to `Otherwise.of`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from crmkit.suite.errors import HarnessError

# What docs/steps.md prints.
OTHERWISE_FORMS = (
    ('`with the verb "VERB"`', "the header says this verb"),
    ('`with the noun "NOUN"`', "the header says this noun"),
    ('`in context "CONTEXT"`', "the header says this context; `active` where a query of trouble tickets says none"),
    ('`with the timestamp "TEXT"`', "the header says this time, which may be none"),
    ("`without PATH`", "less the element at a path such as Header/Verb, and what is in it"),
)
_PART = re.compile(
    r'with the verb "(?P<verb>[^"]*)"|with the noun "(?P<noun>[^"]*)"|in context "(?P<context>[^"]*)"'
    r'|with the timestamp "(?P<timestamp>[^"]*)"|without (?P<without>\S+)'
)


@dataclass(frozen=True, slots=True)
class Otherwise:
    """None where the message is as usual; `without` is the path of an element that it lacks."""

    verb: str | None = None
    noun: str | None = None
    context: str | None = None
    timestamp: str | None = None
    without: str | None = None

    @classmethod
    def of(cls, how: str) -> Otherwise:
        """From the words of a step, several parts with a space between. Raises HarnessError for other words."""
        told: dict[str, str] = {}
        rest = how.strip()
        while rest:
            match = _PART.match(rest)
            if match is None or match.lastgroup in told:
                raise HarnessError(f"{how!r}: say {', '.join(form for form, _ in OTHERWISE_FORMS)}, each once")
            told[str(match.lastgroup)] = match[str(match.lastgroup)]
            rest = rest[match.end() :].strip()
        return cls(**told)


AS_USUAL = Otherwise()
