"""Sending callbacks to the IVR: what it is told to do, when it is time to send, and what has reached it (Table 9.1)."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from crm_contract.values import parse_datetime
from crmkit.suite.access.control import Json
from crmkit.suite.callbacks.ivr_messages import (
    SEND,
    SentCallbacks,
    about,
    header_checks,
    note_calls,
    read_sent,
    was_taken,
)
from crmkit.suite.callbacks.pulls import CARRIED_COLUMNS, judge_carried
from crmkit.suite.callbacks.queue import ADAPTER, CallbackQueue
from crmkit.suite.conversation import Table
from crmkit.suite.errors import CouldNotTest, HarnessError, Mismatch
from crmkit.suite.evidence import Aspect, Check, compared
from crmkit.suite.payload_places import Place
from crmkit.suite.replies import details
from crmkit.suite.replies.details import Anything
from crmkit.suite.replies.expectations import ExpectedError, as_text, judge_errors
from crmkit.suite.replies.reading import ReportedError
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
    if early and _since_last_look(queue) >= queue.setting("publisher", "seconds"):
        raise CouldNotTest("the time between two looks of the target was over before the suite could ask")
    names = ", ".join(sorted(_aliases(queue, early).elements())) or "a message that cannot be read"
    told = ("none", names if early else "none", not early)
    queue.conversation.judge([compared(Aspect.EFFECT, "callbacks that the IVR got before it was time", *told)])


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
    checks = [_any_message_check(records)]
    for record in records:
        said = str(record["problem"] or record["result"] or "none")
        checks.append(compared(Aspect.RESULT, "answer of the IVR", "OK", said, was_taken(record)))
    logged = _logged(queue, records) if records else []
    checks.append(compared(Aspect.REASON, "log", "nothing of this sending", _lines(logged), not logged))
    queue.conversation.judge(checks)


def expect_not_taken(queue: CallbackQueue) -> None:
    """No message with callbacks of the scenario was answered OK. Where the IVR drops connections, and so notes each
    try, every callback was tried as often as the target is configured to.
    """
    queue.conversation.judge(_not_taken(queue))


def _not_taken(queue: CallbackQueue) -> list[Check]:
    mode = queue.ivr_mode
    records = _eventually(queue, lambda found: bool(found) or mode == "down")
    taken = any(was_taken(record) for record in records)
    checks = [compared(Aspect.RESULT, "answer of the IVR", "none, or not OK", "OK" if taken else "not OK", not taken)]
    if mode != "down":
        checks.append(_any_message_check(records))
    if mode == "drop":
        checks += _try_checks(queue, records)
    return checks


def _any_message_check(records: Sequence[Json]) -> Check:
    wanted, told = "at least one with callbacks of the scenario", str(len(records) or "none")
    return compared(Aspect.EFFECT, "messages to the IVR", wanted, told, bool(records))


def expect_logged(queue: CallbackQueue, table: Table) -> None:
    """Not taken, and the target's log has exactly these Errors of it."""
    checks = _not_taken(queue)
    rows = rows_with(table, _ERROR_COLUMNS)
    logged = _eventually_logged(queue, _eventually(queue, bool))
    checks += _log_checks([_expected(row) for row in rows], logged)
    queue.conversation.judge(checks)


def _log_checks(expected: Sequence[ExpectedError], logged: Sequence[Json]) -> list[Check]:
    """Each expected Error is in the log, as often as the target likes, and nothing else is."""
    lines = [_reported(line) for line in logged]
    # A line that is there again, for another try, says no more than the first.
    once = list(dict.fromkeys(lines))
    fitting = [line for line in once if any(wanted.fits(line) for wanted in expected)]
    first = [next((line for line in fitting if wanted.fits(line)), None) for wanted in expected]
    strange = [line for line in once if line not in fitting]
    seen = [*(line for line in first if line is not None), *strange]
    return [
        replace(check, field=check.field.replace("Reply/Error", "log"), element=None)
        for check in judge_errors(expected, seen)
    ]


