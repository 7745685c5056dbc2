"""The tables of the DMZ, and what the workers share beside them.

Times are xs:dateTime texts in UTC of fixed width, which sort as times. Lists are JSON texts: a ticket is one row.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Float, Index, Integer, MetaData, Table, Text

metadata = MetaData()

# SQLite numbers rows by itself only for INTEGER PRIMARY KEY.
_Serial = BigInteger().with_variant(Integer, "sqlite")

tickets = Table(
    "dmz_tickets",
    metadata,
    Column("seq", _Serial, primary_key=True),
    Column("mrid", Text, nullable=False, unique=True),
    Column("name", Text),
    Column("usage_point", Text),
    Column("reported_usage_point", Text),
    Column("incident", Text),
    Column("status", Text, nullable=False),
    Column("call_back", Integer, nullable=False),
    Column("comment", Text),
    Column("created_date_time", Text, nullable=False),
    Column("first_call_date_time", Text, nullable=False),
    Column("csr_id", Text),
    Column("language_id", Integer, nullable=False),
    Column("source", Text, nullable=False),
    Column("trouble_code", Text, nullable=False),
    Column("callback_media", Text, nullable=False),
    Column("callback_periods", Text, nullable=False),
    Column("contacts", Text, nullable=False),
    Column("hazards", Text, nullable=False),
    Column("location", Text, nullable=False),
    Column("x", Float),
    Column("y", Float),
    Column("located_by", Text),
    Column("received_at", Text, nullable=False),
    Column("message_id", Text),
)
Index("dmz_tickets_name", tickets.c.name)
Index("dmz_tickets_usage_point", tickets.c.usage_point)

incidents = Table(
    "dmz_incidents",
    metadata,
    Column("seq", _Serial, primary_key=True),
    Column("mrid", Text, nullable=False, unique=True),
    Column("device", Text, nullable=False),
    Column("created_date_time", Text, nullable=False),
    Column("confirmed", Integer, nullable=False),
    Column("restored", Integer, nullable=False),
    Column("status", Text, nullable=False),
    Column("comment", Text),
    Column("estimated_restoration_time", Text),
    Column("cause", Text),
    Column("subcause", Text),
    Column("crews", Text, nullable=False),
)

# Messages committed for a slow IMS and not yet turned into tickets (D-29).
ims_inbox = Table(
    "dmz_ims_inbox",
    metadata,
    Column("seq", _Serial, primary_key=True),
    Column("received_at", Text, nullable=False),
    Column("tickets", Text, nullable=False),
    # A number used again would find an older message's confirmation.
    sqlite_autoincrement=True,
)

# What the IMS made of an inbox message, for the worker that still waits for it; swept when old.
ims_confirmations = Table(
    "dmz_ims_confirmations",
    metadata,
    Column("inbox_seq", _Serial, primary_key=True, autoincrement=False),
    Column("confirmed_at", Text, nullable=False),
    Column("mrids", Text, nullable=False),
)

# The audit: a row a message that was carried out.
messages = Table(
    "dmz_messages",
    metadata,
    Column("seq", _Serial, primary_key=True),
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

# What control changes; `generation` moves with every change, and workers then drop their caches.
control_state = Table(
    "shared_control_state",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("generation", BigInteger, nullable=False),
)

faults = Table(
    "shared_faults",
    metadata,
    Column("name", Text, primary_key=True),
    Column("remaining", Integer),
    Column("seconds", Float),
    Column("expires_at", Text),
)
