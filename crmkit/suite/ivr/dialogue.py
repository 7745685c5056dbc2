"""One scenario's dialogue with an IVR: which callbacks it was sent, in which messages, and when."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from crm_contract.contract import Operation
from crmkit.listening.postings import Answering, Posting
from crmkit.suite import values
from crmkit.suite.access.exchange import Exchange
from crmkit.suite.conversation import Conversation, SentMessage
from crmkit.suite.errors import HarnessError
from crmkit.suite.evidence import Call
from crmkit.suite.ivr.run import IvrRun, ivr_run
from crmkit.suite.ivr.slow import send_half, send_in_pieces
from crmkit.suite.ivr.written import SentCallback, Table, Written, read_callbacks, write
from crmkit.suite.messages import Header
from crmkit.suite.otherwise import AS_USUAL, Otherwise

SEND = "CreatedCallBacks"
RESULTS = "CreatedCallBacksResults"
ADAPTER_SOURCE = "EcoStruxure GridOps"
ANSWERS = {
    "FAILED": Answering.FAILED,
    "a fault": Answering.FAULT,
    "a fault that says to try again later": Answering.BUSY,
    "OK, but late": Answering.LATE,
    "nothing, for the connection breaks off": Answering.LOST,
}
NO_SOAP = {
    "text that is no XML": b"The power is back.",
    "XML that is no SOAP": b'<?xml version="1.0" encoding="UTF-8"?><power state="back"/>',
    "XML that is not closed": b'<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>',
    "an operation that no IVR has": (
        b'<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>'
        b'<RestorePower xmlns="urn:nobody"/></s:Body></s:Envelope>'
    ),
}


@dataclass(frozen=True, slots=True)
class Sending:
    """A message of the scenario, and what came back."""

    message: SentMessage
    written: Written
    exchange: Exchange


class Dialogue:
    """The state that steps about an IVR share, beside the conversation's."""

    def __init__(self, conversation: Conversation) -> None:
        self.conversation = conversation
        self.run: IvrRun = ivr_run(conversation)
        self.operation: Operation = self.run.target.contract.operations[SEND]
        # By what the scenario calls it: mRID.
        self.callbacks: dict[str, str] = {}
        # By mRID: when it was sent first.
        self.sent_at: dict[str, datetime] = {}
        self.sendings: list[Sending] = []
        self._answering = Answering.AS_ADAPTER
        self._last: tuple[SentMessage, Written] | None = None

    @property
    def url(self) -> str:
        """Where the IVR takes callbacks."""
        return self.run.target.service_url(self.operation.service)

    # What is sent.

    def answer_results(self, how: str) -> None:
        """The first results of the callbacks that are sent next are answered so, all others as an adapter does."""
        if how not in ANSWERS:
            raise HarnessError(f"{how!r}: say {', '.join(ANSWERS)}")
        self.run.needs_results()
        self._answering = ANSWERS[how]

    def send(self, table: Table, otherwise: Otherwise = AS_USUAL, without: Sequence[str] = ()) -> None:
        """Send the callbacks of a table in one message."""
        message, written = self._prepare(self._read(table), otherwise, without)
        self._send(message, written, self._post)

    def send_with_own_correlation(self, table: Table) -> None:
        """Likewise, with a CorrelationID that is not the MessageID."""
        message, written = self._prepare(self._read(table), AS_USUAL, (), own_correlation=True)
        self._send(message, written, self._post)

    def send_in_pieces(self, table: Table, pieces: int, seconds: float) -> None:
        """Likewise, over so many seconds."""
        pause = seconds / pieces
        message, written = self._prepare(self._read(table))
        target, headers = self.run.target, self._headers()
        self._send(message, written, lambda body: send_in_pieces(target, self.url, body, headers, pieces, pause))

    def send_half(self, table: Table) -> None:
        """Begin to send the callbacks of a table; the connection breaks off in the middle."""
        message, written = self._prepare(self._read(table))
        self._last = message, written
        send_half(self.run.target, self.url, written.body, self._headers())

    def send_again(self) -> None:
        """The very bytes of the last message once more."""
        if self._last is None:
            raise HarnessError("no message was sent before")
        message, written = self._last
        if self.sendings and self.sendings[-1].message is message:
            self.run.sent_again.update(written.mrids)
        self._send(message, written, self._post)

    def send_many(self, count: int) -> None:
        """So many callbacks in one message."""
        self.send([["callback"], *([f"callback {number}"] for number in range(1, count + 1))])

    def send_together(self, count: int) -> None:
        """So many messages of one callback each, at the same moment."""
        prepared = [self._prepare(self._read([["callback"], [f"callback {each}"]])) for each in range(1, count + 1)]
        for _, written in prepared:
            self._give(written)
        done: dict[int, Exchange] = {}
        failed: list[BaseException] = []

        def send(number: int) -> None:
            try:
                done[number] = self._post(prepared[number][1].body)
            except BaseException as error:
                failed.append(error)

        threads = [threading.Thread(target=send, args=(number,), daemon=True) for number in range(count)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if failed:
            raise failed[0]
        for number, (message, written) in enumerate(prepared):
            self._keep(Sending(message, written, done[number]))

    def send_no_soap(self, what: str) -> None:
        """Send what is no message of the operation."""
        if what not in NO_SOAP:
            raise HarnessError(f"{what!r}: say {', '.join(NO_SOAP)}")
        message = SentMessage(self.operation, self._header(AS_USUAL), AS_USUAL, is_valid=False)
        self._send(message, Written(NO_SOAP[what], is_valid=False), self._post)

    # What was posted.

    def postings(self) -> list[Posting]:
        """The messages with results of the scenario's callbacks so far, and those that tell no mRID since it began."""
        return [each for each in self.run.needs_results().postings() if self.concerns(each)]

    def concerns(self, posting: Posting) -> bool:
        """Whether a message is about a callback of the scenario."""
        return not posting.mrids.isdisjoint(self.sent_at)

    def note_postings(self) -> None:
        """Leave what was posted in the scenario's transcript."""
        if self.run.results is None:
            return
        transcript = self.run.transcript
        for each in self.postings():
            ended = time.monotonic() if each.ended is None else each.ended
            transcript.note(
                Call(
                    caller="target",
                    called="kit",
                    kind="soap",
                    label=RESULTS,
                    started=transcript.seconds(each.began),
                    finished=transcript.seconds(ended),
                    method="POST",
                    url=self.run.results.url,
                    request=each.body,
                    request_headers=each.headers,
                    status=each.status,
                    response=each.answer,
                    problem=each.problem,
                    is_subject=self.conversation.operation.name == RESULTS,
                )
            )

    # How it is done.

    def _read(self, table: Table) -> list[SentCallback]:
        return read_callbacks(table, self._mrid, self.conversation.now)

    def _mrid(self, alias: str) -> str:
        if alias in self.callbacks:
            self.run.sent_again.add(self.callbacks[alias])
        else:
            self.callbacks[alias] = self.run.fresh("CB")
        return self.callbacks[alias]

    def _prepare(
        self,
        callbacks: Sequence[SentCallback],
        otherwise: Otherwise = AS_USUAL,
        without: Sequence[str] = (),
        own_correlation: bool = False,
    ) -> tuple[SentMessage, Written]:
        header = self._header(otherwise)
        if own_correlation:
            header = replace(header, correlation_id=self.run.message_id())
        left_out = [*([otherwise.without] if otherwise.without else []), *without]
        written = write(self.run.target.contract, self.operation, header, callbacks, left_out)
        # The reply is judged by the first one: all are of the header, or none is.
        otherwise = replace(otherwise, without=left_out[0]) if left_out else otherwise
        return SentMessage(self.operation, header, otherwise, written.is_valid), written

    def _header(self, otherwise: Otherwise) -> Header:
        message_id = self.run.message_id()
        return Header(
            self.operation.verb if otherwise.verb is None else otherwise.verb,
            self.operation.noun if otherwise.noun is None else otherwise.noun,
            values.moment_text(datetime.now(UTC)) if otherwise.timestamp is None else otherwise.timestamp,
            message_id,
            # Table 10.20: the same as the MessageID.
            message_id,
            source=ADAPTER_SOURCE,
        )

    def _headers(self) -> dict[str, str]:
        return {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": f'"{self.operation.soap_action}"'}

    def _post(self, body: bytes) -> Exchange:
        return self.run.target.post(self.url, body, self._headers())

    def _send(self, message: SentMessage, written: Written, how: Callable[[bytes], Exchange]) -> None:
        self._last = message, written
        self._give(written)
        self._keep(Sending(message, written, how(written.body)))

    def _give(self, written: Written) -> None:
        now = datetime.now(UTC)
        for mrid in written.mrids:
            self.sent_at.setdefault(mrid, now)
        if self.run.results is not None:
            self.run.results.give(written.mrids, self._answering)
            self._answering = Answering.AS_ADAPTER

    def _keep(self, sending: Sending) -> None:
        self.sendings.append(sending)
        self.conversation.adopt(sending.message, sending.exchange)
