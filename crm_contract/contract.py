"""The contract as data: services, operations, namespaces, and the WSDL and schema files behind them.

Namespaces and soapActions are data. Who owns the vendor's own service definitions renames ours by a TOML file
(`load_contract`), and every part of the kit, served files included, then speaks the renamed contract.
"""

from __future__ import annotations

import re
import shutil
import tempfile
import threading
import tomllib
import weakref
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from xml.sax.saxutils import quoteattr

from lxml import etree

NS = "http://iec.ch/TC57/2011"
MESSAGE_PARTS = f"{NS}/schema/message"

_HERE = Path(__file__).parent


class ContractError(Exception):
    """A contract file that cannot be used; the text is one line and says what to do."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of the interface (contract: Services).

    `message_namespace` holds the body element and its Header, Request, Reply and Payload; `payload_namespace`
    the response payload and, for events, the request payload; `query_namespace` a get operation's query root.
    """

    name: str
    service: str
    verb: str
    noun: str
    message_schema: str
    soap_action: str
    query_root: str | None = None
    noun_aliases: tuple[str, ...] = ()
    verb_synonyms: tuple[str, ...] = ()
    message_namespace: str = ""
    payload_namespace: str = ""
    query_namespace: str = ""

    @property
    def request(self) -> str:
        """Qualified name of the request's body element: what a message is dispatched on."""
        return f"{{{self.message_namespace}}}{self.name}"

    @property
    def response(self) -> str:
        """Local name of the response's body element."""
        return f"{self.noun}ResponseMessage"

    @property
    def fault(self) -> str:
        """Local name of the fault detail's element."""
        return f"{self.noun}FaultMessage"

    @property
    def payload_root(self) -> str:
        """Local name of the root element inside Payload."""
        return self.noun


@dataclass(frozen=True, slots=True)
class Service:
    """One wsdl:service; `hosted_by` is `adapter` or `ivr` (D-01)."""

    name: str
    operations: tuple[str, ...]
    hosted_by: str = "adapter"


SERVICES = (
    Service("ReceiveTroubleTicketsService", ("CreatedTroubleTickets", "ChangedTroubleTickets")),
    Service("GetTroubleTicketsService", ("GetTroubleTickets",)),
    Service("GetCallbacksService", ("GetCallbacks",)),
    Service("ReceiveCallBacksResultsService", ("CreatedCallBacksResults",)),
    Service("SendCallBacksService", ("CreatedCallBacks",), hosted_by="ivr"),
)

_OPERATIONS = (
    Operation(
        "CreatedTroubleTickets",
        "ReceiveTroubleTicketsService",
        "created",
        "TroubleTickets",
        "TroubleTicketsMessage",
        f"{NS}/TroubleTickets/CreatedTroubleTickets",
    ),
    Operation(
        "ChangedTroubleTickets",
        "ReceiveTroubleTicketsService",
        "changed",
        "TroubleTickets",
        "TroubleTicketsMessage",
        f"{NS}/TroubleTickets/ChangedTroubleTickets",
        verb_synonyms=("update", "updated"),
    ),
    Operation(
        "GetTroubleTickets",
        "GetTroubleTicketsService",
        "get",
        "TroubleTickets",
        "GetTroubleTicketsMessage",
        f"{NS}/GetTroubleTickets/GetTroubleTickets",
        query_root="GetTroubleTickets",
    ),
    Operation(
        "GetCallbacks",
        "GetCallbacksService",
        "get",
        "CallBacks",
        "GetCallbacksMessage",
        f"{NS}/GetCallbacks/GetCallbacks",
        query_root="GetCallbacks",
    ),
    Operation(
        "CreatedCallBacksResults",
        "ReceiveCallBacksResultsService",
        "created",
        "CallBacksResults",
        "CallBacksResultsMessage",
        f"{NS}/CallBacksResults/CreatedCallBacksResults",
        noun_aliases=("CallBackResults",),
    ),
    Operation(
        "CreatedCallBacks",
        "SendCallBacksService",
        "created",
        "CallBacks",
        "CallBacksMessage",
        f"{NS}/CallBacks/CreatedCallBacks",
    ),
)


@dataclass(frozen=True)
class Contract:
    """Everything that both sides agreed on, with renamed namespaces where a user renamed them.

    `documents` maps a file name (`TroubleTickets.xsd`, `GetCallbacksService.wsdl`) to its bytes; `schema_folder`
    holds the same schemas as files.
    """

    operations: Mapping[str, Operation]
    message_parts: str
    documents: Mapping[str, bytes]
    schema_folder: Path
    _threads: threading.local = field(default_factory=threading.local, repr=False, compare=False)

    def schema(self, operation: Operation) -> etree.XMLSchema:
        """The compiled schema of an operation's messages, one a thread: lxml keeps its error log in it."""
        compiled: dict[str, etree.XMLSchema] = self._threads.__dict__.setdefault("schemas", {})
        name = f"{operation.message_schema}.xsd"
        if name not in compiled:
            # From files: with a resolver of ours, another thread's parse would take it away in the middle, since
            # lxml sets libxml2's one document loader around each parse.
            compiled[name] = etree.XMLSchema(file=str(self.schema_folder / name))
        return compiled[name]

    def of_service(self, service: str) -> tuple[Operation, ...]:
        """The operations of one wsdl:service, in the WSDL's order."""
        return tuple(op for op in self.operations.values() if op.service == service)

    def wsdl(self, service: str, address: str) -> bytes:
        """A service's WSDL with the address at which the client reached it; else the file as it is."""
        original = f'<soap:address location="http://localhost/{service}"/>'.encode()
        return self.documents[f"{service}.wsdl"].replace(
            original, f"<soap:address location={quoteattr(address)}/>".encode()
        )


