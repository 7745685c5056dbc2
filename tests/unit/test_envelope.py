"""What is read of a request's header, and what replies and faults look like."""

import pytest
from builders import contract
from contract_files import PARTS, SOAP, independent_complaint, lxml_complaint, message_in
from lxml import etree

from crm_contract.contract import load_contract
from crm_contract.envelope import (
    ReplyHeader,
    ReportedError,
    RequestHeader,
    fault_detail,
    noun_matches,
    read_header,
    response,
    soap_fault,
)

OPERATIONS = sorted(load_contract().operations)
NASTY = "<&>\"' ]]> \r\n\x00\ud800 \U0001f525 {0}"
READ_BACK = "<&>\"' ]]> \r\n\ufffd\ufffd \U0001f525 {0}"
ERRORS = [
    ReportedError("2.7", "WARNING", "CommentExceedsLimit", "too long: a"),
    ReportedError("1.2", "FATAL", NASTY, NASTY),
]


def operation(name="CreatedTroubleTickets"):
    return contract().operations[name]


def request(header, name="CreatedTroubleTickets", namespace=None):
    ours = operation(name).message_namespace
    inside = f'<x:Header xmlns:x="{namespace or ours}">{header}</x:Header>'
    return etree.fromstring(f'<m:{name} xmlns:m="{ours}" xmlns:h="{PARTS}">{inside}</m:{name}>')


def read(text, **how):
    return read_header(request(text, **how), operation(), contract())


def test_every_part_that_matters_is_read_as_sent():
    header = read(
        "<h:Verb> created</h:Verb><h:Noun>TroubleTickets</h:Noun><h:Revision>1.0</h:Revision>"
        "<h:ReplayDetection><h:Nonce>n 1</h:Nonce><h:Created>2025-06-02T12:00:00Z</h:Created></h:ReplayDetection>"
        "<h:Context>all</h:Context><h:Timestamp>2025-06-02T12:00:00Z</h:Timestamp><h:Source>IVR</h:Source>"
        "<h:MessageID>m-1</h:MessageID><h:CorrelationID>c-1</h:CorrelationID>"
    )
    assert header == RequestHeader(
        verb=" created",
        noun="TroubleTickets",
        context="all",
        timestamp="2025-06-02T12:00:00Z",
        source="IVR",
        message_id="m-1",
        correlation_id="c-1",
        nonce="n 1",
        nonce_created="2025-06-02T12:00:00Z",
    )


def test_empty_and_absent_parts_are_told_apart():
    header = read("<h:Verb/><h:Noun></h:Noun><h:ReplayDetection><h:Nonce/></h:ReplayDetection>")
    assert (header.verb, header.noun, header.nonce) == ("", "", "")
    assert (header.source, header.message_id, header.correlation_id, header.nonce_created) == (None,) * 4


def test_parts_in_another_namespace_are_absent():
    assert read('<Verb xmlns="urn:x">created</Verb><Verb>created</Verb><m:Verb>created</m:Verb>').verb is None


def test_a_header_in_another_namespace_or_none_is_absent():
    assert read("<h:Verb>created</h:Verb>", namespace="urn:x") == RequestHeader()
    empty = etree.fromstring(f'<m:CreatedTroubleTickets xmlns:m="{operation().message_namespace}"/>')
    assert read_header(empty, operation(), contract()) == RequestHeader()


@pytest.mark.parametrize(
    ("name", "noun", "matches"),
    [
        ("CreatedTroubleTickets", "TroubleTickets", True),
        ("CreatedTroubleTickets", "troubletickets", True),
        ("CreatedTroubleTickets", "TROUBLETICKETS", True),
        ("CreatedTroubleTickets", "TroubleTicket", False),
        ("CreatedTroubleTickets", "CallBacks", False),
        ("CreatedTroubleTickets", "", False),
        ("CreatedTroubleTickets", " TroubleTickets", False),
        ("GetCallbacks", "Callbacks", True),
        ("GetCallbacks", "CallBacks", True),
        ("GetCallbacks", "CallBacksResults", False),
        ("CreatedCallBacksResults", "CallBacksResults", True),
        ("CreatedCallBacksResults", "CallBackResults", True),
        ("CreatedCallBacksResults", "callbackresults", True),
        ("CreatedCallBacks", "CallBackResults", False),
    ],
)
def test_a_noun_is_compared_without_regard_to_case(name, noun, matches):
    assert noun_matches(noun, operation(name)) is matches


FULL = ReplyHeader("2025-06-02T12:00:00.000Z", NASTY, "id-1", NASTY, context="all")


def replied(name="CreatedTroubleTickets", header=FULL, result="PARTIAL", errors=ERRORS, payload=""):
    return message_in(etree.fromstring(response(operation(name), contract(), header, result, errors, payload)))


