"""Trouble tickets as the tables of features describe them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from crmkit.suite import values
from crmkit.suite.access.search_types import SEARCH_TYPES, Landmark
from crmkit.suite.errors import HarnessError
from crmkit.suite.tables import Row, read_rows
from crmkit.suite.values import Period

PLAIN_TROUBLE_CODE = "Voltage Problem"
PLAIN_CSR = "csr-17"

# What docs/steps.md prints. A column that a table lacks leaves the ticket as the third text says.
COLUMNS = (
    ("ticket", "how the scenario calls the ticket; its external name is made up anew in every run", "required"),
    (
        "usage point",
        "an alias of a usage point of the model (energized, without active tickets); `unknown`: none that the model "
        "has; `blank`: an mRID of white space; empty: no usage point",
        "a usage point of its own",
    ),
    ("trouble code", "the code as sent; empty: none", PLAIN_TROUBLE_CODE),
    ("hazards", "hazards, joined by commas", "none"),
    ("comment", "a text", "none"),
    ("source", "where the call came from", "none"),
    ("language", "the language's id", "none"),
    ("created", "when it happened", "none"),
    ("first call", "when the call was received", "none"),
    ("csr", "who took the call", PLAIN_CSR),
    ("call back", "`yes` or `no`: whether a callback is wanted", "none"),
    ("media", "callback media; each becomes a CallBacks element with all the periods", "none"),
    ("periods", "callback periods", "none"),
    (
        "location",
        "`known TYPE`: an object that the landbase has; `missing TYPE`: one that it lacks; or "
        "`TYPE NAME=VALUE, NAME=VALUE` as it stands",
        "none",
    ),
    ("position", "`x,y` as sent, either may be empty; `elsewhere`: on the other side of the earth", "none"),
    ("caller", "`First Middle Last; email E; landline L; mobile M`", "none"),
)
_NAMES = frozenset(name for name, _, _ in COLUMNS)
_CALL_BACK = {"yes": "true", "no": "false"}
_CONTACTS = ("email", "landline", "mobile")


class Surroundings(Protocol):
    """What a table may refer to."""

    now: datetime

    @property
    def comment_limit(self) -> int:
        """The longest comment the target keeps."""

    def external_name(self, alias: str) -> str:
        """A name that no other run or scenario uses."""

    def usage_point(self, alias: str) -> str:
        """The mRID of the usage point that the scenario calls so."""

    def plain_usage_point(self) -> str | None:
        """The mRID of a usage point that nothing else uses; None where the suite knows none."""

    def unknown_usage_point(self) -> str:
        """An mRID that the model does not have."""

    def landmark(self, kind: str) -> Landmark:
        """A landbase object."""

    def missing_value(self) -> str:
        """A parameter value that no landbase object has."""

    def elsewhere(self) -> tuple[str, str]:
        """Coordinates on the other side of the earth."""


@dataclass(frozen=True, slots=True)
class Caller:
    """A person and a contact of each type, as sent."""

    first: str | None
    middle: str | None
    last: str | None
    contacts: Mapping[str, str]


@dataclass(slots=True)
class Ticket:
    """A ticket as sent; None where the message leaves the element out. `written` are the table's columns.

    `mrid` is what the target calls it, once that is known; no message of creation carries it.
    """

    alias: str
    number: int
    name: str
    written: frozenset[str]
    usage_point: str | None = None
    in_model: bool = False
    trouble_code: str | None = PLAIN_TROUBLE_CODE
    hazards: list[str] = field(default_factory=list)
    comment: str | None = None
    source: str | None = None
    language: str | None = None
    created: datetime | str | None = None
    first_call: datetime | str | None = None
    csr: str | None = PLAIN_CSR
    call_back: str | None = None
    media: list[str] = field(default_factory=list)
    periods: list[Period] = field(default_factory=list)
    kind: str | None = None
    parameters: tuple[tuple[str, str], ...] = ()
    landmark: Landmark | None = None
    position: tuple[str, str] | None = None
    caller: Caller | None = None
    mrid: str | None = None

    def content(self) -> dict[str, Any]:
        """The ticket by the element names of the contract, as zeep takes it."""
        elements: dict[str, Any] = {
            "callBack": self.call_back,
            "comment": self.comment,
            "createdDateTime": _moment_text(self.created),
            "csrId": self.csr,
            "firstCallDateTime": _moment_text(self.first_call),
            "languageId": self.language,
            "name": self.name,
            "source": self.source,
            "troubleCode": self.trouble_code,
            "CallBacks": self._callbacks(),
            "CustomerData": customer(self.caller),
            "IncidentHazard": [{"mRID": hazard} for hazard in self.hazards],
            "Location": self._locations(),
            "UsagePoint": None if self.usage_point is None else {"mRID": self.usage_point},
        }
        return {name: value for name, value in elements.items() if value not in (None, [])}

    def _callbacks(self) -> list[dict[str, Any]]:
        spans = [
            {name: values.moment_text(when) for name, when in (("end", period.end), ("start", period.start)) if when}
            for period in self.periods
        ]
        if self.media:
            return [{"contactDetail": medium, "Periods": spans} for medium in self.media]
        return [{"Periods": spans}] if spans else []

    def _locations(self) -> list[dict[str, Any]]:
        locations: list[dict[str, Any]] = [
            {"description": name, "name": value, "type": self.kind} for name, value in self.parameters
        ]
        if self.position is not None:
            x, y = self.position
            point = {key: text for key, text in (("xPosition", x), ("yPosition", y)) if text}
            locations = locations or [{}]
            locations[0]["PositionPoint"] = point
        return locations


def read_tickets(table: Sequence[Sequence[str]], around: Surroundings) -> list[Ticket]:
    """The tickets of a table. Raises HarnessError for a table that is none of tickets."""
    rows = rows_of(table, _NAMES)
    aliases = [row["ticket"] for row in rows]
    if len(set(aliases)) != len(aliases):
        raise HarnessError(f"a ticket stands twice in the table: {', '.join(aliases)}")
    return [_ticket(row, number, around) for number, row in enumerate(rows, 1)]


def rows_of(table: Sequence[Sequence[str]], known: frozenset[str]) -> list[Row]:
    """A table's rows by column. Raises HarnessError for unknown columns, or without a column `ticket`."""
    rows = read_rows(table, sorted(known))
    if "ticket" not in table[0]:
        raise HarnessError("a table of tickets needs the column 'ticket'")
    return rows


