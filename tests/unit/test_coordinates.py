"""Positions converted to the model's system, and which coordinates of a pair are at fault."""

import threading

import pytest
from builders import LATITUDE, LONGITUDE, MODEL_X, MODEL_Y

from reference_adapter.landbase.coordinates import CoordinateConverter, converter

DEGREES = converter("EPSG:4326", "EPSG:2277")
IN_MODEL = (pytest.approx(MODEL_X, abs=0.01), pytest.approx(MODEL_Y, abs=0.01))
# Area of use of EPSG:2277: west, south, east, north.
WEST, SOUTH, EAST, NORTH = -106.66, 29.78, -93.5, 32.27


def judged(x, y, by=DEGREES):
    return by.judge([(x, y)])[(x, y)]


def test_the_contract_s_check_vector():
    assert judged(LONGITUDE, LATITUDE).position == IN_MODEL
    assert judged(LONGITUDE, LATITUDE).invalid == ()
    assert DEGREES.from_degrees(float(LONGITUDE), float(LATITUDE)) == IN_MODEL


def test_the_model_s_own_system_passes_through():
    own = converter("EPSG:2277", "EPSG:2277")
    assert judged(str(MODEL_X), str(MODEL_Y), own).position == IN_MODEL


def test_another_projected_system_is_converted():
    # UTM zone 14 north, metres; the same place.
    utm = converter("EPSG:32614", "EPSG:2277")
    assert judged("620903.83", "3349062.36", utm).position == (
        pytest.approx(MODEL_X, abs=1),
        pytest.approx(MODEL_Y, abs=1),
    )


@pytest.mark.parametrize(
    ("x", "y"),
    [
        (WEST, LATITUDE),
        (EAST, LATITUDE),
        (LONGITUDE, SOUTH),
        (LONGITUDE, NORTH),
        (f"{LONGITUDE}{'0' * 50}", LATITUDE),
        ("-97.", "30."),
        (" -97 ", "\n30\t"),
        ("-097.5", "+30"),
    ],
)
def test_numbers_up_to_the_area_s_edges_are_valid(x, y):
    point = judged(str(x), str(y))
    assert point.invalid == ()
    assert all(isinstance(each, float) for each in point.position)


@pytest.mark.parametrize(
    "x",
    [
        "",
        " ",
        ".",
        "-",
        "x",
        "NaN",
        "nan",
        "Infinity",
        "-inf",
        "1e2",
        "1E2",
        "0x1F",
        "97,7",
        "- 97",
        "-97-",
        "-٩٧.٧",
        "-９７",
        "−97.7",
        "1_0",
        "-97.7\x00",
        "180.1",
        "-180.1",
        "500",
        "-97.7431 30.2672",
        "9" * 400,
        "-97." + "7" * 1000,
    ],
)
def test_what_is_no_finite_decimal_number_on_earth_is_invalid(x):
    assert judged(x, LATITUDE).invalid == ("X",)
    assert judged(x, LATITUDE).position is None


@pytest.mark.parametrize("x", [WEST - 0.01, EAST + 0.01, 13.4, 97.7431])
def test_an_x_outside_of_the_model_s_area_is_invalid(x):
    assert judged(str(x), LATITUDE).invalid == ("X",)


@pytest.mark.parametrize("y", [SOUTH - 0.01, NORTH + 0.01, 52.5, -30.2672, 90.1, 91])
def test_a_y_outside_of_the_model_s_area_is_invalid(y):
    assert judged(LONGITUDE, str(y)).invalid == ("Y",)


@pytest.mark.parametrize(("x", "y"), [("13.4", "52.5"), ("NaN", "NaN"), ("500", "x"), ("", "")])
def test_both_may_be_invalid(x, y):
    assert judged(x, y).invalid == ("X", "Y")


def test_in_a_projected_system_each_coordinate_is_judged_beside_the_middle_of_the_area():
    own = converter("EPSG:2277", "EPSG:2277")
    assert judged("NaN", str(MODEL_Y), own).invalid == ("X",)
    assert judged(str(MODEL_X), "x", own).invalid == ("Y",)
    # As far south as the area goes, which the same northing far to the west does not.
    assert judged("NaN", "9891087.4", own).invalid == ("X",)
    assert judged("99999999", str(MODEL_Y), own).invalid == ("X",)
    assert judged(LONGITUDE, LATITUDE, own).invalid == ("X", "Y")


def test_many_points_are_judged_at_once_each_as_if_alone():
    points = [(LONGITUDE, LATITUDE), ("500", LATITUDE), (LONGITUDE, "x"), (LONGITUDE, LATITUDE), ("13.4", "52.5")]
    together = DEGREES.judge(points)
    assert together == {point: judged(*point) for point in points}
    assert len(together) == 4


@pytest.mark.parametrize(
    ("longitude", "latitude"),
    [(13.4, 52.5), (500.0, 30.0), (float("nan"), 30.0), (-97.7, float("nan")), (-97.7, float("inf")), (1e308, 1e308)],
)
def test_a_landbase_position_outside_of_the_model_s_area_is_none(longitude, latitude):
    assert DEGREES.from_degrees(longitude, latitude) is None


def test_a_converter_is_made_once_for_its_systems():
    assert converter("EPSG:4326", "EPSG:2277") is DEGREES
    assert converter("EPSG:32614", "EPSG:2277") is not DEGREES


def test_threads_may_share_a_converter():
    shared, found = CoordinateConverter("EPSG:4326", "EPSG:2277"), []

    def convert():
        found.extend(judged(LONGITUDE, LATITUDE, shared).position == IN_MODEL for _ in range(50))

    threads = [threading.Thread(target=convert) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert found == [True] * 200
