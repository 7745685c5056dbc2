"""Outage prediction over the network tree (contract: reference data)."""

from __future__ import annotations

from model import contract, network
from model.outages import archive, cancel
from model.world import Incident, Ticket, World


def predict(world: World) -> None:
    """Tickets that came in since, and predicted incidents, go to the highest device that is out, or a confirmed one.

    Confirmed incidents stay where they are, and take what is under them.
    """
    new = [each for each in world.tickets if not each.looked_at and each.incident is None and _tells(each)]
    for ticket in world.tickets:
        ticket.looked_at = True
    predicted = [each for each in world.incidents if each.is_open and not each.confirmed]
    for incident in list(predicted):
        if above := world.de_energizing(incident.device):
            _absorb(world, incident, above)
            predicted.remove(incident)
    for ticket in list(new):
        if above := world.de_energizing(ticket.usage_point or ""):
            ticket.incident = above.id
            new.remove(ticket)
    _roll_up(world, predicted, new)


def _tells(ticket: Ticket) -> bool:
    """Only power-loss tickets of known usage points count."""
    return ticket.usage_point is not None and ticket.trouble_code in contract.POWER_LOSS


def _roll_up(world: World, predicted: list[Incident], new: list[Ticket]) -> None:
    ids = [each.id for each in predicted]
    affected = {each.usage_point for each in world.tickets if each in new or (each.incident in ids and _tells(each))}
    at = {each.device for each in predicted}

    def is_out(element: str) -> bool:
        """An incident is there already; or its own customers call; or enough of what it feeds is out."""
        if element in at or element in affected:
            return True
        if element in network.USAGE_POINTS:
            return False
        fed = network.children(element)
        count, percent = contract.PREDICTION[network.kind(element)]
        out = sum(map(is_out, fed))
        return out >= count and out * 100 >= percent * len(fed)

    def highest(element: str) -> str:
        return [element, *(each for each in network.path(element) if is_out(each))][-1]

    at_device: dict[str, list[Incident]] = {}
    for incident in predicted:
        at_device.setdefault(highest(incident.device), []).append(incident)
    for device, incidents in at_device.items():
        # Who has been worked on goes on, else the oldest.
        kept, *others = sorted(incidents, key=lambda each: not each.is_worked_on)
        kept.device = device
        for other in others:
            _absorb(world, other, kept)
        at_device[device] = [kept]
    for ticket in sorted(new, key=lambda each: each.usage_point or ""):
        device = highest(ticket.usage_point or "")
        if device not in at_device:
            made = Incident(world.next_id("I"), device, world.now, confirmed=False)
            world.incidents.append(made)
            at_device[device] = [made]
        ticket.incident = at_device[device][0].id


def _absorb(world: World, incident: Incident, into: Incident) -> None:
    """Its tickets go to the other one; it was none itself."""
    for ticket in world.tickets:
        if ticket.incident == incident.id:
            ticket.incident = into.id
    cancel(world, incident)
    archive(world, incident)
