"""Tickets, callbacks and incidents of the store: found in their order, changed alone, and the CORE hears of it."""

import dataclasses
import json
from datetime import timedelta

import pytest
from builders import NOW, at, callback, caller, incident, on, point, pole
from outages import QUEUE, contact, kept, owed, wanting
from sqlalchemy import select
from stored import NOW_TEXT, row, store_rows

from reference_adapter.outage_model.tickets import SearchParameter
from reference_adapter.storage import tables

HOUR = timedelta(hours=1)
CODES = {"No Power/No Light", "Not Restored"}


@pytest.fixture
def work(store):
    with store.change(NOW) as made:
        yield made


def told(work):
    """What the transaction tells the CORE: kind and mRIDs."""
    work.finish(NOW)
    rows = work.connection.execute(select(tables.outbox).order_by(tables.outbox.c.seq))
    return [(each.entity, json.loads(each.mrids)) for each in rows]


# Tickets


def test_a_ticket_comes_back_as_it_was_stored(work):
    (mrid,) = work.tickets.insert(
        [
            row(
                "a",
                **on("UP-1"),
                **callback((at(hours=1), at(hours=2))),
                **pole(),
                comment="dark",
                csr_id="csr-7",
                customer_data=caller("Ada", "King", "B", mobile="1"),
                source="Portal",
            )
        ]
    )
    assert work.tickets.by_mrid([mrid]) == [
        kept(
            mrid,
            name="a",
            usage_point="UP-1",
            call_back=True,
            comment="dark",
            csr_id="csr-7",
            source="Portal",
            trouble_code="No Power/No Light",
            contacts=(contact("1", middle="B"),),
            location=(SearchParameter("Pole", "PoleID", "P-1"),),
            callback_periods=((NOW + HOUR, NOW + 2 * HOUR),),
        )
    ]


def test_a_ticket_keeps_the_coordinates_as_they_were_sent(work):
    work.tickets.insert([row("a", **point("-97.74310", "30.2672")), row("b")])
    assert [each.point for each in work.tickets.by_name(["a", "b"])] == [("-97.74310", "30.2672"), None]


def test_tickets_are_found_oldest_first_each_once(work):
    first, second, third = work.tickets.insert([row("b", **on("UP-1")), row("a"), row("b", **on("UP-2"))])
    work.tickets.join([first, second], "INC-1")

    def mrids(found):
        return [each.mrid for each in found]

    assert mrids(work.tickets.by_mrid([third, first, third, "x"])) == [first, third]
    assert mrids(work.tickets.by_name(["a", "b"])) == [first, second, third]
    assert mrids(work.tickets.by_incident(["INC-1", "INC-2"])) == [first, second]
    assert mrids(work.tickets.by_usage_point(["UP-2", "UP-1"])) == [first, third]
    assert mrids(work.tickets.by_name([])) == []
    many = [f"x-{number}" for number in range(1200)]
    assert mrids(work.tickets.by_mrid([third, *many, first])) == [first, third]


def test_changing_a_ticket_changes_comment_contacts_and_last_user_and_nothing_else(work):
    first, second = work.tickets.insert([row("a", comment="dark"), row("b")])
    before = work.tickets.by_mrid([first, second])
    people = (contact("1", preferred=True), contact("e", "email"))
    changed = dataclasses.replace(before[0], comment="x", contacts=people, last_update_user="csr-1")
    work.tickets.change([dataclasses.replace(changed, name="z", trouble_code="Other")])
    assert work.tickets.by_mrid([first, second]) == [changed, before[1]]


def test_tickets_join_and_move_between_incidents(work):
    first, second, third = work.tickets.insert([row("a"), row("b"), row("c")])
    work.tickets.join([first, second], "INC-1")
    work.tickets.join([third], "INC-2")
    work.tickets.move("INC-1", "INC-2")
    assert work.tickets.count_by_incident(["INC-1", "INC-2", "INC-3"]) == {"INC-2": 3}
    assert told(work) == [("ticket", [first, second, third])]


