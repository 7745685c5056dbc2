"""Rows 5.1-01 to 5.1-04, and what surrounds every operation: reply header, correlation, faults."""

import dataclasses
import re
import uuid

import pytest
from builders import Clock, Fixed, contract, settings, shipped_errors, ticket
from requests_xml import (
    CHANGED,
    OPERATION,
    answered,
    body_element,
    errors_of,
    header_of,
    header_xml,
    payload_xml,
    result_of,
    wrapped,
)

from crm_contract.envelope import ReportedError
from crm_soap.faults import SoapFault
from reference_adapter.operations.replies import Result
from reference_adapter.rules.created_trouble_tickets import CREATE_RULES
from reference_adapter.soap.pipeline import Pipeline, Reply
from reference_adapter.storage.database import StoreBusy

SAID = ReportedError("2.7", "WARNING", "Odd", "so it is")


class Work:
    """The operation's own part: answers, or fails."""

    def __init__(self, failure=None):
        self.failure = failure
        self.calls = []

    def __call__(self, body, header):
        self.calls.append((body, header))
        if self.failure:
            raise self.failure
        return Reply(Result.PARTIAL, [SAID], "")


def pipeline(work=None, errors=None, operation=OPERATION, clock=None, **changes):
    return Pipeline(
        operation,
        contract(),
        CREATE_RULES,
        Fixed(errors or shipped_errors()),
        Fixed(settings(**changes)),
        clock or Clock(),
        7,
        work or Work(),
    )


def reply_to(*parts, **changes):
    return answered(pipeline(**changes)(body_element(*parts)))


def refused(*parts, **changes):
    """The Errors of a message that must be refused before its operation sees it."""
    work = Work()
    reply = reply_to(*parts, work=work, **changes)
    assert work.calls == []
    assert (result_of(reply), reply.find("{*}Payload")) == ("FAILED", None)
    return errors_of(reply)


def invalid_verb(verb):
    return ("2.9", "FATAL", "InvalidVerb", f"Invalid verb: {verb}.")


def invalid_noun(noun):
    return ("2.5", "FATAL", "InvalidNoun", f"Invalid noun: {noun}.")


def test_a_valid_message_is_the_operation_s():
    work = Work()
    body = body_element(None, payload_xml(ticket("a"), ticket("b")))
    reply = answered(pipeline(work)(body))
    ((seen, header),) = work.calls
    assert seen is body
    assert (header.verb, header.noun, header.message_id, header.source) == (
        "created",
        "TroubleTickets",
        "message-1",
        "IVR",
    )
    assert (result_of(reply), errors_of(reply)) == ("PARTIAL", [("2.7", "WARNING", "Odd", "so it is")])
    assert len(reply.find("{*}Payload/{*}TroubleTickets")) == 0


# 5.1-01 and 5.1-02

VERBS = ["create", "changed", "get", "reply", "executed", "cancel", "update", "Created", "CREATED", "nonsense", ""]


@pytest.mark.parametrize("verb", [*VERBS, " created", "created "])
def test_a_verb_that_is_not_the_operation_s_is_refused(verb):
    assert refused(header_xml(Verb=verb)) == [invalid_verb(verb)]


@pytest.mark.parametrize("noun", ["TroubleTicket", "CallBacks", "CallBackResults", "nonsense", "", " TroubleTickets"])
def test_a_noun_that_is_not_the_operation_s_is_refused(noun):
    assert refused(header_xml(Noun=noun)) == [invalid_noun(noun)]


def test_a_wrong_verb_and_a_wrong_noun_are_two_errors():
    assert refused(header_xml(Verb="get", Noun="CallBacks")) == [invalid_verb("get"), invalid_noun("CallBacks")]


@pytest.mark.parametrize("noun", ["troubletickets", "TROUBLETICKETS", "troubleTickets"])
def test_a_noun_is_taken_in_any_case_and_answered_in_the_canonical_one(noun):
    reply = reply_to(header_xml(Noun=noun))
    assert result_of(reply) == "PARTIAL"
    assert header_of(reply)["Noun"] == "TroubleTickets"


def test_a_wrong_verb_or_noun_is_answered_with_the_right_ones():
    header = header_of(reply_to(header_xml(Verb="get", Noun="CallBacks")))
    assert (header["Verb"], header["Noun"]) == ("reply", "TroubleTickets")


