"""What a ticket query asks for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from crm_contract.messages import TicketCriterion
from reference_adapter.outage_model.tickets import Ticket

CONTEXTS = ("active", "archived", "all")


class Kind(Enum):
    """What tickets are searched by; by ticket means full detail."""

    TICKET = "ticket mRID"
    NAME = "ticket name"
    INCIDENT = "incident mRID"
    USAGE_POINT = "usage point mRID"

    @property
    def gives_full_detail(self) -> bool:
        """Whether single tickets are asked for (Tables 10.10, 10.12), not all of something (10.9, 10.11)."""
        return self in (Kind.TICKET, Kind.NAME)


class TicketSource(Protocol):
    """Where tickets are found: the active ones, or the archive."""

    def by_mrid(self, mrids: Sequence[str], /) -> list[Ticket]:
        """The tickets of these mRIDs."""

    def by_name(self, names: Sequence[str], /) -> list[Ticket]:
        """The tickets of these external names."""

    def by_incident(self, mrids: Sequence[str], /) -> list[Ticket]:
        """The tickets of these incidents."""

    def by_usage_point(self, mrids: Sequence[str], /) -> list[Ticket]:
        """The tickets of these usage points."""


Sources = tuple[TicketSource, ...]


@dataclass(frozen=True, slots=True)
class Query:
    """A query's context as sent and its criteria, blank ones left out, each value once."""

    context: str
    criteria: tuple[tuple[Kind, str], ...]

    @property
    def kind(self) -> Kind:
        """The kind of its criteria; meaningful once there is exactly one."""
        return self.criteria[0][0]

    @property
    def values(self) -> list[str]:
        """What is searched for."""
        return [value for _, value in self.criteria]


def query_of(context: str | None, criteria: Sequence[TicketCriterion]) -> Query:
    """A query from a message's Context and entries."""
    given: dict[tuple[Kind, str], None] = {}
    for criterion in criteria:
        for kind, value in (
            (Kind.TICKET, criterion.mrid),
            (Kind.NAME, criterion.name),
            (Kind.INCIDENT, criterion.incident_record and criterion.incident_record.mrid),
            (Kind.USAGE_POINT, criterion.usage_point and criterion.usage_point.mrid),
        ):
            if value and value.strip():
                given[(kind, value)] = None
    return Query((context or "").strip(), tuple(given))
