"""What a message says of a callback: everything right passes, and each single thing that is wrong is found."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from callback_examples import NOW, carried, incident

from crm_contract.messages import CallbackTicket, Crew, CustomerData, OutageCode, OutageRecord, Status, UsagePoint
from crmkit.suite.callbacks.content import Expected, content_checks
from crmkit.suite.callbacks.people import Contact
from crmkit.suite.evidence import Aspect
from crmkit.suite.evidence import wrong as wrong_ones
from crmkit.suite.payload_places import Place

EXPECTED = Expected(
    "first",
    "csr-7",
    NOW,
    "1033",
    "Voltage Problem",
    "UP-first",
    "PowerRestored",
    incident("first"),
    [Contact("Ada", None, "Lovelace", "mobile", "0102")],
)


def wrong(expected: Expected = EXPECTED, **changes: Any) -> list[str]:
    checks, _ = content_checks(Place(Aspect.PAYLOAD, "Payload/first"), expected, carried("first", **changes))
    return [each.field.removeprefix("Payload/first/") for each in wrong_ones(checks)]


def test_all_that_is_known() -> None:
    assert wrong() == []


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"csr_id": "csr-8"}, "csrId"),
        ({"csr_id": None}, "csrId"),
        ({"comment": "Who said that?"}, "comment"),
        ({"reason": "EtrUpdate"}, "Reason"),
        ({"reason": None}, "Reason"),
        ({"advice": "Stay calm."}, "advice"),
        ({"contact_detail": "SMS"}, "contactDetail"),
        ({"name": "a name"}, "name"),
        ({"problem_info": "none"}, "problemInfo"),
        ({"date_time": None}, "dateTime"),
        ({"date_time": "2026-05-01T12:01:01Z"}, "dateTime"),
        ({"date_time": "soon"}, "dateTime"),
        ({"incident_record": None}, "IncidentRecord"),
        ({"trouble_tickets": []}, "TroubleTickets"),
    ],
)
def test_an_element_of_the_callback(changes: dict[str, Any], field: str) -> None:
    assert wrong(**changes) == [field]


def test_two_tickets_are_one_too_many() -> None:
    tickets = carried("first").trouble_tickets * 2
    assert wrong(trouble_tickets=tickets) == ["TroubleTickets"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"language_id": "21514"}, "languageId"),
        ({"language_id": None}, "languageId"),
        ({"trouble_code": "Other"}, "troubleCode"),
        ({"trouble_code": None}, "troubleCode"),
        ({"usage_point": None}, "UsagePoint/mRID"),
        ({"usage_point": UsagePoint("UP-second")}, "UsagePoint/mRID"),
        ({"customer_data": CustomerData("Ada", "Lovelace")}, "CustomerData/mobile"),
    ],
)
def test_an_element_of_its_ticket(change: dict[str, Any], field: str) -> None:
    ticket: CallbackTicket = replace(carried("first").trouble_tickets[0], **change)
    assert wrong(trouble_tickets=[ticket]) == [f"TroubleTickets/{field}"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"mrid": "INC-other"}, "mRID"),
        ({"comment": None}, "comment"),
        ({"created_date_time": "2026-05-01T11:00:01Z"}, "createdDateTime"),
        ({"created_date_time": None}, "createdDateTime"),
        ({"estimated_restoration_time": None}, "estimatedRestorationTime"),
        ({"crews": []}, "Crews"),
        ({"crews": [Crew("C-1", "Crew North")]}, "Crews"),
        ({"crews": [Crew("C-2", "Crew South")]}, "Crews"),
        ({"crews": [Crew("C-1", "Crew South"), Crew("C-1", "Crew South")]}, "Crews"),
        ({"status": None}, "status/value"),
        ({"status": Status(value="Assigned")}, "status/value"),
        ({"status": Status(value="Archived")}, "status/value"),
        ({"outage_record": None}, "OutageRecord/OutageCodes/name"),
        ({"outage_record": OutageRecord([OutageCode("Weather", "Hail")])}, "OutageRecord/OutageCodes/subCode"),
    ],
)
def test_an_element_of_its_incident(change: dict[str, Any], field: str) -> None:
    record = carried("first").incident_record
    assert record is not None
    assert f"IncidentRecord/{field}" in wrong(incident_record=replace(record, **change))


@pytest.mark.parametrize("word", ["DISPATCHED", "Field Completed", "FieldCompleted"])
def test_the_status_of_a_restored_incident_may_be_spelled_as_in_the_archive(word: str) -> None:
    record = carried("first").incident_record
    assert record is not None
    assert wrong(incident_record=replace(record, status=Status(value=word))) == []


def test_when_it_was_assigned_is_not_always_known() -> None:
    unknown = replace(EXPECTED, assigned=None)
    assert wrong(unknown, date_time="2020-01-01T00:00:00Z") == []
    later = replace(EXPECTED, assigned=NOW + timedelta(minutes=2))
    assert wrong(later) == ["dateTime"]


def test_what_was_said_before_is_told() -> None:
    said = replace(EXPECTED, comment="Nobody at home.")
    assert wrong(said, comment="Nobody at home.") == []
    assert wrong(said) == ["comment"]
