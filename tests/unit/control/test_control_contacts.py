"""The control API: callers' contacts of an active ticket, and archived tickets by the operations database's columns."""

import pytest
from builders import NOW, at, callback, on, pole, ticket
from controlled import detail
from outages import outage
from stored import found, row, store_rows

from crm_contract.messages import CustomerData, TelephoneNumber

ADA = {"first_name": "Ada", "last_name": "King", "middle_name": None}
NOBODY = {"first_name": None, "last_name": None, "middle_name": None}


@pytest.fixture
def mrid(database):
    person = CustomerData("Ada", "King", mobile_phone=TelephoneNumber("1"), landline_phone=TelephoneNumber("2"))
    (made,) = store_rows(database, row(customer_data=person))
    return made


def shown(database):
    return found(database)[1][0]["contacts"]


def marks(database):
    return [(each["type"], each["value"], each["preferred"]) for each in shown(database)]


def test_a_contact_is_added_behind_the_others(api, database, mrid):
    new = {"first_name": "Bob", "type": "email", "value": "b@example.org"}
    answer = api.post(f"/tickets/{mrid}/contacts", json=new)
    assert answer.status_code == 201
    assert answer.json()["contacts"] == shown(database)
    assert shown(database) == [
        {**ADA, "type": "landline", "value": "2", "preferred": False},
        {**ADA, "type": "mobile", "value": "1", "preferred": False},
        {**NOBODY, **new, "preferred": False},
    ]


def test_a_preferred_contact_is_the_only_one_of_its_type(api, database, mrid):
    api.put(f"/tickets/{mrid}/preferred-contact", json={"type": "landline", "value": "2"})
    for value in ("3", "4"):
        api.post(f"/tickets/{mrid}/contacts", json={"type": "mobile", "value": value, "preferred": True})
    assert marks(database) == [
        ("landline", "2", True),
        ("mobile", "1", False),
        ("mobile", "3", False),
        ("mobile", "4", True),
    ]


def test_the_mark_moves(api, database, mrid):
    api.post(f"/tickets/{mrid}/contacts", json={"type": "mobile", "value": "3", "preferred": True})
    answer = api.put(f"/tickets/{mrid}/preferred-contact", json={"type": "mobile", "value": "1"})
    assert (answer.status_code, answer.json()["contacts"]) == (200, shown(database))
    assert marks(database) == [("landline", "2", False), ("mobile", "1", True), ("mobile", "3", False)]


def test_of_two_people_at_one_number_the_added_one_is_preferred(api, database, mrid):
    new = {"first_name": "Bob", "type": "mobile", "value": "1", "preferred": True}
    api.post(f"/tickets/{mrid}/contacts", json=new)
    assert [(each["first_name"], each["preferred"]) for each in shown(database)] == [
        ("Ada", False),
        ("Ada", False),
        ("Bob", True),
    ]


def test_of_two_people_at_one_number_one_is_preferred(api, database, mrid):
    api.post(f"/tickets/{mrid}/contacts", json={"first_name": "Bob", "type": "mobile", "value": "1"})
    api.put(f"/tickets/{mrid}/preferred-contact", json={"type": "mobile", "value": "1"})
    assert [each["preferred"] for each in shown(database)] == [False, True, False]


@pytest.mark.parametrize("wanted", [{"type": "mobile", "value": "2"}, {"type": "email", "value": "1"}])
def test_a_contact_that_the_ticket_lacks_cannot_be_preferred(api, database, mrid, wanted):
    before = shown(database)
    answer = api.put(f"/tickets/{mrid}/preferred-contact", json=wanted)
    assert (answer.status_code, detail(answer)) == (
        404,
        f"there is no {wanted['type']} {wanted['value']} on ticket {mrid}",
    )
    assert shown(database) == before


@pytest.mark.parametrize(
    "new", [{"type": "fax", "value": "1"}, {"type": "email", "value": ""}, {"value": "1"}, {"type": "email"}]
)
def test_a_contact_that_is_none_is_refused(api, database, mrid, new):
    assert api.post(f"/tickets/{mrid}/contacts", json=new).status_code == 422
    assert len(shown(database)) == 2


def test_contacts_of_an_unknown_ticket_are_not_found(api):
    contact = {"type": "email", "value": "a"}
    for answer in (
        api.post("/tickets/X/contacts", json=contact),
        api.put("/tickets/X/preferred-contact", json=contact),
    ):
        assert (answer.status_code, detail(answer)) == (404, "there is no active ticket X")


# The archive


@pytest.fixture
def archived(api, store):
    """Two tickets that are archived, and one that is not."""
    wish = callback((at(days=1), at(days=2)))
    first = row("a", **on("UP-1"), **wish, comment="dark", source="Portal", csr_id="csr-7")
    mrid = outage(store, first, row("b", **pole()), over=False, restored_at=NOW, closed_at=NOW)
    outage(store, row("c", **on("UP-1")), device="TRF-4")
    assert api.post(f"/incidents/{mrid}/archive").status_code == 200
    return mrid


def test_an_archived_ticket_is_shown_by_the_operations_database_s_columns(api, archived):
    page = api.get("/archive/tickets", params={"name": "a"}).json()
    (stored,) = page["items"]
    assert page["total"] == 1
    assert stored == {
        "seq": 1,
        "UID": stored["UID"],
        "Name": "a",
        "CALLBACK_REQUIRED": 1,
        "COMMENT": "dark",
        "EVENT_TIME": "2025-06-02T12:00:00.000Z",
        "RECEIVED_USER": "csr-7",
        "RECEIVED_TIME": "2025-06-02T12:00:00.000Z",
        "CALL_SOURCE_ID": "OutagePortal",
        "EVENT_REASON_GID": ticket().trouble_code,
        "LOCATION": "[]",
        "SERVICE_DELIVERY_POINT_CUSTOMID": "UP-1",
        "INCIDENTUID": archived,
        "ARCHIVED_TIME": "2025-06-02T12:00:00.000Z",
    }


@pytest.mark.parametrize(
    ("criteria", "names"),
    [
        ({}, ["a", "b"]),
        ({"name": "b"}, ["b"]),
        ({"usage_point": "UP-1"}, ["a"]),
        ({"name": "c"}, []),
        ({"name": "a", "usage_point": "UP-2"}, []),
    ],
)
def test_archived_tickets_are_found(api, archived, criteria, names):
    page = api.get("/archive/tickets", params=criteria).json()
    assert (page["total"], [each["Name"] for each in page["items"]]) == (len(names), names)


def test_archived_tickets_are_found_by_mrid_and_incident_and_limited(api, archived):
    whole = api.get("/archive/tickets", params={"incident": archived}).json()
    assert [each["Name"] for each in whole["items"]] == ["a", "b"]
    one = api.get("/archive/tickets", params={"mrid": whole["items"][1]["UID"]}).json()
    assert [each["Name"] for each in one["items"]] == ["b"]
    some = api.get("/archive/tickets", params={"limit": 1}).json()
    assert (some["total"], len(some["items"])) == (2, 1)
    assert api.get("/archive/tickets", params={"limit": 0}).status_code == 422
