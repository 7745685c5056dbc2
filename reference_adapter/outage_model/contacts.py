"""Callers' contacts: what a message brings, what it adds, and which of several is shown (Table 10.2, D-36)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from crm_contract.messages import CustomerData, ElectronicAddress, TelephoneNumber

ContactType = Literal["email", "landline", "mobile"]
CONTACT_TYPES: tuple[ContactType, ...] = ("email", "landline", "mobile")


@dataclass(frozen=True, slots=True)
class CallerContact:
    """One contact of a caller; `type` is email, landline or mobile, None for a person without any contact."""

    first_name: str | None
    last_name: str | None
    middle_name: str | None
    type: str | None
    value: str | None
    preferred: bool = False

    @property
    def person(self) -> tuple[str | None, str | None, str | None]:
        """Whose it is: first, middle and last name."""
        return self.first_name, self.middle_name, self.last_name


def contacts_of(customer: CustomerData | None) -> list[CallerContact]:
    """A message's CustomerData as contacts: one a contact type; the person alone when it names none (Table 10.2).

    A blank contact is none, and so is a person of blank names.
    """
    if customer is None:
        return []
    person = (customer.first_name, customer.last_name, customer.middle_name)
    values = {
        "email": customer.electronic_address and customer.electronic_address.email1,
        "landline": customer.landline_phone and customer.landline_phone.local_number,
        "mobile": customer.mobile_phone and customer.mobile_phone.local_number,
    }
    contacts = [CallerContact(*person, kind, value) for kind, value in values.items() if value and value.strip()]
    if not contacts and any(name and name.strip() for name in person):
        contacts.append(CallerContact(*person, None, None))
    return contacts


def with_added(existing: Sequence[CallerContact], customer: CustomerData | None) -> list[CallerContact]:
    """The existing contacts as they are, and behind them a message's; those go by the first caller's name (5.2-02)."""
    added = contacts_of(customer)
    if existing:
        first = existing[0]
        # A person alone would add the first caller once more.
        added = [replace(first, type=each.type, value=each.value, preferred=False) for each in added if each.type]
    return [*existing, *added]


def with_contact(contacts: Sequence[CallerContact], new: CallerContact) -> list[CallerContact]:
    """The contacts with another one behind them; where that is preferred it is the only one of its type."""
    if not new.preferred:
        return [*contacts, new]
    others = [replace(each, preferred=False) if each.type == new.type else each for each in contacts]
    return [*others, new]


def with_preferred(contacts: Sequence[CallerContact], kind: str, value: str) -> list[CallerContact] | None:
    """The contacts with one marked as preferred, the only one of its type; None when there is no such contact.

    Of several people who share it, the first.
    """
    place = next((n for n, each in enumerate(contacts) if each.type == kind and each.value == value), None)
    if place is None:
        return None
    return [replace(each, preferred=n == place) if each.type == kind else each for n, each in enumerate(contacts)]


def shown_on_ticket(contacts: Sequence[CallerContact]) -> CustomerData | None:
    """Per contact type the preferred contact, else the first; the names are the first caller's.

    The middle name is not shown; in the archive it is part of the first name (D-33).
    """
    return _shown(contacts[0], contacts) if contacts else None


def shown_on_callback(contacts: Sequence[CallerContact]) -> CustomerData | None:
    """The person who owns the preferred contact, else the first person; then that person's, per type (D-36).

    Where contacts of several types are preferred the first of them decides.
    """
    if not contacts:
        return None
    owner = next((each for each in contacts if each.preferred), contacts[0])
    return _shown(owner, [each for each in contacts if each.person == owner.person])


def _shown(named: CallerContact, contacts: Iterable[CallerContact]) -> CustomerData:
    values: dict[str, str | None] = {}
    for contact in sorted(contacts, key=lambda each: not each.preferred):
        if contact.type is not None:
            values.setdefault(contact.type, contact.value)
    return CustomerData(
        first_name=named.first_name,
        last_name=named.last_name,
        electronic_address=ElectronicAddress(values["email"]) if "email" in values else None,
        landline_phone=TelephoneNumber(values["landline"]) if "landline" in values else None,
        mobile_phone=TelephoneNumber(values["mobile"]) if "mobile" in values else None,
    )
