"""What a person is asked: to do something in the operator's tool, to look at something there, or both at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from crmkit.byhand.shapes import TEXT, TEXTS, Shape
from crmkit.suite.errors import CouldNotTest

# A question that nobody answers for so long could not be answered.
ANSWER_SECONDS = 900.0
# The default of an answer that must be given.
REQUIRED = None

Answer = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to do or to look at. `name` is what scripts know it by, `text` the sentence for a person.

    `values` are those to use, or what is to be looked at; `answer` the fields to fill in, with what leaving one out
    means, or REQUIRED. What a look is to tell is REQUIRED: an observation is never the kit's. `known` is what was sent
    or told before of such fields, to be shown and not to be taken; `shapes` what they have to look like. `lacking` is
    what cannot be had without a person, where `text` says more than that.
    """

    kind: Literal["do", "look"]
    name: str
    text: str
    values: Mapping[str, Any] = field(default_factory=dict)
    answer: Mapping[str, Any] = field(default_factory=dict)
    lacking: str | None = None
    known: Mapping[str, Any] = field(default_factory=dict)
    shapes: Mapping[str, Shape] = field(default_factory=dict)

    def shape(self, name: str) -> Shape:
        """What an answer to a field has to look like."""
        return self.shapes.get(name, TEXTS if isinstance(self.answer[name], list) else TEXT)


@dataclass(frozen=True, slots=True)
class Question:
    """Numbered from 1 in a run; `row` is what the scenario is about, `seconds` how long an answer may take."""

    number: int
    row: str
    items: Sequence[Item]
    seconds: float = ANSWER_SECONDS


class Cannot(CouldNotTest):
    """The person cannot do it, or did not answer in time."""


class Person(Protocol):
    """Who is asked."""

    def ask(self, question: Question) -> list[Answer]:
        """The answer to each item. Raises Cannot."""


def completed(item: Item, given: Mapping[str, Any]) -> Answer:
    """An answer with the defaults of what was left out. Raises ValueError, in words, for one that will not do."""
    if unknown := [name for name in given if name not in item.answer]:
        asked = ", ".join(item.answer) or "nothing"
        raise ValueError(f"{item.name}: nobody asked for {unknown[0]!r}; asked for: {asked}")
    answer = {name: default if given.get(name) is None else given[name] for name, default in item.answer.items()}
    if missing := [name for name, value in answer.items() if value is REQUIRED and item.answer[name] is REQUIRED]:
        shape = item.shape(missing[0])
        nothing = "[]" if shape.is_list else '""'
        otherwise = "" if shape.is_needed else f"; {nothing} says that nothing stands there"
        raise ValueError(f"{item.name}: {missing[0]!r} is needed{otherwise}")
    for name in given:
        if given[name] is not None:
            try:
                item.shape(name).value(name, given[name])
            except ValueError as error:
                raise ValueError(f"{item.name}: {error}") from None
    return answer
