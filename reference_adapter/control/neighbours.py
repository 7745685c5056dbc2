"""Who runs beside the adapter."""

from __future__ import annotations

from pydantic import BaseModel


class Neighbours(BaseModel):
    """URLs of the adapter's services and of the landbase and IVR that run beside it; null where there is none."""

    soap: str | None = None
    landbase: str | None = None
    landbase_control: str | None = None
    ivr: str | None = None
    ivr_control: str | None = None
