"""A conversation of the suite without a target: its store is a list, its reply is told."""

from __future__ import annotations

from typing import Any

from crm_contract.contract import load_contract
from crm_contract.messages import TroubleTicket
from crmkit.suite.access.control import Control, StoreState, TicketsSeen
from crmkit.suite.access.target import Target
from crmkit.suite.conversation import Conversation
from crmkit.suite.errors import CouldNotTest
from crmkit.suite.replies.reading import Reply
from crmkit.suite.run import Run
from crmkit.suite.tickets.written import Ticket

CONTRACT = load_contract()


class StoreControl(Control):
    """A control API over a list of tickets and an archive."""

    def __init__(self) -> None:
        super().__init__("http://localhost:9")
        self.tickets: list[dict[str, Any]] = []
        self.archive: dict[str, dict[str, Any]] = {}
        self.pending = 0
        self.asked: list[tuple[str, str, Any]] = []

    def clock(self) -> str:
        raise CouldNotTest("no clock")

    def settings(self) -> dict[str, Any]:
        return {"comment_limit": 50, "input_crs": "EPSG:4326", "model_crs": "EPSG:2277"}

    def store(self) -> StoreState:
        return StoreState(max((ticket["seq"] for ticket in self.tickets), default=0), self.pending)

    def tickets_after(self, position: int) -> list[dict[str, Any]]:
        return [dict(ticket) for ticket in self.tickets if ticket["seq"] > position]

    def tickets_seen(self, position: int) -> TicketsSeen:
        return TicketsSeen(self.tickets_after(position), position, self.store())

    def archived_ticket(self, mrid: str) -> dict[str, Any] | None:
        return self.archive.get(mrid)

    def add_contact(self, ticket: str, contact: dict[str, Any]) -> None:
        self.asked.append(("add", ticket, contact["value"]))

    def prefer_contact(self, ticket: str, kind: str, value: str) -> None:
        self.asked.append(("prefer", ticket, (kind, value)))


class Told(Conversation):
    """Its reply is what a test says."""

    told = Reply("OK", ())

    def reply(self) -> Reply:
        return self.told

    def reply_as_read(self) -> Reply:
        return self.told


def told(row: str, operation: str) -> tuple[Told, StoreControl]:
    """A conversation of a row, and its store."""
    control = StoreControl()
    run = Run(Target("http://localhost:9", CONTRACT), control)
    return Told(run, row, CONTRACT.operations[operation]), control


def earlier(conversation: Conversation, alias: str, **sent: Any) -> Ticket:
    """A ticket that was created before, with the mRID `m-ALIAS`."""
    ticket = Ticket(alias, 1, f"n-{alias}", frozenset(), mrid=f"m-{alias}")
    for name, value in sent.items():
        setattr(ticket, name, value)
    conversation.earlier[alias] = ticket
    conversation.call(alias, f"m-{alias}", f"n-{alias}")
    return ticket


def stored(seq: int, alias: str, **columns: Any) -> dict[str, Any]:
    """What the control API tells of it."""
    return {
        "seq": seq,
        "mrid": f"m-{alias}",
        "name": f"n-{alias}",
        "comment": None,
        "contacts": [],
        "incident": None,
        "last_update_user": "csr-17",
        "status": "Energized",
        "message_id": "message-0",
        **columns,
    }


def carried(alias: str, **elements: Any) -> TroubleTicket:
    """A ticket as a reply carries it."""
    ticket = TroubleTicket(f"m-{alias}", name=f"n-{alias}")
    for name, value in elements.items():
        setattr(ticket, name, value)
    return ticket
