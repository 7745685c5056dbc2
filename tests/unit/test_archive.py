"""The operations database: an incident moves there with everything of it, or not at all."""

import dataclasses

from builders import NOW, at, callback, caller, hazards, incident, on, point, search, settings
from outages import callbacks_of, outage, wanting
from sqlalchemy import event, select
from stored import NOW_TEXT, count, names, row

from reference_adapter.operations.incident_life import absorb, archive
from reference_adapter.outage_model.incidents import CrewAssignment
from reference_adapter.storage import ops_tables, tables
from reference_adapter.storage.tables import metadata


def move(store, mrid="INC-LAT-1"):
    with store.change(NOW) as work:
        return archive(work.incidents.find(mrid), work, settings(), NOW)


def rows(database, table):
    with database.read() as connection:
        return [dict(each._mapping) for each in connection.execute(select(table))]


def whole(name="a", **changes):
    return row(
        name,
        **on("UP-1"),
        **callback((at(days=1), at(days=2)), media="SMS"),
        **hazards("Fire", "Gas Leak"),
        comment="dark",
        csr_id="csr-7",
        customer_data=caller("Ada", "King", "Byron", email="a@x", mobile="2"),
        created_date_time=at(hours=-1),
        first_call_date_time=at(hours=-2),
        source="CallCenter",
        **{"locations": search("Pole", ("PoleID", "P-1"))["locations"], **changes},
    )


def test_a_ticket_is_archived_by_the_columns_of_the_operations_database(store, database):
    outage(store, whole(), device="LAT-1", closed_at=NOW)
    (uid,) = [each["mrid"] for each in rows(database, tables.tickets)]
    move(store)
    assert rows(database, ops_tables.tickets) == [
        {
            "seq": 1,
            "UID": uid,
            "Name": "a",
            "CALLBACK_REQUIRED": 1,
            "COMMENT": "dark",
            "EVENT_TIME": "2025-06-02T11:00:00.000Z",
            "RECEIVED_USER": "csr-7",
            "RECEIVED_TIME": "2025-06-02T10:00:00.000Z",
            "CALL_SOURCE_ID": "CC",
            "EVENT_REASON_GID": "No Power/No Light",
            "LOCATION": '[{"type":"Pole","description":"PoleID","name":"P-1"}]',
            "SERVICE_DELIVERY_POINT_CUSTOMID": "UP-1",
            "INCIDENTUID": "INC-LAT-1",
            "ARCHIVED_TIME": NOW_TEXT,
        }
    ]
    person = {"PHONE_CALL_UID": uid, "FIRST_NAME": "Ada Byron", "LAST_NAME": "King", "PREFERRED": 0}
    assert rows(database, ops_tables.caller_contacts) == [
        {**person, "CALLER_CONTACT_GID": 1, "TYPE": "email", "VALUE": "a@x"},
        {**person, "CALLER_CONTACT_GID": 2, "TYPE": "mobile", "VALUE": "2"},
    ]
    assert [(each["PHONE_CALL_UID"], each["PROBLEM_TYPE_GID"]) for each in rows(database, ops_tables.problems)] == [
        (uid, "Fire"),
        (uid, "Gas Leak"),
    ]


def test_an_incident_is_archived_by_the_columns_of_the_operations_database(store, database):
    crews = (CrewAssignment("C-1", "Ä"),)
    outage(
        store,
        device="LAT-1",
        closed_at=NOW,
        comment="tree",
        estimated_restoration=NOW.replace(hour=18),
        cause="Weather",
        subcause="Wind",
        crews=crews,
    )
    move(store)
    assert rows(database, ops_tables.incidents) == [
        {
            "seq": 1,
            "UID": "INC-LAT-1",
            "NOTE": "tree",
            "CreateTime": NOW_TEXT,
            "ESTIMATED_END_TIME": "2025-06-02T18:00:00.000Z",
            "INCIDENT_CAUSE_GID": "Weather",
            "INCIDENT_SUBCAUSE_GID": "Wind",
            "INCIDENT_STATUS_GID": "Archived",
            "INCIDENT_CREW": '[{"mrid":"C-1","name":"Ä"}]',
            "DEVICE": "LAT-1",
            "CONFIRMED": 1,
            "RESTORED_TIME": NOW_TEXT,
            "CLOSED_TIME": NOW_TEXT,
            "ARCHIVED_TIME": NOW_TEXT,
        }
    ]


