"""CreatedCallBacksResults: judge the results, apply the accepted ones in one transaction, answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from crm_contract.envelope import ReportedError, RequestHeader
from crm_contract.messages import CallBackResult
from crm_contract.values import parse_datetime
from reference_adapter.clock import Clock
from reference_adapter.configuration.errors import ErrorConfiguration
from reference_adapter.configuration.settings import AdapterSettings
from reference_adapter.configuration.watched import WatchedFile
from reference_adapter.operations.admission import audit, refused_as_replay, refused_at_the_door
from reference_adapter.operations.callback_life import Settled, settle
from reference_adapter.operations.hosted import HostedOperation
from reference_adapter.operations.judging import EntryJudge
from reference_adapter.operations.replies import Result, count_rule
from reference_adapter.outage_model.callback_results import ResultEntry
from reference_adapter.rules.callbacks_results import ResultContext
from reference_adapter.rules.registry import RuleBook
from reference_adapter.rules.reports import Report
from reference_adapter.storage.unit_of_work import Store, Work

OPERATION = "CreatedCallBacksResults"
UPDATED = "Updated"


@dataclass(frozen=True, slots=True)
class ResultsOutcome:
    """The reply's Result and Errors, and the mRIDs of updated callbacks in the message's order; None: no payload."""

    result: Result
    errors: list[ReportedError] = field(default_factory=list)
    updated: Sequence[str] | None = None


class ReceiveCallbackResults(HostedOperation):
    """CreatedCallBacksResults."""

    def __init__(
        self,
        rules: RuleBook,
        errors: WatchedFile[ErrorConfiguration],
        settings: WatchedFile[AdapterSettings],
        store: Store,
        clock: Clock,
    ) -> None:
        super().__init__(rules, errors, settings, store, clock)
        self._judge_entry = EntryJudge(rules)

    def carry_out(self, header: RequestHeader, sent: Sequence[CallBackResult]) -> ResultsOutcome:
        """Handle a valid message; raises StoreBusy, and whatever makes it fail internally."""
        state = self._store.state()
        settings, errors, now = self._settings.current(), self._errors.current(), self._clock()
        if refused := refused_at_the_door(header, len(sent), settings, errors, now):
            return ResultsOutcome(Result.FAILED, [refused])
        report = Report(self._rules)
        with self._store.begin(state, now) as work:
            if refused := refused_as_replay(work, header, settings, errors, now):
                return ResultsOutcome(Result.FAILED, [refused])
            accepted = self._judged(sent, work, settings, now, report)
            _apply(accepted, work, settings, now)
            result = count_rule(len(accepted), len(sent) - len(accepted))
            work.record(audit(OPERATION, header, result, len(accepted), len(sent) - len(accepted), now))
        updated = [entry.mrid or "" for entry in accepted]
        return ResultsOutcome(result, report.errors(errors), None if result is Result.FAILED else updated)

    def _judged(
        self, sent: Sequence[CallBackResult], work: Work, settings: AdapterSettings, now: datetime, report: Report
    ) -> list[ResultEntry]:
        entries = [ResultEntry(each, number) for number, each in enumerate(sent, start=1)]
        named = Counter(entry.mrid for entry in entries if entry.mrid)
        context = ResultContext(settings, now, frozenset(mrid for mrid, number in named.items() if number > 1))
        callbacks = work.callbacks.by_mrid(named)
        for entry in entries:
            entry.callback = callbacks.get(entry.mrid or "")
        return [entry for entry in entries if self._judge_entry.accepts(entry, context, report)]


def _apply(accepted: Sequence[ResultEntry], work: Work, settings: AdapterSettings, now: datetime) -> None:
    settled = [
        Settled(
            replace(entry.callback, comment=entry.comment),
            entry.result,
            entry.consequence,
            entry.sent.csr_id,
            parse_datetime(entry.sent.date_time, settings.time_zone) if entry.sent.date_time else None,
        )
        for entry in accepted
        if entry.callback is not None and entry.result is not None and entry.consequence is not None
    ]
    settle(settled, work, settings, now)
