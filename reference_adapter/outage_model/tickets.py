"""A trouble ticket on its way into the store, and as it is stored."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from crm_contract.messages import TroubleTicket
from reference_adapter.outage_model.contacts import CallerContact
from reference_adapter.outage_model.incidents import Incident
from reference_adapter.outage_model.whereabouts import LandbaseSearch, point_of, search_of


@dataclass(frozen=True, slots=True)
class Ticket:
    """A stored ticket, active or archived, with what queries show and messages change.

    `language_id` is None where the archive does not tell it. `location` has search type, parameter name and value of
    each Location as sent; `point` the coordinates as sent, where they are what the ticket lies by.
    """

    mrid: str
    name: str | None
    usage_point: str | None
    incident: str | None
    call_back: bool
    comment: str | None
    created: str
    first_call: str
    csr_id: str | None
    language_id: int | None
    source: str
    trouble_code: str
    contacts: tuple[CallerContact, ...]
    hazards: tuple[str, ...]
    location: tuple[SearchParameter, ...]
    point: tuple[str, str] | None = None
    callback_periods: tuple[tuple[datetime, datetime], ...] = ()
    last_update_user: str | None = None
    archived: bool = False


@dataclass(frozen=True, slots=True)
class SearchParameter:
    """One Location as sent: search type, parameter name (`description`) and value (`name`)."""

    type: str | None
    description: str | None
    name: str | None


@dataclass(slots=True)
class TicketDraft:
    """A ticket while the rules judge it. They read `sent` and settle the rest.

    `number` is its 1-based place in the message. `point` is the message's own position as long as it counts,
    `position` where the ticket lies in the model's coordinates.
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
