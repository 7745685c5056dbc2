"""ReceiveTroubleTicketsService: CreatedTroubleTickets and ChangedTroubleTickets."""

from __future__ import annotations

from collections.abc import Sequence

from lxml import etree

from crm_contract.codec import Codec
from crm_contract.contract import Operation
from crm_contract.envelope import RequestHeader
from crm_contract.messages import Status, TroubleTicket, TroubleTickets, UsagePoint
from reference_adapter.operations.changed_trouble_tickets import CHANGED, ChangeTroubleTickets
from reference_adapter.operations.created_trouble_tickets import CreateOutcome, CreateTroubleTickets
from reference_adapter.operations.replies import Result
from reference_adapter.outage_model.tickets import TicketDraft
from reference_adapter.soap.payloads import PREFIX, RequestReader
from reference_adapter.soap.pipeline import Reply
from reference_adapter.soap.records import incident_record


class CreatedTroubleTicketsMessages:
    """Decodes the message, carries it out, encodes the reply's payload."""

    def __init__(self, operation: Operation, carry_out: CreateTroubleTickets) -> None:
        self._reader = RequestReader(operation, TroubleTickets)
        self._codec = Codec(TroubleTickets, operation.payload_namespace)
        self._operation = carry_out

    def __call__(self, body: etree._Element, header: RequestHeader) -> Reply:
        """Handle a message that the schema has validated."""
        outcome = self._operation.carry_out(header, self._reader.read(body).trouble_tickets)
        return Reply(outcome.result, outcome.errors, self._payload(outcome))

    def _payload(self, outcome: CreateOutcome) -> str | None:
        """An empty root where nothing was created for want of tickets, no payload where all were refused."""
        if outcome.message_failed or (outcome.result is Result.FAILED and not outcome.drafts):
            return None
        mrids: Sequence[str | None] = outcome.mrids or [None] * len(outcome.drafts)
        entries = [
            _created(ticket, mrid, count)
            for ticket, mrid, count in zip(outcome.drafts, mrids, outcome.previous_counts, strict=True)
        ]
        return self._codec.encode(TroubleTickets(entries), PREFIX)


class ChangedTroubleTicketsMessages:
    """Decodes the message, carries it out, encodes the reply's payload."""

    def __init__(self, operation: Operation, carry_out: ChangeTroubleTickets) -> None:
        self._reader = RequestReader(operation, TroubleTickets)
        self._codec = Codec(TroubleTickets, operation.payload_namespace)
        self._operation = carry_out

    def __call__(self, body: etree._Element, header: RequestHeader) -> Reply:
        """Handle a message that the schema has validated."""
        outcome = self._operation.carry_out(header, self._reader.read(body).trouble_tickets)
        if outcome.changed is None:
            return Reply(outcome.result, outcome.errors, None)
        entries = [
            TroubleTicket(mrid=ticket.mrid, name=ticket.name, status=Status(value=CHANGED))
            for ticket in outcome.changed
        ]
        return Reply(outcome.result, outcome.errors, self._codec.encode(TroubleTickets(entries), PREFIX))


def _created(ticket: TicketDraft, mrid: str | None, previous_count: int) -> TroubleTicket:
    """A created ticket as the reply shows it: see the contract, what each message carries."""
    return TroubleTicket(
        mrid=mrid,
        name=ticket.sent.name,
        previous_trouble_tickets_count=str(previous_count),
        incident_record=incident_record(ticket.incident) if ticket.incident else None,
        locations=ticket.sent.locations,
        status=Status(value=ticket.status),
        usage_point=UsagePoint(ticket.usage_point) if ticket.usage_point else None,
    )
