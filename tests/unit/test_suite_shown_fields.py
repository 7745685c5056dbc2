"""What a query shows of a ticket, an element at a time: the judges say no."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from crm_contract.messages import (
    CallBackRequest,
    CustomerData,
    IncidentHazard,
    IncidentRecord,
    Location,
    PositionPoint,
    Status,
    TroubleTicket,
    UsagePoint,
)
from crmkit.suite.evidence import Held
from crmkit.suite.tickets.shown_fields import FULL, LIMITED, Found, Shown, in_no_table, only_in_full
from crmkit.suite.tickets.written import Ticket

WHEN = datetime(2026, 5, 1, 12, tzinfo=UTC)
POLE = (("PoleID", "P-1"),)
AT_POLE = Location("PoleID", "P-1", "Pole")
PLACE = ("-97.7431", "30.2672")


def point(x: str, y: str) -> Location:
    return Location(position_point=PositionPoint(x, y))


def shown(sent: dict[str, Any], carried: dict[str, Any], is_archived: bool = False) -> Shown:
    ticket, entry = Ticket("alpha", 1, "n-alpha", frozenset(), trouble_code="Other", csr="csr-4"), TroubleTicket("m")
    for one, changes in ((ticket, sent), (entry, carried)):
        for name, value in changes.items():
            setattr(one, name, value)
    return Shown(ticket, entry, is_archived)


def holds(found: Found) -> bool:
    """Whether what is judged is right, in whatever reading; what is not judged is."""
    return found is None or found.held not in (False, Held.NO)


@pytest.mark.parametrize(
    ("element", "sent", "carried", "right"),
    [
        ("callBack", {"call_back": "true"}, {"call_back": True}, True),
        ("callBack", {"call_back": "true"}, {"call_back": False}, False),
        ("callBack", {"call_back": "true"}, {}, False),
        ("callBack", {}, {"call_back": False}, True),
        ("comment", {"comment": "Dark."}, {"comment": "Dark."}, True),
        ("comment", {"comment": "Dark."}, {"comment": "Dim."}, False),
        ("comment", {"comment": "Dark."}, {}, False),
        ("createdDateTime", {"created": WHEN}, {"created_date_time": "2026-05-01T07:00:00-05:00"}, True),
        ("createdDateTime", {"created": WHEN}, {"created_date_time": "2026-05-01T12:00:02Z"}, False),
        ("createdDateTime", {"created": WHEN}, {}, False),
        ("createdDateTime", {}, {"created_date_time": "2026-05-01T12:00:02Z"}, True),
        ("name", {}, {"name": "n-alpha"}, True),
        ("name", {}, {}, True),
        ("name", {}, {"name": "n-beta"}, False),
        ("source", {"source": "IVR"}, {"source": "IVR"}, True),
        ("source", {"source": "IVR"}, {"source": "Unknown"}, False),
        ("source", {"source": "IVR"}, {}, False),
        ("source", {}, {"source": "Unknown"}, True),
        ("troubleCode", {}, {"trouble_code": "Other"}, True),
        ("troubleCode", {}, {"trouble_code": "Momentary"}, False),
        ("troubleCode", {}, {}, False),
        ("Location", {"kind": "Pole", "parameters": POLE}, {"locations": [AT_POLE]}, True),
        ("Location", {"kind": "Pole", "parameters": POLE}, {"locations": [AT_POLE, point("1", "2")]}, True),
        ("Location", {"kind": "Pole", "parameters": POLE}, {"locations": []}, False),
        ("Location", {"kind": "Pole", "parameters": POLE}, {"locations": [Location("PoleID", "P-2", "Pole")]}, False),
        ("Location", {"kind": "Pole", "parameters": POLE, "in_model": True}, {"locations": []}, True),
        ("Location", {}, {"locations": [AT_POLE]}, False),
        ("Location/PositionPoint", {"position": PLACE}, {"locations": [point(*PLACE)]}, True),
        ("Location/PositionPoint", {"position": PLACE}, {"locations": [point("-97.74310", "30.2672000")]}, True),
        ("Location/PositionPoint", {"position": PLACE}, {"locations": [point("30.2672", "-97.7431")]}, False),
        ("Location/PositionPoint", {"position": PLACE}, {"locations": [point("east", "30.2672")]}, False),
        ("Location/PositionPoint", {"position": PLACE}, {}, False),
        ("Location/PositionPoint", {}, {"locations": [point(*PLACE)]}, True),
        ("UsagePoint/mRID", {"usage_point": "U", "in_model": True}, {"usage_point": UsagePoint("U")}, True),
        ("UsagePoint/mRID", {"usage_point": "U", "in_model": True}, {"usage_point": UsagePoint("V")}, False),
        ("UsagePoint/mRID", {"usage_point": "U", "in_model": True}, {}, False),
        ("UsagePoint/mRID", {}, {"usage_point": UsagePoint("U")}, False),
        ("csrId", {}, {"csr_id": "csr-4"}, True),
        ("csrId", {}, {"csr_id": "csr-5"}, False),
        ("csrId", {}, {}, False),
        ("firstCallDateTime", {"first_call": WHEN}, {"first_call_date_time": "2026-05-01T12:00:00Z"}, True),
        ("firstCallDateTime", {"first_call": WHEN}, {"first_call_date_time": "2026-05-01T11:00:00Z"}, False),
        ("firstCallDateTime", {"first_call": WHEN}, {}, False),
        ("languageId", {"language": "21514"}, {"language_id": "21514"}, True),
        ("languageId", {"language": "21514"}, {"language_id": "1033"}, False),
        ("languageId", {"language": "21514"}, {}, False),
        ("IncidentHazard", {"hazards": ["Fire"]}, {"incident_hazards": [IncidentHazard("Fire")]}, True),
        ("IncidentHazard", {"hazards": ["Fire"]}, {"incident_hazards": []}, False),
        ("IncidentHazard", {"hazards": []}, {"incident_hazards": [IncidentHazard("Fire")]}, False),
    ],
)
def test_elements_of_an_active_ticket(element: str, sent: Any, carried: Any, right: bool) -> None:
    case = shown(sent, carried)
    assert holds(FULL[element](case)) is right
    assert case.readings == {}


@pytest.mark.parametrize(
    ("sent", "observed", "is_archived", "right", "seen"),
    [
        ("CallCenter", "CallCenter", False, True, None),
        ("CallCenter", "CC", False, True, "sources as the other context spells them"),
        ("CallCenter", "CC", True, True, None),
        ("CallCenter", "CallCenter", True, True, "sources as the other context spells them"),
        ("Portal", "OutagePortal", True, True, None),
        ("OutagePortal", "Portal", False, True, None),
        ("Portal", "CC", True, False, None),
        ("CC", "", True, False, None),
    ],
)
def test_both_spellings_of_a_source_pass(
    sent: str, observed: str, is_archived: bool, right: bool, seen: str | None
) -> None:
    case = shown({"source": sent}, {"source": observed}, is_archived)
    assert holds(LIMITED["source"](case)) is right
    assert case.readings.get("D-34") == seen


@pytest.mark.parametrize(
    ("element", "sent", "carried", "right", "seen"),
    [
        ("languageId", {"language": "21514"}, {}, True, None),
        ("languageId", {"language": "21514"}, {"language_id": "21514"}, True, "languageId of archived tickets"),
        ("languageId", {"language": "21514"}, {"language_id": "1033"}, False, None),
        ("Location/PositionPoint", {"position": PLACE}, {}, True, None),
        (
            "Location/PositionPoint",
            {"position": PLACE},
            {"locations": [point(*PLACE)]},
            True,
            "the position of archived tickets",
        ),
        (
            "Location/PositionPoint",
            {"position": PLACE},
            {"locations": [point("1", "2")]},
            False,
            None,
        ),
        ("callBack", {"call_back": "false"}, {"call_back": None}, False, None),
        ("csrId", {}, {}, False, None),
    ],
)
def test_elements_of_an_archived_ticket(element: str, sent: Any, carried: Any, right: bool, seen: str | None) -> None:
    case = shown(sent, carried, is_archived=True)
    assert holds(FULL[element](case)) is right
    assert case.readings.get("D-33") == seen


def test_what_limited_details_do_not_have() -> None:
    full = {
        "csr_id": "c",
        "first_call_date_time": "2026-05-01T12:00:00Z",
        "language_id": "1033",
        "customer_data": CustomerData(),
        "incident_hazards": [IncidentHazard("Fire")],
        "incident_record": IncidentRecord(),
    }
    for name, value in full.items():
        assert len(only_in_full(shown({}, {name: value}).carried)) == 1
    assert len(only_in_full(shown({}, full).carried)) == len(FULL) - len(LIMITED) + 2
    assert only_in_full(shown({}, {"comment": "x", "call_back": True}).carried) == []


def test_what_no_table_has() -> None:
    more = {"status": Status(), "previous_trouble_tickets_count": "0", "call_backs": [CallBackRequest()]}
    assert len(in_no_table(shown({}, more).carried)) == 3
    assert in_no_table(shown({}, {"comment": "x"}).carried) == []
