"""The published sentences as step definitions of Cucumber, and which one a step's text is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

import cucumber_messages as cm

from crmkit.suite.steps.sentences import all_sentences

_PLACEHOLDER = re.compile(r"\{\w+(?::(?P<kind>\w+))?\}")
_URI = "docs/steps.md"


@dataclass(frozen=True)
class Definition:
    """A sentence as a regular expression; each of its groups is an argument."""

    id: str
    pattern: re.Pattern[str]

    def message(self) -> cm.StepDefinition:
        """As Cucumber's tools know it."""
        return cm.StepDefinition(
            id=self.id,
            pattern=cm.StepDefinitionPattern(
                source=f"^{self.pattern.pattern}$", type=cm.StepDefinitionPatternType.regular_expression
            ),
            source_reference=cm.SourceReference(uri=_URI),
        )

    def arguments(self, text: str) -> cm.StepMatchArgumentsList:
        """What stands in the sentence's placeholders."""
        found = self.pattern.fullmatch(text)
        groups = range(1, self.pattern.groups + 1) if found else range(0)
        return cm.StepMatchArgumentsList(
            [
                cm.StepMatchArgument(cm.Group(children=[], start=found.start(group), value=found.group(group)))
                for group in groups
                if found is not None
            ]
        )


@cache
def definitions() -> tuple[Definition, ...]:
    """Of every published sentence, in the order of docs/steps.md."""
    return tuple(_definition(f"step-{number}", each.text) for number, each in enumerate(all_sentences(), 1))


def definition_of(text: str) -> Definition | None:
    """The sentence that a step's text is; None for none of them."""
    return next((each for each in definitions() if each.pattern.fullmatch(text)), None)


def _definition(name: str, sentence: str) -> Definition:
    pattern, position = "", 0
    for place in _PLACEHOLDER.finditer(sentence):
        pattern += re.escape(sentence[position : place.start()]) + (r"(\d+)" if place["kind"] == "d" else "(.+?)")
        position = place.end()
    return Definition(name, re.compile(pattern + re.escape(sentence[position:])))
