"""What every hosted operation does with a message around its own work: common rows, reply, fault."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from lxml import etree

from crm_contract.contract import Contract, Operation
from crm_contract.envelope import (
    ReplyHeader,
    ReportedError,
    RequestHeader,
    fault_detail,
    read_header,
    replace_verb,
    response,
)
from crm_contract.values import format_datetime
from crm_soap.faults import SoapFault
from reference_adapter.clock import Clock
from reference_adapter.configuration.errors import ErrorConfiguration
from reference_adapter.configuration.settings import AdapterSettings
from reference_adapter.configuration.watched import WatchedFile
from reference_adapter.operations.replies import Result
from reference_adapter.rules.registry import RuleBook
from reference_adapter.rules.reports import Report
from reference_adapter.storage.database import StoreBusy

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Reply:
    """What goes out: `payload` is the XML inside the payload's root, None for no payload at all."""

    result: Result
    errors: Iterable[ReportedError]
    payload: str | None


Work = Callable[[etree._Element, RequestHeader], Reply]


class Pipeline:
    """Handles the messages of one operation.

    `work` is the operation's own part, called for messages that passed the common rows (D-05).
    """

    def __init__(
        self,
        operation: Operation,
        contract: Contract,
        rules: RuleBook,
        errors: WatchedFile[ErrorConfiguration],
        settings: WatchedFile[AdapterSettings],
        clock: Clock,
        retry_after_seconds: int,
        work: Work,
    ) -> None:
        self._operation = operation
        self._contract = contract
        self._rules = rules
        self._errors = errors
        self._settings = settings
        self._clock = clock
        self._retry_after_seconds = retry_after_seconds
        self._work = work

    def __call__(self, body: etree._Element) -> bytes:
        """Answer one message; raises SoapFault for 5.1 and 5.3 (D-03, D-06b)."""
        try:
            header = read_header(body, self._operation, self._contract)
            refused = self._refused(body, header)
            reply = refused or self._work(body, header)
            return self._response(header, reply)
        except StoreBusy:
            busy = self._errors.current()["HighSystemActivity"].filled()
            raise self._fault(
                busy, "503 Service Unavailable", {"Retry-After": str(self._retry_after_seconds)}
            ) from None
        except Exception:
            raise self._internal_error() from None

    def _refused(self, body: etree._Element, header: RequestHeader) -> Reply | None:
        """Rows 5.1-01 to 5.1-03: verb and noun first, both may be wrong; then the schema."""
        report, settings = Report(self._rules), self._settings.current()
        self._note(report, "5.1-01", self._rules["5.1-01"].check(header, self._operation, settings.strict_verbs))
        self._note(report, "5.1-02", self._rules["5.1-02"].check(header, self._operation))
        if not (errors := report.errors(self._errors.current())):
            if header.verb in self._operation.verb_synonyms:
                # The schema knows it no more; it has been taken for the verb that replaced it (D-17).
                replace_verb(body, self._operation, self._contract)
            schema = self._contract.schema(self._operation)
            self._note(report, "5.1-03", self._rules["5.1-03"].check(body, schema, header, settings.strict_header))
            errors = report.errors(self._errors.current())
        return Reply(Result.FAILED, errors, None) if errors else None

    def _note(self, report: Report, row: str, found: object) -> None:
        reporting = self._rules[row].reporting
        if found and reporting is not None:
            report.add(reporting.name, found)  # type: ignore[arg-type]

    def _response(self, header: RequestHeader, reply: Reply) -> bytes:
        answered = ReplyHeader(
            timestamp=format_datetime(self._clock()),
            source=self._settings.current().reply_source,
            message_id=str(uuid.uuid4()),
            # Without a CorrelationID of its own the request is known by its MessageID (D-16).
            correlation_id=header.correlation_id or header.message_id,
            # Only ticket queries have a context, and get it back as they spelled it (D-35).
            context=header.context if self._operation.name == "GetTroubleTickets" else None,
        )
        return response(self._operation, self._contract, answered, reply.result, reply.errors, reply.payload)

    def _internal_error(self) -> SoapFault:
        reference = uuid.uuid4()
        _log.exception("%s failed, reference %s", self._operation.name, reference)
        report = Report(self._rules)
        self._note(report, "5.1-04", self._rules["5.1-04"].check(reference))
        return self._fault(report.errors(self._errors.current())[0])

    def _fault(
        self,
        error: ReportedError,
        status: str = "500 Internal Server Error",
        headers: dict[str, str] | None = None,
    ) -> SoapFault:
        detail = fault_detail(self._operation, self._contract, [error])
        return SoapFault("Server", error.details, detail, status, headers)
