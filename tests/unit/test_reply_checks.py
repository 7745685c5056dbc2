"""A reply judged field by field, as far as it can be read at all."""

from __future__ import annotations

import time
from contextlib import suppress

import pytest
from suite_conversations import CONTRACT, StoreControl, stored

from crmkit.suite.access.exchange import Answer, Exchange
from crmkit.suite.access.target import Target
from crmkit.suite.conversation import Conversation, SentMessage
from crmkit.suite.errors import HarnessError, Mismatch
from crmkit.suite.evidence import Check, wrong
from crmkit.suite.otherwise import AS_USUAL
from crmkit.suite.replies.judging import expect_fault, expect_reply
from crmkit.suite.run import Run
from crmkit.suite.tickets.stored import expect_stored
from crmkit.suite.tickets.written import Ticket

NS = "http://iec.ch/TC57/2011"
OPERATION = CONTRACT.operations["CreatedTroubleTickets"]
ERROR = (
    "<h:Error><h:code>{code}</h:code><h:level>FATAL</h:level><h:reason>TroubleCodeMissing</h:reason>"
    "<h:details>Trouble code missing for trouble ticket(s): n-first.</h:details></h:Error>"
)
TABLE = [
    ["code", "level", "reason", "details", "{1}"],
    ["2.7", "FATAL", "TroubleCodeMissing", "Trouble code missing for trouble ticket(s): {1}.", "first"],
]


def response(conversation: Conversation, result: str = "FAILED", code: str = "2.7", extra: str = "") -> bytes:
    message = conversation.message
    assert message is not None
    return (
        '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>'
        f'<m:TroubleTicketsResponseMessage xmlns:m="{NS}/TroubleTicketsMessage" xmlns:h="{NS}/schema/message">'
        "<m:Header><h:Verb>reply</h:Verb><h:Noun>TroubleTickets</h:Noun>"
        f"<h:Timestamp>{conversation.now.isoformat()}</h:Timestamp><h:MessageID>reply-1</h:MessageID>"
        f"<h:CorrelationID>{message.header.correlation_id}</h:CorrelationID></m:Header>"
        f"<m:Reply><h:Result>{result}</h:Result>{ERROR.format(code=code)}{extra}</m:Reply>"
        "</m:TroubleTicketsResponseMessage></s:Body></s:Envelope>"
    ).encode()


@pytest.fixture
def conversation() -> Conversation:
    run = Run(Target("http://localhost:9", CONTRACT), StoreControl())
    made = Conversation(run, "5.1-14", OPERATION)
    made.note_before()
    made.tickets = [Ticket("first", 1, "n-first", frozenset())]
    made.call("first", "n-first", "#1", "1")
    made.message = SentMessage(OPERATION, made.make_header(OPERATION), AS_USUAL, True)
    return made


def answered(conversation: Conversation, body: bytes, status: int = 200) -> None:
    now = time.monotonic()
    conversation.exchange = Exchange("POST", "http://localhost", b"", Answer(status, {}, body), None, now, now)


def judged(conversation: Conversation, result: str = "FAILED") -> dict[str, Check]:
    with suppress(Mismatch):
        expect_reply(conversation, result, TABLE)
    return {check.field: check for check in conversation.checks}


def held(checks: dict[str, Check], *fields: str) -> list[str]:
    return [checks[field].held.value for field in fields]


FIELDS = ("Reply/Result", "Reply/Error/code", "Reply/Error/level", "Reply/Error/reason", "Reply/Error/details")


def test_all_is_right(conversation: Conversation) -> None:
    answered(conversation, response(conversation))
    checks = judged(conversation)
    assert held(checks, *FIELDS) == ["strict"] * 5
    assert {check.held.value for check in conversation.checks} == {"strict"}
    assert (checks["Reply/Result"].element, checks["Header/Noun"].element) == ("Reply/Result", "Header/Noun")
    assert checks["Payload"].observed == "nothing"


def test_only_the_code_is_wrong(conversation: Conversation) -> None:
    answered(conversation, response(conversation, code="2.8"))
    assert held(judged(conversation), *FIELDS) == ["strict", "no", "strict", "strict", "strict"]


def test_only_the_result_is_wrong(conversation: Conversation) -> None:
    answered(conversation, response(conversation, result="PARTIAL"))
    assert held(judged(conversation), *FIELDS) == ["no", "strict", "strict", "strict", "strict"]


def test_a_reply_that_the_schema_refuses_is_read_all_the_same(conversation: Conversation) -> None:
    answered(conversation, response(conversation, code="2.8", extra="<h:Comment/>"))
    checks = judged(conversation)
    assert held(checks, "reply", *FIELDS) == ["no", "strict", "no", "strict", "strict", "strict"]


def test_the_status_of_a_reply_is_judged_beside_it(conversation: Conversation) -> None:
    answered(conversation, response(conversation), status=500)
    assert [(check.field, check.observed) for check in wrong(judged(conversation).values())] == [("HTTP status", "500")]


def test_of_what_is_no_reply_nothing_else_is_seen(conversation: Conversation) -> None:
    answered(conversation, b"<html/>")
    checks = judged(conversation)
    assert held(checks, "reply", *FIELDS) == ["no", *["unseen"] * 5]
    assert checks["Reply/Error/code"].observed == "no reply that can be read"


def test_the_effect_is_judged_whatever_the_reply_is(conversation: Conversation) -> None:
    answered(conversation, b"<html/>")
    assert isinstance(conversation.run.control, StoreControl)
    conversation.run.control.tickets = [stored(1, "first")]
    with pytest.raises(Mismatch) as caught:
        expect_stored(conversation, [["ticket"]])
    assert [(each.field, each.expected, each.observed) for each in caught.value.differences] == [
        ("stored tickets", "none", "first")
    ]


def test_a_response_in_place_of_a_fault(conversation: Conversation) -> None:
    answered(conversation, response(conversation))
    with pytest.raises(Mismatch) as caught:
        expect_fault(conversation, "Server", TABLE)
    assert [each.field for each in caught.value.differences] == ["kind of reply"]


@pytest.mark.parametrize(
    ("result", "table", "says"),
    [
        ("GOOD", TABLE, "'GOOD' is no Result: write OK, PARTIAL, FAILED"),
        ("FAILED", [TABLE[0], [*TABLE[1][:4], "frist"]], "nothing is called 'frist' in this scenario; known are first"),
        ("FAILED", [TABLE[0], ["2.7", "FATLA", *TABLE[1][2:]]], "'FATLA' is no level: write FATAL, WARNING, INFORM"),
        ("FAILED", [[*TABLE[0], "colour"], [*TABLE[1], "red"]], "a table of errors has the columns"),
    ],
)
def test_mistakes_of_a_scenario(conversation: Conversation, result: str, table: list[list[str]], says: str) -> None:
    answered(conversation, response(conversation))
    with pytest.raises(HarnessError, match=says):
        expect_reply(conversation, result, table)
    with pytest.raises(HarnessError, match="'Sever' is no code of a SOAP fault"):
        expect_fault(conversation, "Sever", TABLE)
