"""What the settings of all mocks have in common, and waiting for a client that may leave."""

from __future__ import annotations

import asyncio
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field
from starlette.types import Receive

Seconds = Annotated[float, Field(ge=0, le=3600, allow_inf_nan=False)]


class BehaviourSetting(BaseModel):
    """One behaviour. `delay_seconds` is how long a slow answer takes; an expired behaviour becomes normal."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    mode: str = "normal"
    delay_seconds: Seconds = 5.0
    expires_after_seconds: Seconds | None = None


async def client_left(receive: Receive, seconds: float) -> bool:
    """Wait; whether the client hung up, or was cut off, meanwhile."""
    try:
        async with asyncio.timeout(seconds):
            while (await receive())["type"] != "http.disconnect":
                pass
    except TimeoutError:
        return False
    return True
