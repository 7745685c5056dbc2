"""The steps about replies: the message as such, its header, Result and Errors, each field by itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from crmkit.suite.conversation import Conversation, SentMessage, Table
from crmkit.suite.errors import HarnessError, Mismatch
from crmkit.suite.evidence import Aspect, Check, Held, compared, wrong
from crmkit.suite.messages import Header
from crmkit.suite.replies.expectations import ASPECTS, ExpectedError, judge_errors
from crmkit.suite.replies.headers import header_checks, header_readings
from crmkit.suite.replies.questions import BY, FAULT
from crmkit.suite.replies.reading import Reply
from crmkit.suite.replies.readings import EXTRA_ERRORS, Reading, Sent, admitted, fault_reading, readings
from crmkit.suite.replies.tables import expected_errors

_RESULT = "Reply/Result"
RESULTS = ("OK", "PARTIAL", "FAILED")
FAULT_CODES = ("Client", "Server", "VersionMismatch", "MustUnderstand")


def expect_reply(conversation: Conversation, result: str, table: Table | None) -> None:
    """A response with this Result and exactly these Errors, in any reading that the decisions allow."""
    _check_word(result, "Result", RESULTS)
    errors = expected_errors(conversation, table)
    reply, checks = _message_checks(conversation)
    if reply is None:
        conversation.judge([*checks, *_unseen(result, errors)])
        return
    checks += _kind_checks(conversation, reply)
    if reply.fault_code is None:
        checks += _header(conversation, reply)
    checks += _in_some_reading(conversation, reply, result, errors)
    if result == reply.result == "FAILED":
        there = f"{reply.entries} entries" if reply.entries else "nothing"
        held = Held.NO if reply.entries else Held.STRICT
        checks.append(Check(Aspect.PAYLOAD, "Payload", "nothing", there, held, element="Payload"))
    conversation.judge(checks)


def expect_fault(conversation: Conversation, code: str, table: Table) -> None:
    """A SOAP fault of this code, whose detail is the operation's fault message with exactly these Errors."""
    _check_word(code, "code of a SOAP fault", FAULT_CODES)
    errors = expected_errors(conversation, table)
    reply, checks = _message_checks(conversation)
    if reply is None:
        conversation.judge([*checks, *_unseen("FAILED", errors)])
        return
    if reply.fault_code is None:
        checks.append(Check(Aspect.MESSAGE, "kind of reply", f"a SOAP fault ({code})", "a response", Held.NO))
    else:
        held = Held.STRICT if reply.fault_code.split(".")[0] == code else Held.NO
        checks.append(Check(Aspect.MESSAGE, "faultcode", code, reply.fault_code, held, element="faultcode"))
    held = Held.STRICT if reply.result == "FAILED" else Held.NO
    checks.append(Check(Aspect.RESULT, _RESULT, "FAILED", reply.result or "absent", held, element=_RESULT))
    checks += judge_errors(errors, reply.errors)
    conversation.judge(checks)


def _check_word(word: str, what: str, known: Sequence[str]) -> None:
    if word not in known:
        raise HarnessError(f"{word!r} is no {what}: write {', '.join(known)}")


def _message_checks(conversation: Conversation) -> tuple[Reply | None, list[Check]]:
    """The reply as far as it can be read, and whether it is one at all."""
    try:
        reply = conversation.reply()
    except Mismatch as mismatch:
        return conversation.reply_as_read(), [
            Check(Aspect.MESSAGE, each.field, each.expected, each.observed, Held.NO) for each in mismatch.differences
        ]
    said = "valid against the schema"
    return reply, [Check(Aspect.MESSAGE, "reply", f"a message that is {said}", said, Held.STRICT)]


def _unseen(result: str, errors: Sequence[ExpectedError]) -> list[Check]:
    """What nothing shows, because there is no reply that could be read."""
    nothing = "no reply that can be read"
    checks = [Check(Aspect.RESULT, _RESULT, result, nothing, Held.UNSEEN)]
    for error in errors:
        checks += [
            Check(aspect, f"Reply/Error/{name}", error.text(name), nothing, Held.UNSEEN)
            for name, aspect in ASPECTS.items()
        ]
    return checks


