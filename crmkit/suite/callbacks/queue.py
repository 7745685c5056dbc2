"""A scenario's callbacks, and what steps do with the target's queue.

crmkit.suite.callbacks.arranging lets them come about, crmkit.suite.callbacks.tidying gets rid of them afterwards.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from crmkit.suite.access.callback_control import CallbackControl
from crmkit.suite.access.control import Json
from crmkit.suite.access.exchange import Exchange
from crmkit.suite.access.ivr_control import IvrControl
from crmkit.suite.callbacks.people import Contact
from crmkit.suite.conversation import Conversation
from crmkit.suite.errors import CouldNotTest, HarnessError, Mismatch
from crmkit.suite.replies.reading import Reply
from crmkit.suite.tickets.written import Ticket

ADAPTER = "CrmAdapter"
PULL = "GetCallbacks"
REPORT = "CreatedCallBacksResults"
EVERYTHING = "10000"
_COMES_SECONDS = 10.0
_POLL_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a message of results, as sent."""

    alias: str
    mrid: str | None
    result: str
    comment: str
    called: datetime | None = None


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
        # The incidents that callbacks came of, those that are not restored yet, and the last callback's number before.
        self.incidents: list[str] = []
        self.unrestored: list[str] = []
        self.position = 0
        # Given to somebody since time last passed: nobody else may be given them.
        self.handed_out: set[str] = set()
        # For whom the last pull was; pulls that were sent at the same moment.
        self.pulled_for: str | None = None
        self.together: list[tuple[str, Exchange]] = []
        # Whether callbacks that are none of the scenario's came into the queue meanwhile, and were pulled by these.
        self.strangers_pulled = False
        # The entries of the last message of results.
        self.reported: list[Entry] = []
        # What the target puts between an earlier remark and a new one, once two of them have been seen (D-44).
        self.separator: str | None = None
        # How the IVR behaves, and how far the log of what is sent to it had come before.
        self.ivr_mode = "normal"
        self.log_position: int | None = None
        # When the target is known to have looked for callbacks to send.
        self.looked_at: datetime | None = None

    @cached_property
    def api(self) -> CallbackControl:
        """The control API's part about callbacks."""
        return CallbackControl(self.conversation.run.needs_control())

    @property
    def is_by_hand(self) -> bool:
        """Whether only a person can tell of callbacks what replies do not."""
        return self.conversation.run.needs_control().is_by_hand

    @property
    def ivr(self) -> IvrControl:
        """The IVR beside the target; what the target is to do has been done."""
        ivr = self._ivr
        self.conversation.run.needs_control().told.settle()
        return ivr

    @cached_property
    def _ivr(self) -> IvrControl:
        url = self.conversation.run.needs_control().neighbours().get("ivr_control")
        if not url:
            raise CouldNotTest(
                "no IVR stands beside the target: give [listen.ivr] in the profile, or a control API whose /neighbours "
                "names an ivr_control"
            )
        return IvrControl(str(url), self.conversation.run.transcript)

    @cached_property
    def settings(self) -> Json:
        """What the target is configured to."""
        return self.conversation.run.configuration

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
            known = ", ".join(self.callbacks) or "none yet"
            raise HarnessError(f"the scenario has arranged no callback {alias!r}; known are {known}")
        return self.callbacks[alias]

    def by_mrid(self) -> dict[str, Waiting]:
        """The scenario's callbacks by what the target calls them."""
        return {each.mrid: each for each in self.callbacks.values() if each.stored}

    # What is stored.

    def stored(self) -> list[Json]:
        """Every callback of the scenario's tickets, as the control API shows it."""
        own = {waiting.ticket.mrid for waiting in self.callbacks.values()}
        found = [each for each in self.api.callbacks_after(self.position) if each["ticket"] in own]
        self.conversation.run.callback_position = self.api.last
        return found

    def begin(self) -> None:
        """Callbacks of the scenario are behind all that somebody has seen until now."""
        known = self.conversation.run.callback_position
        self.position = self.api.position() if known is None or self.is_by_hand else known

    def refresh(self) -> None:
        """Look at the callbacks as they are stored now, and call them by their names."""
        stored = self.stored()
        for waiting in self.callbacks.values():
            found = next((each for each in stored if each["ticket"] == waiting.ticket.mrid), None)
            if found is not None:
                waiting.stored = found
                self.conversation.call(waiting.alias, waiting.mrid)

    def mark(self) -> None:
        """What is stored from here on is the scenario's doing."""
        self.refresh()
        self.conversation.mark()

    def until_held(self, aliases: Sequence[str], holder: str) -> bool:
        """Whether these callbacks come to be held by somebody within a few seconds."""
        return self.until(lambda: all(self.callback(each).stored.get("assigned_user") == holder for each in aliases))

    def until(self, condition: Callable[[], bool]) -> bool:
        """Whether something comes to be so of the stored callbacks within a few seconds."""
        deadline = time.monotonic() + _COMES_SECONDS
        while True:
            self.refresh()
            if condition():
                return True
            # A person who was asked has looked.
            if time.monotonic() > deadline or self.is_by_hand:
                return False
            time.sleep(_POLL_SECONDS)

    # What happens to the queue.

    @property
    def own_csr(self) -> str:
        """For whom the run itself pulls."""
        return f"crmkit-{self.conversation.run.seed}"

    def empty(self) -> None:
        """Pull whatever waits, for the run itself."""
        self.conversation.mark()
        state = self.conversation.before
        if state is not None and state.open_callbacks == 0:
            return
        reply = self.pull(self.own_csr, {"count": EVERYTHING})
        if reply.fault_code is not None or reply.result != "OK":
            self.not_arranged("the queue", "all that waits", f"Result {reply.result}")

    def pull(self, csr: str, how: Mapping[str, str]) -> Reply:
        """A pull that is not what the scenario is about."""
        operation = self.conversation.run.target.contract.operations[PULL]
        self.conversation.send_message(operation, {"CallBack": {"csrId": csr, **how}})
        reply = self.conversation.reply()
        self.handed_out |= {str(carried.mrid) for carried in reply.callbacks}
        return reply

    def publish(self) -> None:
        """Have the target send what it may, after the time that it waits between two looks at the queue."""
        self.let_pass(self.setting("publisher", "seconds") + 1)
        self.looked_at = self.conversation.run.clock.now()
        self.api.run_job("publisher")

    def let_pass(self, seconds: float) -> None:
        """Let the target's time pass: who held a callback may hold it no longer."""
        self.conversation.note_before()
        self.conversation.run.advance_clock(seconds)
        self.handed_out.clear()

    def not_arranged(self, what: str, expected: str, observed: str) -> None:
        """Who does not hand out callbacks fails where that is what is tested; elsewhere nothing can be tested."""
        if self.conversation.operation.name == PULL:
            raise Mismatch.of(what, expected, observed)
        raise CouldNotTest(f"the target did not get {what} ready: expected {expected}, observed {observed}")
