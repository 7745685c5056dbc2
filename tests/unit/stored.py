"""What a store holds, and how control and messages change it."""

import dataclasses

from builders import NOW, judge, ticket
from sqlalchemy import func, select

from crm_contract.values import format_datetime
from reference_adapter.storage import tables
from reference_adapter.storage.changes import Changes
from reference_adapter.storage.incidents import Incidents
from reference_adapter.storage.ticket_records import Tickets, find_tickets
from reference_adapter.storage.tickets import insert_tickets, row_of

NOW_TEXT = format_datetime(NOW)


def row(name="first", **changes):
    """What a ticket is stored as."""
    (draft,) = judge(ticket(name, **changes)).outcome.drafts
    return row_of(draft, NOW_TEXT, "message-1", NOW)


def count(database, table=tables.tickets):
    with database.read() as connection:
        return connection.scalar(select(func.count()).select_from(table))


def store_rows(database, *rows):
    with database.write() as connection:
        return insert_tickets(connection, rows)


def tickets_in(connection):
    """The active tickets of a transaction, without word to the CORE."""
    return Tickets(connection, Changes())


def found(database, after=0, limit=1000, **criteria):
    """How many tickets match, and some of them."""
    with database.read() as connection:
        return find_tickets(connection, criteria, after, limit)


def control(database, act, *arguments):
    """Change something in a transaction of its own, as the control API does."""
    with database.write() as connection:
        return act(connection, *arguments)


def add_incident(connection, new):
    """An incident that is there already, without word to the CORE."""
    Incidents(connection, Changes()).add(new)


def change_incident(connection, mrid, **changes):
    """What an operator does to an incident."""
    incidents = Incidents(connection, Changes())
    before = incidents.find(mrid)
    incidents.change(before, dataclasses.replace(before, **changes))


def names(database):
    """The names of all tickets, in their order."""
    return [each["name"] for each in found(database)[1]]
