"""Which mRID the adapter gave to what the model calls T1, I1 or C1."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from adapter_inside import Adapter, Row
from model.world import World


class Names:
    """What is not bound goes by its own name: an unknown mRID stays one."""

    def __init__(self) -> None:
        self._mrids: dict[str, str] = {}
        self._entities: dict[str, str] = {}

    def bind(self, entity: str, mrid: str) -> None:
        assert entity not in self._mrids, f"{entity} has two mRIDs"
        assert mrid not in self._entities, f"{mrid} was given twice"
        self._mrids[entity] = mrid
        self._entities[mrid] = entity

    def mrid(self, entity: str) -> str:
        return self._mrids.get(entity, entity)

    def entity(self, mrid: str) -> str:
        return self._entities.get(mrid, mrid)

    def learn(self, world: World, adapter: Adapter) -> None:
        """Find in the adapter what no reply told: predicted incidents, callbacks, tickets of results."""
        tickets, incidents, callbacks = (
            self._unnamed(world.tickets),
            self._unnamed(world.incidents),
            self._unnamed(world.callbacks),
        )
        if not (tickets or incidents or callbacks):
            return
        found = [self._unknown(rows) for rows in adapter.rows("dmz_tickets", "dmz_incidents", "dmz_callbacks")]
        for ticket, row in zip(tickets, found[0], strict=False):
            self.bind(ticket.id, row["mrid"])
        self._bind_by("device", incidents, {row["device"]: row for row in found[1]})
        self._bind_by("ticket", callbacks, {self.entity(row["ticket"]): row for row in found[2]})

    def _bind_by(self, attribute: str, entities: Sequence[Any], rows: Mapping[str, Row]) -> None:
        for each in entities:
            if row := rows.get(getattr(each, attribute)):
                self.bind(each.id, row["mrid"])

    def _unnamed(self, entities: Sequence[Any]) -> list[Any]:
        return [each for each in entities if each.id not in self._mrids]

    def _unknown(self, rows: Sequence[Row]) -> list[Row]:
        return [row for row in rows if row["mrid"] not in self._entities]
