"""A scenario's callbacks: how they come about, who is given them, and how they are got rid of afterwards.

A callback comes about as in life: a customer under a confirmed incident asks to be called back, and the incident is
restored. Whatever else waits in the target's queue is pulled before, for a csrId of the run's own, so that a scenario
is alone with its callbacks.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property

from crm_contract.values import parse_datetime
from crmkit.suite import values
from crmkit.suite.callback_control import CallbackControl
from crmkit.suite.callback_people import PEOPLE_COLUMNS, Contact, contacts_of, read_contact
from crmkit.suite.control import Json
from crmkit.suite.conversation import Conversation, Table
from crmkit.suite.errors import CouldNotTest, HarnessError, Mismatch
from crmkit.suite.exchange import Exchange
from crmkit.suite.ivr_control import IvrControl
from crmkit.suite.messages import Content
from crmkit.suite.replies import Reply
from crmkit.suite.tables import rows_with
from crmkit.suite.tickets import COLUMNS as TICKET_COLUMNS
from crmkit.suite.tickets import Ticket

ADAPTER = "CrmAdapter"
PULL = "GetCallbacks"
REPORT = "CreatedCallBacksResults"
EVERYTHING = "10000"
# What the shipped configuration sends by itself; the features rely on it.
SENT_PRIORITIES = frozenset({5, 6})

# What docs/steps.md prints.
COLUMNS = (
    ("callback", "how the scenario calls it, and the ticket that it is about", "required"),
    ("priority", "the customer's, 0 to 6", "0"),
    ("held by", "who has pulled it, or `CrmAdapter` that has sent it; empty: nobody", "nobody"),
    ("automatic", "`yes`: marked by an operator to be resolved by the external system", "no"),
    ("any column of tickets", "what the ticket says; its usage point is one of the priority", "a plain ticket"),
)
_OWN = ("callback", "priority", "held by", "automatic")
_FROM_TICKETS = frozenset(name for name, _, _ in TICKET_COLUMNS) - {"ticket", "usage point", "call back"}
_INCIDENT = {"comment": "Tree on the line, crew on its way.", "cause": "Weather", "subcause": "Wind"}
_COMES_SECONDS = 10.0
_POLL_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a message of results, as sent."""

    alias: str
    mrid: str | None
    result: str
    comment: str


@dataclass(slots=True)
class Waiting:
    """A callback of the scenario: its ticket as sent, and `stored` as the control API showed it at the last mark."""

    alias: str
    ticket: Ticket
    incident: Json
    contacts: list[Contact]
    stored: Json = field(default_factory=dict)
    pulled_by: str | None = None

    @property
    def mrid(self) -> str:
        """What the target calls it."""
        return str(self.stored["mrid"])


