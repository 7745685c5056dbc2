"""The tree of feeders, laterals, transformers and usage points, and who lives there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from math import ceil
from random import Random
from typing import Literal, NamedTuple

from crmkit.town.streets import (
    LATERALS_PER_FEEDER,
    SLOT_METRES,
    SLOTS_PER_BLOCK,
    TRANSFORMERS_PER_LATERAL,
    Position,
    Site,
    StreetGrid,
)

CITY = "Austin"
# A transformer serves 5 to 8 usage points, four a side of the street.
_SMALLEST_GROUP, _LARGEST_GROUP = 5, 8
_LOT_METRES = 18.0
_PRIORITY_SHARES = {6: 0.010, 5: 0.005, 4: 0.010, 3: 0.015, 2: 0.020, 1: 0.070}
_ENGLISH, _SPANISH, _SPANISH_SHARE = 1033, 21514, 0.18


@dataclass(frozen=True, slots=True)
class Device:
    """A feeder, lateral or transformer; a feeder has no parent."""

    mrid: str
    kind: Literal["feeder", "lateral", "transformer"]
    parent: str | None
    site: Site
    position: Position


class Address(NamedTuple):
    """A postal address, unique in the town."""

    house_number: str
    street: str
    city: str
    zip_code: str


@dataclass(frozen=True, slots=True)
class UsagePoint:
    """A customer's connection; priority 0 to 6, language 1033 or 21514."""

    mrid: str
    transformer: str
    priority: int
    language_id: int
    position: Position
    address: Address


@dataclass(frozen=True)
class Network:
    """A whole town's network; parents come before what they feed."""

    grid: StreetGrid
    devices: Sequence[Device]
    usage_points: Sequence[UsagePoint]

    def of_kind(self, kind: str) -> list[Device]:
        """The devices of one kind, in order."""
        return [device for device in self.devices if device.kind == kind]


def build_network(usage_points: int, rng: Random) -> Network:
    """A network of that many usage points; the same numbers from `rng` give the same network."""
    groups = _group_sizes(usage_points, rng)
    lateral_sizes = _spread(len(groups), TRANSFORMERS_PER_LATERAL)
    feeder_sizes = _spread(len(lateral_sizes), LATERALS_PER_FEEDER)
    grid = StreetGrid.for_districts(len(feeder_sizes), rng)
    devices = list(_devices(grid, feeder_sizes, iter(lateral_sizes)))
    network = Network(grid, devices, [])
    customers = _usage_points(grid, network.of_kind("transformer"), groups, rng)
    return Network(grid, devices, list(customers))


def _group_sizes(usage_points: int, rng: Random) -> list[int]:
    """How many usage points each transformer serves; the last two share what is left."""
    sizes = []
    left = usage_points
    while left >= 2 * _LARGEST_GROUP:
        sizes.append(rng.randint(_SMALLEST_GROUP, _LARGEST_GROUP))
        left -= sizes[-1]
    return sizes + _spread(left, _LARGEST_GROUP)


def _spread(total: int, most: int) -> list[int]:
    """Parts that differ by one at most, none larger than `most`."""
    parts = ceil(total / most)
    size, larger = divmod(total, parts)
    return [size + 1] * larger + [size] * (parts - larger)


def _devices(grid: StreetGrid, feeder_sizes: Sequence[int], lateral_sizes: Iterator[int]) -> Iterator[Device]:
    for district, laterals in enumerate(feeder_sizes):
        corner = grid.corner(district)
        number = f"{district + 1:03d}"
        feeder = Device(f"FDR-{number}", "feeder", None, corner, grid.position(corner))
        yield feeder
        for row in range(laterals):
            site = Site(corner.row + row, corner.slot)
            prefix = f"{number}-{row + 1:02d}"
            lateral = Device(f"LAT-{prefix}", "lateral", feeder.mrid, site, grid.position(site))
            yield lateral
            for slot in range(next(lateral_sizes)):
                at = Site(site.row, site.slot + slot)
                position = grid.position(at, along=SLOT_METRES / 2, north=-6.0)
                yield Device(f"TRF-{prefix}-{slot + 1:02d}", "transformer", lateral.mrid, at, position)


def _usage_points(
    grid: StreetGrid, transformers: Sequence[Device], groups: Sequence[int], rng: Random
) -> Iterator[UsagePoint]:
    total = sum(groups)
    priorities = _shuffled(_PRIORITY_SHARES, 0, total, rng)
    languages = _shuffled({_SPANISH: _SPANISH_SHARE}, _ENGLISH, total, rng)
    numbers = count(1)
    for transformer, size in zip(transformers, groups, strict=True):
        for house in range(size):
            position, address = _home(grid, transformer, house, rng)
            yield UsagePoint(
                f"UP-{next(numbers):07d}",
                transformer.mrid,
                priorities.pop(),
                languages.pop(),
                position,
                address,
            )


def _shuffled(shares: dict[int, float], rest: int, total: int, rng: Random) -> list[int]:
    """Values in about their shares, each at least once, so that small towns have them all."""
    values = [value for value, share in shares.items() for _ in range(max(1, round(total * share)))]
    values += [rest] * (total - len(values))
    rng.shuffle(values)
    return values


def _home(grid: StreetGrid, transformer: Device, house: int, rng: Random) -> tuple[Position, Address]:
    """A house on its lot: numbers rise eastward by 100 a block, odd ones stand north of the street."""
    lot, side = divmod(house, 2)
    row, slot = transformer.site
    block, half = divmod(slot, SLOTS_PER_BLOCK)
    number = 100 * (block + 1) + 48 * half + 8 * lot + side + 2 * rng.randrange(4)
    along = 10.0 + _LOT_METRES * lot + rng.uniform(0.0, 6.0)
    distance = rng.uniform(12.0, 18.0)
    position = grid.position(transformer.site, along, distance if side else -distance)
    return position, Address(str(number), grid.streets[row], CITY, grid.zip_code(transformer.site))
