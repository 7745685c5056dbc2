"""Which tickets a query shows, and how much of each: the judge says no."""

from __future__ import annotations

from typing import Any

import pytest
from suite_conversations import StoreControl, Told, carried, earlier, stored, told

from crm_contract.messages import (
    Crew,
    CustomerData,
    ElectronicAddress,
    IncidentRecord,
    OutageCode,
    OutageRecord,
    Status,
    TroubleTicket,
)
from crmkit.suite.errors import HarnessError, Mismatch
from crmkit.suite.replies.reading import Reply
from crmkit.suite.tickets.showing import add_contacts, expect_shown
from crmkit.suite.tickets.snapshots import take_snapshot
from crmkit.suite.tickets.written import Caller

INCIDENT = {
    "mrid": "i-storm",
    "comment": "Storm.",
    "estimated_restoration_time": "2026-05-01T15:00:00Z",
    "crews": [{"mrid": "c-1", "name": "Crew South"}],
    "cause": "Weather",
    "subcause": "Wind",
    "status": "Dispatched",
    "created_date_time": "2026-05-01T11:00:00Z",
}
ADA = Caller("Ada", None, "Lovelace", {"email": "ada@example.org"})


def record(**changes: Any) -> IncidentRecord:
    made = IncidentRecord(
        "i-storm",
        "Storm.",
        "2026-05-01T11:00:00Z",
        "2026-05-01T10:00:00-05:00",
        [Crew("c-1", "Crew South")],
        OutageRecord([OutageCode("Weather", "Wind")]),
        Status(value="Dispatched"),
    )
    for name, value in changes.items():
        setattr(made, name, value)
    return made


def full(alias: str, **changes: Any) -> TroubleTicket:
    shown = {"trouble_code": "Voltage Problem", "csr_id": "csr-17", "comment": f"{alias}."}
    person = CustomerData("Ada", "Lovelace", electronic_address=ElectronicAddress("ada@example.org"))
    return carried(alias, **{**shown, "customer_data": person, **changes})


def limited(alias: str, **changes: Any) -> TroubleTicket:
    return carried(alias, **{"trouble_code": "Voltage Problem", "comment": f"{alias}.", **changes})


@pytest.fixture
def conversation() -> Told:
    conversation, control = told("6.1-01", "GetTroubleTickets")
    for alias in ("alpha", "beta", "gamma"):
        earlier(conversation, alias, comment=f"{alias}.", caller=ADA)
    control.tickets = [stored(1, "alpha"), stored(2, "beta", incident="i-storm")]
    control.archive = {"m-gamma": {"UID": "m-gamma"}}
    conversation.incidents["storm"] = INCIDENT
    take_snapshot(conversation)
    return conversation


def judge(conversation: Told, extent: str | None, table: list[list[str]], *tickets: TroubleTicket) -> str:
    """What is wrong, empty when nothing is."""
    conversation.told = Reply("OK", (), tickets=tickets)
    try:
        expect_shown(conversation, table, extent)
    except Mismatch as mismatch:
        return str(mismatch)
    return ""


ALPHA = [["ticket"], ["alpha"]]


@pytest.mark.parametrize(
    ("tickets", "says"),
    [
        ((full("alpha"),), ""),
        ((full("alpha", name=None),), ""),
        ((), "Payload: expected 1 tickets, observed 0 tickets"),
        ((full("alpha"), full("alpha")), "observed 2 tickets"),
        ((full("alpha"), full("beta")), "observed 2 tickets"),
        ((full("beta"),), "Payload/alpha: expected a ticket, observed absent"),
        ((full("alpha", comment="Else."),), "Payload/alpha/comment"),
        ((full("alpha", csr_id=None),), "Payload/alpha/csrId"),
        ((full("alpha", customer_data=None),), "Payload/alpha/CustomerData/firstName"),
        ((full("alpha", incident_record=record()),), "Payload/alpha/IncidentRecord/mRID: expected absent"),
    ],
)
def test_full_details(conversation: Told, tickets: tuple[TroubleTicket, ...], says: str) -> None:
    assert says in judge(conversation, "full", ALPHA, *tickets)
    assert bool(judge(conversation, "full", ALPHA, *tickets)) is bool(says)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({}, ""),
        ({"csr_id": "csr-17"}, "Payload/alpha/csrId: expected absent: limited details do not have it"),
        ({"customer_data": CustomerData()}, "Payload/alpha/CustomerData"),
        ({"incident_record": record()}, "Payload/alpha/IncidentRecord"),
        ({"comment": None}, "Payload/alpha/comment"),
        ({"trouble_code": None}, "Payload/alpha/troubleCode"),
    ],
)
def test_limited_details(conversation: Told, changes: dict[str, Any], says: str) -> None:
    found = judge(conversation, "limited", ALPHA, limited("alpha", **changes))
    assert says in found
    assert bool(found) is bool(says)


@pytest.mark.parametrize(
    ("table", "tickets", "says"),
    [
        (ALPHA, (carried("alpha"),), ""),
        (ALPHA, (full("alpha", comment="Else."),), ""),
        (ALPHA, (carried("beta"),), "Payload/alpha: expected a ticket, observed absent"),
        (ALPHA, (carried("alpha"), carried("beta")), "observed 2 tickets"),
        ([["ticket", "email"], ["alpha", "ada@example.org"]], (full("alpha"),), ""),
        ([["ticket", "email"], ["alpha", "ada@example.org"]], (carried("alpha"),), "Payload/alpha/CustomerData"),
    ],
)
def test_details_that_do_not_matter(
    conversation: Told, table: list[list[str]], tickets: tuple[TroubleTicket, ...], says: str
) -> None:
    found = judge(conversation, None, table, *tickets)
    assert says in found
    assert bool(found) is bool(says)


