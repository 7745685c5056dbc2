"""The control API: every route, and what it says to a mistake."""

import pytest
from builders import NOW, Clock, Fixed, at, callback, hazards, incident, network, on, point, settings, ticket
from fastapi.testclient import TestClient
from stored import add_incident, control, count, found, names, row, store_rows

from reference_adapter.control.app import build_control_app
from reference_adapter.control.neighbours import Neighbours
from reference_adapter.control.simulator import Simulator
from reference_adapter.storage import tables
from reference_adapter.storage.database import Database
from reference_adapter.storage.ims_inbox import put_in_inbox
from reference_adapter.storage.message_log import nonce_is_new
from reference_adapter.storage.shared_state import generation

NEIGHBOURS = Neighbours(soap="http://127.0.0.1:1", landbase="http://127.0.0.1:2", landbase_control="http://127.0.0.1:3")


@pytest.fixture(scope="module")
def standing_clock():
    return Clock()


@pytest.fixture(scope="module")
def kept_database(tmp_path_factory):
    made = Database(tmp_path_factory.mktemp("data") / "gridops.sqlite", busy_seconds=5.0)
    yield made
    made.close()


@pytest.fixture(scope="module")
def client(kept_database, standing_clock):
    """Made once for all tests: building the routes costs more than the tests."""
    simulator = Simulator(kept_database, network(), Fixed(settings()), standing_clock)
    with TestClient(build_control_app(simulator, NEIGHBOURS)) as made:
        yield made


@pytest.fixture
def api(client, database):
    return client


@pytest.fixture
def clock(standing_clock):
    standing_clock.now = NOW
    return standing_clock


@pytest.fixture
def database(kept_database, clock):
    """The store, empty again; not by the API, which is under test."""
    with kept_database.write() as connection:
        for table in tables.metadata.sorted_tables:
            if table is not tables.control_state:
                connection.execute(table.delete())
    return kept_database


def moved(database):
    with database.read() as connection:
        return generation(connection)


def detail(answer):
    return answer.json()["detail"]


# The process


def test_health_and_neighbours(api):
    assert api.get("/health").json() == {"status": "ok"}
    assert api.get("/neighbours").json() == {
        "soap": "http://127.0.0.1:1",
        "landbase": "http://127.0.0.1:2",
        "landbase_control": "http://127.0.0.1:3",
        "ivr": None,
        "ivr_control": None,
    }


def test_the_settings_in_force_are_told(api):
    told = api.get("/settings").json()
    assert {key: told[key] for key in ("comment_limit", "batch_limit", "ims_confirmation_seconds")} == {
        "comment_limit": 500,
        "batch_limit": 10_000,
        "ims_confirmation_seconds": 10.0,
    }
    assert (told["future_skew_seconds"], told["default_language"], told["default_source"]) == (60.0, 1033, "Unknown")
    assert (told["languages"], told["callback_media"]) == (
        [1033, 21514],
        ["Email", "LandlinePhone", "MobilePhone", "SMS"],
    )
    assert told["sources"] == ["CC", "CallCenter", "IVR", "Operator", "OutagePortal", "Portal", "Unknown"]
    assert told["search_types"]["Address"] == ["HouseNumber", "StreetName", "City", "Zip"]
    assert (told["input_crs"], told["model_crs"]) == ("EPSG:4326", "EPSG:2277")
    assert len(told["trouble_codes"]) == 9
    assert len(told["hazards"]) == 12


def test_the_api_describes_itself(api):
    paths = api.get("/openapi.json").json()["paths"]
    assert {path: sorted(methods) for path, methods in paths.items()} == {
        "/health": ["get"],
        "/neighbours": ["get"],
        "/settings": ["get"],
        "/reset": ["post"],
        "/caches/drop": ["post"],
        "/usage-points": ["get"],
        "/usage-points/{mrid}": ["get"],
        "/store": ["get"],
        "/tickets": ["get"],
        "/incidents": ["get", "post"],
        "/incidents/{mrid}": ["get"],
        "/incidents/{mrid}/confirm": ["post"],
        "/incidents/{mrid}/restore": ["post"],
        "/faults": ["get"],
        "/faults/slow-ims": ["delete", "put"],
        "/faults/internal-error": ["delete", "put"],
    }


