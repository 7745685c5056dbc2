"""Several rows at once: the order of rows is the order of evaluation, and a refused ticket is judged no further."""

import pytest
from builders import at, callback, hazards, judge, point, search, ticket

from crm_contract.messages import CallBackRequest, Location, Period, PositionPoint

EVERYTHING_DROPPED = {
    "comment": "x" * 501,
    "language_id": "7",
    "source": "Fax",
    "created_date_time": at(days=1),
    "call_back": True,
    "call_backs": [
        CallBackRequest("Pigeon", [Period(start=at(hours=-2), end=at(hours=-1)), Period(start=at(hours=2), end=at())])
    ],
    **hazards("Meteor"),
    **point("500", "500"),
}
ORDER = [
    "CommentExceedsLimit",
    "InvalidHazardType",
    "InvalidLanguageId",
    "InvalidCallSource",
    "CallbackPeriodEndDateTimeInPast",
    "InvalidPeriod",
    "InvalidPositionPoint",
    "InvalidPositionPoint",
    "InvalidContactDetail",
    "InvalidCreatedDateTime",
]


def reasons(judged):
    return [reason for _, _, reason, _ in judged.errors]


def test_rules_that_drop_or_default_do_not_stop_the_others_and_report_in_the_order_of_rows():
    judged = judge(ticket(**EVERYTHING_DROPPED))
    assert judged.result == "PARTIAL"
    assert reasons(judged) == ORDER
    assert judged.ticket["name"] == "first"


def test_the_order_of_tickets_does_not_change_that_of_errors():
    judged = judge(
        ticket("a", created_date_time=at(days=1)),
        ticket("b", trouble_code=None),
        ticket("c", **search("Castle", ("A", "1"))),
        ticket("d", source="Fax"),
        ticket("e", **search("Pole", ("A", "1"))),
        ticket("f", **callback()),
        ticket("g", trouble_code="Alien"),
        ticket("h", **search("Pole", ("PoleID", "P-1"))),
        ticket("i", comment="x" * 501),
    )
    assert judged.result == "PARTIAL"
    assert reasons(judged) == [
        "CommentExceedsLimit",
        "InvalidTroubleCode",
        "MissingTroubleCode",
        "InvalidCallSource",
        "LocationTypeNotSupported",
        "CallbackPeriodMissing",
        "InvalidSearchTypeParamsNames",
        "InvalidCreatedDateTime",
        "UnlocatableLandbaseTroubleTicket",
    ]


@pytest.mark.parametrize(
    ("code", "reason"), [("Alien", "InvalidTroubleCode"), (None, "MissingTroubleCode")], ids=["invalid", "missing"]
)
def test_a_refused_ticket_is_judged_by_no_later_row(code, reason):
    judged = judge(ticket(**{**EVERYTHING_DROPPED, "trouble_code": code}))
    assert (judged.result, judged.stored) == ("FAILED", [])
    assert reasons(judged) == ["CommentExceedsLimit", "InvalidHazardType", reason]


def test_an_unsupported_type_among_mixed_ones_is_reported_by_the_earlier_row_alone():
    judged = judge(ticket(locations=[Location("PoleID", "P-1", "Pole"), Location("A", "1", "Castle")]))
    assert reasons(judged) == ["LocationTypeNotSupported"]


def test_an_invalid_position_adds_no_second_error():
    judged = judge(ticket(locations=[Location(position_point=PositionPoint("500", "30"))]))
    assert reasons(judged) == ["InvalidPositionPoint"]


def test_a_ticket_without_a_name_is_named_by_its_place_in_the_message():
    judged = judge(ticket("a"), ticket(None, source="Fax"), ticket("  ", source="Fax"), ticket("d", source="Fax"))
    assert [details for *_, details in judged.errors] == [
        "Invalid call source(s): Fax for trouble ticket(s): #2, #3, d"
    ]


@pytest.mark.parametrize("text", ["{0}", "{1}", "{0} {1} {2}", "%s", "\\1", "\\g<0>"])
def test_a_value_that_looks_like_a_placeholder_is_quoted_as_it_is(text):
    judged = judge(ticket(text, trouble_code=text))
    assert [details for *_, details in judged.errors] == [
        f"Invalid trouble code: {text} for trouble ticket(s): {text}."
    ]


@pytest.mark.parametrize("tickets", [1, 2, 7])
def test_a_message_of_valid_tickets_is_ok_and_keeps_their_order(tickets):
    judged = judge(*(ticket(f"name {number}") for number in range(tickets)))
    assert (judged.result, judged.errors) == ("OK", [])
    assert [row["name"] for row in judged.stored] == [f"name {number}" for number in range(tickets)]


def test_an_empty_list_is_ok():
    judged = judge()
    assert (judged.result, judged.errors, judged.stored) == ("OK", [], [])
    assert not judged.outcome.message_failed
