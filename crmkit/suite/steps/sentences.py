"""Step decorators that also keep the catalogue of sentences."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from inspect import cleandoc
from typing import Any, TypeVar

import pytest_bdd
from pytest_bdd import parsers

Step = TypeVar("Step", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Sentence:
    """A step sentence: when it is said, how it reads, and what it does."""

    keyword: str
    text: str
    meaning: str


SENTENCES: list[Sentence] = []


def given(text: str) -> Callable[[Step], Step]:
    """A Given step."""
    return _step("Given", text, pytest_bdd.given)


def when(text: str) -> Callable[[Step], Step]:
    """A When step."""
    return _step("When", text, pytest_bdd.when)


def then(text: str) -> Callable[[Step], Step]:
    """A Then step."""
    return _step("Then", text, pytest_bdd.then)


def _step(keyword: str, text: str, decorator: Callable[..., Any]) -> Callable[[Step], Step]:
    def decorate(function: Step) -> Step:
        SENTENCES.append(Sentence(keyword, text, cleandoc(function.__doc__ or "")))
        # pytest-bdd puts a fixture into the namespace of who decorates: the step's module, one frame up.
        decorated: Step = decorator(parsers.parse(text), stacklevel=2)(function)
        return decorated

    return decorate
