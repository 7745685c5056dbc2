"""Payload classes and the payload schemas are one: what is encoded is valid, and comes back as it was."""

from dataclasses import fields

import pytest
from builders import contract
from contract_files import CONTRACT
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from crm_contract import messages
from crm_contract.codec import Codec
from crm_contract.envelope import SOAP
from crm_contract.values import escape
from crm_soap.parsing import parse_envelope

XS = "{http://www.w3.org/2001/XMLSchema}"
# Operation, class, schema file, and whether the class stands in the request (else in the response).
PAYLOADS = [
    ("CreatedTroubleTickets", messages.TroubleTickets, "TroubleTickets", True),
    ("CreatedTroubleTickets", messages.TroubleTickets, "TroubleTickets", False),
    ("GetTroubleTickets", messages.GetTroubleTickets, "GetTroubleTickets", True),
    ("GetTroubleTickets", messages.TroubleTickets, "TroubleTickets", False),
    ("GetCallbacks", messages.GetCallbacks, "GetCallbacks", True),
    ("GetCallbacks", messages.CallBacks, "CallBacks", False),
    ("CreatedCallBacks", messages.CallBacks, "CallBacks", True),
    ("CreatedCallBacksResults", messages.CallBacksResults, "CallBacksResults", True),
]
TYPED = {
    "createdDateTime": "2025-06-02T12:00:00Z",
    "firstCallDateTime": "2025-06-02T12:00:00.5+02:00",
    "estimatedRestorationTime": "2025-06-02T12:00:00",
    "dateTime": "2025-06-02T24:00:00Z",
    "start": "2025-06-02T12:00:00Z",
    "end": "-0044-03-15T12:00:00Z",
    "languageId": "1033",
    "previousTroubleTicketsCount": "0",
    "count": "7",
}
NAMESPACE = "urn:t"


def full(cls):
    """An object with everything that its class declares, lists with two of each."""
    values = {}
    for each in fields(cls):
        declared = each.metadata["declared"]
        if declared.kind == "text":
            values[each.name] = TYPED.get(declared.tag, f"{cls.__name__}.{declared.tag} <&> \u2603")
        elif declared.kind == "flag":
            values[each.name] = True
        else:
            values[each.name] = full(declared.of) if declared.kind == "one" else [full(declared.of)] * 2
    return cls(**values)


def paths(cls, above=""):
    """Every element that a class declares, in order, with how often it may stand."""
    for each in fields(cls):
        declared = each.metadata["declared"]
        yield f"{above}/{declared.tag}{'*' if declared.kind == 'many' else ''}"
        if declared.of:
            yield from paths(declared.of, f"{above}/{declared.tag}")


def schema_paths(schema, type_name, above=""):
    """Every element below a complex type of a schema, likewise."""
    for element in schema.find(f"{XS}complexType[@name='{type_name}']").iter(f"{XS}element"):
        name, kind = element.get("name"), element.get("type").rpartition(":")[2]
        yield f"{above}/{name}{'*' if element.get('maxOccurs') == 'unbounded' else ''}"
        if element.get("type").partition(":")[0] != "xs":
            yield from schema_paths(schema, kind, f"{above}/{name}")


def message_with(operation, root, namespace, content, requested):
    """A valid message around a payload or a query."""
    m, h = operation.message_namespace, contract().message_parts
    header = f"<h:Verb>{operation.verb}</h:Verb><h:Noun>{operation.noun}</h:Noun>"
    element = f'<p:{root} xmlns:p="{namespace}">{content}</p:{root}>'
    if requested:
        body = f"<Request>{element}</Request>" if operation.query_root else f"<Payload>{element}</Payload>"
    else:
        body = f"<Reply><h:Result>OK</h:Result></Reply><Payload>{element}</Payload>"
    name = operation.name if requested else operation.response
    return etree.fromstring(f'<{name} xmlns="{m}" xmlns:h="{h}"><Header>{header}</Header>{body}</{name}>')


def case_id(case):
    return f"{case[0]} {'request' if case[3] else 'response'}"


@pytest.mark.parametrize("case", PAYLOADS, ids=case_id)
def test_every_class_makes_the_round_trip_through_a_message_that_the_schema_accepts(case):
    name, cls, _, requested = case
    operation = contract().operations[name]
    asked = requested and operation.query_root
    namespace = operation.query_namespace if asked else operation.payload_namespace
    root = operation.query_root if asked else operation.payload_root
    codec = Codec(cls, namespace)
    value = full(cls)
    message = message_with(operation, root, namespace, codec.encode(value, "p"), requested)
    schema = contract().schema(operation)
    assert schema.validate(message), schema.error_log
    assert codec.decode(message.find(f".//{{{namespace}}}{root}")) == value


