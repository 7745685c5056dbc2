"""Every type of the schemas, written out: which elements, in which order, how often, of which simple type.

`?` is none or one, `*` none or more; a simple type other than string is named; `any` takes other namespaces.
"""

import pytest
import xmlschema
from contract_files import CONTRACT, NS, PARTS
from xmlschema.validators import XsdAnyElement

STATUS = "{dateTime? dateTime, reason?, remark?, value?}"
CUSTOMER = (
    "{firstName?, lastName?, mName?, electronicAddress?{email1?}, landlinePhone?{localNumber?},"
    " mobilePhone?{localNumber?}}"
)
INCIDENT = (
    "{mRID?, comment?, createdDateTime? dateTime, estimatedRestorationTime? dateTime, Crews*{mRID?, name?},"
    f" OutageRecord?{{OutageCodes*{{name?, subCode?}}}}, status?{STATUS}}}"
)
TROUBLE_TICKETS = (
    "TroubleTickets{TroubleTicket*{mRID?, callBack? boolean, comment?, createdDateTime? dateTime, csrId?,"
    " firstCallDateTime? dateTime, languageId? integer, name?, previousTroubleTicketsCount? integer, source?,"
    " troubleCode?, CallBacks*{contactDetail?, Periods*{end? dateTime, start? dateTime}},"
    f" CustomerData?{CUSTOMER}, IncidentHazard*{{mRID?}}, IncidentRecord?{INCIDENT},"
    " Location*{description?, name?, type?, PositionPoint?{xPosition?, yPosition?}},"
    f" status?{STATUS}, UsagePoint?{{mRID?}}}}}}"
)
CALL_BACKS = (
    "CallBacks{CallBack*{mRID?, advice?, comment?, contactDetail?, csrId?, dateTime? dateTime, name?, problemInfo?,"
    f" Reason?, IncidentRecord?{INCIDENT}, TroubleTickets*{{languageId? integer, troubleCode?,"
    f" CustomerData?{CUSTOMER}, UsagePoint?{{mRID?}}}}}}}}"
)
CALL_BACKS_RESULTS = (
    f"CallBacksResults{{CallBackResult*{{mRID?, comment?, csrId?, dateTime? dateTime, name?, status?{STATUS}}}}}"
)
GET_TROUBLE_TICKETS = "GetTroubleTickets{TroubleTicket*{mRID?, name?, IncidentRecord?{mRID?}, UsagePoint?{mRID?}}}"
GET_CALLBACKS = (
    "GetCallbacks{CallBack?{count? nonNegativeInteger, csrId?, TroubleTickets?{languageId? integer, priority?}}}"
)

HEADER = (
    "Header{Verb VerbType, Noun, Revision?, ReplayDetection?{Nonce, Created dateTime}, Context?, Timestamp? dateTime,"
    " Source?, AsyncReplyFlag? boolean, ReplyAddress?, AckRequired? boolean, User?{UserID, Organization?},"
    " MessageID?, CorrelationID?, Comment?, Property*{Name, Value?}, any*}"
)
ERROR = (
    "Error*{code, level? LevelType, reason?, details?, xpath?, stackTrace?,"
    " Location?{node?, pipeline?, stage?}, ID? IDType, relatedID? IDType, operationId?}"
)
REPLY = f"Reply{{Result ResultType, {ERROR}, ID* IDType, any*, operationId?}}"


def event(name, payload):
    return f"{name}{{{HEADER}, Payload{{{payload}}}}}"


def get(name, query):
    request = f"StartTime? dateTime, EndTime? dateTime, Option*{{name, value?}}, ID* IDType, {query}"
    return f"{name}{{{HEADER}, Request{{{request}}}, Payload?{{any*}}}}"


def response(name, payload):
    root, brace, rest = payload.partition("{")
    return f"{name}ResponseMessage{{{HEADER}, {REPLY}, Payload?{{{root}?{brace}{rest}}}}}"


def fault(name):
    return f"{name}FaultMessage{{{REPLY}}}"


