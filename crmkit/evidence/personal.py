"""Where personal data of customers stands: in messages, in the JSON of control APIs, in the tables of steps.

Each walker gives what it walks through back, with what `visit` makes of every personal value in it; free texts go
through `visit_text`. Who only looks gives every value back as it is.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from crmkit.evidence.pseudonyms import Kind

_LEAVES = {
    "firstName": Kind.NAME,
    "lastName": Kind.NAME,
    "mName": Kind.NAME,
    "email1": Kind.EMAIL,
    "localNumber": Kind.PHONE,
    "xPosition": Kind.POSITION,
    "yPosition": Kind.POSITION,
}
_FREE_TEXTS = ("comment", "remark", "advice", "problemInfo")
_LEAF = re.compile(
    rf"(?P<open><(?:[\w.-]+:)?(?P<name>{'|'.join((*_LEAVES, *_FREE_TEXTS))})\b[^<>]*(?<!/)>)(?P<text>[^<]+)(?=</)"
)
# A search in the landbase: `name` is the value of a parameter, which may be part of an address.
_LOCATION = re.compile(r"<(?P<tag>(?:[\w.-]+:)?Location)\b[^<>]*(?<!/)>.*?</(?P=tag)>", re.DOTALL)
_LOCATION_NAME = re.compile(r"(?P<open><(?:[\w.-]+:)?name\b[^<>]*(?<!/)>)(?P<text>[^<]+)(?=</)")
# PoleID and the like: where something of the network is, and nobody's address.
_NETWORK_ID = re.compile(r"<(?:[\w.-]+:)?description\b[^<>]*>\s*\w*I[Dd]\s*</")

_KEYS = {
    "firstname": Kind.NAME,
    "lastname": Kind.NAME,
    "middlename": Kind.NAME,
    "mname": Kind.NAME,
    "person": Kind.NAME,
    "customername": Kind.NAME,
    "email": Kind.EMAIL,
    "email1": Kind.EMAIL,
    "landline": Kind.PHONE,
    "mobile": Kind.PHONE,
    "phone": Kind.PHONE,
    "localnumber": Kind.PHONE,
    "address": Kind.ADDRESS,
    "street": Kind.ADDRESS,
    "streetname": Kind.ADDRESS,
    "housenumber": Kind.ADDRESS,
    "primarystreet": Kind.ADDRESS,
    "secondarystreet": Kind.ADDRESS,
    "city": Kind.ADDRESS,
    "zip": Kind.ADDRESS,
    "longitude": Kind.POSITION,
    "latitude": Kind.POSITION,
    "xposition": Kind.POSITION,
    "yposition": Kind.POSITION,
    "xcoord": Kind.POSITION,
    "ycoord": Kind.POSITION,
}
_TYPES = {"email": Kind.EMAIL, "landline": Kind.PHONE, "mobile": Kind.PHONE}
_POSITIONS = ("position", "positionpoint", "coordinates", "geometry")
_LOCATIONS = ("location", "locations")
_TEXT_KEYS = ("comment", "comments", "remark", "text")

_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_ABOUT_PERSON = re.compile(r"(?i)name\b|person|caller|contact|mail|phone|landline|mobile|number|location")


@dataclass(frozen=True)
class Visitor:
    """What is done with a personal value, and with a free text in which there may be some."""

    visit: Callable[[Kind, str], str]
    visit_text: Callable[[str], str]
    # A text in a personal value's place, which may be words about it.
    visit_words: Callable[[str], str] = lambda text: text


def in_xml(text: str, visitor: Visitor) -> str:
    """A message, or a text that has elements of one."""

    def leaf(found: re.Match[str]) -> str:
        value, kind = html.unescape(found["text"]), _LEAVES.get(found["name"])
        made = visitor.visit_text(value) if kind is None else visitor.visit(kind, value)
        return found.group() if made == value else found["open"] + html.escape(made, quote=False)

    def name(found: re.Match[str]) -> str:
        value = html.unescape(found["text"])
        made = visitor.visit(Kind.ADDRESS, value)
        return found.group() if made == value else found["open"] + html.escape(made, quote=False)

    def location(found: re.Match[str]) -> str:
        whole = found.group()
        return whole if _NETWORK_ID.search(whole) else _LOCATION_NAME.sub(name, whole)

    return _LOCATION.sub(location, _LEAF.sub(leaf, text))


def in_json(value: Any, visitor: Visitor, key: str = "", within: str = "") -> Any:
    """A decoded answer, or a part of it: what its keys call personal."""
    name = re.sub(r"[^a-z0-9]", "", key.casefold())
    if isinstance(value, dict):
        inside = name if name in (*_POSITIONS, *_LOCATIONS) else within
        made = {each: in_json(part, visitor, each, inside) for each, part in value.items()}
        kind = _TYPES.get(str(value.get("type")).casefold())
        if kind is not None and isinstance(value.get("value"), str):
            made["value"] = visitor.visit(kind, value["value"])
        parameter = value.get("description")
        is_address = isinstance(parameter, str) and not _is_id(parameter)
        if inside in _LOCATIONS and is_address and isinstance(value.get("name"), str):
            made["name"] = visitor.visit(Kind.ADDRESS, value["name"])
        return made
    if isinstance(value, list):
        inside = name if name in (*_POSITIONS, *_LOCATIONS) else within
        return [in_json(part, visitor, key, inside) for part in value]
    return _leaf(value, name, within, visitor)


def _leaf(value: Any, name: str, within: str, visitor: Visitor) -> Any:
    kind = Kind.POSITION if within in _POSITIONS and name in ("x", "y", *_POSITIONS) else _KEYS.get(name)
    if isinstance(value, int | float) and not isinstance(value, bool) and kind is Kind.POSITION:
        made = visitor.visit(kind, repr(value))
        return value if made == repr(value) else float(made)
    if not isinstance(value, str):
        return value
    if kind is not None:
        return visitor.visit(kind, value)
    if "<" in value:
        return in_xml(value, visitor)
    return visitor.visit_text(value) if name in _TEXT_KEYS else value


def in_profile(profile: dict[str, Any], visitor: Visitor) -> dict[str, Any]:
    """A profile as a report carries it: its landmarks are searched for by what may be an address."""
    made: dict[str, Any] = in_json(profile, visitor)
    for landmark in made.get("fixtures", {}).get("landmarks", []):
        landmark["parameters"] = {
            name: value if _is_id(name) else visitor.visit(Kind.ADDRESS, value)
            for name, value in landmark["parameters"].items()
        }
    return made


def in_table(table: Sequence[Sequence[str]], visitor: Visitor) -> list[list[str]]:
    """A step's table, by the columns of docs/steps.md."""
    if not table:
        return []
    head = [cell.strip() for cell in table[0]]
    return [
        list(table[0]),
        *([in_cell(name, cell, visitor) for name, cell in zip(head, row, strict=False)] for row in table[1:]),
    ]


