"""The JSON of the control API."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from reference_adapter.outage_model.incidents import Incident

_A_DAY = 86_400.0


class Health(BaseModel):
    """The process is up and reaches its store."""

    status: Literal["ok"] = "ok"


class Settings(BaseModel):
    """The configuration in force, as far as a test needs to know it; times in seconds."""

    comment_limit: int
    batch_limit: int
    ims_confirmation_seconds: float
    future_skew_seconds: float
    default_language: int
    default_source: str
    languages: list[int]
    trouble_codes: list[str]
    hazards: list[str]
    sources: list[str]
    callback_media: list[str]
    search_types: dict[str, list[str]]
    input_crs: str
    model_crs: str


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
    estimated_restoration_time: AwareDatetime | None = None
    cause: str | None = None
    subcause: str | None = None
    crews: list[CrewShape] = Field(default_factory=list)


class IncidentShape(BaseModel):
    """An incident."""

    mrid: str
    device: str
    confirmed: bool
    restored: bool
    status: str
    comment: str | None
    created_date_time: datetime
    estimated_restoration_time: datetime | None
    cause: str | None
    subcause: str | None
    crews: list[CrewShape]

    @classmethod
    def of(cls, incident: Incident) -> IncidentShape:
        """An incident of the outage model."""
        return cls(
            mrid=incident.mrid,
            device=incident.device,
            confirmed=incident.confirmed,
            restored=incident.restored,
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
    located_by: Literal["usage-point", "landbase", "coordinates"] | None
    received_at: str
    message_id: str | None


class TicketPage(BaseModel):
    """Matching tickets, how many there are in all, and the last position in the store."""

    total: int
    position: int
    items: list[TicketShape]


class StoreSummary(BaseModel):
    """How much the store holds; `pending` messages wait for the IMS; `position` is the last ticket's number."""

    position: int
    tickets: int
    incidents: int
    pending: int
    messages: int


class SlowIms(BaseModel):
    """The IMS does not confirm; `interval_seconds` stands in for the configured interval meanwhile."""

    model_config = ConfigDict(extra="forbid")

    interval_seconds: float | None = Field(default=None, gt=0, le=600)
    expires_after_seconds: float | None = Field(default=None, gt=0, le=_A_DAY)


class InternalError(BaseModel):
    """The next messages fail after their first insert."""

    model_config = ConfigDict(extra="forbid")

    messages: int = Field(default=1, ge=1, le=1_000_000)
    expires_after_seconds: float | None = Field(default=None, gt=0, le=_A_DAY)


class FaultShape(BaseModel):
    """A fault in force."""

    name: str
    remaining: int | None
    seconds: float | None
    expires_at: str | None
