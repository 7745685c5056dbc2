"""The control API: incidents, and what an operator does to them on their way to the archive."""

import dataclasses

import pytest
from builders import NOW, hazards, on, point, pole
from controlled import detail, moved
from outages import callbacks_of, change_callbacks, outage, wanting
from stored import count, found, row

from reference_adapter.storage import ops_tables, tables

NEW = {
    "device": "TRF-1",
    "comment": "tree",
    "estimated_restoration_time": "2025-06-02T17:00:00+02:00",
    "cause": "Weather",
    "subcause": "Wind",
    "crews": [{"mrid": "CRW-1", "name": "Crew 1"}],
    "status": "Assigned",
}
STEPS = ("confirm", "restore", "close", "cancel", "archive")


def made(api, **changes):
    return api.post("/incidents", json={"device": "TRF-1", **changes}).json()["mrid"]


def done(api, mrid, *steps):
    """The incident after these steps, each of which must succeed."""
    for step in steps:
        answer = api.post(f"/incidents/{mrid}/{step}")
        assert answer.status_code == 200, answer.text
    return api.get(f"/incidents/{mrid}").json()


def test_an_incident_is_created_and_read(api):
    answer = api.post("/incidents", json=NEW)
    assert answer.status_code == 201
    created = answer.json()
    assert created == {
        **NEW,
        "mrid": created["mrid"],
        "confirmed": False,
        "restored": False,
        "restored_at": None,
        "closed": False,
        "closed_at": None,
        "archived": False,
        "tickets": 0,
        "created_date_time": "2025-06-02T12:00:00Z",
        "estimated_restoration_time": "2025-06-02T15:00:00Z",
    }
    assert api.get(f"/incidents/{created['mrid']}").json() == created
    assert api.get("/incidents").json() == [created]


def test_an_incident_needs_only_a_device(api):
    created = api.post("/incidents", json={"device": "UP-1", "confirmed": True}).json()
    assert (created["status"], created["confirmed"], created["crews"]) == ("New", True, [])
    assert not api.get("/usage-points/UP-1").json()["energized"]


def test_incidents_are_listed_oldest_first_with_their_tickets(api, store, clock):
    first = outage(store, row("a"), row("b"), over=False)
    second = made(api)
    assert [(each["mrid"], each["tickets"]) for each in api.get("/incidents").json()] == [(first, 2), (second, 0)]


@pytest.mark.parametrize(
    ("device", "status", "says"),
    [
        ("TRF-9", "New", "the network has no device TRF-9"),
        ("TRF-1", "Rained Off", "no status 'Rained Off'; known are "),
    ],
)
def test_what_no_incident_can_have_is_refused(api, database, device, status, says):
    answer = api.post("/incidents", json={"device": device, "status": status})
    assert (answer.status_code, detail(answer).startswith(says)) == (422, True)
    assert count(database, tables.incidents) == 0


# What an operator puts into it


def test_what_is_given_is_set_and_the_rest_stays(api):
    mrid = api.post("/incidents", json=NEW).json()["mrid"]
    before = api.get(f"/incidents/{mrid}").json()
    changed = api.patch(f"/incidents/{mrid}", json={"status": "En Route", "cause": "Animal"}).json()
    assert changed == {**before, "status": "En Route", "cause": "Animal"}
    changed = api.patch(
        f"/incidents/{mrid}", json={"estimated_restoration_time": "2025-06-02T20:00:00Z", "subcause": "Squirrel"}
    ).json()
    assert (changed["estimated_restoration_time"], changed["subcause"]) == ("2025-06-02T20:00:00Z", "Squirrel")
    assert api.patch(f"/incidents/{mrid}", json={}).json() == changed
    taken_back = api.patch(f"/incidents/{mrid}", json={"estimated_restoration_time": None, "status": None}).json()
    assert taken_back == {**changed, "estimated_restoration_time": None}


@pytest.mark.parametrize(
    "body", [{"status": "Rained Off"}, {"status": ""}, {"colour": "red"}, {"estimated_restoration_time": "2025-06-02"}]
)
def test_what_an_operator_cannot_set_is_refused(api, body):
    mrid = made(api)
    before = api.get(f"/incidents/{mrid}").json()
    assert api.patch(f"/incidents/{mrid}", json=body).status_code == 422
    assert api.get(f"/incidents/{mrid}").json() == before


@pytest.mark.parametrize("moment", ["9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+12:00"])
def test_a_restoration_time_beyond_the_calendar_is_refused(api, moment):
    mrid = api.post("/incidents", json={"device": "TRF-1"}).json()["mrid"]
    given = {"estimated_restoration_time": moment}
    assert api.patch(f"/incidents/{mrid}", json=given).status_code == 422
    assert api.post("/incidents", json={"device": "TRF-1", **given}).status_code == 422
    assert api.get(f"/incidents/{mrid}").json()["estimated_restoration_time"] is None


