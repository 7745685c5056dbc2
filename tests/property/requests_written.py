"""Messages of the model's vocabulary as SOAP bytes. Knows the contract, not the adapter."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from model import calls
from model.messages import Envelope

from crm_contract import messages
from crm_contract.codec import Codec
from crm_contract.contract import Contract, load_contract
from crm_contract.values import escape, format_datetime

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
_HEADER_ORDER = ("Verb", "Noun", "Context", "Timestamp", "Source", "MessageID", "CorrelationID")
_ROOTS = {
    "CreatedTroubleTickets": messages.TroubleTickets,
    "ChangedTroubleTickets": messages.TroubleTickets,
    "GetTroubleTickets": messages.GetTroubleTickets,
    "GetCallbacks": messages.GetCallbacks,
    "CreatedCallBacksResults": messages.CallBacksResults,
}
#: A value that the schema types, put where it is none of that type (D-07).
_MISTYPED = {
    "CreatedTroubleTickets": "<p:TroubleTicket><p:createdDateTime>soon</p:createdDateTime></p:TroubleTicket>",
    "ChangedTroubleTickets": "<p:TroubleTicket><p:languageId>English</p:languageId></p:TroubleTicket>",
    "GetTroubleTickets": "<p:TroubleTicket><p:mRID><p:x/></p:mRID></p:TroubleTicket>",
    "GetCallbacks": "<p:CallBack><p:count>-1</p:count></p:CallBack>",
    "CreatedCallBacksResults": "<p:CallBackResult><p:dateTime>noon</p:dateTime></p:CallBackResult>",
}


@cache
def contract() -> Contract:
    return load_contract()


@dataclass(frozen=True)
class Writer:
    """Writes messages at one moment; `mrid` tells the mRID of what the model calls T1."""

    now: datetime
    mrid: Callable[[str], str]

    def request(self, envelope: Envelope, content: Any, context: str | None, number: int) -> bytes:
        """A message; `content` is a payload object of the contract."""
        operation = contract().operations[envelope.operation]
        header = {
            "Verb": envelope.verb,
            "Noun": envelope.noun,
            "Context": context,
            "Timestamp": format_datetime(self.now),
            "Source": "IVR",
            "MessageID": f"message-{number}",
            "CorrelationID": f"correlation-{number}",
        }
        parts = "".join(f"<h:{k}>{escape(header[k])}</h:{k}>" for k in _HEADER_ORDER if header[k] is not None)  # type: ignore[arg-type]
        is_query = operation.query_root is not None
        namespace = operation.query_namespace if is_query else operation.payload_namespace
        root = operation.query_root or operation.payload_root
        if envelope.body == "mistyped value":
            inside = _MISTYPED[operation.name]
        else:
            inside = Codec(_ROOTS[operation.name], namespace).encode(content, "p")
        if envelope.body == "unknown element":
            inside += "<p:Weather>windy</p:Weather>"
        around = "Request" if is_query else "Payload"
        payload = f'<m:{around}><p:{root} xmlns:p="{namespace}">{inside}</p:{root}></m:{around}>'
        if envelope.body == "no payload":
            payload = ""
        body = (
            f'<m:{operation.name} xmlns:m="{operation.message_namespace}" xmlns:h="{contract().message_parts}">'
            f"<m:Header>{parts}</m:Header>{payload}</m:{operation.name}>"
        )
        text = f'<s:Envelope xmlns:s="{SOAP}"><s:Body>{body}</s:Body></s:Envelope>'
        return (text[: len(text) // 2] if envelope.body == "no XML" else text).encode()

    def new_tickets(self, entries: tuple[calls.NewTicket, ...]) -> messages.TroubleTickets:
        return messages.TroubleTickets([self._new_ticket(entry) for entry in entries])

    def _new_ticket(self, entry: calls.NewTicket) -> messages.TroubleTicket:
        locations = []
        if entry.search is not None:
            kind, parameter = entry.search
            locations.append(messages.Location(description=parameter, name="7", type=kind))
        if entry.position is not None:
            locations.append(messages.Location(position_point=messages.PositionPoint(*entry.position)))
        return messages.TroubleTicket(
            name=entry.name,
            usage_point=None if entry.usage_point is None else messages.UsagePoint(entry.usage_point),
            trouble_code=entry.trouble_code,
            csr_id=entry.csr,
            comment=entry.comment,
            language_id=entry.language,
            source=entry.source,
            incident_hazards=[messages.IncidentHazard(each) for each in entry.hazards],
            call_back=entry.call_back,
            call_backs=[
                messages.CallBackRequest(
                    each.medium,
                    [messages.Period(start=self._moment(start), end=self._moment(end)) for start, end in each.periods],
                )
                for each in entry.wishes
            ],
            created_date_time=self._moment(entry.created),
            first_call_date_time=self._moment(entry.first_call),
            customer_data=_customer(entry.customer),
            locations=locations,
        )

    def changes(self, entries: tuple[calls.Change, ...]) -> messages.TroubleTickets:
        return messages.TroubleTickets(
            [
                messages.TroubleTicket(
                    mrid=self._known(entry.mrid),
                    name=entry.name,
                    csr_id=entry.csr,
                    comment=entry.comment,
                    customer_data=_customer(entry.customer),
                )
                for entry in entries
            ]
        )

    def criteria(self, entries: tuple[calls.Criterion, ...]) -> messages.GetTroubleTickets:
        return messages.GetTroubleTickets(
            [
                messages.TicketCriterion(
                    mrid=self._known(entry.mrid),
                    name=entry.name,
                    incident_record=(
                        None if entry.incident is None else messages.IncidentCriterion(self._known(entry.incident))
                    ),
                    usage_point=None if entry.usage_point is None else messages.UsagePoint(entry.usage_point),
                )
                for entry in entries
            ]
        )

    def pull(self, asked: calls.Pull | None) -> messages.GetCallbacks:
        if asked is None:
            return messages.GetCallbacks()
        wanted = messages.CallbackFilter(asked.language, asked.priority)
        filters = None if asked.language is None and asked.priority is None else wanted
        return messages.GetCallbacks(messages.CallbackQuery(asked.count, asked.csr, filters))

    def results(self, entries: tuple[calls.CallbackResult, ...]) -> messages.CallBacksResults:
        return messages.CallBacksResults(
            [
                messages.CallBackResult(
                    mrid=self._known(entry.mrid),
                    name=entry.name,
                    csr_id=entry.csr,
                    comment=entry.comment,
                    status=None if entry.result is None else messages.Status(value=entry.result),
                )
                for entry in entries
            ]
        )

    def _known(self, id: str | None) -> str | None:
        return None if id is None else self.mrid(id)

    def _moment(self, seconds: int | None) -> str | None:
        return None if seconds is None else format_datetime(self.now + timedelta(seconds=seconds))


def _customer(customer: calls.Customer | None) -> messages.CustomerData | None:
    if customer is None:
        return None
    phone = messages.TelephoneNumber
    return messages.CustomerData(
        customer.first_name,
        customer.last_name,
        customer.middle_name,
        None if customer.email is None else messages.ElectronicAddress(customer.email),
        None if customer.landline is None else phone(customer.landline),
        None if customer.mobile is None else phone(customer.mobile),
    )
