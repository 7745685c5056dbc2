"""Forgets what nobody asks for any more."""

from __future__ import annotations

from datetime import timedelta

from crm_contract.values import format_datetime
from reference_adapter.storage.ims_inbox import sweep_confirmations
from reference_adapter.storage.message_log import sweep_messages, sweep_nonces
from reference_adapter.storage.publications import sweep_publications
from reference_adapter.storage.unit_of_work import Store

_CONFIRMATIONS_KEPT = timedelta(hours=1)
_RECORDS_KEPT = timedelta(days=30)


def sweep(store: Store, replay_window: timedelta) -> int:
    """Delete old IMS confirmations, nonces older than the replay window, and records of old messages; how many."""
    now = store.now()
    with store.change(now) as work:
        swept = sweep_confirmations(work.connection, format_datetime(now - _CONFIRMATIONS_KEPT))
        swept += sweep_nonces(work.connection, format_datetime(now - replay_window))
        long_ago = format_datetime(now - _RECORDS_KEPT)
        swept += sweep_messages(work.connection, long_ago)
        return swept + sweep_publications(work.connection, long_ago)
