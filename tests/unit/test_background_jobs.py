"""The background's jobs: expiry, archiving, their names and order, and that two beside each other do no harm."""

import dataclasses
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from builders import NOW, Fixed, at, contract, incident, network, on, settings, ticket
from outages import QUEUE, callbacks_of, change_callbacks, incident_in, outage, wanting
from stored import add_incident, control, count, names, row

from reference_adapter.background.archiving import Archiving
from reference_adapter.background.callbacks import Expiry
from reference_adapter.background.jobs import Job, Jobs, UnknownJob
from reference_adapter.background.process import BackgroundOptions, build_jobs
from reference_adapter.background.replication import Replication
from reference_adapter.background.sweeping import sweep
from reference_adapter.clock import SimulatedClock
from reference_adapter.control.neighbours import Neighbours
from reference_adapter.storage import core_tables, ops_tables, tables
from reference_adapter.storage.database import Database
from reference_adapter.storage.message_log import nonce_is_new
from reference_adapter.storage.publications import add_publication, due_publications, settle_publication
from reference_adapter.storage.unit_of_work import Store


def expiry(store):
    return Expiry(store, Fixed(settings()))


def archiving(store, **changes):
    incidents = dataclasses.replace(settings().incidents, **changes)
    return Archiving(store, Fixed(settings(incidents=incidents)))


def twice(store_path, clock, make):
    """Run two of a job beside each other, each on a store of its own; what each says it did."""
    stores = [Store(Database(store_path), network(), SimulatedClock(clock)) for _ in range(2)]
    done, ready = [], threading.Barrier(2)

    def run(store):
        job = make(store)
        ready.wait(30)
        done.append(job.run())

    threads = [threading.Thread(target=run, args=(store,)) for store in stores]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    for store in stores:
        store.database.close()
    return done


# Expiry


def test_an_assignment_that_is_over_is_taken_back(store, clock):
    outage(store, wanting("a"), wanting("b"))
    made = callbacks_of(store)
    change_callbacks(store, made["a"].assign("csr-1", NOW, QUEUE))
    clock.advance(minutes=10)
    change_callbacks(store, made["b"].assign("csr-2", clock(), QUEUE))
    clock.advance(minutes=19, seconds=59)
    assert expiry(store).run() == 0
    clock.advance(seconds=1)
    assert [expiry(store).run(), expiry(store).run()] == [1, 0]
    after = callbacks_of(store)
    assert after["a"] == made["a"]
    assert after["b"].assigned_user == "csr-2"


def test_a_callback_whose_last_period_has_passed_is_given_up(store, clock):
    soon, later = (at(minutes=1), at(minutes=2)), (at(minutes=1), at(hours=3))
    outage(store, wanting("a", "UP-1", soon), wanting("b", "UP-1", later), wanting("c"))
    clock.advance(minutes=2)
    assert expiry(store).run() == 0
    clock.advance(milliseconds=1)
    assert [expiry(store).run(), expiry(store).run()] == [1, 0]
    after = callbacks_of(store)
    assert {name: each.result for name, each in after.items()} == {"a": "Max Attempts", "b": None, "c": None}
    assert after["a"].closed_at == clock()


def test_a_missed_callback_that_somebody_holds_is_left_to_them(store, clock):
    outage(store, wanting("a", "UP-1", (at(minutes=1), at(minutes=2))))
    change_callbacks(store, callbacks_of(store)["a"].assign("csr-1", NOW, QUEUE))
    clock.advance(minutes=5)
    assert expiry(store).run() == 0
    clock.advance(minutes=25)
    assert expiry(store).run() == 2
    assert callbacks_of(store)["a"].result == "Max Attempts"


def test_giving_up_the_last_callback_closes_the_incident(store, clock):
    mrid = outage(store, wanting("a", "UP-1", (at(minutes=1), at(minutes=2))))
    clock.advance(hours=1)
    expiry(store).run()
    closed = incident_in(store, mrid)
    assert (closed.status, closed.closed_at) == ("Closed", clock())


def test_two_expiries_beside_each_other_count_each_callback_once(store, store_path, clock):
    outage(store, *(wanting(f"n{number}") for number in range(20)))
    change_callbacks(store, *(each.assign("csr-1", NOW, QUEUE) for each in callbacks_of(store).values()))
    clock.advance(minutes=30)
    assert sum(twice(store_path, clock, expiry)) == 20
    assert {each.assigned_user for each in callbacks_of(store).values()} == {None}


# Archiving


def test_an_incident_is_archived_a_time_after_its_end(store, database, clock):
    outage(store, row("a", **on("UP-1")), closed_at=NOW)
    control(database, add_incident, incident("FDR-2", closed_at=NOW + timedelta(hours=1), status="Cancelled"))
    control(database, add_incident, incident("TRF-1", restored_at=NOW))
    clock.advance(hours=24, milliseconds=-1)
    assert archiving(store).run() == 0
    clock.advance(milliseconds=1)
    assert [archiving(store).run(), archiving(store).run()] == [1, 0]
    assert names(database) == []
    with store.view() as work:
        archived = work.archive.incidents_by_mrid(["INC-FDR-1", "INC-FDR-2", "INC-TRF-1"])
    assert {mrid: each.status for mrid, each in archived.items()} == {"INC-FDR-1": "Archived"}
    assert archiving(store, archive_after=timedelta(hours=23)).run() == 1
    assert incident_in(store, "INC-TRF-1") is not None


