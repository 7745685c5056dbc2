"""Messages of the contract as elements: written from plain content, and read by the paths of the mapping tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from lxml import etree

from crm_contract.contract import Contract, Operation, load_contract
from crm_contract.mappings import MappingLine

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
# The schema's order; a header given in any other is written in this one.
HEADER = ("Verb", "Noun", "Revision", "Context", "Timestamp", "Source", "MessageID", "CorrelationID")
# What a root element holds, one an entry.
ENTRIES = {
    "TroubleTickets": "TroubleTicket",
    "GetTroubleTickets": "TroubleTicket",
    "GetCallbacks": "CallBack",
    "CallBacks": "CallBack",
    "CallBacksResults": "CallBackResult",
}


@cache
def contract() -> Contract:
    return load_contract()


def operation(name: str) -> Operation:
    return contract().operations[name]


@dataclass(frozen=True)
class Message:
    """The element that stands in a SOAP body: a request, a sent event, or a reply."""

    operation: Operation
    element: etree._Element
    is_request: bool = False

    def entries(self) -> list[etree._Element]:
        """The entries of its payload, or of its query."""
        section, namespace, root = self._content()
        message = self.operation.message_namespace
        return self.element.findall(
            f"{{{message}}}{section}/{{{namespace}}}{root}/{{{namespace}}}{ENTRIES[root]}",
        )

    def entry(self, **criteria: str) -> etree._Element:
        """The one entry with these direct children."""
        namespace = self._content()[1]
        (found,) = (
            each
            for each in self.entries()
            if all(each.findtext(f"{{{namespace}}}{name}") == value for name, value in criteria.items())
        )
        return found

    def carried(self, line: MappingLine, entry: etree._Element | None = None) -> list[Any]:
        """What stands at a line's path: in the header or reply, or in an entry or shared part."""
        if line.section in ("Header", "Reply"):
            section = self.element.find(f"{{{self.operation.message_namespace}}}{line.section}")
            return at(section, contract().message_parts, line.path())
        return at(entry, self._content()[1], line.path())

    def inside(self, entry: etree._Element, *path: str) -> list[Any]:
        """What stands at a path of an entry."""
        return at(entry, self._content()[1], path)

    def part(self, entry: etree._Element, *path: str) -> etree._Element | None:
        """The one shared part at a path of an entry; None without it."""
        namespace = self._content()[1]
        found = entry.findall("/".join(f"{{{namespace}}}{step}" for step in path))
        assert len(found) <= 1
        return found[0] if found else None

    def result(self) -> str | None:
        return self.element.findtext(
            f"{{{self.operation.message_namespace}}}Reply/{{{contract().message_parts}}}Result"
        )

    def errors(self) -> list[tuple[str | None, str | None]]:
        """Code and reason of each Error."""
        parts = contract().message_parts
        path = f"{{{self.operation.message_namespace}}}Reply/{{{parts}}}Error"
        return [
            (each.findtext(f"{{{parts}}}code"), each.findtext(f"{{{parts}}}reason"))
            for each in self.element.iterfind(path)
        ]

    def _content(self) -> tuple[str, str, str]:
        if self.is_request and self.operation.query_root:
            return "Request", self.operation.query_namespace, self.operation.query_root
        return "Payload", self.operation.payload_namespace, self.operation.payload_root


def at(element: etree._Element | None, namespace: str, path: Iterable[str]) -> list[Any]:
    """The content of every element at a path; none where the path breaks off."""
    if element is None:
        return []
    return [content(each) for each in element.findall("/".join(f"{{{namespace}}}{step}" for step in path))]


def content(element: etree._Element) -> Any:
    """A leaf's text; an element with others inside as a dict, what stands in it several times as a list."""
    if not len(element):
        return element.text or ""
    found: dict[str, Any] = {}
    for child in element:
        name = etree.QName(child).localname
        if name not in found:
            found[name] = content(child)
        elif isinstance(found[name], list):
            found[name].append(content(child))
        else:
            found[name] = [found[name], content(child)]
    return found


def request(operation: Operation, header: dict[str, str], entries: Sequence[dict[str, Any]]) -> Message:
    """A request or event from its header's texts and its entries' content."""
    if operation.query_root:
        section, namespace, root = "Request", operation.query_namespace, operation.query_root
    else:
        section, namespace, root = "Payload", operation.payload_namespace, operation.payload_root
    return Message(operation, _message(operation, operation.name, header, section, namespace, root, entries), True)


def reply(operation: Operation, header: dict[str, str], result: str) -> Message:
    """A reply without entries, as the IVR gives it."""
    element = _message(
        operation,
        operation.response,
        header,
        "Payload",
        operation.payload_namespace,
        operation.payload_root,
        (),
    )
    answer = etree.Element(f"{{{operation.message_namespace}}}Reply")
    etree.SubElement(answer, f"{{{contract().message_parts}}}Result").text = result
    element.insert(1, answer)
    return Message(operation, element)


def with_twice(message: Message, section: str, name: str) -> Message:
    """The same message with an element of its header or reply standing there twice, which no schema allows."""
    copied = _copy(message)
    found = _child(copied, section, name)
    found.addnext(etree.fromstring(etree.tostring(found, with_tail=False)))
    return copied


def with_other(message: Message, name: str, text: str) -> Message:
    """The same message with another text in an element of its header."""
    copied = _copy(message)
    _child(copied, "Header", name).text = text
    return copied


def envelope(message: Message) -> bytes:
    root = etree.Element(f"{{{SOAP}}}Envelope")
    body = etree.SubElement(root, f"{{{SOAP}}}Body")
    body.append(_copy(message).element)
    return etree.tostring(root, xml_declaration=True, encoding="utf-8")


def opened(body: bytes) -> etree._Element:
    """The message in an envelope; valid, or the test is over."""
    found = etree.fromstring(body).find(f"{{{SOAP}}}Body")
    assert found is not None, body
    (element,) = found
    return element


def assert_valid(message: Message) -> None:
    schema = contract().schema(message.operation)
    assert schema.validate(message.element), schema.error_log


def _copy(message: Message) -> Message:
    return Message(message.operation, etree.fromstring(etree.tostring(message.element)), message.is_request)


def _child(message: Message, section: str, name: str) -> etree._Element:
    path = f"{{{message.operation.message_namespace}}}{section}/{{{contract().message_parts}}}{name}"
    (found,) = message.element.findall(path)
    return found


def _message(
    operation: Operation,
    name: str,
    header: dict[str, str],
    section: str,
    namespace: str,
    root: str,
    entries: Sequence[dict[str, Any]],
) -> etree._Element:
    outer = operation.message_namespace
    element = etree.Element(f"{{{outer}}}{name}")
    into = etree.SubElement(element, f"{{{outer}}}Header")
    for part in HEADER:
        if part in header:
            etree.SubElement(into, f"{{{contract().message_parts}}}{part}").text = header[part]
    holder = etree.SubElement(etree.SubElement(element, f"{{{outer}}}{section}"), f"{{{namespace}}}{root}")
    for entry in entries:
        _write(etree.SubElement(holder, f"{{{namespace}}}{ENTRIES[root]}"), namespace, entry)
    return element


def _write(into: etree._Element, namespace: str, inside: dict[str, Any]) -> None:
    for name, value in inside.items():
        for each in value if isinstance(value, list) else [value]:
            element = etree.SubElement(into, f"{{{namespace}}}{name}")
            if isinstance(each, dict):
                _write(element, namespace, each)
            else:
                element.text = each
