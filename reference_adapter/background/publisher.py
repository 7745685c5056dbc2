"""Sends callbacks to the external system: SendCallbacksClient and the publisher of D-40."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from crm_contract.contract import Contract, Operation
from crm_contract.messages import CallBacks
from crm_contract.values import format_datetime, parse_datetime
from crm_soap.client import InvalidReply, NoAnswer, RequestMessageHeader, ServiceClient, ServiceReply
from reference_adapter.configuration.settings import AdapterSettings, PublisherSettings
from reference_adapter.configuration.watched import WatchedFile
from reference_adapter.operations.hand_out import HandedOut, described
from reference_adapter.outage_model.callbacks import Callback
from reference_adapter.rules.registry import RuleBook
from reference_adapter.rules.send_callbacks import SEND_RULES
from reference_adapter.soap.records import callback_shown
from reference_adapter.storage.interface_log import LogEntry, write_log
from reference_adapter.storage.progress import read_progress, write_progress
from reference_adapter.storage.publications import (
    Publication,
    add_publication,
    begin_try,
    due_publications,
    put_off,
    settle_publication,
)
from reference_adapter.storage.unit_of_work import Store

_JOB = "publisher"
OPERATION = "CreatedCallBacks"


@dataclass(frozen=True, slots=True)
class SendCallbacksClient:
    """Sends one CreatedCallBacks message; raises NoAnswer and InvalidReply. `connect` takes the time-out in force."""

    connect: Callable[[float], ServiceClient]
    operation: Operation
    rules: RuleBook

    def send(
        self, message_id: str, handed_out: Sequence[HandedOut], settings: AdapterSettings, now: datetime
    ) -> ServiceReply:
        """The external system's valid reply, whatever it says."""
        header = RequestMessageHeader(
            self.operation.verb, self.operation.noun, format_datetime(now), settings.reply_source, message_id
        )
        payload = CallBacks([callback_shown(each, self.rules["9.1-02"].check) for each in handed_out])
        return self.connect(settings.publisher.timeout_seconds).send(OPERATION, header, payload)


class CurrentService:
    """The client of the external system's service by the time-out in force; a client has one for good."""

    def __init__(
        self,
        contract: Contract,
        service: str,
        base_url: str,
        make: Callable[[Contract, str, str, float], ServiceClient] = ServiceClient,
    ) -> None:
        self._address = (contract, service, base_url)
        self._make = make
        self._lock = threading.Lock()
        self._client: ServiceClient | None = None
        self._timeout_seconds = 0.0

    def __call__(self, timeout_seconds: float) -> ServiceClient:
        """The client for one message."""
        with self._lock:
            client = self._client
            if client is None or self._timeout_seconds != timeout_seconds:
                client = self._client = self._make(*self._address, timeout_seconds)
                self._timeout_seconds = timeout_seconds
            return client


