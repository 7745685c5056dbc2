"""Where a call comes from: a landbase search or a position, as a message's Locations give them (D-20)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from crm_contract.messages import Location


class Criteria(Protocol):
    """What a search type accepts."""

    def accepts(self, parameters: tuple[tuple[str, str], ...]) -> bool:
        """Whether these are parameters of the type."""


@dataclass(frozen=True, slots=True)
class LandbaseSearch:
    """A search for one landbase object; hashable, so that a batch asks for each only once."""

    types: tuple[str, ...]
    parameters: tuple[tuple[str, str], ...]

    @property
    def type(self) -> str:
        """The search type; meaningful once `is_of_one_type`."""
        return self.types[0]

    @property
    def is_of_one_type(self) -> bool:
        """Whether all of a ticket's Locations name the same type."""
        return len(self.types) == 1

    def unsupported(self, search_types: Mapping[str, Criteria]) -> list[str]:
        """Types that the configuration does not have."""
        return [name for name in self.types if name not in search_types]

    def meets(self, search_types: Mapping[str, Criteria]) -> bool:
        """Whether its parameters are those of its one, known type."""
        return self.is_of_one_type and search_types[self.type].accepts(self.parameters)

    def is_askable(self, search_types: Mapping[str, Criteria]) -> bool:
        """Whether the landbase can be asked at all."""
        return not self.unsupported(search_types) and self.meets(search_types)

    def text(self) -> str:
        """For a person: the type and its parameters."""
        parameters = ", ".join(f"{name}={value}" for name, value in self.parameters)
        return f"Location: {' / '.join(self.types)} {parameters}"


def search_of(locations: Iterable[Location]) -> LandbaseSearch | None:
    """The landbase search that a ticket's Locations spell, one parameter each; None without search data."""
    types: dict[str, None] = {}
    parameters: list[tuple[str, str]] = []
    for location in locations:
        kind, name, value = location.type or "", location.description or "", location.name or ""
        if not (kind.strip() or name.strip() or value.strip()):
            continue
        types[kind] = None
        if name.strip() or value.strip():
            parameters.append((name, value))
    return LandbaseSearch(tuple(types), tuple(parameters)) if types else None


def point_of(locations: Iterable[Location]) -> tuple[str, str] | None:
    """The first position that a ticket's Locations carry, as sent; None without one."""
    for location in locations:
        if location.position_point is not None:
            x, y = location.position_point.x_position or "", location.position_point.y_position or ""
            if x.strip() or y.strip():
                return x, y
    return None
