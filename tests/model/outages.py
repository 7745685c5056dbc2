"""What operators do with incidents, and what time does to them (D-39)."""

from __future__ import annotations

from dataclasses import replace

from model import contract, network
from model.world import Callback, Contact, Incident, Ticket, World


class Forbidden(Exception):
    """It does not fit where the incident stands."""


def open_incident(world: World, device: str, confirmed: bool) -> Incident:
    incident = Incident(world.next_id("I"), device, world.now, confirmed, by_operator=True)
    world.incidents.append(incident)
    return incident


def confirm(world: World, incident: Incident) -> None:
    _require(incident.is_open)
    incident.confirmed = True


def remark(incident: Incident, text: str) -> None:
    incident.comment = f"{incident.comment}\n{text}" if incident.comment else text


def restore(world: World, incident: Incident) -> None:
    """The power is back: a callback for each ticket that asked for one."""
    _require(incident.is_open)
    incident.restored = world.now
    for ticket in world.tickets:
        if ticket.incident == incident.id and ticket.call_back:
            priority = network.USAGE_POINTS[ticket.usage_point][1] if ticket.usage_point else 0
            world.callbacks.append(
                Callback(
                    world.next_id("C"),
                    ticket.id,
                    incident.id,
                    ticket.usage_point,
                    world.now,
                    priority,
                    ticket.language,
                    list(ticket.periods),
                )
            )
    close_when_done(world, incident.id)


def close_when_done(world: World, incident_id: str) -> None:
    """A restored incident closes with the last of its callbacks."""
    incident = world.incident(incident_id)
    if incident and incident.restored and not incident.closed and not _open_callbacks(world, incident):
        incident.closed, incident.status = world.now, "Closed"


def close(world: World, incident: Incident) -> None:
    _require(incident.restored is not None and incident.closed is None and not _open_callbacks(world, incident))
    incident.closed, incident.status = world.now, "Closed"


def cancel(world: World, incident: Incident) -> None:
    """It was none."""
    _require(incident.is_open)
    incident.closed, incident.status = world.now, "Cancelled"


def archive(world: World, incident: Incident) -> None:
    """A closed incident leaves with its tickets and callbacks."""
    _require(incident.closed is not None)
    if incident.status != "Cancelled":
        incident.status = "Archived"
    world.archive.incidents.append(incident)
    world.archive.tickets += [each for each in world.tickets if each.incident == incident.id]
    world.archive.callbacks += [each for each in world.callbacks if each.incident == incident.id]
    world.incidents.remove(incident)
    world.tickets = [each for each in world.tickets if each.incident != incident.id]
    world.callbacks = [each for each in world.callbacks if each.incident != incident.id]


def archive_old(world: World) -> None:
    """What has been closed for long enough."""
    for incident in list(world.incidents):
        if incident.closed is not None and world.now - incident.closed >= contract.ARCHIVE_AFTER:
            archive(world, incident)


def add_contact(ticket: Ticket, contact: Contact) -> None:
    """An operator's; so is the mark of preference, which one contact of a type has (D-36)."""
    ticket.contacts.append(contact)
    if contact.preferred:
        _prefer(ticket, len(ticket.contacts) - 1)


def prefer_contact(ticket: Ticket, kind: str, value: str) -> bool:
    """Of people who share it, the first; False where nobody has it."""
    places = [n for n, each in enumerate(ticket.contacts) if (each.type, each.value) == (kind, value)]
    if places:
        _prefer(ticket, places[0])
    return bool(places)


def _prefer(ticket: Ticket, place: int) -> None:
    kind = ticket.contacts[place].type
    ticket.contacts = [
        replace(each, preferred=n == place) if each.type == kind else each for n, each in enumerate(ticket.contacts)
    ]


def _open_callbacks(world: World, incident: Incident) -> int:
    return sum(each.incident == incident.id and each.closed is None for each in world.callbacks)


def _require(allowed: bool) -> None:
    if not allowed:
        raise Forbidden
