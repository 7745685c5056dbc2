"""Step decorators that also keep the catalogue of sentences."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import wraps
from importlib import import_module
from inspect import cleandoc
from typing import Any, TypeVar, cast

import pytest_bdd
from pytest_bdd import parsers

from crmkit.suite.conversation import Conversation
from crmkit.suite.errors import CouldNotTest, HarnessError, Mismatch
from crmkit.suite.evidence import Aspect
from crmkit.suite.steps import STEP_MODULES

Step = TypeVar("Step", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Sentence:
    """A step sentence: when it is said, how it reads, and what it does.

    One that `settles` tells what is stored, or what else there is in the end: a scenario ends with such a one.
    """

    keyword: str
    text: str
    meaning: str
    settles: bool = False


SENTENCES: list[Sentence] = []


def all_sentences() -> list[Sentence]:
    """The sentences of every step module, in the order of the modules."""
    for name in STEP_MODULES:
        import_module(f"crmkit.suite.steps.{name}")
    return SENTENCES


def given(text: str) -> Callable[[Step], Step]:
    """A Given step."""
    return _step("Given", text, pytest_bdd.given)


def when(text: str) -> Callable[[Step], Step]:
    """A When step."""
    return _step("When", text, pytest_bdd.when)


def then(text: str, settles: bool = False) -> Callable[[Step], Step]:
    """A Then step; with `settles` one that a scenario may end with.

    What it finds wrong, or cannot test, does not keep the Then steps behind it from being judged: the scenario's
    conversation keeps it, and the scenario fails with all differences in the end.
    """
    return _step("Then", text, pytest_bdd.then, settles)


def _soft(function: Step, settles: bool) -> Step:
    @wraps(function)
    def judge(**arguments: Any) -> object:
        try:
            return function(**arguments)
        except Mismatch as mismatch:
            _conversation(arguments.values()).keep(mismatch)
        except CouldNotTest as missing:
            aspect = Aspect.EFFECT if settles else Aspect.PAYLOAD
            _conversation(arguments.values()).keep_untested(aspect, missing)
        return None

    return cast(Step, judge)


def _conversation(arguments: Iterable[object]) -> Conversation:
    """The scenario's conversation, which a step is given as such or as a part of what it is given."""
    for each in arguments:
        found = each if isinstance(each, Conversation) else getattr(each, "conversation", None)
        if isinstance(found, Conversation):
            return found
    raise HarnessError("a Then step takes the conversation, or something that has it")


def _step(keyword: str, text: str, decorator: Callable[..., Any], settles: bool = False) -> Callable[[Step], Step]:
    def decorate(function: Step) -> Step:
        SENTENCES.append(Sentence(keyword, text, cleandoc(function.__doc__ or ""), settles))
        # pytest-bdd puts a fixture into the namespace of who decorates: the step's module, one frame up.
        step = _soft(function, settles) if keyword == "Then" else function
        decorated: Step = decorator(parsers.parse(text), stacklevel=2)(step)
        return decorated

    return decorate
