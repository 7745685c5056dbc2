"""Rows 5.1-10, 5.1-19, 5.1-22 and 5.1-25 to 5.1-27: calls that a landbase search locates, or does not."""

import pytest
from builders import LATITUDE, LONGITUDE, FakeLandbase, judge, on, pole, search, ticket

from crm_contract.messages import Location, PositionPoint
from reference_adapter.landbase.answers import Down, Found, NotFound

PARAMETERS = (
    "2.7",
    "WARNING",
    "InvalidSearchTypeParamsNames",
    "Landbase search type parameters are not valid for defined search type.",
)
UNLOCATABLE = ("2.7", "INFORM", "UnlocatableLandbaseTroubleTicket", "Could not locate call.")
HERE = Found(123.5, 456.5)

POLE = ("Pole", ("PoleID", "P-1"))
CROSSING = ("StreetIntersection", ("PrimaryStreet", "Main St"), ("SecondaryStreet", "1st Ave"))
TRANSFORMER = ("Transformer", ("TransformerID", "TRF-1"))
SHORT_ADDRESS = ("Address", ("HouseNumber", "12"), ("StreetName", "Main St"))
ADDRESS = (*SHORT_ADDRESS, ("City", "Austin"), ("Zip", "78701"))


def unsupported(kind):
    details = f"Landbase search type {kind} is not supported by landbase search configuration"
    return ("2.7", "INFORM", "LocationTypeNotSupported", details)


def whereabouts(row):
    return row["located_by"], row["x"], row["y"]


UNLOCATED = (None, None, None)


@pytest.mark.parametrize(
    "kind",
    [
        POLE,
        CROSSING,
        TRANSFORMER,
        SHORT_ADDRESS,
        ADDRESS,
        (*SHORT_ADDRESS, ("Zip", "78701")),
        ("Address", *reversed(SHORT_ADDRESS[1:])),
    ],
    ids=["pole", "crossing", "transformer", "address", "whole address", "address with zip", "other order"],
)
def test_a_ticket_lies_where_the_landbase_object_lies(kind):
    landbase = FakeLandbase(otherwise=HERE)
    judged = judge(ticket(**search(*kind)), landbase=landbase)
    assert (judged.result, judged.errors) == ("OK", [])
    assert whereabouts(judged.ticket) == ("landbase", 123.5, 456.5)
    assert judged.ticket["status"] == "Created"
    assert [(each.type, each.parameters) for each in landbase.asked[0]] == [(kind[0], kind[1:])]
    assert judged.ticket["location"] == [
        {"type": kind[0], "description": name, "name": value} for name, value in kind[1:]
    ]


def test_the_landbase_beats_the_message_s_own_position():
    locations = [Location("PoleID", "P-1", "Pole", PositionPoint(LONGITUDE, LATITUDE))]
    judged = judge(ticket(locations=locations), landbase=FakeLandbase(otherwise=HERE))
    assert judged.errors == []
    assert whereabouts(judged.ticket) == ("landbase", 123.5, 456.5)


@pytest.mark.parametrize(
    ("answer", "errors"), [(NotFound(), [UNLOCATABLE]), (Down(), [])], ids=["not found", "landbase down"]
)
@pytest.mark.parametrize("split", [False, True], ids=["one Location", "a Location of its own"])
def test_a_ticket_does_not_fall_back_to_the_message_s_own_position(answer, errors, split):
    position = PositionPoint(LONGITUDE, LATITUDE)
    locations = [Location("PoleID", "P-1", "Pole", None if split else position)]
    if split:
        locations.insert(0, Location(position_point=position))
    judged = judge(ticket(locations=locations), landbase=FakeLandbase(otherwise=answer))
    assert judged.errors == errors
    assert whereabouts(judged.ticket) == UNLOCATED