def test_power_loss_tickets_without_incident_are_reported_from_a_position_on(work):
    mrids = work.tickets.insert(
        [
            row("a", **on("UP-1")),
            row("b", **on("UP-2"), trouble_code="Other"),
            row("c"),
            {**row("d", **on("UP-3")), "incident": "INC-1"},
            row("e", **on("UP-4"), trouble_code="Not Restored"),
        ]
    )
    a, e = (mrids[0], "UP-1"), (mrids[4], "UP-4")
    assert work.tickets.reported_since(0, CODES, 100) == (5, [a, e])
    assert work.tickets.reported_since(0, CODES, 4) == (4, [a])
    assert work.tickets.reported_since(1, CODES, 4) == (5, [e])
    assert work.tickets.reported_since(5, CODES, 4) == (5, [])
    assert work.tickets.reported_since(9, CODES, 4) == (9, [])
    assert work.tickets.reported_since(0, {"Other"}, 9) == (5, [(mrids[1], "UP-2")])


def test_the_evidence_of_incidents_is_the_usage_points_of_their_power_loss_tickets(work):
    under = [("UP-1", "I-1"), ("UP-1", "I-1"), ("UP-2", "I-1"), ("UP-3", "I-2"), ("UP-4", None)]
    work.tickets.insert([{**row(point, **on(point)), "incident": mrid} for point, mrid in under])
    work.tickets.insert([{**row("x", **on("UP-5"), trouble_code="Other"), "incident": "I-2"}])
    work.tickets.insert([{**row("y"), "incident": "I-2"}])
    found = work.tickets.usage_points_of(["I-1", "I-2", "I-3"], CODES)
    assert found == {"I-1": {"UP-1", "UP-2"}, "I-2": {"UP-3"}}


# Callbacks


FULL = owed(
    "CB-9",
    ticket="TT-9",
    incident="INC-9",
    usage_point=None,
    priority=6,
    language_id=21514,
    reason="EtrUpdate",
    periods=((NOW + HOUR, NOW + 2 * HOUR), (NOW + 3 * HOUR, NOW + 4 * HOUR)),
    comment="ring ☎",
    automatic=True,
    attempts=2,
    not_before=NOW + HOUR,
    assigned_user="csr-1",
    assigned_at=NOW,
    assignment_expires_at=NOW + HOUR,
    result="Busy",
    last_update_user="csr-2",
    last_update=NOW - HOUR,
    closed_at=NOW + 5 * HOUR,
)


def test_a_callback_comes_back_as_it_was_stored(work):
    work.callbacks.add([FULL, owed("CB-1")])
    assert work.callbacks.by_mrid(["CB-1", "CB-9", "x"]) == {"CB-1": owed("CB-1"), "CB-9": FULL}


def test_a_callback_changes_alone(work):
    work.callbacks.add([owed("CB-1"), owed("CB-2")])
    changed = dataclasses.replace(FULL, mrid="CB-2")
    work.callbacks.change([changed])
    assert work.callbacks.by_mrid(["CB-1", "CB-2"]) == {"CB-1": owed("CB-1"), "CB-2": changed}
    assert told(work) == [("callback", ["CB-1", "CB-2"])]


def test_an_incident_s_callbacks_are_counted_and_taken_out(work):
    mine = [owed("CB-3"), owed("CB-1", closed_at=NOW), owed("CB-2")]
    work.callbacks.add([*mine, owed("CB-4", incident="INC-2")])
    assert work.callbacks.count_open("INC-TRF-1") == 2
    assert work.callbacks.count_open_of(["INC-TRF-1", "INC-2", "INC-3"]) == {"INC-TRF-1": 2, "INC-2": 1}
    assert work.callbacks.of_incident("INC-TRF-1") == mine
    assert work.callbacks.remove("INC-TRF-1") == mine
    assert work.callbacks.of_incident("INC-TRF-1") == []
    assert [each.mrid for each in work.callbacks.of_incident("INC-2")] == ["CB-4"]


def test_free_callbacks_wait_highest_priority_first_then_oldest(work):
    work.callbacks.add(
        [
            owed("b", priority=1),
            owed("a", priority=1),
            owed("c", priority=6, language_id=21514),
            owed("held", priority=6).assign("csr-1", NOW, QUEUE),
            owed("over", priority=5).assign("csr-1", NOW - HOUR, QUEUE),
            owed("put off", priority=6, not_before=NOW + HOUR),
            owed("closed", priority=6, closed_at=NOW),
            owed("later", priority=2, periods=((NOW + HOUR, NOW + 2 * HOUR), (NOW + 4 * HOUR, NOW + 5 * HOUR))),
        ]
    )

    def waiting(now=NOW, **filters):
        return [each.mrid for each in work.callbacks.waiting(now, **filters)]

    moment = timedelta(milliseconds=1)
    assert waiting() == ["c", "over", "b", "a"]
    assert "later" not in waiting(NOW + HOUR - moment)
    everybody = ["c", "held", "put off", "over", "later", "b", "a"]
    assert waiting(NOW + HOUR) == waiting(NOW + 3 * HOUR) == waiting(NOW + 5 * HOUR) == everybody
    assert waiting(NOW + 5 * HOUR + moment) == [each for each in everybody if each != "later"]
    assert waiting(priority=1) == ["b", "a"]
    assert waiting(language=21514) == ["c"]
    assert waiting(language=1033, priority=6) == []


