"""The JSON of the control API: town, trouble tickets, incidents."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from reference_adapter.control.moments import Moment
from reference_adapter.outage_model.incidents import Incident


class UsagePointShape(BaseModel):
    """A usage point of the town and how it is doing; position in degrees."""

    mrid: str
    transformer: str
    lateral: str
    feeder: str
    priority: int
    language_id: int
    longitude: float
    latitude: float
    energized: bool
    active_tickets: int


class UsagePointPage(BaseModel):
    """Some usage points, and how many match."""

    total: int
    items: list[UsagePointShape]


class CrewShape(BaseModel):
    """A crew."""

    mrid: str
    name: str


class NewIncident(BaseModel):
    """An incident to create at a device or usage point."""

    model_config = ConfigDict(extra="forbid")

    device: str
    confirmed: bool = False
    status: str = "New"
    comment: str | None = None
    estimated_restoration_time: Moment | None = None
    cause: str | None = None
    subcause: str | None = None
    crews: list[CrewShape] = Field(default_factory=list)


class NewIncidents(BaseModel):
    """Incidents to create together."""

    model_config = ConfigDict(extra="forbid")

    incidents: list[NewIncident] = Field(min_length=1)


class IncidentMrids(BaseModel):
    """Incidents by mRID, in the order in which something happens to them."""

    model_config = ConfigDict(extra="forbid")

    mrids: list[str] = Field(min_length=1)


class IncidentUpdate(BaseModel):
    """What an operator sets of an incident; what is not given stays."""

    model_config = ConfigDict(extra="forbid")

    status: str | None = None
    estimated_restoration_time: Moment | None = None
    cause: str | None = None
    subcause: str | None = None


class Remark(BaseModel):
    """An operator's comment."""

    model_config = ConfigDict(extra="forbid")

    text: str = Field(min_length=1)


class NewContact(BaseModel):
    """A contact of a caller."""

    model_config = ConfigDict(extra="forbid")

    first_name: str | None = None
    last_name: str | None = None
    middle_name: str | None = None
    type: Literal["email", "landline", "mobile"]
    value: str = Field(min_length=1)
    preferred: bool = False


class PreferredContact(BaseModel):
    """Which contact is preferred among those of its type."""

    model_config = ConfigDict(extra="forbid")

    type: Literal["email", "landline", "mobile"]
    value: str


class IncidentShape(BaseModel):
    """An incident."""

    mrid: str
    device: str
    confirmed: bool
    restored: bool
    restored_at: datetime | None
    closed: bool
    closed_at: datetime | None
    archived: bool
    tickets: int
    status: str
    comment: str | None
    created_date_time: datetime
    estimated_restoration_time: datetime | None
    cause: str | None
    subcause: str | None
    crews: list[CrewShape]

    @classmethod
    def of(cls, incident: Incident, tickets: int, archived: bool) -> IncidentShape:
        """An incident of the outage model."""
        return cls(
            mrid=incident.mrid,
            device=incident.device,
            confirmed=incident.confirmed,
            restored=incident.restored_at is not None,
            restored_at=incident.restored_at,
            closed=incident.closed_at is not None,
            closed_at=incident.closed_at,
            archived=archived,
            tickets=tickets,
            status=incident.status,
            comment=incident.comment,
            created_date_time=incident.created,
            estimated_restoration_time=incident.estimated_restoration,
            cause=incident.cause,
            subcause=incident.subcause,
            crews=[CrewShape(mrid=crew.mrid, name=crew.name) for crew in incident.crews],
        )


class PeriodShape(BaseModel):
    """A callback period, xs:dateTime texts in UTC."""

    start: str
    end: str


class ContactShape(BaseModel):
    """One contact of a caller."""

    first_name: str | None
    last_name: str | None
    middle_name: str | None
    type: Literal["email", "landline", "mobile"] | None
    value: str | None
    preferred: bool


class SearchParameterShape(BaseModel):
    """One Location as sent: search type, parameter name, parameter value."""

    type: str | None
    description: str | None
    name: str | None


class PositionShape(BaseModel):
    """A position in the model's coordinates."""

    x: float
    y: float


class PointAsSent(BaseModel):
    """Coordinates as the message spelled them."""

    x: str
    y: str


class TicketShape(BaseModel):
    """A stored trouble ticket as the outage model holds it; times are xs:dateTime texts in UTC."""

    seq: int
    mrid: str
    name: str | None
    usage_point: str | None
    reported_usage_point: str | None
    incident: str | None
    status: str
    call_back: bool
    comment: str | None
    created_date_time: str
    first_call_date_time: str
    csr_id: str | None
    language_id: int
    source: str
    trouble_code: str
    callback_media: list[str]
    callback_periods: list[PeriodShape]
    contacts: list[ContactShape]
    hazards: list[str]
    location: list[SearchParameterShape]
    position: PositionShape | None
    position_point: PointAsSent | None
    last_update_user: str | None
    located_by: Literal["usage-point", "landbase", "coordinates"] | None
    received_at: str
    message_id: str | None


class TicketPage(BaseModel):
    """Matching tickets, how many there are in all, the last position in the store, and how many messages wait for the
    IMS; all of one moment."""

    total: int
    position: int
    pending: int
    items: list[TicketShape]
