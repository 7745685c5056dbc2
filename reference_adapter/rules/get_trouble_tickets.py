"""Rows 6.1-01 to 6.1-15: GetTroubleTickets."""

from __future__ import annotations

from collections.abc import Sequence

from crm_contract.messages import CustomerData
from reference_adapter.outage_model.contacts import shown_on_ticket
from reference_adapter.outage_model.queries import CONTEXTS, Kind, Query, Sources
from reference_adapter.outage_model.tickets import Ticket
from reference_adapter.rules.common import COMMON_RULES
from reference_adapter.rules.registry import Finding, Findings, RuleBook, Scope

GET_TICKETS_RULES = RuleBook(COMMON_RULES)

#: Which row searches by a kind of criterion.
SEARCHES: dict[Kind, str] = {
    Kind.TICKET: "6.1-01",
    Kind.NAME: "6.1-02",
    Kind.INCIDENT: "6.1-03",
    Kind.USAGE_POINT: "6.1-04",
}


@GET_TICKETS_RULES.rule("6.1-01", scope=Scope.EFFECT)
def by_ticket_mrid(sources: Sources, values: Sequence[str]) -> list[Ticket]:
    """The tickets of these mRIDs, in full detail."""
    return [ticket for source in sources for ticket in source.by_mrid(values)]


@GET_TICKETS_RULES.rule("6.1-02", scope=Scope.EFFECT)
def by_ticket_name(sources: Sources, values: Sequence[str]) -> list[Ticket]:
    """The tickets of these external names, in full detail; all of them where one has several (D-28)."""
    return [ticket for source in sources for ticket in source.by_name(values)]


@GET_TICKETS_RULES.rule("6.1-03", scope=Scope.EFFECT)
def by_incident_mrid(sources: Sources, values: Sequence[str]) -> list[Ticket]:
    """The tickets of these incidents, in limited detail."""
    return [ticket for source in sources for ticket in source.by_incident(values)]


@GET_TICKETS_RULES.rule("6.1-04", scope=Scope.EFFECT)
def by_usage_point_mrid(sources: Sources, values: Sequence[str]) -> list[Ticket]:
    """The tickets of these usage points, in limited detail."""
    return [ticket for source in sources for ticket in source.by_usage_point(values)]


@GET_TICKETS_RULES.rule("6.1-05", "ContextMissing", scope=Scope.CONTEXT)
def context_missing(query: Query) -> Findings:
    """The header has no Context, or a blank one."""
    return None if query.context else [Finding()]


@GET_TICKETS_RULES.rule("6.1-06", "EntityNotFound", name="TicketMridNotFound", scope=Scope.ENTRY, about_value=True)
def ticket_mrid_not_found(query: Query, unknown: Sequence[str]) -> Findings:
    """No ticket of these mRIDs in the context asked for (D-32)."""
    return [Finding(value) for value in unknown] if query.kind is Kind.TICKET else None


@GET_TICKETS_RULES.rule("6.1-07", "EntityNotFound", name="TicketNameNotFound", scope=Scope.ENTRY, about_value=True)
def ticket_name_not_found(query: Query, unknown: Sequence[str]) -> Findings:
    """No ticket of these external names in the context asked for (D-32)."""
    return [Finding(value) for value in unknown] if query.kind is Kind.NAME else None


@GET_TICKETS_RULES.rule(
    "6.1-08", "EntityNotFound", name="UsagePointWithoutTickets", scope=Scope.ENTRY, about_value=True
)
def usage_point_without_tickets(query: Query, empty: Sequence[str]) -> Findings:
    """No ticket on these usage points; an unknown one is one of these (D-35)."""
    return [Finding(value) for value in empty] if query.kind is Kind.USAGE_POINT else None


@GET_TICKETS_RULES.rule("6.1-09", "EntityNotFound", name="IncidentMridNotFound", scope=Scope.ENTRY, about_value=True)
def incident_mrid_not_found(query: Query, unknown: Sequence[str]) -> Findings:
    """No incident of these mRIDs, active or archived."""
    return [Finding(value) for value in unknown] if query.kind is Kind.INCIDENT else None


@GET_TICKETS_RULES.rule("6.1-10", "SearchCriteriaMissing", scope=Scope.REQUEST)
def search_criteria_missing(query: Query) -> Findings:
    """Nothing to search by; blank criteria are none."""
    return None if query.criteria else [Finding()]


@GET_TICKETS_RULES.rule("6.1-11", "MultipleSearchCriteriaProvided", scope=Scope.REQUEST)
def multiple_search_criteria(query: Query) -> Findings:
    """Criteria of more than one kind, in one entry or in several (D-32)."""
    return [Finding()] if len({kind for kind, _ in query.criteria}) > 1 else None


@GET_TICKETS_RULES.rule("6.1-12", "EntityNotFound", name="IncidentWithoutTickets", scope=Scope.ENTRY, about_value=True)
def incident_without_tickets(query: Query, empty: Sequence[str]) -> Findings:
    """These incidents exist and have no tickets in the context asked for (D-32)."""
    return [Finding(value) for value in empty] if query.kind is Kind.INCIDENT else None


@GET_TICKETS_RULES.rule("6.1-13", scope=Scope.EFFECT)
def sources_of(context: str, active: Sources, archived: Sources) -> Sources:
    """Where the context says to look; under `all` active tickets come first (D-32)."""
    return {"active": active, "archived": archived, "all": (*active, *archived)}[context]


@GET_TICKETS_RULES.rule("6.1-14", scope=Scope.EFFECT)
def customer_shown(ticket: Ticket) -> CustomerData | None:
    """Of several contacts the preferred one, else the first, for each type (D-36)."""
    return shown_on_ticket(ticket.contacts)


@GET_TICKETS_RULES.rule("6.1-15", "InvalidContext", scope=Scope.CONTEXT, about_value=True)
def invalid_context(query: Query) -> Findings:
    """A context other than active, archived and all, in whatever case of letters (D-35)."""
    return None if query.context.casefold() in CONTEXTS else [Finding(query.context)]
