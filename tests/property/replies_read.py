"""SOAP answers in the model's vocabulary. Knows the contract, not the adapter."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from lxml import etree
from model.answers import Answer
from model.messages import OPERATIONS, Envelope
from requests_written import SOAP, contract

from crm_contract import messages
from crm_contract.codec import Codec
from crm_contract.values import parse_datetime

_PAYLOADS: dict[str, type[Any]] = {
    "TroubleTickets": messages.TroubleTickets,
    "CallBacks": messages.CallBacks,
    "CallBacksResults": messages.CallBacksResults,
}


@dataclass(frozen=True)
class Reader:
    """Reads answers; `entity` tells what the model calls an mRID."""

    entity: Callable[[str], str]

    def answer(self, status: int, body: bytes, sent: Envelope, context: str | None, number: int) -> Answer:
        """What was answered; fails for a reply that no message may get (D-14, D-16)."""
        inside = etree.fromstring(body).find(f"{{{SOAP}}}Body")[0]  # type: ignore[index]
        if etree.QName(inside).localname == "Fault":
            assert status == 500, body
            return Answer(fault=True)
        assert status == 200, body
        operation = contract().operations[sent.operation]
        assert contract().schema(operation).validate(inside), contract().schema(operation).error_log
        parts = contract().message_parts
        header = {etree.QName(each).localname: each.text for each in inside.find("{*}Header")}
        # An empty element has no text.
        echoed = (context or None) if sent.operation == "GetTroubleTickets" else None
        assert (header["Verb"], header["Noun"]) == ("reply", OPERATIONS[sent.operation][1])
        assert (header["CorrelationID"], header.get("Context")) == (f"correlation-{number}", echoed)
        reply = inside.find("{*}Reply")
        errors = [
            tuple(error.findtext(f"{{{parts}}}{part}") for part in ("code", "level", "reason", "details"))
            for error in reply.iterfind(f"{{{parts}}}Error")
        ]
        assert len(set(errors)) == len(errors), f"an Error is there twice: {errors}"
        assert not any(mark in error[3] for error in errors for mark in ("{0}", "{1}")), errors
        result = reply.findtext(f"{{{parts}}}Result")
        return Answer(result, tuple(sorted(error[:3] for error in errors)), self._shown(inside, sent.operation))

    def _shown(self, reply: etree._Element, name: str) -> tuple[dict[str, Any], ...] | None:
        operation = contract().operations[name]
        root = reply.find(f"{{*}}Payload/{{{operation.payload_namespace}}}{operation.payload_root}")
        if root is None:
            return None
        payload = Codec(_PAYLOADS[operation.payload_root], operation.payload_namespace).decode(root)
        show = {
            "CreatedTroubleTickets": self._created,
            "ChangedTroubleTickets": self._changed,
            "GetTroubleTickets": self._ticket,
            "GetCallbacks": self._callback,
            "CreatedCallBacksResults": self._updated,
        }[name]
        entries = getattr(payload, _FIELDS[operation.payload_root])
        return tuple(show(entry) for entry in entries)

    def _created(self, entry: messages.TroubleTicket) -> dict[str, Any]:
        assert entry.status is not None
        return {
            "mrid": self._entity(entry.mrid),
            "name": entry.name,
            "previous": int(entry.previous_trouble_tickets_count or -1),
            "incident": entry.incident_record and self._entity(entry.incident_record.mrid),
            "status": entry.status.value,
            "usage_point": entry.usage_point and entry.usage_point.mrid,
        }

    def _changed(self, entry: messages.TroubleTicket) -> dict[str, Any]:
        return {"mrid": self._entity(entry.mrid), "name": entry.name, "status": entry.status and entry.status.value}

    def _updated(self, entry: messages.CallBackResult) -> dict[str, Any]:
        return {"mrid": self._entity(entry.mrid), "status": entry.status and entry.status.value}

    def _ticket(self, entry: messages.TroubleTicket) -> dict[str, Any]:
        """All columns, None for those that are absent."""
        incident = entry.incident_record
        position = [each.position_point for each in entry.locations if each.position_point is not None]
        search = [(each.type, each.description) for each in entry.locations if each.type is not None]
        return {
            "mrid": self._entity(entry.mrid),
            "name": entry.name,
            "call_back": entry.call_back,
            "comment": entry.comment,
            "created": moment(entry.created_date_time),
            "source": entry.source,
            "trouble_code": entry.trouble_code,
            "usage_point": entry.usage_point and entry.usage_point.mrid,
            "search": search[0] if search else None,
            "position": (position[0].x_position, position[0].y_position) if position else None,
            "csr": entry.csr_id,
            "first_call": moment(entry.first_call_date_time),
            "language": None if entry.language_id is None else int(entry.language_id),
            "hazards": [each.mrid for each in entry.incident_hazards],
            "incident": incident
            and (self._entity(incident.mrid), incident.status and incident.status.value, incident.comment),
            "customer": _customer(entry.customer_data),
        }

    def _callback(self, entry: messages.CallBack) -> dict[str, Any]:
        (ticket,) = entry.trouble_tickets
        return {
            "mrid": self._entity(entry.mrid),
            "comment": entry.comment,
            "csr": entry.csr_id,
            "assigned": moment(entry.date_time),
            "reason": entry.reason,
            "incident": entry.incident_record and self._entity(entry.incident_record.mrid),
            "language": int(ticket.language_id or 0),
            "trouble_code": ticket.trouble_code,
            "usage_point": ticket.usage_point and ticket.usage_point.mrid,
            "customer": _customer(ticket.customer_data),
        }

    def _entity(self, mrid: str | None) -> str | None:
        return None if mrid is None else self.entity(mrid)


_FIELDS = {
    "TroubleTickets": "trouble_tickets",
    "CallBacks": "call_backs",
    "CallBacksResults": "call_back_results",
}


def moment(text: str | None) -> datetime | None:
    """A dateTime as the adapter writes it."""
    return None if text is None else parse_datetime(text, UTC)


def _customer(customer: messages.CustomerData | None) -> dict[str, str | None] | None:
    if customer is None:
        return None
    return {
        "first_name": customer.first_name,
        "last_name": customer.last_name,
        "email": customer.electronic_address and customer.electronic_address.email1,
        "landline": customer.landline_phone and customer.landline_phone.local_number,
        "mobile": customer.mobile_phone and customer.mobile_phone.local_number,
    }
