"""The prediction job on a real store: what becomes of the tickets that have come in since."""

import dataclasses
import threading
from datetime import timedelta

import pytest
from builders import NOW, Fixed, incident, network, on, settings
from outages import incident_in, outage
from stored import add_incident, change_incident, control, count, found, row, store_rows

from reference_adapter.background import prediction as job
from reference_adapter.background.prediction import Prediction
from reference_adapter.operations.incident_life import archive
from reference_adapter.outage_model.prediction import Thresholds
from reference_adapter.storage import ops_tables, tables
from reference_adapter.storage.database import Database
from reference_adapter.storage.progress import read_progress
from reference_adapter.storage.shared_state import next_generation
from reference_adapter.storage.unit_of_work import Store


def prediction(store, **changes):
    return Prediction(store, network(), Fixed(settings(**changes)))


@pytest.fixture
def predict(store):
    return prediction(store).run


def reported(database, *usage_points, code="No Power/No Light"):
    return store_rows(database, *(row(point, **on(point), trouble_code=code) for point in usage_points))


def devices(store):
    """Device and number of tickets of each active incident."""
    with store.view() as work:
        counts = work.tickets.count_by_incident(each.mrid for each in work.incidents.all())
        return {each.device: counts.get(each.mrid, 0) for each in work.incidents.all()}


def incidents(database):
    return {each["name"]: each["incident"] for each in found(database)[1]}


def test_a_first_ticket_makes_an_incident_at_its_usage_point(store, database, predict):
    reported(database, "UP-1")
    assert predict() == 1
    (mrid,) = incidents(database).values()
    made = incident_in(store, mrid)
    assert (made.device, made.confirmed, made.status, made.created) == ("UP-1", False, "New", NOW)
    assert predict() == 0


def test_an_incident_climbs_as_tickets_come_in_and_keeps_its_mrid(store, database, predict):
    seen, mrids = [], set()
    for point in ("UP-1", "UP-2", "UP-3", "UP-4"):
        reported(database, point)
        predict()
        seen.append(devices(store))
        mrids.add(incidents(database)["UP-1"])
    assert seen == [{"UP-1": 1}, {"TRF-1": 2}, {"TRF-1": 2, "UP-3": 1}, {"TRF-1": 2, "UP-3": 1, "UP-4": 1}]
    assert len(mrids) == 1


def test_incidents_that_are_rolled_up_are_cancelled_and_archived(store, database, predict):
    careful = prediction(store, prediction=Thresholds(usage_points=3))
    reported(database, "UP-1")
    careful.run()
    reported(database, "UP-2")
    careful.run()
    assert devices(store) == {"UP-1": 1, "UP-2": 1}
    before = incidents(database)
    reported(database, "UP-4")
    assert predict() == 2
    assert devices(store) == {"TRF-1": 2, "UP-4": 1}
    assert incidents(database)["UP-2"] == incidents(database)["UP-1"] == before["UP-1"]
    with store.view() as work:
        (gone,) = work.archive.incidents_by_mrid(before.values()).values()
    assert (gone.mrid, gone.status, gone.closed_at) == (before["UP-2"], "Cancelled", NOW)
    assert count(database, ops_tables.tickets) == 0


def test_a_predicted_incident_that_an_operator_opens_is_looked_at_without_a_new_ticket(store, database, predict):
    assert predict() == 0
    for device in ("LAT-1", "TRF-1"):
        control(database, add_incident, incident(device, confirmed=False))
    assert predict() == 1
    assert devices(store) == {"LAT-1": 0}


def test_an_incident_that_an_operator_has_opened_is_not_taken_over_by_an_older_one(store, database, predict):
    reported(database, "UP-1")
    predict()
    opened = dataclasses.replace(
        incident("TRF-1"), mrid="I-operator", created=NOW + timedelta(hours=1), by_operator=True
    )
    control(database, add_incident, opened)
    reported(database, "UP-2")
    predict()
    assert incidents(database) == {"UP-1": "I-operator", "UP-2": "I-operator"}
    assert devices(store) == {"TRF-1": 2}


def test_a_predicted_incident_under_a_confirmed_one_is_absorbed(store, database, predict):
    reported(database, "UP-1", "UP-3")
    predict()
    before = incidents(database)
    control(database, add_incident, sure := incident("LAT-1"))
    assert predict() == 1
    assert devices(store) == {"LAT-1": 2}
    assert set(incidents(database).values()) == {sure.mrid}
    with store.view() as work:
        archived = work.archive.incidents_by_mrid(before.values())
    assert {each.device: each.status for each in archived.values()} == {"UP-1": "Cancelled", "UP-3": "Cancelled"}
    assert count(database, ops_tables.tickets) == 0


def test_a_ticket_under_a_confirmed_incident_joins_it(store, database, predict):
    mrid = outage(store, device="TRF-1", over=False)
    reported(database, "UP-1", "UP-3")
    predict()
    assert incidents(database)["UP-1"] == mrid
    assert devices(store) == {"TRF-1": 1, "UP-3": 1}


