"""A trouble ticket on its way into the store, and as it is stored."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from crm_contract.messages import CustomerData, TroubleTicket
from reference_adapter.outage_model.incidents import Incident
from reference_adapter.outage_model.whereabouts import LandbaseSearch, point_of, search_of


@dataclass(slots=True)
class CallerContact:
    """One contact of a caller; `type` is email, landline or mobile, None for a person without any contact."""

    first_name: str | None
    last_name: str | None
    middle_name: str | None
    type: str | None
    value: str | None
    preferred: bool = False


@dataclass(slots=True)
class TicketDraft:
    """A ticket while the rules judge it. They read `sent` and settle the rest.

    `number` is its 1-based place in the message. `position` is in the model's coordinates.
    """

    sent: TroubleTicket
    number: int
    refused: bool = False
    comment: str | None = None
    trouble_code: str = ""
    hazards: list[str] = field(default_factory=list)
    language_id: int = 0
    source: str = ""
    call_back: bool = False
    callback_media: list[str] = field(default_factory=list)
    callback_periods: list[tuple[datetime, datetime]] = field(default_factory=list)
    created: datetime | None = None
    first_call: datetime | None = None
    usage_point: str | None = None
    incident: Incident | None = None
    status: str = "Created"
    search: LandbaseSearch | None = None
    point: tuple[str, str] | None = None
    keeps_position: bool = False
    position: tuple[float, float] | None = None
    located_by: str | None = None

    @property
    def alias(self) -> str:
        """How details name the ticket: by its external name, else by its place (D-15)."""
        name = self.sent.name
        return name if name and name.strip() else f"#{self.number}"

    @property
    def reported_usage_point(self) -> str | None:
        """The usage point as sent; a blank one is none (D-07)."""
        point = self.sent.usage_point
        return point.mrid if point is not None and point.mrid and point.mrid.strip() else None

    def place(self, position: tuple[float, float], by: str) -> None:
        """Put the ticket where the landbase or its coordinates say; a known usage point stays its location."""
        if self.usage_point is not None and not self.keeps_position:
            return
        self.position = position
        self.located_by = self.located_by or by


def draft(sent: TroubleTicket, number: int) -> TicketDraft:
    """A draft with what needs no judging."""
    return TicketDraft(
        sent=sent,
        number=number,
        comment=sent.comment,
        call_back=bool(sent.call_back),
        search=search_of(sent.locations),
        point=point_of(sent.locations),
    )


def contacts_of(customer: CustomerData | None) -> list[CallerContact]:
    """A message's CustomerData as contacts: one a contact type; the person alone when it names none (Table 10.2)."""
    if customer is None:
        return []
    person = (customer.first_name, customer.last_name, customer.middle_name)
    values = {
        "email": customer.electronic_address and customer.electronic_address.email1,
        "landline": customer.landline_phone and customer.landline_phone.local_number,
        "mobile": customer.mobile_phone and customer.mobile_phone.local_number,
    }
    contacts = [CallerContact(*person, kind, value) for kind, value in values.items() if value]
    if not contacts and any(person):
        contacts.append(CallerContact(*person, None, None))
    return contacts
