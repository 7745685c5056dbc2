"""Whom a reply names as the caller of a trouble ticket, and through which contacts (D-33, D-36)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from crm_contract.messages import CustomerData
from crmkit.suite.callbacks.people import Contact
from crmkit.suite.evidence import Check, Held, wrong
from crmkit.suite.payload_places import ABSENT, Place
from crmkit.suite.replies.questions import TICKET_PEOPLE, TICKET_PER_PERSON, TICKET_PER_TYPE

TYPES = ("email", "landline", "mobile")
PER_TYPE, PER_PERSON = TICKET_PER_TYPE, TICKET_PER_PERSON


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


def people_checks(
    at: Place,
    contacts: Sequence[Contact],
    carried: CustomerData | None,
    is_archived: bool,
    interpretations: Mapping[str, str] | None = None,
) -> tuple[list[Check], str | None]:
    """A check for each element in the reading that fits, else in the printed one; and that reading, where only one of
    the two fits.
    """
    data, every = carried or CustomerData(), list(shown_people(contacts))
    at = at.inside("CustomerData", is_there=carried is not None)
    allowed = [each for each in every if len(every) == 1 or TICKET_PEOPLE.admits(interpretations or {}, each.seen)]
    found = [(each.seen, _checks(at, each, data, is_archived)) for each in allowed]
    fitting = [(seen, checks) for seen, checks in found if not wrong(checks)]
    if not fitting:
        return found[0][1], None
    seen, checks = fitting[0]
    differ = any(wrong(_checks(at, each, data, is_archived)) for each in every if each.seen != seen)
    if seen != TICKET_PEOPLE.printed and differ:
        checks = [replace(each, held=Held.READING, decision=TICKET_PEOPLE.decision) for each in checks]
    return checks, seen if differ else None


def _shown(seen: str, person: Contact, contacts: Sequence[Contact]) -> Shown:
    by_type = {}
    for kind in TYPES:
        of_type = sorted((each for each in contacts if each.type == kind), key=lambda each: not each.preferred)
        by_type[kind] = of_type[0].value if of_type else ""
    return Shown(seen, person.first or "", person.middle or "", person.last or "", by_type)


def _checks(at: Place, wanted: Shown, data: CustomerData, is_archived: bool) -> list[Check]:
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
        at.check(name, expected or ABSENT, seen or ABSENT, _same(name, expected, seen or ""))
        for name, (expected, seen) in expected_and_seen.items()
    ]


def _same(name: str, expected: str, seen: str) -> bool:
    if name == "firstName":
        # However the two are joined.
        return "".join(seen.split()) == "".join(expected.split())
    return seen.strip() == expected
