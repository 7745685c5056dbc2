"""The operations database: archived incidents, tickets and callbacks, by the column names of Tables 10.11 to 10.15.

The enumerations that the tables print as numbers (CALL_SOURCE_ID, ..._GID) hold the names themselves here.
"""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, Table, Text

from reference_adapter.storage.tables import Serial, callbacks, metadata

incidents = Table(
    "ops_incidents",
    metadata,
    Column("seq", Serial, primary_key=True),
    Column("UID", Text, nullable=False, unique=True),
    Column("NOTE", Text),
    Column("CreateTime", Text, nullable=False),
    Column("ESTIMATED_END_TIME", Text),
    Column("INCIDENT_CAUSE_GID", Text),
    Column("INCIDENT_SUBCAUSE_GID", Text),
    Column("INCIDENT_STATUS_GID", Text, nullable=False),
    Column("INCIDENT_CREW", Text, nullable=False),
    Column("DEVICE", Text, nullable=False),
    Column("CONFIRMED", Integer, nullable=False),
    Column("RESTORED_TIME", Text),
    Column("CLOSED_TIME", Text),
    Column("ARCHIVED_TIME", Text, nullable=False),
)

tickets = Table(
    "ops_tickets",
    metadata,
    Column("seq", Serial, primary_key=True),
    Column("UID", Text, nullable=False, unique=True),
    Column("Name", Text),
    Column("CALLBACK_REQUIRED", Integer, nullable=False),
    Column("COMMENT", Text),
    Column("EVENT_TIME", Text, nullable=False),
    Column("RECEIVED_USER", Text),
    Column("RECEIVED_TIME", Text, nullable=False),
    Column("CALL_SOURCE_ID", Text, nullable=False),
    Column("EVENT_REASON_GID", Text, nullable=False),
    Column("LOCATION", Text, nullable=False),
    Column("SERVICE_DELIVERY_POINT_CUSTOMID", Text),
    Column("INCIDENTUID", Text),
    Column("ARCHIVED_TIME", Text, nullable=False),
)
Index("ops_tickets_name", tickets.c.Name)
Index("ops_tickets_usage_point", tickets.c.SERVICE_DELIVERY_POINT_CUSTOMID)
Index("ops_tickets_incident", tickets.c.INCIDENTUID)

# CALLER_CONTACT_GID of a ticket: its contacts, in their order.
caller_contacts = Table(
    "ops_caller_contacts",
    metadata,
    Column("CALLER_CONTACT_GID", Serial, primary_key=True),
    Column("PHONE_CALL_UID", Text, nullable=False, index=True),
    Column("FIRST_NAME", Text),
    Column("LAST_NAME", Text),
    Column("TYPE", Text),
    Column("VALUE", Text),
    Column("PREFERRED", Integer, nullable=False),
)

# PHONE_CALL_EVENT_PROBLEM: a ticket's hazards.
problems = Table(
    "ops_phone_call_event_problem",
    metadata,
    Column("seq", Serial, primary_key=True),
    Column("PHONE_CALL_UID", Text, nullable=False, index=True),
    Column("PROBLEM_TYPE_GID", Text, nullable=False),
)

# Callbacks are no part of the operations database's tables; they are kept as they were.
archived_callbacks = Table(
    "ops_callbacks",
    metadata,
    *(
        Column(each.name, each.type, primary_key=each.name == "mrid", nullable=each.nullable)
        for each in callbacks.c
        if each.name != "seq"
    ),
)