@pytest.mark.parametrize(("step", "status"), [("cancel", "Cancelled"), ("restore", "Closed")])
def test_the_status_of_a_closed_incident_does_not_change(api, step, status):
    mrid = api.post("/incidents", json={"device": "TRF-1"}).json()["mrid"]
    api.post(f"/incidents/{mrid}/{step}")
    answer = api.patch(f"/incidents/{mrid}", json={"status": "New"})
    assert (answer.status_code, status in answer.json()["detail"]) == (409, True)
    assert api.patch(f"/incidents/{mrid}", json={"cause": "Weather"}).json()["cause"] == "Weather"
    assert api.get(f"/incidents/{mrid}").json()["status"] == status


def test_comments_stand_one_behind_the_other(api):
    mrid = made(api)
    assert api.post(f"/incidents/{mrid}/comments", json={"text": "tree"}).json()["comment"] == "tree"
    assert api.post(f"/incidents/{mrid}/comments", json={"text": "cut"}).json()["comment"] == "tree\ncut"
    assert api.post(f"/incidents/{mrid}/comments", json={"text": ""}).status_code == 422


def test_crews_come_and_go(api):
    mrid = made(api)

    def crews(answer):
        assert answer.status_code == 200
        return answer.json()["status"], [(each["mrid"], each["name"]) for each in answer.json()["crews"]]

    path = f"/incidents/{mrid}/crews"
    assert crews(api.post(path, json={"mrid": "C-1", "name": "One"})) == ("Assigned", [("C-1", "One")])
    api.patch(f"/incidents/{mrid}", json={"status": "Arrived"})
    assert crews(api.post(path, json={"mrid": "C-2", "name": "Two"}))[0] == "Arrived"
    again = crews(api.post(path, json={"mrid": "C-1", "name": "Uno"}))
    assert again == ("Arrived", [("C-2", "Two"), ("C-1", "Uno")])
    assert crews(api.delete(f"{path}/C-2")) == ("Arrived", [("C-1", "Uno")])
    assert crews(api.delete(f"{path}/C-9")) == ("Arrived", [("C-1", "Uno")])
    assert api.post(path, json={"mrid": "C-3"}).status_code == 422


# Its life


def test_an_incident_is_confirmed_and_restored(api, database):
    mrid = made(api)
    for act, state, energized in [("confirm", (True, False), False), ("restore", (True, True), True)]:
        before = moved(database)
        changed = api.post(f"/incidents/{mrid}/{act}").json()
        assert (changed["mrid"], changed["confirmed"], changed["restored"]) == (mrid, *state)
        assert api.get("/usage-points/UP-1").json()["energized"] is energized
        assert moved(database) > before


def test_a_restored_incident_that_owes_nobody_a_call_is_closed_at_once(api, store):
    mrid = outage(store, row("a", **on("UP-1")), over=False)
    closed = done(api, mrid, "restore")
    assert (closed["status"], closed["restored_at"], closed["closed_at"]) == (
        "Closed",
        "2025-06-02T12:00:00Z",
        "2025-06-02T12:00:00Z",
    )
    assert (closed["closed"], closed["archived"], closed["tickets"]) == (True, False, 1)


def test_restoring_creates_a_callback_for_each_who_asked(api, store):
    mrid = outage(store, wanting("a"), row("b", **on("UP-2")), wanting("c", "UP-4", language_id="21514"), over=False)
    assert api.get("/callbacks").json()["total"] == 0
    restored = done(api, mrid, "restore")
    assert (restored["restored"], restored["closed"], restored["status"]) == (True, False, "New")
    owed = {each["ticket_name"]: each for each in api.get("/callbacks").json()["items"]}
    assert sorted(owed) == ["a", "c"]
    assert {each["reason"] for each in owed.values()} == {"PowerRestored"}
    assert [owed[name]["language_id"] for name in "ac"] == [1033, 21514]


def test_an_incident_closes_once_no_callback_is_open(api, store):
    mrid = outage(store, wanting("a"), wanting("b"))
    answer = api.post(f"/incidents/{mrid}/close")
    assert (answer.status_code, detail(answer)) == (
        409,
        f"incident {mrid} cannot be closed: 2 callbacks are open",
    )
    change_callbacks(store, *(dataclasses.replace(each, closed_at=NOW) for each in callbacks_of(store).values()))
    assert done(api, mrid, "close")["closed"] is True


def test_archiving_moves_incident_tickets_and_callbacks(api, store, database):
    mrid = outage(store, wanting("a", comment="dark", **hazards("Fire")), wanting("b", **pole()), row("c", **point()))
    other = outage(store, wanting("d"), device="TRF-4")
    change_callbacks(store, *(dataclasses.replace(each, closed_at=NOW) for each in callbacks_of(store).values()))
    before = done(api, mrid, "close")
    archived = done(api, mrid, "archive")
    assert archived == {**before, "archived": True, "status": "Archived"}
    assert [each["mrid"] for each in api.get("/incidents").json()] == [other]
    assert [each["name"] for each in found(database)[1]] == ["d"]
    assert (count(database, tables.callbacks), count(database, ops_tables.archived_callbacks)) == (1, 2)
    assert api.get("/archive/tickets", params={"incident": mrid}).json()["total"] == 3


