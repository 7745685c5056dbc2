"""Callers' contacts: what a message adds, which one is marked, which of several is shown (Table 10.2, D-36)."""

import pytest
from builders import caller
from outages import contact

from crm_contract.messages import CustomerData
from reference_adapter.outage_model.contacts import (
    contacts_of,
    shown_on_callback,
    shown_on_ticket,
    with_added,
    with_contact,
    with_preferred,
)

ADA, BOB = {"first": "Ada", "last": "King"}, {"first": "Bob", "last": "Cole"}


def values(contacts):
    return [(each.first_name, each.type, each.value, each.preferred) for each in contacts]


def test_a_message_s_contacts_are_one_a_type_in_a_fixed_order():
    found = contacts_of(caller("Ada", "King", "B", mobile="3", landline="2", email="1"))
    assert [(each.type, each.value) for each in found] == [("email", "1"), ("landline", "2"), ("mobile", "3")]
    assert {each.person for each in found} == {("Ada", "B", "King")}


@pytest.mark.parametrize(
    "customer", [None, CustomerData(), caller(mobile=""), caller(email="   "), caller(" ", "\t", mobile=" ")]
)
def test_a_message_without_names_and_contacts_has_none(customer):
    assert contacts_of(customer) == []


# 5.2-02


def test_added_contacts_go_by_the_first_caller_s_name():
    existing = [contact("1", **ADA, middle="B", preferred=True), contact("2", **BOB)]
    found = with_added(existing, caller("Eve", "Dee", email="e", mobile="3"))
    assert found[:2] == existing
    assert found[2:] == [contact("e", "email", **ADA, middle="B"), contact("3", **ADA, middle="B")]


def test_a_name_alone_adds_nothing_to_a_ticket_that_has_a_caller():
    existing = [contact("1", **ADA)]
    assert with_added(existing, caller("Eve", "Dee")) == existing
    assert with_added([], caller("Eve", "Dee")) == [contact(None, None, first="Eve", last="Dee")]


def test_the_same_contact_is_added_once_more():
    assert len(with_added([contact("1", **ADA)], caller(mobile="1"))) == 2


# Marking


def test_one_contact_of_a_type_is_marked():
    contacts = [contact("1", preferred=True), contact("2"), contact("e", "email", preferred=True)]
    assert values(with_preferred(contacts, "mobile", "2")) == [
        ("Ada", "mobile", "1", False),
        ("Ada", "mobile", "2", True),
        ("Ada", "email", "e", True),
    ]


@pytest.mark.parametrize(("kind", "value"), [("mobile", "9"), ("landline", "1"), ("mobile", "e")])
def test_a_contact_that_is_not_there_cannot_be_marked(kind, value):
    assert with_preferred([contact("1"), contact("e", "email")], kind, value) is None


def test_of_people_who_share_a_number_the_first_is_marked():
    found = with_preferred([contact("1", **ADA), contact("1", **BOB)], "mobile", "1")
    assert [each.preferred for each in found] == [True, False]


def test_a_contact_that_comes_marked_takes_the_mark_of_its_type():
    contacts = [contact("1", **ADA, preferred=True), contact("e", "email", preferred=True)]
    assert [each.preferred for each in with_contact(contacts, contact("1", **BOB, preferred=True))] == [
        False,
        True,
        True,
    ]
    assert [each.preferred for each in with_contact(contacts, contact("1", **BOB))] == [True, True, False]


# What a ticket shows (6.1-14)


def test_of_preferred_contacts_of_two_people_the_first_decides_whom_a_callback_shows():
    found = shown_on_callback(
        [contact("1", **ADA), contact("2", **BOB, preferred=True), contact("e", "email", **ADA, preferred=True)]
    )
    assert (found.first_name, found.mobile_phone.local_number, found.electronic_address) == ("Bob", "2", None)


def test_a_ticket_shows_the_first_of_each_type():
    contacts = [
        contact("1", **ADA),
        contact("2", **BOB),
        contact("b@x", "email", **BOB),
        contact("l", "landline", **ADA),
    ]
    assert shown_on_ticket(contacts) == caller("Ada", "King", email="b@x", landline="l", mobile="1")


def test_a_ticket_shows_the_preferred_of_each_type_under_the_first_caller_s_name():
    contacts = [
        contact("1", **ADA),
        contact("a@x", "email", **ADA),
        contact("2", **BOB, preferred=True),
        contact("b@x", "email", **BOB, preferred=True),
        contact("3", **BOB),
    ]
    assert shown_on_ticket(contacts) == caller("Ada", "King", email="b@x", mobile="2")


def test_a_ticket_does_not_show_the_middle_name():
    assert shown_on_ticket([contact("1", **ADA, middle="Byron")]) == caller("Ada", "King", mobile="1")


def test_a_person_without_contacts_is_shown_by_name():
    assert shown_on_ticket([contact(None, None, **ADA)]) == caller("Ada", "King")


# What a callback shows (7.1-02, 9.1-02)


def test_a_callback_shows_the_first_person_and_only_that_one():
    contacts = [contact("1", **ADA), contact("b@x", "email", **BOB), contact("l", "landline", **ADA)]
    assert shown_on_callback(contacts) == caller("Ada", "King", landline="l", mobile="1")


def test_a_callback_shows_the_person_who_owns_the_preferred_contact():
    contacts = [
        contact("1", **ADA),
        contact("a@x", "email", **ADA),
        contact("2", **BOB),
        contact("3", **BOB, preferred=True),
        contact("b@x", "email", **BOB),
    ]
    assert shown_on_callback(contacts) == caller("Bob", "Cole", email="b@x", mobile="3")


def test_of_several_preferred_contacts_the_first_one_s_owner_is_shown():
    contacts = [contact("1", **ADA), contact("2", **BOB, preferred=True), contact("e", "email", **ADA, preferred=True)]
    assert shown_on_callback(contacts) == caller("Bob", "Cole", mobile="2")


def test_people_of_one_name_are_told_apart_by_the_middle_name():
    contacts = [contact("1", **ADA, middle="B"), contact("e", "email", **ADA, middle="C")]
    assert shown_on_callback(contacts) == caller("Ada", "King", mobile="1")


@pytest.mark.parametrize("shown", [shown_on_ticket, shown_on_callback])
def test_nobody_is_shown_where_nobody_called(shown):
    assert shown([]) is None
