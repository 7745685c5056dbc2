"""The operations database in the store: what is moved there, and what is found there (Tables 10.11 to 10.15)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Connection, Row, delete, func, insert, select

from crm_contract.values import format_datetime, parse_datetime
from reference_adapter.outage_model.callbacks import Callback
from reference_adapter.outage_model.contacts import CallerContact
from reference_adapter.outage_model.incidents import Incident
from reference_adapter.outage_model.tickets import SearchParameter, Ticket
from reference_adapter.storage.callbacks import callback_columns
from reference_adapter.storage.changes import Changes
from reference_adapter.storage.incidents import crews_of, crews_text, optional_moment, optional_text
from reference_adapter.storage.ops_tables import archived_callbacks, caller_contacts, incidents, problems, tickets
from reference_adapter.storage.tables import tickets as active_tickets
from reference_adapter.storage.ticket_records import chunks


class Archive:
    """Archived incidents with their tickets, in one transaction."""

    def __init__(self, connection: Connection, changes: Changes) -> None:
        self._connection = connection
        self._changes = changes

    def keep(
        self,
        incident: Incident,
        moved: Sequence[Ticket],
        callbacks: Sequence[Callback],
        sources: Mapping[str, str],
        now: datetime,
    ) -> None:
        """Move an incident's tickets here, and write down the incident itself and its callbacks.

        `sources` has the archive's spellings of call sources (D-34).

        The caller takes incident and callbacks out of the queue and the DMZ in the same transaction.
        """
        at = format_datetime(now)
        self._connection.execute(insert(incidents).values(**_incident_row(incident, at)))
        if callbacks:
            self._connection.execute(insert(archived_callbacks), [callback_columns(each) for each in callbacks])
        if not moved:
            return
        self._connection.execute(insert(tickets), [_ticket_row(each, sources, at) for each in moved])
        if contacts := [row for each in moved for row in _contact_rows(each)]:
            self._connection.execute(insert(caller_contacts), contacts)
        if hazards := [
            {"PHONE_CALL_UID": each.mrid, "PROBLEM_TYPE_GID": hazard} for each in moved for hazard in each.hazards
        ]:
            self._connection.execute(insert(problems), hazards)
        for chunk in chunks(each.mrid for each in moved):
            self._connection.execute(delete(active_tickets).where(active_tickets.c.mrid.in_(chunk)))
        self._changes.note("ticket", (each.mrid for each in moved))

    def by_mrid(self, mrids: Iterable[str]) -> list[Ticket]:
        """The archived tickets of these mRIDs, oldest first."""
        return self._where(tickets.c.UID, mrids)

    def by_name(self, names: Iterable[str]) -> list[Ticket]:
        """The archived tickets of these external names, oldest first."""
        return self._where(tickets.c.Name, names)

    def by_incident(self, mrids: Iterable[str]) -> list[Ticket]:
        """The archived tickets of these incidents, oldest first."""
        return self._where(tickets.c.INCIDENTUID, mrids)

    def by_usage_point(self, usage_points: Iterable[str]) -> list[Ticket]:
        """The archived tickets of these usage points, oldest first."""
        return self._where(tickets.c.SERVICE_DELIVERY_POINT_CUSTOMID, usage_points)

    def incidents_by_mrid(self, mrids: Iterable[str]) -> dict[str, Incident]:
        """The archived incidents of these mRIDs."""
        found: dict[str, Incident] = {}
        for chunk in chunks(mrids):
            statement = select(incidents).where(incidents.c.UID.in_(chunk))
            found.update((row.UID, _incident(row)) for row in self._connection.execute(statement))
        return found

    def count_by_incident(self, mrid: str) -> int:
        """How many archived tickets an incident has."""
        statement = select(func.count()).where(tickets.c["INCIDENTUID"] == mrid)
        return self._connection.scalar(statement) or 0

    def _where(self, column: ColumnElement[Any], values: Iterable[str]) -> list[Ticket]:
        rows = [
            row
            for chunk in chunks(values)
            for row in self._connection.execute(select(tickets).where(column.in_(chunk)).order_by(tickets.c.seq))
        ]
        rows.sort(key=lambda row: row.seq)
        mrids = [row.UID for row in rows]
        contacts, hazards = self._contacts(mrids), self._hazards(mrids)
        return [_ticket(row, contacts.get(row.UID, ()), hazards.get(row.UID, ())) for row in rows]

    def _contacts(self, mrids: Sequence[str]) -> dict[str, list[CallerContact]]:
        found: dict[str, list[CallerContact]] = {}
        table = caller_contacts
        for chunk in chunks(mrids):
            statement = select(table).where(table.c.PHONE_CALL_UID.in_(chunk)).order_by(table.c.CALLER_CONTACT_GID)
            for row in self._connection.execute(statement):
                contact = CallerContact(row.FIRST_NAME, row.LAST_NAME, None, row.TYPE, row.VALUE, bool(row.PREFERRED))
                found.setdefault(row.PHONE_CALL_UID, []).append(contact)
        return found

    def _hazards(self, mrids: Sequence[str]) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for chunk in chunks(mrids):
            statement = select(problems).where(problems.c.PHONE_CALL_UID.in_(chunk)).order_by(problems.c.seq)
            for row in self._connection.execute(statement):
                found.setdefault(row.PHONE_CALL_UID, []).append(row.PROBLEM_TYPE_GID)
        return found


def find_archived(connection: Connection, criteria: Mapping[str, str], limit: int) -> tuple[int, list[dict[str, Any]]]:
    """How many archived tickets match, and up to `limit` of them column by column, oldest first."""
    conditions = [tickets.c[column] == value for column, value in criteria.items()]
    total = connection.scalar(select(func.count()).select_from(tickets).where(*conditions)) or 0
    statement = select(tickets).where(*conditions).order_by(tickets.c.seq).limit(limit)
    return total, [dict(row._mapping) for row in connection.execute(statement)]


def _ticket_row(ticket: Ticket, sources: Mapping[str, str], at: str) -> dict[str, Any]:
    location = [{"type": each.type, "description": each.description, "name": each.name} for each in ticket.location]
    return {
        "UID": ticket.mrid,
        "Name": ticket.name,
        "CALLBACK_REQUIRED": int(ticket.call_back),
        "COMMENT": ticket.comment,
        "EVENT_TIME": ticket.created,
        "RECEIVED_USER": ticket.csr_id,
        "RECEIVED_TIME": ticket.first_call,
        "CALL_SOURCE_ID": sources.get(ticket.source, ticket.source),
        "EVENT_REASON_GID": ticket.trouble_code,
        "LOCATION": orjson.dumps(location).decode(),
        "SERVICE_DELIVERY_POINT_CUSTOMID": ticket.usage_point,
        "INCIDENTUID": ticket.incident,
        "ARCHIVED_TIME": at,
    }


def _contact_rows(ticket: Ticket) -> list[dict[str, Any]]:
    """Middle names are joined to first names here (Table 10.13)."""
    return [
        {
            "PHONE_CALL_UID": ticket.mrid,
            "FIRST_NAME": " ".join(part for part in (each.first_name, each.middle_name) if part) or None,
            "LAST_NAME": each.last_name,
            "TYPE": each.type,
            "VALUE": each.value,
            "PREFERRED": int(each.preferred),
        }
        for each in ticket.contacts
    ]


def _incident_row(incident: Incident, at: str) -> dict[str, Any]:
    return {
        "UID": incident.mrid,
        "NOTE": incident.comment,
        "CreateTime": format_datetime(incident.created),
        "ESTIMATED_END_TIME": optional_text(incident.estimated_restoration),
        "INCIDENT_CAUSE_GID": incident.cause,
        "INCIDENT_SUBCAUSE_GID": incident.subcause,
        "INCIDENT_STATUS_GID": incident.status,
        "INCIDENT_CREW": crews_text(incident.crews),
        "DEVICE": incident.device,
        "CONFIRMED": int(incident.confirmed),
        "RESTORED_TIME": optional_text(incident.restored_at),
        "CLOSED_TIME": optional_text(incident.closed_at),
        "ARCHIVED_TIME": at,
    }


def _incident(row: Row[Any]) -> Incident:
    return Incident(
        mrid=row.UID,
        device=row.DEVICE,
        created=parse_datetime(row.CreateTime, UTC),
        confirmed=bool(row.CONFIRMED),
        restored_at=optional_moment(row.RESTORED_TIME),
        closed_at=optional_moment(row.CLOSED_TIME),
        status=row.INCIDENT_STATUS_GID,
        comment=row.NOTE,
        estimated_restoration=optional_moment(row.ESTIMATED_END_TIME),
        cause=row.INCIDENT_CAUSE_GID,
        subcause=row.INCIDENT_SUBCAUSE_GID,
        crews=crews_of(row.INCIDENT_CREW),
    )


def _ticket(row: Row[Any], contacts: Iterable[CallerContact], hazards: Iterable[str]) -> Ticket:
    return Ticket(
        mrid=row.UID,
        name=row.Name,
        usage_point=row.SERVICE_DELIVERY_POINT_CUSTOMID,
        incident=row.INCIDENTUID,
        call_back=bool(row.CALLBACK_REQUIRED),
        comment=row.COMMENT,
        created=row.EVENT_TIME,
        first_call=row.RECEIVED_TIME,
        csr_id=row.RECEIVED_USER,
        language_id=None,
        source=row.CALL_SOURCE_ID,
        trouble_code=row.EVENT_REASON_GID,
        contacts=tuple(contacts),
        hazards=tuple(hazards),
        location=tuple(SearchParameter(**each) for each in orjson.loads(row.LOCATION)),
        archived=True,
    )