@pytest.mark.parametrize("payload", ["", None], ids=["empty payload", "no payload"])
@pytest.mark.parametrize("name", OPERATIONS)
def test_a_reply_of_every_operation_is_valid(name, payload):
    reply = replied(name, payload=payload)
    assert (lxml_complaint(reply), independent_complaint(reply)) == (None, None)
    assert reply.tag == f"{{{operation(name).message_namespace}}}{operation(name).response}"
    assert (reply.find("{*}Payload") is None) == (payload is None)


def test_a_reply_s_header_has_its_parts_in_order():
    header = replied().find("{*}Header")
    assert [(etree.QName(each).localname, each.text) for each in header] == [
        ("Verb", "reply"),
        ("Noun", "TroubleTickets"),
        ("Revision", "2.0"),
        ("Context", "all"),
        ("Timestamp", "2025-06-02T12:00:00.000Z"),
        ("Source", READ_BACK),
        ("MessageID", "id-1"),
        ("CorrelationID", READ_BACK),
    ]


def test_parts_that_a_reply_lacks_are_left_out():
    header = replied(header=ReplyHeader("2025-06-02T12:00:00.000Z", "us", "id-1", None)).find("{*}Header")
    assert "CorrelationID" not in {etree.QName(each).localname for each in header}
    assert "Context" not in {etree.QName(each).localname for each in header}


@pytest.mark.parametrize(("name", "noun"), [("GetCallbacks", "CallBacks"), ("GetTroubleTickets", "TroubleTickets")])
def test_a_reply_speaks_the_canonical_noun(name, noun):
    assert replied(name).findtext(f"{{*}}Header/{{{PARTS}}}Noun") == noun


def errors_in(message):
    return [[part.text for part in error] for error in message.iterfind(f"{{*}}Reply/{{{PARTS}}}Error")]


def test_errors_are_written_in_order_with_any_text():
    assert errors_in(replied()) == [
        ["2.7", "WARNING", "CommentExceedsLimit", "too long: a"],
        ["1.2", "FATAL", READ_BACK, READ_BACK],
    ]
    assert replied().findtext(f"{{*}}Reply/{{{PARTS}}}Result") == "PARTIAL"


def test_a_payload_stands_in_its_own_namespace():
    payload = replied(payload="<p:TroubleTicket><p:name>a</p:name></p:TroubleTicket>").find("{*}Payload")
    namespace = operation().payload_namespace
    assert payload.findtext(f"{{{namespace}}}TroubleTickets/{{{namespace}}}TroubleTicket/{{{namespace}}}name") == "a"


@pytest.mark.parametrize("name", OPERATIONS)
def test_a_fault_message_of_every_operation_is_valid(name):
    detail = fault_detail(operation(name), contract(), ERRORS)
    assert (lxml_complaint(detail), independent_complaint(detail)) == (None, None)
    assert detail.tag == f"{{{operation(name).message_namespace}}}{operation(name).fault}"
    assert detail.findtext(f"{{*}}Reply/{{{PARTS}}}Result") == "FAILED"
    assert len(errors_in(detail)) == 2


@pytest.mark.parametrize("code", ["Client", "Server", "VersionMismatch", "MustUnderstand"])
def test_a_soap_fault_has_unqualified_parts_and_a_qualified_code(code):
    fault = etree.fromstring(soap_fault(code, NASTY))[0][0]
    assert fault.tag == f"{{{SOAP}}}Fault"
    assert [(each.tag, each.text) for each in fault] == [("faultcode", f"soap:{code}"), ("faultstring", READ_BACK)]
    assert fault.nsmap["soap"] == SOAP


def test_a_soap_fault_carries_its_detail():
    envelope = etree.fromstring(soap_fault("Server", "oh", fault_detail(operation(), contract(), ERRORS)))
    assert len(errors_in(message_in(envelope))) == 2


def test_renamed_namespaces_are_spoken_in_replies(tmp_path):
    remapping = tmp_path / "vendor.toml"
    ours = operation()
    names = {PARTS: "urn:a?b&c", ours.message_namespace: "urn:m", ours.payload_namespace: "urn:p"}
    remapping.write_text("\n".join(["[namespaces]", *(f"'{old}' = '{new}'" for old, new in names.items())]))
    vendor = load_contract(remapping)
    theirs = vendor.operations["CreatedTroubleTickets"]
    reply = message_in(etree.fromstring(response(theirs, vendor, FULL, "OK", ERRORS, "")))
    assert vendor.schema(theirs).validate(reply)
    assert {etree.QName(each).namespace for each in reply.iter()} == {"urn:a?b&c", "urn:m", "urn:p"}
    assert vendor.schema(theirs).validate(fault_detail(theirs, vendor, ERRORS))