ROOTS = {
    "TroubleTickets.xsd": [TROUBLE_TICKETS],
    "CallBacks.xsd": [CALL_BACKS],
    "CallBacksResults.xsd": [CALL_BACKS_RESULTS],
    "GetTroubleTickets.xsd": [GET_TROUBLE_TICKETS],
    "GetCallbacks.xsd": [GET_CALLBACKS],
    "TroubleTicketsMessage.xsd": [
        event("CreatedTroubleTickets", TROUBLE_TICKETS),
        event("ChangedTroubleTickets", TROUBLE_TICKETS),
        response("TroubleTickets", TROUBLE_TICKETS),
        fault("TroubleTickets"),
    ],
    "GetTroubleTicketsMessage.xsd": [
        get("GetTroubleTickets", GET_TROUBLE_TICKETS),
        response("TroubleTickets", TROUBLE_TICKETS),
        fault("TroubleTickets"),
    ],
    "GetCallbacksMessage.xsd": [
        get("GetCallbacks", GET_CALLBACKS),
        response("CallBacks", CALL_BACKS),
        fault("CallBacks"),
    ],
    "CallBacksResultsMessage.xsd": [
        event("CreatedCallBacksResults", CALL_BACKS_RESULTS),
        response("CallBacksResults", CALL_BACKS_RESULTS),
        fault("CallBacksResults"),
    ],
    "CallBacksMessage.xsd": [
        event("CreatedCallBacks", CALL_BACKS),
        response("CallBacks", CALL_BACKS),
        fault("CallBacks"),
    ],
    "Message.xsd": [],
}
NAMESPACES = {
    "TroubleTickets.xsd": "http://iec.ch/TC57/2011/TroubleTickets#",
    "CallBacks.xsd": "http://iec.ch/TC57/2011/CallBacks#",
    "CallBacksResults.xsd": "http://iec.ch/TC57/2011/CallBacksResults#",
    "GetTroubleTickets.xsd": "http://iec.ch/TC57/2011/GetTroubleTickets#",
    "GetCallbacks.xsd": "http://iec.ch/TC57/2011/GetCallbacks#",
    "TroubleTicketsMessage.xsd": "http://iec.ch/TC57/2011/TroubleTicketsMessage",
    "GetTroubleTicketsMessage.xsd": "http://iec.ch/TC57/2011/GetTroubleTicketsMessage",
    "GetCallbacksMessage.xsd": "http://iec.ch/TC57/2011/GetCallbacksMessage",
    "CallBacksResultsMessage.xsd": "http://iec.ch/TC57/2011/CallBacksResultsMessage",
    "CallBacksMessage.xsd": "http://iec.ch/TC57/2011/CallBacksMessage",
    "Message.xsd": "http://iec.ch/TC57/2011/schema/message",
}
OCCURS = {(1, 1): "", (0, 1): "?", (0, None): "*"}


def schema(file):
    return xmlschema.XMLSchema10(CONTRACT / "xsd" / file, allow="local")


def written_out(particle, name=None):
    """A particle in the notation above."""
    occurs = OCCURS[particle.min_occurs, particle.max_occurs]
    if isinstance(particle, XsdAnyElement):
        return f"any{occurs}"
    kind = particle.type
    if kind.has_simple_content() or kind.is_simple():
        word = "" if kind.local_name == "string" else f" {kind.local_name}"
        return f"{particle.local_name}{occurs}{word}"
    assert kind.content.model == "sequence"
    return f"{particle.local_name}{occurs}{{{', '.join(written_out(child) for child in kind.content)}}}"


def test_there_are_no_other_schemas():
    assert {path.name for path in (CONTRACT / "xsd").iterdir()} == set(ROOTS)


@pytest.mark.parametrize("file", ROOTS)
def test_elements_are_the_contract_s_in_its_order(file):
    assert sorted(written_out(root) for root in schema(file).elements.values()) == sorted(ROOTS[file])


@pytest.mark.parametrize("file", ROOTS)
def test_everything_is_qualified_by_the_schema_s_own_namespace(file):
    loaded = schema(file)
    assert loaded.target_namespace == NAMESPACES[file]
    assert loaded.element_form_default == "qualified"


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (
            "VerbType",
            "cancel canceled change changed create created close closed delete deleted get reply execute executed",
        ),
        ("ResultType", "OK PARTIAL FAILED"),
        ("LevelType", "INFORM WARNING FATAL CATASTROPHIC"),
        ("IDKindType", "name uuid transaction other"),
    ],
)
def test_enumerations(kind, words):
    assert schema("Message.xsd").types[kind].enumeration == words.split()


def test_an_id_is_text_with_four_attributes_that_may_be_missing():
    identifier = schema("Message.xsd").types["IDType"]
    assert identifier.content.local_name == "string"
    assert {name: (use.use, use.type.local_name) for name, use in identifier.attributes.items()} == {
        "idType": ("optional", "string"),
        "idAuthority": ("optional", "string"),
        "kind": ("optional", "IDKindType"),
        "objectType": ("optional", "string"),
    }


@pytest.mark.parametrize("kind", ["HeaderType", "ReplyType"])
def test_header_and_reply_are_open_to_other_namespaces_only(kind):
    (wildcard,) = [each for each in schema("Message.xsd").types[kind].content if isinstance(each, XsdAnyElement)]
    assert wildcard.process_contents == "lax"
    assert wildcard.is_namespace_allowed(f"{NS}/Weather")
    assert not wildcard.is_namespace_allowed(PARTS)
