"""Messages that reached the IVR, read from its journal."""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from typing import Any

import pytest
from callback_examples import CONTRACT, NOW

from crmkit.suite.access.exchange import Exchange
from crmkit.suite.access.target import Target
from crmkit.suite.callbacks.ivr_messages import about, header_checks, read_sent, was_taken
from crmkit.suite.errors import Mismatch
from crmkit.suite.evidence import wrong
from crmkit.suite.messages import Header, Messenger

OPERATION = CONTRACT.operations["CreatedCallBacks"]
HEADER = Header("created", "CallBacks", "2026-05-01T12:00:00Z", "message-1", "message-1")
CALLBACK = {"mRID": "CB-first", "csrId": "CrmAdapter", "Reason": "PowerRestored"}


class Wire(Target):
    """Keeps what would be sent."""

    def post(self, url: str, body: bytes, headers: dict[str, str]) -> Exchange:
        return Exchange("POST", url, body, None, "not sent", 0, 0)


def record(header: Header = HEADER, without: str | None = None, **changes: Any) -> dict[str, Any]:
    """What the IVR's journal has of a message."""
    messenger = Messenger(Wire("http://ivr.example", CONTRACT), OPERATION.service)
    body = messenger.prepare(OPERATION, header, {"CallBack": [CALLBACK]}, without).send().request
    kept = {"behaviour": "normal", "valid": True, "callbacks": ["CB-first"], "result": "OK", "problem": None}
    return {**kept, "message_id": header.message_id, "body": body.decode(), **changes}


def test_header_and_callbacks() -> None:
    sent = read_sent(record(), CONTRACT)
    assert sent.taken
    assert sent.message_id == "message-1"
    assert [each.mrid for each in sent.callbacks] == ["CB-first"]
    assert wrong(header_checks(sent, OPERATION, NOW)) == []


@pytest.mark.parametrize(
    ("element", "changes"),
    [
        ("Verb", {"verb": "changed"}),
        ("Noun", {"noun": "Callbacks"}),
        ("CorrelationID", {"correlation_id": "message-2"}),
        ("CorrelationID", {"correlation_id": ""}),
        ("Timestamp", {"timestamp": "2026-05-01T12:00:00"}),
        ("Timestamp", {"timestamp": "2026-05-01T10:00:00Z"}),
    ],
)
def test_each_header_element_is_judged(element: str, changes: dict[str, str]) -> None:
    sent = read_sent(record(dataclasses.replace(HEADER, **changes)), CONTRACT)
    (found,) = wrong(header_checks(sent, OPERATION, NOW))
    assert found.field == f"message to the IVR/Header/{element}"


def test_no_message_id() -> None:
    sent = read_sent(record(without="Header/MessageID"), CONTRACT)
    fields = [each.field.rpartition("/")[2] for each in wrong(header_checks(sent, OPERATION, NOW))]
    assert fields == ["MessageID", "CorrelationID"]


def test_no_timestamp_and_one_of_another_time() -> None:
    sent = read_sent(record(without="Header/Timestamp"), CONTRACT)
    assert [each.observed for each in wrong(header_checks(sent, OPERATION, NOW))] == ["absent"]
    assert wrong(header_checks(read_sent(record(), CONTRACT), OPERATION, NOW + timedelta(hours=2)))


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("", "well-formed XML"),
        ("<html/>", "SOAP 1.1 envelope"),
        ('<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body/></s:Envelope>', "one body element"),
        (record(without="Header/Verb")["body"], "valid against the schema"),
        (record(dataclasses.replace(HEADER, verb="send"))["body"], "valid against the schema"),
        (record(without="Payload")["body"], "valid against the schema"),
    ],
)
def test_a_message_that_is_none(body: str, says: str) -> None:
    with pytest.raises(Mismatch, match=says):
        read_sent(record(body=body), CONTRACT)


def test_a_message_of_another_operation() -> None:
    body = record()["body"].replace("CallBacksMessage", "TroubleTicketsMessage")
    with pytest.raises(Mismatch):
        read_sent(record(body=body), CONTRACT)


@pytest.mark.parametrize(
    ("changes", "taken"),
    [
        ({}, True),
        ({"result": "FAILED"}, False),
        ({"result": None}, False),
        # It says OK, and in another operation's words.
        ({"behaviour": "other-reply"}, False),
    ],
)
def test_what_counts_as_taken(changes: dict[str, Any], taken: bool) -> None:
    assert was_taken(record(**changes)) is taken
    assert read_sent(record(**changes), CONTRACT).taken is taken


def test_messages_about_callbacks_of_the_scenario() -> None:
    own, others, unreadable = record(), record(callbacks=["CB-other"]), record(callbacks=[], valid=False)
    assert about([own, others, unreadable], ["CB-first"]) == [own, unreadable]
