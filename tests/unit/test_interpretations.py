"""The reading that a profile says its target holds: it passes, and another allowed one fails."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress

import pytest
from suite_conversations import CONTRACT, Told, carried, earlier, stored, told

from crmkit.suite.conversation import SentMessage
from crmkit.suite.errors import Mismatch
from crmkit.suite.evidence import Check
from crmkit.suite.otherwise import AS_USUAL
from crmkit.suite.replies import judging
from crmkit.suite.replies.details import AllOf, Anything, Exactly
from crmkit.suite.replies.expectations import ExpectedError
from crmkit.suite.replies.headers import header_checks
from crmkit.suite.replies.reading import Reply, ReportedError
from crmkit.suite.replies.readings import Sent, admitted, fault_reading, known_readings, readings
from crmkit.suite.tickets.changed import carried_out_besides
from crmkit.suite.tickets.changes import Change
from crmkit.suite.tickets.showing import expect_shown
from crmkit.suite.tickets.snapshots import take_snapshot
from crmkit.suite.tickets.written import Ticket

COLUMNS = ("code", "level", "reason", "details")


@pytest.mark.parametrize(
    ("decision", "known"),
    [
        ("D-03", ("response", "SOAP fault")),
        ("D-08", ("Result OK", "Result PARTIAL", "Result FAILED")),
        ("D-09", ("Result PARTIAL", "Result OK", "Result FAILED")),
        ("D-11", ("Result FAILED", "Result PARTIAL")),
        ("D-12", ("Result by the count of entries", "Result PARTIAL", "Result FAILED")),
        (
            "D-15",
            ("tickets as the message names them", "tickets by name", "tickets by mRID", "tickets by position"),
        ),
        ("D-16", ("CorrelationID is the request's", "CorrelationID is the request's MessageID")),
        ("D-35", ("OK for an unknown usage point", "FAILED for an unknown usage point")),
    ],
)
def test_readings_that_a_profile_may_name(decision: str, known: tuple[str, ...]) -> None:
    assert known_readings()[decision] == known


def test_every_decision_with_readings() -> None:
    assert list(known_readings()) == [
        *("D-03", "D-05", "D-08", "D-09", "D-10", "D-11", "D-12", "D-15", "D-16", "D-19"),
        *("D-22", "D-23", "D-32", "D-33", "D-34", "D-35", "D-36", "D-38"),
    ]


ERROR = ExpectedError("2.7", "FATAL", "Reason", "Details: {0}", {0: Exactly("x")})


def results(row: str, printed: str, said: Mapping[str, str], sent: Sent | None = None) -> list[str]:
    found = [admitted(each, said) for each in readings(row, printed, [ERROR], sent or Sent([], NOW))]
    return [each.result for each in found if each is not None]


NOW = told("5.1-01", "CreatedTroubleTickets")[0].now


@pytest.mark.parametrize(
    ("row", "printed", "said", "left"),
    [
        ("5.1-19", "OK", {}, ["OK", "FAILED", "PARTIAL"]),
        ("5.1-19", "OK", {"D-08": "Result OK"}, ["OK"]),
        ("5.1-19", "OK", {"D-08": "Result FAILED"}, ["FAILED"]),
        ("5.1-23", "PARTIAL", {"D-09": "Result OK"}, ["OK"]),
        ("5.2-09", "FAILED", {"D-11": "Result PARTIAL"}, ["PARTIAL"]),
        ("5.2-09", "FAILED", {"D-08": "Result OK"}, ["FAILED", "PARTIAL"]),
        ("8.1-03", "PARTIAL", {"D-12": "Result by the count of entries"}, ["PARTIAL"]),
        ("8.1-03", "FAILED", {"D-12": "Result by the count of entries"}, ["FAILED"]),
        ("8.1-03", "PARTIAL", {"D-12": "Result FAILED"}, ["FAILED"]),
        ("8.1-03", "FAILED", {"D-12": "Result PARTIAL"}, ["PARTIAL"]),
        ("5.2-04", "FAILED", {"D-10": "every one of several entries is refused"}, ["FAILED"]),
        ("5.2-04", "FAILED", {"D-10": "the first of several entries is carried out"}, ["PARTIAL"]),
        ("6.1-06", "PARTIAL", {"D-32": "OK though some values are unknown"}, ["OK"]),
        # Another question of the same decision leaves this one free.
        ("6.1-06", "PARTIAL", {"D-32": "active tickets before archived ones"}, ["PARTIAL", "OK"]),
    ],
)
def test_results(row: str, printed: str, said: dict[str, str], left: list[str]) -> None:
    assert results(row, printed, said) == left


def test_an_unknown_usage_point() -> None:
    sent = Sent([], NOW, unknown_usage_point=True)
    assert results("6.1-08", "OK", {"D-35": "OK for an unknown usage point"}, sent) == ["OK"]
    assert set(results("6.1-08", "OK", {"D-35": "FAILED for an unknown usage point"}, sent)) == {"FAILED"}


def test_callbacks_that_nobody_pulled() -> None:
    sent = Sent([], NOW, only_unheld_callbacks=True)
    accepted = "the result of a callback that nobody pulled is accepted"
    refused = "the result of a callback that nobody pulled is refused"
    assert results("8.1-05", "FAILED", {"D-38": accepted}, sent) == ["OK"]
    assert "OK" not in results("8.1-05", "FAILED", {"D-38": refused}, sent)


@pytest.mark.parametrize(
    ("said", "errors", "optional"),
    [
        ({}, 1, 1),
        ({"D-22": "an additional UnlocatableLandbaseTroubleTicket"}, 2, 0),
        ({"D-22": "no additional UnlocatableLandbaseTroubleTicket"}, 1, 0),
        ({"D-22": "one Error for each coordinate"}, 1, 1),
    ],
)
def test_an_additional_error(said: dict[str, str], errors: int, optional: int) -> None:
    found = admitted(next(readings("5.1-19", "OK", [ERROR], Sent([], NOW))), said)
    assert found is not None
    assert (len(found.errors), len(found.optional)) == (errors, optional)


def test_a_fault_for_an_invalid_message() -> None:
    assert fault_reading(False, "Client", {"D-03": "SOAP fault"}) == {"D-03": "SOAP fault"}
    assert fault_reading(False, "Client", {"D-03": "response"}) is None


def test_both_coordinates_in_one_error() -> None:
    points = [
        ExpectedError("2.5", "WARNING", "InvalidPositionPoint", "{0} of {1}", {0: Exactly(axis), 1: Exactly("(1, 2)")})
        for axis in ("X", "Y")
    ]
    found = list(readings("5.1-20", "OK", points, Sent([], NOW)))
    counts = {
        said: [len(each.errors) for each in found if admitted(each, {"D-22": said})]
        for said in ("one Error for each coordinate", "one Error for both coordinates")
    }
    assert counts == {"one Error for each coordinate": [2], "one Error for both coordinates": [1]}


# Through the steps.


def conversation_of(row: str, said: dict[str, str]) -> Told:
    conversation, _ = told(row, "CreatedTroubleTickets")
    conversation.run.interpretations = said
    conversation.tickets = [Ticket("first", 1, "n-first", frozenset())]
    conversation.call("first", "n-first", "#1", "1")
    operation = CONTRACT.operations["CreatedTroubleTickets"]
    conversation.message = SentMessage(operation, conversation.make_header(operation), AS_USUAL, True)
    return conversation


def details_check(conversation: Told, named: str, monkeypatch: pytest.MonkeyPatch) -> Check:
    monkeypatch.setattr(judging, "header_checks", lambda *given: [])
    row = ("2.7", "FATAL", "TroubleCodeMissing", "Trouble code missing for trouble ticket(s): {1}.", "first")
    told_so = f"Trouble code missing for trouble ticket(s): {named}."
    conversation.told = Reply("FAILED", (ReportedError("2.7", "FATAL", "TroubleCodeMissing", told_so),))
    with suppress(Mismatch):
        judging.expect_reply(conversation, "FAILED", [[*COLUMNS, "{1}"], row])
    (check,) = [each for each in conversation.checks if each.aspect.value == "details"]
    return check


@pytest.mark.parametrize(
    ("said", "named", "held", "seen"),
    [
        ({}, "n-first", "strict", None),
        ({}, "#1", "reading", "tickets by position"),
        ({"D-15": "tickets by name"}, "n-first", "strict", None),
        ({"D-15": "tickets by name"}, "#1", "no", None),
        ({"D-15": "tickets by position"}, "#1", "reading", "tickets by position"),
        ({"D-15": "tickets by position"}, "n-first", "no", None),
        ({"D-15": "tickets as the message names them"}, "#1", "no", None),
        ({"D-15": "tickets as the message names them"}, "n-first", "strict", None),
    ],
)
def test_names_of_tickets(
    monkeypatch: pytest.MonkeyPatch, said: dict[str, str], named: str, held: str, seen: str | None
) -> None:
    conversation = conversation_of("5.1-14", said)
    assert details_check(conversation, named, monkeypatch).held.value == held
    assert conversation.readings_seen.get("D-15") == seen


@pytest.mark.parametrize(
    ("said", "echoed", "held"),
    [
        ({}, "correlation", "strict"),
        ({}, "message", "reading"),
        ({}, "something", "no"),
        ({"D-16": "CorrelationID is the request's"}, "message", "no"),
        ({"D-16": "CorrelationID is the request's MessageID"}, "message", "reading"),
        ({"D-16": "CorrelationID is the request's MessageID"}, "correlation", "no"),
    ],
)
def test_which_id_comes_back(said: dict[str, str], echoed: str, held: str) -> None:
    conversation, _ = told("7.1-01", "GetCallbacks")
    request = conversation.make_header(conversation.operation)
    ids = {"correlation": request.correlation_id, "message": request.message_id, "something": "else"}
    observed = {"CorrelationID": ids[echoed]}
    checks = header_checks(observed, conversation.operation, request, set(), conversation.now, said)
    assert {check.field: check.held.value for check in checks}["Header/CorrelationID"] == held


@pytest.mark.parametrize(
    ("said", "stores", "is_right"),
    [
        ({}, ("archived", "active"), True),
        ({"D-32": "archived tickets before active ones"}, ("archived", "active"), True),
        ({"D-32": "archived tickets before active ones"}, ("active", "archived"), False),
        ({"D-32": "active tickets before archived ones"}, ("archived", "active"), False),
        ({"D-32": "OK though some values are unknown"}, ("archived", "active"), True),
    ],
)
def test_the_order_of_the_two_stores(said: dict[str, str], stores: tuple[str, str], is_right: bool) -> None:
    conversation, _ = told("6.1-01", "GetTroubleTickets")
    conversation.run.interpretations = said
    for store in stores:
        earlier(conversation, store)
    conversation.told = Reply("OK", (), tickets=tuple(carried(store) for store in stores))
    table = [["ticket", "store"], *([store, store] for store in stores)]
    if is_right:
        expect_shown(conversation, table)
    else:
        with pytest.raises(Mismatch, match="Payload/order"):
            expect_shown(conversation, table)


@pytest.mark.parametrize(
    ("said", "is_carried", "is_first_taken"),
    [
        ({}, True, True),
        ({}, False, False),
        ({"D-10": "the first of several entries is carried out"}, False, True),
        ({"D-10": "every one of several entries is refused"}, True, False),
    ],
)
def test_the_first_of_several_entries(said: dict[str, str], is_carried: bool, is_first_taken: bool) -> None:
    conversation, control = told("5.2-04", "ChangedTroubleTickets")
    conversation.run.interpretations = said
    earlier(conversation, "alpha")
    control.tickets = [stored(1, "alpha", comment="Old.")]
    take_snapshot(conversation)
    conversation.changes = [Change("alpha", 1, "m-alpha", comment="New."), Change("alpha", 2, "m-alpha", comment="No.")]
    conversation.told = Reply("PARTIAL", (), tickets=(carried("alpha"),) if is_carried else ())
    assert list(carried_out_besides(conversation)) == (["alpha"] if is_first_taken else [])


def test_details_of_any_text_are_no_reading() -> None:
    assert Anything().holds_strictly("whatever")
    assert AllOf((("a",),)).other_kinds("a") == set()
