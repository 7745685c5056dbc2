"""What the reply to new tickets says of each: the judge says no."""

from __future__ import annotations

import pytest
from suite_conversations import Told, carried, told

from crm_contract.messages import Crew, IncidentRecord, OutageCode, OutageRecord, Status
from crmkit.suite.errors import Mismatch
from crmkit.suite.replies.carried import expect_reply_tickets
from crmkit.suite.replies.reading import Reply
from crmkit.suite.tickets.written import Ticket

INCIDENT = {
    "mrid": "i-home",
    "comment": "Storm.",
    "created_date_time": "2026-05-01T11:00:00Z",
    "estimated_restoration_time": "2026-05-01T15:00:00Z",
    "crews": [{"mrid": "c-1", "name": "Crew South"}, {"mrid": "c-2", "name": "Crew North"}],
    "cause": "Weather",
    "subcause": "Wind",
    "status": "Dispatched",
    "restored_at": None,
}


def record(**changes: object) -> IncidentRecord:
    made = IncidentRecord(
        "i-home",
        "Storm.",
        "2026-05-01T13:00:00+02:00",
        "2026-05-01T15:00:00Z",
        [Crew("c-2", "Crew North"), Crew("c-1", "Crew South")],
        OutageRecord([OutageCode("Weather", "Wind")]),
        Status(value="Dispatched"),
    )
    for name, value in changes.items():
        setattr(made, name, value)
    return made


@pytest.fixture
def conversation() -> Told:
    conversation, _ = told("5.1-06", "CreatedTroubleTickets")
    conversation.incidents["home"] = INCIDENT
    conversation.tickets = [Ticket("first", 1, "n-first", frozenset(), usage_point="UP-1")]
    return conversation


def judge(conversation: Told, cell: str, shown: IncidentRecord | None) -> str:
    conversation.told = Reply("OK", (), tickets=(carried("first", incident_record=shown),))
    try:
        expect_reply_tickets(conversation, [["ticket", "incident"], ["first", cell]])
    except Mismatch as mismatch:
        return str(mismatch)
    return ""


@pytest.mark.parametrize(
    ("shown", "says"),
    [
        (record(), ""),
        (record(status=Status(value="DISPATCHED")), ""),
        (None, "IncidentRecord: expected incident i-home"),
        (record(crews=[Crew("c-1", "Crew South")]), "IncidentRecord/Crews"),
        (record(crews=[Crew("c-2", "Crew South"), Crew("c-1", "Crew North")]), "IncidentRecord/Crews"),
        (record(crews=[Crew(None, "Crew South"), Crew(None, "Crew North")]), "IncidentRecord/Crews"),
        (record(status=None), "IncidentRecord/status/value"),
        (record(status=Status(value="New")), "IncidentRecord/status/value"),
        (record(status=Status(value="Field Completed")), "IncidentRecord/status/value"),
        (record(created_date_time=None), "IncidentRecord/createdDateTime"),
        (record(created_date_time="2026-05-01T11:00:02Z"), "IncidentRecord/createdDateTime"),
    ],
)
def test_the_incident_that_affects_the_customer(conversation: Told, shown: IncidentRecord | None, says: str) -> None:
    found = judge(conversation, "yes", shown)
    assert says in found
    assert bool(found) is bool(says)


def test_no_incident_affects_the_customer(conversation: Told) -> None:
    assert judge(conversation, "", None) == ""
    assert "IncidentRecord: expected absent" in judge(conversation, "", record())
