"""Finds a step's function without asking pytest about every function for every step.

pytest-bdd goes through all fixtures for every step, and asks pytest of each whether the scenario may see it. With a
hundred sentences that takes longer than all messages of a scenario. Here it does so once for every sentence of a
module: what has been found is remembered by its name, and looked up by that.
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from typing import Any
from weakref import WeakKeyDictionary

import pytest
from pytest_bdd.compat import get_fixture_names, getfixturedefs
from pytest_bdd.steps import step_function_context_registry

# Of a session's fixtures, by place and sentence: how many fixtures there were, and the names of those that fit.
_Found = dict[tuple[Any, str | None, str], tuple[int, list[str]]]
_known: WeakKeyDictionary[Any, _Found] = WeakKeyDictionary()
# The package calls a function by the module's name.
_bdd: Any = import_module("pytest_bdd.scenario")
_look_up_all = _bdd.find_fixturedefs_for_step


def install() -> None:
    """Have pytest-bdd look up steps in this way."""
    _bdd.find_fixturedefs_for_step = look_up


def look_up(step: Any, fixturemanager: Any, node: pytest.Item) -> Iterable[Any]:
    """The fixtures of the functions that can take a step of a scenario; what pytest-bdd itself finds."""
    found = _known.setdefault(fixturemanager, {})
    sentence = (node.parent, step.type, step.name)
    count = len(get_fixture_names(fixturemanager=fixturemanager))
    seen, names = found.get(sentence, (None, []))
    if seen == count:
        return [
            each for name in names for each in getfixturedefs(fixturemanager, name, node) or () if _fits(each, step)
        ]
    fitting = list(_look_up_all(step=step, fixturemanager=fixturemanager, node=node))
    found[sentence] = count, list(dict.fromkeys(each.argname for each in fitting))
    return fitting


def _fits(definition: Any, step: Any) -> bool:
    context = step_function_context_registry.get(definition.func)
    return context is not None and context.type in (None, step.type) and bool(context.parser.is_matching(step.name))
