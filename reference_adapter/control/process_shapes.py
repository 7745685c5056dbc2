"""The JSON of the control API: process, store, faults, clock, replication, log, jobs."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from reference_adapter.control.moments import Moment

_A_DAY = 86_400.0


class Health(BaseModel):
    """The process is up and reaches its store."""

    status: Literal["ok"] = "ok"


class StoreSummary(BaseModel):
    """How much the store holds; `pending` messages wait for the IMS; `position` is the last ticket's number; `now` is
    the simulated time, an xs:dateTime text in UTC."""

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
    now: str


class SlowIms(BaseModel):
    """The IMS does not confirm; `interval_seconds` stands in for the configured interval meanwhile."""

    model_config = ConfigDict(extra="forbid")

    interval_seconds: float | None = Field(default=None, gt=0, le=600)
    expires_after_seconds: float | None = Field(default=None, gt=0, le=_A_DAY)


class InternalError(BaseModel):
    """The next messages fail with everything done but the commit."""

    model_config = ConfigDict(extra="forbid")

    messages: int = Field(default=1, ge=1, le=1_000_000)
    expires_after_seconds: float | None = Field(default=None, gt=0, le=_A_DAY)


class FaultShape(BaseModel):
    """A fault in force."""

    name: str
    remaining: int | None
    seconds: float | None
    expires_at: str | None


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

    now: Moment


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
