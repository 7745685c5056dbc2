"""Wrong effects: wrappers of rules, and a store that does what they ask for behind the reply's back."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from crm_contract.values import format_datetime
from reference_adapter.outage_model.tickets import TicketDraft
from reference_adapter.storage.ticket_records import Tickets
from reference_adapter.storage.tickets import Row, row_of
from reference_adapter.storage.unit_of_work import SharedState, Store, Work

Check = Callable[..., Any]
_SOMEWHERE = (3_114_226.21, 10_070_436.13)


class Mischief(threading.local):
    """What a message's wrapped rule asks of the store: one message a thread."""

    def __init__(self) -> None:
        self.smuggled: list[TicketDraft] = []
        self.doubled: set[str | None] = set()


class MischievousStore(Store):
    """Stores refused tickets and doubles others, as the rules asked; the reply knows nothing of it."""

    def __init__(self, honest: Store, mischief: Mischief) -> None:
        super().__init__(honest.database, honest.network, honest.clock)
        self._mischief = mischief

    def state(self) -> SharedState:
        """As the honest store; a new message begins."""
        self._mischief.smuggled, self._mischief.doubled = [], set()
        return super().state()

    def now(self) -> datetime:
        """As the honest store, in the middle of a message."""
        super().state()
        return self.clock()

    @contextmanager
    def begin(self, state: SharedState, now: datetime) -> Iterator[Work]:
        """As the honest store, with mischievous tickets."""
        with super().begin(state, now) as work:
            work.tickets = _MischievousTickets(work.tickets, self._mischief, now)
            yield work


class _MischievousTickets(Tickets):
    def __init__(self, honest: Tickets, mischief: Mischief, now: datetime) -> None:
        super().__init__(honest.connection, honest.changes)
        self._mischief = mischief
        self._now = now

    def insert(self, rows: Sequence[Row]) -> list[str]:
        received = format_datetime(self._now)
        extra = [row_of(ticket, received, None, self._now) for ticket in self._mischief.smuggled]
        extra += [dict(row) for row in rows if row["name"] in self._mischief.doubled]
        mrids = super().insert(rows)
        super().insert(extra)
        return mrids


def keep_hazard(check: Check, mischief: Mischief) -> Check:
    """Report the invalid hazard, and store it."""

    def wrapped(ticket: TicketDraft, context: Any) -> Any:
        found = check(ticket, context)
        ticket.hazards = [hazard.mrid for hazard in ticket.sent.incident_hazards if hazard.mrid]
        return found

    return wrapped


def keep_comment(check: Check, mischief: Mischief) -> Check:
    """Report the long comment, and store all of it."""

    def wrapped(ticket: TicketDraft, context: Any) -> Any:
        comment = ticket.comment
        found = check(ticket, context)
        ticket.comment = comment
        return found

    return wrapped


def store_refused(check: Check, mischief: Mischief) -> Check:
    """Refuse the ticket, and store it."""

    def wrapped(ticket: TicketDraft, context: Any) -> Any:
        found = check(ticket, context)
        if ticket.refused:
            mischief.smuggled.append(ticket)
        return found

    return wrapped


def store_twice(check: Check, mischief: Mischief) -> Check:
    """Store the ticket of a customer that the model lacks a second time."""

    def wrapped(ticket: TicketDraft, context: Any) -> Any:
        point = ticket.reported_usage_point
        if point is not None and point not in context.network.usage_points:
            mischief.doubled.add(ticket.sent.name)
        return check(ticket, context)

    return wrapped


def locate_anyway(check: Check, mischief: Mischief) -> Check:
    """Say that the call could not be located, and locate it."""

    def wrapped(ticket: TicketDraft, context: Any) -> Any:
        found = check(ticket, context)
        if found:
            ticket.place(_SOMEWHERE, by="landbase")
        return found

    return wrapped