class CallbackQueue:
    """The callbacks of one scenario, by alias, in the order in which they came about."""

    def __init__(self, conversation: Conversation) -> None:
        self.conversation = conversation
        self.callbacks: dict[str, Waiting] = {}
        # Given to somebody since time last passed: nobody else may be given them.
        self.handed_out: set[str] = set()
        self.log_position: int | None = None
        # For whom the last pull was; pulls that were sent at the same moment.
        self.pulled_for: str | None = None
        self.together: list[tuple[str, Exchange]] = []
        # The entries of the last message of results.
        self.reported: list[Entry] = []
        self.ivr_mode = "normal"
        self._position = 0

    @cached_property
    def api(self) -> CallbackControl:
        """The control API's part about callbacks."""
        return CallbackControl(self.conversation.run.needs_control())

    @cached_property
    def ivr(self) -> IvrControl:
        """The IVR beside the target."""
        url = self.conversation.run.needs_control().neighbours().get("ivr_control")
        if not url:
            raise CouldNotTest(
                "no IVR stands beside the target: give --control whose /neighbours names the ivr_control of one"
            )
        return IvrControl(str(url))

    @cached_property
    def settings(self) -> Json:
        """What the target is configured to."""
        return self.conversation.run.needs_control().settings()

    def setting(self, *path: str) -> float:
        """A number of the target's settings. CouldNotTest where it does not tell."""
        value: object = self.settings
        for name in path:
            value = value.get(name) if isinstance(value, dict) else None
        if not isinstance(value, int | float):
            raise CouldNotTest(f"the control API's settings do not tell {'.'.join(path)}")
        return float(value)

    def callback(self, alias: str) -> Waiting:
        """A callback by its alias."""
        if alias not in self.callbacks:
            raise HarnessError(f"the scenario has arranged no callback {alias!r}")
        return self.callbacks[alias]

    def by_mrid(self) -> dict[str, Waiting]:
        """The scenario's callbacks by what the target calls them."""
        return {each.mrid: each for each in self.callbacks.values() if each.stored}

    # How they come about.

    def arrange(self, table: Table) -> None:
        """The callbacks of a table, in its order, with those who hold them."""
        rows = _rows(table)
        self._check_priorities(rows)
        self.conversation.afterwards(self.tidy)
        self.empty()
        self._create(table, rows)
        for holder in dict.fromkeys(row.get("held by", "") for row in sorted(rows, key=_unheld_last)):
            aliases = [row["callback"] for row in rows if row.get("held by", "") == holder]
            for alias in aliases:
                self._restore(self.callbacks[alias])
            if holder:
                self._give(aliases, holder)
        for row in rows:
            if row.get("automatic") == "yes":
                self.api.mark_automatic(self.callbacks[row["callback"]].mrid, True)
        self.mark()

    def add_people(self, table: Table) -> None:
        """More people to reach, and which contacts are preferred."""
        control = self.conversation.run.needs_control()
        for row in rows_with(table, PEOPLE_COLUMNS):
            waiting, contact = self.callback(row["callback"]), read_contact(row)
            control.add_contact(
                str(waiting.ticket.mrid),
                {
                    "first_name": contact.first,
                    "last_name": contact.last,
                    "type": contact.type,
                    "value": contact.value,
                    "preferred": contact.preferred,
                },
            )
            waiting.contacts.append(contact)
        self.mark()

    def mark_automatic(self, table: Table, automatic: bool) -> None:
        """Callbacks that the external system is to resolve, or no longer."""
        for row in rows_with(table, (("callback", ""),)):
            self.api.mark_automatic(self.callback(row["callback"]).mrid, automatic)
        self.mark()

    def mark(self) -> None:
        """What is stored from here on is the scenario's doing."""
        self.refresh()
        self.conversation.mark()

    def refresh(self) -> None:
        """Look at the callbacks as they are stored now, and call them by their names."""
        stored = self.stored()
        for waiting in self.callbacks.values():
            found = next((each for each in stored if each["ticket"] == waiting.ticket.mrid), None)
            if found is not None:
                waiting.stored = found
                self.conversation.call(waiting.alias, waiting.mrid)

    def stored(self) -> list[Json]:
        """Every callback of the scenario's tickets, as the control API shows it."""
        own = {waiting.ticket.mrid for waiting in self.callbacks.values()}
        return [each for each in self.api.callbacks_after(self._position) if each["ticket"] in own]

    def empty(self) -> None:
        """Pull whatever waits, for the run itself."""
        reply = self.pull(self._own_csr, {"count": EVERYTHING})
        if reply.fault_code is not None or reply.result != "OK":
            self.not_arranged("the queue", "all that waits", f"Result {reply.result}")

    def pull(self, csr: str, how: Mapping[str, str]) -> Reply:
        """A pull that is no step of the scenario."""
        operation = self.conversation.run.target.contract.operations[PULL]
        self.conversation.send_message(operation, {"CallBack": {"csrId": csr, **how}})
        reply = self.conversation.reply()
        self.handed_out |= {str(carried.mrid) for carried in reply.callbacks}
        return reply

    @property
    def _own_csr(self) -> str:
        """For whom the run itself pulls."""
        return f"crmkit-{self.conversation.run.seed}"

    def not_arranged(self, what: str, expected: str, observed: str) -> None:
        """Who does not hand out callbacks fails where that is what is tested; elsewhere nothing can be tested."""
        if self.conversation.operation.name == PULL:
            raise Mismatch.of(what, expected, observed)
        raise CouldNotTest(f"the target did not get {what} ready: expected {expected}, observed {observed}")

    def let_pass(self, seconds: float) -> None:
        """Let the target's time pass: who held a callback may hold it no longer."""
        self.conversation.run.advance_clock(seconds)
        self.handed_out.clear()

    def publish(self) -> None:
        """Have the target send what it may, after the time that it waits between two looks at the queue."""
        self.let_pass(self.setting("publisher", "seconds") + 1)
        self.api.run_job("publisher")

    def until(self, condition: Sequence[str], holder: str) -> bool:
        """Whether these callbacks come to be held by somebody within a few seconds."""
        deadline = time.monotonic() + _COMES_SECONDS
        while True:
            self.refresh()
            if all(self.callbacks[alias].stored["assigned_user"] == holder for alias in condition):
                return True
            if time.monotonic() > deadline:
                return False
            time.sleep(_POLL_SECONDS)

    def _check_priorities(self, rows: Iterable[Mapping[str, str]]) -> None:
        """The features mean 6 and 5 to be sent to the external system, and the others not."""
        publisher = self.settings.get("publisher") or {}
        sent = {int(priority) for priority in publisher.get("priorities", SENT_PRIORITIES)}
        for row in rows:
            priority = int(row.get("priority") or 0)
            if (priority in sent) != (priority in SENT_PRIORITIES):
                does = "sends" if priority in sent else "does not send"
                raise CouldNotTest(
                    f"the target {does} callbacks of priority {priority}: the scenario takes it otherwise"
                )

    def _create(self, table: Table, rows: Sequence[Mapping[str, str]]) -> None:
        """The tickets, each under a confirmed incident of its own."""
        conversation = self.conversation
        control, pool = conversation.run.needs_control(), conversation.run.usage_points
        self._position = self.api.position()
        restoration = values.moment_text(conversation.run.clock.now() + timedelta(hours=3))
        incidents: dict[str, Json] = {}
        for row in rows:
            alias = row["callback"]
            point = pool.take_with_priority(int(row.get("priority") or 0))
            conversation.place(alias, point)
            crew = {"mrid": conversation.run.fresh("CREW"), "name": "Crew South"}
            incidents[alias] = control.create_incident(
                {
                    "device": point.mrid,
                    "confirmed": True,
                    "estimated_restoration_time": restoration,
                    "crews": [crew],
                    **_INCIDENT,
                }
            )
        for ticket in conversation.create_earlier(_tickets(table, rows)):
            if ticket.mrid is None:
                raise CouldNotTest(f"the target does not tell the mRID of ticket {ticket.name}")
            contacts = contacts_of(ticket.caller)
            self.callbacks[ticket.alias] = Waiting(ticket.alias, ticket, incidents[ticket.alias], contacts)

    def _restore(self, waiting: Waiting) -> None:
        """The customer has power again, and is to be told."""
        control = self.conversation.run.needs_control()
        control.restore_incident(waiting.incident["mrid"])
        deadline = time.monotonic() + _COMES_SECONDS
        while True:
            found = [each for each in self.stored() if each["ticket"] == waiting.ticket.mrid]
            if found:
                break
            if time.monotonic() > deadline:
                self.not_arranged(f"callback {waiting.alias}", "one when the incident is restored", "none")
            time.sleep(_POLL_SECONDS)
        waiting.stored = found[0]
        waiting.incident = control.incident(waiting.incident["mrid"])

    def _give(self, aliases: Sequence[str], holder: str) -> None:
        if holder == ADAPTER:
            for alias in aliases:
                self.api.mark_automatic(self.callbacks[alias].mrid, True)
            self.publish()
        else:
            self.pull(holder, {"count": EVERYTHING})
        if not self.until(aliases, holder):
            seen = {alias: self.callbacks[alias].stored["assigned_user"] or "nobody" for alias in aliases}
            told = ", ".join(f"{alias} by {user}" for alias, user in seen.items())
            self.not_arranged("callbacks", f"{', '.join(aliases)} held by {holder}", told)

    # How they are got rid of.

    def tidy(self) -> None:
        """Close what is still open, so that the incidents close, and archive them: the next run finds a quiet model."""
        with suppress(HarnessError, CouldNotTest, Mismatch):
            self._close()
        for waiting in self.callbacks.values():
            with suppress(HarnessError, CouldNotTest):
                self.api.act(waiting.incident["mrid"], "archive")

    def _close(self) -> None:
        open_ones = [each for each in self.stored() if not each["closed"]]
        if any(each["assigned_user"] is None for each in open_ones):
            open_ones = self._pull_the_last(open_ones)
        held = [each for each in open_ones if each["assigned_user"] is not None]
        if held:
            entries = [
                {"mRID": each["mrid"], "csrId": each["assigned_user"], "status": {"value": "Restored"}} for each in held
            ]
            self._send_aside(REPORT, {"CallBackResult": entries})

    def _pull_the_last(self, open_ones: Sequence[Json]) -> list[Json]:
        """Pull what waits; what is not due yet when it is."""
        now = self.conversation.run.clock.now()
        due = max((_due(each) or now for each in open_ones if each["assigned_user"] is None), default=now)
        if due > now:
            self.let_pass((due - now).total_seconds() + 1)
        self._send_aside(PULL, {"CallBack": {"csrId": self._own_csr, "count": EVERYTHING}})
        return [each for each in self.stored() if not each["closed"]]

    def _send_aside(self, name: str, inside: Content) -> None:
        """Send a message that no report is to show: what the scenario was about is over."""
        operation = self.conversation.run.target.contract.operations[name]
        self.conversation.prepare(operation, self.conversation.make_header(operation), inside).send()


