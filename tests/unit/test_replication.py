"""From the outbox to the CORE: in order, each row once, whatever fails in between."""

import dataclasses
import json

import pytest
from builders import NOW, incident, settings
from outages import callbacks_of, change_callbacks, kept, outage, wanting
from sqlalchemy import insert, select
from stored import NOW_TEXT, count, row

from reference_adapter.operations.incident_life import archive
from reference_adapter.storage import core_tables, replication, tables
from reference_adapter.storage.core_tables import REPLICATED
from reference_adapter.storage.replication import apply_outbox, lag, seconds_behind


def waiting(database):
    """What the outbox holds: entity and how many mRIDs."""
    with database.read() as connection:
        return [(each.entity, len(json.loads(each.mrids))) for each in connection.execute(select(tables.outbox))]


def apply(database):
    with database.write() as connection:
        return apply_outbox(connection)


def agrees(database):
    """Whether the CORE holds what the DMZ holds, column by column."""
    with database.read() as connection:
        for source, replica in REPLICATED.values():
            columns = [each.name for each in source.columns if each.name != "seq"]
            wanted = {tuple(one) for one in connection.execute(select(*(source.c[name] for name in columns)))}
            there = {tuple(one) for one in connection.execute(select(*(replica.c[name] for name in columns)))}
            if wanted != there:
                return False
    return True


def core(database, table=core_tables.tickets):
    with database.read() as connection:
        return {each.mrid: each for each in connection.execute(table.select())}


# The outbox


def test_a_transaction_leaves_one_row_a_kind_of_entity_whatever_it_did(store, database):
    with store.change(NOW) as work:
        first, second = work.tickets.insert([row("a"), row("b")])
        work.tickets.change([kept(second, comment="x"), kept(first, comment="y")])
        work.incidents.add(incident("TRF-1"))
        work.tickets.join([first], "INC-TRF-1")
    with database.read() as connection:
        rows = [
            (each.seq, each.recorded_at, each.entity, each.mrids) for each in connection.execute(select(tables.outbox))
        ]
    assert rows == [
        (1, NOW_TEXT, "ticket", f'["{first}","{second}"]'),
        (2, NOW_TEXT, "incident", '["INC-TRF-1"]'),
    ]


def test_a_transaction_that_changes_nothing_leaves_no_row(store, database):
    with store.change(NOW) as work:
        work.tickets.insert([])
        work.tickets.change([])
        work.callbacks.add([])
        work.callbacks.change([])
        work.incidents.add(incident("TRF-1"))
        before = work.incidents.find("INC-TRF-1")
    with store.change(NOW) as work:
        work.incidents.change(before, before)
    assert waiting(database) == [("incident", 1)]


def test_word_of_a_change_is_part_of_its_transaction(store, database):
    def fail():
        with store.change(NOW) as work:
            work.tickets.insert([row("a")])
            work.finish(NOW)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert (count(database), waiting(database)) == (0, [])


# Applying it


def test_everything_that_is_stored_reaches_the_core(store, database):
    outage(store, wanting("a", comment="ä"), row("b"), device="LAT-1", comment="tree")
    assert not agrees(database)
    assert [apply(database), apply(database)] == [3, 0]
    assert agrees(database)
    assert waiting(database) == []


def test_later_changes_reach_the_core_in_their_order(store, database):
    outage(store, wanting("a"))
    apply(database)
    made = callbacks_of(store)["a"]
    for word in ("Busy", "Restored"):
        change_callbacks(store, dataclasses.replace(made, result=word))
    numbers = core(database, core_tables.callbacks)[made.mrid].sequence
    apply(database)
    stored = core(database, core_tables.callbacks)[made.mrid]
    assert (stored.result, stored.sequence > numbers) == ("Restored", True)


def test_a_row_that_is_applied_twice_changes_nothing(store, database):
    outage(store, wanting("a"))
    with database.read() as connection:
        rows = [dict(each._mapping) for each in connection.execute(select(tables.outbox))]
    apply(database)
    before = core(database)
    with database.write() as connection:
        connection.execute(insert(tables.outbox), rows)
    apply(database)
    assert core(database) == before
    assert agrees(database)


def test_an_earlier_row_does_not_undo_a_later_one(store, database):
    with store.change(NOW) as work:
        (mrid,) = work.tickets.insert([row("a")])
    with database.read() as connection:
        earlier = dict(connection.execute(select(tables.outbox)).one()._mapping)
    with store.change(NOW) as work:
        work.tickets.change([kept(mrid, comment="x")])
    apply(database)
    newest = core(database)[mrid].sequence
    with database.write() as connection:
        connection.execute(insert(tables.outbox), [earlier])
    apply(database)
    assert (core(database)[mrid].sequence, core(database)[mrid].comment) == (newest, "x")


def test_what_the_dmz_has_no_more_is_gone_from_the_core(store, database):
    mrid = outage(store, wanting("a"), closed_at=NOW)
    other = outage(store, row("b"), device="FDR-2")
    apply(database)
    with store.change(NOW) as work:
        archive(work.incidents.find(mrid), work, settings(), NOW)
    apply(database)
    assert agrees(database)
    assert [each.name for each in core(database).values()] == ["b"]
    assert list(core(database, core_tables.incidents)) == [other]
    assert core(database, core_tables.callbacks) == {}


def test_what_came_and_went_before_the_core_heard_of_it_never_gets_there(store, database):
    mrid = outage(store, wanting("a"), closed_at=NOW)
    with store.change(NOW) as work:
        archive(work.incidents.find(mrid), work, settings(), NOW)
    apply(database)
    assert [core(database, table) for _, table in REPLICATED.values()] == [{}, {}, {}]


def test_an_application_that_fails_half_way_can_be_tried_again(store, database):
    outage(store, wanting("a"), wanting("b"))

    def fail():
        with database.write() as connection:
            assert apply_outbox(connection) == 3
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert (len(waiting(database)), core(database)) == (3, {})
    assert apply(database) == 3
    assert agrees(database)


def test_a_transaction_takes_only_so_many_entities(store, database, monkeypatch):
    monkeypatch.setattr(replication, "_ENTITIES_AT_ONCE", 5)
    for size in (2, 2, 2, 9, 1):
        with store.change(NOW) as work:
            work.tickets.insert([row(str(number)) for number in range(size)])
    assert [apply(database) for _ in range(5)] == [2, 1, 1, 1, 0]
    assert agrees(database)


def test_thousands_of_entities_of_one_message_are_applied(store, database):
    with store.change(NOW) as work:
        work.tickets.insert([row(str(number)) for number in range(1200)])
    assert apply(database) == 1
    assert agrees(database)


# The lag


def test_the_lag_is_told(store, database, clock):
    def told():
        with database.read() as connection:
            found = lag(connection)
        return found.rows, seconds_behind(found, clock()), found.applied

    assert told() == (0, None, 0)
    outage(store, row("a"))
    clock.advance(seconds=3.5)
    outage(store, row("b"), device="FDR-2")
    assert told() == (4, 3.5, 0)
    apply(database)
    assert told() == (0, None, 4)
    outage(store, row("c"), device="TRF-4")
    assert told()[1:] == (0.0, 4)
    clock.advance(seconds=-60)
    assert told()[1] == 0.0
