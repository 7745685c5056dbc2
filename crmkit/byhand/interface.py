"""The interface as a window on what is stored: GetTroubleTickets, beside what scenarios send."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from crm_contract.messages import TroubleTicket
from crmkit.suite.access.target import Target
from crmkit.suite.errors import CouldNotTest, Mismatch
from crmkit.suite.messages import Header, Messenger
from crmkit.suite.replies.reading import read_reply
from crmkit.suite.values import moment_text

_QUERY = "GetTroubleTickets"
# So many entries a message.
_ENTRIES = 50


class Window:
    """Asks the target for tickets. What the target does not answer well cannot be seen: CouldNotTest."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._operation = target.contract.operations[_QUERY]
        self._messenger: Messenger | None = None

    def by_name(self, names: Sequence[str], context: str = "active") -> dict[str, TroubleTicket]:
        """The tickets of these names, by name, with full details. One by one where replies tell no names (D-27)."""
        found: dict[str, TroubleTicket] = {}
        for start in range(0, len(names), _ENTRIES):
            some = names[start : start + _ENTRIES]
            carried = self._query(context, [{"name": name} for name in some])
            told = {(each.name or "").strip(): each for each in carried}
            if "" in told:
                told = {name: each for name in some for each in self._query(context, [{"name": name}])}
            found |= {name: each for name, each in told.items() if name in some}
        return found

    def by_mrid(self, mrid: str, context: str) -> TroubleTicket | None:
        """One ticket, with full details."""
        return next((each for each in self._query(context, [{"mRID": mrid}]) if each.mrid == mrid), None)

    def of_usage_points(self, mrids: Sequence[str], context: str) -> list[TroubleTicket]:
        """The tickets of usage points, with limited details."""
        return self._query(context, [{"UsagePoint": {"mRID": mrid}} for mrid in mrids])

    def of_incident(self, mrid: str) -> list[TroubleTicket]:
        """The active tickets of an incident, with limited details."""
        return self._query("active", [{"IncidentRecord": {"mRID": mrid}}])

    def _query(self, context: str, entries: Sequence[Mapping[str, Any]]) -> list[TroubleTicket]:
        if not entries:
            return []
        if self._messenger is None:
            self._messenger = Messenger(self._target, self._operation.service)
        now = moment_text(datetime.now(UTC))
        header = Header(self._operation.verb, self._operation.noun, now, str(uuid.uuid4()), str(uuid.uuid4()), context)
        prepared = self._messenger.prepare(self._operation, header, {"TroubleTicket": list(entries)})
        try:
            reply = read_reply(prepared.send(), self._operation, self._target.contract)
        except Mismatch as error:
            raise CouldNotTest(f"what is stored cannot be seen: {_QUERY} is not answered well: {error}") from error
        if reply.fault_code is not None:
            raise CouldNotTest(f"what is stored cannot be seen: {_QUERY} is answered with a fault")
        return list(reply.tickets)
