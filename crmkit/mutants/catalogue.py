"""The mutants: what each breaks, and the one row that must notice."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from crmkit.mutants.effects import Mischief, keep_comment, keep_hazard, locate_anyway, store_refused, store_twice

Wrapper = Callable[[Callable[..., Any], Mischief], Callable[..., Any]]


@dataclass(frozen=True, slots=True)
class Mutant:
    """One wrong adapter: `row` is the row that must fail, and no other.

    `report` replaces attributes of the error configuration, as (error name, attribute, wrong value); `effect`
    wraps the row's rule.
    """

    name: str
    row: str
    says: str
    report: tuple[str, str, str] | None = None
    effect: Wrapper | None = None


MUTANTS: Mapping[str, Mutant] = {
    mutant.name: mutant
    for mutant in (
        Mutant(
            "wrong-code-13",
            "5.1-13",
            "InvalidTroubleCode is reported with 2.9",
            report=("InvalidTroubleCode", "code", "2.9"),
        ),
        Mutant(
            "wrong-code-20",
            "5.1-20",
            "InvalidPositionPoint is reported with 2.7",
            report=("InvalidPositionPoint", "code", "2.7"),
        ),
        Mutant(
            "wrong-level-21",
            "5.1-21",
            "CallbackPeriodMissing is reported as a WARNING",
            report=("CallbackPeriodMissing", "level", "WARNING"),
        ),
        Mutant(
            "wrong-reason-16",
            "5.1-16",
            "InvalidCallSource is reported as InvalidSource",
            report=("InvalidCallSource", "reason", "InvalidSource"),
        ),
        Mutant(
            "wrong-details-24",
            "5.1-24",
            "InvalidCreatedDateTime does not name the ticket",
            report=("InvalidCreatedDateTime", "details", "Created date time is in future."),
        ),
        Mutant("hazard-kept", "5.1-12", "an invalid hazard is stored", effect=keep_hazard),
        Mutant("refused-stored", "5.1-13", "a refused ticket is stored all the same", effect=store_refused),
        Mutant("stored-twice", "5.1-07", "a ticket of an unknown customer is stored twice", effect=store_twice),
        Mutant("comment-kept", "5.1-11", "a long comment is not shortened", effect=keep_comment),
        Mutant("located-anyway", "5.1-27", "a ticket that cannot be located is located", effect=locate_anyway),
    )
}
