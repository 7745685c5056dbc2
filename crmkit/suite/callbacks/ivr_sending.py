"""Sending callbacks to the IVR: what it is told to do, when it is time to send, and what has reached it (Table 9.1)."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

from crm_contract.values import parse_datetime
from crmkit.suite.access.control import Json
from crmkit.suite.callbacks.ivr_messages import SEND, SentCallbacks, about, header_differences, read_sent, was_taken
from crmkit.suite.callbacks.pulls import CARRIED_COLUMNS, judge_carried
from crmkit.suite.callbacks.queue import ADAPTER, CallbackQueue
from crmkit.suite.conversation import Table
from crmkit.suite.errors import CouldNotTest, Difference, HarnessError, Mismatch
from crmkit.suite.replies import details
from crmkit.suite.replies.details import Anything
from crmkit.suite.tables import rows_with

# What features say, and what the IVR calls it.
MODES = {
    "refuses connections": "down",
    "drops connections": "drop",
    "answers FAILED": "failed",
    "answers PARTIAL": "partial",
    "answers with a fault": "fault",
    "answers with what the schema refuses": "invalid",
    "answers with a reply of another operation": "other-reply",
    "answers with a page of HTML": "html",
}
_NOTHING_LEFT = 2
_COMES_SECONDS = 10.0
_POLL_SECONDS = 0.05
# How long before the end of its interval the target is not to look: it does so by itself in the end.
_SLACK_SECONDS = 5.0
_SLACK_SHARE = 0.2
_ERROR_COLUMNS = (("code", ""), ("level", ""), ("reason", ""), ("details", ""), ("{0}", ""))


def hush(queue: CallbackQueue, how: str | None = None) -> None:
    """The IVR calls nobody and behaves in this way; afterwards it is as it was. Its journal begins anew."""
    if queue.conversation.operation.name == SEND:
        # The target sends by itself, too: perhaps before the scenario asks it to.
        queue.log_position = queue.api.log_position()
    queue.ivr_mode = "normal" if how is None else _mode(how)
    _restore_afterwards(queue)
    queue.ivr.stop_dialling()
    queue.ivr.behave(queue.ivr_mode)
    queue.ivr.clear_journal()


def listen(queue: CallbackQueue, outcome: str) -> None:
    """The IVR calls whom it is sent, at once, and this becomes of every call; afterwards it is as it was."""
    _restore_afterwards(queue)
    queue.ivr.behave("normal")
    queue.ivr.clear_journal()
    queue.ivr.clear_dialled()
    queue.ivr.dial_by_script({"*": outcome}, "IVR")


def _restore_afterwards(queue: CallbackQueue) -> None:
    ivr = queue.ivr
    behaviour, dialling = ivr.behaviour(), ivr.dialling()

    def restore() -> None:
        ivr.set_behaviour(behaviour)
        ivr.set_dialling(dialling)

    queue.conversation.afterwards(restore)


def send(queue: CallbackQueue) -> None:
    """The target's publisher looks for callbacks, after the time that it waits between two looks."""
    queue.publish()


def send_too_early(queue: CallbackQueue) -> None:
    """The target's publisher runs towards the end of the time that it waits between two looks."""
    interval = queue.setting("publisher", "seconds")
    margin = max(_SLACK_SECONDS, interval * _SLACK_SHARE)
    left = interval - _since_last_look(queue) - margin
    if left <= 0:
        raise CouldNotTest(f"the target looks every {interval:g} s for callbacks: too often to get ready in between")
    queue.let_pass(left)
    queue.api.run_job("publisher")


def expect_nothing_yet(queue: CallbackQueue) -> None:
    """The IVR has got none of the scenario's callbacks."""
    early = about(queue.ivr.journal(), queue.by_mrid())
    if not early:
        return
    if _since_last_look(queue) >= queue.setting("publisher", "seconds"):
        raise CouldNotTest("the time between two looks of the target was over before the suite could ask")
    told = ", ".join(sorted(_aliases(queue, early).elements())) or "a message that cannot be read"
    raise Mismatch.of("callbacks that the IVR got before it was time", "none", told)