@pytest.mark.parametrize("path", ["/", "/docs", "/redoc", "/tickets/7", "/faults/flood"])
def test_there_is_nothing_else(api, path):
    assert api.get(path).status_code == 404


def test_reset_forgets_everything_but_the_town(api, database):
    api.post("/incidents", json={"device": "TRF-1"})
    api.put("/faults/slow-ims", json={})
    store_rows(database, row())
    control(database, put_in_inbox, [row()], at())
    control(database, nonce_is_new, "IVR", "n", at(), at())
    before = moved(database)
    assert api.post("/reset").status_code == 204
    assert api.get("/store").json() == {"position": 0, "tickets": 0, "incidents": 0, "pending": 0, "messages": 0}
    assert (api.get("/faults").json(), api.get("/incidents").json()) == ([], [])
    assert count(database, tables.nonces) == 0
    assert api.get("/usage-points").json()["total"] == 5
    assert moved(database) > before


def test_dropping_caches_tells_every_worker_and_keeps_the_store(api, database):
    store_rows(database, row())
    before = moved(database)
    assert api.post("/caches/drop").status_code == 204
    assert moved(database) > before
    assert count(database) == 1


def test_a_busy_store_is_said(store_path, clock):
    database = Database(store_path, busy_seconds=0.05)
    simulator = Simulator(database, network(), Fixed(settings()), clock)
    with TestClient(build_control_app(simulator, NEIGHBOURS)) as api, database.write():
        answer = api.post("/reset")
    database.close()
    assert (answer.status_code, detail(answer), answer.headers["retry-after"]) == (503, "the store is busy", "1")


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


def test_the_store_is_summed_up(api, database):
    store_rows(database, row(), row())
    control(database, put_in_inbox, [row(), row()], at())
    control(database, add_incident, incident("TRF-1"))
    assert api.get("/store").json() == {"position": 2, "tickets": 2, "incidents": 1, "pending": 1, "messages": 0}


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
    assert seqs(after=1) == (2, [2, 3])
    assert seqs(after=3) == (0, [])
    assert seqs(limit=1) == (3, [1])


# Incidents


NEW = {
    "device": "TRF-1",
    "comment": "tree",
    "estimated_restoration_time": "2025-06-02T17:00:00+02:00",
    "cause": "Weather",
    "subcause": "Wind",
    "crews": [{"mrid": "CRW-1", "name": "Crew 1"}],
    "status": "Assigned",
}


def test_an_incident_is_created_and_read(api, database):
    before = moved(database)
    answer = api.post("/incidents", json=NEW)
    assert answer.status_code == 201
    created = answer.json()
    assert created == {
        **NEW,
        "mrid": created["mrid"],
        "confirmed": False,
        "restored": False,
        "created_date_time": "2025-06-02T12:00:00Z",
        "estimated_restoration_time": "2025-06-02T15:00:00Z",
    }
    assert api.get(f"/incidents/{created['mrid']}").json() == created
    assert api.get("/incidents").json() == [created]
    assert moved(database) > before


def test_an_incident_needs_only_a_device(api):
    created = api.post("/incidents", json={"device": "UP-1", "confirmed": True}).json()
    assert (created["status"], created["confirmed"], created["crews"]) == ("New", True, [])
    assert not api.get("/usage-points/UP-1").json()["energized"]


def test_an_incident_is_confirmed_and_restored(api, database):
    mrid = api.post("/incidents", json={"device": "TRF-1"}).json()["mrid"]
    for act, state, energized in [("confirm", (True, False), False), ("restore", (True, True), True)]:
        before = moved(database)
        changed = api.post(f"/incidents/{mrid}/{act}").json()
        assert (changed["mrid"], changed["confirmed"], changed["restored"]) == (mrid, *state)
        assert api.get("/usage-points/UP-1").json()["energized"] is energized
        assert moved(database) > before


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/incidents/X"), ("POST", "/incidents/X/confirm"), ("POST", "/incidents/X/restore")]
)
def test_an_unknown_incident_is_not_found(api, method, path):
    answer = api.request(method, path)
    assert (answer.status_code, detail(answer)) == (404, "there is no X")


def test_an_incident_at_an_unknown_device_is_refused(api, database):
    answer = api.post("/incidents", json={"device": "TRF-9"})
    assert (answer.status_code, detail(answer)) == (422, "the network has no device TRF-9")
    assert count(database, tables.incidents) == 0