def test_elements_of_no_table_are_told(conversation: Told) -> None:
    assert judge(conversation, "limited", ALPHA, limited("alpha", status=Status(value="Created"))) == ""
    assert conversation.readings_seen == {"D-33": "more elements: status"}


STORM = [["ticket", "incident"], ["beta", "storm"]]


@pytest.mark.parametrize(
    ("shown", "says"),
    [
        (record(), ""),
        (None, "IncidentRecord: expected incident i-storm, observed absent"),
        (record(mrid="i-other"), "IncidentRecord/mRID"),
        (record(comment=None), "IncidentRecord/comment"),
        (record(estimated_restoration_time="2026-05-01T10:00:00Z"), "IncidentRecord/estimatedRestorationTime"),
        (record(crews=[]), "IncidentRecord/Crews"),
        (record(crews=[Crew("c-2", "Crew South")]), "IncidentRecord/Crews"),
        (record(crews=[Crew(None, "Crew South")]), "IncidentRecord/Crews"),
        (record(status=Status(value="Field Completed")), "IncidentRecord/status/value"),
        (record(outage_record=None), "IncidentRecord/OutageRecord/OutageCodes/name"),
        (record(created_date_time=None), "IncidentRecord/createdDateTime"),
        (record(created_date_time="2026-05-01T11:00:02Z"), "IncidentRecord/createdDateTime"),
        (record(status=None), "IncidentRecord/status/value"),
        (record(status=Status(value="New")), "IncidentRecord/status/value"),
    ],
)
def test_the_incident_of_a_ticket(conversation: Told, shown: IncidentRecord | None, says: str) -> None:
    found = judge(conversation, "full", STORM, full("beta", incident_record=shown))
    assert says in found
    assert bool(found) is bool(says)


def test_an_incident_that_the_scenario_does_not_name_is_the_stored_one(conversation: Told) -> None:
    beta = [["ticket"], ["beta"]]
    assert judge(conversation, "full", beta, full("beta", incident_record=record())) == ""
    assert "IncidentRecord/mRID" in judge(conversation, "full", beta, full("beta"))
    none = [["ticket", "incident"], ["beta", ""]]
    assert "IncidentRecord" in judge(conversation, "full", none, full("beta", incident_record=record()))


@pytest.mark.parametrize(
    ("status", "right"), [("Archived", True), ("Closed", True), ("Dispatched", True), ("New", False), ("", False)]
)
def test_the_incident_of_an_archived_ticket(conversation: Told, status: str, right: bool) -> None:
    table = [["ticket", "store", "incident"], ["gamma", "archived", "storm"]]
    shown = full("gamma", incident_record=record(status=Status(value=status)))
    assert (judge(conversation, "full", table, shown) == "") is right


def test_active_tickets_come_first_and_another_order_is_told(conversation: Told) -> None:
    both = [["ticket", "store"], ["alpha", "active"], ["gamma", "archived"]]
    assert judge(conversation, "limited", both, limited("alpha"), limited("gamma")) == ""
    assert conversation.readings_seen == {}
    assert judge(conversation, "limited", both, limited("gamma"), limited("alpha")) == ""
    assert conversation.readings_seen == {"D-32": "archived tickets before active ones"}


def test_nothing_to_show(conversation: Told) -> None:
    assert judge(conversation, "limited", [["ticket"]]) == ""
    assert "observed 1 tickets" in judge(conversation, "limited", [["ticket"]], limited("alpha"))


CONTACTS = [
    ["person", "type", "value", "preferred"],
    ["Ada Lovelace", "email", "ada@example.org", ""],
    ["Charles Babbage", "email", "charles@example.org", "yes"],
]


def test_contacts_of_operators(conversation: Told) -> None:
    control = conversation.run.control
    assert isinstance(control, StoreControl)
    add_contacts(conversation, "alpha", CONTACTS)
    assert control.asked == [
        ("add", "m-alpha", "charles@example.org"),
        ("prefer", "m-alpha", ("email", "charles@example.org")),
    ]
    table = [["ticket", "person", "email"], ["alpha", "Ada Lovelace", "charles@example.org"]]
    per_type = CustomerData("Ada", "Lovelace", electronic_address=ElectronicAddress("charles@example.org"))
    assert judge(conversation, "full", table, full("alpha", customer_data=per_type)) == ""
    assert "email1" in judge(conversation, "full", table, full("alpha"))
    per_person = CustomerData("Charles", "Babbage", electronic_address=ElectronicAddress("charles@example.org"))
    assert judge(conversation, "full", table, full("alpha", customer_data=per_person)) == ""
    assert "D-36" in conversation.readings_seen


@pytest.mark.parametrize(
    ("extent", "table", "says"),
    [
        ("some", ALPHA, "details are full or limited"),
        ("full", [["ticket", "store"], ["alpha", "attic"]], "is no store"),
        ("full", [["ticket", "colour"], ["alpha", "red"]], "no column 'colour'"),
        ("full", [["ticket", "email"], ["alpha", "other@example.org"]], "by D-36 email is 'ada@example.org'"),
        ("full", [["ticket", "incident"], ["alpha", "flood"]], "no incident 'flood'"),
        ("full", [["ticket"], ["ghost"]], "no ticket 'ghost'"),
    ],
)
def test_a_table_that_cannot_be_judged_is_the_features_fault(
    conversation: Told, extent: str, table: list[list[str]], says: str
) -> None:
    with pytest.raises(HarnessError, match=says):
        judge(conversation, extent, table, full("alpha"))
