"""What an adapter answers to callback results (Table 8.1), as far as an IVR can tell; and what it does not."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from lxml import etree

from crm_contract.codec import Codec
from crm_contract.contract import Contract, Operation
from crm_contract.envelope import (
    SOAP,
    ReplyHeader,
    ReportedError,
    fault_detail,
    noun_matches,
    read_header,
    response,
    soap_fault,
)
from crm_contract.messages import CallBackResult, CallBacksResults, Status
from crm_contract.values import format_datetime
from crmkit.listening.postings import Answering, ReportedResult

OPERATION = "CreatedCallBacksResults"
_SOURCE = "EcoStruxure GridOps"
_BUSY = ReportedError("5.1", "FATAL", "HighSystemActivity", "The adapter has no time now.")
_BROKEN = ReportedError("5.3", "FATAL", "InternalServerError", "The adapter could not process the message.")


@dataclass(frozen=True, slots=True)
class AdapterAnswer:
    """An HTTP answer, and the mRIDs whose results were taken."""

    status: int
    body: bytes
    accepted: frozenset[str] = frozenset()
    retry_after: int | None = None


class AdapterAnswers:
    """Answers in a contract; `words` are the results that are configured, all where it is None."""

    def __init__(self, contract: Contract, words: Collection[str] | None = None) -> None:
        self._contract = contract
        self._operation: Operation = contract.operations[OPERATION]
        self._words = words

    def answer(
        self, body: bytes, results: Sequence[ReportedResult], given: Collection[str], answering: Answering
    ) -> AdapterAnswer:
        """The answer to one message; `given` are the callbacks that the IVR was sent."""
        message = _message_in(body)
        if message is None or message.tag != self._operation.request:
            text = "No operation takes this message." if message is not None else "The request is no SOAP message."
            return AdapterAnswer(500, soap_fault("Client", text))
        if answering is Answering.FAULT:
            return AdapterAnswer(500, self._fault(_BROKEN))
        if answering is Answering.BUSY:
            return AdapterAnswer(503, self._fault(_BUSY), retry_after=1)
        errors, refused = self._errors(message, results, given)
        if answering is Answering.FAILED:
            named = ", ".join(each.mrid for each in results if each.mrid)
            errors = [_error("EntityNotFound", f"Invalid callback(s) mRID(s): {named}")]
            refused = set(range(len(results)))
        accepted = [each for number, each in enumerate(results) if number not in refused]
        outcome = "OK" if not refused and not errors else "PARTIAL" if accepted else "FAILED"
        return AdapterAnswer(
            200,
            self._response(message, outcome, errors, accepted),
            frozenset(each.mrid for each in accepted if each.mrid),
        )

    def _errors(
        self, message: etree._Element, results: Sequence[ReportedResult], given: Collection[str]
    ) -> tuple[list[ReportedError], set[int]]:
        """The Errors, and the positions of the results that are refused."""
        everything = set(range(len(results)))
        header = read_header(message, self._operation, self._contract)
        if header.verb is not None and header.verb != self._operation.verb:
            return [ReportedError("2.9", "FATAL", "InvalidVerb", f"Invalid verb: {header.verb}.")], everything
        if header.noun is not None and not noun_matches(header.noun, self._operation):
            return [ReportedError("2.5", "FATAL", "InvalidNoun", f"Invalid noun: {header.noun}.")], everything
        schema = self._contract.schema(self._operation)
        if not schema.validate(message):
            said = " ".join(str(schema.error_log.last_error.message).split()).rstrip(".")  # type: ignore[attr-defined]
            details = f"Received message is invalid against xsd schema. Reason: {said}."
            return [ReportedError("1.8", "FATAL", "InvalidMessage", details)], everything
        return self._entry_errors(results, given)

    def _entry_errors(
        self, results: Sequence[ReportedResult], given: Collection[str]
    ) -> tuple[list[ReportedError], set[int]]:
        errors: list[ReportedError] = []
        refused: set[int] = set()
        counts = Counter(each.mrid for each in results if each.mrid)
        for number, each in enumerate(results):
            if not each.mrid:
                errors.append(_error("MissingMRIDs", "Callback mrid is not provided."))
            elif counts[each.mrid] > 1:
                errors.append(_error("DuplicateMRIDs", f"Duplicate mRID {each.mrid} in the message."))
            elif each.mrid not in given:
                errors.append(_error("EntityNotFound", f"Invalid callback(s) mRID(s): {each.mrid}"))
            elif not each.value:
                details = f"Callback result element not found in message for callback(s): {each.mrid}."
                errors.append(_error("CallbackResultMissing", details))
            elif self._words is not None and each.value not in self._words:
                details = f"Invalid callback result: {each.value} for callback(s): {each.mrid}"
                errors.append(_error("InvalidCallBackResult", details))
            else:
                continue
            refused.add(number)
        return list(dict.fromkeys(errors)), refused

    def _response(
        self, message: etree._Element, outcome: str, errors: Sequence[ReportedError], taken: Sequence[ReportedResult]
    ) -> bytes:
        header = read_header(message, self._operation, self._contract)
        reply = ReplyHeader(
            format_datetime(datetime.now(UTC)), _SOURCE, str(uuid.uuid4()), header.correlation_id or header.message_id
        )
        told = CallBacksResults([CallBackResult(mrid=each.mrid, status=Status(value=each.value)) for each in taken])
        payload = Codec(CallBacksResults, self._operation.payload_namespace).encode(told, "p")
        return response(self._operation, self._contract, reply, outcome, errors, payload)

    def _fault(self, error: ReportedError) -> bytes:
        return soap_fault("Server", error.details, fault_detail(self._operation, self._contract, [error]))


def _error(reason: str, details: str) -> ReportedError:
    return ReportedError("2.7", "FATAL", reason, details)


def _message_in(body: bytes) -> etree._Element | None:
    """The one element of a SOAP 1.1 body, on its own; None for anything else."""
    try:
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    entries = [each for each in root.iterfind(f"{{{SOAP}}}Body/*") if isinstance(each.tag, str)]
    if root.tag != f"{{{SOAP}}}Envelope" or len(entries) != 1:
        return None
    return etree.fromstring(etree.tostring(entries[0], with_tail=False))
