"""A dialogue with an IVR that is not there: what was sent is told, and what was posted is put into the listener."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from crm_contract.contract import load_contract
from crmkit.listening.addresses import Address
from crmkit.listening.postings import Posting, ReportedResult
from crmkit.listening.results import ResultsListener
from crmkit.suite.access.target import Target
from crmkit.suite.conversation import Conversation
from crmkit.suite.ivr.dialogue import Dialogue
from crmkit.suite.ivr.run import IvrRun

CONTRACT = load_contract()
SENT = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def dialogue(*aliases: str, interpretations: dict[str, str] | None = None) -> Dialogue:
    """Callbacks `CB-ALIAS` were sent at noon; nobody waits for results."""
    listener = ResultsListener(CONTRACT, Address("127.0.0.1", 9, "http://kit"))
    run = IvrRun(
        Target("http://127.0.0.1:9", CONTRACT),
        interpretations=interpretations or {},
        results=listener,
        results_seconds=0.01,
    )
    made = Dialogue(Conversation(run, "IVR-31", CONTRACT.operations["CreatedCallBacksResults"]))
    made.callbacks = {alias: f"CB-{alias}" for alias in aliases}
    made.sent_at = dict.fromkeys(made.callbacks.values(), SENT)
    listener.give(list(made.sent_at))
    return made


def result(
    alias: str, value: str | None = "Restored", at: str | None = None, csr: str | None = "IVR"
) -> ReportedResult:
    """A result of `CB-ALIAS`, called a minute after noon."""
    return ReportedResult(f"CB-{alias}", value, at or "2026-03-01T12:01:00Z", csr)


def posted(
    made: Dialogue,
    *results: ReportedResult,
    accepted: Sequence[str] | None = None,
    body: bytes = b"",
    headers: dict[str, str] | None = None,
) -> Posting:
    """A message with these results, all of them taken unless told otherwise; it came two minutes after noon."""
    taken = [each.mrid for each in results if each.mrid] if accepted is None else [f"CB-{each}" for each in accepted]
    arrived = SENT + timedelta(minutes=2)
    posting = Posting(time.monotonic(), arrived, "/", headers or {"Content-Type": "text/xml"}, body, tuple(results))
    posting.accepted, posting.ended = frozenset(taken), time.monotonic()
    made.run.needs_results().keep(posting)
    return posting
