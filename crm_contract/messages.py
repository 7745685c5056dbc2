"""Typed payload objects, one class a complex type of the contract's payload schemas.

Field order is the schema's. Texts are as sent; see `crm_contract.codec`.
"""

from __future__ import annotations

from dataclasses import dataclass

from crm_contract.codec import flag, many, one, text


@dataclass(slots=True)
class Status:
    """`status` of a ticket, an incident or a callback result."""

    date_time: str | None = text("dateTime")
    reason: str | None = text("reason")
    remark: str | None = text("remark")
    value: str | None = text("value")


@dataclass(slots=True)
class UsagePoint:
    """The service delivery point that a ticket or a callback is about."""

    mrid: str | None = text("mRID")


@dataclass(slots=True)
class ElectronicAddress:
    """An e-mail address."""

    email1: str | None = text("email1")


@dataclass(slots=True)
class TelephoneNumber:
    """A landline or mobile number."""

    local_number: str | None = text("localNumber")


@dataclass(slots=True)
class CustomerData:
    """A person and, per contact type, one contact (Table 10.2)."""

    first_name: str | None = text("firstName")
    last_name: str | None = text("lastName")
    middle_name: str | None = text("mName")
    electronic_address: ElectronicAddress | None = one("electronicAddress", ElectronicAddress)
    landline_phone: TelephoneNumber | None = one("landlinePhone", TelephoneNumber)
    mobile_phone: TelephoneNumber | None = one("mobilePhone", TelephoneNumber)


@dataclass(slots=True)
class Period:
    """A period in which the caller wants to be called back; both ends are xs:dateTime texts."""

    end: str | None = text("end")
    start: str | None = text("start")


@dataclass(slots=True)
class CallBackRequest:
    """`CallBacks` of a ticket: a medium and its periods."""

    contact_detail: str | None = text("contactDetail")
    periods: list[Period] = many("Periods", Period)


@dataclass(slots=True)
class IncidentHazard:
    """A hazard or a special caller; `mrid` is its name in the configuration."""

    mrid: str | None = text("mRID")


@dataclass(slots=True)
class Crew:
    """A crew that works on an incident."""

    mrid: str | None = text("mRID")
    name: str | None = text("name")


@dataclass(slots=True)
class OutageCode:
    """Cause and subcause of an outage."""

    name: str | None = text("name")
    sub_code: str | None = text("subCode")


@dataclass(slots=True)
class OutageRecord:
    """Carrier of an incident's cause."""

    outage_codes: list[OutageCode] = many("OutageCodes", OutageCode)


@dataclass(slots=True)
class IncidentRecord:
    """Basic information about an incident (Table 10.5); times are xs:dateTime texts."""

    mrid: str | None = text("mRID")
    comment: str | None = text("comment")
    created_date_time: str | None = text("createdDateTime")
    estimated_restoration_time: str | None = text("estimatedRestorationTime")
    crews: list[Crew] = many("Crews", Crew)
    outage_record: OutageRecord | None = one("OutageRecord", OutageRecord)
    status: Status | None = one("status", Status)


@dataclass(slots=True)
class PositionPoint:
    """A coordinate pair as text, in the configured input coordinate system (D-22)."""

    x_position: str | None = text("xPosition")
    y_position: str | None = text("yPosition")


@dataclass(slots=True)
class Location:
    """One search parameter of a landbase search (D-20), or a position, or both."""

    description: str | None = text("description")
    name: str | None = text("name")
    type: str | None = text("type")
    position_point: PositionPoint | None = one("PositionPoint", PositionPoint)


