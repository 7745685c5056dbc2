"""Moments in the JSON of the control API."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime

#: The years that every span of the adapter may be added to.
YEARS = range(1970, 3000)


def _in_utc(moment: datetime) -> datetime:
    try:
        found = moment.astimezone(UTC)
    except OverflowError:
        found = None
    if found is None or found.year not in YEARS:
        raise ValueError(f"a moment lies in the years {YEARS[0]} to {YEARS[-1]}")
    return found


#: A moment with its zone, as UTC.
Moment = Annotated[AwareDatetime, AfterValidator(_in_utc)]