def test_an_archived_incident_comes_back_as_it_was(store, database):
    outage(store, device="LAT-1", closed_at=NOW, comment="tree", cause="Weather", crews=(CrewAssignment("C", "D"),))
    archived = move(store)
    with store.view() as work:
        assert work.archive.incidents_by_mrid(["INC-LAT-1", "x"]) == {"INC-LAT-1": archived}
        assert work.archive.incidents_by_mrid([]) == {}
        assert work.incidents.all() == []


def test_an_archived_ticket_comes_back_as_far_as_the_archive_tells_it(store):
    places = [*search("Pole", ("PoleID", "P-1"))["locations"], *point()["locations"]]
    outage(store, whole(locations=places), row(None), device="LAT-1", closed_at=NOW)
    with store.view() as work:
        first, second = work.tickets.by_incident(["INC-LAT-1"])
    move(store)
    with store.view() as work:
        found = work.archive.by_mrid([second.mrid, first.mrid])
    joined = tuple(dataclasses.replace(each, first_name="Ada Byron", middle_name=None) for each in first.contacts)
    lost = {"archived": True, "language_id": None, "point": None, "callback_periods": ()}
    assert found == [
        dataclasses.replace(first, contacts=joined, source="CC", **lost),
        dataclasses.replace(second, **lost),
    ]


def test_archived_tickets_are_found_oldest_first(store):
    outage(store, row("a", **on("UP-1")), row("b", **on("UP-2")), row("a"), device="LAT-1", closed_at=NOW)
    outage(store, row("c", **on("UP-1")), device="TRF-4", closed_at=NOW)
    move(store)
    move(store, "INC-TRF-4")
    with store.view() as work:
        assert [each.name for each in work.archive.by_name(["c", "a"])] == ["a", "a", "c"]
        assert [each.name for each in work.archive.by_usage_point(["UP-1", "UP-9"])] == ["a", "c"]
        assert [each.name for each in work.archive.by_incident(["INC-LAT-1"])] == ["a", "b", "a"]
        many = [f"x-{number}" for number in range(1200)]
        assert [each.name for each in work.archive.by_name(["c", *many, "a"])] == ["a", "a", "c"]
        assert work.archive.count_by_incident("INC-LAT-1") == 3


def test_only_the_incident_s_own_goes(store, database):
    outage(store, wanting("a"), device="LAT-1", closed_at=NOW)
    outage(store, wanting("b"), device="FDR-2")
    kept = callbacks_of(store)
    move(store)
    assert names(database) == ["b"]
    assert callbacks_of(store) == {"b": kept["b"]}
    archived = rows(database, ops_tables.archived_callbacks)
    assert [(each["mrid"], each["reason"]) for each in archived] == [(kept["a"].mrid, "PowerRestored")]


def test_thousands_of_tickets_are_archived(store, database):
    outage(store, *(row(str(number)) for number in range(1200)), device="LAT-1", closed_at=NOW)
    move(store)
    assert (count(database), count(database, ops_tables.tickets)) == (0, 1200)


def archive_until(store, number):
    """Archive, but fail at the given statement of the transaction; how many there were."""
    executed = []

    def watched(*_arguments):
        executed.append(1)
        if len(executed) > number:
            raise ZeroDivisionError

    with store.change(NOW) as work:
        event.listen(work.connection, "before_cursor_execute", watched)
        archive(work.incidents.find("INC-LAT-1"), work, settings(), NOW)
    return len(executed)


def test_an_archiving_that_fails_at_any_statement_moves_nothing(store, database):
    outage(store, whole(), wanting("b"), device="LAT-1", closed_at=NOW)
    before = {table.name: rows(database, table) for table in metadata.sorted_tables}
    failures = 0
    while True:
        try:
            archive_until(store, failures)
            break
        except ZeroDivisionError:
            failures += 1
            assert {table.name: rows(database, table) for table in metadata.sorted_tables} == before
    # Reads, six inserts, three deletes, the generation and the outbox.
    assert failures >= 14
    assert (count(database), count(database, ops_tables.tickets)) == (0, 2)


def test_a_predicted_incident_that_is_absorbed_leaves_its_tickets_and_goes(store, database):
    outage(store, row("a"), row("b"), device="TRF-1", over=False, confirmed=False)
    into = incident("LAT-1")
    with store.change(NOW) as work:
        work.incidents.add(into)
        absorb(work.incidents.find("INC-TRF-1"), into, work, settings(), NOW)
    assert {each["incident"] for each in rows(database, tables.tickets)} == {"INC-LAT-1"}
    assert [each["INCIDENT_STATUS_GID"] for each in rows(database, ops_tables.incidents)] == ["Cancelled"]
    assert count(database, ops_tables.tickets) == 0
