"""What every hosted operation is wired with."""

from __future__ import annotations

from reference_adapter.clock import Clock
from reference_adapter.configuration.errors import ErrorConfiguration
from reference_adapter.configuration.settings import AdapterSettings
from reference_adapter.configuration.watched import WatchedFile
from reference_adapter.rules.registry import RuleBook
from reference_adapter.storage.unit_of_work import Store


class HostedOperation:
    """An operation, wired once and called by many threads: its `carry_out` takes a message that the schema accepts."""

    def __init__(
        self,
        rules: RuleBook,
        errors: WatchedFile[ErrorConfiguration],
        settings: WatchedFile[AdapterSettings],
        store: Store,
        clock: Clock,
    ) -> None:
        self._rules = rules
        self._errors = errors
        self._settings = settings
        self._store = store
        self._clock = clock
