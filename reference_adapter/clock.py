"""Where the adapter's time comes from."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """The machine's time, in UTC."""
    return datetime.now(UTC)


class SimulatedClock:
    """Another clock's time, ahead of it by what control has set.

    Control's offset is in the store; who reads it there hands it on by `follow`.
    """

    def __init__(self, base: Clock = system_clock) -> None:
        self._base = base
        self._offset = timedelta()

    def __call__(self) -> datetime:
        """The simulated time, in UTC."""
        return self._base() + self._offset

    @property
    def offset_seconds(self) -> float:
        """How far it is ahead."""
        return self._offset.total_seconds()

    def follow(self, offset_seconds: float) -> None:
        """Be so far ahead from now on."""
        self._offset = timedelta(seconds=offset_seconds)
