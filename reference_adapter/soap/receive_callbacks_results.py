"""ReceiveCallBacksResultsService."""

from __future__ import annotations

from lxml import etree

from crm_contract.codec import Codec
from crm_contract.contract import Operation
from crm_contract.envelope import RequestHeader
from crm_contract.messages import CallBackResult, CallBacksResults, Status
from reference_adapter.operations.callbacks_results import UPDATED, ReceiveCallbackResults
from reference_adapter.soap.payloads import PREFIX, RequestReader
from reference_adapter.soap.pipeline import Reply


class CallbackResultsMessages:
    """Decodes the message, carries it out, encodes the reply's payload."""

    def __init__(self, operation: Operation, carry_out: ReceiveCallbackResults) -> None:
        self._reader = RequestReader(operation, CallBacksResults)
        self._codec = Codec(CallBacksResults, operation.payload_namespace)
        self._operation = carry_out

    def __call__(self, body: etree._Element, header: RequestHeader) -> Reply:
        """Handle a message that the schema has validated."""
        outcome = self._operation.carry_out(header, self._reader.read(body).call_back_results)
        if outcome.updated is None:
            return Reply(outcome.result, outcome.errors, None)
        entries = [CallBackResult(mrid=mrid, status=Status(value=UPDATED)) for mrid in outcome.updated]
        return Reply(outcome.result, outcome.errors, self._codec.encode(CallBacksResults(entries), PREFIX))
