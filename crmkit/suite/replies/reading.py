"""Replies as they came over the wire: parsed safely, validated, taken apart. What is wrong with one is a Mismatch."""

from __future__ import annotations

from dataclasses import dataclass, field

from lxml import etree

from crm_contract.codec import Codec
from crm_contract.contract import Contract, Operation
from crm_contract.envelope import SOAP
from crm_contract.messages import CallBack, CallBackResult, CallBacks, CallBacksResults, TroubleTicket, TroubleTickets
from crmkit.suite.access.exchange import Exchange
from crmkit.suite.errors import Mismatch

_SHOWN = 200


@dataclass(frozen=True, slots=True)
class ReportedError:
    """A Reply.Error; None where the element is absent."""

    code: str | None
    level: str | None
    reason: str | None
    details: str | None


@dataclass(frozen=True, slots=True)
class Reply:
    """A response, or the operation's fault message inside a SOAP fault (`fault_code` is then not None)."""

    result: str
    errors: tuple[ReportedError, ...]
    header: dict[str, str] = field(default_factory=dict)
    tickets: tuple[TroubleTicket, ...] = ()
    fault_code: str | None = None
    callbacks: tuple[CallBack, ...] = ()
    results: tuple[CallBackResult, ...] = ()

    @property
    def entries(self) -> int:
        """How many entries the payload has, of whatever kind."""
        return len(self.tickets) + len(self.callbacks) + len(self.results)


def read_reply(exchange: Exchange, operation: Operation, contract: Contract) -> Reply:
    """The reply of an exchange, valid against the schema and with the HTTP status of its kind.

    Raises Mismatch for anything else: no answer, no XML, no SOAP, another message, an invalid one.
    """
    reply, problem = read_anyway(exchange, operation, contract)
    if problem is not None or reply is None:
        raise problem or Mismatch.of("reply", "a reply", "none")
    return reply


def read_anyway(exchange: Exchange, operation: Operation, contract: Contract) -> tuple[Reply | None, Mismatch | None]:
    """As much of a reply as can be read though it is not valid, None for nothing; and what is wrong with it."""
    try:
        answer = exchange.answered()
        body = _soap_body(answer.body, answer.status)
        is_fault = body.tag == f"{{{SOAP}}}Fault"
        if is_fault:
            message = _fault_message(body, operation)
        elif body.tag != f"{{{operation.message_namespace}}}{operation.response}":
            raise Mismatch.of("SOAP body", f"{operation.response} of {operation.message_namespace}", str(body.tag))
        else:
            message = body
    except Mismatch as mismatch:
        return None, mismatch
    problem: Mismatch | None = None
    try:
        _validate(message, operation, contract)
        _expect_status(answer.status, *((500, "a SOAP fault") if is_fault else (200, "a response")))
    except Mismatch as mismatch:
        problem = mismatch
    try:
        if is_fault:
            result, errors = _reply_parts(message, operation, contract)
            return Reply(result, errors, fault_code=_fault_code(body)), problem
        return _read_response(body, operation, contract), problem
    except (Mismatch, ValueError) as error:
        if problem is None and isinstance(error, Mismatch):
            return None, error
        if problem is None:
            raise
        return None, problem


