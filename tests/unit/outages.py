"""Tickets, incidents and callbacks as the outage model has them, and a store with an outage that is over."""

from builders import NOW, callback, incident, network, on, settings
from sqlalchemy import select
from stored import row

from reference_adapter.operations.callback_life import callbacks_for
from reference_adapter.outage_model.callbacks import Callback
from reference_adapter.outage_model.contacts import CallerContact
from reference_adapter.outage_model.tickets import Ticket
from reference_adapter.storage import tables

QUEUE = settings().callbacks.queue


def owed(mrid="CB-1", **changes):
    """A callback that anybody may have at once."""
    given = {
        "ticket": "TT-1",
        "incident": "INC-TRF-1",
        "usage_point": "UP-1",
        "created": NOW,
        "priority": 0,
        "language_id": 1033,
        "reason": "PowerRestored",
    }
    return Callback(mrid=mrid, **{**given, **changes})


def contact(value, kind="mobile", first="Ada", last="King", middle=None, preferred=False):
    return CallerContact(first, last, middle, kind, value, preferred)


def kept(mrid="TT-1", **changes):
    """A stored ticket with nothing in it but what must be there."""
    given = {
        "name": None,
        "usage_point": None,
        "incident": None,
        "call_back": False,
        "comment": None,
        "created": "2025-06-02T12:00:00.000Z",
        "first_call": "2025-06-02T12:00:00.000Z",
        "csr_id": None,
        "language_id": 1033,
        "source": "Unknown",
        "trouble_code": "Other",
        "contacts": (),
        "hazards": (),
        "location": (),
    }
    return Ticket(mrid=mrid, **{**given, **changes})


def wanting(name, usage_point="UP-1", *periods, **changes):
    """A ticket's row whose caller wants to be called back."""
    return row(name, **on(usage_point), **callback(*periods), **changes)


def outage(store, *rows, device="FDR-1", over=True, **changes):
    """An incident with these tickets, restored unless told otherwise: its mRID."""
    now = store.now()
    state = {"restored_at": now} if over else {}
    happened = incident(device, **{**state, **changes})
    with store.change(now) as work:
        work.incidents.add(happened)
        work.tickets.insert([{**each, "incident": happened.mrid} for each in rows])
        if over:
            found = work.tickets.by_incident([happened.mrid])
            work.callbacks.add(callbacks_for(found, happened.mrid, "PowerRestored", network(), 1033, now))
    return happened.mrid


def callbacks_of(store):
    """Every callback of the queue by the name of its ticket."""
    with store.view() as work:
        mrids = work.connection.scalars(select(tables.callbacks.c.mrid)).all()
        found = work.callbacks.by_mrid(mrids).values()
        names = {each.mrid: each.name for each in work.tickets.by_mrid(one.ticket for one in found)}
    return {names.get(each.ticket): each for each in found}


def change_callbacks(store, *changed):
    with store.change(store.now()) as work:
        work.callbacks.change(changed)


def incident_in(store, mrid):
    with store.view() as work:
        return work.incidents.find(mrid)
