"""The header of a reply (D-16)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from crm_contract.contract import Operation
from crm_contract.values import parse_datetime
from crmkit.suite.errors import Difference
from crmkit.suite.messages import Header

# Clocks of two systems may differ; a reply stamped hours ago was not made now.
_NOW = timedelta(hours=1)
# Table 10.17 prints "same as message ID" (D-16).
_MAY_ECHO_MESSAGE_ID = frozenset({"GetCallbacks"})
CONTEXTS = frozenset({"active", "archived", "all"})


def header_differences(
    observed: dict[str, str], operation: Operation, request: Header | None, seen_ids: set[str], now: datetime
) -> list[Difference]:
    """What is not as D-16 fixes it. `request` is None where the request had no header to refer to.

    `seen_ids` are the message ids of the run; the reply's is added. Revision and Source are not judged, and the echo
    of a context only where it is one of the interface's (D-35).
    """
    differences = []

    def expect(name: str, expected: str, holds: bool) -> None:
        if not holds:
            differences.append(Difference(f"Header/{name}", expected, observed.get(name, "absent")))

    expect("Verb", "reply", observed.get("Verb") == "reply")
    expect("Noun", operation.noun, observed.get("Noun") == operation.noun)
    expect("Timestamp", "now, with a zone", _is_now(observed.get("Timestamp", ""), now))
    message_id = observed.get("MessageID", "").strip()
    expect("MessageID", "an id that was not used before", bool(message_id) and message_id not in seen_ids)
    seen_ids.add(message_id)
    if request is not None:
        correlation_id = observed.get("CorrelationID", "").strip()
        allowed = (request.correlation_id, *([request.message_id] if operation.name in _MAY_ECHO_MESSAGE_ID else []))
        expect("CorrelationID", f"{request.correlation_id}, the request's", correlation_id in allowed)
        context = (request.context or "").casefold()
        if operation.name == "GetTroubleTickets" and context in CONTEXTS:
            expect("Context", f"{request.context}, the request's", observed.get("Context", "").casefold() == context)
    return differences


def header_readings(observed: dict[str, str], request: Header | None) -> dict[str, str]:
    """Which of the readings that D-16 allows a header shows, where it is not the printed one."""
    if request is not None and observed.get("CorrelationID", "").strip() == request.message_id:
        return {"D-16": "CorrelationID is the request's MessageID"}
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
