"""Deviations that a profile knows of: what became of them in a run. They never turn a failed row into a passed one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from crmkit.profile.model import Deviation, Profile
from crmkit.suite.running.outcomes import Outcome, Verdict
from crmkit.suite.running.results import RowResult

State = Literal["seen", "now passes", "not tested"]
_PASSES = (Outcome.PASSED, Outcome.ATTESTED)


@dataclass(frozen=True, slots=True)
class KnownDeviation:
    """A deviation and its end. One without an operation is about all operations of its row."""

    deviation: Deviation
    state: State
    failed: int


def known_deviations(profile: Profile | None, results: Sequence[RowResult]) -> list[KnownDeviation]:
    """Those of a profile, in its order: seen where a row fails, passing where all that was tested of it passes."""
    found = []
    for deviation in profile.deviations if profile else ():
        outcomes = [each.outcome for each in results if is_about(deviation, each)]
        failed = outcomes.count(Outcome.FAILED)
        state: State = "not tested"
        if failed:
            state = "seen"
        elif any(outcome in _PASSES for outcome in outcomes):
            state = "now passes"
        found.append(KnownDeviation(deviation, state, failed))
    return found


def is_about(deviation: Deviation, result: RowResult) -> bool:
    """Whether a result is of the deviation's row and operation."""
    return deviation.row == result.row and deviation.operation in (None, result.operation)


def told(verdict: Verdict, known: Iterable[KnownDeviation], results: Iterable[RowResult]) -> Verdict:
    """The verdict, its text with the number of failed rows that are known to deviate. The exit code stays."""
    seen = [each.deviation for each in known if each.state == "seen"]
    number = sum(
        result.outcome is Outcome.FAILED and any(is_about(deviation, result) for deviation in seen)
        for result in results
    )
    if not number:
        return verdict
    word = "deviation" if number == 1 else "deviations"
    return replace(verdict, text=f"{verdict.text} ({number} known {word})")
