"""The target's clock: what `now` means, for who sends and for who judges."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from crm_contract.values import parse_datetime
from crmkit.suite.access.control import Control
from crmkit.suite.errors import CouldNotTest

# A clock so near to the machine's has not been set: the difference is the time that asking takes.
_NOT_SET = timedelta(seconds=1)


class TargetClock:
    """Follows the control API's clock; the machine's own where there is none."""

    def __init__(self, control: Control | None) -> None:
        self._control = control
        self._ahead = timedelta(0)
        self._before: timedelta | None = None
        self._is_told = False

    def now(self) -> datetime:
        """The target's time, as far as it is known."""
        if self._control is not None and self._control.is_by_hand:
            # It costs nothing to ask, and an answer of a person may have changed it.
            self.look()
        return datetime.now(UTC) + self._ahead

    def look(self) -> None:
        """Ask how far ahead the target's clock is, unless that is told on the way anyway."""
        if self._control is None or (self._is_told and not self._control.is_by_hand):
            return
        try:
            self._set(self._control.clock())
        except CouldNotTest:
            self._ahead = timedelta(0)

    def seen(self, told: str) -> None:
        """The target has told its time beside something else, and will do so again."""
        self._set(told)
        self._is_told = True

    def advance(self, seconds: float) -> None:
        """Let the target's time pass. CouldNotTest where its clock cannot be set."""
        if self._control is None:
            raise CouldNotTest("time cannot pass without --control URL of the target's control API")
        if self._before is None:
            self.look()
            self._before = self._ahead
        self._set(self._control.advance_clock(seconds))

    def restore(self) -> None:
        """As far ahead as it was, when a scenario has let time pass."""
        if self._control is None or self._before is None:
            return
        if abs(self._before) < _NOT_SET:
            self._control.restore_clock()
            self._ahead = timedelta(0)
        else:
            self._control.set_clock(datetime.now(UTC) + self._before)
            self._ahead = self._before
        self._before = None

    def _set(self, told: str) -> None:
        self._ahead = parse_datetime(told, UTC) - datetime.now(UTC)
