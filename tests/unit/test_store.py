"""The store on a real SQLite file: durable, one writer at a time; tickets and incidents come back as they were."""

import sqlite3
import threading
from datetime import UTC, timedelta
from zoneinfo import ZoneInfo

import pytest
from builders import NOW, as_stored, at, callback, hazards, incident, on, point, pole
from sqlalchemy import func, select, text
from stored import NOW_TEXT, add_incident, change_incident, count, found, row, store_rows

from crm_contract.messages import CustomerData, ElectronicAddress, TelephoneNumber
from reference_adapter.outage_model.incidents import CrewAssignment
from reference_adapter.storage import tables
from reference_adapter.storage.changes import Changes
from reference_adapter.storage.database import Database, StoreBusy
from reference_adapter.storage.incidents import Incidents
from reference_adapter.storage.shared_state import generation, next_generation
from reference_adapter.storage.ticket_records import last_position
from reference_adapter.storage.tickets import count_by_usage_point, insert_tickets


def test_what_is_acknowledged_survives_a_lost_power(database):
    with database.read() as connection:
        assert connection.scalar(text("PRAGMA journal_mode")) == "wal"
        assert connection.scalar(text("PRAGMA synchronous")) == 2


def test_a_transaction_that_fails_leaves_nothing(database):
    def fail():
        with database.write() as connection:
            insert_tickets(connection, [row()])
            next_generation(connection)
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert count(database) == 0
    with database.read() as connection:
        assert generation(connection) == 1


def test_a_reader_sees_nothing_of_a_transaction_before_its_commit(database):
    with database.write() as connection:
        insert_tickets(connection, [row()])
        assert count(database) == 0
    assert count(database) == 1


def test_a_reader_sees_one_moment(database):
    with database.read() as connection:
        assert last_position(connection) == 0
        store_rows(database, row())
        assert last_position(connection) == 0
    assert count(database) == 1


