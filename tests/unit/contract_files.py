"""The contract's files as the tests see them: straight from disk, through two validators that share no code."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from xml.etree import ElementTree

import xmlschema
from lxml import etree

import crm_contract

CONTRACT = Path(crm_contract.__file__).parent
SAMPLES = CONTRACT / "samples"

NS = "http://iec.ch/TC57/2011"
SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
PARTS = f"{NS}/schema/message"

# The rows' own point is that the schema refuses them: an unknown verb, a missing noun, a result of nobody's.
INVALID_BY_NATURE = ("5.1-01.request.xml", "5.1-03.request.xml", "9.1-04.reply.xml")

ROWS_OF = {
    table: tuple(f"{table}-{position:02}" for position in range(1, rows + 1))
    for table, rows in {"5.1": 29, "5.2": 9, "6.1": 15, "7.1": 6, "8.1": 8, "9.1": 4}.items()
}
# Its request meets nobody who answers.
WITHOUT_REPLY = "9.1-03"
OTHER_OPERATIONS = (
    "ChangedTroubleTickets",
    "GetTroubleTickets",
    "GetCallbacks",
    "CreatedCallBacksResults",
    "CreatedCallBacks",
)


def message_in(envelope: etree._Element) -> etree._Element:
    """The element that the schemas describe: the Body's only child, or what a fault carries as its detail."""
    (body,) = envelope.findall(f"{{{SOAP}}}Body")
    (message,) = body
    if message.tag == f"{{{SOAP}}}Fault":
        (detail,) = message.findall("detail")
        (message,) = detail
    return message


def sample(name: str) -> etree._Element:
    """A sample's envelope."""
    return etree.parse(SAMPLES / name, etree.XMLParser(no_network=True)).getroot()


def _schema_file(message: etree._Element) -> Path:
    namespace = etree.QName(message).namespace or ""
    return CONTRACT / "xsd" / f"{namespace.removeprefix(f'{NS}/')}.xsd"


@cache
def _lxml_schema(file: Path) -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(file, etree.XMLParser(no_network=True)))


@cache
def _independent_schema(file: Path) -> xmlschema.XMLSchema10:
    return xmlschema.XMLSchema10(file, allow="local")


def lxml_complaint(message: etree._Element) -> str | None:
    """What lxml finds wrong with a message; None when it is valid."""
    schema = _lxml_schema(_schema_file(message))
    return None if schema.validate(message) else str(schema.error_log[0].message)


def independent_complaint(message: etree._Element) -> str | None:
    """What the xmlschema package finds wrong, reading the text anew with the standard library's parser."""
    schema = _independent_schema(_schema_file(message))
    errors = schema.iter_errors(ElementTree.fromstring(etree.tostring(message, with_tail=False)))
    return next((f"{error.reason} at {error.path}" for error in errors), None)