def test_a_cancelled_incident_stays_cancelled_in_the_archive(api):
    mrid = made(api)
    cancelled = done(api, mrid, "cancel")
    assert (cancelled["status"], cancelled["closed"], cancelled["restored"]) == ("Cancelled", True, False)
    assert done(api, mrid, "archive")["status"] == "Cancelled"


FORBIDDEN = {
    (): ("close", "archive"),
    ("confirm",): ("close", "archive"),
    ("restore",): ("confirm", "restore", "close", "cancel"),
    ("cancel",): ("confirm", "restore", "close", "cancel"),
    ("cancel", "archive"): STEPS,
}


@pytest.mark.parametrize(
    ("before", "step"),
    [(before, step) for before, steps in FORBIDDEN.items() for step in steps],
    ids=lambda each: each if isinstance(each, str) else "-".join(each) or "new",
)
def test_a_step_that_does_not_fit_is_refused_with_the_reason(api, before, step):
    mrid = made(api)
    stood = done(api, mrid, *before)
    answer = api.post(f"/incidents/{mrid}/{step}")
    assert (answer.status_code, detail(answer).startswith(f"incident {mrid} ")) == (409, True)
    assert api.get(f"/incidents/{mrid}").json() == stood


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PATCH", "", {"cause": "Animal"}),
        ("POST", "/comments", {"text": "late"}),
        ("POST", "/crews", {"mrid": "C", "name": "C"}),
        ("DELETE", "/crews/C", None),
    ],
)
def test_an_archived_incident_is_changed_no_more(api, method, path, body):
    mrid = made(api)
    stood = done(api, mrid, "cancel", "archive")
    answer = api.request(method, f"/incidents/{mrid}{path}", json=body)
    assert (answer.status_code, detail(answer)) == (409, f"incident {mrid} is archived")
    assert api.get(f"/incidents/{mrid}").json() == stood


def test_no_crew_is_put_on_an_incident_that_is_over(api):
    mrid = made(api)
    done(api, mrid, "cancel")
    answer = api.post(f"/incidents/{mrid}/crews", json={"mrid": "C", "name": "C"})
    assert (answer.status_code, detail(answer)) == (409, f"incident {mrid} cannot be given a crew: it is over")


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/incidents/X", None),
        ("PATCH", "/incidents/X", {}),
        ("POST", "/incidents/X/comments", {"text": "a"}),
        ("POST", "/incidents/X/crews", {"mrid": "C", "name": "C"}),
        ("DELETE", "/incidents/X/crews/C", None),
        *(("POST", f"/incidents/X/{step}", None) for step in STEPS),
    ],
)
def test_an_unknown_incident_is_not_found(api, method, path, body):
    answer = api.request(method, path, json=body)
    assert (answer.status_code, detail(answer)) == (404, "there is no incident X")


def test_many_incidents_are_created_restored_and_archived_at_once(api, store):
    answer = api.post("/incidents/many", json={"incidents": [NEW, {"device": "UP-1", "confirmed": True}]})
    assert answer.status_code == 201
    created = answer.json()
    assert [(each["device"], each["status"], each["crews"]) for each in created] == [
        ("TRF-1", "Assigned", NEW["crews"]),
        ("UP-1", "New", []),
    ]
    assert api.get("/incidents").json() == created
    mrids = [each["mrid"] for each in created]
    restored = api.post("/incidents/many/restore", json={"mrids": mrids}).json()
    assert [(each["mrid"], each["restored"], each["closed"]) for each in restored] == [(m, True, True) for m in mrids]
    archived = api.post("/incidents/many/archive", json={"mrids": mrids}).json()
    assert [(each["mrid"], each["archived"]) for each in archived] == [(mrid, True) for mrid in mrids]


def test_many_incidents_are_created_all_or_none(api):
    answer = api.post("/incidents/many", json={"incidents": [NEW, {"device": "TRF-9"}]})
    assert (answer.status_code, api.get("/incidents").json()) == (422, [])
    assert api.post("/incidents/many", json={"incidents": []}).status_code == 422


@pytest.mark.parametrize(("step", "status"), [("restore", 404), ("archive", 409)])
def test_what_happens_to_many_happens_to_all_or_none(api, step, status):
    first = made(api)
    answer = api.post(f"/incidents/many/{step}", json={"mrids": [first, "NO-SUCH"]})
    assert answer.status_code == status
    assert api.get(f"/incidents/{first}").json()["restored"] is False
