"""The hosted services as a call center meets them: payload objects in, Result, Errors and payload objects out."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from raw_http import raw_post
from soap_messages import envelope

from crm_contract.codec import Codec
from crm_contract.contract import Operation, load_contract
from crm_contract.messages import (
    CallBack,
    CallbackQuery,
    CallBackResult,
    CallBacks,
    CallBacksResults,
    GetCallbacks,
    GetTroubleTickets,
    Status,
    TicketCriterion,
    TroubleTicket,
    TroubleTickets,
)
from crm_soap.parsing import parse_envelope

CONTRACT = load_contract()
_PAYLOADS: dict[str, type[Any]] = {
    "TroubleTickets": TroubleTickets,
    "CallBacks": CallBacks,
    "CallBacksResults": CallBacksResults,
}


class Unavailable(Exception):
    """The service says that it cannot carry out the message now (HTTP 503)."""


@dataclass(frozen=True)
class Answer:
    """A response message; `payload` is None where it has none."""

    result: str
    reasons: list[str]
    payload: Any


class Crm:
    """Sends messages, each over a connection of its own. Raises OSError and HTTPException when it breaks."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url

    def create(self, *tickets: TroubleTicket) -> Answer:
        """CreatedTroubleTickets."""
        return self._send("CreatedTroubleTickets", TroubleTickets(list(tickets)))

    def change(self, *tickets: TroubleTicket) -> Answer:
        """ChangedTroubleTickets."""
        return self._send("ChangedTroubleTickets", TroubleTickets(list(tickets)))

    def query(self, context: str, *criteria: TicketCriterion) -> list[TroubleTicket]:
        """GetTroubleTickets; fails unless it succeeds."""
        answer = self._send("GetTroubleTickets", GetTroubleTickets(list(criteria)), context)
        assert answer.result == "OK", answer
        found: list[TroubleTicket] = answer.payload.trouble_tickets
        return found

    def pull(self, csr: str, count: int) -> list[CallBack]:
        """GetCallbacks; fails unless it succeeds."""
        answer = self._send("GetCallbacks", GetCallbacks(CallbackQuery(str(count), csr)))
        assert answer.result == "OK", answer
        found: list[CallBack] = answer.payload.call_backs
        return found

    def report(self, csr: str, callback: str, result: str, comment: str | None = None) -> Answer:
        """CreatedCallBacksResults with one result."""
        sent = CallBackResult(callback, comment, csr, status=Status(value=result))
        return self._send("CreatedCallBacksResults", CallBacksResults([sent]))

    def _send(self, operation: str, payload: object, context: str | None = None) -> Answer:
        op = CONTRACT.operations[operation]
        answer = raw_post(f"{self.base_url}/{op.service}", envelope(_message(op, payload, context)))
        if answer.status == 503:
            raise Unavailable(operation)
        body = parse_envelope(answer.body)
        schema = CONTRACT.schema(op)
        assert body.tag == f"{{{op.message_namespace}}}{op.response}", answer.body
        assert schema.validate(body), schema.error_log
        parts = f"{{{CONTRACT.message_parts}}}"
        root = body.find(f"{{{op.message_namespace}}}Payload/{{{op.payload_namespace}}}{op.payload_root}")
        codec = Codec(_PAYLOADS[op.payload_root], op.payload_namespace)
        return Answer(
            body.findtext(f".//{parts}Result") or "",
            [each.text or "" for each in body.iter(f"{parts}reason")],
            None if root is None else codec.decode(root),
        )


def _message(op: Operation, payload: object, context: str | None) -> str:
    part, root = ("Request", op.query_root) if op.query_root else ("Payload", op.payload_root)
    namespace = op.query_namespace if op.query_root else op.payload_namespace
    content = Codec(type(payload), namespace).encode(payload, "p")
    said = f"<h:Context>{context}</h:Context>" if context else ""
    return (
        f'<m:{op.name} xmlns:m="{op.message_namespace}" xmlns:h="{CONTRACT.message_parts}" xmlns:p="{namespace}">'
        f"<m:Header><h:Verb>{op.verb}</h:Verb><h:Noun>{op.noun}</h:Noun>{said}<h:Source>CallCenter</h:Source>"
        f"<h:MessageID>{uuid.uuid4()}</h:MessageID></m:Header>"
        f"<m:{part}><p:{root}>{content}</p:{root}></m:{part}></m:{op.name}>"
    )
