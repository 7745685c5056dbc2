"""What happens to callbacks between restoration and the archive (D-39)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import uuid_utils

from reference_adapter.configuration.settings import AdapterSettings
from reference_adapter.operations.incident_life import close_when_done
from reference_adapter.outage_model.callbacks import Callback, Consequence
from reference_adapter.outage_model.network import Network
from reference_adapter.outage_model.tickets import Ticket
from reference_adapter.storage.tickets import reported_again
from reference_adapter.storage.unit_of_work import Work


class Settled(NamedTuple):
    """A callback, its result word, what that leads to, who said so, and when the call was made, where that was said."""

    callback: Callback
    result: str
    consequence: Consequence
    by: str | None
    performed: datetime | None = None


def settle(settled: Sequence[Settled], work: Work, settings: AdapterSettings, now: datetime) -> None:
    """Apply results.

    A customer who is still without power is a new ticket; an incident closes with the last of its callbacks.
    """
    rules = settings.callbacks.queue
    changed = [
        each.callback.settle(each.result, each.consequence, each.by, now, rules, each.performed) for each in settled
    ]
    work.callbacks.change(changed)
    again = [each for each in settled if each.consequence is Consequence.REPORT_AGAIN]
    tickets = {ticket.mrid: ticket for ticket in work.tickets.by_mrid(each.callback.ticket for each in again)}
    code, standing = settings.callbacks.reported_again_code, work.state.incidents
    work.tickets.insert(
        [
            reported_again(ticket, code, each.by, standing.affecting(ticket.usage_point or ""), now)
            for each in again
            if (ticket := tickets.get(each.callback.ticket)) is not None
        ]
    )
    close_when_done({each.incident for each in changed if each.closed_at is not None}, work, now)


def release_expired(work: Work, now: datetime, limit: int) -> int:
    """Give callbacks whose assignment is over back to the queue; how many."""
    expired = work.callbacks.expired(now, limit)
    work.callbacks.change([callback.release() for callback in expired])
    return len(expired)


def give_up_missed(work: Work, settings: AdapterSettings, now: datetime, limit: int) -> int:
    """Close callbacks that nobody holds and whose last period has passed: they can never be due again; how many."""
    missed = work.callbacks.missed(now, limit)
    work.callbacks.change([callback.exhaust(now, settings.callbacks.queue) for callback in missed])
    close_when_done({each.incident for each in missed}, work, now)
    return len(missed)


def callbacks_for(
    tickets: Sequence[Ticket], incident: str, reason: str, network: Network, default_language: int, now: datetime
) -> list[Callback]:
    """A callback for each ticket that asked for one."""
    made = []
    for ticket in tickets:
        if not ticket.call_back:
            continue
        point = network.usage_points.get(ticket.usage_point or "")
        made.append(
            Callback(
                mrid=str(uuid_utils.uuid7()),
                ticket=ticket.mrid,
                incident=incident,
                usage_point=ticket.usage_point,
                created=now,
                priority=point.priority if point else 0,
                language_id=ticket.language_id if ticket.language_id is not None else default_language,
                reason=reason,
                periods=ticket.callback_periods,
            )
        )
    return made
