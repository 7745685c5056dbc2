"""What an answer to a field has to look like, so that it can be told at once when it will not do."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from crm_contract.values import parse_datetime

_LOCATED = {"usage point": "usage-point", "landbase": "landbase", "coordinates": "coordinates"}
_CONTACT_TYPES = ("email", "landline", "mobile")


def _any_text(told: str) -> str:
    return told


@dataclass(frozen=True, slots=True)
class Shape:
    """A text or, of a list, its elements. `words` say what it is, `read` gives the value, or raises ValueError.

    An empty text, or an empty list, says that nothing stands there; not where something `is_needed`.
    """

    words: str = "a text"
    read: Callable[[str], Any] = _any_text
    is_list: bool = False
    is_needed: bool = False

    def value(self, name: str, told: Any) -> Any:
        """The answer's value: None, or an empty list, where nothing stands. Raises ValueError, in words."""
        wanted = f"{name} is {self.words}"
        if self.is_list:
            if not isinstance(told, list | tuple) or not all(isinstance(each, str) and each.strip() for each in told):
                raise ValueError(f"{wanted}: give a list of texts, an empty one for nothing")
            return [self._one(wanted, each) for each in told]
        if not isinstance(told, str):
            raise ValueError(f"{wanted}: give a text" + ("" if self.is_needed else ", an empty one for nothing"))
        if not told.strip():
            if self.is_needed:
                raise ValueError(f"{wanted}: it is needed")
            return None
        return self._one(wanted, told)

    def _one(self, wanted: str, told: str) -> Any:
        try:
            return self.read(told.strip())
        except (ValueError, OverflowError):
            raise ValueError(f"{wanted}, not {told!r}") from None


def _moment(told: str) -> str:
    if "T" not in told:
        raise ValueError(told)
    parse_datetime(told, UTC)
    return told


def _period(told: str) -> dict[str, str]:
    start, end = told.split("/")
    return {"start": _moment(start.strip()), "end": _moment(end.strip())}


def _located(told: str) -> str:
    if (how := _LOCATED.get(told.replace("-", " ").casefold())) is None:
        raise ValueError(told)
    return how


def _position(told: str) -> dict[str, float]:
    x, y = (float(each) for each in told.replace(",", " ").split())
    if not (math.isfinite(x) and math.isfinite(y)):
        raise ValueError(told)
    return {"x": x, "y": y}


def _location(told: str) -> dict[str, str]:
    kind, _, rest = told.partition(" ")
    name, equals, value = rest.partition("=")
    if not (name.strip() and equals):
        raise ValueError(told)
    return {"type": kind, "description": name.strip(), "name": value.strip()}


def _contact(told: str) -> dict[str, Any]:
    # Who has no name is written `: email x@example.org`.
    who, colon, contact = f" {told}".partition(": ")
    kind, _, value = contact.strip().partition(" ")
    if not colon or kind not in _CONTACT_TYPES or not value.strip():
        raise ValueError(told)
    names = who.removesuffix(":").split()
    first, middle, last = (names + [""] * 3)[:3] if len(names) != 2 else (names[0], "", names[1])
    named = {"first_name": first or None, "middle_name": middle or None, "last_name": last or None}
    return {**named, "type": kind, "value": value.strip(), "preferred": False}


def _log_line(told: str) -> dict[str, Any]:
    if "|" not in told:
        raise ValueError(told)
    parts = [part.strip() for part in told.split("|", 4)]
    code, level, reason, details, message_id = (*parts, "", "", "")[:5]
    # Without an id nobody knows which message it is about.
    about = {"message_id": message_id or None}
    return {"code": code or None, "level": level, "reason": reason or None, "details": details, **about}


TEXT = Shape()
TEXTS = Shape("a list of texts", is_list=True)
NAME = Shape("an mRID", is_needed=True)
MOMENT = Shape("a date and time such as 2026-05-01T12:00:00Z (xs:dateTime), or nothing", _moment)
PERIODS = Shape("a list of START/END, such as 2026-05-01T12:00:00Z/2026-05-01T13:00:00Z", _period, is_list=True)
LOCATED = Shape("one of usage point, landbase, coordinates, or nothing", _located)
POSITION = Shape("two numbers X Y, or nothing", _position)
LOCATIONS = Shape("a list of TYPE NAME=VALUE, such as Address HouseNumber=12", _location, is_list=True)
CONTACTS = Shape("a list of First Middle Last: email|landline|mobile VALUE", _contact, is_list=True)
LOG_LINES = Shape("a list of CODE | LEVEL | REASON | DETAILS | MessageID", _log_line, is_list=True)