# Faults


def test_faults_are_set_shown_and_ended(api):
    assert api.put("/faults/slow-ims", json={"interval_seconds": 2.5}).status_code == 204
    assert api.put("/faults/internal-error", json={"messages": 3, "expires_after_seconds": 60}).status_code == 204
    slow = {"name": "slow-ims", "remaining": None, "seconds": 2.5, "expires_at": None}
    error = {"name": "internal-error", "remaining": 3, "seconds": None, "expires_at": "2025-06-02T12:01:00.000Z"}
    assert sorted(api.get("/faults").json(), key=str) == sorted([slow, error], key=str)
    assert api.delete("/faults/internal-error").status_code == 204
    assert api.get("/faults").json() == [slow]
    assert api.delete("/faults/slow-ims").status_code == 204
    assert api.delete("/faults/slow-ims").status_code == 204
    assert api.get("/faults").json() == []


def test_a_fault_that_expired_is_not_shown(api, clock):
    api.put("/faults/slow-ims", json={"expires_after_seconds": 10})
    clock.advance(seconds=9)
    assert len(api.get("/faults").json()) == 1
    clock.advance(seconds=1)
    assert api.get("/faults").json() == []


def test_faults_have_defaults(api):
    api.put("/faults/slow-ims", json={})
    api.put("/faults/internal-error", json={})
    shown = {
        each["name"]: (each["remaining"], each["seconds"], each["expires_at"]) for each in api.get("/faults").json()
    }
    assert shown == {"slow-ims": (None, None, None), "internal-error": (1, None, None)}


def test_the_next_messages_fail_as_often_as_asked(api, send, database):
    api.put("/faults/internal-error", json={"messages": 1})
    with pytest.raises(Exception, match="an internal error was asked for"):
        send(ticket("a"))
    send(ticket("b"))
    assert (names(database), api.get("/faults").json()) == (["b"], [])


# Mistakes

MISTAKES = [
    ("GET", "/usage-points?limit=0", None),
    ("GET", "/usage-points?limit=100001", None),
    ("GET", "/usage-points?offset=-1", None),
    ("GET", f"/usage-points?offset={10**30}", None),
    ("GET", "/tickets?after=-1", None),
    ("GET", "/tickets?after=x", None),
    ("GET", f"/tickets?after={10**30}", None),
    ("GET", "/tickets?limit=0", None),
    ("POST", "/incidents", {}),
    ("POST", "/incidents", {"device": 7}),
    ("POST", "/incidents", {**NEW, "colour": "red"}),
    ("POST", "/incidents", {**NEW, "estimated_restoration_time": "soon"}),
    ("POST", "/incidents", {**NEW, "estimated_restoration_time": "2025-06-02T17:00:00"}),
    ("POST", "/incidents", {**NEW, "crews": [{"mrid": "CRW-1"}]}),
    ("PUT", "/faults/slow-ims", {"interval_seconds": 0}),
    ("PUT", "/faults/slow-ims", {"interval_seconds": 601}),
    ("PUT", "/faults/slow-ims", {"expires_after_seconds": 0}),
    ("PUT", "/faults/slow-ims", {"expires_after_seconds": 1e300}),
    ("PUT", "/faults/slow-ims", {"interval": 5}),
    ("PUT", "/faults/internal-error", {"messages": 0}),
    ("PUT", "/faults/internal-error", {"messages": 10**30}),
    ("PUT", "/faults/internal-error", {"expires_after_seconds": -1}),
    ("PUT", "/faults/internal-error", {"message": 1}),
    ("PUT", "/faults/internal-error", "now"),
]


@pytest.mark.parametrize(("method", "path", "body"), MISTAKES, ids=lambda each: str(each)[:50])
def test_a_mistake_is_said_and_changes_nothing(api, database, method, path, body):
    before = moved(database)
    answer = api.request(method, path, json=body)
    assert (answer.status_code, bool(detail(answer))) == (422, True)
    assert (moved(database), api.get("/faults").json(), count(database, tables.incidents)) == (before, [], 0)


@pytest.mark.parametrize(("method", "path"), [("GET", "/reset"), ("DELETE", "/tickets"), ("POST", "/faults/slow-ims")])
def test_another_method_is_not_allowed(api, method, path):
    assert api.request(method, path).status_code == 405