@dataclass(slots=True)
class TroubleTicket:
    """A trouble ticket as a message carries it."""

    mrid: str | None = text("mRID")
    call_back: bool | None = flag("callBack")
    comment: str | None = text("comment")
    created_date_time: str | None = text("createdDateTime")
    csr_id: str | None = text("csrId")
    first_call_date_time: str | None = text("firstCallDateTime")
    language_id: str | None = text("languageId")
    name: str | None = text("name")
    previous_trouble_tickets_count: str | None = text("previousTroubleTicketsCount")
    source: str | None = text("source")
    trouble_code: str | None = text("troubleCode")
    call_backs: list[CallBackRequest] = many("CallBacks", CallBackRequest)
    customer_data: CustomerData | None = one("CustomerData", CustomerData)
    incident_hazards: list[IncidentHazard] = many("IncidentHazard", IncidentHazard)
    incident_record: IncidentRecord | None = one("IncidentRecord", IncidentRecord)
    locations: list[Location] = many("Location", Location)
    status: Status | None = one("status", Status)
    usage_point: UsagePoint | None = one("UsagePoint", UsagePoint)


@dataclass(slots=True)
class TroubleTickets:
    """The payload of created, changed and queried tickets."""

    trouble_tickets: list[TroubleTicket] = many("TroubleTicket", TroubleTicket)


@dataclass(slots=True)
class IncidentCriterion:
    """An incident to search tickets by."""

    mrid: str | None = text("mRID")


@dataclass(slots=True)
class TicketCriterion:
    """One entry of a ticket query; D-32 says which may be combined."""

    mrid: str | None = text("mRID")
    name: str | None = text("name")
    incident_record: IncidentCriterion | None = one("IncidentRecord", IncidentCriterion)
    usage_point: UsagePoint | None = one("UsagePoint", UsagePoint)


@dataclass(slots=True)
class GetTroubleTickets:
    """The query of GetTroubleTickets."""

    trouble_tickets: list[TicketCriterion] = many("TroubleTicket", TicketCriterion)


@dataclass(slots=True)
class CallbackFilter:
    """Language and priority of the callbacks to pull."""

    language_id: str | None = text("languageId")
    priority: str | None = text("priority")


@dataclass(slots=True)
class CallbackQuery:
    """How many callbacks, for whom, and which."""

    count: str | None = text("count")
    csr_id: str | None = text("csrId")
    trouble_tickets: CallbackFilter | None = one("TroubleTickets", CallbackFilter)


@dataclass(slots=True)
class GetCallbacks:
    """The query of GetCallbacks."""

    call_back: CallbackQuery | None = one("CallBack", CallbackQuery)


@dataclass(slots=True)
class CallbackTicket:
    """What a callback says of its trouble ticket."""

    language_id: str | None = text("languageId")
    trouble_code: str | None = text("troubleCode")
    customer_data: CustomerData | None = one("CustomerData", CustomerData)
    usage_point: UsagePoint | None = one("UsagePoint", UsagePoint)


@dataclass(slots=True)
class CallBack:
    """A callback, pulled or sent."""

    mrid: str | None = text("mRID")
    advice: str | None = text("advice")
    comment: str | None = text("comment")
    contact_detail: str | None = text("contactDetail")
    csr_id: str | None = text("csrId")
    date_time: str | None = text("dateTime")
    name: str | None = text("name")
    problem_info: str | None = text("problemInfo")
    reason: str | None = text("Reason")
    incident_record: IncidentRecord | None = one("IncidentRecord", IncidentRecord)
    trouble_tickets: list[CallbackTicket] = many("TroubleTickets", CallbackTicket)


@dataclass(slots=True)
class CallBacks:
    """The payload of pulled and sent callbacks."""

    call_backs: list[CallBack] = many("CallBack", CallBack)


@dataclass(slots=True)
class CallBackResult:
    """The result of one callback."""

    mrid: str | None = text("mRID")
    comment: str | None = text("comment")
    csr_id: str | None = text("csrId")
    date_time: str | None = text("dateTime")
    name: str | None = text("name")
    status: Status | None = one("status", Status)


@dataclass(slots=True)
class CallBacksResults:
    """The payload of callback results."""

    call_back_results: list[CallBackResult] = many("CallBackResult", CallBackResult)