def _ticket(row: Mapping[str, str], number: int, around: Surroundings) -> Ticket:
    alias = row["ticket"]
    ticket = Ticket(alias, number, around.external_name(alias), frozenset(row) - {"ticket"})
    _place_on_usage_point(ticket, row, around)
    for column, attribute in (
        ("trouble code", "trouble_code"),
        ("source", "source"),
        ("language", "language"),
        ("csr", "csr"),
    ):
        if column in row:
            setattr(ticket, attribute, row[column] or None)
    ticket.hazards = values.items(row.get("hazards", ""))
    ticket.media = values.items(row.get("media", ""))
    ticket.periods = values.periods(row.get("periods", ""), around.now)
    ticket.comment = values.text(row.get("comment", ""), around.comment_limit) or None
    ticket.created = _moment(row.get("created", ""), around.now)
    ticket.first_call = _moment(row.get("first call", ""), around.now)
    ticket.call_back = _CALL_BACK.get(row.get("call back", ""), row.get("call back") or None)
    ticket.caller = read_caller(row.get("caller", ""))
    _describe_location(ticket, row.get("location", ""), around)
    ticket.position = _position(row.get("position", ""), around)
    return ticket


def _place_on_usage_point(ticket: Ticket, row: Mapping[str, str], around: Surroundings) -> None:
    if "usage point" not in row:
        ticket.usage_point = around.plain_usage_point()
        ticket.in_model = ticket.usage_point is not None
        return
    match row["usage point"]:
        case "":
            ticket.usage_point = None
        case "unknown":
            ticket.usage_point = around.unknown_usage_point()
        case "blank":
            ticket.usage_point = " "
        case alias:
            ticket.usage_point, ticket.in_model = around.usage_point(alias), True


def _describe_location(ticket: Ticket, cell: str, around: Surroundings) -> None:
    kind, _, rest = cell.partition(" ")
    if not kind:
        return
    if kind in ("known", "missing"):
        if rest not in SEARCH_TYPES:
            raise HarnessError(f"{cell!r}: no search type {rest!r}; known are {', '.join(SEARCH_TYPES)}")
        ticket.kind = rest
        if kind == "known":
            ticket.landmark = around.landmark(rest)
            ticket.parameters = ticket.landmark.parameters
        else:
            ticket.parameters = tuple((name, around.missing_value()) for name in SEARCH_TYPES[rest][1])
        return
    pairs = [part.partition("=") for part in values.items(rest)]
    if not pairs or not all(equals for _, equals, _ in pairs):
        raise HarnessError(f"{cell!r} is no location: write TYPE NAME=VALUE, known TYPE or missing TYPE")
    ticket.kind, ticket.parameters = kind, tuple((name, value) for name, _, value in pairs)


def _position(cell: str, around: Surroundings) -> tuple[str, str] | None:
    if not cell:
        return None
    if cell == "elsewhere":
        return around.elsewhere()
    x, comma, y = cell.partition(",")
    if not comma:
        raise HarnessError(f"{cell!r} is no position: write x,y or elsewhere")
    return x.strip(), y.strip()


def read_caller(cell: str) -> Caller | None:
    """The caller of a cell, None for an empty one. Raises HarnessError for a cell that is none."""
    if not cell:
        return None
    name, *contacts = [part.strip() for part in cell.split(";")]
    names: list[str | None] = [*name.split()]
    if len(names) == 2:
        names.insert(1, None)
    pairs = [contact.partition(" ") for contact in contacts]
    if len(names) != 3 or any(kind not in _CONTACTS for kind, _, _ in pairs):
        raise HarnessError(f"{cell!r} is no caller: write First Last; email E; landline L; mobile M")
    return Caller(names[0], names[1], names[2], {kind: value.strip() for kind, _, value in pairs})


def customer(caller: Caller | None) -> dict[str, Any] | None:
    """CustomerData by the element names of the contract."""
    if caller is None:
        return None
    contacts = caller.contacts
    customer = {
        "firstName": caller.first,
        "lastName": caller.last,
        "mName": caller.middle,
        "electronicAddress": {"email1": contacts["email"]} if "email" in contacts else None,
        "landlinePhone": {"localNumber": contacts["landline"]} if "landline" in contacts else None,
        "mobilePhone": {"localNumber": contacts["mobile"]} if "mobile" in contacts else None,
    }
    return {name: value for name, value in customer.items() if value is not None}


def _moment(cell: str, now: datetime) -> datetime | str | None:
    """A time, or the text itself where a mistyped one is wanted."""
    return (values.moment(cell, now) or cell) if cell else None


def _moment_text(when: datetime | str | None) -> str | None:
    return values.moment_text(when) if isinstance(when, datetime) else when
