"""GetTroubleTicketsService."""

from __future__ import annotations

from lxml import etree

from crm_contract.codec import Codec
from crm_contract.contract import Operation
from crm_contract.envelope import RequestHeader
from crm_contract.messages import CustomerData, TroubleTickets
from crm_contract.messages import GetTroubleTickets as TicketQuery
from reference_adapter.operations.get_trouble_tickets import GetTroubleTickets, TicketsOutcome
from reference_adapter.outage_model.tickets import Ticket
from reference_adapter.rules.registry import RuleBook
from reference_adapter.soap.payloads import PREFIX, RequestReader
from reference_adapter.soap.pipeline import Reply
from reference_adapter.soap.records import full_ticket, limited_ticket


class GetTroubleTicketsMessages:
    """Decodes the query, carries it out, encodes what was found."""

    def __init__(self, operation: Operation, rules: RuleBook, carry_out: GetTroubleTickets) -> None:
        self._reader = RequestReader(operation, TicketQuery)
        self._codec = Codec(TroubleTickets, operation.payload_namespace)
        self._customer_shown = rules["6.1-14"].check
        self._operation = carry_out

    def __call__(self, body: etree._Element, header: RequestHeader) -> Reply:
        """Handle a message that the schema has validated."""
        outcome = self._operation.carry_out(header, self._reader.read(body).trouble_tickets)
        return Reply(outcome.result, outcome.errors, self._payload(outcome))

    def _payload(self, outcome: TicketsOutcome) -> str | None:
        if outcome.tickets is None:
            return None
        if outcome.full_detail:
            incidents = outcome.incidents
            entries = [
                full_ticket(ticket, incidents.get(ticket.incident or ""), self._customer) for ticket in outcome.tickets
            ]
        else:
            entries = [limited_ticket(ticket) for ticket in outcome.tickets]
        return self._codec.encode(TroubleTickets(entries), PREFIX)

    def _customer(self, ticket: Ticket) -> CustomerData | None:
        shown: CustomerData | None = self._customer_shown(ticket)
        return shown
