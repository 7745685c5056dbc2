"""One scenario's conversation with the target: what was arranged, what was sent, and what came back."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from crm_contract.contract import Operation
from crmkit.suite import positions, values
from crmkit.suite.control import Control, Json, StoreState
from crmkit.suite.errors import HarnessError
from crmkit.suite.exchange import Exchange
from crmkit.suite.landmarks import Landmark
from crmkit.suite.messages import Header, Prepared
from crmkit.suite.replies import Reply, read_reply
from crmkit.suite.run import Run
from crmkit.suite.tickets import Ticket, read_tickets
from crmkit.suite.usage_points import UsagePoint

_REST_SECONDS = 20.0
_POLL_SECONDS = 0.05
_GRACE_SECONDS = 30.0

Table = Sequence[Sequence[str]]


class Conversation:
    """The state that a scenario's steps share."""

    def __init__(self, run: Run, row: str, operation: Operation) -> None:
        self.run = run
        self.row = row
        self.operation = operation
        self.now = datetime.now(UTC).replace(microsecond=0)
        self.tickets: list[Ticket] = []
        self.exchange: Exchange | None = None
        self.header: Header | None = None
        self.without: str | None = None
        self.message_is_valid = True
        self.incident: Json | None = None
        # In the background while the IMS is slow: other requests are sent before the reply is there.
        self.sends_in_background = False
        self.readings_seen: dict[str, str] = {}
        self._usage_points: dict[str, UsagePoint] = {}
        self._cleanups: list[Callable[[], None]] = []
        self._sending: threading.Thread | None = None
        self._sending_failed: BaseException | None = None
        self._reply: Reply | None = None
        self.before: StoreState | None = None
        self.mark()

    # What tables refer to (crmkit.suite.tickets.Surroundings).

    @property
    def comment_limit(self) -> int:
        """The longest comment the target keeps."""
        return self.run.settings.comment_limit

    def external_name(self, alias: str) -> str:
        """A fresh name that still tells which ticket it is."""
        return f"{self.run.fresh('CT')}-{alias}"

    def usage_point(self, alias: str) -> str:
        """The mRID of the usage point that the scenario calls so."""
        return self.known_point(alias).mrid

    def plain_usage_point(self) -> str | None:
        """One that nothing else uses, None where the suite knows none."""
        return self.run.usage_points.take().mrid if self.run.control else None

    def unknown_usage_point(self) -> str:
        """An mRID that the model does not have."""
        return self.run.fresh("NO-SUCH-POINT")

    def landmark(self, kind: str) -> Landmark:
        """A landbase object."""
        return self.run.landmarks.take(kind)

    def missing_value(self) -> str:
        """A value that no landbase object has."""
        return self.run.fresh("none")

    def elsewhere(self) -> tuple[str, str]:
        """Coordinates on the other side of the earth."""
        return positions.far_from_model(self.run.settings.model_crs, self.run.settings.input_crs)

    def known_point(self, alias: str) -> UsagePoint:
        """The usage point that the scenario calls so."""
        if alias not in self._usage_points:
            self._usage_points[alias] = self.run.usage_points.take()
        return self._usage_points[alias]

    # What steps arrange.

    def mark(self) -> None:
        """What is stored from here on is the scenario's doing. The target comes to rest first."""
        if self.run.control is None:
            self.before = None
            return
        self.before = rested(self.run.control, self.run.stuck_messages)
        # What an earlier scenario left for good would otherwise hold every later one up.
        self.run.stuck_messages = self.before.pending

    def afterwards(self, undo: Callable[[], None]) -> None:
        """Undo something when the scenario is over, passed or not."""
        self._cleanups.append(undo)

    def clean_up(self) -> None:
        """Undo everything, the last first. Raises HarnessError when something could not be undone."""
        failed = []
        for undo in reversed(self._cleanups):
            try:
                undo()
            except Exception as error:
                failed.append(str(error))
        self._cleanups.clear()
        if self._sending is not None:
            self._sending.join(self.run.target.answer_seconds + _GRACE_SECONDS)
        if failed:
            raise HarnessError(f"could not tidy up after the scenario: {'; '.join(failed)}")

    # What is sent, and what comes back.

    def send(self, table: Table, verb: str | None = None, noun: str | None = None, without: str | None = None) -> None:
        """Send an event with the tickets of a table; in the background when the scenario said so."""
        self.tickets = read_tickets(table, self)
        for ticket in self.tickets:
            self.run.settings.vocabulary.check(ticket)
        self.header = self.make_header(verb, noun)
        self.without = without
        self._reply = None
        content = [ticket.content() for ticket in self.tickets]
        message = self.prepare(self.header, content, without)
        self.message_is_valid = message.is_valid
        if not self.sends_in_background:
            self.exchange = message.send()
            return
        self._sending = threading.Thread(target=self._keep, args=(message,), daemon=True)
        self._sending.start()

    def prepare(self, header: Header, content: list[dict[str, Any]], without: str | None = None) -> Prepared:
        """A message of the scenario's operation, ready to be sent."""
        messenger = self.run.messenger(self.operation.service)
        return messenger.prepare_event(self.operation, header, content, without)

    def make_header(self, verb: str | None = None, noun: str | None = None) -> Header:
        """The header of a new message of the operation."""
        return Header(
            self.operation.verb if verb is None else verb,
            self.operation.noun if noun is None else noun,
            values.moment_text(datetime.now(UTC)),
            self.run.message_id(),
            # Another one than the message's, so that an echo of the wrong one shows.
            self.run.message_id(),
        )

    def is_waiting(self) -> bool:
        """Whether the reply of a message sent in the background is still out."""
        return self._sending is not None and self._sending.is_alive()

    def answered(self) -> Exchange:
        """The exchange, once there is an answer or none can come any more."""
        if self._sending is not None:
            self._sending.join(self.run.target.answer_seconds + _GRACE_SECONDS)
            if self._sending_failed is not None:
                raise self._sending_failed
        if self.exchange is None:
            raise HarnessError("the scenario asks for a reply before it sends something")
        return self.exchange

    def reply(self) -> Reply:
        """The reply, readable and valid; Mismatch when it is not."""
        if self._reply is None:
            self._reply = read_reply(self.answered(), self.operation, self.run.target.contract)
        return self._reply

    def ticket(self, alias: str) -> Ticket:
        """A ticket of the message that was sent."""
        for ticket in self.tickets:
            if ticket.alias == alias:
                return ticket
        raise HarnessError(f"no ticket {alias!r} was sent")

    def _keep(self, message: Prepared) -> None:
        try:
            self.exchange = message.send()
        except Exception as error:
            self._sending_failed = error


def rested(control: Control, stuck: int) -> StoreState:
    """How much is stored once no more messages than the `stuck` ones wait for the IMS, or have waited for long."""
    deadline = time.monotonic() + _REST_SECONDS
    while (state := control.store()).pending > stuck and time.monotonic() < deadline:
        time.sleep(_POLL_SECONDS)
    return state
