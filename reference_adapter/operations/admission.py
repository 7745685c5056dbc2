"""What every message must pass before its own rules: size of the batch, and no replay (D-06b, D-18)."""

from __future__ import annotations

from datetime import UTC, datetime

from crm_contract.envelope import ReportedError, RequestHeader
from crm_contract.values import format_datetime, parse_datetime
from reference_adapter.configuration.errors import ErrorConfiguration
from reference_adapter.configuration.settings import AdapterSettings
from reference_adapter.operations.replies import Result
from reference_adapter.storage.message_log import MessageRecord
from reference_adapter.storage.unit_of_work import Work

#: What every operation reports beside its rules.
EXTRA_REASONS = frozenset({"TooManyItems", "ReplayDetected", "HighSystemActivity"})


def refused_at_the_door(
    header: RequestHeader, entries: int, settings: AdapterSettings, errors: ErrorConfiguration, now: datetime
) -> ReportedError | None:
    """The Error of a message with too many entries, or one that was made too long ago or ahead."""
    if entries > settings.batch_limit:
        return errors["TooManyItems"].filled(str(entries), str(settings.batch_limit))
    if header.nonce_created is not None:
        created = parse_datetime(header.nonce_created, settings.time_zone)
        if abs(created - now) > settings.replay_skew:
            return errors["ReplayDetected"].filled("its creation time is too far from now")
    return None


def refused_as_replay(
    work: Work, header: RequestHeader, settings: AdapterSettings, errors: ErrorConfiguration, now: datetime
) -> ReportedError | None:
    """The Error of a message whose nonce was used before; remembers the nonce otherwise."""
    if header.nonce is None:
        return None
    since = now.astimezone(UTC) - settings.replay_window
    if work.nonce_is_new(header.source or "", header.nonce, format_datetime(now), format_datetime(since)):
        return None
    return errors["ReplayDetected"].filled("the nonce was used before")


def audit(
    operation: str, header: RequestHeader, result: Result, accepted: int, refused: int, now: datetime
) -> MessageRecord:
    """The audit row of a message that was carried out."""
    return MessageRecord(
        received_at=format_datetime(now),
        operation=operation,
        message_id=header.message_id,
        source=header.source,
        result=result.value,
        accepted=accepted,
        refused=refused,
    )
