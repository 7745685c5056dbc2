"""Whom a callback is to reach: which person, and through which contacts (D-36)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from crm_contract.messages import CustomerData
from crmkit.suite.errors import HarnessError
from crmkit.suite.evidence import Check, Held
from crmkit.suite.payload_places import ABSENT, Place
from crmkit.suite.replies.questions import CALLBACK_PEOPLE, CALLBACK_PER_PERSON, CALLBACK_PER_TYPE
from crmkit.suite.tickets.written import Caller

PER_PERSON, PER_TYPE = CALLBACK_PER_PERSON, CALLBACK_PER_TYPE
_TYPES = ("email", "landline", "mobile")
# What docs/steps.md prints.
PEOPLE_COLUMNS = (
    ("callback", "about which one"),
    ("person", "`First Last`"),
    ("contact", "`email E`, `landline L` or `mobile M`"),
    ("preferred", "`yes`: an operator has marked it"),
)


@dataclass(frozen=True, slots=True)
class Contact:
    """One contact of a person."""

    first: str | None
    middle: str | None
    last: str | None
    type: str
    value: str
    preferred: bool = False

    @property
    def person(self) -> tuple[str | None, str | None, str | None]:
        """Whose it is."""
        return self.first, self.middle, self.last


def contacts_of(caller: Caller | None) -> list[Contact]:
    """The contacts that a message carried of its caller, in the message's order."""
    if caller is None:
        return []
    return [
        Contact(caller.first, caller.middle, caller.last, kind, caller.contacts[kind])
        for kind in _TYPES
        if kind in caller.contacts
    ]


def read_contact(row: Mapping[str, str]) -> Contact:
    """The contact of a table's row. Raises HarnessError for one that is none."""
    kind, _, value = row.get("contact", "").partition(" ")
    first, _, last = row.get("person", "").partition(" ")
    if kind not in _TYPES or not value.strip() or not last:
        raise HarnessError(f"{dict(row)}: write a person as First Last, a contact as email E, landline L or mobile M")
    return Contact(first, None, last, kind, value.strip(), row.get("preferred") == "yes")


def customer_checks(
    at: Place,
    contacts: Sequence[Contact],
    carried: CustomerData | None,
    interpretations: Mapping[str, str] | None = None,
) -> tuple[list[Check], str | None]:
    """A check for each element in the reading of D-36 that fits, else in the printed one; and the reading, where only
    one of the two fits.
    """
    observed = _observed(carried)
    every = dict(_readings(contacts))
    at = at.inside("CustomerData", is_there=carried is not None)
    fitting = [name for name, expected in every.items() if _fits(expected, observed)]
    admitted = [name for name in every if len(every) == 1 or CALLBACK_PEOPLE.admits(interpretations or {}, name)]
    allowed = [name for name in fitting if name in admitted]
    chosen = (allowed or admitted)[0]
    tells_apart = len(fitting) == 1 < len(every)
    decision = CALLBACK_PEOPLE.decision if allowed and tells_apart and chosen != CALLBACK_PEOPLE.printed else None
    checks = [
        at.check(
            name,
            expected or ABSENT,
            observed[name] or ABSENT,
            Held.READING if decision else _same(name, expected, observed[name]),
            decision,
        )
        for name, expected in every[chosen].items()
    ]
    return checks, chosen if allowed and tells_apart else None


def _readings(contacts: Sequence[Contact]) -> Iterator[tuple[str, dict[str, str]]]:
    chosen = next((each for each in contacts if each.preferred), contacts[0] if contacts else None)
    if chosen is None:
        yield PER_PERSON, dict.fromkeys(("firstName", "mName", "lastName", *_TYPES), "")
        return
    names = {"firstName": chosen.first or "", "mName": chosen.middle or "", "lastName": chosen.last or ""}
    own = [each for each in contacts if each.person == chosen.person]
    yield PER_PERSON, names | _by_type(own)
    yield PER_TYPE, names | _by_type(contacts)


def _by_type(contacts: Sequence[Contact]) -> dict[str, str]:
    """Of each type the preferred contact, else the first."""
    found = {}
    for kind in _TYPES:
        of_type = sorted((each for each in contacts if each.type == kind), key=lambda each: not each.preferred)
        found[kind] = of_type[0].value if of_type else ""
    return found


def _observed(carried: CustomerData | None) -> dict[str, str]:
    data = carried or CustomerData()
    return {
        "firstName": data.first_name or "",
        "mName": data.middle_name or "",
        "lastName": data.last_name or "",
        "email": (data.electronic_address.email1 if data.electronic_address else None) or "",
        "landline": (data.landline_phone.local_number if data.landline_phone else None) or "",
        "mobile": (data.mobile_phone.local_number if data.mobile_phone else None) or "",
    }


def _fits(expected: dict[str, str], observed: dict[str, str]) -> bool:
    return all(_same(name, expected[name], observed[name]) for name in expected)


def _same(name: str, expected: str, observed: str) -> bool:
    # A middle name is stored, and need not be shown (D-33).
    return observed.strip() == expected or (name == "mName" and not observed.strip())
