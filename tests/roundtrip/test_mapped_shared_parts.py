"""Tables 10.2, 10.3 and 10.5: what messages about active tickets and their callbacks share."""

from __future__ import annotations

from itertools import chain

import storm_parts as parts
from storm_lines import lines
from storm_parts import Shown
from storm_run import Storm
from storm_store import by_code

from crm_contract.mappings import MappingLine


def customers(it: Storm) -> list[tuple[str, Shown]]:
    """Every reply and sent message that shows somebody: who, and how."""
    tickets = [
        (name, Shown(message, message.part(entry, "CustomerData"))) for name, message, entry in parts.full(it, "active")
    ]
    handed = [
        (each.name, each.shown("TroubleTickets", "CustomerData")) for each in chain(parts.pulled(it), parts.sent(it))
    ]
    return [*tickets, *handed]


def brought(it: Storm, line: MappingLine) -> list[list[str]]:
    """What a line's element says in the requests that bring a caller: two creations, two changes."""
    found = []
    for key, criteria in (
        ("created", {"name": "CRM-ALPHA"}),
        ("created", {"name": "CRM-BETA"}),
        ("changed", {}),
        ("changed uncorrelated", {}),
    ):
        request = it.exchanges[key].request
        found.append(Shown(request, request.part(request.entry(**criteria), "CustomerData")).carried(line))
    return found


@lines("10.2", "Payload", "firstName")
def test_first_names(it: Storm, line: MappingLine) -> None:
    assert brought(it, line) == [["Ana"], ["Otto"], ["Paco"], []]
    check_names(it, line, "first_name", parts.FIRST_NAMES)


@lines("10.2", "Payload", "lastName")
def test_last_names(it: Storm, line: MappingLine) -> None:
    assert brought(it, line) == [["Lopez"], ["Brandt"], ["Lopez"], []]
    check_names(it, line, "last_name", parts.LAST_NAMES)


def check_names(it: Storm, line: MappingLine, key: str, names: dict[str, str]) -> None:
    """The first caller's on every contact in the store, and in whatever shows the caller."""
    for name, shown in customers(it):
        (contacts,) = by_code(it.ticket(name, "changed"), "ticket", line.model_codes)
        assert [each[key] for each in contacts] == [names[name]] * len(parts.CONTACTS[name])
        assert shown.carried(line) == [names[name]]


@lines("10.2", "Payload", "mName")
def test_the_middle_name_has_no_place_of_its_own_and_is_not_shown(it: Storm, line: MappingLine) -> None:
    assert not line.is_stored()
    assert brought(it, line) == [["Maria"], ["Karl"], [], []]
    for name, shown in customers(it):
        (contacts,) = by_code(it.ticket(name, "changed"), "ticket", ["OMS_PHONE_CALL_CALLER_CONTACT_REF"])
        # Beside the contact, for the archive to join it to the first name.
        assert {each["middle_name"] for each in contacts} == {parts.MIDDLE_NAMES.get(name)}
        assert shown.element is not None
        assert shown.carried(line) == []


@lines("10.2", "Payload", *parts.KINDS)
def test_contacts(it: Storm, line: MappingLine) -> None:
    kind = parts.KINDS[line.property]
    said = {
        "email": [["ana@lopez.test"], [], [], ["otto@brandt.test"]],
        "landline": [["512-555-0101"], ["512-555-0201"], [], []],
        "mobile": [["512-555-0102"], [], ["512-555-0103"], ["512-555-0202"]],
    }
    assert brought(it, line) == said[kind]
    for name, shown in customers(it):
        (contacts,) = by_code(it.ticket(name, "changed"), "ticket", line.model_codes)
        stored = [(each["type"], each["value"]) for each in contacts if each["type"] == kind]
        assert stored == [each for each in parts.CONTACTS[name] if each[0] == kind]
        assert shown.carried(line) == parts.first_of(kind, name)


@lines("10.3", "Payload")
def test_locations(it: Storm, line: MappingLine) -> None:
    request = it.exchanges["created"].request
    for name, told in zip(("CRM-ALPHA", "CRM-BETA"), parts.LOCATIONS[line.property], strict=True):
        assert request.inside(request.entry(name=name), "Location", *line.path()) == told
        searches, point = by_code(it.ticket(name), "ticket", line.model_codes)
        if line.property.startswith("PositionPoint"):
            axis = {"xPosition": 0, "yPosition": 1}[line.path()[-1]]
            assert ([] if point is None else [point[axis]]) == told
        else:
            assert [each[line.property] for each in searches] == told
    replies = (parts.created(it), parts.limited(it, "active"), parts.full(it, "active"))
    for both in replies:
        for (_, reply, entry), told in zip(both, parts.LOCATIONS[line.property], strict=True):
            assert reply.inside(entry, "Location", *line.path()) == told


def incident_records(it: Storm) -> list[list[Shown]]:
    """The pole's and the flood's incident in every kind of message that tells about incidents."""
    tickets = (parts.created(it), parts.full(it, "active"))
    return [
        *([Shown(message, message.part(entry, "IncidentRecord")) for _, message, entry in both] for both in tickets),
        *([each.shown("IncidentRecord") for each in both] for both in (parts.pulled(it), parts.sent(it))),
    ]


@lines("10.5", "Payload", "mRID")
def test_mrids_of_incidents(it: Storm, line: MappingLine) -> None:
    for both in incident_records(it):
        for shown, incident in zip(both, ("pole", "flood"), strict=True):
            assert shown.carried(line) == by_code(it.incident(incident), "incident", line.model_codes)
            assert shown.carried(line) == [it.incidents[incident]]


@lines("10.5", "Payload", but=("mRID",))
def test_incidents(it: Storm, line: MappingLine) -> None:
    words = parts.Fact((["En Route"], ["Suspended"]))
    fact = {**parts.INCIDENTS, "status.value": words}[line.property]
    for incident, stored in zip(("pole", "flood"), fact.stored, strict=True):
        assert by_code(it.incident(incident), "incident", line.model_codes) == stored
    for both in incident_records(it):
        assert [shown.carried(line) for shown in both] == list(fact.said)
