"""Messages that the target has sent to the IVR, as the IVR's journal holds them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from lxml import etree

from crm_contract.codec import Codec
from crm_contract.contract import Contract, Operation
from crm_contract.envelope import SOAP
from crm_contract.messages import CallBack, CallBacks
from crm_contract.values import parse_datetime
from crmkit.suite.access.control import Json
from crmkit.suite.errors import Mismatch
from crmkit.suite.evidence import Aspect, Call, Check, Transcript, compared
from crmkit.suite.payload_places import ABSENT
from crmkit.suite.replies.reading import parse

SEND = "CreatedCallBacks"
_NORMAL = "normal"
# Clocks of two systems may differ; a message stamped hours ago was not made now.
_NOW = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class SentCallbacks:
    """A message to the IVR, valid against the schema; `taken` when the IVR has answered it with OK."""

    header: dict[str, str]
    callbacks: tuple[CallBack, ...]
    taken: bool

    @property
    def message_id(self) -> str:
        """The id of the message."""
        return self.header.get("MessageID", "").strip()


def about(records: Iterable[Json], mrids: Iterable[str]) -> list[Json]:
    """The records of messages that carry one of these callbacks, or that cannot be read at all."""
    wanted = set(mrids)
    return [record for record in records if wanted.intersection(record["callbacks"]) or not record["valid"]]


def note_calls(transcript: Transcript, records: Iterable[Json]) -> None:
    """Note what the target has sent to the IVR, each message once however often the journal is read.

    The journal keeps no answer but its Result.
    """
    noted = {(call.label, call.started, call.request) for call in transcript.calls if call.caller == "target"}
    for record in records:
        if not record.get("at"):
            continue
        moment = transcript.seconds_at(parse_datetime(str(record["at"]), UTC))
        answered = record["result"] or f"nothing that is a reply: {record['behaviour']}"
        body = str(record["body"]).encode()
        call = Call(
            caller="target",
            called="ivr",
            kind="soap",
            label=f"{SEND}, answered {answered}",
            started=moment,
            finished=moment,
            method="POST",
            request=body,
            is_subject=True,
        )
        if (call.label, moment, body) not in noted:
            noted.add((call.label, moment, body))
            transcript.note(call)


def was_taken(record: Json) -> bool:
    """Whether the IVR has answered a message with OK; a reply that is wrong on purpose is none."""
    return bool(record["behaviour"] == _NORMAL and record["result"] == "OK")


def read_sent(record: Json, contract: Contract) -> SentCallbacks:
    """The message of a journal's record. Raises Mismatch for one that is not valid against the schema."""
    operation = contract.operations[SEND]
    root = parse(str(record["body"]).encode())
    body = root.find(f"{{{SOAP}}}Body")
    entries = [] if body is None else [child for child in body if isinstance(child.tag, str)]
    if root.tag != f"{{{SOAP}}}Envelope" or len(entries) != 1:
        raise Mismatch.of("message to the IVR", "a SOAP 1.1 envelope with one body element", str(root.tag))
    message = etree.fromstring(etree.tostring(entries[0], with_tail=False))
    try:
        contract.schema(operation).assertValid(message)
    except etree.DocumentInvalid as error:
        raise Mismatch.of("message to the IVR", "a message that is valid against the schema", str(error)) from error
    if message.tag != operation.request:
        raise Mismatch.of("message to the IVR", operation.request, str(message.tag))
    return SentCallbacks(_header(message, operation, contract), _callbacks(message, operation), was_taken(record))


def header_checks(sent: SentCallbacks, operation: Operation, now: datetime) -> list[Check]:
    """A check for each element that Table 10.20 says. Revision and Source are not judged (D-16)."""
    observed = sent.header
    wanted_and_fine = (
        ("Verb", operation.verb, observed.get("Verb") == operation.verb),
        ("Noun", operation.noun, observed.get("Noun") == operation.noun),
        ("MessageID", "an id", bool(sent.message_id)),
        ("CorrelationID", "the MessageID", observed.get("CorrelationID", "").strip() == sent.message_id),
        ("Timestamp", "now, with a zone", _is_now(observed.get("Timestamp", ""), now)),
    )
    return [
        compared(Aspect.HEADER, f"message to the IVR/Header/{name}", wanted, observed.get(name) or ABSENT, fine)
        for name, wanted, fine in wanted_and_fine
    ]


def _header(message: etree._Element, operation: Operation, contract: Contract) -> dict[str, str]:
    header = message.find(f"{{{operation.message_namespace}}}Header")
    parts = f"{{{contract.message_parts}}}"
    return {
        child.tag.removeprefix(parts): child.text or ""
        for child in (header if header is not None else ())
        if isinstance(child.tag, str) and child.tag.startswith(parts)
    }


def _callbacks(message: etree._Element, operation: Operation) -> tuple[CallBack, ...]:
    path = f"{{{operation.message_namespace}}}Payload/{{{operation.payload_namespace}}}{operation.payload_root}"
    payload = message.find(path)
    if payload is None:
        return ()
    return tuple(Codec(CallBacks, operation.payload_namespace).decode(payload).call_backs)


def _is_now(timestamp: str, now: datetime) -> bool:
    text = timestamp.strip()
    if not text.endswith("Z") and text[-6:-5] not in ("+", "-"):
        return False
    try:
        return abs(parse_datetime(text, UTC) - now) <= _NOW
    except ValueError:
        return False
