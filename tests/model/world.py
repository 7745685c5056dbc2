"""Who there is: tickets, incidents and callbacks, active and archived, at a moment."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from model import contract
from model.calls import Customer
from model.network import path

START = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Contact:
    """One contact of one person; of no type where the person gave none."""

    first_name: str | None
    last_name: str | None
    middle_name: str | None
    type: str | None = None
    value: str | None = None
    preferred: bool = False


@dataclass
class Ticket:
    id: str
    name: str | None
    usage_point: str | None
    incident: str | None
    call_back: bool
    comment: str | None
    created: datetime
    first_call: datetime
    csr: str | None
    language: int
    source: str
    trouble_code: str
    media: list[str] = field(default_factory=list)
    periods: list[tuple[datetime, datetime]] = field(default_factory=list)
    contacts: list[Contact] = field(default_factory=list)
    hazards: list[str] = field(default_factory=list)
    search: tuple[str, str] | None = None
    position: tuple[str, str] | None = None
    changed_by: str | None = None
    #: Whether prediction has looked at it.
    looked_at: bool = False


@dataclass
class Incident:
    """It de-energizes what lies under its device while it is confirmed and open (D-26)."""

    id: str
    device: str
    created: datetime
    confirmed: bool
    restored: datetime | None = None
    closed: datetime | None = None
    status: str = "New"
    comment: str | None = None
    by_operator: bool = False

    @property
    def is_open(self) -> bool:
        return self.restored is None and self.closed is None

    @property
    def is_worked_on(self) -> bool:
        return self.by_operator or self.comment is not None or self.status != "New"


@dataclass
class Callback:
    id: str
    ticket: str
    incident: str
    usage_point: str | None
    created: datetime
    priority: int
    language: int
    periods: list[tuple[datetime, datetime]]
    comment: str | None = None
    automatic: bool = False
    holder: str | None = None
    held_since: datetime | None = None
    held_until: datetime | None = None
    not_before: datetime | None = None
    attempts: int = 0
    result: str | None = None
    changed_by: str | None = None
    closed: datetime | None = None

    def held_by(self, now: datetime) -> str | None:
        """Whose it is; nobody's once the assignment has expired (D-39)."""
        return self.holder if self.held_until is not None and now < self.held_until else None

    def is_due(self, now: datetime) -> bool:
        """Inside one of its periods, if it has any (D-37), and not put off after a call that reached nobody (D-39)."""
        if self.not_before is not None and now < self.not_before:
            return False
        return not self.periods or any(start <= now <= end for start, end in self.periods)

    def release(self) -> None:
        self.holder = self.held_since = self.held_until = None

    def assign(self, to: str, now: datetime) -> None:
        self.holder, self.held_since, self.held_until = to, now, now + contract.ASSIGNMENT


@dataclass
class Archive:
    tickets: list[Ticket] = field(default_factory=list)
    incidents: list[Incident] = field(default_factory=list)
    callbacks: list[Callback] = field(default_factory=list)


@dataclass
class World:
    """Everything there is; active entities stand in the order of their creation."""

    now: datetime = START
    tickets: list[Ticket] = field(default_factory=list)
    incidents: list[Incident] = field(default_factory=list)
    callbacks: list[Callback] = field(default_factory=list)
    archive: Archive = field(default_factory=Archive)
    published: datetime | None = None
    _numbers: dict[str, int] = field(default_factory=dict)

    def next_id(self, kind: str) -> str:
        """T1, T2... for tickets, I1... for incidents, C1... for callbacks."""
        self._numbers[kind] = self._numbers.get(kind, 0) + 1
        return f"{kind}{self._numbers[kind]}"

    def after(self, seconds: int) -> datetime:
        return self.now + timedelta(seconds=seconds)

    def ticket(self, id: str | None) -> Ticket | None:
        return _with_id(self.tickets, id)

    def incident(self, id: str | None) -> Incident | None:
        return _with_id(self.incidents, id)

    def callback(self, id: str | None) -> Callback | None:
        return _with_id(self.callbacks, id)

    def de_energizing(self, element: str) -> Incident | None:
        """The open, confirmed incident nearest above a usage point or device; of two at one device the older."""
        for device in path(element):
            for incident in self.incidents:
                if incident.device == device and incident.confirmed and incident.is_open:
                    return incident
        return None


def _with_id(entities: list[Any], id: str | None) -> Any:
    return next((each for each in entities if each.id == id), None)


CONTACT_TYPES = ("email", "landline", "mobile")


def contacts_of(customer: Customer | None) -> list[Contact]:
    """CustomerData as contacts: one a contact type, or the person alone (Table 10.2)."""
    if customer is None:
        return []
    person = Contact(customer.first_name, customer.last_name, customer.middle_name)
    given = [(kind, getattr(customer, kind)) for kind in CONTACT_TYPES]
    contacts = [replace(person, type=kind, value=value) for kind, value in given if value]
    has_name = customer.first_name or customer.last_name or customer.middle_name
    return contacts or ([person] if has_name else [])


def appended(comment: str | None, added: str) -> str:
    """One line feed stands between an existing and an appended comment, and counts (D-44)."""
    return f"{comment}\n{added}" if comment else added
