"""Header, reply and fault: read from requests, written for answers (D-02, D-16)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from lxml import etree

from crm_contract.contract import Contract, Operation
from crm_contract.values import escape

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'


@dataclass(frozen=True, slots=True)
class RequestHeader:
    """What the adapter reads of a request's header; None where the element is absent, texts as sent."""

    verb: str | None = None
    noun: str | None = None
    context: str | None = None
    timestamp: str | None = None
    source: str | None = None
    message_id: str | None = None
    correlation_id: str | None = None
    nonce: str | None = None
    nonce_created: str | None = None


@dataclass(frozen=True, slots=True)
class ReplyHeader:
    """The header of a reply; `timestamp` is an xs:dateTime with its zone."""

    timestamp: str
    source: str
    message_id: str
    correlation_id: str | None
    revision: str = "2.0"
    context: str | None = None


@dataclass(frozen=True, slots=True)
class ReportedError:
    """One Reply.Error."""

    code: str
    level: str
    reason: str
    details: str


def read_header(body: etree._Element, operation: Operation, contract: Contract) -> RequestHeader:
    """A request's header, read before the schema is asked: a wrong Verb also breaks its enumeration (D-05)."""
    header = body.find(f"{{{operation.message_namespace}}}Header")
    if header is None:
        return RequestHeader()
    parts = contract.message_parts

    def text(path: str) -> str | None:
        found = header.find("/".join(f"{{{parts}}}{step}" for step in path.split("/")))
        return None if found is None else found.text or ""

    return RequestHeader(
        verb=text("Verb"),
        noun=text("Noun"),
        context=text("Context"),
        timestamp=text("Timestamp"),
        source=text("Source"),
        message_id=text("MessageID"),
        correlation_id=text("CorrelationID"),
        nonce=text("ReplayDetection/Nonce"),
        nonce_created=text("ReplayDetection/Created"),
    )


def replace_verb(body: etree._Element, operation: Operation, contract: Contract) -> None:
    """Write the operation's own verb over a request's."""
    verb = body.find(f"{{{operation.message_namespace}}}Header/{{{contract.message_parts}}}Verb")
    if verb is not None:
        verb.text = operation.verb


def noun_matches(noun: str, operation: Operation) -> bool:
    """Whether a request's noun is the operation's, without regard to case, aliases allowed (D-02)."""
    return noun.casefold() in {known.casefold() for known in (operation.noun, *operation.noun_aliases)}


def response(
    operation: Operation,
    contract: Contract,
    header: ReplyHeader,
    result: str,
    errors: Iterable[ReportedError],
    payload: str | None,
) -> bytes:
    """A whole SOAP response; `payload` is the XML inside the payload's root with prefix `p`, None for no Payload."""
    parts = [
        DECLARATION,
        f'<soap:Envelope xmlns:soap="{SOAP}"><soap:Body>'
        f"<m:{operation.response} xmlns:m={_attribute(operation.message_namespace)}"
        f" xmlns:h={_attribute(contract.message_parts)}>",
        _header(header, operation),
        _reply(result, errors),
    ]
    if payload is not None:
        root = operation.payload_root
        parts.append(
            f"<m:Payload><p:{root} xmlns:p={_attribute(operation.payload_namespace)}>{payload}</p:{root}></m:Payload>"
        )
    parts.append(f"</m:{operation.response}></soap:Body></soap:Envelope>")
    return "".join(parts).encode()


def fault_detail(operation: Operation, contract: Contract, errors: Iterable[ReportedError]) -> etree._Element:
    """The operation's Fault message, as the `detail` of a SOAP fault (D-03)."""
    return etree.fromstring(
        f"<m:{operation.fault} xmlns:m={_attribute(operation.message_namespace)}"
        f" xmlns:h={_attribute(contract.message_parts)}>{_reply('FAILED', errors)}</m:{operation.fault}>"
    )


def soap_fault(code: str, text: str, detail: etree._Element | None = None) -> bytes:
    """A whole SOAP 1.1 fault; `code` is Client, Server, VersionMismatch or MustUnderstand."""
    inner = "" if detail is None else f"<detail>{etree.tostring(detail, encoding='unicode')}</detail>"
    return (
        f'{DECLARATION}<soap:Envelope xmlns:soap="{SOAP}"><soap:Body><soap:Fault>'
        f"<faultcode>soap:{code}</faultcode><faultstring>{escape(text)}</faultstring>{inner}"
        "</soap:Fault></soap:Body></soap:Envelope>"
    ).encode()


def _attribute(uri: str) -> str:
    return f'"{escape(uri)}"'


def _element(tag: str, value: str | None) -> str:
    return "" if value is None else f"<h:{tag}>{escape(value)}</h:{tag}>"


def _header(header: ReplyHeader, operation: Operation) -> str:
    return (
        "<m:Header>"
        + _element("Verb", "reply")
        + _element("Noun", operation.noun)
        + _element("Revision", header.revision)
        + _element("Context", header.context)
        + _element("Timestamp", header.timestamp)
        + _element("Source", header.source)
        + _element("MessageID", header.message_id)
        + _element("CorrelationID", header.correlation_id)
        + "</m:Header>"
    )


def _reply(result: str, errors: Iterable[ReportedError]) -> str:
    listed = "".join(
        "<h:Error>"
        + _element("code", error.code)
        + _element("level", error.level)
        + _element("reason", error.reason)
        + _element("details", error.details)
        + "</h:Error>"
        for error in errors
    )
    return f"<m:Reply><h:Result>{result}</h:Result>{listed}</m:Reply>"
