"""Keeps the callback queue in order: assignments that are over, callbacks that can never be made any more."""

from __future__ import annotations

from dataclasses import dataclass

from reference_adapter.configuration.settings import AdapterSettings
from reference_adapter.configuration.watched import WatchedFile
from reference_adapter.operations.callback_life import give_up_missed, release_expired
from reference_adapter.storage.unit_of_work import Store

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Expiry:
    """Gives callbacks back to the queue whose assignment is over, and closes those whose last period has passed."""

    store: Store
    settings: WatchedFile[AdapterSettings]

    def run(self) -> int:
        """How many callbacks it changed."""
        settings, now = self.settings.current(), self.store.now()
        handled = 0
        while True:
            with self.store.view() as work:
                found = work.callbacks.expired(now, 1) or work.callbacks.missed(now, 1)
            if not found:
                return handled
            with self.store.change(now) as work:
                changed = release_expired(work, now, _AT_ONCE)
                changed += give_up_missed(work, settings, now, _AT_ONCE)
            if not changed:
                return handled
            handled += changed
