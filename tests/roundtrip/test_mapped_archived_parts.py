"""Tables 10.13 to 10.15: caller, location and incident of archived tickets."""

from __future__ import annotations

from collections.abc import Iterator

import storm_parts as parts
from storm_lines import lines
from storm_parts import Fact, Shown
from storm_run import Storm
from storm_store import Row, decoded

from crm_contract.mappings import MappingLine


def callers(it: Storm) -> Iterator[tuple[str, Shown, list[Row]]]:
    """Both followed tickets' callers: as shown, and their contacts' rows in order."""
    for name, message, entry in parts.full(it, "archived"):
        rows = it.stores["archived"].rows("ops_caller_contacts", PHONE_CALL_UID=it.ticket(name)["mrid"])
        yield name, Shown(message, message.part(entry, "CustomerData")), rows


@lines("10.13", "Payload", "firstName")
def test_first_names(it: Storm, line: MappingLine) -> None:
    (column,) = line.operations_columns
    for (name, shown, rows), first in zip(callers(it), ("Ana", "Otto"), strict=True):
        assert [row[column].split()[0] for row in rows] == [first] * len(parts.CONTACTS[name])
        assert [text.split()[0] for text in shown.carried(line)] == [first]


@lines("10.13", "Payload", "mName")
def test_middle_names_are_joined_to_first_names(it: Storm, line: MappingLine) -> None:
    (column,) = line.operations_columns
    for (name, shown, rows), both in zip(callers(it), ("Ana Maria", "Otto Karl"), strict=True):
        assert [row[column] for row in rows] == [both] * len(parts.CONTACTS[name])
        assert shown.carried(line) == []
        assert shown.message.inside(entry_of(shown), "firstName") == [both]


def entry_of(shown: Shown) -> object:
    assert shown.element is not None
    return shown.element


@lines("10.13", "Payload", "lastName")
def test_last_names(it: Storm, line: MappingLine) -> None:
    (column,) = line.operations_columns
    for (name, shown, rows), last in zip(callers(it), ("Lopez", "Brandt"), strict=True):
        assert [row[column] for row in rows] == [last] * len(parts.CONTACTS[name])
        assert shown.carried(line) == [last]


@lines("10.13", "Payload", *parts.KINDS)
def test_contacts(it: Storm, line: MappingLine) -> None:
    kind = parts.KINDS[line.property]
    type_column, value_column = line.operations_columns
    for name, shown, rows in callers(it):
        stored = [(row[type_column], row[value_column]) for row in rows if row[type_column] == kind]
        assert stored == [each for each in parts.CONTACTS[name] if each[0] == kind]
        assert shown.carried(line) == parts.first_of(kind, name)
        assert stored


@lines("10.14", "Payload")
def test_locations(it: Storm, line: MappingLine) -> None:
    (column,) = line.operations_columns
    for both in (parts.limited(it, "archived"), parts.full(it, "archived")):
        for (name, reply, entry), told in zip(both, parts.LOCATIONS[line.property], strict=True):
            row = it.stores["archived"].row("ops_tickets", UID=it.ticket(name)["mrid"])
            assert [each[line.property] for each in decoded(row[column])] == told
            assert reply.inside(entry, "Location", *line.path()) == told


@lines("10.15", "Payload", "mRID")
def test_mrids_of_incidents(it: Storm, line: MappingLine) -> None:
    check_incidents(it, line, Fact(([it.incidents["pole"]], [it.incidents["flood"]])))


@lines("10.15", "Payload", "status.value")
def test_statuses(it: Storm, line: MappingLine) -> None:
    check_incidents(it, line, Fact((["Archived"], ["Archived"])))


@lines("10.15", "Payload", but=("mRID", "status.value"))
def test_incidents(it: Storm, line: MappingLine) -> None:
    check_incidents(it, line, parts.INCIDENTS[line.property])


def check_incidents(it: Storm, line: MappingLine, fact: Fact) -> None:
    """As operators set it, in the operations database's column and in the reply."""
    (column,) = line.operations_columns
    told = zip(parts.full(it, "archived"), ("pole", "flood"), fact.said, fact.stored, strict=True)
    for (_, message, entry), incident, said, stored in told:
        row = it.stores["archived"].row("ops_incidents", UID=it.incidents[incident])
        assert [decoded(row[column])] == stored
        assert Shown(message, message.part(entry, "IncidentRecord")).carried(line) == said
