"""The mutants: what each breaks, and the one row that must notice."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from crmkit.mutants.effects import Mischief, keep_comment, keep_hazard, locate_anyway, store_refused, store_twice
from crmkit.mutants.other_effects import (
    count_one_more,
    keep_long_remark,
    lose_contacts,
    overlook,
    search_active_only,
    show_first_contact,
    show_first_person,
)

Wrapper = Callable[[Callable[..., Any], Mischief], Callable[..., Any]]


@dataclass(frozen=True, slots=True)
class Mutant:
    """One wrong adapter: `row` is the row that must fail, of `operation`, and no other.

    `report` replaces attributes of the operation's error configuration, as (error name, attribute, wrong value);
    `effect` wraps the row's rule.
    """

    name: str
    row: str
    says: str
    report: tuple[str, str, str] | None = None
    effect: Wrapper | None = None
    operation: str = "CreatedTroubleTickets"


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
        Mutant(
            "duplicates-applied",
            "5.2-04",
            "a ticket that is named twice is changed twice",
            effect=overlook,
            operation="ChangedTroubleTickets",
        ),
        Mutant(
            "contacts-replaced",
            "5.2-02",
            "new contacts take the place of the old ones",
            effect=lose_contacts,
            operation="ChangedTroubleTickets",
        ),
        Mutant(
            "wrong-code-changed",
            "5.2-05",
            "CommentExceedsLimit is reported with 1.2",
            report=("CommentExceedsLimit", "code", "1.2"),
            operation="ChangedTroubleTickets",
        ),
        Mutant(
            "archive-forgotten",
            "6.1-13",
            "under context all only active tickets are found",
            effect=search_active_only,
            operation="GetTroubleTickets",
        ),
        Mutant(
            "preferred-contact-ignored",
            "6.1-14",
            "the first contact is shown whichever is preferred",
            effect=show_first_contact,
            operation="GetTroubleTickets",
        ),
        Mutant(
            "wrong-level-query",
            "6.1-12",
            "an incident without tickets is reported as FATAL",
            report=("IncidentWithoutTickets", "level", "FATAL"),
            operation="GetTroubleTickets",
        ),
        Mutant(
            "one-callback-too-many",
            "7.1-01",
            "one callback more than asked for is handed out",
            effect=count_one_more,
            operation="GetCallbacks",
        ),
        Mutant(
            "preferred-person-ignored",
            "7.1-02",
            "the first person is shown whoever owns the preferred contact",
            effect=show_first_person,
            operation="GetCallbacks",
        ),
        Mutant(
            "wrong-details-priority",
            "7.1-04",
            "PriorityNotNumber does not say which",
            report=("PriorityNotNumber", "details", "Priority is invalid numerical value."),
            operation="GetCallbacks",
        ),
        Mutant(
            "long-remark-kept",
            "8.1-04",
            "a remark that is too long is reported and appended",
            effect=keep_long_remark,
            operation="CreatedCallBacksResults",
        ),
        Mutant(
            "anybody-reports",
            "8.1-05",
            "a result is taken from whoever sends it",
            effect=overlook,
            operation="CreatedCallBacksResults",
        ),
    )
}
