"""The control API: the process, its settings, and what it says to a mistake."""

import pytest
from builders import at, network, settings
from controlled import FakeJobs, control_over, detail, moved
from outages import outage, wanting
from stored import control, count, row, store_rows

from reference_adapter.clock import SimulatedClock
from reference_adapter.storage import tables
from reference_adapter.storage.database import Database
from reference_adapter.storage.ims_inbox import put_in_inbox
from reference_adapter.storage.message_log import nonce_is_new
from reference_adapter.storage.unit_of_work import Store


def test_health_and_neighbours(api):
    assert api.get("/health").json() == {"status": "ok"}
    assert api.get("/neighbours").json() == {
        "soap": "http://127.0.0.1:1",
        "landbase": "http://127.0.0.1:2",
        "landbase_control": "http://127.0.0.1:3",
        "ivr": "http://127.0.0.1:4",
        "ivr_control": "http://127.0.0.1:5",
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


def test_the_settings_of_callbacks_incidents_publisher_and_prediction_are_told(api):
    told = api.get("/settings").json()
    assert told["callback_results"] == [
        "Busy",
        "Declined",
        "Left Message",
        "No Answer",
        "Not Restored",
        "Restored",
        "Undialable",
    ]
    assert told["callback_reasons"] == ["CrewDispatched", "EtrUpdate", "InitialEtr", "PowerRestored"]
    assert {"New", "Assigned", "Dispatched", "En Route", "Arrived", "In Progress", "Suspended"} <= set(
        told["incident_statuses"]
    )
    assert (told["assignment_seconds"], told["requeue_seconds"], told["requeue_limit"]) == (1800.0, 900.0, 3)
    assert told["archive_after_seconds"] == 86_400.0
    assert told["publisher"] == {
        "seconds": 60.0,
        "priorities": [6, 5],
        "batch": 50,
        "tries": 3,
        "retry_seconds": 10.0,
        "timeout_seconds": settings().publisher.timeout_seconds,
        "assignee": "CrmAdapter",
    }
    assert told["prediction"] == {
        "usage_points": 2,
        "transformers": 2,
        "transformer_share": 0.3,
        "laterals": 2,
        "lateral_share": 0.25,
    }


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
        "/tickets/{mrid}/contacts": ["post"],
        "/tickets/{mrid}/preferred-contact": ["put"],
        "/archive/tickets": ["get"],
        "/incidents": ["get", "post"],
        "/incidents/many": ["post"],
        "/incidents/many/restore": ["post"],
        "/incidents/many/archive": ["post"],
        "/incidents/{mrid}": ["get", "patch"],
        "/incidents/{mrid}/comments": ["post"],
        "/incidents/{mrid}/crews": ["post"],
        "/incidents/{mrid}/crews/{crew}": ["delete"],
        "/incidents/{mrid}/confirm": ["post"],
        "/incidents/{mrid}/restore": ["post"],
        "/incidents/{mrid}/close": ["post"],
        "/incidents/{mrid}/cancel": ["post"],
        "/incidents/{mrid}/archive": ["post"],
        "/callbacks": ["get"],
        "/callbacks/{mrid}": ["get"],
        "/callbacks/{mrid}/automatic": ["put"],
        "/clock": ["delete", "get", "put"],
        "/clock/advance": ["post"],
        "/background": ["post"],
        "/background/{job}": ["post"],
        "/replication": ["get"],
        "/log": ["get"],
        "/journal": ["get"],
        "/faults": ["get"],
        "/faults/slow-ims": ["delete", "put"],
        "/faults/internal-error": ["delete", "put"],
    }


@pytest.mark.parametrize("path", ["/", "/docs", "/redoc", "/tickets/7", "/faults/flood"])
def test_there_is_nothing_else(api, path):
    assert api.get(path).status_code == 404


def test_reset_forgets_everything_but_the_town_and_the_clock(api, store, database):
    api.post("/incidents", json={"device": "TRF-1"})
    api.put("/faults/slow-ims", json={})
    outage(store, wanting("a"))
    control(database, put_in_inbox, [row()], at())
    control(database, nonce_is_new, "IVR", "n", at(), at())
    api.post("/clock/advance", json={"seconds": 60})
    before = moved(database)
    assert api.post("/reset").status_code == 204
    assert api.get("/clock").json()["offset_seconds"] == 60.0
    summary = api.get("/store").json()
    assert summary.pop("now") == api.get("/clock").json()["now"]
    assert set(summary.values()) == {0}
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
    store = Store(database, network(), SimulatedClock(clock))
    with control_over(database, store, FakeJobs()) as api, database.write():
        answer = api.post("/reset")
    database.close()
    assert (answer.status_code, detail(answer), answer.headers["retry-after"]) == (503, "the store is busy", "1")


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
    ("POST", "/incidents", {"device": "TRF-1", "colour": "red"}),
    ("POST", "/incidents", {"device": "TRF-1", "estimated_restoration_time": "soon"}),
    ("POST", "/incidents", {"device": "TRF-1", "estimated_restoration_time": "2025-06-02T17:00:00"}),
    ("POST", "/incidents", {"device": "TRF-1", "crews": [{"mrid": "CRW-1"}]}),
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
