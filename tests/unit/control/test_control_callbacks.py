"""The control API: callbacks listed, shown as they are now, and marked for the external system."""

import dataclasses
from datetime import timedelta

import pytest
from builders import NOW, at
from controlled import detail
from outages import QUEUE, callbacks_of, change_callbacks, outage, wanting


@pytest.fixture
def queue(store):
    """Three callbacks of two incidents, by the names of their tickets."""
    outage(store, wanting("a"), wanting("b", "UP-2"))
    outage(store, wanting("c", "UP-5", (at(hours=1), at(hours=2))), device="FDR-2")
    return callbacks_of(store)


def test_a_callback_is_shown_with_its_ticket(api, queue):
    made = queue["c"]
    shown = api.get(f"/callbacks/{made.mrid}").json()
    assert shown == {
        "seq": 3,
        "mrid": made.mrid,
        "ticket": made.ticket,
        "ticket_name": "c",
        "incident": "INC-FDR-2",
        "usage_point": "UP-5",
        "created_at": "2025-06-02T12:00:00.000Z",
        "priority": 0,
        "language_id": 1033,
        "trouble_code": "No Power/No Light",
        "reason": "PowerRestored",
        "periods": [{"start": "2025-06-02T13:00:00.000Z", "end": "2025-06-02T14:00:00.000Z"}],
        "comment": None,
        "automatic": False,
        "assigned_user": None,
        "assigned_at": None,
        "assignment_expires_at": None,
        "not_before": None,
        "attempts": 0,
        "result": None,
        "closed": False,
        "closed_at": None,
        "last_update_user": None,
        "last_update_time": None,
    }
    assert api.get("/callbacks", params={"mrid": made.mrid}).json()["items"] == [shown]


def test_callbacks_are_found(api, store, queue):
    change_callbacks(store, dataclasses.replace(queue["b"], closed_at=NOW, result="Restored"))

    def names(**params):
        page = api.get("/callbacks", params=params).json()
        assert page["position"] == 3
        return page["total"], [each["ticket_name"] for each in page["items"]]

    assert names() == (3, ["a", "b", "c"])
    assert names(incident="INC-FDR-1") == (2, ["a", "b"])
    assert names(ticket=queue["c"].ticket) == (1, ["c"])
    assert names(usage_point="UP-2") == (1, ["b"])
    assert names(open="true") == (2, ["a", "c"])
    assert names(open="false") == (1, ["b"])
    assert names(open="true", incident="INC-FDR-1") == (1, ["a"])
    assert names(after=1) == (3, ["b", "c"])
    assert names(limit=1) == (3, ["a"])
    assert names(mrid="X") == (0, [])


def test_who_holds_a_callback_is_told_until_the_assignment_is_over(api, store, clock, queue):
    change_callbacks(store, queue["a"].assign("csr-1", NOW, QUEUE))
    path = f"/callbacks/{queue['a'].mrid}"
    held = api.get(path).json()
    assert (held["assigned_user"], held["assigned_at"], held["assignment_expires_at"]) == (
        "csr-1",
        "2025-06-02T12:00:00.000Z",
        "2025-06-02T12:30:00.000Z",
    )
    clock.advance(minutes=30, milliseconds=-1)
    assert api.get(path).json()["assigned_user"] == "csr-1"
    clock.advance(milliseconds=1)
    free = api.get(path).json()
    assert (free["assigned_user"], free["assigned_at"], free["assignment_expires_at"]) == (None, None, None)


def test_what_became_of_a_callback_is_told(api, store, queue):
    later = NOW + timedelta(minutes=15)
    put_back = dataclasses.replace(
        queue["a"], attempts=1, not_before=later, result="Busy", last_update_user="csr-1", last_update=NOW, comment="x"
    )
    change_callbacks(store, put_back, dataclasses.replace(queue["b"], closed_at=NOW, result="Restored"))
    told = api.get(f"/callbacks/{queue['a'].mrid}").json()
    assert (told["attempts"], told["not_before"], told["result"], told["comment"]) == (
        1,
        "2025-06-02T12:15:00.000Z",
        "Busy",
        "x",
    )
    assert (told["last_update_user"], told["last_update_time"]) == ("csr-1", "2025-06-02T12:00:00.000Z")
    told = api.get(f"/callbacks/{queue['b'].mrid}").json()
    assert (told["closed"], told["closed_at"], told["result"]) == (True, "2025-06-02T12:00:00.000Z", "Restored")


def test_a_callback_is_marked_for_the_external_system_and_back(api, queue):
    path = f"/callbacks/{queue['a'].mrid}"
    for mark in (True, False):
        answer = api.put(f"{path}/automatic", json={"automatic": mark})
        assert (answer.status_code, answer.json()["automatic"]) == (200, mark)
        assert api.get(path).json()["automatic"] is mark
        assert [each["automatic"] for each in api.get("/callbacks").json()["items"]] == [mark, False, False]


def test_an_unknown_callback_is_not_found(api):
    for answer in (api.get("/callbacks/X"), api.put("/callbacks/X/automatic", json={"automatic": True})):
        assert (answer.status_code, detail(answer)) == (404, "there is no callback X")


@pytest.mark.parametrize("path", ["/callbacks?open=maybe", "/callbacks?limit=0", "/callbacks?after=-1"])
def test_a_mistake_in_a_search_is_said(api, path):
    assert api.get(path).status_code == 422


@pytest.mark.parametrize("body", [{}, {"automatic": None}, {"automatic": "perhaps"}, {"automatic": True, "by": "me"}])
def test_a_mark_that_is_none_is_refused(api, queue, body):
    assert api.put(f"/callbacks/{queue['a'].mrid}/automatic", json=body).status_code == 422
    assert api.get(f"/callbacks/{queue['a'].mrid}").json()["automatic"] is False
