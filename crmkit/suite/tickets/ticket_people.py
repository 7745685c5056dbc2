"""Whom a reply names as the caller of a trouble ticket, and through which contacts (D-33, D-36)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from crm_contract.messages import CustomerData
from crmkit.suite.callbacks.people import Contact
from crmkit.suite.errors import Difference

TYPES = ("email", "landline", "mobile")
PER_TYPE = "of each type the preferred contact, and the first caller's name"
PER_PERSON = "the person of the preferred contact, with that person's contacts"


@dataclass(frozen=True, slots=True)
class Shown:
    """A reading: whose name is shown, and which contact of each type."""

    seen: str
    first: str
    middle: str
    last: str
    contacts: Mapping[str, str]


def shown_people(contacts: Sequence[Contact]) -> Iterator[Shown]:
    """What may be shown of a ticket's contacts, given in their order; the printed reading first."""
    if not contacts:
        yield Shown(PER_TYPE, "", "", "", dict.fromkeys(TYPES, ""))
        return
    yield _shown(PER_TYPE, contacts[0], contacts)
    owner = next((each for each in contacts if each.preferred), contacts[0])
    yield _shown(PER_PERSON, owner, [each for each in contacts if each.person == owner.person])


def people_differences(
    at: str, contacts: Sequence[Contact], carried: CustomerData | None, is_archived: bool
) -> tuple[list[Difference], str | None]:
    """What is not as in some reading, and that reading where only one of the two fits."""
    data = carried or CustomerData()
    allowed = list(shown_people(contacts))
    found = [_differences(f"{at}/CustomerData", each, data, is_archived) for each in allowed]
    fitting = [each.seen for each, differences in zip(allowed, found, strict=True) if not differences]
    if not fitting:
        return found[0], None
    return [], fitting[0] if len(fitting) < len(allowed) else None


def _shown(seen: str, person: Contact, contacts: Sequence[Contact]) -> Shown:
    by_type = {}
    for kind in TYPES:
        of_type = sorted((each for each in contacts if each.type == kind), key=lambda each: not each.preferred)
        by_type[kind] = of_type[0].value if of_type else ""
    return Shown(seen, person.first or "", person.middle or "", person.last or "", by_type)


def _differences(at: str, wanted: Shown, data: CustomerData, is_archived: bool) -> list[Difference]:
    # The operations database has no middle name of its own: it stands behind the first one.
    first = f"{wanted.first} {wanted.middle}".strip() if is_archived else wanted.first
    expected_and_seen = {
        "firstName": (first, data.first_name),
        "lastName": (wanted.last, data.last_name),
        "electronicAddress/email1": (
            wanted.contacts["email"],
            data.electronic_address.email1 if data.electronic_address else None,
        ),
        "landlinePhone/localNumber": (
            wanted.contacts["landline"],
            data.landline_phone.local_number if data.landline_phone else None,
        ),
        "mobilePhone/localNumber": (
            wanted.contacts["mobile"],
            data.mobile_phone.local_number if data.mobile_phone else None,
        ),
    }
    return [
        Difference(f"{at}/{name}", expected or "absent", seen or "absent")
        for name, (expected, seen) in expected_and_seen.items()
        if not _same(name, expected, seen or "")
    ]


def _same(name: str, expected: str, seen: str) -> bool:
    if name == "firstName":
        # However the two are joined.
        return "".join(seen.split()) == "".join(expected.split())
    return seen.strip() == expected
