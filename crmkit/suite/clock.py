"""The target's clock: what `now` means, for who sends and for who judges."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from crm_contract.values import parse_datetime
from crmkit.suite.control import Control
from crmkit.suite.errors import CouldNotTest


class TargetClock:
    """Follows the control API's clock; the machine's own where there is none."""

    def __init__(self, control: Control | None) -> None:
        self._control = control
        self._ahead = timedelta(0)
        self._was_advanced = False

    def now(self) -> datetime:
        """The target's time, as far as it is known."""
        return datetime.now(UTC) + self._ahead

    def look(self) -> None:
        """Ask how far ahead the target's clock is."""
        if self._control is None:
            return
        try:
            self._set(self._control.clock())
        except CouldNotTest:
            self._ahead = timedelta(0)

    def advance(self, seconds: float) -> None:
        """Let the target's time pass. CouldNotTest where its clock cannot be set."""
        if self._control is None:
            raise CouldNotTest("time cannot pass without --control URL of the target's control API")
        self._was_advanced = True
        self._set(self._control.advance_clock(seconds))

    def restore(self) -> None:
        """Back to the machine's time, when a scenario has let time pass."""
        if self._control is not None and self._was_advanced:
            self._control.restore_clock()
            self._was_advanced = False
            self._ahead = timedelta(0)

    def _set(self, told: str) -> None:
        self._ahead = parse_datetime(told, UTC) - datetime.now(UTC)
