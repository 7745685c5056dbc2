"""Rows 5.1-20 and 5.1-28: calls at a position."""

import pytest
from builders import LATITUDE, LONGITUDE, MODEL_X, MODEL_Y, FakeLandbase, judge, on, point, ticket

from crm_contract.messages import Location, PositionPoint


def invalid(axis, x, y):
    details = f"{axis} coordinate of the position point ({x}, {y}) is not valid."
    return ("2.5", "WARNING", "InvalidPositionPoint", details)


def whereabouts(row):
    return row["located_by"], row["x"], row["y"]


AUSTIN = ("coordinates", pytest.approx(MODEL_X, abs=0.01), pytest.approx(MODEL_Y, abs=0.01))
UNLOCATED = (None, None, None)


@pytest.mark.parametrize(
    ("x", "y"),
    [
        (LONGITUDE, LATITUDE),
        (f" {LONGITUDE}\n", f"\t{LATITUDE} "),
        (f"{LONGITUDE}000", f"+{LATITUDE}"),
        (f"-0{LONGITUDE[1:]}", LATITUDE),
    ],
    ids=["plain", "white space", "sign and zeros", "leading zero"],
)
def test_a_ticket_lies_at_its_converted_coordinates(x, y):
    landbase = FakeLandbase()
    judged = judge(ticket(**point(x, y)), landbase=landbase)
    assert (judged.result, judged.errors) == ("OK", [])
    assert whereabouts(judged.ticket) == AUSTIN
    assert judged.ticket["status"] == "Created"
    assert landbase.asked == []


WRONG_X = [
    "NaN",
    "nan",
    "INF",
    "-inf",
    "1e2",
    "0x10",
    "",
    "west",
    "-97,7431",
    "500",
    "-180.1",
    "181",
    "13.4",
    "-٩٧.٧",
    "--1",
]
WRONG_Y = ["NaN", "INF", "-INF", "3e1", "", " ", "north", "30,2672", "91", "-91", "52.5", "-30.2672", "30.26.72"]


@pytest.mark.parametrize("x", WRONG_X)
def test_a_wrong_x_is_said_of_x_alone(x):
    judged = judge(ticket(**point(x=x)))
    assert (judged.result, judged.errors) == ("OK", [invalid("X", x, LATITUDE)])
    assert whereabouts(judged.ticket) == UNLOCATED


@pytest.mark.parametrize("y", WRONG_Y)
def test_a_wrong_y_is_said_of_y_alone(y):
    judged = judge(ticket(**point(y=y)))
    assert (judged.result, judged.errors) == ("OK", [invalid("Y", LONGITUDE, y)])
    assert whereabouts(judged.ticket) == UNLOCATED


@pytest.mark.parametrize(
    ("x", "y"),
    [("NaN", "NaN"), ("500", "500"), ("13.4", "52.5"), ("1" * 70, "2" * 70), (LATITUDE, LONGITUDE)],
    ids=["no numbers", "nowhere", "Berlin", "very long", "exchanged"],
)
def test_two_wrong_coordinates_are_two_errors(x, y):
    judged = judge(ticket(**point(x, y)))
    assert (judged.result, judged.errors) == ("OK", [invalid("X", x, y), invalid("Y", x, y)])
    assert whereabouts(judged.ticket) == UNLOCATED


def test_the_missing_one_of_two_coordinates_is_invalid():
    assert judge(ticket(**point(y=None))).errors == [invalid("Y", LONGITUDE, "")]
    assert judge(ticket(**point(x=None))).errors == [invalid("X", "", LATITUDE)]


@pytest.mark.parametrize(("x", "y"), [(None, None), ("", ""), (" ", None)])
def test_a_point_without_coordinates_is_none(x, y):
    judged = judge(ticket(**point(x, y)))
    assert judged.errors == []
    assert whereabouts(judged.ticket) == UNLOCATED


def test_each_ticket_has_an_error_of_its_own_for_each_coordinate():
    judged = judge(
        ticket("a", **point(x="500")),
        ticket("b", **point()),
        ticket("c", **point("a", "b")),
        ticket("d", **point(x="501")),
    )
    assert judged.errors == [
        invalid("X", "500", LATITUDE),
        invalid("X", "a", "b"),
        invalid("Y", "a", "b"),
        invalid("X", "501", LATITUDE),
    ]
    assert [whereabouts(row) for row in judged.stored] == [UNLOCATED, AUSTIN, UNLOCATED, UNLOCATED]


def test_a_ticket_with_a_known_usage_point_stays_there_without_the_wrong_position():
    judged = judge(ticket(**on("UP-1"), **point(x="500")))
    assert judged.errors == [invalid("X", "500", LATITUDE)]
    assert whereabouts(judged.ticket) == ("usage-point", None, None)


def test_a_ticket_with_an_unknown_usage_point_lies_at_its_coordinates():
    judged = judge(ticket(**on("UP-9"), **point()))
    assert judged.errors == []
    assert whereabouts(judged.ticket) == AUSTIN


def test_the_first_position_of_several_locations_counts():
    locations = [
        Location(),
        Location(position_point=PositionPoint()),
        Location(position_point=PositionPoint(LONGITUDE, LATITUDE)),
        Location(position_point=PositionPoint("500", "500")),
    ]
    judged = judge(ticket(locations=locations))
    assert judged.errors == []
    assert whereabouts(judged.ticket) == AUSTIN


def test_coordinates_may_come_in_the_model_s_own_system():
    judged = judge(ticket("a", **point(str(MODEL_X), str(MODEL_Y))), ticket("b", **point()), input_crs="EPSG:2277")
    assert judged.errors == [invalid("X", LONGITUDE, LATITUDE), invalid("Y", LONGITUDE, LATITUDE)]
    assert [whereabouts(row) for row in judged.stored] == [AUSTIN, UNLOCATED]
