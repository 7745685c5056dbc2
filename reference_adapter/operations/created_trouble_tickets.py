"""CreatedTroubleTickets: judge the tickets, store the accepted ones in one transaction, answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from crm_contract.envelope import ReportedError, RequestHeader
from crm_contract.messages import TroubleTicket
from crm_contract.values import format_datetime
from reference_adapter.clock import Clock
from reference_adapter.configuration.errors import ErrorConfiguration
from reference_adapter.configuration.settings import AdapterSettings
from reference_adapter.configuration.watched import WatchedFile
from reference_adapter.landbase.client import LandbaseClient
from reference_adapter.landbase.coordinates import converter
from reference_adapter.operations.admission import audit, refused_as_replay, refused_at_the_door
from reference_adapter.operations.hosted import HostedOperation
from reference_adapter.operations.ims import wait_for_confirmation
from reference_adapter.operations.judging import EntryJudge
from reference_adapter.operations.replies import Result, count_rule
from reference_adapter.outage_model.network import Network
from reference_adapter.outage_model.tickets import TicketDraft, draft
from reference_adapter.outage_model.whereabouts import point_of, search_of
from reference_adapter.rules.context import CreateContext
from reference_adapter.rules.registry import RuleBook, Scope
from reference_adapter.rules.reports import Report
from reference_adapter.storage.shared_state import SLOW_IMS
from reference_adapter.storage.tickets import row_of
from reference_adapter.storage.unit_of_work import SharedState, Store, Work

OPERATION = "CreatedTroubleTickets"
LandbaseSource = Callable[[SharedState, AdapterSettings], LandbaseClient]


@dataclass(frozen=True, slots=True)
class CreateOutcome:
    """The reply's Result and Errors, and its entries: drafts of accepted tickets, with mRIDs and counts.

    `mrids` is None while a slow IMS has not confirmed; `drafts` is empty when the whole message failed.
    """

    result: Result
    errors: list[ReportedError] = field(default_factory=list)
    drafts: Sequence[TicketDraft] = ()
    mrids: Sequence[str] | None = ()
    previous_counts: Sequence[int] = ()
    message_failed: bool = False


@dataclass(slots=True)
class _Judged:
    accepted: list[TicketDraft]
    refused: int
    report: Report

    def result(self) -> Result:
        """The count rule, and its one exception: an invalid contact detail makes an OK a PARTIAL (D-09)."""
        result = count_rule(len(self.accepted), self.refused)
        return Result.PARTIAL if result is Result.OK and "InvalidContactDetail" in self.report else result


class CreateTroubleTickets(HostedOperation):
    """CreatedTroubleTickets."""

    def __init__(
        self,
        rules: RuleBook,
        errors: WatchedFile[ErrorConfiguration],
        settings: WatchedFile[AdapterSettings],
        store: Store,
        network: Network,
        landbase: LandbaseSource,
        clock: Clock,
    ) -> None:
        super().__init__(rules, errors, settings, store, clock)
        self._judge_entry = EntryJudge(rules)
        self._forwarding_rules = rules.of(Scope.FORWARDING)
        self._network = network
        self._landbase = landbase

    def carry_out(self, header: RequestHeader, tickets: Sequence[TroubleTicket]) -> CreateOutcome:
        """Handle a valid message; raises StoreBusy, and whatever makes it fail internally."""
        state = self._store.state()
        settings, errors, now = self._settings.current(), self._errors.current(), self._clock()
        if refused := refused_at_the_door(header, len(tickets), settings, errors, now):
            return CreateOutcome(Result.FAILED, [refused], message_failed=True)
        context = self._context(tickets, settings, state, now)
        judged = self._judge(tickets, context)
        with self._store.begin(state, now) as work:
            if refused := refused_as_replay(work, header, settings, errors, now):
                return CreateOutcome(Result.FAILED, [refused], message_failed=True)
            if work.state is not state:
                # An operator changed something since: judge by what holds in this transaction.
                context = _with_incidents(context, work.state)
                judged = self._judge(tickets, context)
            counts = _previous_counts(judged.accepted, work)
            rows = [row_of(each, format_datetime(now), header.message_id, now) for each in judged.accepted]
            slow = work.state.fault(SLOW_IMS, now)
            mrids: list[str] | None = None
            inbox_seq: int | None = None
            if slow is not None and rows:
                inbox_seq = work.forward(rows, format_datetime(now))
            else:
                mrids = work.tickets.insert(rows)
            work.record(audit(OPERATION, header, judged.result(), len(judged.accepted), judged.refused, now))
        if inbox_seq is not None:
            interval = settings.ims_confirmation_seconds if slow is None or slow.seconds is None else slow.seconds
            mrids = wait_for_confirmation(self._store, inbox_seq, interval)
            for rule in self._forwarding_rules:
                if rule.reporting and (found := rule.check(mrids is not None, interval)):
                    judged.report.add(rule.reporting.name, found)
        return CreateOutcome(judged.result(), judged.report.errors(errors), judged.accepted, mrids, counts)

    def _context(
        self, tickets: Sequence[TroubleTicket], settings: AdapterSettings, state: SharedState, now: datetime
    ) -> CreateContext:
        """Look up everything outside for the whole batch, each distinct thing once."""
        convert = converter(settings.input_crs, settings.model_crs)
        located = [ticket.locations for ticket in tickets if ticket.locations]
        searches = {search for each in located if (search := search_of(each)) is not None}
        askable = [search for search in searches if search.is_askable(settings.landbase.search_types)]
        points = {point for each in located if (point := point_of(each)) is not None}
        return CreateContext(
            settings=settings,
            now=now,
            network=self._network,
            incidents=state.incidents,
            landbase=self._landbase(state, settings).locate(askable, convert.from_degrees) if askable else {},
            points=convert.judge(points) if points else {},
        )

    def _judge(self, tickets: Sequence[TroubleTicket], context: CreateContext) -> _Judged:
        judged = _Judged([], 0, Report(self._rules))
        for number, sent in enumerate(tickets, start=1):
            ticket = draft(sent, number)
            if self._judge_entry.accepts(ticket, context, judged.report):
                judged.accepted.append(ticket)
            else:
                judged.refused += 1
        return judged


def _with_incidents(context: CreateContext, state: SharedState) -> CreateContext:
    return CreateContext(
        context.settings, context.now, context.network, state.incidents, context.landbase, context.points
    )


def _previous_counts(accepted: Sequence[TicketDraft], work: Work) -> list[int]:
    """Earlier active tickets of each one's usage point, those of the same batch included (D-25)."""
    stored = work.tickets.count_by_usage_point(each.usage_point for each in accepted if each.usage_point)
    seen: Counter[str] = Counter(stored)
    counts = []
    for each in accepted:
        counts.append(seen[each.usage_point] if each.usage_point else 0)
        if each.usage_point:
            seen[each.usage_point] += 1
    return counts
