"""ChangedTroubleTickets: judge the changes, apply the accepted ones in one transaction, answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from crm_contract.envelope import ReportedError, RequestHeader
from crm_contract.messages import TroubleTicket
from reference_adapter.clock import Clock
from reference_adapter.configuration.errors import ErrorConfiguration
from reference_adapter.configuration.settings import AdapterSettings
from reference_adapter.configuration.watched import WatchedFile
from reference_adapter.operations.admission import audit, refused_as_replay, refused_at_the_door
from reference_adapter.operations.hosted import HostedOperation
from reference_adapter.operations.judging import EntryJudge, judge_message
from reference_adapter.operations.replies import Result, count_rule
from reference_adapter.outage_model.changes import TicketChange, change_of
from reference_adapter.outage_model.tickets import Ticket
from reference_adapter.rules.changed_trouble_tickets import ChangeContext
from reference_adapter.rules.registry import RuleBook, Scope
from reference_adapter.rules.reports import Report
from reference_adapter.storage.unit_of_work import Store, Work

OPERATION = "ChangedTroubleTickets"
CHANGED = "Changed"


@dataclass(frozen=True, slots=True)
class ChangeOutcome:
    """The reply's Result and Errors, and the changed tickets in the message's order; None: no payload at all."""

    result: Result
    errors: list[ReportedError] = field(default_factory=list)
    changed: Sequence[Ticket] | None = None


class ChangeTroubleTickets(HostedOperation):
    """ChangedTroubleTickets."""

    def __init__(
        self,
        rules: RuleBook,
        errors: WatchedFile[ErrorConfiguration],
        settings: WatchedFile[AdapterSettings],
        store: Store,
        clock: Clock,
    ) -> None:
        super().__init__(rules, errors, settings, store, clock)
        self._identity = rules.of(Scope.IDENTITY)
        self._judge_entry = EntryJudge(rules)

    def carry_out(self, header: RequestHeader, sent: Sequence[TroubleTicket]) -> ChangeOutcome:
        """Handle a valid message; raises StoreBusy, and whatever makes it fail internally."""
        state = self._store.state()
        settings, errors, now = self._settings.current(), self._errors.current(), self._clock()
        if refused := refused_at_the_door(header, len(sent), settings, errors, now):
            return ChangeOutcome(Result.FAILED, [refused])
        report = Report(self._rules)
        changes = self._identified(sent)
        with self._store.begin(state, now) as work:
            if refused := refused_as_replay(work, header, settings, errors, now):
                return ChangeOutcome(Result.FAILED, [refused])
            if not judge_message(self._rules, Scope.REQUEST, report, sent):
                return ChangeOutcome(Result.FAILED, report.errors(errors))
            accepted = self._judged(changes, _Standing(work, changes), settings, report)
            work.tickets.change(list({ticket.mrid: ticket for ticket in accepted}.values()))
            result = count_rule(len(accepted), len(changes) - len(accepted))
            work.record(audit(OPERATION, header, result, len(accepted), len(changes) - len(accepted), now))
        failed = result is Result.FAILED
        return ChangeOutcome(result, report.errors(errors), None if failed else accepted)

    def _identified(self, sent: Sequence[TroubleTicket]) -> list[TicketChange]:
        changes = [change_of(ticket, number) for number, ticket in enumerate(sent, start=1)]
        for change in changes:
            for rule in self._identity:
                rule.check(change)
        return changes

    def _judged(
        self, changes: Sequence[TicketChange], standing: _Standing, settings: AdapterSettings, report: Report
    ) -> list[Ticket]:
        """The tickets of accepted entries as each leaves them; a later entry finds what an earlier one made of it."""
        named = Counter(change.mrid for change in changes if change.mrid)
        context = ChangeContext(settings, frozenset(mrid for mrid, number in named.items() if number > 1))
        accepted = []
        for change in changes:
            change.ticket = standing.find(change)
            if self._judge_entry.accepts(change, context, report) and change.ticket is not None:
                csr = change.sent.csr_id
                ticket = replace(change.ticket, comment=change.comment, contacts=change.contacts, last_update_user=csr)
                standing.keep(ticket)
                accepted.append(ticket)
        return accepted


class _Standing:
    """The tickets that a message is about, as they stand while its entries are applied one after the other."""

    def __init__(self, work: Work, changes: Sequence[TicketChange]) -> None:
        by_mrid = work.tickets.by_mrid(change.mrid for change in changes if change.mrid)
        by_name = work.tickets.by_name(change.name for change in changes if change.name)
        # The newest of a name comes last, and counts (D-28).
        self._by_name = {ticket.name: ticket.mrid for ticket in by_name}
        self._tickets = {ticket.mrid: ticket for ticket in (*by_name, *by_mrid)}

    def find(self, change: TicketChange) -> Ticket | None:
        """The ticket that an entry names."""
        mrid = change.mrid or self._by_name.get(change.name)
        return self._tickets.get(mrid) if mrid else None

    def keep(self, ticket: Ticket) -> None:
        """What an entry made of a ticket."""
        self._tickets[ticket.mrid] = ticket