@pytest.mark.parametrize("verb", ["update", "updated"])
def test_synonyms_of_the_changed_verb_are_accepted(verb):
    reply = answered(pipeline(operation=CHANGED)(body_element(header_xml(Verb=verb), operation=CHANGED)))
    assert result_of(reply) != "FAILED"
    assert not {reason for _, _, reason, _ in errors_of(reply)} & {"InvalidVerb", "InvalidMessage"}


@pytest.mark.parametrize("verb", ["update", "updated"])
def test_synonyms_of_the_changed_verb_are_invalid_where_that_is_strict(verb):
    made = pipeline(operation=CHANGED, strict_verbs=True)
    reply = answered(made(body_element(header_xml(Verb=verb), operation=CHANGED)))
    assert (result_of(reply), errors_of(reply)) == ("FAILED", [invalid_verb(verb)])


def test_verb_and_noun_are_judged_before_the_schema():
    assert refused(header_xml(Verb="nonsense"), "") == [invalid_verb("nonsense")]
    assert refused(header_xml(Noun="nonsense"), wrapped("<p:Castle/>")) == [invalid_noun("nonsense")]
    assert refused(header_xml(Verb=None, Noun="nonsense")) == [invalid_noun("nonsense")]


# 5.1-03

INVALID = {
    "no header": ("", None),
    "empty header": ("<m:Header/>", None),
    "no verb": (header_xml(Verb=None), None),
    "no noun": (header_xml(Noun=None), None),
    "header in another namespace": ('<x:Header xmlns:x="urn:x"/>', None),
    "time of day": (header_xml(Timestamp="noon"), None),
    "order of the header": (header_xml(Verb=None).replace("</m:Header>", "<h:Verb>created</h:Verb></m:Header>"), None),
    "no payload": (None, ""),
    "empty payload": (None, "<m:Payload/>"),
    "other payload": (None, '<m:Payload><x:TroubleTickets xmlns:x="urn:x"/></m:Payload>'),
    "two payloads": (None, payload_xml() * 2),
    "unknown element": (None, wrapped("<p:TroubleTicket><p:shoeSize>44</p:shoeSize></p:TroubleTicket>")),
    "order": (None, wrapped("<p:TroubleTicket><p:name>a</p:name><p:comment>b</p:comment></p:TroubleTicket>")),
    "language": (None, wrapped("<p:TroubleTicket><p:languageId>English</p:languageId></p:TroubleTicket>")),
    "empty language": (None, wrapped("<p:TroubleTicket><p:languageId/></p:TroubleTicket>")),
    "boolean": (None, wrapped("<p:TroubleTicket><p:callBack>yes</p:callBack></p:TroubleTicket>")),
    "created": (None, wrapped("<p:TroubleTicket><p:createdDateTime>now</p:createdDateTime></p:TroubleTicket>")),
    "empty date": (None, wrapped("<p:TroubleTicket><p:createdDateTime/></p:TroubleTicket>")),
    "period": (
        None,
        wrapped(
            "<p:TroubleTicket><p:CallBacks><p:Periods><p:end>12</p:end></p:Periods></p:CallBacks></p:TroubleTicket>"
        ),
    ),
    "replay": (header_xml().replace("<h:Timestamp>", "<h:ReplayDetection/><h:Timestamp>"), None),
}


@pytest.mark.parametrize("parts", INVALID.values(), ids=INVALID)
def test_a_message_that_the_schema_refuses_is_answered_with_one_error(parts):
    ((code, level, reason, details),) = refused(*parts)
    assert (code, level, reason) == ("1.8", "FATAL", "InvalidMessage")
    assert re.fullmatch(r"Received message is invalid against xsd schema\. Reason: [^\n]+[^.]\.", details)


def test_what_is_wrong_is_named():
    ((*_, details),) = refused(None, wrapped("<p:TroubleTicket><p:shoeSize>44</p:shoeSize></p:TroubleTicket>"))
    assert "shoeSize" in details


@pytest.mark.parametrize("missing", ["Timestamp", "MessageID", "CorrelationID"])
@pytest.mark.parametrize("strict", [True, False])
def test_a_strict_header_needs_three_more_parts(missing, strict):
    header = header_xml(**{missing: None})
    if not strict:
        assert result_of(reply_to(header)) == "PARTIAL"
        return
    ((code, _, reason, details),) = refused(header, strict_header=True)
    assert (code, reason) == ("1.8", "InvalidMessage")
    assert missing in details


@pytest.mark.parametrize("blank", ["MessageID", "CorrelationID"])
def test_a_blank_part_is_missing_in_a_strict_header(blank):
    ((code, *_, details),) = refused(header_xml(**{blank: " "}), strict_header=True)
    assert (code, blank in details) == ("1.8", True)