@pytest.mark.parametrize("code", ["Flick Light/Partial Light", "Power Restored", "Other"])
def test_only_power_loss_counts(store, database, predict, code):
    reported(database, "UP-1", code=code)
    assert (predict(), devices(store)) == (0, {})
    reported(database, "UP-2", code="Not Restored")
    assert (predict(), devices(store)) == (1, {"UP-2": 1})


def test_tickets_without_a_usage_point_do_not_count(store, database, predict):
    store_rows(database, row("a"), row("b", **on("UP-9")))
    assert (predict(), devices(store)) == (0, {})


def test_a_confirmation_is_heeded_without_a_new_ticket(store, database, predict):
    reported(database, "UP-1")
    predict()
    (mrid,) = incidents(database).values()
    control(database, add_incident, incident("LAT-1"))
    with database.write() as connection:
        change_incident(connection, mrid, confirmed=True)
    predict()
    assert devices(store) == {"UP-1": 1, "LAT-1": 0}


def test_a_restored_incident_takes_nobody_and_a_new_one_is_made(store, database, predict):
    mrid = outage(store, row("a", **on("UP-1")), device="UP-1")
    reported(database, "UP-1")
    predict()
    assert incidents(database)["a"] == mrid
    assert incidents(database)["UP-1"] not in (None, mrid)


def test_every_ticket_is_looked_at_however_many_there_are(store, database, predict, monkeypatch):
    monkeypatch.setattr(job, "_TICKETS_AT_ONCE", 2)
    reported(database, *["UP-5"] * 7)
    predict()
    assert devices(store) == {"UP-5": 7}
    assert len(set(incidents(database).values())) == 1


def test_a_job_that_starts_anew_goes_on_where_the_last_one_came_to(store, database):
    reported(database, "UP-1")
    prediction(store).run()
    before = incidents(database)
    with database.read() as connection:
        assert read_progress(connection, "prediction") == "1"
    reported(database, "UP-2")
    prediction(store).run()
    assert devices(store) == {"TRF-1": 2}
    assert incidents(database)["UP-2"] == before["UP-1"]


def test_it_settles_when_the_archive_has_taken_the_newest_tickets(store, database, predict):
    reported(database, "UP-1")
    outage(store, row("a", **on("UP-5")), device="TRF-4", closed_at=NOW)
    predict()
    with store.change(NOW) as work:
        archive(work.incidents.find("INC-TRF-4"), work, settings(), NOW)
    ended = threading.Thread(target=predict, daemon=True)
    ended.start()
    ended.join(10)
    assert not ended.is_alive()
    reported(database, "UP-2")
    predict()
    assert devices(store) == {"TRF-1": 2}


def test_it_does_not_write_while_there_is_nothing_new(store, database, predict):
    reported(database, "UP-1")
    predict()
    with database.write():
        assert predict() == 0


@pytest.fixture
def meanwhile(monkeypatch):
    """Something else happens once, between what the job sees and what it does."""

    def arrange(act):
        acts, plan = [act], Prediction._plan

        def planned(self, work, settings):
            found = plan(self, work, settings)
            if acts:
                acts.pop()()
            return found

        monkeypatch.setattr(Prediction, "_plan", planned)

    return arrange


def test_what_another_process_has_predicted_meanwhile_is_not_predicted_again(store, database, predict, meanwhile):
    reported(database, "UP-1", "UP-3")
    meanwhile(lambda: prediction(store).run())
    predict()
    assert devices(store) == {"UP-1": 1, "UP-3": 1}
    assert count(database, tables.incidents) == 2


def test_an_incident_that_is_confirmed_meanwhile_stays_where_it_is(store, database, predict, meanwhile):
    reported(database, "UP-1")
    predict()
    (mrid,) = incidents(database).values()

    def confirm():
        with database.write() as connection:
            change_incident(connection, mrid, confirmed=True)

    reported(database, "UP-2")
    meanwhile(confirm)
    predict()
    assert devices(store) == {"UP-1": 1, "UP-2": 1}


def test_a_store_that_is_emptied_meanwhile_stays_empty(store, database, predict, meanwhile):
    def forget():
        with database.write() as connection:
            connection.execute(tables.tickets.delete())
            next_generation(connection)

    reported(database, "UP-1")
    meanwhile(forget)
    predict()
    assert devices(store) == {}


def test_two_beside_each_other_predict_as_one(store, store_path, database):
    reported(database, *["UP-1", "UP-2", "UP-3", "UP-4", "UP-5"] * 20)
    databases = [Database(store_path) for _ in range(2)]
    threads = [threading.Thread(target=prediction(Store(each, network())).run) for each in databases]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    for each in databases:
        each.close()
    assert devices(store) == {"TRF-1": 40, "UP-3": 20, "UP-4": 20, "UP-5": 20}
    assert count(database, tables.incidents) == 4
