"""What replies and sent messages show of tickets, incidents and callbacks, as payload objects of the contract."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from crm_contract.messages import (
    CallBack,
    CallbackTicket,
    Crew,
    CustomerData,
    IncidentHazard,
    IncidentRecord,
    Location,
    OutageCode,
    OutageRecord,
    PositionPoint,
    Status,
    TroubleTicket,
    UsagePoint,
)
from crm_contract.values import format_datetime
from reference_adapter.operations.hand_out import HandedOut
from reference_adapter.outage_model.contacts import CallerContact
from reference_adapter.outage_model.incidents import Incident
from reference_adapter.outage_model.tickets import Ticket


def incident_record(incident: Incident) -> IncidentRecord:
    """Basic information about an incident (Tables 10.5, 10.15)."""
    etr = incident.estimated_restoration
    return IncidentRecord(
        mrid=incident.mrid,
        comment=incident.comment,
        created_date_time=format_datetime(incident.created),
        estimated_restoration_time=format_datetime(etr) if etr else None,
        crews=[Crew(crew.mrid, crew.name) for crew in incident.crews],
        outage_record=(
            OutageRecord([OutageCode(incident.cause, incident.subcause)])
            if incident.cause or incident.subcause
            else None
        ),
        status=Status(value=incident.status),
    )


def limited_ticket(ticket: Ticket) -> TroubleTicket:
    """A ticket of an incident or a usage point (Tables 10.9, 10.11), and its name (D-27)."""
    return TroubleTicket(
        mrid=ticket.mrid,
        call_back=ticket.call_back,
        comment=ticket.comment,
        created_date_time=ticket.created,
        name=ticket.name,
        source=ticket.source,
        trouble_code=ticket.trouble_code,
        locations=_locations(ticket),
        usage_point=_usage_point(ticket.usage_point),
    )


def full_ticket(
    ticket: Ticket, incident: Incident | None, customer: Callable[[Ticket], CustomerData | None]
) -> TroubleTicket:
    """A ticket that was asked for itself (Tables 10.10, 10.12); the archive does not tell languages."""
    shown = limited_ticket(ticket)
    shown.csr_id = ticket.csr_id
    shown.first_call_date_time = ticket.first_call
    shown.language_id = None if ticket.language_id is None else str(ticket.language_id)
    shown.customer_data = customer(ticket)
    shown.incident_hazards = [IncidentHazard(hazard) for hazard in ticket.hazards]
    shown.incident_record = incident_record(incident) if incident else None
    return shown


def callback_shown(
    handed_out: HandedOut, customer: Callable[[Sequence[CallerContact]], CustomerData | None]
) -> CallBack:
    """A callback as it is handed out (Tables 10.17, 10.20)."""
    callback, ticket = handed_out.callback, handed_out.ticket
    return CallBack(
        mrid=callback.mrid,
        comment=callback.comment,
        csr_id=callback.assigned_user,
        date_time=format_datetime(callback.assigned_at) if callback.assigned_at else None,
        reason=callback.reason,
        incident_record=incident_record(handed_out.incident) if handed_out.incident else None,
        trouble_tickets=[
            CallbackTicket(
                language_id=str(callback.language_id),
                trouble_code=ticket.trouble_code,
                customer_data=customer(ticket.contacts),
                usage_point=_usage_point(callback.usage_point),
            )
        ],
    )


def _locations(ticket: Ticket) -> list[Location]:
    """As sent: one a search parameter; coordinates where the ticket lies by them (D-33)."""
    locations = [Location(each.description, each.name, each.type) for each in ticket.location]
    if ticket.point is not None:
        x, y = ticket.point
        locations = locations or [Location()]
        locations[0].position_point = PositionPoint(x or None, y or None)
    return locations


def _usage_point(mrid: str | None) -> UsagePoint | None:
    return UsagePoint(mrid) if mrid else None
