"""Incidents that close with the last of their callbacks, however many a message's results belong to (D-39)."""

import dataclasses

import pytest
from builders import NOW, settings
from outages import callbacks_of, incident_in, outage, wanting
from sqlalchemy import event

from reference_adapter.operations.callback_life import Settled, settle
from reference_adapter.operations.incident_life import close_when_done
from reference_adapter.outage_model.callbacks import Consequence


def outages(store, number, **changes):
    """Restored incidents of two callbacks each."""
    return [
        outage(store, wanting(f"{each}a"), wanting(f"{each}b"), device="UP-1", mrid=f"I-{each}", **changes)
        for each in range(number)
    ]


def restored(store, *names):
    made = callbacks_of(store)
    return [Settled(made[name], "Restored", Consequence.CLOSE, "csr-1") for name in names]


def statements_of(store, act):
    """What is executed in a transaction; many rows at once count as one."""
    executed = []
    with store.change(NOW) as work:
        event.listen(work.connection, "before_cursor_execute", lambda *given: executed.append(given[2]))
        act(work)
    return executed


def closed(store, *mrids):
    return [mrid for mrid in mrids if incident_in(store, mrid).closed_at is not None]


def test_those_without_an_open_callback_close_and_the_others_do_not(store):
    mrids = outages(store, 3)
    with store.change(NOW) as work:
        settle(restored(store, "0a", "0b", "1b", "2a", "2b"), work, settings(), NOW)
    assert closed(store, *mrids) == ["I-0", "I-2"]
    assert {incident_in(store, mrid).status for mrid in ("I-0", "I-2")} == {"Closed"}


def test_those_that_are_not_restored_or_closed_already_or_unknown_stay_as_they_are(store):
    over = outage(store, device="UP-1", mrid="I-over", closed_at=NOW, status="Cancelled")
    lasting = outage(store, device="UP-1", mrid="I-lasting", over=False)
    before = [incident_in(store, mrid) for mrid in (over, lasting)]
    generation = store.state().generation
    with store.change(NOW.replace(hour=13)) as work:
        close_when_done([over, lasting, "I-nowhere"], work, NOW.replace(hour=13))
    assert [incident_in(store, mrid) for mrid in (over, lasting)] == before
    assert store.state().generation == generation


def test_many_incidents_take_as_many_statements_as_one(store):
    mrids = outages(store, 30)
    names = [f"{number}{which}" for number in range(30) for which in "ab"]
    one = statements_of(store, lambda work: settle(restored(store, *names[:2]), work, settings(), NOW))
    many = statements_of(store, lambda work: settle(restored(store, *names[2:]), work, settings(), NOW))
    assert closed(store, *mrids) == mrids
    assert len(many) == len(one)


@pytest.mark.parametrize("confirmed", [False, True])
def test_workers_hear_once_of_all_confirmed_incidents_that_close(store, confirmed):
    outages(store, 3, confirmed=confirmed)
    before = store.state().generation
    with store.change(NOW) as work:
        settle(restored(store, *(f"{number}{which}" for number in range(3) for which in "ab")), work, settings(), NOW)
    assert store.state().generation == before + confirmed


def test_several_changes_of_incidents_are_stored_each_with_its_own(store):
    outages(store, 3)
    with store.change(NOW) as work:
        found = work.incidents.by_mrid(["I-0", "I-1", "I-2"])
        changed = [(each, dataclasses.replace(each, comment=f"of {mrid}")) for mrid, each in found.items()]
        work.incidents.change_all([*changed[:2], (found["I-2"], found["I-2"])])
    assert [incident_in(store, f"I-{number}").comment for number in range(3)] == ["of I-0", "of I-1", None]
