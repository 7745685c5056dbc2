"""The control API: faults that are set, shown and ended."""

import pytest
from builders import ticket
from stored import names


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
