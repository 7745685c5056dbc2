"""Rows 8.1-01 to 8.1-08: CreatedCallBacksResults. A rule settles the entry, and returns what it found wrong."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from reference_adapter.configuration.settings import AdapterSettings
from reference_adapter.outage_model.callback_results import ResultEntry
from reference_adapter.outage_model.changes import appended
from reference_adapter.rules.common import COMMON_RULES
from reference_adapter.rules.registry import Finding, Findings, Grouping, RuleBook

RESULT_RULES = RuleBook(COMMON_RULES)


@dataclass(frozen=True, slots=True)
class ResultContext:
    """What the rules of an entry may know: `duplicates` are mRIDs that several entries of the message name."""

    settings: AdapterSettings
    now: datetime
    duplicates: frozenset[str]


@RESULT_RULES.rule("8.1-01")
def result_is_applied(entry: ResultEntry, context: ResultContext) -> None:
    """The result word decides what becomes of the callback (D-39); the remark stands behind its comment (D-44)."""
    if entry.callback is None:
        return
    entry.consequence = context.settings.callbacks.results.get(entry.result or "")
    entry.comment = entry.callback.comment
    if entry.added_comment is not None:
        entry.comment = appended(entry.callback.comment, entry.added_comment)


@RESULT_RULES.rule("8.1-02", "EntityNotFound")
def callback_not_found(entry: ResultEntry, context: ResultContext) -> Findings:
    """An entry whose mRID no callback has is refused."""
    if entry.mrid is None or entry.callback is not None:
        return None
    entry.refused = True
    return [Finding()]


@RESULT_RULES.rule("8.1-03", "InvalidCallBackResult", grouping=Grouping.PER_VALUE)
def invalid_callback_result(entry: ResultEntry, context: ResultContext) -> Findings:
    """An entry whose result word is not in the list is refused; what only the system says is not in it."""
    if entry.result is None or entry.result in context.settings.callbacks.results:
        return None
    entry.refused = True
    return [Finding(entry.result)]


@RESULT_RULES.rule("8.1-04", "CommentExceedsLimit")
def comment_exceeds_limit(entry: ResultEntry, context: ResultContext) -> Findings:
    """A remark that does not fit behind the comment is left out; the result is applied (D-30)."""
    if entry.callback is None or len(entry.comment or "") <= context.settings.comment_limit:
        return None
    entry.comment = entry.callback.comment
    return [Finding()]


@RESULT_RULES.rule("8.1-05", "DifferentCsrId", grouping=Grouping.PER_VALUE, about_value=True)
def different_csr_id(entry: ResultEntry, context: ResultContext) -> Findings:
    """An entry of somebody who does not hold the callback is refused; the adapter's own take anybody's (D-38)."""
    if entry.callback is None:
        return None
    holder, csr = entry.callback.holder(context.now), (entry.sent.csr_id or "").strip()
    if holder is not None and holder in (csr, context.settings.publisher.assignee):
        return None
    entry.refused = True
    return [Finding(f"csrId {csr or '(none)'}")]


@RESULT_RULES.rule("8.1-06", "CallbackResultMissing")
def callback_result_missing(entry: ResultEntry, context: ResultContext) -> Findings:
    """An entry without a result word is refused."""
    if entry.result is not None:
        return None
    entry.refused = True
    return [Finding()]


@RESULT_RULES.rule("8.1-07", "DuplicateMRIDs", grouping=Grouping.PER_VALUE, about_value=True)
def duplicate_mrids(entry: ResultEntry, context: ResultContext) -> Findings:
    """Every entry whose mRID another one names too is refused (D-10)."""
    if entry.mrid is None or entry.mrid not in context.duplicates:
        return None
    entry.refused = True
    return [Finding(entry.mrid)]


@RESULT_RULES.rule("8.1-08", "MissingMRIDs")
def mrid_missing(entry: ResultEntry, context: ResultContext) -> Findings:
    """An entry that names no callback is refused."""
    if entry.mrid is not None:
        return None
    entry.refused = True
    return [Finding()]
