"""What a request for items asks for: a page, an area, property values."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from math import isfinite

from mock_landbase.features import Box

DEFAULT_LIMIT = 10
MAXIMUM_LIMIT = 1000


class QueryError(Exception):
    """A parameter that is unknown, repeated or malformed; the text goes to the client."""


@dataclass(frozen=True)
class ItemsQuery:
    """A checked request for items."""

    limit: int
    offset: int
    box: Box | None
    properties: Mapping[str, str]


def single_values(pairs: Iterable[tuple[str, str]], allowed: Collection[str]) -> dict[str, str]:
    """Parameters by name; raises QueryError for an unknown or a repeated one."""
    values: dict[str, str] = {}
    for name, value in pairs:
        if name not in allowed:
            known = f"; known here: {', '.join(allowed)}" if allowed else ""
            raise QueryError(f"unknown parameter {name}{known}")
        if name in values:
            raise QueryError(f"parameter {name} is given twice")
        values[name] = value
    return values


def parse_items_query(pairs: Iterable[tuple[str, str]], properties: Collection[str]) -> ItemsQuery:
    """Check the parameters of a request for items; raises QueryError.

    A limit above 1000 counts as 1000, as OGC API - Features wants it. `datetime` is checked and filters
    nothing, since these features have no time.
    """
    values = single_values(pairs, ("limit", "offset", "bbox", "datetime", *properties))
    if "datetime" in values:
        _check_datetime(values["datetime"])
    return ItemsQuery(
        limit=min(_whole_number("limit", values.get("limit", str(DEFAULT_LIMIT)), least=1), MAXIMUM_LIMIT),
        offset=_whole_number("offset", values.get("offset", "0"), least=0),
        box=_box(values["bbox"]) if "bbox" in values else None,
        properties={name: values[name] for name in properties if name in values},
    )


def _whole_number(name: str, text: str, least: int) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 18 and int(text) >= least):
        raise QueryError(f"{name} is a whole number of {least} or more")
    return int(text)


def _box(text: str) -> Box:
    """Four numbers, or six with heights, which points without a height ignore."""
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError:
        numbers = []
    if len(numbers) not in (4, 6) or not all(isfinite(number) for number in numbers):
        raise QueryError("bbox is four numbers: west,south,east,north in degrees")
    half = len(numbers) // 2
    box = Box(numbers[0], numbers[1], numbers[half], numbers[half + 1])
    if box.south > box.north:
        raise QueryError("the bbox's south lies north of its north")
    return box


def _check_datetime(text: str) -> None:
    """An instant, or an interval with `..` or nothing for an open end."""
    ends = text.split("/")
    interval = len(ends) == 2
    try:
        moments = [datetime.fromisoformat(end) for end in ends if not (interval and end in ("", ".."))]
    except ValueError:
        moments = []
    if len(ends) > 2 or not moments:
        raise QueryError("datetime is an RFC 3339 instant, or an interval of two with a slash between")
