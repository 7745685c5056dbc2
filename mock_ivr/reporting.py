"""Reports outcomes of calls to the adapter, several in one message where several are due."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from http import HTTPStatus

from crm_contract.messages import CallBackResult, CallBacksResults, Status
from crm_soap.client import InvalidReply, NoAnswer, ServiceReply
from mock_ivr.dialling import Call, Dialler
from mock_ivr.journal import Dialled
from mock_ivr.sending import new_message_id, now_in_message
from mock_serving.journal import BoundedJournal, now_text

_log = logging.getLogger(__name__)
BATCH = 100
TRIES = 3
RETRY_SECONDS = 1.0
_COMMENTS = {
    "Restored": "Automatic call: the customer has power again.",
    "Not Restored": "Automatic call: the customer is still without power.",
    "No Answer": "Automatic call: nobody answered.",
    "Busy": "Automatic call: the line was busy.",
    "Left Message": "Automatic call: a message was left.",
    "Undialable": "Automatic call: the number cannot be dialled.",
    "Declined": "Automatic call: the customer hung up.",
}

Report = Callable[[CallBacksResults, str], ServiceReply]


class ResultReporter:
    """A thread that reports what the dialler has found out.

    A message that nobody answers is sent again, with the same MessageID, a limited number of times; then it is given
    up. Either way each call is noted.
    """

    def __init__(
        self,
        dialler: Dialler,
        report: Report,
        journal: BoundedJournal[Dialled],
        retry_seconds: float = RETRY_SECONDS,
    ) -> None:
        self._dialler = dialler
        self._report = report
        self._journal = journal
        self._retry_seconds = retry_seconds
        self._stopped = threading.Event()
        # A report under way must not hold up the end of the process.
        self._thread = threading.Thread(target=self._run, name="results", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """Report nothing more; returns at once."""
        self._stopped.set()
        self._dialler.stop()

    def report_due(self) -> bool:
        """Report one batch of calls that are due; whether there were any."""
        calls = self._dialler.due(BATCH)
        if not calls:
            return False
        reply, problem = self._send(calls)
        for call in calls:
            result = reply.result if reply else None
            told = _problem_of(call.mrid, reply) if reply else problem
            self._journal.add(Dialled(now_text(), call.mrid, call.outcome, reply is not None, result, told))
        return True

    def _run(self) -> None:
        while self._dialler.wait():
            try:
                self.report_due()
            except Exception:
                _log.exception("callback results could not be reported")

    def _send(self, calls: Sequence[Call]) -> tuple[ServiceReply | None, str | None]:
        results, message_id = CallBacksResults([_result(call) for call in calls]), new_message_id()
        problem: str | None = None
        for attempt in range(TRIES):
            if attempt and self._stopped.wait(self._retry_seconds):
                break
            try:
                reply = self._report(results, message_id)
            except NoAnswer as error:
                problem = str(error)
                continue
            except InvalidReply as error:
                return None, f"invalid reply: {error}"
            if reply.status != HTTPStatus.SERVICE_UNAVAILABLE:
                return reply, None
            problem = f"fault: {reply.fault_text}"
        return None, problem


def _result(call: Call) -> CallBackResult:
    return CallBackResult(
        mrid=call.mrid,
        comment=_COMMENTS.get(call.outcome, "Automatic call."),
        csr_id=call.csr_id,
        date_time=now_in_message(),
        status=Status(value=call.outcome),
    )


def _problem_of(mrid: str, reply: ServiceReply) -> str | None:
    """What the reply has against this callback; errors that name nobody are everybody's."""
    if reply.fault and not reply.errors:
        return f"fault: {reply.fault_text}"
    named = [error for error in reply.errors if mrid in error.details]
    found = named or (list(reply.errors) if reply.result == "FAILED" else [])
    return "; ".join(f"{error.code} {error.reason}: {error.details}" for error in found) or None
