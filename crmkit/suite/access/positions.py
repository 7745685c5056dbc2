"""Positions in the coordinate systems of messages, landbase and model; always x before y."""

from __future__ import annotations

import math
from functools import lru_cache

from pyproj import CRS, Transformer

from crmkit.suite.errors import HarnessError

DEGREES = "EPSG:4326"
TOLERANCE_FEET = 1.0
_METRES_A_FOOT = 0.3048


def convert(x: float, y: float, source: str, destination: str) -> tuple[float, float]:
    """The same place in another coordinate system."""
    converted = _transformer(source, destination).transform(x, y)
    return float(converted[0]), float(converted[1])


def same_place(one: tuple[float, float], other: tuple[float, float], crs: str) -> bool:
    """Whether two positions of one system are at most a foot apart (in degrees: a foot's worth of them)."""
    system = CRS.from_user_input(crs)
    # Metres a unit of a projected system, radians a unit of a geographic one.
    unit = system.axis_info[0].unit_conversion_factor
    metres = unit * (6_371_000.0 if system.is_geographic else 1.0)
    return math.dist(one, other) * metres <= TOLERANCE_FEET * _METRES_A_FOOT


def far_from_model(model_crs: str, input_crs: str) -> tuple[str, str]:
    """A position on the other side of the earth from the model, as the texts of a message's coordinates.

    Both coordinates are good numbers of the input system, and neither is inside the model's area of use.
    """
    area = CRS.from_user_input(model_crs).area_of_use
    if area is None:
        raise HarnessError(f"{model_crs} has no area of use to stay away from")
    longitude, latitude = (area.west + area.east) / 2, (area.south + area.north) / 2
    opposite = (longitude - 180 if longitude > 0 else longitude + 180, -latitude)
    x, y = convert(*opposite, DEGREES, input_crs)
    return f"{x:.4f}", f"{y:.4f}"


@lru_cache(maxsize=8)
def _transformer(source: str, destination: str) -> Transformer:
    return Transformer.from_crs(source, destination, always_xy=True)