def _since_last_look(queue: CallbackQueue) -> float:
    """How long ago the scenario had the target look for callbacks, in seconds."""
    if queue.looked_at is None:
        raise HarnessError("the scenario did not have the target look for callbacks before")
    return (queue.conversation.run.clock.now() - queue.looked_at).total_seconds()


def send_until_given_up(queue: CallbackQueue) -> None:
    """Passes of the publisher, each as much later as it waits between two tries, more than it may try."""
    tries = int(queue.setting("publisher", "tries"))
    pause = queue.setting("publisher", "retry_seconds")
    send(queue)
    for _ in range(tries + _NOTHING_LEFT):
        queue.let_pass(pause + 1)
        queue.api.run_job("publisher")


def expect_outcome(queue: CallbackQueue, result: str, table: Table | None = None) -> None:
    """What the row calls the Result: OK when the IVR took the callbacks, FAILED when it did not."""
    match result, table:
        case "OK", None:
            expect_taken(queue)
        case "FAILED", None:
            expect_not_taken(queue)
        case "FAILED", _:
            expect_logged(queue, table or ())
        case _:
            raise HarnessError(f"a sending is OK without errors, or FAILED: not {result}")


def expect_taken(queue: CallbackQueue) -> None:
    """The scenario's callbacks have reached the IVR, it has answered OK each time, and the log has nothing to say."""
    records = _eventually(queue, bool)
    if not records:
        raise Mismatch.of("messages to the IVR", "at least one with callbacks of the scenario", "none")
    differences = [
        Difference("answer of the IVR", "OK", str(record["problem"] or record["result"] or "none"))
        for record in records
        if not was_taken(record)
    ]
    logged = _logged(queue, records)
    differences += [Difference("log", "nothing of this sending", _line(line)) for line in logged]
    if differences:
        raise Mismatch(differences)


def expect_not_taken(queue: CallbackQueue) -> None:
    """No message with callbacks of the scenario was answered OK. Where the IVR drops connections, and so notes each
    try, every callback was tried as often as the target is configured to.
    """
    mode = queue.ivr_mode
    records = _eventually(queue, lambda found: bool(found) or mode == "down")
    differences = [Difference("answer of the IVR", "none, or not OK", "OK") for record in records if was_taken(record)]
    if mode != "down" and not records:
        differences.append(Difference("messages to the IVR", "at least one with callbacks of the scenario", "none"))
    if mode == "drop":
        differences += _try_differences(queue, records)
    if differences:
        raise Mismatch(differences)


def expect_logged(queue: CallbackQueue, table: Table) -> None:
    """Not taken, and the target's log has exactly these Errors of it."""
    expect_not_taken(queue)
    rows = rows_with(table, _ERROR_COLUMNS)
    records = _eventually(queue, bool)
    logged = _eventually_logged(queue, records)
    fitting = [[line for line in logged if _fits(row, line)] for row in rows]
    differences = [
        Difference("log", f"{row['code']} {row['level']} {row['reason']}: {row['details']}", _lines(logged))
        for row, found in zip(rows, fitting, strict=True)
        if not found
    ]
    strange = [line for line in logged if not any(_fits(row, line) for row in rows)]
    differences += [Difference("log", "no such line", _line(line)) for line in strange]
    if differences:
        raise Mismatch(differences)


def expect_any_log(queue: CallbackQueue) -> None:
    """The target's log tells something of the sending (D-40)."""
    if not _eventually_logged(queue, _eventually(queue, bool)):
        raise Mismatch.of("log", "that the callbacks were not taken", "nothing")