def in_cell(column: str, cell: str, visitor: Visitor) -> str:
    """What stands in a column of a step's table."""
    if column in ("email", "landline", "mobile"):
        return visitor.visit(_TYPES[column], cell)
    if column in ("caller", "contact", "gained", "person", "value"):
        return "".join(_contact(part, column, visitor) for part in re.split(r"([;,]\s*)", cell))
    if column == "location":
        return re.sub(
            r"(\w+=)([^,]+)",
            lambda found: found[1] + (found[2] if _is_id(found[1]) else visitor.visit(Kind.ADDRESS, found[2])),
            cell,
        )
    if column == "position":
        return _positions(cell, visitor)
    return visitor.visit_text(cell) if column == "comment" else cell


def _is_id(parameter: str) -> bool:
    return parameter.rstrip("=").casefold().endswith("id")


def in_observed(field: str, text: str, visitor: Visitor) -> str:
    """What a check says of a field: `position`, for instance, is spelled anew in it."""
    if re.search(r"(?i)position|coordinate", field):
        return _positions(text, visitor)
    if _ABOUT_PERSON.search(field):
        text = visitor.visit_words(text)
    return visitor.visit_text(text)


def _positions(text: str, visitor: Visitor) -> str:
    # The number of a coordinate system is none of a customer's.
    return re.sub(
        rf"EPSG:\d+|{_NUMBER.pattern}",
        lambda found: (
            found.group() if found.group().startswith("EPSG") else visitor.visit(Kind.POSITION, found.group())
        ),
        text,
    )


def _contact(part: str, column: str, visitor: Visitor) -> str:
    kind, _, value = part.strip().partition(" ")
    if kind in _TYPES and value:
        return part.replace(value, visitor.visit(_TYPES[kind], value))
    if column == "value":
        return visitor.visit_text(part)
    if column not in ("caller", "person"):
        return part
    # First Middle Last: each by itself, as in a message.
    return re.sub(r"[^\s;,]+", lambda word: visitor.visit(Kind.NAME, word.group()), part)
