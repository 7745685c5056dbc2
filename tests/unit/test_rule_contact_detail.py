"""Row 5.1-23: an invalid callback medium is left out, and makes an OK a PARTIAL."""

import pytest
from builders import at, callback, judge, ticket

from crm_contract.messages import CallBackRequest

TOMORROW = (at(days=1), at(days=2))


def invalid(value, tickets):
    details = f"Invalid contact detail {value} for trouble ticket(s): {tickets}."
    return ("1.2", "FATAL", "InvalidContactDetail", details)


def media(*names):
    return {"call_backs": [CallBackRequest(name) for name in names]}


@pytest.mark.parametrize("medium", ["SMS", "MobilePhone", "LandlinePhone", "Email"])
def test_each_configured_medium_is_kept(medium):
    judged = judge(ticket(**callback(TOMORROW, media=medium)))
    assert (judged.result, judged.errors) == ("OK", [])
    assert judged.ticket["callback_media"] == [medium]


@pytest.mark.parametrize("medium", ["Pigeon", "sms", "SMS "])
def test_an_unknown_one_is_left_out_of_a_ticket_that_is_created(medium):
    judged = judge(ticket(**callback(TOMORROW, media=medium)))
    assert (judged.result, judged.errors) == ("PARTIAL", [invalid(medium, "first")])
    assert judged.ticket["callback_media"] == []
    assert len(judged.ticket["callback_periods"]) == 1


@pytest.mark.parametrize("nothing", [None, "", "  "])
def test_a_callback_without_a_medium_is_none(nothing):
    judged = judge(ticket(**callback(TOMORROW, media=nothing)))
    assert (judged.result, judged.errors) == ("OK", [])
    assert judged.ticket["callback_media"] == []


def test_a_medium_is_judged_also_where_no_callback_is_wanted():
    judged = judge(ticket(**callback(media="Pigeon", call_back=False)))
    assert (judged.result, judged.errors) == ("PARTIAL", [invalid("Pigeon", "first")])


def test_each_distinct_medium_is_one_error_with_its_tickets():
    judged = judge(
        ticket("a", **media("Pigeon", "SMS", "Smoke")),
        ticket("b", **media("Email")),
        ticket("c", **media("Pigeon")),
        ticket("", **media("Smoke")),
    )
    assert judged.errors == [invalid("Pigeon", "a, c"), invalid("Smoke", "a, #4")]
    assert [row["callback_media"] for row in judged.stored] == [["SMS"], ["Email"], [], []]


def test_the_result_is_partial_also_when_every_ticket_is_hit():
    judged = judge(ticket("a", **media("Pigeon")), ticket("b", **media("Pigeon")))
    assert judged.result == "PARTIAL"
    assert [row["name"] for row in judged.stored] == ["a", "b"]


def test_a_refused_ticket_beside_it_leaves_the_result_partial():
    judged = judge(ticket("a", **media("Pigeon")), ticket("b", trouble_code="Alien"))
    assert (judged.result, len(judged.stored)) == ("PARTIAL", 1)


def test_the_medium_of_a_refused_ticket_is_not_judged():
    judged = judge(ticket("a", trouble_code="Alien", **media("Pigeon")))
    assert judged.result == "FAILED"
    assert [reason for _, _, reason, _ in judged.errors] == ["InvalidTroubleCode"]
