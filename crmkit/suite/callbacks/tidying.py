"""Getting rid of a scenario's callbacks: closed where possible, so that incidents close and the model is quiet again.

What cannot be tidied up is left behind without a word: what becomes of callbacks is not asserted (D-39), and no
scenario relies on it.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime

from crm_contract.values import parse_datetime
from crmkit.suite.access.control import Json
from crmkit.suite.callbacks.queue import EVERYTHING, PULL, REPORT, CallbackQueue
from crmkit.suite.callbacks.stored import NOT_RESTORED
from crmkit.suite.errors import CouldNotTest, HarnessError, Mismatch
from crmkit.suite.messages import Content
from crmkit.suite.replies.reading import read_reply

WHILE_TIDYING = {"confirmed": True, "status": "Dispatched", "comment": "Tidying up.", "crews": []}


def tidy(queue: CallbackQueue) -> None:
    """Close what is still open, and move the incidents with their tickets to the archive."""
    for incident in queue.unrestored:
        with suppress(HarnessError, CouldNotTest):
            queue.api.act(incident, "restore")
    with suppress(HarnessError, CouldNotTest, Mismatch):
        _close_by_interface(queue) if queue.is_by_hand else _close(queue)
    if queue.is_by_hand:
        # Nobody is asked to move them to the archive: the incidents are over, and others come after them.
        with suppress(HarnessError, CouldNotTest, Mismatch):
            _restore_again(queue)
        return
    with suppress(HarnessError, CouldNotTest):
        queue.api.archive_all(queue.incidents)
    with suppress(HarnessError, CouldNotTest):
        _end_outages_reported_again(queue)


def _close(queue: CallbackQueue) -> None:
    open_ones = [each for each in queue.stored() if not each["closed"]]
    if any(each["assigned_user"] is None for each in open_ones):
        open_ones = _pull_the_last(queue, open_ones)
    held = [each for each in open_ones if each["assigned_user"] is not None]
    if held:
        entries = [
            {"mRID": each["mrid"], "csrId": each["assigned_user"], "status": {"value": "Restored"}} for each in held
        ]
        _send_aside(queue, REPORT, {"CallBackResult": entries})


def _close_by_interface(queue: CallbackQueue) -> None:
    """Report all of the scenario's callbacks as those who have them; what is not due yet is left."""
    _send_aside(queue, PULL, {"CallBack": {"csrId": queue.own_csr, "count": EVERYTHING}})
    held = [each for each in queue.stored() if each["assigned_user"]]
    entries = [{"mRID": each["mrid"], "csrId": each["assigned_user"], "status": {"value": "Restored"}} for each in held]
    if entries:
        _send_aside(queue, REPORT, {"CallBackResult": entries})


def _restore_again(queue: CallbackQueue) -> None:
    """A customer who was still without power has a ticket without an incident (D-39), which the next one there would
    take along: it gets one of its own, which is restored, and its callback is closed."""
    aliases = {entry.alias for entry in queue.reported if entry.result == NOT_RESTORED}
    points = {str(queue.callback(alias).ticket.usage_point) for alias in aliases if alias in queue.callbacks}
    if not points:
        return
    control, conversation = queue.conversation.run.needs_control(), queue.conversation
    for incident in control.create_incidents([{**WHILE_TIDYING, "device": point} for point in sorted(points)]):
        control.restore_incident(str(incident["mrid"]))
    control.told.finish()
    operation = conversation.run.target.contract.operations[PULL]
    asked = {"CallBack": {"csrId": queue.own_csr, "count": EVERYTHING}}
    exchange = conversation.prepare(operation, conversation.make_header(operation), asked).send()
    entries = [
        {"mRID": each.mrid, "csrId": queue.own_csr, "status": {"value": "Restored"}}
        for each in read_reply(exchange, operation, conversation.run.target.contract).callbacks
        if any(ticket.usage_point and ticket.usage_point.mrid in points for ticket in each.trouble_tickets)
    ]
    if entries:
        _send_aside(queue, REPORT, {"CallBackResult": entries})


def _pull_the_last(queue: CallbackQueue, open_ones: Sequence[Json]) -> list[Json]:
    """Pull what waits; what is not due yet when it is."""
    now = queue.conversation.run.clock.now()
    due = max((_due(each) or now for each in open_ones if each["assigned_user"] is None), default=now)
    if due > now:
        queue.let_pass((due - now).total_seconds() + 1)
    _send_aside(queue, PULL, {"CallBack": {"csrId": queue.own_csr, "count": EVERYTHING}})
    return [each for each in queue.stored() if not each["closed"]]


def _due(stored: Json) -> datetime | None:
    """When a callback may be handed out at last: its last period's start, or when it is to be tried again."""
    times = [period["start"] for period in stored.get("periods") or ()]
    if stored.get("not_before"):
        times.append(stored["not_before"])
    return max((parse_datetime(str(each), UTC) for each in times), default=None)


def _end_outages_reported_again(queue: CallbackQueue) -> None:
    """A result Not Restored has made a ticket, and that perhaps an incident (D-39)."""
    control = queue.conversation.run.needs_control()
    points = {waiting.ticket.usage_point for waiting in queue.callbacks.values()}
    if not any(ticket["usage_point"] in points for ticket in queue.conversation.stored()):
        return
    queue.api.run_job("prediction")
    incidents = {each["incident"] for each in queue.conversation.stored() if each["usage_point"] in points}
    for incident in incidents - {None}:
        if not control.incident(incident)["confirmed"]:
            queue.api.act(incident, "cancel")
            queue.api.act(incident, "archive")


def _send_aside(queue: CallbackQueue, name: str, inside: Content) -> None:
    """Send a message that no report is to show: what the scenario was about is over."""
    conversation = queue.conversation
    operation = conversation.run.target.contract.operations[name]
    conversation.prepare(operation, conversation.make_header(operation), inside).send()