def test_assignments_that_are_over_are_found_among_the_open(work):
    over = owed("over").assign("csr-1", NOW - HOUR, QUEUE)
    closed = dataclasses.replace(over, mrid="closed", closed_at=NOW)
    work.callbacks.add([over, owed("held").assign("csr-1", NOW, QUEUE), owed("free"), closed])
    assert work.callbacks.expired(NOW, 9) == [over]
    assert work.callbacks.expired(NOW, 0) == []


def test_missed_callbacks_are_found_among_the_open_that_nobody_holds(work):
    early, late, moment = (NOW, NOW + HOUR), (NOW + 4 * HOUR, NOW + 5 * HOUR), timedelta(milliseconds=1)
    missed, later = owed("missed", periods=(early,)), owed("later", periods=(late, early))
    held = dataclasses.replace(missed, mrid="held").assign("csr-1", NOW + HOUR, QUEUE)
    closed = dataclasses.replace(missed, mrid="closed", closed_at=NOW)
    work.callbacks.add([owed("without"), later, missed, held, closed])
    assert work.callbacks.missed(NOW + HOUR, 9) == []
    assert work.callbacks.missed(NOW + HOUR + moment, 9) == [missed]
    assert work.callbacks.missed(NOW + 5 * HOUR, 9) == [missed, held]
    assert work.callbacks.missed(NOW + 5 * HOUR + moment, 9) == [missed, held, later]
    assert len(work.callbacks.missed(NOW + 6 * HOUR, 2)) == 2


@pytest.mark.parametrize("ask", ["expired", "missed"])
def test_nothing_is_read_of_a_queue_in_which_nothing_is_over(work, ask):
    later = ((NOW + HOUR, NOW + 2 * HOUR),)
    work.callbacks.add([owed(f"CB-{number}", periods=later).assign("csr-1", NOW, QUEUE) for number in range(200)])
    steps = []
    driver = work.connection.connection.driver_connection
    driver.set_progress_handler(lambda: steps.append(1), 10)
    try:
        assert getattr(work.callbacks, ask)(NOW, 1) == []
    finally:
        driver.set_progress_handler(None, 0)
    assert len(steps) < 20


# Incidents


def test_only_changes_of_confirmed_incidents_are_the_workers_concern(store, database):
    def generation():
        return store.state().generation

    def change(before, **changes):
        with store.change(NOW) as work:
            work.incidents.change(before, dataclasses.replace(before, **changes))
            return work.incidents.find(before.mrid)

    before = generation()
    with store.change(NOW) as work:
        work.incidents.add(incident("TRF-1", confirmed=False))
        made = work.incidents.find("INC-TRF-1")
    made = change(made, comment="tree")
    assert generation() == before
    made = change(made, confirmed=True)
    made = change(made, device="LAT-1")
    made = change(made, restored_at=NOW)
    assert generation() == before + 3
    change(made)
    assert generation() == before + 3


def test_incidents_closed_for_long_enough_are_found(work):
    for number, closed in enumerate([None, NOW - HOUR, NOW, NOW + HOUR]):
        work.incidents.add(incident("TRF-1", mrid=f"I-{number}", closed_at=closed))
    assert [each.mrid for each in work.incidents.closed_before(NOW)] == ["I-1", "I-2"]
    assert [each.mrid for each in work.incidents.open()] == ["I-0"]


def test_what_is_shown_of_waiting_tickets_is_what_was_stored(store, database):
    (mrid,) = store_rows(database, wanting("a"))
    with store.view() as work:
        (found,) = work.tickets.by_mrid([mrid])
    assert (found.created, found.call_back) == (NOW_TEXT, True)
