"""Which mRID the adapter gave to what the model calls T1, I1 or C1."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from adapter_inside import Adapter
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
        if new := [each for each in world.tickets if each.id not in self._mrids]:
            for each, item in zip(new, self._unknown(adapter.control("GET", "/tickets")[1]["items"]), strict=False):
                self.bind(each.id, item["mrid"])
        if made := [each for each in world.incidents if each.id not in self._mrids]:
            found = {item["device"]: item for item in self._unknown(adapter.control("GET", "/incidents")[1])}
            for incident in made:
                if incident.device in found:
                    self.bind(incident.id, found[incident.device]["mrid"])
        if owed := [each for each in world.callbacks if each.id not in self._mrids]:
            by_ticket = {
                self.entity(item["ticket"]): item
                for item in self._unknown(adapter.control("GET", "/callbacks")[1]["items"])
            }
            for callback in owed:
                if callback.ticket in by_ticket:
                    self.bind(callback.id, by_ticket[callback.ticket]["mrid"])

    def _unknown(self, items: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
        return [item for item in items if item["mrid"] not in self._entities]