def expect_any_log(queue: CallbackQueue) -> None:
    """The target's log tells something of the sending (D-40)."""
    logged = _eventually_logged(queue, _eventually(queue, bool))
    told = ("that the callbacks were not taken", _lines(logged), bool(logged))
    queue.conversation.judge([compared(Aspect.EFFECT, "log", *told)])


def expect_received(queue: CallbackQueue, table: Table) -> None:
    """These callbacks of the scenario have reached the IVR, each once and with all that is known of it, and no others;
    every message is valid, with the header of Table 10.20.
    """
    conversation = queue.conversation
    rows = rows_with(table, CARRIED_COLUMNS)
    expected = Counter(row["callback"] for row in rows)
    records = _eventually(queue, lambda found: _aliases(queue, found) >= expected)
    contract = conversation.run.target.contract
    observed = _aliases(queue, records)
    names = ", ".join(sorted(expected)) or "none", ", ".join(sorted(observed.elements())) or "none"
    checks = [compared(Aspect.EFFECT, "callbacks that the IVR got", *names, observed == expected)]
    for record in records:
        try:
            message = read_sent(record, contract)
        except Mismatch as mismatch:
            checks += [compared(Aspect.MESSAGE, d.field, d.expected, d.observed, False) for d in mismatch.differences]
            continue
        valid = "valid against the schema"
        checks.append(compared(Aspect.MESSAGE, "message to the IVR", valid, valid, True))
        checks += header_checks(message, contract.operations[SEND], conversation.run.clock.now())
        checks += _content_checks(queue, rows, message)
    conversation.judge(checks)


def _content_checks(queue: CallbackQueue, rows: Sequence[Mapping[str, str]], message: SentCallbacks) -> list[Check]:
    own = queue.by_mrid()
    literal = {row["callback"]: row for row in rows}
    stamp = message.header.get("Timestamp")
    try:
        assigned: datetime | None = parse_datetime(stamp, UTC) if stamp else None
    except ValueError:
        assigned = None
    checks = []
    for carried in message.callbacks:
        waiting = own.get(str(carried.mrid))
        if waiting is not None and waiting.alias in literal:
            row, at = literal[waiting.alias], Place(Aspect.PAYLOAD, f"Payload/{waiting.alias}")
            checks += judge_carried(queue, waiting, carried, ADAPTER, assigned, row, at)
    return checks


def _try_checks(queue: CallbackQueue, records: Sequence[Json]) -> list[Check]:
    tries = int(queue.setting("publisher", "tries"))
    seen = _aliases(queue, records)
    return [
        compared(Aspect.EFFECT, f"tries to send {alias}", str(tries), str(seen[alias]), seen[alias] == tries)
        for alias in queue.callbacks
    ]


def _aliases(queue: CallbackQueue, records: Sequence[Json]) -> Counter[str]:
    own = queue.by_mrid()
    return Counter(own[mrid].alias for record in records for mrid in record["callbacks"] if mrid in own)


def _eventually(queue: CallbackQueue, enough: Callable[[list[Json]], bool]) -> list[Json]:
    """The journal's records of the scenario's callbacks, once they are enough or too much time has gone by.

    A pass of the target's own may have begun before the one that was asked for, and still be sending.
    """
    found = _poll(lambda: about(queue.ivr.journal(), queue.by_mrid()), enough)
    note_calls(queue.conversation.run.transcript, found)
    return found


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


def _expected(row: Mapping[str, str]) -> ExpectedError:
    if row.get("{0}", "*") != "*":
        raise HarnessError("what the log says at {0} is any text: write *")
    arguments = {number: Anything() for number in details.placeholders(row["details"])}
    return ExpectedError(row["code"], row["level"], row["reason"], row["details"], arguments)


def _reported(line: Json) -> ReportedError:
    said = (line.get(name) for name in ("code", "level", "reason", "details"))
    return ReportedError(*(None if each is None else str(each) for each in said))


def _lines(logged: Sequence[Json]) -> str:
    return "\n".join(as_text(_reported(line)) for line in logged) or "nothing"


def _mode(how: str) -> str:
    if how not in MODES:
        raise HarnessError(f"{how!r}: the IVR {', '.join(MODES)}")
    return MODES[how]
