"""Outage prediction: which device has failed, told from where the power-loss tickets come from. Pure.

Over the tree feeder - lateral - transformer - usage point: tickets of one usage point share an incident; enough of what
lies under a device moves it there. Predicted incidents roll up into the one above them; confirmed ones stay, take what
is reported under them, and are no evidence for anything higher.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from reference_adapter.outage_model.incidents import ConfirmedIncidents, Incident
from reference_adapter.outage_model.network import Network


@dataclass(frozen=True, slots=True)
class Thresholds:
    """When a device counts as out: so many of its children are, and for laterals and feeders such a share of them."""

    usage_points: int = 2
    transformers: int = 2
    transformer_share: float = 0.30
    laterals: int = 2
    lateral_share: float = 0.25

    def of(self, kind: str) -> tuple[int, float]:
        """Count and share of children for a kind of device."""
        return {
            "transformer": (self.usage_points, 0.0),
            "lateral": (self.transformers, self.transformer_share),
            "feeder": (self.laterals, self.lateral_share),
        }[kind]


@dataclass(frozen=True, slots=True)
class Group:
    """What becomes one incident: at `device`, kept by `incident` (None: a new one), which takes the others over.

    `usage_points` are those whose new tickets belong to it.
    """

    device: str
    incident: Incident | None
    absorbed: tuple[Incident, ...] = ()
    usage_points: frozenset[str] = field(default_factory=frozenset)

    @property
    def changes_nothing(self) -> bool:
        """Whether everything is as it was."""
        settled = self.incident is not None and (self.incident.confirmed or self.incident.device == self.device)
        return settled and not self.absorbed and not self.usage_points


def predict(
    network: Network,
    thresholds: Thresholds,
    incidents: Sequence[Incident],
    evidence: Mapping[str, Collection[str]],
    reported: Iterable[str],
) -> list[Group]:
    """Where the open `incidents` and the newly `reported` usage points lead, a group for each incident there is then.

    `evidence` has the usage points whose power-loss tickets belong to each predicted incident, by its mRID.
    """
    confirmed = ConfirmedIncidents(incidents, network)
    predicted = [each for each in incidents if each.is_open and not each.confirmed]
    taken: dict[str, tuple[list[Incident], set[str]]] = {}
    rest: list[Incident] = []
    by_mrid = {each.mrid: each for each in incidents}
    for incident in predicted:
        above = confirmed.at_or_above(incident.device)
        if above is None:
            rest.append(incident)
        else:
            taken.setdefault(above.mrid, ([], set()))[0].append(incident)
    unexplained: set[str] = set()
    for usage_point in reported:
        above = confirmed.at_or_above(usage_point)
        if above is None:
            unexplained.add(usage_point)
        else:
            taken.setdefault(above.mrid, ([], set()))[1].add(usage_point)
    groups = [
        Group(by_mrid[mrid].device, by_mrid[mrid], tuple(absorbed), frozenset(points))
        for mrid, (absorbed, points) in taken.items()
    ]
    return groups + _rolled_up(network, thresholds, rest, evidence, unexplained)


def _rolled_up(
    network: Network,
    thresholds: Thresholds,
    predicted: Sequence[Incident],
    evidence: Mapping[str, Collection[str]],
    reported: set[str],
) -> list[Group]:
    affected = reported.union(*(evidence.get(each.mrid, ()) for each in predicted))
    out = _out_devices(network, thresholds, affected, {each.device for each in predicted})
    incidents: dict[str, list[Incident]] = {}
    for incident in predicted:
        incidents.setdefault(_highest(network, incident.device, out), []).append(incident)
    points: dict[str, set[str]] = {}
    for usage_point in sorted(reported):
        points.setdefault(_highest(network, usage_point, out), set()).add(usage_point)
    groups = []
    for device in dict.fromkeys([*incidents, *points]):
        # Who has been worked on keeps its mRID, then who is oldest.
        found = sorted(incidents.get(device, []), key=lambda each: (not each.is_worked_on, each.created, each.mrid))
        groups.append(Group(device, found[0] if found else None, tuple(found[1:]), frozenset(points.get(device, ()))))
    return groups


def _out_devices(network: Network, thresholds: Thresholds, affected: set[str], assumed: set[str]) -> set[str]:
    """The devices that count as out, from below: by their children, or because an incident is there already."""
    out = set(assumed)
    below = affected | {element for element in assumed if element in network.usage_points}
    for kind in ("transformer", "lateral", "feeder"):
        count, share = thresholds.of(kind)
        children = Counter(parent for parent in map(network.parent, below) if parent is not None)
        for device, number in children.items():
            # Exact: 0.3 of 10 is 3, and no rounding may make it 3.0000000000000004.
            needed = Fraction(str(share)) * network.children(device)
            if network.devices[device].kind == kind and number >= count and number >= needed:
                out.add(device)
        below = {device for device in out if device in network.devices and network.devices[device].kind == kind}
    return out


def _highest(network: Network, element: str, out: set[str]) -> str:
    """The highest device above an element that is out, else the element."""
    found = element
    for device in network.feeding(element):
        if device in out:
            found = device
    return found
