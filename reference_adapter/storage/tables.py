"""The tables of the DMZ, and what the processes share beside them.

Times are xs:dateTime texts in UTC of fixed width, which sort as times. Lists are JSON texts: a ticket is one row.
A column's `info["model_code"]` is what the mapping tables (10.1 to 10.21) call its property in the outage model.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Column, Float, Index, Integer, MetaData, Table, Text

metadata = MetaData()

# SQLite numbers rows by itself only for INTEGER PRIMARY KEY.
Serial = BigInteger().with_variant(Integer, "sqlite")


def _model(*codes: str) -> dict[str, Any]:
    return {"model_code": codes}


tickets = Table(
    "dmz_tickets",
    metadata,
    Column("seq", Serial, primary_key=True),
    Column("mrid", Text, nullable=False, unique=True, info=_model("OMS_IMSOBJ_UID")),
    Column("name", Text, info=_model("OMS_PHONE_CALL_EVENT_CUSTOMID")),
    Column("usage_point", Text, info=_model("OMS_TROUBLE_EVENT_SDP_CUSTOM_ID")),
    Column("reported_usage_point", Text),
    Column("incident", Text, info=_model("OMS_TROUBLE_EVENT_INCIDENTREF")),
    Column("status", Text, nullable=False),
    Column("call_back", Integer, nullable=False, info=_model("OMS_PHONE_CALL_EVENT_CALLBACK_REQ")),
    Column("comment", Text, info=_model("OMS_PHONE_CALL_EVENT_COMMENT")),
    Column("created_date_time", Text, nullable=False, info=_model("OMS_TROUBLE_EVENT_EVENTTIME")),
    Column("first_call_date_time", Text, nullable=False, info=_model("OMS_TROUBLE_EVENT_RECTIME")),
    Column("csr_id", Text, info=_model("OMS_TROUBLE_EVENT_RECUSER")),
    Column("last_update_user", Text, info=_model("OMS_PHONE_CALL_EVENT_LAST_UPDATE_USER")),
    Column("language_id", Integer, nullable=False, info=_model("OMS_PHONE_CALL_LANGUAGE_ID")),
    Column("source", Text, nullable=False, info=_model("OMS_TROUBLE_EVENT_CALLSOURCE")),
    Column(
        "trouble_code",
        Text,
        nullable=False,
        info=_model("OMS_TROUBLE_EVENT_EVENTREASON", "OMS_EVENT_REASON_NAME"),
    ),
    Column("callback_media", Text, nullable=False, info=_model("OMS_PHONE_CALL_CALLBACK_COM_MEDIA_REFS")),
    Column(
        "callback_periods",
        Text,
        nullable=False,
        info=_model("OMS_PHONE_CALL_CALLBACK_START_TIMES", "OMS_PHONE_CALL_CALLBACK_END_TIMES"),
    ),
    Column(
        "contacts",
        Text,
        nullable=False,
        info=_model(
            "OMS_PHONE_CALL_CALLER_CONTACT_REF",
            "OMS_CALLBACK_CALLER_CONTACT_REF",
            "OMS_CALLER_CONTACT_FIRST_NAME",
            "OMS_CALLER_CONTACT_LAST_NAME",
            "OMS_CALLER_CONTACT_TYPE",
            "OMS_CALLER_CONTACT_VALUE",
        ),
    ),
    Column("hazards", Text, nullable=False, info=_model("OMS_PHONE_CALL_EVENT_HAZTYPEREFS", "OMS_PROBLEM_TYPE_NAME")),
    Column("location", Text, nullable=False, info=_model("OMS_TROUBLE_EVENT_LOCATION")),
    # The coordinates as they were sent; x and y are what became of them in the model.
    Column("position_point", Text, info=_model("OMS_TROUBLE_EVENT_LOCATION")),
    Column("x", Float),
    Column("y", Float),
    Column("located_by", Text),
    Column("received_at", Text, nullable=False),
    Column("message_id", Text),
    # Archiving may take the newest away: who has come to a number would never see another ticket under it.
    sqlite_autoincrement=True,
)
Index("dmz_tickets_name", tickets.c.name)
Index("dmz_tickets_usage_point", tickets.c.usage_point)
# Most tickets of a storm's first minutes have no incident yet: an index of all would cost every insert.
Index("dmz_tickets_incident", tickets.c.incident, sqlite_where=tickets.c.incident.is_not(None))

incidents = Table(
    "dmz_incidents",
    metadata,
    Column("seq", Serial, primary_key=True),
    Column("mrid", Text, nullable=False, unique=True, info=_model("OMS_IMSOBJ_UID")),
    Column("device", Text, nullable=False),
    Column("created_date_time", Text, nullable=False, info=_model("OMS_INCIDENT_CREATE_TIME")),
    Column("confirmed", Integer, nullable=False),
    Column("by_operator", Integer, nullable=False),
    Column("restored_at", Text),
    Column("closed_at", Text),
    Column("status", Text, nullable=False, info=_model("OMS_INCIDENT_STATUSREF")),
    Column("comment", Text, info=_model("OMS_INCIDENT_NOTEREFS")),
    Column("estimated_restoration_time", Text, info=_model("OMS_INCIDENT_ESTIMATED_END_TIME")),
    Column("cause", Text, info=_model("OMS_INCIDENT_CAUSEREF")),
    Column("subcause", Text, info=_model("OMS_INCIDENT_SUBCAUSEREF")),
    Column("crews", Text, nullable=False, info=_model("OMS_INCIDENT_INCIDENT_CREW_REFS")),
)

# The queue. Contacts are the ticket's, which operators and messages may change until the callback is handed out.
callbacks = Table(
    "dmz_callbacks",
    metadata,
    Column("seq", Serial, primary_key=True),
    Column("mrid", Text, nullable=False, unique=True, info=_model("OMS_IMSOBJ_UID")),
    Column("ticket", Text, nullable=False),
    Column("incident", Text, nullable=False),
    Column("usage_point", Text, info=_model("OMS_TROUBLE_EVENT_SDP_CUSTOM_ID")),
    Column("created_at", Text, nullable=False),
    Column("priority", Integer, nullable=False, info=_model("OMS_CALLBACK_PRIORITY")),
    Column("language_id", Integer, nullable=False, info=_model("OMS_CALLBACK_LANGUAGE_ID")),
    Column("reason", Text, nullable=False, info=_model("OMS_TROUBLE_FEEDBACK_FEEDBACKREASON")),
    Column("periods", Text, nullable=False),
    # Of the periods: before and after them there is nothing to look into them for.
    Column("first_start", Text),
    Column("last_end", Text),
    Column("comment", Text, info=_model("OMS_CALLBACK_COMMENT")),
    Column("automatic", Integer, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("not_before", Text),
    Column("assigned_user", Text, info=_model("OMS_CALLBACK_ASSIGNED_USER")),
    Column("assigned_at", Text, info=_model("OMS_CALLBACK_ASSIGNED_TIME")),
    Column("assignment_expires_at", Text),
    Column("result", Text, info=_model("OMS_FEEDBACK_RESULT_NAME")),
    Column("last_update_user", Text, info=_model("OMS_CALLBACK_LAST_UPDATE_USER")),
    Column("last_update_time", Text, info=_model("OMS_CALLBACK_LAST_UPDATE_TIME")),
    Column("closed_at", Text),
    sqlite_autoincrement=True,
)
Index("dmz_callbacks_incident", callbacks.c.incident)
Index("dmz_callbacks_queue", callbacks.c.priority.desc(), callbacks.c.seq, sqlite_where=callbacks.c.closed_at.is_(None))
# What expiry asks for several times a second, mostly in vain.
for _ends in (callbacks.c.assignment_expires_at, callbacks.c.last_end):
    Index(f"dmz_callbacks_{_ends.name}", _ends, sqlite_where=callbacks.c.closed_at.is_(None) & _ends.is_not(None))

# What the CORE has yet to hear of: which entities changed, not how. Applying copies what the DMZ holds by then.
outbox = Table(
    "dmz_outbox",
    metadata,
    Column("seq", Serial, primary_key=True),
    Column("recorded_at", Text, nullable=False),
    Column("entity", Text, nullable=False),
    Column("mrids", Text, nullable=False),
    sqlite_autoincrement=True,
)

# A CreatedCallBacks message on its way to the external system (D-40); `next_try_at` is null once it is settled.
publications = Table(
    "dmz_publications",
    metadata,
    Column("seq", Serial, primary_key=True),
    Column("message_id", Text, nullable=False),
    Column("callbacks", Text, nullable=False),
    Column("created_at", Text, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("next_try_at", Text),
    Column("outcome", Text),
    sqlite_autoincrement=True,
)

# Messages committed for a slow IMS and not yet turned into tickets (D-29).
ims_inbox = Table(
    "dmz_ims_inbox",
    metadata,
    Column("seq", Serial, primary_key=True),
    Column("received_at", Text, nullable=False),
    Column("tickets", Text, nullable=False),
    # A number used again would find an older message's confirmation.
    sqlite_autoincrement=True,
)

# What the IMS made of an inbox message, for the worker that still waits for it; swept when old.
ims_confirmations = Table(
    "dmz_ims_confirmations",
    metadata,
    Column("inbox_seq", Serial, primary_key=True, autoincrement=False),
    Column("confirmed_at", Text, nullable=False),
    Column("mrids", Text, nullable=False),
)

# The audit: a row a message that was carried out and could change something; queries leave none.
messages = Table(
    "dmz_messages",
    metadata,
    Column("seq", Serial, primary_key=True),
    Column("received_at", Text, nullable=False),
    Column("operation", Text, nullable=False),
    Column("message_id", Text),
    Column("source", Text),
    Column("result", Text, nullable=False),
    Column("accepted", Integer, nullable=False),
    Column("refused", Integer, nullable=False),
)

# Nonces seen (D-18).
nonces = Table(
    "shared_nonces",
    metadata,
    Column("source", Text, primary_key=True),
    Column("nonce", Text, primary_key=True),
    Column("seen_at", Text, nullable=False),
)

# What control changes; `generation` moves with every change, and workers then read what holds. `landbase_generation`
# moves when they are to forget the landbase's answers. The offset is the simulated clock's, ahead of the machine's.
control_state = Table(
    "shared_control_state",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("generation", BigInteger, nullable=False),
    Column("landbase_generation", BigInteger, nullable=False),
    Column("clock_offset_seconds", Float, nullable=False),
)

# How far a background job has come: the last ticket that prediction has seen, the moment of the publisher's last poll.
progress = Table(
    "shared_progress",
    metadata,
    Column("job", Text, primary_key=True),
    Column("reached", Text, nullable=False),
)

# The adapter's log of the CRM Interface, as far as somebody behind it may want to read it (D-40).
interface_log = Table(
    "shared_interface_log",
    metadata,
    Column("seq", Serial, primary_key=True),
    Column("at", Text, nullable=False),
    Column("level", Text, nullable=False),
    Column("code", Text),
    Column("reason", Text),
    Column("details", Text, nullable=False),
    Column("message_id", Text),
    sqlite_autoincrement=True,
)

faults = Table(
    "shared_faults",
    metadata,
    Column("name", Text, primary_key=True),
    Column("remaining", Integer),
    Column("seconds", Float),
    Column("expires_at", Text),
)