def expect_received(queue: CallbackQueue, table: Table) -> None:
    """These callbacks of the scenario have reached the IVR, each once and with all that is known of it, and no others;
    every message is valid, with the header of Table 10.20.
    """
    conversation = queue.conversation
    rows = rows_with(table, CARRIED_COLUMNS)
    expected = Counter(row["callback"] for row in rows)
    records = _eventually(queue, lambda found: _aliases(queue, found) >= expected)
    contract = conversation.run.target.contract
    messages = [read_sent(record, contract) for record in records]
    differences = []
    if _aliases(queue, records) != expected:
        told = ", ".join(sorted(_aliases(queue, records).elements())) or "none"
        differences.append(Difference("callbacks that the IVR got", ", ".join(sorted(expected)), told))
    for message in messages:
        differences += header_differences(message, contract.operations[SEND], conversation.run.clock.now())
        differences += _content_differences(queue, rows, message)
    if differences:
        raise Mismatch(differences)


def _content_differences(
    queue: CallbackQueue, rows: Sequence[Mapping[str, str]], message: SentCallbacks
) -> list[Difference]:
    own = queue.by_mrid()
    literal = {row["callback"]: row for row in rows}
    stamp = message.header.get("Timestamp")
    try:
        assigned: datetime | None = parse_datetime(stamp, UTC) if stamp else None
    except ValueError:
        assigned = None
    differences = []
    for carried in message.callbacks:
        waiting = own.get(str(carried.mrid))
        if waiting is not None and waiting.alias in literal:
            row = literal[waiting.alias]
            differences += judge_carried(queue, waiting, carried, ADAPTER, assigned, row)
    return differences


def _try_differences(queue: CallbackQueue, records: Sequence[Json]) -> list[Difference]:
    tries = int(queue.setting("publisher", "tries"))
    seen = _aliases(queue, records)
    return [
        Difference(f"tries to send {alias}", str(tries), str(seen[alias]))
        for alias in queue.callbacks
        if seen[alias] != tries
    ]


def _aliases(queue: CallbackQueue, records: Sequence[Json]) -> Counter[str]:
    own = queue.by_mrid()
    return Counter(own[mrid].alias for record in records for mrid in record["callbacks"] if mrid in own)


def _eventually(queue: CallbackQueue, enough: Callable[[list[Json]], bool]) -> list[Json]:
    """The journal's records of the scenario's callbacks, once they are enough or too much time has gone by.

    A pass of the target's own may have begun before the one that was asked for, and still be sending.
    """
    return _poll(lambda: about(queue.ivr.journal(), queue.by_mrid()), enough)


def _eventually_logged(queue: CallbackQueue, records: Sequence[Json]) -> list[Json]:
    return _poll(lambda: _logged(queue, records), bool)


def _poll(look: Callable[[], list[Json]], enough: Callable[[list[Json]], bool]) -> list[Json]:
    deadline = time.monotonic() + _COMES_SECONDS
    while True:
        found = look()
        if enough(found) or time.monotonic() > deadline:
            return found
        time.sleep(_POLL_SECONDS)


def _logged(queue: CallbackQueue, records: Sequence[Json]) -> list[Json]:
    """What the target has logged since the sending began, of these messages or of nobody knows which."""
    if queue.log_position is None:
        raise HarnessError("the scenario asks for the log and did not say what the IVR does")
    ids = {record["message_id"] for record in records} | {None, ""}
    return [line for line in queue.api.log_after(queue.log_position) if line.get("message_id") in ids]


def _fits(row: Mapping[str, str], line: Json) -> bool:
    if row.get("{0}", "*") != "*":
        raise HarnessError("what the log says at {0} is any text: write *")
    arguments = {number: Anything() for number in details.placeholders(row["details"])}
    return (
        all(line.get(name) == row[name] for name in ("code", "level"))
        and str(line.get("reason")).casefold() == row["reason"].casefold()
        and details.matches(row["details"], arguments, line.get("details"))
    )


def _lines(logged: Sequence[Json]) -> str:
    return "\n".join(map(_line, logged)) or "nothing"


def _line(line: Json) -> str:
    return f"{line.get('code')} {line.get('level')} {line.get('reason')}: {line.get('details')}"


def _mode(how: str) -> str:
    if how not in MODES:
        raise HarnessError(f"{how!r}: the IVR {', '.join(MODES)}")
    return MODES[how]
