"""What happens to callbacks between restoration and the archive (D-39)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import uuid_utils

from reference_adapter.configuration.settings import AdapterSettings
from reference_adapter.operations.incident_life import close_when_done
from reference_adapter.outage_model.callbacks import Callback, Consequence
from reference_adapter.outage_model.network import Network
from reference_adapter.outage_model.tickets import Ticket
from reference_adapter.storage.tickets import reported_again
from reference_adapter.storage.unit_of_work import Work

Settled = tuple[Callback, str, Consequence, str | None]


def settle(settled: Sequence[Settled], work: Work, settings: AdapterSettings, now: datetime) -> None:
    """Apply results: callback, result word, what it leads to, and who said so.

    A customer who is still without power is a new ticket; an incident closes with the last of its callbacks.
    """
    rules = settings.callbacks.queue
    changed = [callback.settle(result, consequence, by, now, rules) for callback, result, consequence, by in settled]
    work.callbacks.change(changed)
    again = [(callback, by) for callback, _, consequence, by in settled if consequence is Consequence.REPORT_AGAIN]
    tickets = {ticket.mrid: ticket for ticket in work.tickets.by_mrid(callback.ticket for callback, _ in again)}
    work.tickets.insert(
        [
            reported_again(tickets[callback.ticket], settings.callbacks.reported_again_code, by, now)
            for callback, by in again
            if callback.ticket in tickets
        ]
    )
    for incident in dict.fromkeys(callback.incident for callback in changed if callback.closed_at is not None):
        close_when_done(incident, work, now)


def release_expired(work: Work, now: datetime, limit: int) -> int:
    """Give callbacks whose assignment is over back to the queue; how many."""
    expired = work.callbacks.expired(now, limit)
    work.callbacks.change([callback.release() for callback in expired])
    return len(expired)


def give_up_missed(work: Work, settings: AdapterSettings, now: datetime) -> int:
    """Close callbacks that nobody holds and whose last period has passed: they can never be due again; how many."""
    missed = [
        callback
        for callback in work.callbacks.open_with_periods()
        if callback.is_missed(now) and callback.holder(now) is None
    ]
    work.callbacks.change([callback.exhaust(now, settings.callbacks.queue) for callback in missed])
    for incident in dict.fromkeys(callback.incident for callback in missed):
        close_when_done(incident, work, now)
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
