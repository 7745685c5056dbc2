"""Where the town lies and what its streets are called.

Every feeder serves a district. Districts stand in a grid; a lateral runs along one east-west street of its
district, and avenues cross the streets. Along a street a `slot` is the stretch that one transformer serves.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, sqrt
from random import Random
from typing import NamedTuple

LATERALS_PER_FEEDER = 8
TRANSFORMERS_PER_LATERAL = 8
SLOTS_PER_BLOCK = 2
SLOT_METRES = 80.0
STREET_SPACING_METRES = 100.0
CENTRE_LONGITUDE, CENTRE_LATITUDE = -97.7431, 30.2672
# Lengths of a degree at the centre. A town of a million usage points is 40 km wide: near enough.
_METRES_PER_DEGREE_EAST, _METRES_PER_DEGREE_NORTH = 96_220.0, 110_850.0

# fmt: off
_FIRST_WORDS = (
    "Agarita", "Alder", "Anaqua", "Ash", "Aspen", "Barton", "Bluebonnet", "Bowie",
    "Buckeye", "Cañada", "Cedar", "Cottonwood", "Crockett", "Cypress", "Dogwood", "Elm",
    "Hackberry", "Hickory", "Holly", "Huisache", "Juniper", "Lamar", "Laurel", "Lavaca",
    "Magnolia", "Mesquite", "Mulberry", "Oak", "Pecan", "Persimmon", "Poplar", "Redbud",
    "Sabal", "Sage", "Sumac", "Sycamore", "Travis", "Walnut", "Willow", "Yaupon",
)
_SECOND_WORDS = (
    "Bend", "Bluff", "Branch", "Brook", "Creek", "Crest", "Crossing", "Dale",
    "Falls", "Field", "Glen", "Grove", "Hill", "Hollow", "Knoll", "Meadow",
    "Mesa", "Mill", "Park", "Point", "Ridge", "Run", "Spring", "Valley",
    "View",
)
# fmt: on
_STREET_KINDS = ("Street", "Drive", "Lane", "Road", "Way")
_AVENUE_KINDS = ("Avenue", "Boulevard", "Trail")


class Position(NamedTuple):
    """Degrees in EPSG:4326, six decimals (about 0.1 m)."""

    longitude: float
    latitude: float


class Site(NamedTuple):
    """A place in the grid: a street by its row, counted from the south, and a slot, counted from the west."""

    row: int
    slot: int


@dataclass(frozen=True)
class StreetGrid:
    """The named streets of a town, and the positions along them."""

    streets: tuple[str, ...]
    avenues: tuple[str, ...]
    columns: int

    @classmethod
    def for_districts(cls, districts: int, rng: Random) -> StreetGrid:
        """A grid about as wide as high, with names drawn from `rng`; no two streets share a name."""
        columns = ceil(sqrt(districts))
        rows = ceil(districts / columns)
        names = [f"{first} {second}" for first in _FIRST_WORDS for second in _SECOND_WORDS]
        rng.shuffle(names)
        streets = [f"{names.pop()} {rng.choice(_STREET_KINDS)}" for _ in range(rows * LATERALS_PER_FEEDER)]
        blocks = columns * TRANSFORMERS_PER_LATERAL // SLOTS_PER_BLOCK
        avenues = [f"{names.pop()} {rng.choice(_AVENUE_KINDS)}" for _ in range(blocks + 1)]
        return cls(tuple(streets), tuple(avenues), columns)

    def corner(self, district: int) -> Site:
        """The south-west corner of a district, counted from 0."""
        row, column = divmod(district, self.columns)
        return Site(row * LATERALS_PER_FEEDER, column * TRANSFORMERS_PER_LATERAL)

    def position(self, site: Site, along: float = 0.0, north: float = 0.0) -> Position:
        """The position `along` metres east of a slot's beginning and `north` metres off the street's axis."""
        slots = self.columns * TRANSFORMERS_PER_LATERAL
        metres_east = (site.slot - slots / 2) * SLOT_METRES + along
        metres_north = (site.row + 0.5 - len(self.streets) / 2) * STREET_SPACING_METRES + north
        return Position(
            round(CENTRE_LONGITUDE + metres_east / _METRES_PER_DEGREE_EAST, 6),
            round(CENTRE_LATITUDE + metres_north / _METRES_PER_DEGREE_NORTH, 6),
        )

    def zip_code(self, site: Site) -> str:
        """The postal code of a site's district; beyond 59 districts they repeat, street names never do."""
        row, column = site.row // LATERALS_PER_FEEDER, site.slot // TRANSFORMERS_PER_LATERAL
        return str(78701 + (row * self.columns + column) % 59)
