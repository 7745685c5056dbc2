"""Forgets what nobody asks for any more."""

from __future__ import annotations

from datetime import timedelta

from crm_contract.values import format_datetime
from reference_adapter.clock import Clock
from reference_adapter.storage.database import Database
from reference_adapter.storage.ims_inbox import sweep_confirmations
from reference_adapter.storage.message_log import sweep_nonces

_CONFIRMATIONS_KEPT = timedelta(hours=1)


def sweep(database: Database, clock: Clock, replay_window: timedelta) -> None:
    """Delete old IMS confirmations, and nonces older than the replay window."""
    now = clock()
    with database.write() as connection:
        sweep_confirmations(connection, format_datetime(now - _CONFIRMATIONS_KEPT))
        sweep_nonces(connection, format_datetime(now - replay_window))
