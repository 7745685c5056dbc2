"""Takes the names of a vendor's contract from the vendor's own WSDL: namespaces and soapActions, nothing else.

The elements have the names of the interface; what a vendor's WSDL may call otherwise are the namespaces they are in.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urljoin

from lxml import etree

from crm_contract.contract import MESSAGE_PARTS, NS, Contract, ContractError, Operation, load_contract

_WSDL = "{http://schemas.xmlsoap.org/wsdl/}"
_SOAP = "{http://schemas.xmlsoap.org/wsdl/soap/}"
_XS = "{http://www.w3.org/2001/XMLSchema}"
_MOST_DOCUMENTS = 100

Fetch = Callable[[str], bytes]


@dataclass
class Names:
    """What a vendor calls things: namespaces by ours, soapActions by operation (crm_contract.renamed_contract)."""

    namespaces: dict[str, str] = field(default_factory=dict)
    actions: dict[str, str] = field(default_factory=dict)

    def add(self, ours: str, theirs: str, place: str) -> None:
        """One namespace. Raises ContractError when it is known by another name already."""
        if self.namespaces.setdefault(ours, theirs) != theirs:
            raise ContractError(f"{place}: {theirs} and {self.namespaces[ours]} both stand for {ours}: one of them may")


def take_names(wsdls: Iterable[tuple[str, str]], fetch: Fetch) -> Names:
    """The names in the WSDLs of services: pairs of a service and where its WSDL is, a path or a URL.

    `fetch` reads a document. Raises ContractError where a WSDL is none, or not one of the service.
    """
    ours, names = load_contract(), Names()
    for service, place in wsdls:
        _Wsdl(place, fetch).take(ours, service, names)
    return names


def read_file(place: str) -> bytes:
    """The document of a path. Raises ContractError."""
    try:
        return Path(place).read_bytes()
    except OSError as error:
        raise ContractError(f"{place}: cannot be read ({error.strerror})") from error


class _Wsdl:
    """A WSDL and the documents that it imports."""

    def __init__(self, place: str, fetch: Fetch) -> None:
        self._place = place
        self._fetch = fetch
        self._definitions: list[etree._Element] = []
        self._schemas: list[tuple[etree._Element, str]] = []
        self._seen: set[str] = set()
        self._read(place)
        if not self._definitions:
            raise ContractError(f"{place}: is no WSDL 1.1: there is no wsdl:definitions in it")

    def take(self, ours: Contract, service: str, names: Names) -> None:
        """Note what it calls things."""
        names.add(
            f"{NS}/{service.removesuffix('Service')}", self._definitions[0].get("targetNamespace", ""), self._place
        )
        for operation in ours.of_service(service):
            self._take_operation(operation, names)

    def _take_operation(self, operation: Operation, names: Names) -> None:
        action, message = self._action(operation), self._message_namespace(operation)
        if action:
            names.actions[operation.name] = action
        names.add(operation.message_namespace, message, self._place)
        roots = [(operation.payload_root, operation.payload_namespace)]
        if operation.query_root:
            roots.append((operation.query_root, operation.query_namespace))
        elements = self._global_elements()
        for root, namespace in roots:
            found = sorted(elements[root] - {message})
            if len(found) == 1:
                names.add(namespace, found[0], self._place)
        for namespace in self._header_namespaces(message):
            names.add(MESSAGE_PARTS, namespace, self._place)

    def _action(self, operation: Operation) -> str | None:
        for each in self._operations("binding", operation.name):
            found = each.find(f"{_SOAP}operation")
            if found is not None:
                return found.get("soapAction")
        raise ContractError(f"{self._place}: has no SOAP 1.1 binding with an operation {operation.name}")

    def _message_namespace(self, operation: Operation) -> str:
        for each in self._operations("portType", operation.name):
            wanted = each.find(f"{_WSDL}input")
            local = "" if wanted is None else wanted.get("message", "").rpartition(":")[2]
            for definitions in self._definitions:
                for part in definitions.iterfind(f"{_WSDL}message[@name='{local}']/{_WSDL}part[@element]"):
                    prefix, _, name = part.get("element", "").rpartition(":")
                    if name == operation.name:
                        return part.nsmap.get(prefix or None) or ""
        raise ContractError(
            f"{self._place}: its operation {operation.name} takes no element {operation.name}: names of elements "
            "cannot differ from the interface's"
        )

    def _operations(self, parent: str, name: str) -> Iterator[etree._Element]:
        for definitions in self._definitions:
            yield from definitions.iterfind(f"{_WSDL}{parent}/{_WSDL}operation[@name='{name}']")

    def _global_elements(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = defaultdict(set)
        for schema, namespace in self._schemas:
            for element in schema.iterfind(f"{_XS}element"):
                found[element.get("name", "")].add(namespace)
        return found

    def _header_namespaces(self, message_namespace: str) -> set[str]:
        """The namespaces of what Header is made of."""
        found = set()
        for schema, namespace in self._schemas:
            if namespace == message_namespace:
                for element in schema.iter(f"{_XS}element"):
                    prefix, colon, _ = element.get("type", "").rpartition(":")
                    if element.get("name") == "Header" and colon:
                        found.add(element.nsmap.get(prefix) or "")
        return found - {""}

    def _read(self, place: str, including: str | None = None) -> None:
        """A document and what it imports; `including` is the namespace of a schema that includes it."""
        if place in self._seen:
            return
        self._seen.add(place)
        if len(self._seen) > _MOST_DOCUMENTS:
            raise ContractError(f"{self._place}: imports more than {_MOST_DOCUMENTS} documents")
        try:
            root = etree.fromstring(self._fetch(place), etree.XMLParser(resolve_entities=False, no_network=True))
        except (etree.XMLSyntaxError, ValueError) as error:
            raise ContractError(f"{place}: is no WSDL and no schema: {error}") from error
        if root.tag == f"{_WSDL}definitions":
            self._definitions.append(root)
            for imported in root.iterfind(f"{_WSDL}import[@location]"):
                self._read(_beside(place, imported.get("location", "")))
        for schema in root.iter(f"{_XS}schema"):
            namespace = schema.get("targetNamespace") or including or ""
            self._schemas.append((schema, namespace))
            for tag, inherits in (("import", False), ("include", True)):
                for imported in schema.iterfind(f"{_XS}{tag}[@schemaLocation]"):
                    self._read(_beside(place, imported.get("schemaLocation", "")), namespace if inherits else None)


def _beside(place: str, location: str) -> str:
    """Where a document is that another one refers to."""
    if "://" in place or "://" in location:
        return urljoin(place, location)
    return str((Path(place).parent / location).resolve())
