"""From bytes to the SOAP body's element, safely (decisions: Transport)."""

from __future__ import annotations

import threading
from typing import Any

from lxml import etree

from crm_contract.envelope import SOAP
from crm_soap.faults import SoapFault

_SOAP_12 = "http://www.w3.org/2003/05/soap-envelope"
_NEXT_ACTOR = "http://schemas.xmlsoap.org/soap/actor/next"
_threads = threading.local()


def parse_envelope(body: bytes, charset: str | None = None, message: str = "request") -> etree._Element:
    """The one element inside the SOAP body of a message, which errors call by the given word.

    The parser loads no DTD, resolves no entity and reaches no network; libxml2's own limits on depth (256) and
    text size hold. Raises SoapFault for everything that cannot be dispatched.
    """
    if not body:
        raise SoapFault("Client", f"The {message} has no body; a SOAP 1.1 envelope is expected.")
    try:
        root = etree.fromstring(body, _parser(charset, message))
    except (etree.XMLSyntaxError, ValueError) as error:
        raise SoapFault("Client", f"The {message} is not well-formed XML: {_one_line(error)}") from None
    docinfo: Any = root.getroottree().docinfo
    if docinfo.doctype:
        raise SoapFault("Client", "A document type declaration is not allowed.")
    return _body_element(_envelope(root))


def _parser(charset: str | None, message: str) -> etree.XMLParser:
    """One parser a thread and character set: a shared one would make threads wait for each other."""
    name = (charset or "").strip("\"'").lower()
    encoding = None if name in ("", "utf-8", "us-ascii") else name
    parsers: dict[str | None, etree.XMLParser] = _threads.__dict__.setdefault("parsers", {})
    if encoding not in parsers:
        try:
            parsers[encoding] = etree.XMLParser(
                encoding=encoding,
                resolve_entities=False,
                load_dtd=False,
                no_network=True,
                huge_tree=False,
                remove_comments=True,
                remove_pis=True,
            )
        except (LookupError, ValueError):
            raise SoapFault("Client", f"The character set of the {message} is unknown.") from None
    return parsers[encoding]


def _envelope(root: etree._Element) -> etree._Element:
    if root.tag == f"{{{_SOAP_12}}}Envelope":
        raise SoapFault("VersionMismatch", "SOAP 1.1 is spoken here.")
    if root.tag != f"{{{SOAP}}}Envelope":
        name = etree.QName(root)
        code = "VersionMismatch" if name.localname == "Envelope" and name.namespace else "Client"
        raise SoapFault(code, "The root element is not a SOAP 1.1 envelope.")
    return root


def _body_element(envelope: etree._Element) -> etree._Element:
    for header in envelope.iterfind(f"{{{SOAP}}}Header/*"):
        required = (header.get(f"{{{SOAP}}}mustUnderstand") or "").strip() in ("1", "true")
        if required and (header.get(f"{{{SOAP}}}actor") or _NEXT_ACTOR) == _NEXT_ACTOR:
            raise SoapFault("MustUnderstand", f"The header {etree.QName(header).localname} is not understood.")
    bodies = envelope.findall(f"{{{SOAP}}}Body")
    elements = [child for body in bodies for child in body if isinstance(child.tag, str)]
    if len(bodies) != 1 or len(elements) != 1:
        raise SoapFault("Client", "The SOAP body must hold exactly one element.")
    return elements[0]


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:300]
