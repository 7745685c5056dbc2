"""What a transaction changed: one outbox row an entity kind, written once at its end."""

from __future__ import annotations

from collections.abc import Iterable

import orjson
from sqlalchemy import Connection, insert

from reference_adapter.storage.tables import outbox

_INSERT = insert(outbox)


class Changes:
    """Collects the mRIDs of changed entities, each once, in the order of their first change."""

    def __init__(self) -> None:
        self._changed: dict[str, dict[str, None]] = {}

    def note(self, entity: str, mrids: Iterable[str]) -> None:
        """These tickets, incidents or callbacks were stored, changed or removed."""
        self._changed.setdefault(entity, {}).update(dict.fromkeys(mrids))

    def write(self, connection: Connection, recorded_at: str) -> None:
        """Leave word for the replication, in the transaction of the changes themselves."""
        for entity, mrids in self._changed.items():
            if mrids:
                row = {"recorded_at": recorded_at, "entity": entity, "mrids": orjson.dumps(list(mrids)).decode()}
                connection.execute(_INSERT, row)
        self._changed.clear()
