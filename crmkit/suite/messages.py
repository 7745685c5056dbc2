"""Messages of the suite: built by a zeep client from the packaged WSDL, sent by it when they are valid.

The address is always the target's; what a target serves at `?wsdl` is never followed.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import requests
import zeep
from lxml import etree
from zeep.transports import Transport

from crm_contract.contract import Contract, Operation
from crmkit.suite.access.exchange import Exchange
from crmkit.suite.access.target import Target
from crmkit.suite.errors import HarnessError

_CONTRACT = "http://contract.invalid/"
_SOAP = "{http://schemas.xmlsoap.org/soap/envelope/}"

Content = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Header:
    """The five header elements that every message of the suite carries (D-04), and the context of a query."""

    verb: str
    noun: str
    timestamp: str
    message_id: str
    correlation_id: str
    context: str | None = None
    source: str = "CallCenter"

    def content(self) -> dict[str, str]:
        """By element name, as zeep takes it."""
        elements = {
            "Verb": self.verb,
            "Noun": self.noun,
            "Revision": "2.0",
            "Timestamp": self.timestamp,
            "Source": self.source,
            "MessageID": self.message_id,
            "CorrelationID": self.correlation_id,
        }
        return elements if self.context is None else {**elements, "Context": self.context}


@dataclass(frozen=True, slots=True)
class Prepared:
    """A message ready to be sent, from any thread; `is_valid` against the schema, or not on purpose."""

    send: Callable[[], Exchange]
    is_valid: bool


class _RecordingTransport(Transport):
    """Loads the contract's documents from memory and keeps a thread's last exchange as it went over the wire."""

    def __init__(self, target: Target) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._target = target
        self._kept = threading.local()

    def load(self, url: str) -> bytes:
        """A WSDL or schema of the contract; nothing is fetched."""
        try:
            return self._target.contract.documents[url.rsplit("/", 1)[-1]]
        except KeyError as error:
            raise HarnessError(f"the contract has no document {url}") from error

    def post(self, address: str, message: bytes, headers: Mapping[str, str]) -> requests.Response:
        """Send it, and hand zeep an empty response: replies are judged from their bytes."""
        self._kept.exchange = self._target.post(address, bytes(message), dict(headers))
        response = requests.Response()
        response.status_code = requests.codes.ok
        return response

    def take(self) -> Exchange:
        """What this thread has exchanged last. Raises HarnessError when it has not."""
        exchange: Exchange | None = self._kept.__dict__.pop("exchange", None)
        if exchange is None:
            raise HarnessError("zeep sent nothing")
        return exchange


class Messenger:
    """Builds and sends the messages of one service."""

    def __init__(self, target: Target, service: str) -> None:
        self._target = target
        self._contract: Contract = target.contract
        self._transport = _RecordingTransport(target)
        self._client = zeep.Client(  # type: ignore[no-untyped-call]
            f"{_CONTRACT}wsdl/{service}.wsdl",
            transport=self._transport,
            settings=zeep.Settings(raw_response=True),
        )
        port = next(iter(self._client.wsdl.services[service].ports.values()))
        self._address = target.service_url(service)
        self._service = self._client.create_service(  # type: ignore[no-untyped-call]
            port.binding.name, self._address
        )

    def prepare(self, operation: Operation, header: Header, inside: Content, without: str | None = None) -> Prepared:
        """A message, less the element at a path such as `Header/Verb`. `inside` is what its payload's root holds, or
        for a get operation what the query's root holds, by element name.

        A message that is valid against the schema goes out through zeep; one that is not, or lacks something, as bytes.
        """
        section = (
            {"Payload": {operation.payload_root: dict(inside)}}
            if operation.query_root is None
            else {"Request": {operation.query_root: dict(inside)}}
        )
        content = {"Header": header.content(), **section}
        envelope: etree._Element = self._client.create_message(  # type: ignore[no-untyped-call]
            self._service, operation.name, **content
        )
        if without is not None:
            inner = envelope.find(f"{_SOAP}Body")
            remove(inner[0] if inner is not None else envelope, without)
        is_valid = self._is_valid(operation, envelope)
        if is_valid and without is None:

            def send_through_zeep() -> Exchange:
                self._service[operation.name](**content)
                return self._transport.take()

            return Prepared(send_through_zeep, is_valid)
        body = etree.tostring(envelope, xml_declaration=True, encoding="utf-8")
        headers = {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": f'"{operation.soap_action}"'}
        return Prepared(lambda: self._target.post(self._address, body, headers), is_valid)

    def _is_valid(self, operation: Operation, envelope: etree._Element) -> bool:
        """Whether the message is one of the schema's."""
        body = envelope.find(f"{_SOAP}Body")
        if body is None or len(body) != 1:
            raise HarnessError("zeep built an envelope without a body")
        # Validation wants a root: a copy, for the envelope is sent.
        return bool(self._contract.schema(operation).validate(deepcopy(body[0])))


def remove(message: etree._Element, path: str) -> None:
    """Leave out the element at a path such as `Header/Verb`. Raises HarnessError where there is none."""
    element = message
    for step in path.split("/"):
        found = next((child for child in element if etree.QName(child).localname == step), None)
        if found is None:
            raise HarnessError(f"the message has no {path}")
        element = found
    parent = element.getparent()
    if parent is None:
        raise HarnessError(f"{path} cannot be left out")
    parent.remove(element)
