"""The CORE's replicas: the DMZ's tables column by column, each row with the outbox number that it is as of."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Table

from reference_adapter.storage import tables


def _replica(source: Table) -> Table:
    columns = [
        Column(each.name, each.type, primary_key=each.name == "mrid", nullable=each.nullable)
        for each in source.columns
        if each.name != "seq"
    ]
    name = source.name.replace("dmz_", "core_")
    return Table(name, tables.metadata, *columns, Column("sequence", BigInteger, nullable=False))


tickets = _replica(tables.tickets)
incidents = _replica(tables.incidents)
callbacks = _replica(tables.callbacks)

#: The entities that are replicated: the DMZ's table and the CORE's.
REPLICATED: dict[str, tuple[Table, Table]] = {
    "ticket": (tables.tickets, tickets),
    "incident": (tables.incidents, incidents),
    "callback": (tables.callbacks, callbacks),
}
