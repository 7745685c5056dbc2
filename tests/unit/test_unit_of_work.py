"""One transaction a message; what control changes reaches every worker; replays are told apart."""

from datetime import timedelta

import pytest
from builders import NOW, at, incident, network
from sqlalchemy import func, select
from stored import NOW_TEXT, add_incident, control, count, found, row, tickets_in

from crm_contract.values import format_datetime
from reference_adapter.background.sweeping import sweep
from reference_adapter.storage import tables
from reference_adapter.storage.database import Database
from reference_adapter.storage.ims_inbox import confirm, put_in_inbox
from reference_adapter.storage.message_log import MessageRecord, nonce_is_new, record_message
from reference_adapter.storage.shared_state import (
    INTERNAL_ERROR,
    SLOW_IMS,
    InjectedFault,
    clear_fault,
    drop_caches,
    generation,
    read_faults,
    set_fault,
)
from reference_adapter.storage.unit_of_work import InjectedFailure, Store


def test_a_message_is_stored_whole(store, database):
    state = store.state()
    with store.begin(state, NOW) as work:
        mrids = work.tickets.insert([row("a"), row("b")])
        work.record(MessageRecord(NOW_TEXT, "CreatedTroubleTickets", "m", "IVR", "OK", 2, 0))
        assert work.state is state
    assert [each["mrid"] for each in found(database)[1]] == mrids
    assert count(database, tables.messages) == 1


@pytest.mark.parametrize("when", ["before storing", "after storing", "after the record"])
def test_a_message_that_fails_half_way_leaves_nothing(store, database, when):
    def fail():
        with store.begin(store.state(), NOW) as work:
            assert work.nonce_is_new("IVR", "n", NOW_TEXT, NOW_TEXT)
            if when != "before storing":
                work.tickets.insert([row("a"), row("b")])
            if when == "after the record":
                work.record(MessageRecord(NOW_TEXT, "CreatedTroubleTickets", "m", "IVR", "OK", 2, 0))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    for table in (tables.tickets, tables.messages, tables.nonces):
        assert count(database, table) == 0


def test_an_injected_failure_comes_with_everything_done_and_leaves_nothing(store, database):
    control(database, set_fault, InjectedFault(INTERNAL_ERROR, remaining=1))
    done = []

    def fail():
        with store.begin(store.state(), NOW) as work:
            work.tickets.insert([row("a"), row("b")])
            work.forward([row("c")], NOW_TEXT)
            work.record(MessageRecord(NOW_TEXT, "CreatedTroubleTickets", "m", "IVR", "OK", 2, 0))
            done.append(work.connection.scalar(select(func.count()).select_from(tables.tickets)))

    with pytest.raises(InjectedFailure):
        fail()
    assert done == [2]
    for table in (tables.tickets, tables.ims_inbox, tables.messages, tables.outbox):
        assert count(database, table) == 0


def test_an_injected_failure_hits_a_query_too_once(store, database):
    control(database, set_fault, InjectedFault(INTERNAL_ERROR, remaining=1))
    with pytest.raises(InjectedFailure), store.query(store.state(), NOW):
        pass
    with store.query(store.state(), NOW) as work:
        assert work.tickets.by_name(["a"]) == []


def test_operators_and_background_are_not_hit_by_an_injected_failure(store, database):
    control(database, set_fault, InjectedFault(INTERNAL_ERROR, remaining=1))
    with store.change(NOW) as work:
        work.tickets.insert([row()])
    assert count(database) == 1
    assert store.state().fault(INTERNAL_ERROR, NOW) is not None


def outcomes(store, messages, clock):
    seen = []
    for _ in range(messages):
        try:
            with store.begin(store.state(), clock()) as work:
                work.tickets.insert([row()])
            seen.append("ok")
        except InjectedFailure:
            seen.append("failed")
    return seen


def test_a_counted_fault_is_spent_message_by_message(store, database, clock):
    control(database, set_fault, InjectedFault(INTERNAL_ERROR, remaining=2))
    assert outcomes(store, 4, clock) == ["failed", "failed", "ok", "ok"]
    assert store.state().fault(INTERNAL_ERROR, NOW) is None
    assert count(database) == 2


def test_workers_share_a_counted_fault(store_path, database, clock):
    workers = [Store(Database(store_path), network()) for _ in range(2)]
    control(database, set_fault, InjectedFault(INTERNAL_ERROR, remaining=3))
    seen = [outcome for _ in range(4) for worker in workers for outcome in outcomes(worker, 1, clock)]
    for worker in workers:
        worker.database.close()
    assert seen == ["failed"] * 3 + ["ok"] * 5