def test_two_archivings_beside_each_other_archive_everything_once(store, store_path, database, clock):
    for number in range(10):
        closed = {"mrid": f"I-{number}", "closed_at": NOW}
        outage(store, row(f"t{number}", call_back=True), device="UP-1", **closed)
    clock.advance(hours=24)
    assert sum(twice(store_path, clock, archiving)) == 10
    assert (count(database), count(database, ops_tables.tickets), count(database, ops_tables.incidents)) == (0, 10, 10)
    assert (count(database, tables.callbacks), count(database, ops_tables.archived_callbacks)) == (0, 10)


# Replication


def test_replication_works_off_everything(store, database):
    for number in range(3):
        outage(store, wanting(f"t{number}"), device="UP-1", mrid=f"I-{number}")
    assert [Replication(store).run(), Replication(store).run()] == [9, 0]
    kinds = (core_tables.tickets, core_tables.incidents, core_tables.callbacks)
    assert [count(database, table) for table in kinds] == [3, 3, 3]


def test_two_replications_beside_each_other_apply_every_row_once(store, store_path, database, clock):
    for number in range(60):
        outage(store, wanting(f"t{number}"), device="UP-1", mrid=f"I-{number}")
    assert sum(twice(store_path, clock, Replication)) == 180
    with database.read() as connection:
        for source, replica in core_tables.REPLICATED.values():
            wanted = {row.mrid: row for row in connection.execute(source.select())}
            there = {row.mrid: row for row in connection.execute(replica.select())}
            assert set(wanted) == set(there)


def test_replication_does_not_write_while_there_is_nothing_to_apply(store, database):
    with database.write():
        assert Replication(store).run() == 0


# Sweeping


def test_two_sweepings_beside_each_other_forget_everything_once(store, store_path, database, clock):
    for number in range(20):
        control(database, nonce_is_new, "IVR", str(number), at(), at())
    clock.advance(hours=25)

    def sweeping(each):
        return Job(lambda: sweep(each, timedelta(hours=24)), 1.0)

    assert sum(twice(store_path, clock, sweeping)) == 20
    assert count(database, tables.nonces) == 0


def test_records_of_old_messages_are_forgotten_but_for_what_is_under_way(store, send, database, clock):
    send(ticket("a"))
    for mrid in ("CB-1", "CB-2"):
        control(database, add_publication, f"message-{mrid}", [mrid], clock())
    with database.read() as connection:
        settled = due_publications(connection, clock())[0]
    control(database, settle_publication, settled, "OK")
    clock.advance(days=29)
    assert sweep(store, timedelta(hours=24)) == 0
    clock.advance(days=2)
    assert sweep(store, timedelta(hours=24)) == 2
    assert (count(database, tables.messages), count(database, tables.publications)) == (0, 1)
    with database.read() as connection:
        assert [each.message_id for each in due_publications(connection, clock())] == ["message-CB-2"]


# Their names


def options(ivr):
    return BackgroundOptions(Path("/nowhere"), "127.0.0.1", 1, Neighbours(ivr=ivr))


def test_jobs_stand_in_the_order_in_which_one_s_work_becomes_the_next_one_s(store):
    watched = Fixed(settings())
    without = ["ims-inbox", "prediction", "expiry", "archiving", "sweeping", "replication"]
    assert list(build_jobs(store, network(), watched, options(None))) == without
    assert contract().operations["CreatedCallBacks"].service == "SendCallBacksService"
    assert list(build_jobs(store, network(), watched, options("http://127.0.0.1:9"))) == [*without, "publisher"]


def test_every_job_runs_on_an_empty_store(store):
    jobs = build_jobs(store, network(), Fixed(settings()), options("http://127.0.0.1:9"))
    assert {name: jobs.run(name) for name in jobs} == dict.fromkeys(jobs, 0)


def test_an_unknown_job_is_said():
    with pytest.raises(UnknownJob):
        Jobs({}).run("gardening")


def test_all_jobs_are_run_until_none_finds_anything():
    left = {"a": [2, 0, 0, 0], "b": [0, 1, 0, 0]}
    jobs = Jobs({name: Job(lambda numbers=numbers: numbers.pop(0), 1.0) for name, numbers in left.items()})
    assert jobs.run_all() == {"a": 2, "b": 1}
    assert left == {"a": [0], "b": [0]}


def test_a_job_that_always_finds_something_does_not_keep_anybody_waiting():
    assert Jobs({"a": Job(lambda: 1, 1.0)}).run_all() == {"a": 10}


def test_a_job_runs_in_one_thread_at_a_time():
    running, seen, inside = 0, [], threading.Event()

    def run():
        nonlocal running
        running += 1
        seen.append(running)
        inside.wait(0.05)
        running -= 1
        return 0

    jobs = Jobs({"a": Job(run, 1.0)})
    threads = [threading.Thread(target=jobs.run, args=("a",)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert seen == [1, 1, 1, 1]