def _due(stored: Json) -> datetime | None:
    """When a callback may be handed out at last: its last period's start, or when it is to be tried again."""
    times = [period["start"] for period in stored.get("periods") or ()]
    if stored.get("not_before"):
        times.append(stored["not_before"])
    return max((parse_datetime(str(each), UTC) for each in times), default=None)


def _rows(table: Table) -> list[dict[str, str]]:
    header, *rows = table
    known = frozenset(_OWN) | _FROM_TICKETS
    if unknown := [name for name in header if name not in known]:
        raise HarnessError(f"no column {unknown[0]!r} of callbacks; known are {', '.join(sorted(known))}")
    if "callback" not in header:
        raise HarnessError("a table of callbacks needs the column 'callback'")
    return [dict(zip(header, row, strict=True)) for row in rows]


def _tickets(table: Table, rows: Sequence[Mapping[str, str]]) -> list[list[str]]:
    """The callbacks' tickets as a table of tickets; each asks for a callback."""
    columns = [name for name in table[0] if name in _FROM_TICKETS]
    header = ["ticket", "usage point", "call back", *columns]
    return [header, *([row["callback"], row["callback"], "yes", *(row[name] for name in columns)] for row in rows)]


def _unheld_last(row: Mapping[str, str]) -> bool:
    """Those that nobody holds come about last, or they would be pulled along."""
    return not row.get("held by", "")