def test_a_strict_header_that_is_complete_is_taken():
    assert result_of(reply_to(strict_header=True)) == "PARTIAL"


# The reply's header


@pytest.mark.parametrize(
    ("message_id", "correlation_id", "answered_with"),
    [
        ("message-1", "correlation-1", "correlation-1"),
        ("message-1", None, "message-1"),
        ("message-1", "", "message-1"),
        (None, "correlation-1", "correlation-1"),
        (None, None, None),
        ("a &amp; b", None, "a & b"),
    ],
)
@pytest.mark.parametrize("verb", ["created", "nonsense"])
def test_the_correlation_is_the_request_s_or_its_message_id(message_id, correlation_id, answered_with, verb):
    header = header_of(reply_to(header_xml(Verb=verb, MessageID=message_id, CorrelationID=correlation_id)))
    assert header.get("CorrelationID") == answered_with


def test_the_reply_has_an_id_of_its_own():
    ids = [header_of(reply_to())["MessageID"] for _ in range(3)]
    assert len({uuid.UUID(each) for each in ids}) == 3


def test_the_reply_tells_time_source_and_revision():
    clock = Clock()
    clock.advance(seconds=1.5)
    header = header_of(reply_to(header_xml(), clock=clock, reply_source="Us & Co"))
    assert (header["Verb"], header["Revision"]) == ("reply", "2.0")
    assert header["Timestamp"] == "2025-06-02T12:00:01.500Z"
    assert header["Source"] == "Us & Co"
    assert "Context" not in header


@pytest.mark.parametrize("revision", ["1.0", "2.0", "9.9", ""])
def test_any_revision_is_taken(revision):
    header = header_xml().replace("<h:Timestamp>", f"<h:Revision>{revision}</h:Revision><h:Timestamp>")
    assert header_of(reply_to(header))["Revision"] == "2.0"


def test_an_address_that_the_message_names_is_no_hindrance():
    addressed = (
        "<h:AsyncReplyFlag>true</h:AsyncReplyFlag><h:ReplyAddress>http://127.0.0.1:9/</h:ReplyAddress>"
        "<h:AckRequired>true</h:AckRequired><h:MessageID>"
    )
    assert result_of(reply_to(header_xml().replace("<h:MessageID>", addressed))) == "PARTIAL"


# 5.1-04


def fault_from(failure, **changes):
    with pytest.raises(SoapFault) as raised:
        pipeline(Work(failure), **changes)(body_element())
    detail = raised.value.detail
    schema = contract().schema(OPERATION)
    assert schema.validate(detail), schema.error_log
    assert detail.tag == f"{{{OPERATION.message_namespace}}}TroubleTicketsFaultMessage"
    return raised.value, result_of(detail), errors_of(detail)


def test_an_internal_error_is_a_fault_with_a_reference_into_the_log(caplog):
    fault, result, errors = fault_from(ZeroDivisionError("the secret of the store"))
    assert (fault.code, fault.status, fault.headers) == ("Server", "500 Internal Server Error", {})
    ((code, level, reason, details),) = errors
    assert (result, code, level, reason) == ("FAILED", "5.3", "FATAL", "InternalServerError")
    assert "secret" not in details + fault.text
    (reference,) = re.findall(r"[0-9a-f]{8}-[0-9a-f-]{27}", details)
    (record,) = [each for each in caplog.records if each.levelname == "ERROR"]
    assert reference in record.getMessage()
    assert "the secret of the store" in str(record.exc_info[1])


def test_each_internal_error_has_a_reference_of_its_own():
    details = {fault_from(ZeroDivisionError())[2][0][3] for _ in range(3)}
    assert len(details) == 3


def test_a_busy_store_is_high_activity_to_be_tried_later():
    fault, result, ((code, level, reason, _),) = fault_from(StoreBusy())
    assert (fault.code, fault.status, fault.headers) == ("Server", "503 Service Unavailable", {"Retry-After": "7"})
    assert (result, code, level, reason) == ("FAILED", "5.1", "FATAL", "HighSystemActivity")


def test_the_error_configuration_says_what_is_reported():
    edited = dataclasses.replace(
        shipped_errors()["InvalidVerb"], code="9.9", level="WARNING", reason="Odd", details="{0}?", placeholders=(0,)
    )
    errors = {**shipped_errors(), "InvalidVerb": edited}
    assert refused(header_xml(Verb="get"), errors=errors) == [("9.9", "WARNING", "Odd", "get?")]