class Publisher:
    """Takes callbacks off the queue at an interval, and sends them until somebody answers or all tries are spent.

    A message is kept in the store from the moment its callbacks are assigned: a restart goes on with it, under the
    same MessageID. What becomes of a message is never undone; its callbacks wait for results or for the end of
    their assignment.
    """

    def __init__(
        self,
        store: Store,
        settings: WatchedFile[AdapterSettings],
        client: SendCallbacksClient,
        rules: RuleBook = SEND_RULES,
        stopping: threading.Event | None = None,
    ) -> None:
        self._store = store
        self._settings = settings
        self._client = client
        self._rules = rules
        self._stopping = stopping or threading.Event()

    def run(self) -> int:
        """Take what is due to be taken, try what is due to be tried; how many messages were tried."""
        tried = 0
        if self._stopping.is_set():
            return tried
        settings = self._settings.current()
        self._take(settings)
        with self._store.view() as work:
            due = due_publications(work.connection, self._store.now())
        for publication in due:
            if self._stopping.is_set():
                break
            tried += self._try(publication, settings)
        return tried

    def _take(self, settings: AdapterSettings) -> None:
        """Assign what the queue holds for the external system, and keep a message for each batch of it."""
        publisher, now = settings.publisher, self._store.now()
        with self._store.view() as work:
            if not _is_poll_due(read_progress(work.connection, _JOB), now, publisher):
                return
        with self._store.change(now) as work:
            if not _is_poll_due(read_progress(work.connection, _JOB), now, publisher):
                return
            write_progress(work.connection, _JOB, format_datetime(now))
            is_for = self._rules["9.1-01"].check
            waiting = [each for each in work.callbacks.waiting(now) if each.is_due(now) and is_for(each, publisher)]
            work.callbacks.change([each.assign(publisher.assignee, now, settings.callbacks.queue) for each in waiting])
            for batch in _batches(waiting, publisher.batch):
                add_publication(work.connection, str(uuid.uuid4()), [each.mrid for each in batch], now)

    def _try(self, publication: Publication, settings: AdapterSettings) -> bool:
        publisher, now = settings.publisher, self._store.now()
        # Should this process die while it waits for an answer, the next try is due when nobody can be waiting any more.
        lease = timedelta(seconds=publisher.timeout_seconds + publisher.retry_seconds)
        with self._store.change(now) as work:
            if not begin_try(work.connection, publication, now + lease):
                return False
            found = work.callbacks.by_mrid(publication.callbacks)
            ours = [found[mrid] for mrid in publication.callbacks if mrid in found]
            handed_out = described([each for each in ours if _is_held(each, publication, publisher, now)], work)
        if publication.tries and not self._rules["9.1-03"].check(publication.tries, publisher):
            # Who made the last one died before an answer came.
            details = "The external system did not answer, and no try is left"
            self._settle(publication, "no answer", (LogEntry("FATAL", details, publication.message_id),))
            return True
        if not handed_out:
            # Results came in before, or the assignment is over.
            self._settle(publication, "nothing left to send", ())
            return True
        try:
            reply = self._client.send(publication.message_id, handed_out, settings, now)
        except NoAnswer as error:
            self._unanswered(publication, str(error), publisher)
        except InvalidReply as error:
            entry: LogEntry = self._rules["9.1-04"].check(str(error), publication.message_id)
            self._settle(publication, "invalid reply", (entry,))
        else:
            self._settle(publication, reply.result, _complaints(reply, publication.message_id))
        return True

    def _unanswered(self, publication: Publication, problem: str, publisher: PublisherSettings) -> None:
        tries, now = publication.tries + 1, self._store.now()
        details = f"The external system did not answer, try {tries} of {publisher.tries}: {problem}"
        again = self._rules["9.1-03"].check(tries, publisher)
        with self._store.change(now) as work:
            write_log(work.connection, LogEntry("FATAL", details, publication.message_id), now)
            if again:
                put_off(work.connection, publication, now + timedelta(seconds=publisher.retry_seconds))
            else:
                settle_publication(work.connection, publication, "no answer")

    def _settle(self, publication: Publication, outcome: str, entries: Sequence[LogEntry]) -> None:
        now = self._store.now()
        with self._store.change(now) as work:
            for entry in entries:
                write_log(work.connection, entry, now)
            settle_publication(work.connection, publication, outcome)


def _is_held(callback: Callback, publication: Publication, publisher: PublisherSettings, now: datetime) -> bool:
    """Whether a callback is still assigned for this message, and not anew for a later one."""
    return callback.holder(now) == publisher.assignee and callback.assigned_at == publication.created


def _is_poll_due(last: str | None, now: datetime, publisher: PublisherSettings) -> bool:
    if last is None:
        return True
    since = now - parse_datetime(last, UTC)
    # A clock that was set back has polled in the future.
    return not timedelta() <= since < timedelta(seconds=publisher.seconds)


def _complaints(reply: ServiceReply, message_id: str) -> list[LogEntry]:
    """What is logged of a reply that is not OK."""
    if reply.result == "OK" and not reply.fault:
        return []
    kind = "a SOAP fault" if reply.fault else f"Result {reply.result}"
    said = [
        LogEntry(
            error.level or "FATAL",
            f"The external system answered with {kind}: {error.details}",
            message_id,
            error.code,
            error.reason,
        )
        for error in reply.errors
    ]
    text = f": {reply.fault_text}" if reply.fault_text else ""
    return said or [LogEntry("FATAL", f"The external system answered with {kind}{text}", message_id)]


def _batches(callbacks: Sequence[Callback], size: int) -> Iterator[Sequence[Callback]]:
    for start in range(0, len(callbacks), size):
        yield callbacks[start : start + size]
