"""Waiting for the IMS to confirm what was forwarded to it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Protocol

_POLL_SECONDS = 0.05


class Confirmations(Protocol):
    """Where the IMS confirms."""

    def confirmation(self, inbox_seq: int) -> list[str] | None:
        """The mRIDs given, None while there are none."""


def wait_for_confirmation(
    confirmations: Confirmations,
    inbox_seq: int,
    interval_seconds: float,
    sleep: Callable[[float], None] = time.sleep,
    monotonic: Callable[[], float] = time.monotonic,
) -> list[str] | None:
    """The mRIDs that the IMS gave within the interval, None when it gave none (D-29)."""
    deadline = monotonic() + interval_seconds
    while True:
        mrids = confirmations.confirmation(inbox_seq)
        left = deadline - monotonic()
        if mrids is not None or left <= 0:
            return mrids
        sleep(min(_POLL_SECONDS, left))