@pytest.mark.parametrize(("cls", "file"), list(dict.fromkeys((cls, file) for _, cls, file, _ in PAYLOADS)), ids=str)
def test_a_class_declares_what_its_schema_has_in_the_schema_s_order(cls, file):
    schema = etree.parse(CONTRACT / "xsd" / f"{file}.xsd").getroot()
    assert list(paths(cls)) == list(schema_paths(schema, f"{file}Type"))


def ticket_in(content, cls=messages.TroubleTicket):
    return Codec(cls, NAMESPACE).decode(etree.fromstring(f'<t xmlns="{NAMESPACE}">{content}</t>'))


def test_absent_and_empty_are_told_apart():
    ticket = ticket_in("<comment/><UsagePoint/><CallBacks/><Location><PositionPoint/></Location>")
    assert (ticket.comment, ticket.name) == ("", None)
    assert (ticket.usage_point, ticket.status) == (messages.UsagePoint(None), None)
    assert (ticket.call_backs, ticket.incident_hazards) == ([messages.CallBackRequest()], [])
    assert ticket.locations == [messages.Location(position_point=messages.PositionPoint())]


def test_decoded_objects_share_no_list():
    one, other = ticket_in(""), ticket_in("")
    one.call_backs.append(messages.CallBackRequest())
    assert other.call_backs == []


@pytest.mark.parametrize(
    ("text", "value"), [("true", True), ("1", True), (" true\n", True), ("false", False), ("0", False), ("\t0", False)]
)
def test_every_spelling_of_a_boolean_is_read(text, value):
    assert ticket_in(f"<callBack>{text}</callBack>").call_back is value


def test_white_space_of_a_text_is_kept():
    assert ticket_in("<comment>  a\n\tb </comment>").comment == "  a\n\tb "


def test_elements_of_other_namespaces_and_unknown_ones_are_passed_over():
    ticket = ticket_in(
        '<name>a</name><name xmlns="urn:other">b</name><name xmlns="">c</name><shoeSize>44</shoeSize><!-- d --><?e f?>'
    )
    assert ticket == messages.TroubleTicket(name="a")


@pytest.mark.parametrize(
    "text",
    [
        "be<!-- not -->fore",
        "be<?go on?>fore",
        "<!---->before",
        "be<![CDATA[fo]]>re",
        "b&#101;fo&#x72;e",
        "before<!-- -->",
    ],
)
def test_a_text_is_whole_whatever_stands_between_its_pieces(text):
    content = f'<t xmlns="{NAMESPACE}"><comment>{text}</comment></t>'
    body = parse_envelope(f'<s:Envelope xmlns:s="{SOAP}"><s:Body>{content}</s:Body></s:Envelope>'.encode())
    ticket = Codec(messages.TroubleTicket, NAMESPACE).decode(body)
    assert ticket.comment == "before"


def encoded(ticket):
    content = Codec(messages.TroubleTicket, NAMESPACE).encode(ticket, "p")
    return etree.fromstring(f'<t xmlns:p="{NAMESPACE}">{content}</t>'.encode())


@pytest.mark.parametrize("text", ["", " a ", "<&>\"'", "]]>", "a\rb\r\nc\n", "\u2028\x85", "\U0001f525", "{0}", "\t"])
def test_a_text_that_xml_can_carry_comes_back_as_it_was(text):
    ticket = messages.TroubleTicket(comment=text)
    assert Codec(messages.TroubleTicket, NAMESPACE).decode(encoded(ticket)) == ticket


@pytest.mark.parametrize("character", [chr(code) for code in (0x00, 0x08, 0x0B, 0x1F, 0xFFFE, 0xFFFF, 0xD800, 0xDFFF)])
def test_a_character_that_xml_cannot_carry_is_replaced(character):
    assert encoded(messages.TroubleTicket(comment=f"a{character}b")).findtext("{*}comment") == "a\ufffdb"


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=())))
def test_any_text_can_be_written_and_is_changed_only_where_it_must_be(text):
    read = etree.fromstring(f"<t>{escape(text)}</t>".encode()).text or ""
    assert len(read) == len(text)
    for ours, theirs in zip(text, read, strict=True):
        assert theirs in (ours, "\ufffd")
        legal = ours in "\t\n\r" or " " <= ours <= "\ud7ff" or "\ue000" <= ours <= "\ufffd" or ours >= "\U00010000"
        assert (theirs == ours) is legal


def test_false_is_written_and_none_is_not():
    assert etree.tostring(encoded(messages.TroubleTicket(call_back=False))[0]).endswith(b">false</p:callBack>")
    assert len(encoded(messages.TroubleTicket())) == 0
