"""Why a scenario did not pass, in words for who wrote it: where, what, and what to do."""

from __future__ import annotations

import difflib
import traceback
from pathlib import Path

import pytest
from pytest_bdd.exceptions import StepDefinitionNotFoundError

from crmkit.suite.errors import CouldNotTest, HarnessError, Mismatch, NotApplicable, Unreachable
from crmkit.suite.running.stepping import Steps
from crmkit.suite.steps.sentences import all_sentences

_PACKAGE = "crmkit"
_ALIKE = 0.5
# What pytest-bdd gives a step of what stands below it.
_BELOW = {"datatable": "a table", "docstring": "a text in quotes"}


def reason_of(error: BaseException, steps: Steps | None) -> str | None:
    """What an exception means for the scenario that it ended; None where the differences say it all.

    A failure that came before something else went wrong tells that too.
    """
    if isinstance(error, Mismatch):
        return None if error.__cause__ is None else reason_of(error.__cause__, steps)
    if isinstance(error, CouldNotTest | NotApplicable | Unreachable):
        return str(error)
    at = f"{steps.place}: " if steps else ""
    if isinstance(error, HarnessError):
        return f"{at}{error}"
    if isinstance(error, StepDefinitionNotFoundError):
        return f"{at}{_unknown_step(steps.text if steps else '')}"
    if isinstance(error, pytest.FixtureLookupError):
        return f"{at}{_lacking(str(error.argname))}"
    # Not foreseen: where it happened is what helps who mends the kit.
    return f"{at}the kit could not carry this out: {type(error).__name__}: {error}{_where(error)}"


def _unknown_step(text: str) -> str:
    close = difflib.get_close_matches(text, [sentence.text for sentence in all_sentences()], n=1, cutoff=_ALIKE)
    meant = f"; did you mean {close[0]!r}?" if close else ""
    return f"there is no sentence {text!r}: docs/steps.md lists them{meant}"


def _lacking(name: str) -> str:
    if name in _BELOW:
        return f"this sentence needs {_BELOW[name]} below it: docs/steps.md names the columns"
    return f"nothing in this scenario gives the sentence its {name!r}"


def _where(error: BaseException) -> str:
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        parts = Path(frame.filename).parts
        if _PACKAGE in parts:
            return f" ({'/'.join(parts[parts.index(_PACKAGE) :])}:{frame.lineno})"
    return ""