def parse(document: bytes) -> etree._Element:
    """The root of a document. Raises Mismatch for what is not XML, or has a DOCTYPE."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(document, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Mismatch.of("reply", "well-formed XML", f"{_excerpt(document)} ({error})") from error
    if root.getroottree().docinfo.doctype:  # type: ignore[union-attr]
        raise Mismatch.of("reply", "a SOAP message", f"a document with a DOCTYPE: {_excerpt(document)}")
    return root


def _soap_body(document: bytes, status: int) -> etree._Element:
    if not document.strip():
        raise Mismatch.of("reply", "a SOAP message", f"HTTP {status} with an empty body")
    root = parse(document)
    if root.tag != f"{{{SOAP}}}Envelope":
        raise Mismatch.of("reply", "a SOAP 1.1 envelope", f"HTTP {status} with {_excerpt(document)}")
    bodies = root.findall(f"{{{SOAP}}}Body")
    entries = [child for body in bodies for child in body if isinstance(child.tag, str)]
    if len(bodies) != 1 or len(entries) != 1:
        raise Mismatch.of("SOAP body", "one Body with one element", f"{len(bodies)} with {len(entries)} elements")
    # On its own, so that the schema judges the message and not the envelope around it.
    return etree.fromstring(etree.tostring(entries[0], with_tail=False))


def _read_response(body: etree._Element, operation: Operation, contract: Contract) -> Reply:
    names = f"{{{operation.message_namespace}}}"
    header = body.find(f"{names}Header")
    result, errors = _reply_parts(body, operation, contract)
    payload = body.find(f"{names}Payload/{{{operation.payload_namespace}}}{operation.payload_root}")
    tickets: list[TroubleTicket] = []
    callbacks: list[CallBack] = []
    results: list[CallBackResult] = []
    if payload is not None:
        match operation.payload_root:
            case "TroubleTickets":
                tickets = Codec(TroubleTickets, operation.payload_namespace).decode(payload).trouble_tickets
            case "CallBacks":
                callbacks = Codec(CallBacks, operation.payload_namespace).decode(payload).call_backs
            case "CallBacksResults":
                results = Codec(CallBacksResults, operation.payload_namespace).decode(payload).call_back_results
    parts = f"{{{contract.message_parts}}}"
    texts = {
        child.tag.removeprefix(parts): child.text or ""
        for child in (header if header is not None else ())
        if isinstance(child.tag, str) and child.tag.startswith(parts)
    }
    return Reply(result, errors, texts, tuple(tickets), None, tuple(callbacks), tuple(results))


def _fault_message(fault: etree._Element, operation: Operation) -> etree._Element:
    """The operation's fault message in a fault's detail; Mismatch without it."""
    text = fault.findtext("faultstring") or ""
    detail = fault.find("detail")
    messages = [] if detail is None else [child for child in detail if isinstance(child.tag, str)]
    wanted = f"{{{operation.message_namespace}}}{operation.fault}"
    if [child.tag for child in messages] != [wanted]:
        there = ", ".join(str(child.tag) for child in messages) or "none"
        raise Mismatch.of(
            "reply",
            f"{operation.response}, or a fault with {operation.fault} as its detail",
            f"SOAP fault {(fault.findtext('faultcode') or '').strip()}: {text.strip()[:_SHOWN]} (detail: {there})",
        )
    return etree.fromstring(etree.tostring(messages[0], with_tail=False))


def _fault_code(fault: etree._Element) -> str:
    return (fault.findtext("faultcode") or "").strip().rpartition(":")[2]


def _reply_parts(
    body: etree._Element, operation: Operation, contract: Contract
) -> tuple[str, tuple[ReportedError, ...]]:
    parts = f"{{{contract.message_parts}}}"
    reply = body.find(f"{{{operation.message_namespace}}}Reply")
    if reply is None:
        raise Mismatch.of("Reply", "an element Reply", "none")
    errors = tuple(
        ReportedError(*(error.findtext(f"{parts}{name}") for name in ("code", "level", "reason", "details")))
        for error in reply.iterfind(f"{parts}Error")
    )
    return reply.findtext(f"{parts}Result") or "", errors


def _validate(message: etree._Element, operation: Operation, contract: Contract) -> None:
    try:
        contract.schema(operation).assertValid(message)
    except etree.DocumentInvalid as error:
        raise Mismatch.of("reply", "a message that is valid against the schema", str(error)) from error


def _expect_status(status: int, wanted: int, kind: str) -> None:
    if status != wanted:
        raise Mismatch.of("HTTP status", f"{wanted} for {kind}", str(status))


def _excerpt(document: bytes) -> str:
    text = " ".join(document[: 2 * _SHOWN].decode("utf-8", "replace").split())
    return repr(text[:_SHOWN])
