"""GetCallbacks: hand out the first callbacks of the queue, each to one caller only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from crm_contract.envelope import ReportedError, RequestHeader
from crm_contract.messages import CallbackQuery
from reference_adapter.configuration.settings import AdapterSettings
from reference_adapter.operations.admission import audit, refused_as_replay, refused_at_the_door
from reference_adapter.operations.hand_out import HandedOut, described
from reference_adapter.operations.hosted import HostedOperation
from reference_adapter.operations.judging import judge_message
from reference_adapter.operations.replies import Result
from reference_adapter.outage_model.callbacks import Callback, pick
from reference_adapter.rules.get_callbacks import language_of, wanted_priority
from reference_adapter.rules.registry import Scope
from reference_adapter.rules.reports import Report
from reference_adapter.storage.unit_of_work import Work

OPERATION = "GetCallbacks"


@dataclass(frozen=True, slots=True)
class CallbacksOutcome:
    """The reply's Result and Errors, and what was handed out; None: no payload at all."""

    result: Result
    errors: list[ReportedError] = field(default_factory=list)
    handed_out: Sequence[HandedOut] | None = None


class GetCallbacks(HostedOperation):
    """GetCallbacks."""

    def carry_out(self, header: RequestHeader, query: CallbackQuery | None) -> CallbacksOutcome:
        """Handle a valid message; raises StoreBusy, and whatever makes it fail internally."""
        state = self._store.state()
        settings, errors, now = self._settings.current(), self._errors.current(), self._clock()
        if refused := refused_at_the_door(header, 1, settings, errors, now):
            return CallbacksOutcome(Result.FAILED, [refused])
        asked, report = query or CallbackQuery(), Report(self._rules)
        with self._store.begin(state, now) as work:
            if refused := refused_as_replay(work, header, settings, errors, now):
                return CallbacksOutcome(Result.FAILED, [refused])
            if not judge_message(self._rules, Scope.REQUEST, report, asked, settings):
                return CallbacksOutcome(Result.FAILED, report.errors(errors))
            taken = self._take(asked, work, settings, now)
            handed_out = described(taken, work)
            work.record(audit(OPERATION, header, Result.OK, len(taken), 0, now))
        judge_message(self._rules, Scope.ENTRY, report, taken)
        return CallbacksOutcome(Result.OK, report.errors(errors), handed_out)

    def _take(self, query: CallbackQuery, work: Work, settings: AdapterSettings, now: datetime) -> list[Callback]:
        """The callbacks that fit, assigned: the write lock lets no two messages see the same one free."""
        waiting = work.callbacks.waiting(now, language=language_of(query), priority=wanted_priority(query))
        found = pick(waiting, now, self._rules["7.1-01"].check(query))
        csr = (query.csr_id or "").strip()
        taken = [callback.assign(csr, now, settings.callbacks.queue) for callback in found]
        work.callbacks.change(taken)
        return taken
