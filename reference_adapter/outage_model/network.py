"""The network tree: feeder - lateral - transformer - usage point."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Device:
    """A feeder, lateral or transformer; a feeder has no parent."""

    mrid: str
    kind: str
    parent: str | None


@dataclass(frozen=True, slots=True)
class UsagePointRecord:
    """A usage point of the model; position in degrees, priority 0 to 6."""

    mrid: str
    transformer: str
    priority: int
    language_id: int
    longitude: float
    latitude: float


class Network:
    """Devices and usage points by mRID, and who feeds whom.

    Raises ValueError for a tree with unknown parents or cycles.
    """

    def __init__(self, devices: Iterable[Device], usage_points: Iterable[UsagePointRecord]) -> None:
        self.devices: Mapping[str, Device] = {device.mrid: device for device in devices}
        self.usage_points: Mapping[str, UsagePointRecord] = {point.mrid: point for point in usage_points}
        self._feeding: dict[str, tuple[str, ...]] = {mrid: self._path(mrid) for mrid in self.devices}
        for point in self.usage_points.values():
            if point.transformer not in self.devices:
                raise ValueError(f"usage point {point.mrid} hangs on unknown {point.transformer}")
        self._children = Counter(each.parent for each in self.devices.values() if each.parent)
        self._children.update(point.transformer for point in self.usage_points.values())

    def knows(self, mrid: str) -> bool:
        """Whether a device or usage point of that mRID exists."""
        return mrid in self.devices or mrid in self.usage_points

    def feeding(self, element: str) -> tuple[str, ...]:
        """A usage point or device itself and what feeds it, nearest first; empty for an unknown one."""
        point = self.usage_points.get(element)
        if point is not None:
            return (element, *self._feeding[point.transformer])
        return self._feeding.get(element, ())

    def parent(self, element: str) -> str | None:
        """What feeds a usage point or device directly; None for a feeder, and for an unknown one."""
        path = self.feeding(element)
        return path[1] if len(path) > 1 else None

    def children(self, device: str) -> int:
        """How many devices or usage points hang on a device directly."""
        return self._children[device]

    def _path(self, mrid: str) -> tuple[str, ...]:
        path: list[str] = []
        current: str | None = mrid
        while current is not None:
            if current in path or current not in self.devices:
                raise ValueError(f"the network is no tree at {current}")
            path.append(current)
            current = self.devices[current].parent
        return tuple(path)
