"""The small grammar of values in the tables of features."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from crmkit.suite.errors import HarnessError

# What docs/steps.md prints; a form a line.
GRAMMAR = (
    ("(empty)", "the element is left out of the message; among stored values: nothing is stored"),
    ("`now`, `+2h`, `-1d`, `+30m`, `-5s`", "a time relative to the scenario's start"),
    ("`+1h/+2h`", "a callback period, start and end; either may be empty; several are joined by a comma"),
    ("`x*501`", "a text of 501 times `x`; `x*limit` and `x*limit+1` count from the target's comment limit"),
    ("`A, B`", "several values, in columns that take several"),
)

DEFAULT_COMMENT_LIMIT = 500
# What stands between a comment and what is added to it (D-44).
SEPARATOR = "\n"
_LONGEST_SEPARATOR = 5
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_MOMENT = re.compile(r"(?P<sign>[+-])(?P<count>\d+)(?P<unit>[smhd])")
_REPEATED = re.compile(r"(?P<text>\S)\*(?:(?P<count>\d+)|limit(?:\+(?P<more>\d+))?)")


@dataclass(frozen=True, slots=True)
class Period:
    """A callback period as a message carries it; a missing end is None."""

    start: datetime | None
    end: datetime | None


def moment(cell: str, now: datetime) -> datetime | None:
    """The time that a cell means, None when it is no time of the grammar (a mistyped one, on purpose)."""
    if cell == "now":
        return now
    match = _MOMENT.fullmatch(cell)
    if match is None:
        return None
    distance = timedelta(**{_UNITS[match["unit"]]: int(match["count"])})
    return now + distance if match["sign"] == "+" else now - distance


def moment_text(when: datetime) -> str:
    """A time as messages of the suite carry it: whole seconds, UTC."""
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def periods(cell: str, now: datetime) -> list[Period]:
    """The callback periods of a cell. Raises HarnessError for a cell that is none."""
    result = []
    for part in items(cell):
        start, slash, end = part.partition("/")
        if not slash:
            raise HarnessError(f"{part!r} is no period: write start and end with a slash between, such as +1h/+2h")
        result.append(Period(_end(start.strip(), now, part), _end(end.strip(), now, part)))
    return result


def _end(cell: str, now: datetime, part: str) -> datetime | None:
    if not cell:
        return None
    when = moment(cell, now)
    if when is None:
        raise HarnessError(f"{part!r} is no period: {cell!r} is no time such as +2h, -1d or now")
    return when


def text(cell: str, comment_limit: int = DEFAULT_COMMENT_LIMIT) -> str:
    """The text that a cell means: itself, or a repeated character."""
    match = _REPEATED.fullmatch(cell)
    if match is None:
        return cell
    count = int(match["count"]) if match["count"] else comment_limit + int(match["more"] or 0)
    return match["text"] * count


def items(cell: str) -> list[str]:
    """The values of a cell that takes several."""
    return [part.strip() for part in cell.split(",") if part.strip()]


def between(whole: str, first: str, last: str) -> str | None:
    """What stands between two texts that another one begins and ends with: nothing, or a short separator; None where it
    is anything else (D-44)."""
    if not whole.startswith(first) or not whole.endswith(last) or len(whole) < len(first) + len(last):
        return None
    found = whole[len(first) : len(whole) - len(last)]
    return found if re.fullmatch(rf"\W{{0,{_LONGEST_SEPARATOR}}}", found) else None
