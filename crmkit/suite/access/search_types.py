"""What the landbase is searched by (contract, reference data), and an object that a search finds."""

from __future__ import annotations

from dataclasses import dataclass

# Search types of the contract: collection, and parameters in order.
SEARCH_TYPES: dict[str, tuple[str, tuple[str, ...]]] = {
    "Pole": ("poles", ("PoleID",)),
    "StreetIntersection": ("intersections", ("PrimaryStreet", "SecondaryStreet")),
    "Address": ("addresses", ("HouseNumber", "StreetName", "City", "Zip")),
    "Transformer": ("transformers", ("TransformerID",)),
}


@dataclass(frozen=True, slots=True)
class Landmark:
    """A landbase object: what finds it, and where it lies (degrees)."""

    kind: str
    parameters: tuple[tuple[str, str], ...]
    longitude: float
    latitude: float
