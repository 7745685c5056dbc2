"""ReceiveTroubleTicketsService: CreatedTroubleTickets, and ChangedTroubleTickets which is not carried out yet."""

from __future__ import annotations

from collections.abc import Sequence

from lxml import etree

from crm_contract.codec import Codec
from crm_contract.contract import Contract, Operation
from crm_contract.envelope import RequestHeader, fault_detail
from crm_contract.messages import (
    Crew,
    IncidentRecord,
    OutageCode,
    OutageRecord,
    Status,
    TroubleTicket,
    TroubleTickets,
    UsagePoint,
)
from crm_contract.values import format_datetime
from crm_soap.faults import SoapFault
from crm_soap.hosting import Handler
from reference_adapter.configuration.errors import ErrorConfiguration
from reference_adapter.configuration.watched import WatchedFile
from reference_adapter.operations.created_trouble_tickets import CreateOutcome, CreateTroubleTickets
from reference_adapter.operations.replies import Result
from reference_adapter.outage_model.incidents import Incident
from reference_adapter.outage_model.tickets import TicketDraft
from reference_adapter.soap.pipeline import Reply

_PREFIX = "p"


class CreatedTroubleTicketsMessages:
    """Decodes the message, carries it out, encodes the reply's payload."""

    def __init__(self, operation: Operation, carry_out: CreateTroubleTickets) -> None:
        payload = f"{{{operation.message_namespace}}}Payload"
        self._root = f"{payload}/{{{operation.payload_namespace}}}{operation.payload_root}"
        self._codec = Codec(TroubleTickets, operation.payload_namespace)
        self._operation = carry_out

    def __call__(self, body: etree._Element, header: RequestHeader) -> Reply:
        """Handle a message that the schema has validated."""
        root = body.find(self._root)
        assert root is not None  # the schema has seen it
        payload = self._codec.decode(root)
        outcome = self._operation.carry_out(header, payload.trouble_tickets)
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
        return self._codec.encode(TroubleTickets(entries), _PREFIX)


def not_carried_out(operation: Operation, contract: Contract, errors: WatchedFile[ErrorConfiguration]) -> Handler:
    """Answers every message with a 5.2 fault."""

    def answer(body: etree._Element) -> bytes:
        error = errors.current()["NotAttempted"].filled()
        raise SoapFault("Server", error.details, fault_detail(operation, contract, [error]))

    return answer


def _created(ticket: TicketDraft, mrid: str | None, previous_count: int) -> TroubleTicket:
    """A created ticket as the reply shows it: see the contract, what each message carries."""
    return TroubleTicket(
        mrid=mrid,
        name=ticket.sent.name,
        previous_trouble_tickets_count=str(previous_count),
        incident_record=_incident_record(ticket.incident) if ticket.incident else None,
        locations=ticket.sent.locations,
        status=Status(value=ticket.status),
        usage_point=UsagePoint(ticket.usage_point) if ticket.usage_point else None,
    )


def _incident_record(incident: Incident) -> IncidentRecord:
    etr = incident.estimated_restoration
    return IncidentRecord(
        mrid=incident.mrid,
        comment=incident.comment,
        created_date_time=format_datetime(incident.created),
        estimated_restoration_time=format_datetime(etr) if etr else None,
        crews=[Crew(crew.mrid, crew.name) for crew in incident.crews],
        outage_record=(
            OutageRecord([OutageCode(incident.cause, incident.subcause)])
            if incident.cause or incident.subcause
            else None
        ),
        status=Status(value=incident.status),
    )
