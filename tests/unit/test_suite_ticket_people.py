"""Whom a reply names as a ticket's caller (D-33, D-36)."""

from __future__ import annotations

import pytest

from crm_contract.messages import CustomerData, ElectronicAddress, TelephoneNumber
from crmkit.suite.callbacks.people import Contact
from crmkit.suite.evidence import Aspect, Check, wrong
from crmkit.suite.payload_places import Place
from crmkit.suite.tickets.ticket_people import PER_PERSON, PER_TYPE, people_checks


def ada(kind: str, value: str, preferred: bool = False) -> Contact:
    return Contact("Ada", "King", "Lovelace", kind, value, preferred)


def charles(kind: str, value: str, preferred: bool = False) -> Contact:
    return Contact("Charles", None, "Babbage", kind, value, preferred)


def customer(first: str, last: str, email: str = "", landline: str = "", mobile: str = "") -> CustomerData:
    return CustomerData(
        first or None,
        last or None,
        electronic_address=ElectronicAddress(email) if email else None,
        landline_phone=TelephoneNumber(landline) if landline else None,
        mobile_phone=TelephoneNumber(mobile) if mobile else None,
    )


def people_differences(
    at: str, contacts: list[Contact], shown: CustomerData | None, is_archived: bool
) -> tuple[list[Check], str | None]:
    """What is wrong, and the reading."""
    checks, reading = people_checks(Place(Aspect.PAYLOAD, at), contacts, shown, is_archived)
    return wrong(checks), reading


def differing(contacts: list[Contact], shown: CustomerData | None, is_archived: bool = False) -> list[str]:
    return [
        each.field.removeprefix("at/CustomerData/")
        for each in people_differences("at", contacts, shown, is_archived)[0]
    ]


PLAIN = [ada("email", "a1"), ada("email", "a2"), ada("landline", "l1")]


@pytest.mark.parametrize(
    ("shown", "wrong"),
    [
        (customer("Ada", "Lovelace", "a1", "l1"), []),
        (customer("Ada", "Lovelace", "a2", "l1"), ["electronicAddress/email1"]),
        (customer("Ada", "Lovelace", "a1"), ["landlinePhone/localNumber"]),
        (customer("Ada", "Lovelace", "a1", "l1", "m"), ["mobilePhone/localNumber"]),
        (customer("Ada King", "Lovelace", "a1", "l1"), ["firstName"]),
        (customer("", "Lovelace", "a1", "l1"), ["firstName"]),
        (customer("Ada", "", "a1", "l1"), ["lastName"]),
        (None, ["firstName", "lastName", "electronicAddress/email1", "landlinePhone/localNumber"]),
    ],
)
def test_the_first_contact_of_each_type(shown: CustomerData | None, wrong: list[str]) -> None:
    assert differing(PLAIN, shown) == wrong


@pytest.mark.parametrize(
    ("first", "right"), [("Ada King", True), ("AdaKing", True), ("Ada", False), ("King Ada", False)]
)
def test_the_archive_joins_the_middle_name_to_the_first(first: str, right: bool) -> None:
    assert (differing(PLAIN, customer(first, "Lovelace", "a1", "l1"), is_archived=True) == []) is right


def test_nobody() -> None:
    assert differing([], None) == []
    assert differing([], customer("", "")) == []
    assert differing([], customer("Ada", "")) == ["firstName"]


SEVERAL = [ada("email", "a1"), ada("landline", "l1"), charles("email", "c1", True), charles("mobile", "m1")]


@pytest.mark.parametrize(
    ("shown", "seen"),
    [
        (customer("Ada", "Lovelace", "c1", "l1", "m1"), PER_TYPE),
        (customer("Charles", "Babbage", "c1", "", "m1"), PER_PERSON),
        (customer("Ada", "Lovelace", "a1", "l1", "m1"), None),
        (customer("Ada", "Lovelace", "a1", "l1"), None),
        (customer("Charles", "Babbage", "c1", "l1", "m1"), None),
    ],
)
def test_a_preferred_contact_of_another_person(shown: CustomerData, seen: str | None) -> None:
    differences, reading = people_differences("at", SEVERAL, shown, False)
    assert (reading, bool(differences)) == (seen, seen is None)


def test_where_both_readings_say_the_same_none_is_named() -> None:
    preferred = [ada("email", "a1"), ada("email", "a2", True)]
    assert people_differences("at", preferred, customer("Ada", "Lovelace", "a2"), False) == ([], None)
    assert differing(preferred, customer("Ada", "Lovelace", "a1")) == ["electronicAddress/email1"]