def test_a_wrong_position_beside_a_search_has_no_effect():
    locations = [Location("PoleID", "P-1", "Pole", PositionPoint("NaN", "500"))]
    judged = judge(ticket(locations=locations), landbase=FakeLandbase(otherwise=HERE))
    assert judged.errors == []
    assert whereabouts(judged.ticket) == ("landbase", 123.5, 456.5)


def test_an_object_that_the_landbase_lacks_leaves_the_ticket_unlocated_and_is_said_once():
    judged = judge(ticket("a", **pole("P-1")), ticket("b", **pole("P-2")), ticket("c", **pole("P-1")))
    assert (judged.result, judged.errors) == ("OK", [UNLOCATABLE])
    assert [whereabouts(row) for row in judged.stored] == [UNLOCATED] * 3
    assert [row["status"] for row in judged.stored] == ["Created"] * 3


def test_a_ticket_on_a_known_usage_point_is_not_unlocatable():
    judged = judge(ticket(**on("UP-1"), **pole()))
    assert judged.errors == []
    assert whereabouts(judged.ticket) == ("usage-point", None, None)


def test_a_landbase_that_is_down_leaves_the_ticket_unlocated_with_the_location_in_its_comment():
    judged = judge(ticket(comment="dark here", **search(*CROSSING)), landbase=FakeLandbase(otherwise=Down()))
    assert (judged.result, judged.errors) == ("OK", [])
    assert whereabouts(judged.ticket) == UNLOCATED
    said, added = judged.ticket["comment"].split("\n")
    assert said == "dark here"
    for part in ("StreetIntersection", "PrimaryStreet", "Main St", "SecondaryStreet", "1st Ave"):
        assert part in added


def test_each_distinct_location_of_a_message_is_asked_for_at_once():
    landbase = FakeLandbase({("P-1",): HERE, ("P-2",): Down()})
    judged = judge(*(ticket(str(n), **pole(f"P-{n % 3 + 1}")) for n in range(6)), landbase=landbase)
    assert len(landbase.asked) == 1
    assert sorted(each.parameters[0][1] for each in landbase.asked[0]) == ["P-1", "P-2", "P-3"]
    assert judged.errors == [UNLOCATABLE]
    assert [row["located_by"] for row in judged.stored] == ["landbase", None, None] * 2


def test_a_message_without_searches_does_not_bother_the_landbase():
    landbase = FakeLandbase(otherwise=HERE)
    judge(
        ticket(), ticket(**search("Castle", ("PoleID", "P-1"))), ticket(**search("Pole", ("X", "1"))), landbase=landbase
    )
    assert landbase.asked == []


@pytest.mark.parametrize("kind", ["Castle", "pole", "Pole "])
def test_an_unknown_search_type_is_said_and_the_ticket_unlocated(kind):
    judged = judge(ticket(**search(kind, ("PoleID", "P-1"))), landbase=FakeLandbase(otherwise=HERE))
    assert (judged.result, judged.errors) == ("OK", [unsupported(kind)])
    assert whereabouts(judged.ticket) == UNLOCATED


def test_an_unknown_search_type_does_not_fall_back_to_the_message_s_own_position():
    locations = [Location("PoleID", "P-1", "Castle", PositionPoint(LONGITUDE, LATITUDE))]
    judged = judge(ticket(locations=locations))
    assert judged.errors == [unsupported("Castle")]
    assert whereabouts(judged.ticket) == UNLOCATED


def test_each_unknown_search_type_is_one_error():
    judged = judge(
        ticket("a", **search("Castle", ("A", "1"))),
        ticket("b", **search("Moat", ("A", "1"))),
        ticket("c", **search("Castle", ("B", "2"))),
    )
    assert judged.errors == [unsupported("Castle"), unsupported("Moat")]


def test_an_unknown_search_type_leaves_a_ticket_on_its_known_usage_point():
    judged = judge(ticket(**on("UP-1"), **search("Castle", ("A", "1"))))
    assert judged.errors == [unsupported("Castle")]
    assert whereabouts(judged.ticket) == ("usage-point", None, None)


