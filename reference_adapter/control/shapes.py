"""The JSON of the control API."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from reference_adapter.configuration.settings import AdapterSettings
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
    callback_results: list[str]
    callback_reasons: list[str]
    incident_statuses: list[str]
    assignment_seconds: float
    requeue_seconds: float
    requeue_limit: int
    archive_after_seconds: float
    publisher: PublisherShape
    prediction: PredictionShape

    @classmethod
    def of(cls, current: AdapterSettings) -> Settings:
        """The settings of the adapter's configuration."""
        callbacks, publisher = current.callbacks, current.publisher
        return cls(
            comment_limit=current.comment_limit,
            batch_limit=current.batch_limit,
            ims_confirmation_seconds=current.ims_confirmation_seconds,
            future_skew_seconds=current.future_skew.total_seconds(),
            default_language=current.default_language,
            default_source=current.default_source,
            languages=sorted(current.languages),
            trouble_codes=sorted(current.trouble_codes),
            hazards=sorted(current.hazards),
            sources=sorted(current.sources),
            callback_media=sorted(current.callback_media),
            search_types={name: list(kind.properties) for name, kind in current.landbase.search_types.items()},
            input_crs=current.input_crs,
            model_crs=current.model_crs,
            callback_results=sorted(callbacks.results),
            callback_reasons=sorted(callbacks.reasons),
            incident_statuses=sorted(current.incidents.statuses),
            assignment_seconds=callbacks.queue.assignment.total_seconds(),
            requeue_seconds=callbacks.queue.requeue.total_seconds(),
            requeue_limit=callbacks.queue.requeue_limit,
            archive_after_seconds=current.incidents.archive_after.total_seconds(),
            publisher=PublisherShape(
                seconds=publisher.seconds,
                priorities=sorted(publisher.priorities, reverse=True),
                batch=publisher.batch,
                tries=publisher.tries,
                retry_seconds=publisher.retry_seconds,
                timeout_seconds=publisher.timeout_seconds,
                assignee=publisher.assignee,
            ),
            prediction=PredictionShape(**dataclasses.asdict(current.prediction)),
        )


class PublisherShape(BaseModel):
    """How callbacks are sent to the external system; times in seconds."""

    seconds: float
    priorities: list[int]
    batch: int
    tries: int
    retry_seconds: float
    timeout_seconds: float
    assignee: str


class PredictionShape(BaseModel):
    """When a device counts as out."""

    usage_points: int
    transformers: int
    transformer_share: float
    laterals: int
    lateral_share: float


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


class IncidentUpdate(BaseModel):
    """What an operator sets of an incident; what is not given stays."""

    model_config = ConfigDict(extra="forbid")

    status: str | None = None
    estimated_restoration_time: AwareDatetime | None = None
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
    callbacks: int
    open_callbacks: int
    archived_tickets: int
    archived_incidents: int
    outbox: int


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


class CallbackShape(BaseModel):
    """A callback; `assigned_user` is who holds it now. Times are xs:dateTime texts in UTC."""

    seq: int
    mrid: str
    ticket: str
    ticket_name: str | None
    incident: str
    usage_point: str | None
    created_at: str
    priority: int
    language_id: int
    trouble_code: str | None
    reason: str
    periods: list[PeriodShape]
    comment: str | None
    automatic: bool
    assigned_user: str | None
    assigned_at: str | None
    assignment_expires_at: str | None
    not_before: str | None
    attempts: int
    result: str | None
    closed: bool
    closed_at: str | None
    last_update_user: str | None
    last_update_time: str | None

    @classmethod
    def of(cls, row: Mapping[str, Any], now: str) -> CallbackShape:
        """A row of the queue, as it is at a moment."""
        values = dict(row)
        expires = values["assignment_expires_at"]
        if expires is None or expires <= now:
            values |= {"assigned_user": None, "assigned_at": None, "assignment_expires_at": None}
        values["periods"] = json.loads(values["periods"])
        return cls(closed=values["closed_at"] is not None, **values)


class CallbackPage(BaseModel):
    """Matching callbacks, how many there are in all, and the last position in the queue."""

    total: int
    position: int
    items: list[CallbackShape]


class AutomaticMark(BaseModel):
    """Whether the external system is to resolve a callback."""

    model_config = ConfigDict(extra="forbid")

    automatic: bool


class ArchivedPage(BaseModel):
    """Archived tickets by the operations database's columns, and how many match."""

    total: int
    items: list[dict[str, Any]]


class LogItem(BaseModel):
    """An entry of the adapter's log of the CRM Interface; `level` is an Error's."""

    seq: int
    at: str
    level: str
    code: str | None
    reason: str | None
    details: str
    message_id: str | None


class LogPage(BaseModel):
    """Entries, oldest first, and the last entry's number."""

    position: int
    items: list[LogItem]


class ReplicationState(BaseModel):
    """How many changes the CORE has not heard of, since when the oldest waits, and the last number applied."""

    lag: int
    oldest_seconds: float | None
    applied: int


class ClockState(BaseModel):
    """The simulated time, an xs:dateTime text in UTC, and how far it is ahead of the machine's."""

    now: str
    offset_seconds: float


class ClockSetting(BaseModel):
    """What time it is to be."""

    model_config = ConfigDict(extra="forbid")

    now: AwareDatetime


class ClockAdvance(BaseModel):
    """How much time passes."""

    model_config = ConfigDict(extra="forbid")

    seconds: float = Field(gt=0, le=366 * _A_DAY)


class JobDone(BaseModel):
    """What one pass of a background job did."""

    job: str
    handled: int


class JobsDone(BaseModel):
    """What each background job did."""

    handled: dict[str, int]