def load_contract(remapping: Path | None = None) -> Contract:
    """The contract of the packaged files, renamed by a TOML file of [namespaces] and [soap_actions].

    Both tables go from our URI (or, for soap_actions, from the operation's name) to the vendor's.
    Raises ContractError for a file that cannot be read, an unknown table, namespace or operation, and for names
    with which the schemas do not compile.
    """
    namespaces, actions = read_remapping(remapping) if remapping else ({}, {})
    return renamed_contract(namespaces, actions, str(remapping))


def renamed_contract(namespaces: Mapping[str, str], actions: Mapping[str, str], source: str) -> Contract:
    """The contract of the packaged files, its namespaces and soapActions renamed, from ours to the vendor's.

    Raises ContractError, which names the `source` of the names, for those with which the schemas do not compile.
    """
    documents = {
        path.name: path.read_bytes()
        for folder, ending in (("wsdl", "*.wsdl"), ("xsd", "*.xsd"))
        for path in sorted((_HERE / folder).glob(ending))
    }
    operations = {op.name: _resolve(op, namespaces, actions.get(op.name, op.soap_action)) for op in _OPERATIONS}
    uris = {**namespaces, **{op.soap_action: actions[op.name] for op in _OPERATIONS if op.name in actions}}
    documents = {name: _rename(text, uris) for name, text in documents.items()}
    folder = _write_schemas(documents) if namespaces else _HERE / "xsd"
    contract = Contract(operations, namespaces.get(MESSAGE_PARTS, MESSAGE_PARTS), documents, folder)
    if namespaces:
        weakref.finalize(contract, shutil.rmtree, folder, ignore_errors=True)
    if namespaces or actions:
        _check_schemas(contract, source)
    return contract


def _check_schemas(contract: Contract, source: str) -> None:
    """Two namespaces with one name make schemas that do not compile: better said now than to the first message."""
    for op in contract.operations.values():
        try:
            contract.schema(op)
        except etree.XMLSchemaParseError as error:
            raise ContractError(f"{source}: {op.message_schema}.xsd does not compile so renamed: {error}") from error


def _resolve(op: Operation, namespaces: Mapping[str, str], action: str) -> Operation:
    def renamed(uri: str) -> str:
        return namespaces.get(uri, uri)

    return Operation(
        op.name,
        op.service,
        op.verb,
        op.noun,
        op.message_schema,
        action,
        query_root=op.query_root,
        noun_aliases=op.noun_aliases,
        verb_synonyms=op.verb_synonyms,
        message_namespace=renamed(f"{NS}/{op.message_schema}"),
        payload_namespace=renamed(f"{NS}/{op.noun}#"),
        query_namespace=renamed(f"{NS}/{op.query_root}#") if op.query_root else "",
    )


def _rename(document: bytes, uris: Mapping[str, str]) -> bytes:
    """All names in one pass: one of theirs may be another of ours."""
    return re.sub(rb'"([^"<>]*)"', lambda found: _renamed(found, uris), document)


def _renamed(quoted: re.Match[bytes], uris: Mapping[str, str]) -> bytes:
    theirs = uris.get(quoted[1].decode())
    return quoted[0] if theirs is None else quoteattr(theirs).encode()


def read_remapping(path: Path) -> tuple[dict[str, str], dict[str, str]]:
    """The two tables of a TOML file, see `load_contract`. Raises ContractError."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ContractError(f"{path}: cannot be read ({error.strerror})") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ContractError(f"{path}: is not TOML: {error}") from error
    if unknown := sorted(set(data) - {"namespaces", "soap_actions"}):
        raise ContractError(f"{path}: unknown table [{unknown[0]}]; [namespaces] and [soap_actions] are known")
    known_uris = (
        {MESSAGE_PARTS}
        | {uri for op in _OPERATIONS for uri in (f"{NS}/{op.message_schema}", f"{NS}/{op.noun}#")}
        | {f"{NS}/{op.query_root}#" for op in _OPERATIONS if op.query_root}
        | {f"{NS}/{service.name.removesuffix('Service')}" for service in SERVICES}
    )
    for table, known in (("namespaces", known_uris), ("soap_actions", {op.name for op in _OPERATIONS})):
        if not isinstance(data.get(table, {}), dict):
            raise ContractError(f"{path}: {table} wants to be a table, [{table}]")
        for ours, theirs in data.get(table, {}).items():
            if ours not in known:
                raise ContractError(f"{path}: [{table}] {ours!r} is none of ours: {', '.join(sorted(known))}")
            if not isinstance(theirs, str) or not theirs:
                raise ContractError(f"{path}: [{table}] {ours!r} wants a text")
    return data.get("namespaces", {}), data.get("soap_actions", {})


def _write_schemas(documents: Mapping[str, bytes]) -> Path:
    """A new temporary folder with the renamed schemas."""
    folder = Path(tempfile.mkdtemp(prefix="crm-contract-"))
    for name, text in documents.items():
        if name.endswith(".xsd"):
            (folder / name).write_bytes(text)
    return folder
