"""The landbase's collections: read from a town's GeoJSON, found by property without a scan."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple


class TownError(Exception):
    """A town's landbase that cannot be read; one line that says which file and why."""


class Box(NamedTuple):
    """An area in degrees; west greater than east means across the antimeridian."""

    west: float
    south: float
    east: float
    north: float

    def contains(self, longitude: float, latitude: float) -> bool:
        """Whether a point lies in the area or on its border."""
        if not self.south <= latitude <= self.north:
            return False
        if self.west <= self.east:
            return self.west <= longitude <= self.east
        return longitude >= self.west or longitude <= self.east


@dataclass(frozen=True)
class CollectionKind:
    """What a collection is called, and the properties by which its features are found."""

    id: str
    title: str
    properties: tuple[str, ...]


KINDS = (
    CollectionKind("poles", "Poles", ("PoleID",)),
    CollectionKind("intersections", "Street intersections", ("PrimaryStreet", "SecondaryStreet")),
    CollectionKind("addresses", "Addresses", ("HouseNumber", "StreetName", "City", "Zip")),
    CollectionKind("transformers", "Transformers", ("TransformerID",)),
)

Feature = dict[str, Any]


class Collection:
    """The features of one kind in the order of the file, indexed by id and by each property.

    Raises KeyError, TypeError or ValueError for features that are not points with ids and the kind's properties.
    """

    def __init__(self, kind: CollectionKind, features: Sequence[Feature]) -> None:
        self.kind = kind
        self._features = features
        self._points = [_point(feature) for feature in features]
        self._by_id = {str(feature["id"]): feature for feature in features}
        self._indexes = {name: _index(features, name) for name in kind.properties}
        if len(self._by_id) != len(features):
            raise ValueError("two features have the same id")

    @property
    def extent(self) -> Box | None:
        """The area that the features span; None when there are none."""
        if not self._points:
            return None
        longitudes, latitudes = zip(*self._points, strict=True)
        return Box(min(longitudes), min(latitudes), max(longitudes), max(latitudes))

    def get(self, feature_id: str) -> Feature | None:
        """The feature of that id."""
        return self._by_id.get(feature_id)

    def find(self, properties: Mapping[str, str], box: Box | None = None) -> Sequence[Feature]:
        """The features with exactly these property values, inside the box where there is one."""
        numbers = self._matching(properties)
        if box is not None:
            numbers = [number for number in numbers if box.contains(*self._points[number])]
        return [self._features[number] for number in numbers]

    def _matching(self, properties: Mapping[str, str]) -> Sequence[int]:
        if not properties:
            return range(len(self._features))
        candidates = [self._indexes[name].get(value, []) for name, value in properties.items()]
        return [
            number
            for number in min(candidates, key=len)
            if all(str(self._features[number]["properties"][name]) == value for name, value in properties.items())
        ]


def read_landbase(town: Path) -> dict[str, Collection]:
    """The collections of a town's `landbase` folder, by id; raises TownError."""
    return {kind.id: _read(kind, town / "landbase" / f"{kind.id}.geojson") for kind in KINDS}


def _read(kind: CollectionKind, path: Path) -> Collection:
    try:
        return Collection(kind, json.loads(path.read_text(encoding="utf-8"))["features"])
    except OSError as error:
        raise TownError(f"{path}: {error.strerror or error}; is this the folder of a town?") from error
    except (KeyError, TypeError, ValueError) as error:
        raise TownError(f"{path}: not the GeoJSON of a town's {kind.id}: {error}") from error


def _point(feature: Feature) -> tuple[float, float]:
    longitude, latitude = feature["geometry"]["coordinates"]
    return float(longitude), float(latitude)


def _index(features: Sequence[Feature], name: str) -> dict[str, list[int]]:
    index: dict[str, list[int]] = defaultdict(list)
    for number, feature in enumerate(features):
        index[str(feature["properties"][name])].append(number)
    return dict(index)