def test_a_fault_expires_by_itself(store, database, clock):
    expires = format_datetime(NOW + timedelta(seconds=10))
    control(database, set_fault, InjectedFault(INTERNAL_ERROR, remaining=9, expires_at=expires))
    control(database, set_fault, InjectedFault(SLOW_IMS, seconds=0.5, expires_at=expires))
    assert outcomes(store, 1, clock) == ["failed"]
    assert store.state().fault(SLOW_IMS, clock()).seconds == 0.5
    clock.advance(seconds=9.999)
    assert outcomes(store, 1, clock) == ["failed"]
    clock.advance(milliseconds=1)
    assert outcomes(store, 1, clock) == ["ok"]
    assert store.state().fault(SLOW_IMS, clock()) is None


def test_a_fault_takes_the_place_of_an_earlier_one_and_can_be_cleared(store, database):
    control(database, set_fault, InjectedFault(SLOW_IMS, seconds=5.0, expires_at=at(days=1)))
    control(database, set_fault, InjectedFault(SLOW_IMS))
    assert store.state().fault(SLOW_IMS, NOW) == InjectedFault(SLOW_IMS)
    control(database, clear_fault, SLOW_IMS)
    assert store.state().fault(SLOW_IMS, NOW) is None
    with database.read() as connection:
        assert read_faults(connection) == {}


@pytest.mark.parametrize(
    "change",
    [
        lambda connection: set_fault(connection, InjectedFault(SLOW_IMS)),
        lambda connection: clear_fault(connection, SLOW_IMS),
        drop_caches,
    ],
    ids=["set fault", "clear fault", "drop caches"],
)
def test_what_control_changes_moves_the_generation(database, change):
    control(database, change)
    with database.read() as connection:
        assert generation(connection) > 1


def test_a_worker_keeps_what_it_knows_until_the_generation_moves(store, database):
    state = store.state()
    control(database, add_incident, incident("LAT-1", confirmed=False))
    assert store.state() is state
    control(database, add_incident, incident("TRF-1"))
    moved = store.state()
    assert moved is not state
    assert (state.incidents.affecting("UP-1"), moved.incidents.affecting("UP-1")) == (None, incident("TRF-1"))


def test_a_transaction_knows_of_a_change_since_the_message_was_judged(store, database):
    state = store.state()
    with database.write() as connection:
        add_incident(connection, incident("TRF-1"))
    with store.begin(state, NOW) as work:
        assert work.state is not state
        assert work.state.incidents.affecting("UP-1") == incident("TRF-1")


def is_new(database, source="IVR", nonce="n", seen_at=NOW, window=timedelta(hours=24)):
    with database.write() as connection:
        return nonce_is_new(connection, source, nonce, format_datetime(seen_at), format_datetime(seen_at - window))


def test_a_nonce_is_new_once_within_the_window(database):
    assert is_new(database)
    assert not is_new(database)
    assert not is_new(database, seen_at=NOW + timedelta(hours=24))


def test_a_nonce_is_new_again_after_the_window(database):
    assert is_new(database)
    later = NOW + timedelta(hours=24, milliseconds=1)
    assert is_new(database, seen_at=later)
    assert not is_new(database, seen_at=later + timedelta(hours=23))


def test_a_refused_replay_does_not_prolong_its_nonce(database):
    assert is_new(database)
    assert not is_new(database, seen_at=NOW + timedelta(hours=23))
    assert is_new(database, seen_at=NOW + timedelta(hours=25))


def test_nonces_are_each_source_s_own(database):
    assert is_new(database)
    assert is_new(database, source="Portal")
    assert is_new(database, source="")
    assert is_new(database, nonce="m")
    assert not is_new(database)


def test_old_nonces_and_confirmations_are_swept(store, database, clock):
    is_new(database)
    with database.write() as connection:
        seq = put_in_inbox(connection, [row()], NOW_TEXT)
        confirm(connection, tickets_in(connection), seq, [row()], NOW_TEXT)
    clock.advance(minutes=59)
    sweep(store, timedelta(hours=2))
    assert (count(database, tables.nonces), count(database, tables.ims_confirmations)) == (1, 1)
    clock.advance(minutes=2)
    sweep(store, timedelta(hours=2))
    assert (count(database, tables.nonces), count(database, tables.ims_confirmations)) == (1, 0)
    clock.advance(hours=1)
    sweep(store, timedelta(hours=2))
    assert count(database, tables.nonces) == 0
    assert count(database) == 1


def test_the_audit_has_a_row_a_message(database):
    with database.write() as connection:
        record_message(connection, MessageRecord(NOW_TEXT, "CreatedTroubleTickets", None, None, "PARTIAL", 3, 1))
    with database.read() as connection:
        (entry,) = connection.execute(select(tables.messages)).mappings()
    assert dict(entry) == {
        "seq": 1,
        "received_at": NOW_TEXT,
        "operation": "CreatedTroubleTickets",
        "message_id": None,
        "source": None,
        "result": "PARTIAL",
        "accepted": 3,
        "refused": 1,
    }