def _kind_checks(conversation: Conversation, reply: Reply) -> list[Check]:
    """Whether it is the response that was to come, or a fault that a decision allows in its place (D-03)."""
    is_valid, interpretations = message_of(conversation).is_valid, conversation.run.interpretations
    if reply.fault_code is None:
        holds = is_valid or FAULT.admits(interpretations, FAULT.printed)
        expected = "a response" if holds else "a SOAP fault, as the profile says (D-03)"
        return [compared(Aspect.MESSAGE, "kind of reply", expected, "a response", holds)]
    seen = fault_reading(is_valid, reply.fault_code, interpretations)
    conversation.readings_seen |= seen or {}
    held, decision = (Held.NO, None) if seen is None else (Held.READING, FAULT.decision)
    observed = f"a SOAP fault ({reply.fault_code})"
    return [Check(Aspect.MESSAGE, "kind of reply", "a response", observed, held, decision)]


def _header(conversation: Conversation, reply: Reply) -> list[Check]:
    message = message_of(conversation)
    # Without a header, or part of it, the request gave nothing that could be relied on to come back.
    request: Header | None = message.header
    match message.otherwise.without:
        case "Header/Context":
            request = replace(message.header, context=None)
        case str(path) if path.startswith("Header"):
            request = None
    conversation.readings_seen |= header_readings(reply.header, request)
    seen_ids = conversation.run.seen_message_ids
    return header_checks(
        reply.header,
        message.operation,
        request,
        seen_ids,
        conversation.run.clock.now(),
        conversation.run.interpretations,
    )


def message_of(conversation: Conversation) -> SentMessage:
    """The last message. Raises HarnessError before there is one."""
    if conversation.message is None:
        raise HarnessError("the scenario asks for a reply before it sends something")
    return conversation.message


def _in_some_reading(
    conversation: Conversation, reply: Reply, result: str, errors: Sequence[ExpectedError]
) -> list[Check]:
    """Result and Errors against the reading that fits, else against the one that they are nearest to."""
    message = message_of(conversation)
    sent = Sent(
        conversation.tickets,
        conversation.now,
        message.otherwise.without,
        message.is_valid,
        conversation.asks_for_unknown_usage_point,
        conversation.reports_only_on_unheld,
        conversation.reports_on_others,
    )
    interpretations = conversation.run.interpretations
    nearest: tuple[int, list[Check]] | None = None
    for reading in readings(conversation.row, result, errors, sent):
        allowed = admitted(reading, interpretations)
        if allowed is None:
            continue
        kinds: set[str] = set()
        checks = _against(allowed, reply, kinds)
        wrongs = len(wrong(checks))
        if not wrongs:
            _note_readings(conversation, allowed, reply, kinds)
            return checks
        if nearest is None or wrongs < nearest[0]:
            nearest = wrongs, checks
    if nearest is None:
        said = ", ".join(f"{decision}: {reading}" for decision, reading in interpretations.items())
        raise HarnessError(f"no reading of row {conversation.row} agrees with the profile's interpretations ({said})")
    return nearest[1]


def _against(reading: Reading, reply: Reply, kinds: set[str]) -> list[Check]:
    decision = reading.result_decision
    held = Held.NO if reply.result != reading.result else Held.READING if decision else Held.STRICT
    seen = decision if held is Held.READING else None
    checks = [Check(Aspect.RESULT, _RESULT, reading.result, reply.result or "absent", held, seen, _RESULT)]
    checks += judge_errors(reading.errors, reply.errors, reading.optional, kinds)
    if not wrong(checks):
        checks += [Check(Aspect.REASON, "Reply/Error", "once", f"twice {each}", Held.NO) for each in _repeated(reply)]
    return checks


def _note_readings(conversation: Conversation, reading: Reading, reply: Reply, kinds: set[str]) -> None:
    conversation.readings_seen |= reading.seen
    for question, (rows, extra) in EXTRA_ERRORS.items():
        if conversation.row in rows and any(extra.fits(each) for each in reply.errors):
            conversation.readings_seen[question.decision] = question.answers[1]
    if kinds:
        conversation.readings_seen["D-15"] = ", ".join(BY[kind] for kind in sorted(kinds))


def _repeated(reply: Reply) -> list[str]:
    """The Errors that a reply has several times (D-14)."""
    counts = Counter(f"{each.code} {each.reason}: {each.details}" for each in reply.errors)
    return [text for text, count in counts.items() if count > 1]
