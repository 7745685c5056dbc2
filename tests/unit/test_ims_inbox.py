"""Messages forwarded to the IMS become tickets exactly once."""

import multiprocessing
import threading
from datetime import timedelta

import pytest
from builders import NOW, at, callback, hazards, incident, network, on, point
from stored import NOW_TEXT, add_incident, control, count, found, row, store_rows, tickets_in

from crm_contract.values import format_datetime
from reference_adapter.background.ims_inbox import ImsInbox
from reference_adapter.storage import tables
from reference_adapter.storage.database import Database
from reference_adapter.storage.ims_inbox import confirm, count_inbox, oldest_in_inbox, put_in_inbox
from reference_adapter.storage.shared_state import SLOW_IMS, InjectedFault, clear_fault, set_fault
from reference_adapter.storage.unit_of_work import Store


def forward(database, *rows):
    with database.write() as connection:
        return put_in_inbox(connection, rows, NOW_TEXT)


def pending(database):
    with database.read() as connection:
        return count_inbox(connection)


def test_a_forwarded_message_is_no_ticket_until_the_ims_gets_to_it(store, database):
    seq = forward(database, row("ä"), row("b"))
    assert (count(database), pending(database), store.confirmation(seq)) == (0, 1, None)
    assert ImsInbox(store).run() == 1
    assert (count(database), pending(database)) == (2, 0)
    _, rows = found(database)
    assert store.confirmation(seq) == [each["mrid"] for each in rows]
    assert [each["name"] for each in rows] == ["ä", "b"]


def test_a_ticket_that_went_through_the_inbox_is_as_if_it_had_not(store, database):
    changes = {**on("UP-1"), **point(), **callback((at(days=1), at(days=2)), media="SMS"), **hazards("Fire")}
    store_rows(database, row(**changes))
    forward(database, row(**changes))
    ImsInbox(store).run()
    direct, forwarded = ({k: v for k, v in each.items() if k not in ("seq", "mrid")} for each in found(database)[1])
    assert direct == forwarded


def test_the_core_hears_of_tickets_when_the_ims_gets_to_them(store, database):
    forward(database, row("a"), row("b"))
    assert count(database, tables.outbox) == 0
    ImsInbox(store).run()
    assert count(database, tables.outbox) == 1


def test_messages_are_handled_oldest_first(store, database):
    for name in "abc":
        forward(database, row(name))
    assert ImsInbox(store).run() == 3
    assert [each["name"] for each in found(database)[1]] == ["a", "b", "c"]
    assert ImsInbox(store).run() == 0


def test_a_message_is_confirmed_once(database):
    seq = forward(database, row())
    with database.write() as connection:
        assert confirm(connection, tickets_in(connection), seq, [row()], NOW_TEXT) is True
    with database.write() as connection:
        assert confirm(connection, tickets_in(connection), seq, [row()], NOW_TEXT) is False
        assert oldest_in_inbox(connection) is None
    assert count(database) == 1


def test_a_confirmation_that_fails_half_way_can_be_tried_again(store, database):
    seq = forward(database, row())

    def fail():
        with database.write() as connection:
            confirm(connection, tickets_in(connection), seq, [row()], NOW_TEXT)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert (count(database), pending(database), store.confirmation(seq)) == (0, 1, None)
    assert ImsInbox(store).run() == 1
    assert count(database) == 1


def test_a_slow_ims_handles_nothing_until_it_is_released_or_the_fault_expires(store, database, clock):
    inbox = ImsInbox(store)
    control(database, set_fault, InjectedFault(SLOW_IMS))
    forward(database, row("a"))
    assert (inbox.run(), count(database)) == (0, 0)
    control(database, clear_fault, SLOW_IMS)
    assert (inbox.run(), count(database)) == (1, 1)
    control(database, set_fault, InjectedFault(SLOW_IMS, expires_at=format_datetime(NOW + timedelta(seconds=5))))
    forward(database, row("b"))
    assert inbox.run() == 0
    clock.advance(seconds=5)
    assert (inbox.run(), count(database)) == (1, 2)


def test_incidents_of_the_meantime_are_heeded(store, database):
    forward(database, row("a", **on("UP-1")), row("b", **on("UP-5")), row("c"), row("d", **on("UP-9")))
    with database.write() as connection:
        add_incident(connection, incident("TRF-1"))
    ImsInbox(store).run()
    stored = {each["name"]: (each["incident"], each["status"]) for each in found(database)[1]}
    assert stored == {
        "a": ("INC-TRF-1", "Deenergized"),
        "b": (None, "Energized"),
        "c": (None, "Created"),
        "d": (None, "Created"),
    }


def test_an_incident_that_is_over_meanwhile_is_heeded_too(store, database):
    waiting = {**row("a", **on("UP-1")), "incident": "INC-TRF-1", "status": "Deenergized"}
    forward(database, waiting)
    ImsInbox(store).run()
    (stored,) = found(database)[1]
    assert (stored["incident"], stored["status"]) == (None, "Energized")


def test_an_inbox_number_is_never_used_again(store, database):
    first = forward(database, row())
    ImsInbox(store).run()
    assert forward(database, row()) > first


def test_an_inbox_that_two_threads_work_off_is_handled_once(store_path, database):
    forwarded = [forward(database, row(f"{number}a"), row(f"{number}b")) for number in range(20)]
    databases = [Database(store_path) for _ in range(3)]
    handled = []
    threads = [
        threading.Thread(target=lambda each=each: handled.append(ImsInbox(Store(each, network())).run()))
        for each in databases
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    for each in databases:
        each.close()
    names = [each["name"] for each in found(database)[1]]
    assert sorted(names) == sorted(f"{number}{letter}" for number in range(20) for letter in "ab")
    assert sum(handled) == 20
    assert count(database, tables.ims_confirmations) == len(forwarded)


def work_off_in_a_process(path, ready, go):
    database = Database(path)
    inbox = ImsInbox(Store(database, network()))
    ready.release()
    go.wait(30)
    inbox.run()
    database.close()


def test_an_inbox_that_two_processes_work_off_is_handled_once(store_path, database):
    for number in range(30):
        forward(database, row(str(number)))
    spawn = multiprocessing.get_context("spawn")
    ready, go = spawn.Semaphore(0), spawn.Event()
    processes = [spawn.Process(target=work_off_in_a_process, args=(store_path, ready, go)) for _ in range(2)]
    for process in processes:
        process.start()
    for _ in processes:
        assert ready.acquire(timeout=60)
    go.set()
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0, 0]
    assert [each["name"] for each in found(database)[1]] == [str(number) for number in range(30)]
