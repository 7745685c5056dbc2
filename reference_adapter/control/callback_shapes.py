"""The JSON of the control API: callbacks, and what is archived."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict

from reference_adapter.control.shapes import PeriodShape


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
