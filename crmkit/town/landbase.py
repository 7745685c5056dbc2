"""What stands in the landbase around the network: poles, intersections, addresses and transformers.

The properties are the parameters of the landbase searches, named and spelled as the contract has them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from crmkit.town.network import Network
from crmkit.town.streets import SLOT_METRES, SLOTS_PER_BLOCK, TRANSFORMERS_PER_LATERAL, Position, Site


@dataclass(frozen=True, slots=True)
class Feature:
    """A point of the landbase."""

    id: str
    properties: Mapping[str, str]
    position: Position


def landbase_of(network: Network) -> dict[str, Iterable[Feature]]:
    """The features of each collection, by the collection's name."""
    return {
        "poles": _poles(network),
        "intersections": _intersections(network),
        "addresses": _addresses(network),
        "transformers": _transformers(network),
    }


def _poles(network: Network) -> Iterator[Feature]:
    """Two poles a transformer, 40 m apart; the second carries it."""
    number = 0
    for transformer in network.of_kind("transformer"):
        for along in (0.0, SLOT_METRES / 2):
            number += 1
            pole = f"P-{number:05d}"
            position = network.grid.position(transformer.site, along, north=-6.0)
            yield Feature(pole, {"PoleID": pole}, position)


def _intersections(network: Network) -> Iterator[Feature]:
    """Every crossing along the laterals; neighbouring districts share the avenue between them."""
    crossings = {
        Site(lateral.site.row, slot)
        for lateral in network.of_kind("lateral")
        for slot in range(lateral.site.slot, lateral.site.slot + TRANSFORMERS_PER_LATERAL + 1, SLOTS_PER_BLOCK)
    }
    grid = network.grid
    for number, crossing in enumerate(sorted(crossings), start=1):
        street, avenue = grid.streets[crossing.row], grid.avenues[crossing.slot // SLOTS_PER_BLOCK]
        properties = {"PrimaryStreet": street, "SecondaryStreet": avenue}
        yield Feature(f"X-{number:05d}", properties, grid.position(crossing))


def _addresses(network: Network) -> Iterator[Feature]:
    for number, usage_point in enumerate(network.usage_points, start=1):
        address = usage_point.address
        properties = {
            "HouseNumber": address.house_number,
            "StreetName": address.street,
            "City": address.city,
            "Zip": address.zip_code,
        }
        yield Feature(f"A-{number:07d}", properties, usage_point.position)


def _transformers(network: Network) -> Iterator[Feature]:
    for transformer in network.of_kind("transformer"):
        yield Feature(transformer.mrid, {"TransformerID": transformer.mrid}, transformer.position)
