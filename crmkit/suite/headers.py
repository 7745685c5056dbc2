"""The header of a reply (D-16)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from crm_contract.contract import Operation
from crm_contract.values import parse_datetime
from crmkit.suite.errors import Difference
from crmkit.suite.messages import Header

# Clocks of two systems may differ; a reply stamped hours ago was not made now.
_NOW = timedelta(hours=1)


def header_differences(
    observed: dict[str, str], operation: Operation, request: Header | None, seen_ids: set[str]
) -> list[Difference]:
    """What is not as D-16 fixes it. `request` is None where the request had no header to refer to.

    `seen_ids` are the message ids of the run; the reply's is added. Revision and Source are not judged.
    """
    differences = []

    def expect(name: str, expected: str, holds: bool) -> None:
        if not holds:
            differences.append(Difference(f"Header/{name}", expected, observed.get(name, "absent")))

    expect("Verb", "reply", observed.get("Verb") == "reply")
    expect("Noun", operation.noun, observed.get("Noun") == operation.noun)
    expect("Timestamp", "now, with a zone", _is_now(observed.get("Timestamp", "")))
    message_id = observed.get("MessageID", "").strip()
    expect("MessageID", "an id that was not used before", bool(message_id) and message_id not in seen_ids)
    seen_ids.add(message_id)
    if request is not None:
        expect(
            "CorrelationID",
            f"{request.correlation_id}, the request's",
            observed.get("CorrelationID", "").strip() == request.correlation_id,
        )
    return differences


def _is_now(timestamp: str) -> bool:
    text = timestamp.strip()
    if not text.endswith("Z") and text[-6:-5] not in ("+", "-"):
        return False
    try:
        when = parse_datetime(text, UTC)
    except ValueError:
        return False
    return abs(datetime.now(UTC) - when) <= _NOW
