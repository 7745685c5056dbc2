"""SendCallBacksService: judges a message as the contract says, hands its callbacks on, answers (D-03, D-05, D-16)."""

from __future__ import annotations

import threading
import uuid
from collections import OrderedDict
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from lxml import etree

from crm_contract.contract import Contract, Operation
from crm_contract.envelope import (
    ReplyHeader,
    ReportedError,
    RequestHeader,
    fault_detail,
    noun_matches,
    read_header,
    response,
)
from crm_contract.values import format_datetime
from crm_soap.faults import SoapFault
from crm_soap.front_door import FrontDoor, TransportLimits
from crm_soap.hosting import host
from mock_ivr.behaviour import TAKES
from mock_ivr.receiving import in_hand

SERVICE = "SendCallBacksService"
SOURCE = "IVR"
_OTHER_OPERATION = "CreatedTroubleTickets"
_REMEMBERED_MESSAGES = 10_000

Take = Callable[[Sequence[str]], None]


def build_soap_app(contract: Contract, take: Take) -> FrontDoor:
    """The service as an ASGI application; `take` gets the mRIDs of callbacks that were taken."""
    (operation,) = contract.of_service(SERVICE)
    limits = TransportLimits()
    service = host(SERVICE, contract, {operation.name: SendCallBacks(contract, take)}, limits.body_bytes)
    schemas = {name: text for name, text in contract.documents.items() if name.endswith(".xsd")}
    return FrontDoor({SERVICE: service}, schemas, limits)


class SendCallBacks:
    """Handles CreatedCallBacks; the callbacks of a message that repeats a MessageID are not taken twice."""

    def __init__(self, contract: Contract, take: Take) -> None:
        (self._operation,) = contract.of_service(SERVICE)
        self._contract = contract
        self._take = take
        self._taken = _RecentIds(_REMEMBERED_MESSAGES)

    def __call__(self, body: etree._Element) -> bytes:
        """Answer one message as the behaviour wants it; what it carries is noted whatever that is."""
        handling = in_hand.get()
        handling.reached = True
        message = handling.message
        header = read_header(body, self._operation, self._contract)
        errors = self._errors(body, header)
        message.message_id, message.correlation_id = header.message_id, header.correlation_id
        message.verb, message.noun = header.verb, header.noun
        message.callbacks = self._mrids(body)
        message.valid = not errors
        message.problem = "; ".join(error.details for error in errors) or None
        mode = handling.setting.mode
        if mode in TAKES and not errors and self._taken.add(header.message_id):
            self._take(message.callbacks)
        if mode in ("html", "nothing", "drop"):
            return b""
        if mode == "fault":
            error = ReportedError("5.3", "FATAL", "InternalServerError", "The IVR could not process the message.")
            raise SoapFault("Server", error.details, fault_detail(self._operation, self._contract, [error]))
        if mode == "invalid":
            return self._response(self._operation, header, "ACCEPTED")
        if mode == "other-reply":
            message.result = "OK"
            return self._response(self._contract.operations[_OTHER_OPERATION], header, "OK")
        message.result, errors = _verdict(mode, errors, message.callbacks)
        return self._response(self._operation, header, message.result, errors)

    def _errors(self, body: etree._Element, header: RequestHeader) -> list[ReportedError]:
        """Verb and noun first, both may be wrong; then the schema."""
        errors = []
        if header.verb is not None and header.verb != self._operation.verb:
            errors.append(ReportedError("2.9", "FATAL", "InvalidVerb", f"Invalid verb: {header.verb}"))
        if header.noun is not None and not noun_matches(header.noun, self._operation):
            errors.append(ReportedError("2.5", "FATAL", "InvalidNoun", f"Invalid noun: {header.noun}"))
        schema = self._contract.schema(self._operation)
        if not errors and not schema.validate(body):
            log: Any = schema.error_log
            errors.append(ReportedError("1.8", "FATAL", "InvalidMessage", " ".join(str(log[0].message).split())))
        return errors

    def _mrids(self, body: etree._Element) -> list[str]:
        """As far as they can be read: the schema may have refused the message."""
        op = self._operation
        root = f"{{{op.message_namespace}}}Payload/{{{op.payload_namespace}}}{op.payload_root}"
        found = body.iterfind(f"{root}/{{{op.payload_namespace}}}CallBack/{{{op.payload_namespace}}}mRID")
        return [each.text for each in found if each.text]

    def _response(
        self, operation: Operation, header: RequestHeader, result: str, errors: Sequence[ReportedError] = ()
    ) -> bytes:
        answered = ReplyHeader(
            timestamp=format_datetime(datetime.now(UTC)),
            source=SOURCE,
            message_id=str(uuid.uuid4()),
            correlation_id=header.correlation_id or header.message_id,
        )
        return response(operation, self._contract, answered, result, errors, None)


def _verdict(mode: str, errors: list[ReportedError], mrids: Sequence[str]) -> tuple[str, list[ReportedError]]:
    """Result and Errors of a proper response."""
    if mode == "failed":
        return "FAILED", [ReportedError("5.2", "FATAL", "NotAttempted", "The IVR takes no callbacks now.")]
    if mode == "partial":
        refused = ", ".join(mrids[-1:])
        return "PARTIAL", [ReportedError("5.2", "FATAL", "NotAttempted", f"Callback(s) not taken: {refused}")]
    return ("FAILED" if errors else "OK"), errors


class _RecentIds:
    """The last so many message ids. Thread-safe."""

    def __init__(self, capacity: int) -> None:
        self._ids: OrderedDict[str, None] = OrderedDict()
        self._capacity = capacity
        self._lock = threading.Lock()

    def add(self, message_id: str | None) -> bool:
        """Whether it is new; a message without an id always is."""
        if not message_id:
            return True
        with self._lock:
            if message_id in self._ids:
                return False
            self._ids[message_id] = None
            if len(self._ids) > self._capacity:
                self._ids.popitem(last=False)
            return True
