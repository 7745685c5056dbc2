"""A client of a service of the contract: built by zeep from the packaged documents, answers judged from their bytes.

What the other side serves as its WSDL is never asked for (D-40).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import Message
from typing import Any

import zeep
from lxml import etree
from zeep.transports import Transport

from crm_contract.contract import Contract, Operation
from crm_contract.envelope import SOAP, ReportedError
from crm_contract.values import xml_text
from crm_soap.faults import SoapFault
from crm_soap.parsing import parse_envelope
from crm_soap.posting import Answer, InvalidReply, NoAnswer, Poster

__all__ = ["InvalidReply", "NoAnswer", "RequestMessageHeader", "ServiceClient", "ServiceReply"]

_CONTRACT = "http://contract.invalid/"
# What stands in front of a service says these when the service itself is not there.
_NOBODY_BEHIND = (502, 503, 504)


@dataclass(frozen=True, slots=True)
class RequestMessageHeader:
    """The header of a message that goes out; `timestamp` is an xs:dateTime with its zone."""

    verb: str
    noun: str
    timestamp: str
    source: str
    message_id: str
    correlation_id: str | None = None
    revision: str = "2.0"

    def content(self) -> dict[str, str]:
        """By element name, as zeep takes it."""
        return {
            "Verb": self.verb,
            "Noun": self.noun,
            "Revision": self.revision,
            "Timestamp": self.timestamp,
            "Source": self.source,
            "MessageID": self.message_id,
            "CorrelationID": self.correlation_id or self.message_id,
        }


@dataclass(frozen=True, slots=True)
class ServiceReply:
    """A valid answer: the operation's response, or a SOAP fault.

    `payload` is the payload's root element. A fault without the operation's Fault message has Result FAILED and no
    errors; `fault_text` is any fault's own text. `status` is HTTP's.
    """

    result: str
    errors: tuple[ReportedError, ...] = ()
    payload: etree._Element | None = None
    fault: bool = False
    fault_text: str | None = None
    status: int = 200


class _Documents(Transport):
    """Loads the contract's documents from memory; nothing is fetched."""

    def __init__(self, documents: Mapping[str, bytes]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._documents = documents

    def load(self, url: str) -> bytes:
        """A WSDL or schema of the contract."""
        return self._documents[url.rsplit("/", 1)[-1]]


class ServiceClient:
    """Sends the messages of one service. Thread-safe.

    A connection of its own for every message; the whole exchange takes at most `timeout_seconds`. Raises ValueError
    for a base URL that is none.
    """

    def __init__(self, contract: Contract, service: str, base_url: str, timeout_seconds: float) -> None:
        self._contract = contract
        self._poster = Poster(f"{base_url.rstrip('/')}/{service}", timeout_seconds)
        self._client = zeep.Client(  # type: ignore[no-untyped-call]
            f"{_CONTRACT}wsdl/{service}.wsdl", transport=_Documents(contract.documents)
        )
        self._operations = {op.name: op for op in contract.of_service(service)}
        port = next(iter(self._client.wsdl.services[service].ports.values()))
        self._service = self._client.create_service(  # type: ignore[no-untyped-call]
            port.binding.name, self._poster.url
        )

    def send(self, operation: str, header: RequestMessageHeader, payload: object) -> ServiceReply:
        """Send one message and judge what comes back.

        `payload` is the payload's root, or a get operation's query, as an object of crm_contract.messages. Raises
        NoAnswer when nobody answered, InvalidReply for an answer that is no valid reply of the operation, and
        ValueError for a message that the schema refuses, which is not sent.
        """
        op = self._operations[operation]
        body = self._message(op, header, payload)
        answer = self._poster.post(body, {"SOAPAction": f'"{op.soap_action}"'})
        return self._judge(op, answer)

    def _message(self, op: Operation, header: RequestMessageHeader, payload: object) -> bytes:
        part, root = ("Request", op.query_root) if op.query_root else ("Payload", op.payload_root)
        content = {"Header": header.content(), part: {root: _content(payload)}}
        envelope: etree._Element = self._client.create_message(  # type: ignore[no-untyped-call]
            self._service, op.name, **content
        )
        body = etree.tostring(envelope, xml_declaration=True, encoding="utf-8")
        schema = self._contract.schema(op)
        # As the other side will read it.
        if not schema.validate(parse_envelope(body)):
            raise ValueError(f"the message is not valid: {_first_error(schema)}")
        return body

    def _judge(self, op: Operation, answer: Answer) -> ServiceReply:
        try:
            element = _body_element(answer)
        except InvalidReply as invalid:
            if answer.status in _NOBODY_BEHIND:
                raise NoAnswer(f"HTTP {answer.status} without a SOAP message") from None
            if not 200 <= answer.status < 300:
                raise InvalidReply(f"HTTP {answer.status} without a SOAP message") from None
            raise invalid
        if element.tag == f"{{{SOAP}}}Fault":
            return self._fault(op, element, answer.status)
        expected = f"{{{op.message_namespace}}}{op.response}"
        if element.tag != expected:
            raise InvalidReply(f"{expected} was expected, but {element.tag} came")
        self._validate(op, element)
        if not 200 <= answer.status < 300:
            raise InvalidReply(f"A response came with HTTP {answer.status}")
        result, errors = self._reply(op, element)
        payload = element.find(f"{{{op.message_namespace}}}Payload/{{{op.payload_namespace}}}{op.payload_root}")
        return ServiceReply(result, errors, payload, status=answer.status)

    def _fault(self, op: Operation, fault: etree._Element, status: int) -> ServiceReply:
        text = " ".join((fault.findtext("faultstring") or "").split())
        message = fault.find(f"detail/{{{op.message_namespace}}}{op.fault}")
        if message is None:
            return ServiceReply("FAILED", fault=True, fault_text=text, status=status)
        self._validate(op, message)
        result, errors = self._reply(op, message)
        return ServiceReply(result, errors, fault=True, fault_text=text, status=status)

    def _validate(self, op: Operation, element: etree._Element) -> None:
        schema = self._contract.schema(op)
        if not schema.validate(element):
            raise InvalidReply(_first_error(schema))

    def _reply(self, op: Operation, element: etree._Element) -> tuple[str, tuple[ReportedError, ...]]:
        """Result and Errors of an element that the schema has validated."""
        reply = element.find(f"{{{op.message_namespace}}}Reply")
        assert reply is not None  # the schema has seen it
        parts = self._contract.message_parts

        def text(of: etree._Element, tag: str) -> str:
            return of.findtext(f"{{{parts}}}{tag}") or ""

        errors = (
            ReportedError(text(each, "code"), text(each, "level"), text(each, "reason"), text(each, "details"))
            for each in reply.iterfind(f"{{{parts}}}Error")
        )
        return text(reply, "Result"), tuple(errors)


def _body_element(answer: Answer) -> etree._Element:
    if not answer.body:
        raise InvalidReply("The reply is empty")
    message = Message()
    message["content-type"] = answer.content_type or "text/xml"
    media_type = message.get_content_type()
    if media_type not in ("text/xml", "application/xml") and not media_type.endswith("+xml"):
        raise InvalidReply(f"The reply is {media_type} and not XML")
    try:
        return parse_envelope(answer.body, message.get_content_charset(), "reply")
    except SoapFault as fault:
        raise InvalidReply(fault.text.rstrip(".")) from None


def _content(value: Any) -> dict[str, Any]:
    """An object of crm_contract.messages by element names, as zeep takes it; what is absent is left out."""
    found: dict[str, Any] = {}
    for item in dataclasses.fields(value):
        content = getattr(value, item.name)
        if content is None or content == []:
            continue
        if isinstance(content, list):
            content = [_content(each) for each in content]
        elif dataclasses.is_dataclass(content):
            content = _content(content)
        elif isinstance(content, str):
            content = xml_text(content)
        found[item.metadata["declared"].tag] = content
    return found


def _first_error(schema: etree.XMLSchema) -> str:
    log: Any = schema.error_log
    first: str = log[0].message
    return " ".join(first.split()).rstrip(".")
