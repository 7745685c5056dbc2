"""Callbacks as tables say them, and the message that carries them (Table 10.20)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from lxml import etree

from crm_contract.codec import Codec
from crm_contract.contract import Contract, Operation
from crm_contract.envelope import SOAP
from crm_contract.messages import (
    CallBack,
    CallBacks,
    CallbackTicket,
    CustomerData,
    ElectronicAddress,
    IncidentRecord,
    OutageCode,
    OutageRecord,
    Status,
    TelephoneNumber,
    UsagePoint,
)
from crm_contract.values import escape
from crmkit.suite import values
from crmkit.suite.messages import Header, remove
from crmkit.suite.tables import rows_with
from crmkit.suite.tickets.written import read_caller

Table = Sequence[Sequence[str]]

# What docs/steps.md prints.
SENT_COLUMNS = (
    ("callback", "what the scenario calls it; the same name twice is the same callback twice", "(always there)"),
    ("comment", "as it is, or `x*501`", "Back in service."),
    ("assigned", "a time, or anything else where a mistyped one is wanted", "now"),
    ("reason", "why it came about", "PowerRestored"),
    ("language", "languageId", "1033"),
    ("trouble code", "as it is", "No Power/No Light"),
    ("person", "`First Last; email E; landline L; mobile M`", "Ada Lovelace; mobile +1 512 555 0101"),
    ("usage point", "its mRID", "UP-1"),
    ("incident", "its mRID; with cause, times and status", "INC-1"),
    ("element", "an element that the schema does not have, by name", "none"),
)
_COLUMNS = tuple((name, meaning) for name, meaning, _ in SENT_COLUMNS)
_CSR = "CrmAdapter"


@dataclass(frozen=True, slots=True)
class SentCallback:
    """One callback of a message; `element` is the name of one that the schema does not have."""

    alias: str
    content: CallBack
    element: str = ""


@dataclass(frozen=True, slots=True)
class Written:
    """A message as bytes; `is_valid` against the schema."""

    body: bytes
    is_valid: bool
    mrids: tuple[str, ...] = field(default=())


def read_callbacks(table: Table, mrid_of: Callable[[str], str], now: datetime) -> list[SentCallback]:
    """The callbacks of a table. Raises HarnessError for columns and values that are none."""
    return [_callback(row, mrid_of, now) for row in rows_with(table, _COLUMNS)]


def write(
    contract: Contract,
    operation: Operation,
    header: Header,
    callbacks: Sequence[SentCallback],
    without: Sequence[str] = (),
) -> Written:
    """The whole envelope, less the elements at paths such as `Header/Verb`."""
    content = CallBacks([each.content for each in callbacks])
    payload = Codec(CallBacks, operation.payload_namespace).encode(content, "p")
    told = "".join(f"<h:{name}>{escape(text)}</h:{name}>" for name, text in header.content().items())
    message = etree.fromstring(
        f'<m:{operation.name} xmlns:m="{escape(operation.message_namespace)}"'
        f' xmlns:h="{escape(contract.message_parts)}" xmlns:p="{escape(operation.payload_namespace)}">'
        f"<m:Header>{told}</m:Header>"
        f"<m:Payload><p:{operation.payload_root}>{payload}</p:{operation.payload_root}></m:Payload>"
        f"</m:{operation.name}>"
    )
    for entry, each in zip(message.iterfind(f".//{{{operation.payload_namespace}}}CallBack"), callbacks, strict=True):
        if each.element:
            etree.SubElement(entry, f"{{{operation.payload_namespace}}}{each.element}").text = "yes"
    for path in without:
        remove(message, path)
    is_valid = bool(contract.schema(operation).validate(message))
    envelope = etree.Element(f"{{{SOAP}}}Envelope", nsmap={"soap": SOAP})
    etree.SubElement(envelope, f"{{{SOAP}}}Body").append(message)
    body = etree.tostring(envelope, xml_declaration=True, encoding="utf-8")
    return Written(body, is_valid, tuple(str(each.content.mrid) for each in callbacks))


def _callback(row: Mapping[str, str], mrid_of: Callable[[str], str], now: datetime) -> SentCallback:
    usual = {name: plain for name, _, plain in SENT_COLUMNS[1:-1]}
    said = {name: cell or None for name, cell in {**usual, **row}.items()}
    assigned = values.moment(said["assigned"], now) if said["assigned"] else None
    comment = said["comment"]
    ticket = CallbackTicket(
        said["language"], said["trouble code"], _customer(said["person"]), _usage_point(said["usage point"])
    )
    content = CallBack(
        mrid=mrid_of(row["callback"]),
        comment=None if comment is None else values.text(comment),
        csr_id=_CSR,
        date_time=values.moment_text(assigned) if assigned else said["assigned"],
        reason=said["reason"],
        incident_record=_incident(said["incident"], now),
        trouble_tickets=[] if ticket == CallbackTicket() else [ticket],
    )
    return SentCallback(row["callback"], content, row.get("element", ""))


def _customer(cell: str | None) -> CustomerData | None:
    caller = read_caller(cell or "")
    if caller is None:
        return None
    contacts = caller.contacts
    customer = CustomerData(caller.first, caller.last, caller.middle)
    if "email" in contacts:
        customer = replace(customer, electronic_address=ElectronicAddress(contacts["email"]))
    if "landline" in contacts:
        customer = replace(customer, landline_phone=TelephoneNumber(contacts["landline"]))
    if "mobile" in contacts:
        customer = replace(customer, mobile_phone=TelephoneNumber(contacts["mobile"]))
    return customer


def _usage_point(cell: str | None) -> UsagePoint | None:
    return None if cell is None else UsagePoint(cell)


def _incident(cell: str | None, now: datetime) -> IncidentRecord | None:
    if cell is None:
        return None
    return IncidentRecord(
        mrid=cell,
        comment="Fuse replaced.",
        created_date_time=values.moment_text(now),
        outage_record=OutageRecord([OutageCode("Equipment", "Blown Fuse")]),
        status=Status(value="In Progress"),
    )
