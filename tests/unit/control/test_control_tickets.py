"""The control API: the town, and tickets as the outage model holds them."""

import dataclasses

import pytest
from builders import NOW, at, callback, hazards, incident, on, point
from controlled import detail
from outages import callbacks_of, change_callbacks, outage, wanting
from stored import add_incident, control, found, row, store_rows

from reference_adapter.storage.ims_inbox import put_in_inbox

# The town


def test_usage_points_are_listed_in_pages(api):
    whole = api.get("/usage-points").json()
    assert whole["total"] == 5
    assert [each["mrid"] for each in whole["items"]] == ["UP-1", "UP-2", "UP-3", "UP-4", "UP-5"]
    some = api.get("/usage-points", params={"offset": 1, "limit": 2}).json()
    assert (some["total"], some["items"]) == (5, whole["items"][1:3])
    assert api.get("/usage-points", params={"offset": 5}).json() == {"total": 5, "items": []}


@pytest.mark.parametrize(
    ("device", "points"),
    [
        ("FDR-1", ["UP-1", "UP-2", "UP-3", "UP-4"]),
        ("LAT-1", ["UP-1", "UP-2", "UP-3"]),
        ("TRF-1", ["UP-1", "UP-2"]),
        ("UP-1", ["UP-1"]),
    ],
)
def test_usage_points_under_a_device(api, device, points):
    page = api.get("/usage-points", params={"device": device}).json()
    assert (page["total"], [each["mrid"] for each in page["items"]]) == (len(points), points)


def test_a_usage_point_tells_how_it_is_doing(api, database):
    quiet = {
        "mrid": "UP-1",
        "transformer": "TRF-1",
        "lateral": "LAT-1",
        "feeder": "FDR-1",
        "priority": 0,
        "language_id": 1033,
        "longitude": -97.7,
        "latitude": 30.2,
        "energized": True,
        "active_tickets": 0,
    }
    assert api.get("/usage-points/UP-1").json() == quiet
    store_rows(database, row(**on("UP-1")), row(**on("UP-1")), row(**on("UP-2")))
    control(database, add_incident, incident("LAT-1"))
    assert api.get("/usage-points/UP-1").json() == {**quiet, "energized": False, "active_tickets": 2}


def test_a_predicted_incident_de_energizes_nobody(api, database):
    control(database, add_incident, incident("LAT-1", confirmed=False))
    assert api.get("/usage-points/UP-1").json()["energized"]


@pytest.mark.parametrize("path", ["/usage-points/UP-9", "/usage-points/TRF-1", "/usage-points?device=FDR-9"])
def test_an_unknown_usage_point_or_device_is_not_found(api, path):
    answer = api.get(path)
    assert answer.status_code == 404
    assert detail(answer).startswith("there is no ")


# Tickets


def test_the_store_is_summed_up(api, database, store):
    outage(store, wanting("a"), wanting("b"), row("c"))
    control(database, put_in_inbox, [row(), row()], at())
    first = next(iter(callbacks_of(store).values()))
    change_callbacks(store, dataclasses.replace(first, closed_at=NOW))
    assert api.get("/store").json() == {
        "position": 3,
        "tickets": 3,
        "incidents": 1,
        "pending": 1,
        "messages": 0,
        "callbacks": 2,
        "open_callbacks": 1,
        "archived_tickets": 0,
        "archived_incidents": 0,
        "outbox": 4,
        "now": "2025-06-02T12:00:00.000Z",
    }


def test_what_is_archived_is_summed_up_apart(api, store):
    mrid = outage(store, row("a"), row("b"), closed_at=NOW)
    assert api.post(f"/incidents/{mrid}/archive").status_code == 200
    told = api.get("/store").json()
    assert (told["tickets"], told["incidents"]) == (0, 0)
    assert (told["archived_tickets"], told["archived_incidents"]) == (2, 1)


def test_a_ticket_is_shown_as_the_outage_model_holds_it(api, database):
    changes = {**on("UP-1"), **point(), **callback((at(days=1), at(days=2)), media="SMS"), **hazards("Fire")}
    store_rows(database, row(**changes))
    (shown,) = api.get("/tickets").json()["items"]
    (stored,) = found(database)[1]
    assert shown == stored
    assert set(shown) == {
        "seq",
        "mrid",
        "name",
        "usage_point",
        "reported_usage_point",
        "incident",
        "status",
        "call_back",
        "comment",
        "created_date_time",
        "first_call_date_time",
        "csr_id",
        "language_id",
        "source",
        "trouble_code",
        "callback_media",
        "callback_periods",
        "contacts",
        "hazards",
        "location",
        "position",
        "position_point",
        "last_update_user",
        "located_by",
        "received_at",
        "message_id",
    }


def test_tickets_are_found_by_name_usage_point_incident_and_message(api, database):
    store_rows(
        database,
        {**row("a", **on("UP-1")), "incident": "INC-1", "message_id": "m-1"},
        {**row("b", **on("UP-1")), "message_id": "m-2"},
        {**row("a"), "message_id": "m-2"},
    )

    def seqs(**params):
        page = api.get("/tickets", params=params).json()
        assert page["position"] == 3
        return page["total"], [each["seq"] for each in page["items"]]

    assert seqs() == (3, [1, 2, 3])
    assert seqs(name="a") == (2, [1, 3])
    assert seqs(usage_point="UP-1") == (2, [1, 2])
    assert seqs(incident="INC-1") == (1, [1])
    assert seqs(message_id="m-2") == (2, [2, 3])
    assert seqs(name="a", message_id="m-2") == (1, [3])
    assert seqs(name="nobody") == (0, [])
    assert seqs(name="") == (0, [])
    assert seqs(mrid=found(database)[1][1]["mrid"]) == (1, [2])
    assert seqs(after=1) == (2, [2, 3])
    assert seqs(after=3) == (0, [])
    assert seqs(limit=1) == (3, [1])


def test_a_page_of_tickets_tells_what_waits_at_that_moment(api, database):
    store_rows(database, row(), row())
    control(database, put_in_inbox, [row()], at())
    page = api.get("/tickets", params={"after": 1}).json()
    assert (page["total"], page["position"], page["pending"], len(page["items"])) == (1, 2, 1, 1)
