"""GetCallbacksService."""

from __future__ import annotations

from lxml import etree

from crm_contract.codec import Codec
from crm_contract.contract import Operation
from crm_contract.envelope import RequestHeader
from crm_contract.messages import CallBacks
from crm_contract.messages import GetCallbacks as CallbacksQuery
from reference_adapter.operations.get_callbacks import GetCallbacks
from reference_adapter.rules.registry import RuleBook
from reference_adapter.soap.payloads import PREFIX, RequestReader
from reference_adapter.soap.pipeline import Reply
from reference_adapter.soap.records import callback_shown


class GetCallbacksMessages:
    """Decodes the query, carries it out, encodes the callbacks that were handed out."""

    def __init__(self, operation: Operation, rules: RuleBook, carry_out: GetCallbacks) -> None:
        self._reader = RequestReader(operation, CallbacksQuery)
        self._codec = Codec(CallBacks, operation.payload_namespace)
        self._customer_shown = rules["7.1-02"].check
        self._operation = carry_out

    def __call__(self, body: etree._Element, header: RequestHeader) -> Reply:
        """Handle a message that the schema has validated."""
        outcome = self._operation.carry_out(header, self._reader.read(body).call_back)
        if outcome.handed_out is None:
            return Reply(outcome.result, outcome.errors, None)
        entries = [callback_shown(each, self._customer_shown) for each in outcome.handed_out]
        return Reply(outcome.result, outcome.errors, self._codec.encode(CallBacks(entries), PREFIX))
