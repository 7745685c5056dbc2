"""One scenario's conversation with the target: what was arranged, what was sent, and what came back.

The shape, for who writes steps:

- `operation` is the scenario's, from its tag. `now` is the target's time at the scenario's start; `run.clock.now()` the
  present one, which `run.advance_clock(seconds)` moves.
- Earlier tickets always go through CreatedTroubleTickets: `create_earlier(table)`. They stay known by alias in
  `earlier`, as sent and with the mRID that the reply told, whatever is sent afterwards.
- A message: `send_message(operation, inside, otherwise)`, where `inside` is what the root of the payload or, for a get
  operation, of the query holds, by element name, and `otherwise` what the step's words change
  (crmkit.suite.otherwise). `message` is what was sent last, `reply()` its reply: valid, with the payload as `tickets`,
  `callbacks` or `results`. `prepare(...)` gives a message that a step sends by itself, for instance from a thread.
- What details may call things: `call(alias, *spellings)`, the reference spelling first. The tables of errors then take
  the alias; `mRID of ALIAS`, `name of ALIAS`, `usage point ALIAS` and `incident ALIAS` stand for values.
- What is stored before the scenario does something: `mark()`; `before` is how much it was.
- What is judged: `judge(checks)` notes every field, right or wrong, and raises Mismatch for the wrong ones. A Then step
  that fails does not end the scenario (crmkit.suite.steps.sentences): its differences are kept, and `end_failed()`
  raises them together.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from crm_contract.contract import Operation
from crmkit.suite import values
from crmkit.suite.access import positions
from crmkit.suite.access.control import Json, Snapshot
from crmkit.suite.access.exchange import Exchange
from crmkit.suite.access.search_types import Landmark
from crmkit.suite.access.usage_points import UsagePoint
from crmkit.suite.callbacks.people import Contact
from crmkit.suite.errors import CouldNotTest, HarnessError, Mismatch
from crmkit.suite.judgement import Judgement
from crmkit.suite.marking import Marking
from crmkit.suite.messages import Content, Header, Prepared
from crmkit.suite.otherwise import AS_USUAL, Otherwise
from crmkit.suite.replies.reading import Reply, read_anyway
from crmkit.suite.run import Run
from crmkit.suite.telling import SentMessage as SentMessage
from crmkit.suite.telling import telling
from crmkit.suite.tickets.changes import Change
from crmkit.suite.tickets.written import Ticket, read_tickets
from crmkit.suite.whereabouts import Places

CREATE = "CreatedTroubleTickets"
QUERY = "GetTroubleTickets"
_GRACE_SECONDS = 30.0

Table = Sequence[Sequence[str]]


class Conversation(Judgement, Marking):
    """The state that a scenario's steps share."""

    def __init__(self, run: Run, row: str, operation: Operation) -> None:
        super().__init__()
        self.run = run
        self.row = row
        self.operation = operation
        if run.control is not None:
            run.control.told.begin(row, run.attest)
        run.clock.look()
        self.now = run.clock.now().replace(microsecond=0)
        # Of the scenario's own CreatedTroubleTickets message.
        self.tickets: list[Ticket] = []
        self.earlier: dict[str, Ticket] = {}
        self.incidents: dict[str, Json] = {}
        self.exchange: Exchange | None = None
        self.message: SentMessage | None = None
        # In the background while the IMS is slow: other requests are sent before the reply is there.
        self.sends_in_background = False
        # A query for one may be answered in two ways (D-35).
        self.asks_for_unknown_usage_point = False
        # So may results of callbacks that nobody has pulled (D-38).
        self.reports_only_on_unheld = False
        # And how many results are about callbacks that somebody else holds.
        self.reports_on_others = 0
        # Of the scenario's ChangedTroubleTickets message, and what was stored before it, or before a query.
        self.changes: list[Change] = []
        self.snapshot: Snapshot | None = None
        # Of tickets that operators have given contacts, all of them in their order.
        self.contacts: dict[str, list[Contact]] = {}
        self.places = Places(run, row, operation.name)
        self.readings_seen: dict[str, str] = {}
        # A When step is running: what is sent is what the scenario is about, and is kept among these.
        self.is_acting = False
        self.subjects: list[Exchange] = []
        self._spellings: dict[str, tuple[str, ...]] = {}
        self._cleanups: list[Callable[[], None]] = []
        self._sending: threading.Thread | None = None
        self._sending_failed: BaseException | None = None
        self._reply: tuple[Reply | None, Mismatch | None] | None = None
        self.begin_marking()

    # What tables refer to (crmkit.suite.tickets.written.Surroundings).

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
        return self.places.plain()

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
        # What a Given step creates is in the one store, and there is to be nothing in the other.
        return self.places.known(alias, "all" if self.is_acting else "archived")

    def place(self, alias: str, point: UsagePoint) -> None:
        """Say which usage point the scenario calls so."""
        self.places.place(alias, point)

    # What steps arrange.

    def afterwards(self, undo: Callable[[], None]) -> None:
        """Undo something when the scenario is over, passed or not."""
        self._cleanups.append(undo)

    def clean_up(self) -> None:
        """Undo everything, the last first. Raises HarnessError when something could not be undone."""
        failed = []
        if self.run.control is not None:
            self.run.control.told.tidying()
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

    def attest(self, what: str) -> None:
        """The scenario rests on what only a person has seen: it ends attested instead of passed."""
        self.run.attest(what)

    # What is sent, and what comes back.

    def create_earlier(self, table: Table) -> list[Ticket]:
        """Store tickets by an earlier message; they are not counted among what the scenario stores.

        What its reply remarks on is judged in rows of its own. A target that does not create them fails where creating
        tickets is what is tested; elsewhere nothing can be tested.
        """
        with self.arranging():
            self.send_tickets(table)
        reply = self.reply()
        if reply.result != "OK":
            if self.operation.name == CREATE:
                raise Mismatch.of("reply to the earlier message", "OK", reply.result)
            raise CouldNotTest(f"the target did not create the tickets that the scenario needs: Result {reply.result}")
        created, self.tickets = self.tickets, []
        self._learn_mrids(created, reply)
        for ticket in created:
            self.earlier[ticket.alias] = ticket
            self.call(ticket.alias, *(name for name in (ticket.mrid, ticket.name) if name))
        self.mark()
        return created

    def send_tickets(self, table: Table, otherwise: Otherwise = AS_USUAL) -> None:
        """Send the tickets of a table to be created; in the background when the scenario said so."""
        self.tickets = read_tickets(table, self)
        for ticket in self.tickets:
            self.run.settings.vocabulary.check(ticket)
            self.call(ticket.alias, ticket.name, f"#{ticket.number}", str(ticket.number))
        if self.run.control is not None:
            self.run.control.told.will_send(self.tickets)
        operation = self.run.target.contract.operations[CREATE]
        self.send_message(operation, {"TroubleTicket": [ticket.content() for ticket in self.tickets]}, otherwise)

    def send_message(self, operation: Operation, inside: Content, otherwise: Otherwise = AS_USUAL) -> None:
        """Send a message of an operation; `inside` is what the root of its payload, or of its query, holds."""
        header = self.make_header(operation, otherwise)
        prepared = self.prepare(operation, header, inside, otherwise.without)
        self.message = SentMessage(operation, header, otherwise, prepared.is_valid)
        self._reply = None
        if not self.sends_in_background:
            self._take(prepared.send(), self.is_acting)
            return
        self._sending = threading.Thread(target=self._keep, args=(prepared, self.is_acting), daemon=True)
        self._sending.start()

    def adopt(self, message: SentMessage, exchange: Exchange) -> None:
        """Take a message that a step has sent by itself for the last one."""
        self.message, self._reply = message, None
        self._take(exchange, self.is_acting)

    def prepare(self, operation: Operation, header: Header, inside: Content, without: str | None = None) -> Prepared:
        """A message of an operation, ready to be sent."""
        if not self.arranges:
            self.note_before()
        prepared = self.run.messenger(operation.service).prepare(operation, header, inside, without)
        control, contract = self.run.control, self.run.target.contract
        if control is None or not control.is_by_hand:
            return prepared
        return telling(control.told, prepared, operation, inside, contract, lambda: self.is_acting)

    def make_header(self, operation: Operation, otherwise: Otherwise = AS_USUAL) -> Header:
        """The header of a new message of an operation."""
        return Header(
            operation.verb if otherwise.verb is None else otherwise.verb,
            operation.noun if otherwise.noun is None else otherwise.noun,
            values.moment_text(self.run.clock.now()) if otherwise.timestamp is None else otherwise.timestamp,
            self.run.message_id(),
            # Another one than the message's, so that an echo of the wrong one shows.
            self.run.message_id(),
            otherwise.context,
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
        """The reply to the last message, readable and valid; Mismatch when it is not."""
        reply, problem = self._read()
        if problem is not None or reply is None:
            raise problem or Mismatch.of("reply", "a reply", "none")
        return reply

    def reply_as_read(self) -> Reply | None:
        """As much of the reply as can be read though it is not valid; None for nothing."""
        return self._read()[0]

    def _read(self) -> tuple[Reply | None, Mismatch | None]:
        if self._reply is None:
            exchange = self.answered()
            if self.message is None:
                raise HarnessError("the scenario asks for a reply before it sends something")
            self._reply = read_anyway(exchange, self.message.operation, self.run.target.contract)
        return self._reply

    # What things are called.

    def ticket(self, alias: str) -> Ticket:
        """A ticket of the message that was sent, or of an earlier one."""
        for ticket in self.tickets:
            if ticket.alias == alias:
                return ticket
        if alias in self.earlier:
            return self.earlier[alias]
        there = dict.fromkeys(ticket.alias for ticket in (*self.tickets, *self.earlier.values()))
        raise HarnessError(f"no ticket {alias!r} was sent; known are {', '.join(there) or 'none yet'}")

    def mrid(self, alias: str) -> str:
        """What the target calls an earlier ticket."""
        mrid = self.ticket(alias).mrid
        if mrid is None:
            raise HarnessError(f"the mRID of ticket {alias!r} is not known")
        return mrid

    def incident(self, alias: str) -> Json:
        """The incident that the scenario calls so."""
        if alias not in self.incidents:
            known = ", ".join(self.incidents) or "none yet"
            raise HarnessError(f"the scenario has arranged no incident {alias!r}; known are {known}")
        return self.incidents[alias]

    def call(self, alias: str, *spellings: str) -> None:
        """Say what details may call something, the reference spelling first (D-15)."""
        self._spellings[alias] = spellings

    def knows(self, alias: str) -> bool:
        """Whether something is called so."""
        return alias in self._spellings

    @property
    def aliases(self) -> tuple[str, ...]:
        """What things are called so far."""
        return tuple(self._spellings)

    def is_name_of(self, alias: str, text: str) -> bool:
        """Whether it is the external name of the ticket that is called so."""
        there = [*self.tickets, *self.earlier.values()]
        return any(ticket.alias == alias and ticket.name == text for ticket in there)

    def spellings(self, alias: str) -> tuple[str, ...]:
        """What details may call it; a ticket that was just created by its mRID, too."""
        told: list[str] = []
        if any(ticket.alias == alias for ticket in self.tickets):
            name = self.ticket(alias).name
            reply = self.reply_as_read()
            told = [each.mrid for each in (reply.tickets if reply else ()) if each.name == name and each.mrid]
        return (*self._spellings[alias], *told)

    def _learn_mrids(self, created: Sequence[Ticket], reply: Reply) -> None:
        """From the reply by name; who does not echo names is asked through the control API (D-27)."""
        by_name = {carried.name: carried.mrid for carried in reply.tickets if carried.name}
        if not all(ticket.name in by_name for ticket in created) and self.run.control:
            stored = self.run.control.tickets_after(self.start)
            by_name |= {ticket["name"]: ticket["mrid"] for ticket in stored}
        for ticket in created:
            ticket.mrid = by_name.get(ticket.name)

    def _keep(self, message: Prepared, is_subject: bool) -> None:
        try:
            self._take(message.send(), is_subject)
        except Exception as error:
            self._sending_failed = error

    def _take(self, exchange: Exchange, is_subject: bool) -> None:
        self.exchange = exchange
        if is_subject:
            self.subjects.append(exchange)
