"""Forgets what nobody asks for any more."""

from __future__ import annotations

from datetime import timedelta

from crm_contract.values import format_datetime
from reference_adapter.storage.ims_inbox import sweep_confirmations
from reference_adapter.storage.message_log import sweep_nonces
from reference_adapter.storage.unit_of_work import Store

_CONFIRMATIONS_KEPT = timedelta(hours=1)


def sweep(store: Store, replay_window: timedelta) -> int:
    """Delete old IMS confirmations, and nonces older than the replay window; how many."""
    now = store.now()
    with store.change(now) as work:
        swept = sweep_confirmations(work.connection, format_datetime(now - _CONFIRMATIONS_KEPT))
        return swept + sweep_nonces(work.connection, format_datetime(now - replay_window))
