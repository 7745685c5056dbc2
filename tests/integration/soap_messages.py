"""SOAP messages as text, so that a test sees and bends every byte; and what an answer says."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from lxml import etree

SERVICE = "ReceiveTroubleTicketsService"
SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
SOAP_12 = "http://www.w3.org/2003/05/soap-envelope"
MESSAGE = "http://iec.ch/TC57/2011/TroubleTicketsMessage"
PARTS = "http://iec.ch/TC57/2011/schema/message"
PAYLOAD = "http://iec.ch/TC57/2011/TroubleTickets#"
CREATED_ACTION = "http://iec.ch/TC57/2011/TroubleTickets/CreatedTroubleTickets"
CHANGED_ACTION = "http://iec.ch/TC57/2011/TroubleTickets/ChangedTroubleTickets"
DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'


def ticket(name: str, *inner: str, code: str = "No Power/No Light") -> str:
    """One TroubleTicket; `inner` are whole elements that stand behind troubleCode."""
    return (
        f"<p:TroubleTicket><p:name>{escape(name)}</p:name><p:troubleCode>{escape(code)}</p:troubleCode>"
        f"{''.join(inner)}</p:TroubleTicket>"
    )


def at_usage_point(mrid: str) -> str:
    """A UsagePoint element."""
    return f"<p:UsagePoint><p:mRID>{escape(mrid)}</p:mRID></p:UsagePoint>"


def created(tickets: Iterable[str], message_id: str | None = None, operation: str = "CreatedTroubleTickets") -> str:
    """The body element of an event message."""
    verb = "created" if operation.startswith("Created") else "changed"
    return (
        f'<m:{operation} xmlns:m="{MESSAGE}" xmlns:h="{PARTS}" xmlns:p="{PAYLOAD}">'
        f"<m:Header><h:Verb>{verb}</h:Verb><h:Noun>TroubleTickets</h:Noun><h:Source>integration</h:Source>"
        f"<h:MessageID>{escape(message_id or str(uuid.uuid4()))}</h:MessageID></m:Header>"
        f"<m:Payload><p:TroubleTickets>{''.join(tickets)}</p:TroubleTickets></m:Payload></m:{operation}>"
    )


def envelope(*body: str, headers: Sequence[str] = (), namespace: str = SOAP, declaration: str = DECLARATION) -> bytes:
    """A SOAP envelope as UTF-8."""
    header = f"<s:Header>{''.join(headers)}</s:Header>" if headers else ""
    text = f'{declaration}<s:Envelope xmlns:s="{namespace}">{header}<s:Body>{"".join(body)}</s:Body></s:Envelope>'
    return text.encode()


def create_message(*names: str, message_id: str | None = None) -> bytes:
    """A whole valid CreatedTroubleTickets message with a ticket a name."""
    return envelope(created([ticket(name) for name in names], message_id))


@dataclass(frozen=True)
class Entry:
    """A created ticket as the reply shows it."""

    mrid: str | None
    name: str | None


@dataclass(frozen=True)
class Reply:
    """A response message."""

    result: str
    errors: tuple[tuple[str, str, str], ...]
    entries: tuple[Entry, ...]

    @property
    def reasons(self) -> list[str]:
        """The Errors' reasons, in order."""
        return [reason for _, _, reason in self.errors]


@dataclass(frozen=True)
class Fault:
    """A SOAP fault; `reasons` are those of its detail."""

    code: str
    text: str
    reasons: tuple[str, ...]


def read_reply(body: bytes) -> Reply:
    """What a response says; fails for anything that is none."""
    message = _only_child(body)
    assert message.tag == f"{{{MESSAGE}}}TroubleTicketsResponseMessage", body[:2000]
    reply = message.find(f"{{{MESSAGE}}}Reply")
    assert reply is not None
    errors = [
        tuple(error.findtext(f"{{{PARTS}}}{tag}") or "" for tag in ("code", "level", "reason"))
        for error in reply.iterfind(f"{{{PARTS}}}Error")
    ]
    entries = [
        Entry(entry.findtext(f"{{{PAYLOAD}}}mRID"), entry.findtext(f"{{{PAYLOAD}}}name"))
        for entry in message.iter(f"{{{PAYLOAD}}}TroubleTicket")
    ]
    return Reply(reply.findtext(f"{{{PARTS}}}Result") or "", tuple(errors), tuple(entries))  # type: ignore[arg-type]


def read_fault(body: bytes) -> Fault:
    """What a SOAP fault says; fails for anything that is none."""
    fault = _only_child(body)
    assert fault.tag == f"{{{SOAP}}}Fault", body[:2000]
    prefix, _, code = (fault.findtext("faultcode") or "").partition(":")
    assert fault.nsmap.get(prefix) == SOAP, "faultcode is no qualified name of SOAP's"
    reasons = tuple(reason.text or "" for reason in fault.iterfind(f"detail//{{{PARTS}}}reason"))
    return Fault(code, fault.findtext("faultstring") or "", reasons)


def _only_child(body: bytes) -> etree._Element:
    root = etree.fromstring(body)
    assert root.tag == f"{{{SOAP}}}Envelope", body[:2000]
    (child,) = root.findall(f"{{{SOAP}}}Body/*")
    return child
