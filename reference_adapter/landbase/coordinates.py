"""Positions of messages and of the landbase, converted to the model's coordinate system (D-22)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from pyproj import CRS, Transformer

_DECIMAL = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)")
_LONGEST_NUMBER = 1000


@dataclass(frozen=True, slots=True)
class JudgedPoint:
    """A position as sent: where it lies in the model, or which of its coordinates (`X`, `Y`) are invalid."""

    position: tuple[float, float] | None
    invalid: tuple[str, ...] = ()


class CoordinateConverter:
    """Converts from the input system to the model's, for many points at once.

    pyproj raises nothing for a longitude of 500 and converts Berlin into Texas' plane: ranges are checked here,
    against the input system's area of use and, as degrees, against the model's.
    """

    def __init__(self, input_crs: str, model_crs: str) -> None:
        source, degrees, model = (
            CRS.from_user_input(input_crs),
            CRS.from_epsg(4326),
            CRS.from_user_input(model_crs),
        )
        self._to_degrees = Transformer.from_crs(source, degrees, always_xy=True)
        self._to_model = Transformer.from_crs(degrees, model, always_xy=True)
        area = source.area_of_use
        # Configuration has checked that both systems have one.
        assert area is not None
        assert model.area_of_use is not None
        self._model_bounds = model.area_of_use.bounds
        west, south, east, north = self._model_bounds
        from_degrees = Transformer.from_crs(degrees, source, always_xy=True)
        self._input_bounds = from_degrees.transform_bounds(*area.bounds)
        self._middle: tuple[float, float] = from_degrees.transform((west + east) / 2, (south + north) / 2)

    def judge(self, points: Iterable[tuple[str, str]]) -> dict[tuple[str, str], JudgedPoint]:
        """Each distinct point, judged; the two coordinates of a point are judged apart."""
        wanted = list(dict.fromkeys(points))
        numbers = [(_number(x), _number(y)) for x, y in wanted]
        unusable = [_outside(x, y, self._input_bounds) for x, y in numbers]
        # A coordinate whose partner is unusable is judged beside the middle of the model's area.
        middle_x, middle_y = self._middle
        xs = [middle_x if x is None or "X" in bad else x for (x, _), bad in zip(numbers, unusable, strict=True)]
        ys = [middle_y if y is None or "Y" in bad else y for (_, y), bad in zip(numbers, unusable, strict=True)]
        longitudes, latitudes = self._to_degrees.transform(xs, ys)
        model_xs, model_ys = self._to_model.transform(longitudes, latitudes)
        judged: dict[tuple[str, str], JudgedPoint] = {}
        for index, point in enumerate(wanted):
            outside = _outside(longitudes[index], latitudes[index], self._model_bounds)
            invalid = tuple(sorted({*unusable[index], *outside}))
            position = None if invalid else (float(model_xs[index]), float(model_ys[index]))
            judged[point] = JudgedPoint(position, invalid)
        return judged

    def from_degrees(self, longitude: float, latitude: float) -> tuple[float, float] | None:
        """A landbase position in the model's system, None when it lies outside of the model's area."""
        if _outside(longitude, latitude, self._model_bounds):
            return None
        x, y = self._to_model.transform(longitude, latitude)
        return float(x), float(y)


@lru_cache(maxsize=4)
def converter(input_crs: str, model_crs: str) -> CoordinateConverter:
    """The converter of two systems; making one costs milliseconds."""
    return CoordinateConverter(input_crs, model_crs)


def _number(text: str) -> float | None:
    """A finite decimal number; None for anything else."""
    stripped = text.strip()
    if len(stripped) > _LONGEST_NUMBER or not _DECIMAL.fullmatch(stripped):
        return None
    return float(stripped)


def _outside(x: float | None, y: float | None, bounds: Sequence[float]) -> tuple[str, ...]:
    west, south, east, north = bounds
    invalid = []
    if x is None or not west <= x <= east:
        invalid.append("X")
    if y is None or not south <= y <= north:
        invalid.append("Y")
    return tuple(invalid)
