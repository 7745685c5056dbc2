"""Incidents, their life, and whom they de-energize."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from reference_adapter.outage_model.network import Network

NEW, ASSIGNED, CLOSED, CANCELLED, ARCHIVED = "New", "Assigned", "Closed", "Cancelled", "Archived"


class LifeCycleError(Exception):
    """What was asked of an incident does not fit where it stands; the text is one line."""


@dataclass(frozen=True, slots=True)
class CrewAssignment:
    """A crew on an incident."""

    mrid: str
    name: str


@dataclass(frozen=True, slots=True)
class Incident:
    """A disturbance at a device; it de-energizes what lies under the device while it is confirmed and open.

    `by_operator`: an operator has opened it, and not the prediction.

    Open until `restored_at`; then its callbacks are made, and with the last of them it closes (D-39).
    """

    mrid: str
    device: str
    created: datetime
    confirmed: bool = False
    restored_at: datetime | None = None
    closed_at: datetime | None = None
    status: str = NEW
    comment: str | None = None
    estimated_restoration: datetime | None = None
    cause: str | None = None
    subcause: str | None = None
    crews: tuple[CrewAssignment, ...] = field(default_factory=tuple)
    by_operator: bool = False

    @property
    def is_open(self) -> bool:
        """Whether the outage still lasts."""
        return self.restored_at is None and self.closed_at is None

    @property
    def is_worked_on(self) -> bool:
        """Whether an operator has opened it, or put anything into it."""
        noted = self.crews or self.comment or self.estimated_restoration or self.cause or self.status != NEW
        return self.by_operator or bool(noted)

    def confirm(self) -> Incident:
        """It is certain. Raises LifeCycleError once it is over."""
        self._require_open("confirmed")
        return replace(self, confirmed=True)

    def assign(self, crew: CrewAssignment) -> Incident:
        """A crew takes it up, in the place of an earlier entry of the same crew; a new incident is then Assigned."""
        self._require_open("given a crew")
        others = tuple(each for each in self.crews if each.mrid != crew.mrid)
        return replace(self, crews=(*others, crew), status=ASSIGNED if self.status == NEW else self.status)

    def release(self, crew: str) -> Incident:
        """A crew leaves it."""
        return replace(self, crews=tuple(each for each in self.crews if each.mrid != crew))

    def set_status(self, status: str) -> Incident:
        """An operator says how far it is. Raises LifeCycleError once it is closed or cancelled."""
        if self.closed_at is not None:
            raise LifeCycleError(f"incident {self.mrid} is {self.status}, which does not change any more")
        return replace(self, status=status)

    def remark(self, text: str) -> Incident:
        """An operator's comment, behind the earlier ones."""
        return replace(self, comment=f"{self.comment}\n{text}" if self.comment else text)

    def restore(self, now: datetime) -> Incident:
        """The power is back. Raises LifeCycleError when it is over already."""
        self._require_open("restored")
        return replace(self, restored_at=now)

    def close(self, now: datetime, open_callbacks: int) -> Incident:
        """Nothing is left to do. Raises LifeCycleError before it is restored, or with callbacks still open."""
        if self.closed_at is not None:
            raise LifeCycleError(f"incident {self.mrid} is closed already")
        if self.restored_at is None:
            raise LifeCycleError(f"incident {self.mrid} cannot be closed: it is not restored")
        if open_callbacks:
            raise LifeCycleError(f"incident {self.mrid} cannot be closed: {open_callbacks} callbacks are open")
        return replace(self, closed_at=now, status=CLOSED)

    def cancel(self, now: datetime) -> Incident:
        """It was none. Raises LifeCycleError once it is over."""
        self._require_open("cancelled")
        return replace(self, closed_at=now, status=CANCELLED)

    def archive(self) -> Incident:
        """As the archive holds it. Raises LifeCycleError unless it is closed."""
        if self.closed_at is None:
            raise LifeCycleError(f"incident {self.mrid} cannot be archived: it is not closed")
        return replace(self, status=self.status if self.status == CANCELLED else ARCHIVED)

    def _require_open(self, what: str) -> None:
        if not self.is_open:
            raise LifeCycleError(f"incident {self.mrid} cannot be {what}: it is over")


class ConfirmedIncidents:
    """The open, confirmed incidents, found by usage point."""

    def __init__(self, incidents: Iterable[Incident], network: Network) -> None:
        self._network = network
        self._by_device: dict[str, Incident] = {}
        for incident in sorted(incidents, key=lambda each: each.created):
            if incident.confirmed and incident.is_open:
                self._by_device.setdefault(incident.device, incident)

    def affecting(self, usage_point: str) -> Incident | None:
        """The incident that de-energizes a usage point: the nearest device's, there the oldest (D-24, D-26)."""
        return self.at_or_above(usage_point)

    def at_or_above(self, element: str) -> Incident | None:
        """The nearest one at a device or usage point, or at what feeds it."""
        if not self._by_device:
            return None
        for device in self._network.feeding(element):
            incident = self._by_device.get(device)
            if incident is not None:
                return incident
        return None