@pytest.mark.parametrize(
    "parameters",
    [
        [("PoleId", "P-1")],
        [("PoleID", "P-1"), ("Colour", "brown")],
        [("PoleID", "P-1"), ("PoleID", "P-1")],
        [("PoleID", "P-1"), ("PoleID", "P-2")],
        [("PoleID", None)],
        [("PoleID", " ")],
        [(None, "P-1")],
        [(" ", "P-1")],
        [(None, None)],
    ],
    ids=[
        "other case",
        "one too many",
        "twice",
        "two values",
        "no value",
        "blank value",
        "no name",
        "blank name",
        "type only",
    ],
)
def test_parameters_that_are_not_those_of_the_type_are_said_and_the_ticket_unlocated(parameters):
    judged = judge(ticket(**search("Pole", *parameters)), landbase=FakeLandbase(otherwise=HERE))
    assert (judged.result, judged.errors) == ("OK", [PARAMETERS])
    assert whereabouts(judged.ticket) == UNLOCATED


@pytest.mark.parametrize(
    ("kind", "missing"),
    [(CROSSING, "PrimaryStreet"), (CROSSING, "SecondaryStreet"), (ADDRESS, "HouseNumber"), (ADDRESS, "StreetName")],
)
def test_a_missing_parameter_is_said(kind, missing):
    left = [parameter for parameter in kind[1:] if parameter[0] != missing]
    judged = judge(ticket(**search(kind[0], *left)), landbase=FakeLandbase(otherwise=HERE))
    assert judged.errors == [PARAMETERS]
    assert whereabouts(judged.ticket) == UNLOCATED


def test_locations_of_mixed_types_have_invalid_parameters():
    locations = search(*POLE)["locations"] + search(*TRANSFORMER)["locations"]
    judged = judge(ticket(locations=locations), landbase=FakeLandbase(otherwise=HERE))
    assert judged.errors == [PARAMETERS]
    assert whereabouts(judged.ticket) == UNLOCATED


def test_mixed_types_are_not_searched_either_where_the_first_one_would_do():
    locations = [*search(*POLE)["locations"], Location(type="Transformer")]
    judged = judge(ticket(locations=locations), landbase=FakeLandbase(otherwise=HERE))
    assert judged.errors == [PARAMETERS]
    assert whereabouts(judged.ticket) == UNLOCATED


@pytest.mark.parametrize("blank", [None, "", " "])
def test_parameters_without_a_type_are_of_no_supported_one(blank):
    judged = judge(ticket(**search(blank, ("PoleID", "P-1"))), landbase=FakeLandbase(otherwise=HERE))
    assert [reason for _, _, reason, _ in judged.errors] == ["LocationTypeNotSupported"]
    assert whereabouts(judged.ticket) == UNLOCATED


def test_invalid_parameters_do_not_fall_back_to_the_message_s_own_position():
    locations = [Location("Pole", "P-1", "Pole", PositionPoint(LONGITUDE, LATITUDE))]
    judged = judge(ticket(locations=locations))
    assert judged.errors == [PARAMETERS]
    assert whereabouts(judged.ticket) == UNLOCATED


def test_invalid_parameters_of_several_tickets_are_one_error():
    judged = judge(ticket("a", **search("Pole", ("X", "1"))), ticket("b", **search("Transformer", ("Y", "1"))))
    assert judged.errors == [PARAMETERS]


@pytest.mark.parametrize("empty", [Location(), Location("", " ", ""), Location(position_point=PositionPoint())])
def test_an_empty_location_is_none(empty):
    landbase = FakeLandbase(otherwise=HERE)
    judged = judge(ticket(locations=[empty]), landbase=landbase)
    assert (judged.errors, landbase.asked) == ([], [])
    assert whereabouts(judged.ticket) == UNLOCATED
