"""The header of replies (D-16)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from crm_contract.contract import load_contract
from crmkit.suite.evidence import wrong
from crmkit.suite.messages import Header
from crmkit.suite.replies.headers import header_checks, header_readings

OPERATION = load_contract().operations["CreatedTroubleTickets"]
REQUEST = Header("created", "TroubleTickets", "2026-05-01T12:00:00Z", "message-1", "correlation-1")


def good() -> dict[str, str]:
    return {
        "Verb": "reply",
        "Noun": "TroubleTickets",
        "Revision": "2.0",
        "Timestamp": datetime.now(UTC).isoformat(),
        "Source": "EcoStruxure GridOps",
        "MessageID": "reply-1",
        "CorrelationID": "correlation-1",
    }


def differing(header: dict[str, str], request: Header | None = REQUEST) -> list[str]:
    seen = {"message-1", "correlation-1", "earlier-reply"}
    return [each.field for each in wrong(header_checks(header, OPERATION, request, seen, datetime.now(UTC)))]


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"Revision": "1"},
        {"Source": "Somebody"},
        {"Timestamp": datetime.now(timezone(timedelta(hours=-5))).isoformat()},
        {"Timestamp": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")},
        {"Timestamp": (datetime.now(UTC) - timedelta(minutes=10)).isoformat()},
    ],
)
def test_good_headers(change: dict[str, str]) -> None:
    assert differing({**good(), **change}) == []


def test_revision_and_source_may_be_absent() -> None:
    header = good()
    del header["Revision"], header["Source"]
    assert differing(header) == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Verb", "created"),
        ("Noun", "troubletickets"),
        ("Timestamp", datetime.now(UTC).replace(tzinfo=None).isoformat()),
        ("Timestamp", "2020-01-01T00:00:00Z"),
        ("Timestamp", "now"),
        ("MessageID", ""),
        ("MessageID", " "),
        ("MessageID", "message-1"),
        ("MessageID", "earlier-reply"),
        ("CorrelationID", "message-1"),
        ("CorrelationID", ""),
    ],
)
def test_wrong_values(name: str, value: str) -> None:
    assert differing({**good(), name: value}) == [f"Header/{name}"]


@pytest.mark.parametrize("name", ["Verb", "Noun", "Timestamp", "MessageID", "CorrelationID"])
def test_missing_elements(name: str) -> None:
    header = good()
    del header[name]
    assert differing(header) == [f"Header/{name}"]


def test_a_request_without_a_header_gives_nothing_to_correlate_with() -> None:
    header = good()
    del header["CorrelationID"]
    assert differing(header, request=None) == []


def test_message_ids_are_new_each_time() -> None:
    seen: set[str] = set()
    assert wrong(header_checks(good(), OPERATION, REQUEST, seen, datetime.now(UTC))) == []
    again = wrong(header_checks(good(), OPERATION, REQUEST, seen, datetime.now(UTC)))
    assert [each.field for each in again] == ["Header/MessageID"]


def test_now_is_the_targets() -> None:
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    header = {**good(), "Timestamp": tomorrow.isoformat()}
    assert [each.field for each in wrong(header_checks(header, OPERATION, REQUEST, set(), tomorrow))] == []
    assert differing(header) == ["Header/Timestamp"]


def differing_context(sent: str | None, observed: str | None) -> list[str]:
    operation = load_contract().operations["GetTroubleTickets"]
    header = good() if observed is None else {**good(), "Context": observed}
    request = replace(REQUEST, context=sent)
    return [each.field for each in wrong(header_checks(header, operation, request, set(), datetime.now(UTC)))]


@pytest.mark.parametrize(
    ("sent", "observed", "wrong"),
    [
        ("active", "active", False),
        ("ARCHIVED", "archived", False),
        ("all", "All", False),
        ("all", "active", True),
        ("active", None, True),
        ("active", "", True),
        ("yesterday", None, False),
        (None, None, False),
    ],
)
def test_a_context_is_echoed(sent: str | None, observed: str | None, wrong: bool) -> None:
    assert differing_context(sent, observed) == (["Header/Context"] if wrong else [])


def test_a_pull_may_be_correlated_by_its_message_id() -> None:
    callbacks = load_contract().operations["GetCallbacks"]
    header = {**good(), "Noun": "CallBacks", "CorrelationID": "message-1"}
    assert wrong(header_checks(header, callbacks, REQUEST, set(), datetime.now(UTC))) == []
    assert header_readings(header, REQUEST) == {"D-16": "CorrelationID is the request's MessageID"}
    assert header_readings(good(), REQUEST) == {}
    header["CorrelationID"] = "message-2"
    assert wrong(header_checks(header, callbacks, REQUEST, set(), datetime.now(UTC)))
