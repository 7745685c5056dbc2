"""What is stored before a scenario does something, noted as late as that can be."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from crmkit.suite.access.control import Control, Json, StoreState, TicketsSeen
from crmkit.suite.run import Run

_REST_SECONDS = 20.0
_POLL_SECONDS = 0.05


class Marking:
    """The part of a conversation that knows what was stored before (crmkit.suite.conversation)."""

    run: Run

    def begin_marking(self) -> None:
        """A scenario begins: whatever is stored from here on is its doing."""
        control = self.run.control
        self._before: StoreState | None = None
        self._is_marked = False
        # What is sent meanwhile is no part of what the scenario does.
        self.arranges = False
        if control is not None and (self.run.position is None or control.is_by_hand):
            self.mark()
            self.note_before()
        # Nothing of the scenario's is in front of what was there some time ago.
        self.start = self.run.position or 0
        self.mark()

    def mark(self) -> None:
        """What is stored from here on is the scenario's doing. The target comes to rest first.

        Noted when the scenario next sends something: nothing is stored until then.
        """
        self._is_marked = True
        if self.run.control is not None and self.run.control.is_by_hand:
            self.note_before()

    @property
    def before(self) -> StoreState | None:
        """How much was stored at the last mark; None without a control API."""
        self.note_before()
        return self._before

    @before.setter
    def before(self, state: StoreState | None) -> None:
        self._before, self._is_marked = state, False

    @contextmanager
    def arranging(self) -> Iterator[None]:
        """What is sent meanwhile is no part of what the scenario does; it marks when it is done."""
        outer, self.arranges = self.arranges, True
        try:
            yield
        finally:
            self.arranges = outer

    def stored(self) -> list[Json]:
        """The active tickets that were stored since the conversation began, by whomever."""
        return self.look().tickets

    def look(self) -> TicketsSeen:
        """`stored`, and how much was stored at that moment."""
        seen = self.run.needs_control().tickets_seen(self.start)
        if self._is_marked and seen.state is not None and seen.state.pending <= self.run.stuck_messages:
            self._note(seen.state)
        return seen

    def note_before(self) -> None:
        """Note what is stored at the last mark, if that has not been done: something is about to happen."""
        if not self._is_marked:
            return
        if self.run.control is None:
            self.before = None
        else:
            self._note(rested(self.run.control, self.run.stuck_messages))

    def _note(self, state: StoreState) -> None:
        self.before = state
        self.run.position = state.position
        # What an earlier scenario left for good would otherwise hold every later one up.
        self.run.stuck_messages = state.pending
        if state.now is not None:
            self.run.clock.seen(state.now)


def rested(control: Control, stuck: int) -> StoreState:
    """How much is stored once no more messages than the `stuck` ones wait for the IMS, or have waited for long."""
    deadline = time.monotonic() + _REST_SECONDS
    while (state := control.store()).pending > stuck and time.monotonic() < deadline:
        time.sleep(_POLL_SECONDS)
    return state
