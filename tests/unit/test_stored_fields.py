"""Stored tickets against what they should hold, a column at a time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from crmkit.suite.access.search_types import Landmark
from crmkit.suite.errors import HarnessError
from crmkit.suite.run import Settings
from crmkit.suite.tickets.stored_fields import JUDGES, Field, Found
from crmkit.suite.tickets.written import Caller, Ticket
from crmkit.suite.values import Period

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
AUSTIN = {"x": 3114226.21, "y": 10070436.13}


def sent(**changes: Any) -> Ticket:
    ticket = Ticket("first", 1, "name-first", frozenset())
    for name, value in changes.items():
        setattr(ticket, name, value)
    return ticket


def judge(column: str, cell: str, ticket: Ticket, **stored: Any) -> Found:
    return JUDGES[column](Field(ticket, cell, stored, Settings(comment_limit=10), NOW, NOW))


def judged(column: str, cell: str, ticket: Ticket, **stored: Any) -> bool:
    found = judge(column, cell, ticket, **stored)
    return found is None or found.holds


KNOWN = sent(usage_point="UP-1", in_model=True)
UNKNOWN = sent(usage_point="UP-X")


@pytest.mark.parametrize(
    ("ticket", "cell", "located", "reported", "right"),
    [
        (KNOWN, "as sent", "UP-1", "UP-1", True),
        (KNOWN, "as sent", None, "UP-1", False),
        (KNOWN, "as sent", "UP-2", "UP-1", False),
        (KNOWN, "as sent", "UP-1", None, False),
        (UNKNOWN, "", None, "UP-X", True),
        (UNKNOWN, "", "UP-X", "UP-X", False),
        (UNKNOWN, "", None, "UP-Y", False),
        (sent(usage_point=" "), "", None, None, True),
        (sent(), "", None, None, True),
        (sent(), "", "UP-1", None, False),
    ],
)
def test_usage_points(ticket: Ticket, cell: str, located: str | None, reported: str | None, right: bool) -> None:
    assert judged("usage point", cell, ticket, usage_point=located, reported_usage_point=reported) is right


@pytest.mark.parametrize(
    ("cell", "by", "position", "right"),
    [
        ("usage point", "usage-point", None, True),
        ("usage point", "landbase", None, False),
        ("landbase", "landbase", AUSTIN, True),
        ("", None, None, True),
        ("", "coordinates", AUSTIN, False),
        ("", None, AUSTIN, False),
    ],
)
def test_located(cell: str, by: str | None, position: Any, right: bool) -> None:
    assert judged("located", cell, sent(), located_by=by, position=position) is right


@pytest.mark.parametrize(
    ("cell", "sent_comment", "stored", "right"),
    [
        ("as sent", "hello", "hello", True),
        ("as sent", "hello", "hell", False),
        ("x*limit", "x" * 11, "x" * 10, True),
        ("x*limit", "x" * 11, "x" * 11, False),
        ("x*limit", "x" * 11, "x" * 9, False),
        ("", None, None, True),
        ("", None, "", True),
        ("", None, "added", False),
    ],
)
def test_comments(cell: str, sent_comment: str | None, stored: str | None, right: bool) -> None:
    assert judged("comment", cell, sent(comment=sent_comment), comment=stored) is right


def test_a_comment_that_says_the_location() -> None:
    ticket = sent(comment="Smoke.", parameters=(("PrimaryStreet", "Elm St"), ("SecondaryStreet", "Oak Ave")))
    for stored, right in (
        ("Smoke. Location: StreetIntersection Elm St / Oak Ave", True),
        ("Smoke. Elm St", False),
        ("Elm St, Oak Ave", False),
        (None, False),
    ):
        assert judged("comment", "says the location", ticket, comment=stored) is right


def test_lists_are_compared_without_order_and_with_repetition() -> None:
    ticket = sent(hazards=["Fire", "Gas Leak"])
    assert judged("hazards", "as sent", ticket, hazards=["Gas Leak", "Fire"])
    assert not judged("hazards", "as sent", ticket, hazards=["Fire"])
    assert not judged("hazards", "as sent", ticket, hazards=["Fire", "Fire", "Gas Leak"])
    assert judged("hazards", "Fire", ticket, hazards=["Fire"])
    assert judge("hazards", "", ticket, hazards=["Dragon"]) == ("none", "Dragon", False)


@pytest.mark.parametrize(
    ("column", "key", "cell", "ticket", "good", "bad"),
    [
        ("trouble code", "trouble_code", "as sent", sent(trouble_code="Other"), "Other", "Momentary"),
        ("source", "source", "Unknown", sent(source="Pigeon"), "Unknown", "Pigeon"),
        ("csr", "csr_id", "as sent", sent(csr="csr-4"), "csr-4", None),
        ("language", "language_id", "1033", sent(language="9999"), 1033, 9999),
        ("language", "language_id", "as sent", sent(language="21514"), 21514, 1033),
        ("call back", "call_back", "as sent", sent(call_back="true"), True, False),
        ("call back", "call_back", "no", sent(), False, True),
        ("media", "callback_media", "", sent(media=["Pigeon"]), [], ["Pigeon"]),
    ],
)
def test_single_values(column: str, key: str, cell: str, ticket: Ticket, good: Any, bad: Any) -> None:
    assert judged(column, cell, ticket, **{key: good})
    assert not judged(column, cell, ticket, **{key: bad})


@pytest.mark.parametrize(
    ("cell", "created", "stored", "right"),
    [
        ("as sent", NOW - HOUR, "2026-05-01T11:00:00Z", True),
        ("as sent", NOW - HOUR, "2026-05-01T13:00:00.400+02:00", True),
        ("as sent", NOW - HOUR, "2026-05-01T12:00:00Z", False),
        ("as sent", NOW - HOUR, None, False),
        ("now", NOW + 9 * HOUR, "2026-05-01T12:00:30Z", True),
        ("now", NOW + 9 * HOUR, "2026-05-01T21:00:00Z", False),
        ("-2h", None, "2026-05-01T10:00:00Z", True),
        ("as sent", None, "2001-01-01T00:00:00Z", True),
    ],
)
def test_moments(cell: str, created: datetime | None, stored: str | None, right: bool) -> None:
    assert judged("created", cell, sent(created=created), created_date_time=stored) is right


def spans(*hours: tuple[int, int]) -> list[dict[str, str]]:
    return [
        {"start": (NOW + a * HOUR).isoformat(), "end": (NOW + b * HOUR).isoformat().replace("+00:00", "Z")}
        for a, b in hours
    ]


@pytest.mark.parametrize(
    ("cell", "stored", "right"),
    [
        ("+1h/+2h", spans((1, 2)), True),
        ("+1h/+2h", spans((1, 2), (1, 2)), True),
        ("+1h/+2h", spans((1, 2), (-3, -1)), False),
        ("+1h/+2h", [], False),
        ("", [], True),
        ("", spans((-3, -1)), False),
        ("as sent", spans((-3, -1)), True),
        ("without -3h/-1h", spans((1, 2)), True),
        ("without -3h/-1h", spans((1, 2), (-3, -1)), False),
    ],
)
def test_periods(cell: str, stored: list[dict[str, str]], right: bool) -> None:
    ticket = sent(periods=[Period(NOW - 3 * HOUR, NOW - HOUR)])
    assert judged("periods", cell, ticket, callback_periods=stored) is right


def test_periods_that_are_kept_by_a_reading_replace_the_cell() -> None:
    field = Field(sent(), "", {"callback_periods": spans((-1, 2))}, Settings(), NOW, NOW)
    found = JUDGES["periods"](field), JUDGES["periods"](field.with_periods([Period(NOW - HOUR, NOW + 2 * HOUR)]))
    assert [each and each.holds for each in found] == [False, True]


@pytest.mark.parametrize(
    ("cell", "position", "right"),
    [
        ("EPSG:2277 3114226.21,10070436.13", AUSTIN, True),
        ("EPSG:2277 3114226.21,10070436.13", {"x": 3114227.1, "y": 10070436.13}, True),
        ("EPSG:2277 3114226.21,10070436.13", {"x": 3114227.5, "y": 10070436.13}, False),
        ("EPSG:2277 3114226.21,10070436.13", {"x": 10070436.13, "y": 3114226.21}, False),
        ("EPSG:2277 3114226.21,10070436.13", {"x": -97.7431, "y": 30.2672}, False),
        ("EPSG:2277 3114226.21,10070436.13", None, False),
        ("as sent", AUSTIN, True),
        ("of the landmark", AUSTIN, True),
        ("of the landmark", {"x": 3114000.0, "y": 10070436.13}, False),
        ("kept", {"x": 1.0, "y": 2.0}, True),
        ("kept", None, False),
        ("", None, True),
        ("", AUSTIN, False),
    ],
)
def test_positions(cell: str, position: Any, right: bool) -> None:
    landmark = Landmark("Pole", (("PoleID", "P-1"),), -97.7431, 30.2672)
    ticket = sent(position=("-97.7431", "30.2672"), landmark=landmark)
    assert judged("position", cell, ticket, position=position) is right


def test_a_model_in_degrees_is_compared_by_the_foot_too() -> None:
    settings = Settings(model_crs="EPSG:4326")
    ticket = sent(position=("-97.7431", "30.2672"))
    near, far = {"x": -97.7431 + 2e-6, "y": 30.2672}, {"x": -97.7431 + 2e-5, "y": 30.2672}
    for position, right in ((near, True), (far, False)):
        found = JUDGES["position"](Field(ticket, "as sent", {"position": position}, settings, NOW, NOW))
        assert found is not None
        assert found.holds is right


def test_locations() -> None:
    ticket = sent(kind="Pole", parameters=(("PoleID", "P-1"),))
    stored = [{"type": "Pole", "description": "PoleID", "name": "P-1"}]
    assert judged("location", "as sent", ticket, location=stored)
    assert not judged("location", "as sent", ticket, location=[])
    assert not judged("location", "", sent(), location=stored)
    with pytest.raises(HarnessError, match="as sent"):
        judge("location", "Pole", ticket, location=stored)


def test_callers() -> None:
    ticket = sent(caller=Caller("Ada", None, "Lovelace", {"email": "a@b.c", "mobile": "1"}))
    person = {"first_name": "Ada", "middle_name": None, "last_name": "Lovelace"}
    contacts = [{**person, "type": "mobile", "value": "1"}, {**person, "type": "email", "value": "a@b.c"}]
    assert judged("caller", "as sent", ticket, contacts=contacts)
    assert not judged("caller", "as sent", ticket, contacts=contacts[:1])
    assert not judged("caller", "as sent", ticket, contacts=[{**contacts[0], "value": "2"}, contacts[1]])


@pytest.mark.parametrize("cell", ["here", "EPSG:2277 1", "of the landmark"])
def test_what_is_no_position_is_the_features_fault(cell: str) -> None:
    with pytest.raises(HarnessError, match=r"position|landbase object"):
        judge("position", cell, sent(), position=AUSTIN)
