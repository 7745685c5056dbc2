"""The control API: the simulated clock, jobs run at once, how far the CORE is behind, and the interface's log."""

import pytest
from builders import NOW, network
from controlled import detail, moved
from outages import outage, wanting
from stored import count, row

from reference_adapter.clock import SimulatedClock
from reference_adapter.storage import tables
from reference_adapter.storage.database import Database
from reference_adapter.storage.interface_log import LogEntry, write_log
from reference_adapter.storage.replication import apply_outbox
from reference_adapter.storage.unit_of_work import Store

TODAY = {"now": "2025-06-02T12:00:00.000Z", "offset_seconds": 0.0}


def test_the_clock_is_the_machine_s_at_first(api, clock):
    assert api.get("/clock").json() == TODAY
    clock.advance(seconds=1.5)
    assert api.get("/clock").json() == {"now": "2025-06-02T12:00:01.500Z", "offset_seconds": 0.0}


def test_time_is_set_goes_on_and_is_reset(api, clock):
    answer = api.put("/clock", json={"now": "2026-01-01T02:00:00+02:00"})
    assert (answer.status_code, answer.json()["now"]) == (200, "2026-01-01T00:00:00.000Z")
    clock.advance(seconds=5)
    assert api.get("/clock").json()["now"] == "2026-01-01T00:00:05.000Z"
    assert api.put("/clock", json={"now": "2020-01-01T00:00:00Z"}).json()["now"] == "2020-01-01T00:00:00.000Z"
    assert api.delete("/clock").status_code == 204
    assert api.get("/clock").json() == {"now": "2025-06-02T12:00:05.000Z", "offset_seconds": 0.0}


def test_time_passes_at_once_and_adds_up(api):
    answer = api.post("/clock/advance", json={"seconds": 1860})
    assert answer.json() == {"now": "2025-06-02T12:31:00.000Z", "offset_seconds": 1860.0}
    answer = api.post("/clock/advance", json={"seconds": 0.5})
    assert answer.json() == {"now": "2025-06-02T12:31:00.500Z", "offset_seconds": 1860.5}


def test_another_process_sees_the_clock_at_once(api, database, clock):
    other = Store(Database(database._path), network(), SimulatedClock(clock))
    try:
        assert other.now() == NOW
        api.post("/clock/advance", json={"seconds": 60})
        assert (other.now() - NOW).total_seconds() == 60
        assert other.clock_offset == 60.0
        api.put("/clock", json={"now": "2020-01-01T00:00:00Z"})
        assert other.now().year == 2020
        api.delete("/clock")
        assert other.now() == NOW
    finally:
        other.database.close()


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PUT", "/clock", {}),
        ("PUT", "/clock", {"now": "tomorrow"}),
        ("PUT", "/clock", {"now": "2026-01-01T00:00:00"}),
        ("PUT", "/clock", {"now": "2026-01-01T00:00:00Z", "zone": "UTC"}),
        ("POST", "/clock/advance", {}),
        ("POST", "/clock/advance", {"seconds": 0}),
        ("POST", "/clock/advance", {"seconds": -1}),
        ("POST", "/clock/advance", {"seconds": 1e12}),
        ("POST", "/clock/advance", {"seconds": "long"}),
    ],
)
def test_a_time_that_is_none_is_refused(api, database, method, path, body):
    before = moved(database)
    assert api.request(method, path, json=body).status_code == 422
    assert (api.get("/clock").json(), moved(database)) == (TODAY, before)


@pytest.mark.parametrize(
    "now",
    ["9999-12-31T00:00:00Z", "0001-01-02T00:00:00Z", "9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+12:00"],
)
def test_a_time_that_no_span_may_be_added_to_is_refused(api, now):
    answer = api.put("/clock", json={"now": now})
    assert (answer.status_code, "1970 to 2999" in str(detail(answer))) == (422, True)
    assert api.get("/clock").json() == TODAY


def test_time_does_not_pass_beyond_what_can_be_told(api):
    api.put("/clock", json={"now": "2999-06-01T00:00:00Z"})
    assert api.post("/clock/advance", json={"seconds": 366 * 86_400}).status_code == 422
    assert api.get("/clock").json()["now"] == "2999-06-01T00:00:00.000Z"


# Jobs


def test_a_job_is_run_by_its_name(api, jobs):
    assert api.post("/background/expiry").json() == {"job": "expiry", "handled": 3}
    assert jobs.ran == ["expiry"]


def test_all_jobs_are_run(api, jobs):
    assert api.post("/background").json() == {"handled": {"expiry": 0, "replication": 7}}
    assert jobs.ran == ["all"]


def test_an_unknown_job_is_not_found(api, jobs):
    answer = api.post("/background/gardening")
    says = "there is no background job gardening; there are expiry, replication"
    assert (answer.status_code, detail(answer), jobs.ran) == (404, says, [])


# Replication


def test_the_lag_of_the_core_is_told(api, store, database, clock):
    assert api.get("/replication").json() == {"lag": 0, "oldest_seconds": None, "applied": 0}
    outage(store, row("a"), over=False)
    clock.advance(seconds=2.5)
    outage(store, wanting("b"), device="FDR-2")
    assert count(database, tables.outbox) == 5
    assert api.get("/replication").json() == {"lag": 5, "oldest_seconds": 2.5, "applied": 0}
    with database.write() as connection:
        apply_outbox(connection)
    assert api.get("/replication").json() == {"lag": 0, "oldest_seconds": None, "applied": 5}


# The log


def test_the_log_is_told_in_pages(api, database):
    with database.write() as connection:
        write_log(connection, LogEntry("FATAL", "first", "m-1", "1.8", "InvalidMessage"), NOW)
        write_log(connection, LogEntry("WARNING", "second", None), NOW)
    first = {
        "seq": 1,
        "at": "2025-06-02T12:00:00.000Z",
        "level": "FATAL",
        "code": "1.8",
        "reason": "InvalidMessage",
        "details": "first",
        "message_id": "m-1",
    }
    second = {**first, "seq": 2, "level": "WARNING", "code": None, "reason": None, "details": "second"}
    second["message_id"] = None
    assert api.get("/log").json() == {"position": 2, "items": [first, second]}
    assert api.get("/log", params={"after": 1}).json() == {"position": 2, "items": [second]}
    assert api.get("/log", params={"limit": 1}).json() == {"position": 2, "items": [first]}
    assert api.get("/log", params={"after": 2}).json() == {"position": 2, "items": []}
