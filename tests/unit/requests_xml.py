"""CreatedTroubleTickets messages as XML, valid until a test says otherwise."""

from builders import contract
from contract_files import PARTS, SOAP, message_in
from lxml import etree

from crm_contract.codec import Codec
from crm_contract.messages import TroubleTickets

OPERATION = contract().operations["CreatedTroubleTickets"]
CHANGED = contract().operations["ChangedTroubleTickets"]
NAMED = {
    "Verb": "created",
    "Noun": "TroubleTickets",
    "Timestamp": "2025-06-02T12:00:00Z",
    "Source": "IVR",
    "MessageID": "message-1",
    "CorrelationID": "correlation-1",
}


def header_xml(**changes):
    """A header; None leaves a part out. The parts stand in the schema's order."""
    parts = {**NAMED, **changes}
    inside = "".join(f"<h:{name}>{text}</h:{name}>" for name, text in parts.items() if text is not None)
    return f"<m:Header>{inside}</m:Header>"


def payload_xml(*tickets):
    content = Codec(TroubleTickets, OPERATION.payload_namespace).encode(TroubleTickets(list(tickets)), "p")
    return wrapped(content)


def wrapped(content):
    """A payload from the XML of its tickets."""
    namespace = OPERATION.payload_namespace
    return f'<m:Payload><p:TroubleTickets xmlns:p="{namespace}">{content}</p:TroubleTickets></m:Payload>'


def message(header=None, payload=None, operation=OPERATION):
    """The element that stands in the SOAP body."""
    header = header_xml() if header is None else header
    payload = payload_xml() if payload is None else payload
    m = operation.message_namespace
    return f'<m:{operation.name} xmlns:m="{m}" xmlns:h="{PARTS}">{header}{payload}</m:{operation.name}>'


def body_element(*parts, **named):
    return etree.fromstring(message(*parts, **named))


def envelope(content=None, soap_header=""):
    content = message() if content is None else content
    return f'<s:Envelope xmlns:s="{SOAP}">{soap_header}<s:Body>{content}</s:Body></s:Envelope>'.encode()


def answered(body):
    """The message inside a SOAP answer, which the schemas must accept."""
    reply = message_in(etree.fromstring(body))
    schema = contract().schema(OPERATION)
    assert schema.validate(reply), schema.error_log
    return reply


def result_of(reply):
    return reply.findtext(f"{{*}}Reply/{{{PARTS}}}Result")


def errors_of(reply):
    parts = ("code", "level", "reason", "details")
    return [
        tuple(error.findtext(f"{{{PARTS}}}{part}") for part in parts)
        for error in reply.iterfind(f"{{*}}Reply/{{{PARTS}}}Error")
    ]


def header_of(reply):
    return {etree.QName(each).localname: each.text for each in reply.find("{*}Header")}


def fault_of(body):
    """Code and text of a SOAP fault."""
    fault = etree.fromstring(body).find(f"{{{SOAP}}}Body/{{{SOAP}}}Fault")
    assert fault is not None, body
    return fault.findtext("faultcode").rpartition(":")[2], fault.findtext("faultstring")
