"""The header of a reply (D-16)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from crm_contract.contract import Operation
from crm_contract.values import parse_datetime
from crmkit.suite.evidence import Aspect, Check, Held
from crmkit.suite.messages import Header
from crmkit.suite.replies.questions import CORRELATION

# Clocks of two systems may differ; a reply stamped hours ago was not made now.
_NOW = timedelta(hours=1)
# Table 10.17 prints "same as message ID" (D-16).
_MAY_ECHO_MESSAGE_ID = frozenset({"GetCallbacks"})
CONTEXTS = frozenset({"active", "archived", "all"})


def header_checks(
    observed: dict[str, str],
    operation: Operation,
    request: Header | None,
    seen_ids: set[str],
    now: datetime,
    interpretations: Mapping[str, str] | None = None,
) -> list[Check]:
    """A check for each element that D-16 fixes. `request` is None where the request had no header to refer to.

    `seen_ids` are the message ids of the run; the reply's is added. Revision and Source are not judged, and the echo
    of a context only where it is one of the interface's (D-35).
    """
    checks = []

    def expect(name: str, expected: str, holds: bool | Held) -> None:
        held = holds if isinstance(holds, Held) else Held.STRICT if holds else Held.NO
        there = name in observed
        path = f"Header/{name}"
        shown = observed[name] or "empty" if there else "absent"
        decision = "D-16" if held is Held.READING else None
        checks.append(Check(Aspect.HEADER, path, expected, shown, held, decision, path if there else "Header"))

    expect("Verb", "reply", observed.get("Verb") == "reply")
    expect("Noun", operation.noun, observed.get("Noun") == operation.noun)
    expect("Timestamp", "now, with a zone", _is_now(observed.get("Timestamp", ""), now))
    message_id = observed.get("MessageID", "").strip()
    expect("MessageID", "an id that was not used before", bool(message_id) and message_id not in seen_ids)
    seen_ids.add(message_id)
    if request is not None:
        expect("CorrelationID", *_correlation(observed, operation, request, interpretations or {}))
        context = (request.context or "").casefold()
        if operation.name == "GetTroubleTickets" and context in CONTEXTS:
            echoed = observed.get("Context", "")
            same = Held.STRICT if echoed == request.context else Held.NORMAL
            expect("Context", f"{request.context}, the request's", same if echoed.casefold() == context else Held.NO)
    return checks


def _correlation(
    observed: dict[str, str], operation: Operation, request: Header, interpretations: Mapping[str, str]
) -> tuple[str, Held]:
    """What the CorrelationID is to be, and how it holds."""
    correlation_id = observed.get("CorrelationID", "").strip()
    printed, other = f"{request.correlation_id}, the request's", f"{request.message_id}, the request's MessageID"
    if operation.name not in _MAY_ECHO_MESSAGE_ID:
        return printed, Held.STRICT if correlation_id == request.correlation_id else Held.NO
    wanted = CORRELATION.wanted(interpretations)
    expected = other if wanted not in (None, CORRELATION.printed) else printed
    if correlation_id == request.correlation_id:
        return expected, Held.STRICT if CORRELATION.admits(interpretations, CORRELATION.printed) else Held.NO
    if correlation_id == request.message_id:
        return expected, Held.READING if CORRELATION.admits(interpretations, CORRELATION.answers[1]) else Held.NO
    return expected, Held.NO


def header_readings(observed: dict[str, str], request: Header | None) -> dict[str, str]:
    """Which of the readings that D-16 allows a header shows, where it is not the printed one."""
    if request is None or request.correlation_id == request.message_id:
        return {}
    if observed.get("CorrelationID", "").strip() == request.message_id:
        return {CORRELATION.decision: CORRELATION.answers[1]}
    return {}


def _is_now(timestamp: str, now: datetime) -> bool:
    text = timestamp.strip()
    if not text.endswith("Z") and text[-6:-5] not in ("+", "-"):
        return False
    try:
        when = parse_datetime(text, UTC)
    except ValueError:
        return False
    return abs(now - when) <= _NOW
