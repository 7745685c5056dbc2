"""Rows 5.1-13 and 5.1-14: a ticket with an unknown trouble code, or none, is refused."""

import pytest
from builders import judge, shipped_settings, ticket


def invalid(value, tickets):
    details = f"Invalid trouble code: {value} for trouble ticket(s): {tickets}."
    return ("2.7", "FATAL", "InvalidTroubleCode", details)


def missing(tickets):
    return ("2.7", "FATAL", "MissingTroubleCode", f"Trouble code missing for trouble ticket(s): {tickets}.")


@pytest.mark.parametrize("code", sorted(shipped_settings().trouble_codes))
def test_each_configured_code_is_taken(code):
    judged = judge(ticket(trouble_code=code))
    assert (judged.result, judged.errors) == ("OK", [])
    assert judged.ticket["trouble_code"] == code


@pytest.mark.parametrize("code", ["Alien", "no power/no light", " Other", "Other ", "{1}", "<&>"])
def test_an_unknown_code_is_refused(code):
    judged = judge(ticket(trouble_code=code))
    assert (judged.result, judged.errors) == ("FAILED", [invalid(code, "first")])
    assert judged.stored == []


@pytest.mark.parametrize("code", [None, "", " ", "\t\n"], ids=["absent", "empty", "blank", "white space"])
def test_no_code_is_refused_as_missing_and_not_as_invalid(code):
    judged = judge(ticket(trouble_code=code))
    assert (judged.result, judged.errors) == ("FAILED", [missing("first")])
    assert judged.stored == []


def test_valid_tickets_beside_invalid_ones_are_created_in_order():
    judged = judge(ticket("a"), ticket("b", trouble_code="Alien"), ticket("c"), ticket("d", trouble_code=None))
    assert (judged.result, judged.errors) == ("PARTIAL", [invalid("Alien", "b"), missing("d")])
    assert [row["name"] for row in judged.stored] == ["a", "c"]


def test_each_distinct_code_is_one_error_and_all_missing_ones_are_one():
    judged = judge(
        ticket("a", trouble_code="Alien"),
        ticket("b", trouble_code=None),
        ticket("c", trouble_code="Ghost"),
        ticket("d", trouble_code="Alien"),
        ticket(" ", trouble_code=""),
    )
    assert (judged.result, judged.stored) == ("FAILED", [])
    assert judged.errors == [invalid("Alien", "a, d"), invalid("Ghost", "c"), missing("b, #5")]


def test_tickets_of_one_name_are_named_once():
    judged = judge(ticket("a", trouble_code="Alien"), ticket("a", trouble_code="Alien"))
    assert judged.errors == [invalid("Alien", "a")]
