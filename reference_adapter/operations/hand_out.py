"""A callback with everything that goes out with it, to a CSR or to the external system (Tables 10.17, 10.20)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reference_adapter.outage_model.callbacks import Callback
from reference_adapter.outage_model.incidents import Incident
from reference_adapter.outage_model.tickets import Ticket
from reference_adapter.storage.unit_of_work import Work


@dataclass(frozen=True, slots=True)
class HandedOut:
    """A callback, the ticket that asked for it, and its incident."""

    callback: Callback
    ticket: Ticket
    incident: Incident | None


def described(callbacks: Sequence[Callback], work: Work) -> list[HandedOut]:
    """The callbacks with their tickets and incidents, looked up once for all, in the order given."""
    tickets = {ticket.mrid: ticket for ticket in work.tickets.by_mrid(each.ticket for each in callbacks)}
    incidents = work.incidents.by_mrid(each.incident for each in callbacks)
    return [HandedOut(each, tickets[each.ticket], incidents.get(each.incident)) for each in callbacks]
