"""Messages of the IVR to the adapter."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

from crm_contract.contract import Contract
from crm_contract.messages import CallBacksResults, TroubleTickets
from crm_contract.values import format_datetime
from crm_soap.client import RequestMessageHeader, ServiceClient, ServiceReply

_ANSWER_SECONDS = 30.0
_SOURCE = "IVR"


class AdapterServices:
    """The adapter's services that an IVR calls. Raises ValueError for an address that is none. Thread-safe."""

    def __init__(self, contract: Contract, base_url: str) -> None:
        self._results, self._tickets = (
            (ServiceClient(contract, op.service, base_url, _ANSWER_SECONDS), op)
            for op in (contract.operations[name] for name in ("CreatedCallBacksResults", "CreatedTroubleTickets"))
        )

    def report_results(self, results: CallBacksResults, message_id: str) -> ServiceReply:
        """Send callback results. Raises NoAnswer, InvalidReply."""
        client, op = self._results
        return client.send(op.name, _header(op.verb, op.noun, message_id), results)

    def report_tickets(self, tickets: TroubleTickets) -> ServiceReply:
        """Send trouble tickets. Raises NoAnswer, InvalidReply."""
        client, op = self._tickets
        return client.send(op.name, _header(op.verb, op.noun, new_message_id()), tickets)


def new_message_id() -> str:
    """A message id of our own."""
    return str(uuid.uuid4())


def now_in_message() -> str:
    """Now as xs:dateTime."""
    return format_datetime(datetime.now(UTC))


def _header(verb: str, noun: str, message_id: str) -> RequestMessageHeader:
    return RequestMessageHeader(verb, noun, now_in_message(), _SOURCE, message_id)
