"""Whom a callback shows, by each reading of D-36."""

from __future__ import annotations

import pytest

from crm_contract.messages import CustomerData, ElectronicAddress, TelephoneNumber
from crmkit.suite.callbacks.people import PER_PERSON, PER_TYPE, Contact, contacts_of, customer_checks, read_contact
from crmkit.suite.errors import HarnessError
from crmkit.suite.evidence import Aspect, Check, wrong
from crmkit.suite.payload_places import Place
from crmkit.suite.tickets.written import Caller

ADA = ("Ada", None, "Lovelace")
GRACE = ("Grace", None, "Hopper")


def contact(person: tuple[str, None, str], kind: str, value: str, preferred: bool = False) -> Contact:
    return Contact(*person, kind, value, preferred)


def shown(first: str, last: str, email: str = "", landline: str = "", mobile: str = "") -> CustomerData:
    return CustomerData(
        first,
        last,
        electronic_address=ElectronicAddress(email) if email else None,
        landline_phone=TelephoneNumber(landline) if landline else None,
        mobile_phone=TelephoneNumber(mobile) if mobile else None,
    )


def customer_differences(
    at: str, contacts: list[Contact], carried: CustomerData | None
) -> tuple[list[Check], str | None]:
    """What is wrong, and the reading."""
    checks, reading = customer_checks(Place(Aspect.PAYLOAD, at), contacts, carried)
    return wrong(checks), reading


TWO_PEOPLE = [
    contact(ADA, "email", "ada@example.org"),
    contact(ADA, "mobile", "0102"),
    contact(GRACE, "mobile", "0104"),
    contact(GRACE, "landline", "0105", preferred=True),
]


@pytest.mark.parametrize(
    ("carried", "fits", "reading"),
    [
        (shown("Grace", "Hopper", landline="0105", mobile="0104"), True, PER_PERSON),
        (shown("Grace", "Hopper", email="ada@example.org", landline="0105", mobile="0102"), True, PER_TYPE),
        (shown("Grace", "Hopper", landline="0105"), False, None),
        (shown("Grace", "Hopper", landline="0105", mobile="0102"), False, None),
        (shown("Ada", "Lovelace", email="ada@example.org", mobile="0102"), False, None),
        (shown("Ada", "Lovelace", landline="0105", mobile="0104"), False, None),
        (CustomerData(), False, None),
        (None, False, None),
    ],
)
def test_the_person_of_the_preferred_contact(carried: CustomerData | None, fits: bool, reading: str | None) -> None:
    differences, seen = customer_differences("C", TWO_PEOPLE, carried)
    assert (differences == []) is fits
    assert seen == reading


def test_without_a_preferred_contact_it_is_the_first_person() -> None:
    nobody_preferred = [contact(ADA, "mobile", "0102"), contact(GRACE, "mobile", "0104")]
    assert customer_differences("C", nobody_preferred, shown("Ada", "Lovelace", mobile="0102")) == ([], None)
    differences, _ = customer_differences("C", nobody_preferred, shown("Grace", "Hopper", mobile="0104"))
    assert [each.field for each in differences] == [
        f"C/CustomerData/{name}" for name in ("firstName", "lastName", "mobile")
    ]


def test_of_one_type_the_preferred_contact_else_the_first() -> None:
    two = [contact(ADA, "mobile", "0101"), contact(ADA, "mobile", "0102", preferred=True)]
    assert customer_differences("C", two, shown("Ada", "Lovelace", mobile="0102"))[0] == []
    assert customer_differences("C", two, shown("Ada", "Lovelace", mobile="0101"))[0]


def test_nobody_is_to_be_reached() -> None:
    assert customer_differences("C", [], None) == ([], None)
    assert customer_differences("C", [], shown("Ada", "Lovelace"))[0]


def test_a_middle_name_need_not_be_shown() -> None:
    contacts = contacts_of(Caller("Ada", "King", "Lovelace", {"mobile": "0102"}))
    with_middle = shown("Ada", "Lovelace", mobile="0102")
    assert customer_differences("C", contacts, with_middle)[0] == []
    with_middle.middle_name = "King"
    assert customer_differences("C", contacts, with_middle)[0] == []
    with_middle.middle_name = "Queen"
    assert [each.field for each in customer_differences("C", contacts, with_middle)[0]] == ["C/CustomerData/mName"]


def test_contacts_of_a_caller() -> None:
    caller = Caller("Ada", None, "Lovelace", {"mobile": "0102", "email": "ada@example.org"})
    assert [each.type for each in contacts_of(caller)] == ["email", "mobile"]
    assert contacts_of(None) == []


def test_a_contact_of_a_table() -> None:
    row = {"person": "Grace Hopper", "contact": "mobile +1 512 555 0104", "preferred": "yes"}
    assert read_contact(row) == Contact("Grace", None, "Hopper", "mobile", "+1 512 555 0104", True)
    for broken in ({"person": "Grace"}, {"contact": "pigeon 7"}, {"contact": "mobile"}):
        with pytest.raises(HarnessError, match="write a person"):
            read_contact(row | broken)