def test_a_store_that_another_process_holds_is_busy(store_path, database):
    impatient = Database(store_path, busy_seconds=0.05)
    other = sqlite3.connect(store_path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        with pytest.raises(StoreBusy), impatient.write():
            pass
        other.execute("COMMIT")
        with impatient.write() as connection:
            insert_tickets(connection, [row()])
    finally:
        other.close()
        impatient.close()
    assert count(database) == 1


def test_a_writer_that_waits_too_long_for_another_thread_is_told(store_path):
    database = Database(store_path, busy_seconds=0.05)
    busy = []

    def write():
        try:
            with database.write():
                pass
        except StoreBusy:
            busy.append(True)

    with database.write():
        thread = threading.Thread(target=write)
        thread.start()
        thread.join(5)
    with database.write():
        pass
    database.close()
    assert busy == [True]


def test_writers_of_many_threads_come_one_after_the_other(database):
    def write():
        for _ in range(5):
            with database.write() as connection:
                before = connection.scalar(select(func.count()).select_from(tables.tickets))
                insert_tickets(connection, [row()])
                after = connection.scalar(select(func.count()).select_from(tables.tickets))
                assert after == before + 1

    threads = [threading.Thread(target=write) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert count(database) == 30


def test_a_store_is_taken_up_as_it_is(store_path, database):
    store_rows(database, row())
    with database.write() as connection:
        next_generation(connection)
    again = Database(store_path)
    with again.read() as connection:
        assert (last_position(connection), generation(connection)) == (1, 2)
    again.close()


def test_tickets_get_growing_unique_mrids_and_positions(database):
    first = store_rows(database, row("a"), row("b"))
    second = store_rows(database, row("c"))
    total, rows = found(database)
    assert [each["mrid"] for each in rows] == first + second == sorted(set(first + second))
    assert [(each["seq"], each["name"]) for each in rows] == [(1, "a"), (2, "b"), (3, "c")]
    assert total == 3
    assert store_rows(database) == []


def test_everything_of_a_ticket_is_stored(database):
    person = {"first_name": "Zoë", "last_name": "O'Neil", "middle_name": "<Q>"}
    customer = CustomerData(
        **person, electronic_address=ElectronicAddress("z@example.org"), mobile_phone=TelephoneNumber("512 555 0100")
    )
    sent = row(
        "nämë\u2603",
        **on("UP-1"),
        **point(),
        **callback((at(days=1), at(days=2)), media="SMS"),
        **hazards("Fire", "Gas Leak"),
        comment="a\n'b';--",
        csr_id="csr",
        customer_data=customer,
        created_date_time=at(hours=-1),
        first_call_date_time=at(hours=-2),
        language_id="21514",
        source="CC",
    )
    store_rows(database, sent)
    _, (stored,) = found(database)
    x, y = stored["position"]["x"], stored["position"]["y"]
    assert (round(x, 2), round(y, 2)) == (3114226.21, 10070436.13)
    contact = {**person, "preferred": False}
    assert stored == {
        "seq": 1,
        "mrid": stored["mrid"],
        "name": "nämë\u2603",
        "usage_point": "UP-1",
        "reported_usage_point": "UP-1",
        "incident": None,
        "status": "Energized",
        "call_back": True,
        "comment": "a\n'b';--",
        "created_date_time": "2025-06-02T11:00:00.000Z",
        "first_call_date_time": "2025-06-02T10:00:00.000Z",
        "csr_id": "csr",
        "language_id": 21514,
        "source": "CallCenter",
        "trouble_code": "No Power/No Light",
        "callback_media": ["SMS"],
        "callback_periods": [{"start": "2025-06-03T12:00:00.000Z", "end": "2025-06-04T12:00:00.000Z"}],
        "contacts": [
            {**contact, "type": "email", "value": "z@example.org"},
            {**contact, "type": "mobile", "value": "512 555 0100"},
        ],
        "hazards": ["Fire", "Gas Leak"],
        "location": [],
        "position": {"x": x, "y": y},
        "position_point": {"x": "-97.7431", "y": "30.2672"},
        "last_update_user": None,
        "located_by": "usage-point",
        "received_at": NOW_TEXT,
        "message_id": "message-1",
    }


NOBODY = {"first_name": None, "last_name": None, "middle_name": None, "preferred": False}


@pytest.mark.parametrize(
    ("customer", "contacts"),
    [
        (None, []),
        (CustomerData(), []),
        (CustomerData(electronic_address=ElectronicAddress(), mobile_phone=TelephoneNumber("")), []),
        (CustomerData(last_name="Ng"), [{**NOBODY, "last_name": "Ng", "type": None, "value": None}]),
        (
            CustomerData(landline_phone=TelephoneNumber("1"), electronic_address=ElectronicAddress("e")),
            [{**NOBODY, "type": "email", "value": "e"}, {**NOBODY, "type": "landline", "value": "1"}],
        ),
    ],
    ids=["absent", "empty", "empty contacts", "a person alone", "contacts alone"],
)
def test_contacts_are_one_a_type(customer, contacts):
    assert as_stored(row(customer_data=customer))["contacts"] == contacts


def test_tickets_are_found_by_what_they_are(database):
    store_rows(
        database, row("a", **on("UP-1")), row("b", **on("UP-2")), row("a", **on("UP-9")), row("d"), row("e", **pole())
    )
    assert found(database, name="a")[0] == 2
    assert [each["name"] for each in found(database, usage_point="UP-2")[1]] == ["b"]
    assert found(database, usage_point="UP-9") == (0, [])
    assert found(database, name="a", usage_point="UP-1")[0] == 1
    assert found(database, message_id="message-1")[0] == 5
    total, rows = found(database, after=2, limit=2)
    assert (total, [each["seq"] for each in rows]) == (3, [3, 4])


def test_active_tickets_are_counted_by_usage_point(database):
    store_rows(database, row(**on("UP-1")), row(**on("UP-1")), row(**on("UP-2")), row(**on("UP-9")), row())
    with database.read() as connection:
        assert count_by_usage_point(connection, ["UP-1", "UP-2", "UP-1", "UP-9", "UP-5"]) == {"UP-1": 2, "UP-2": 1}
        assert count_by_usage_point(connection, []) == {}
        many = [f"X-{number}" for number in range(1200)]
        assert count_by_usage_point(connection, [*many, "UP-1"]) == {"UP-1": 2}


def test_an_incident_comes_back_as_it_was(database):
    full = incident(
        "TRF-1",
        confirmed=False,
        status="Assigned",
        comment="tree, übel",
        estimated_restoration=NOW + timedelta(hours=3),
        cause="Weather",
        subcause="Wind",
        crews=(CrewAssignment("CRW-1", "Crew Ä"), CrewAssignment("CRW-2", "B")),
    )
    with database.write() as connection:
        add_incident(connection, full)
        add_incident(connection, incident("TRF-2", created=NOW - timedelta(days=1)))
    with database.read() as connection:
        incidents = Incidents(connection, Changes())
        assert incidents.find(full.mrid) == full
        assert [each.mrid for each in incidents.all()] == ["INC-TRF-1", "INC-TRF-2"]
        assert incidents.by_mrid(["INC-TRF-1", "INC-9"]) == {"INC-TRF-1": full}
        assert incidents.find("INC-9") is None


def test_an_incident_changes_alone(database):
    with database.write() as connection:
        for device in ("TRF-1", "TRF-2", "TRF-3"):
            add_incident(connection, incident(device, confirmed=False))
        change_incident(connection, "INC-TRF-1", confirmed=True)
        change_incident(connection, "INC-TRF-2", restored_at=NOW)
    with database.read() as connection:
        incidents = Incidents(connection, Changes())
        found_now = {each.device: (each.confirmed, each.restored_at) for each in incidents.all()}
        assert found_now == {"TRF-1": (True, None), "TRF-2": (False, NOW), "TRF-3": (False, None)}
        assert [each.device for each in incidents.open()] == ["TRF-1", "TRF-3"]


def test_a_moment_with_another_zone_is_stored_in_utc(database):
    eastern = NOW.astimezone(ZoneInfo("America/New_York"))
    with database.write() as connection:
        add_incident(connection, incident("TRF-1", created=eastern))
    with database.read() as connection:
        (stored,) = Incidents(connection, Changes()).all()
    assert (stored.created, stored.created.tzinfo) == (NOW, UTC)
