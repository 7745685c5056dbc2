"""GetTroubleTickets: find active and archived tickets by one kind of criterion."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from crm_contract.envelope import ReportedError, RequestHeader
from crm_contract.messages import TicketCriterion
from reference_adapter.clock import Clock
from reference_adapter.configuration.errors import ErrorConfiguration
from reference_adapter.configuration.settings import AdapterSettings
from reference_adapter.configuration.watched import WatchedFile
from reference_adapter.operations.admission import refused_as_replay, refused_at_the_door
from reference_adapter.operations.hosted import HostedOperation
from reference_adapter.operations.judging import judge_message
from reference_adapter.operations.replies import Result, count_rule
from reference_adapter.outage_model.incidents import Incident
from reference_adapter.outage_model.queries import Kind, Query, query_of
from reference_adapter.outage_model.tickets import Ticket
from reference_adapter.rules.get_trouble_tickets import SEARCHES
from reference_adapter.rules.registry import RuleBook, Scope
from reference_adapter.rules.reports import Report
from reference_adapter.storage.unit_of_work import Store, Work


@dataclass(frozen=True, slots=True)
class TicketsOutcome:
    """The reply's Result and Errors, and the tickets found; None: no payload at all.

    `incidents` has the incidents of the tickets, by mRID, where `full_detail` wants them.
    """

    result: Result
    errors: list[ReportedError] = field(default_factory=list)
    tickets: Sequence[Ticket] | None = None
    full_detail: bool = False
    incidents: Mapping[str, Incident] = field(default_factory=dict)


class GetTroubleTickets(HostedOperation):
    """GetTroubleTickets."""

    def __init__(
        self,
        rules: RuleBook,
        errors: WatchedFile[ErrorConfiguration],
        settings: WatchedFile[AdapterSettings],
        store: Store,
        clock: Clock,
    ) -> None:
        super().__init__(rules, errors, settings, store, clock)
        self._found_nothing = rules.of(Scope.ENTRY)

    def carry_out(self, header: RequestHeader, criteria: Sequence[TicketCriterion]) -> TicketsOutcome:
        """Handle a valid message; raises whatever makes it fail internally."""
        state = self._store.state()
        settings, errors, now = self._settings.current(), self._errors.current(), self._clock()
        if refused := refused_at_the_door(header, len(criteria), settings, errors, now):
            return TicketsOutcome(Result.FAILED, [refused])
        if header.nonce is not None:
            with self._store.begin(state, now) as work:
                if refused := refused_as_replay(work, header, settings, errors, now):
                    return TicketsOutcome(Result.FAILED, [refused])
        query, report = query_of(header.context, criteria), Report(self._rules)
        if not all(judge_message(self._rules, scope, report, query) for scope in (Scope.CONTEXT, Scope.REQUEST)):
            return TicketsOutcome(Result.FAILED, report.errors(errors))
        with self._store.query(state, now) as work:
            return self._found(query, work, report, errors)

    def _found(self, query: Query, work: Work, report: Report, errors: ErrorConfiguration) -> TicketsOutcome:
        sources = self._rules["6.1-13"].check(query.context.casefold(), (work.tickets,), (work.archive,))
        tickets: list[Ticket] = self._rules[SEARCHES[query.kind]].check(sources, query.values)
        missing = _without_tickets(query, tickets)
        unknown = missing
        if query.kind is Kind.INCIDENT:
            known = {**work.incidents.by_mrid(missing), **work.archive.incidents_by_mrid(missing)}
            unknown = [value for value in missing if value not in known]
        elif query.kind is Kind.USAGE_POINT:
            unknown = []
        empty = [value for value in missing if value not in unknown]
        for rule in self._found_nothing:
            judged = empty if rule.row in _ABOUT_EMPTY else unknown
            if judged and (found := rule.check(query, judged)) and rule.reporting is not None:
                report.add(rule.reporting.name, found)
        result = count_rule(len(query.values) - len(unknown), len(unknown))
        if result is Result.FAILED:
            return TicketsOutcome(result, report.errors(errors))
        full = query.kind.gives_full_detail
        incidents = _incidents_of(tickets, work) if full else {}
        return TicketsOutcome(result, report.errors(errors), tickets, full, incidents)


# Rows about something that exists and has no tickets; the others are about what nobody knows.
_ABOUT_EMPTY = frozenset({"6.1-08", "6.1-12"})


def _without_tickets(query: Query, tickets: Sequence[Ticket]) -> list[str]:
    """What was searched for and has no ticket."""
    attribute = {
        Kind.TICKET: "mrid",
        Kind.NAME: "name",
        Kind.INCIDENT: "incident",
        Kind.USAGE_POINT: "usage_point",
    }[query.kind]
    there = {getattr(ticket, attribute) for ticket in tickets}
    return [value for value in query.values if value not in there]


def _incidents_of(tickets: Sequence[Ticket], work: Work) -> dict[str, Incident]:
    """The incidents of the tickets, each where its tickets are."""
    active = work.incidents.by_mrid(each.incident for each in tickets if each.incident and not each.archived)
    archived = work.archive.incidents_by_mrid(each.incident for each in tickets if each.incident and each.archived)
    return {**archived, **active}
