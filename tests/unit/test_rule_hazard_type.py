"""Row 5.1-12: a hazard that is not in the list is left out."""

import pytest
from builders import hazards, judge, ticket


def invalid(values, tickets):
    details = f"Invalid hazard type(s): {values} for trouble ticket(s): {tickets}"
    return ("2.7", "WARNING", "InvalidHazardType", details)


@pytest.mark.parametrize("known", [["Line Down"], ["Fire", "Gas Leak"], ["Fire Department"], ["Dig-in"]])
def test_known_hazards_and_special_callers_are_kept_in_their_order(known):
    judged = judge(ticket(**hazards(*known)))
    assert (judged.result, judged.errors) == ("OK", [])
    assert judged.ticket["hazards"] == known


@pytest.mark.parametrize("unknown", ["Meteor", "fire", " Fire", "Fire ", "Gas  Leak"])
def test_an_unknown_one_is_left_out_and_the_ticket_created(unknown):
    judged = judge(ticket(**hazards(unknown)))
    assert (judged.result, judged.errors) == ("OK", [invalid(unknown, "first")])
    assert judged.ticket["hazards"] == []


def test_only_the_unknown_of_several_are_left_out():
    judged = judge(ticket(**hazards("Meteor", "Fire", "Flood", "Arcing")))
    assert judged.errors == [invalid("Meteor, Flood", "first")]
    assert judged.ticket["hazards"] == ["Fire", "Arcing"]


def test_several_tickets_share_one_error_with_each_value_and_ticket_once():
    judged = judge(
        ticket("a", **hazards("Meteor", "Meteor")),
        ticket("b", **hazards("Fire")),
        ticket("c", **hazards("Flood", "Meteor")),
        ticket(None, **hazards("Flood")),
    )
    assert judged.errors == [invalid("Meteor, Flood", "a, c, #4")]
    assert [row["hazards"] for row in judged.stored] == [[], ["Fire"], [], []]


@pytest.mark.parametrize("nothing", [None, "", "  "])
def test_a_hazard_without_a_name_is_none(nothing):
    judged = judge(ticket(**hazards(nothing, "Fire")))
    assert judged.errors == []
    assert judged.ticket["hazards"] == ["Fire"]


def test_the_list_is_configured():
    judged = judge(ticket(**hazards("Meteor", "Fire")), hazards=frozenset({"Meteor"}))
    assert judged.errors == [invalid("Fire", "first")]
    assert judged.ticket["hazards"] == ["Meteor"]
