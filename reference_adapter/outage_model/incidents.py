"""Incidents, and whom they de-energize."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from reference_adapter.outage_model.network import Network


@dataclass(frozen=True, slots=True)
class CrewAssignment:
    """A crew on an incident."""

    mrid: str
    name: str


@dataclass(frozen=True, slots=True)
class Incident:
    """A disturbance at a device; it de-energizes what lies under the device while it is confirmed and open."""

    mrid: str
    device: str
    created: datetime
    confirmed: bool = False
    restored: bool = False
    status: str = "New"
    comment: str | None = None
    estimated_restoration: datetime | None = None
    cause: str | None = None
    subcause: str | None = None
    crews: tuple[CrewAssignment, ...] = field(default_factory=tuple)


class ConfirmedIncidents:
    """The open, confirmed incidents, found by usage point."""

    def __init__(self, incidents: Iterable[Incident], network: Network) -> None:
        self._network = network
        self._by_device: dict[str, Incident] = {}
        for incident in sorted(incidents, key=lambda each: each.created):
            if incident.confirmed and not incident.restored:
                self._by_device.setdefault(incident.device, incident)

    def affecting(self, usage_point: str) -> Incident | None:
        """The incident that de-energizes a usage point: the nearest device's, there the oldest (D-24, D-26)."""
        if not self._by_device:
            return None
        for device in self._network.feeding(usage_point):
            incident = self._by_device.get(device)
            if incident is not None:
                return incident
        return None
