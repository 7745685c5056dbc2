"""Callbacks: who is owed one, when it may be handed out, and what a result makes of it (D-37, D-39). Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import Enum
from itertools import islice


class Consequence(Enum):
    """What a callback result leads to."""

    CLOSE = "close"
    REPORT_AGAIN = "report-again"
    REQUEUE = "requeue"


@dataclass(frozen=True, slots=True)
class QueueRules:
    """How callbacks are handed out and put back."""

    assignment: timedelta
    requeue: timedelta
    requeue_limit: int
    exhausted_result: str


@dataclass(frozen=True, slots=True)
class Callback:
    """A callback of the queue; `periods` are the caller's wishes, `attempts` the calls that reached nobody."""

    mrid: str
    ticket: str
    incident: str
    usage_point: str | None
    created: datetime
    priority: int
    language_id: int
    reason: str
    periods: tuple[tuple[datetime, datetime], ...] = field(default_factory=tuple)
    comment: str | None = None
    automatic: bool = False
    attempts: int = 0
    not_before: datetime | None = None
    assigned_user: str | None = None
    assigned_at: datetime | None = None
    assignment_expires_at: datetime | None = None
    result: str | None = None
    last_update_user: str | None = None
    last_update: datetime | None = None
    closed_at: datetime | None = None

    def holder(self, now: datetime) -> str | None:
        """To whom it is assigned; nobody once the assignment has expired."""
        expires = self.assignment_expires_at
        return None if expires is None or expires <= now else self.assigned_user

    def is_due(self, now: datetime) -> bool:
        """Whether it may be handed out: open, not put off, and inside one of its periods if it has any."""
        if self.closed_at is not None or (self.not_before is not None and now < self.not_before):
            return False
        return not self.periods or any(start <= now <= end for start, end in self.periods)

    def assign(self, user: str, now: datetime, rules: QueueRules) -> Callback:
        """It belongs to a user from now on, for a while."""
        return replace(self, assigned_user=user, assigned_at=now, assignment_expires_at=now + rules.assignment)

    def release(self) -> Callback:
        """It belongs to nobody."""
        return replace(self, assigned_user=None, assigned_at=None, assignment_expires_at=None)

    def settle(
        self,
        result: str,
        consequence: Consequence,
        by: str | None,
        now: datetime,
        rules: QueueRules,
        performed: datetime | None = None,
    ) -> Callback:
        """What a result makes of it: closed, or put back for later, as long as that has not been tried too often.

        `performed` is when the call was made (Table 10.18), where its result says.
        """
        answered = replace(self.release(), result=result, last_update_user=by, last_update=performed or now)
        if consequence is not Consequence.REQUEUE:
            return replace(answered, closed_at=now)
        if self.attempts >= rules.requeue_limit:
            return replace(answered.exhaust(now, rules), last_update=answered.last_update)
        return replace(answered, attempts=self.attempts + 1, not_before=now + rules.requeue)

    def exhaust(self, now: datetime, rules: QueueRules) -> Callback:
        """It is given up: nobody could be reached, or not in time."""
        return replace(self.release(), result=rules.exhausted_result, last_update=now, closed_at=now)


def pick(waiting: Iterable[Callback], now: datetime, count: int) -> list[Callback]:
    """The first `count` of the waiting callbacks that are free and due, in the order given."""
    free = (each for each in waiting if each.is_due(now) and each.holder(now) is None)
    return list(islice(free, count))
