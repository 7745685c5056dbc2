"""A change of a trouble ticket while the rules judge it."""

from __future__ import annotations

from dataclasses import dataclass

from crm_contract.messages import TroubleTicket
from reference_adapter.outage_model.contacts import CallerContact, contacts_of
from reference_adapter.outage_model.tickets import Ticket


@dataclass(slots=True)
class TicketChange:
    """An entry of ChangedTroubleTickets. The rules read `sent`, settle the rest, and may refuse it.

    `mrid` and `name` are what it names its ticket by, `ticket` that ticket as it stands before the change.
    """

    sent: TroubleTicket
    number: int
    mrid: str | None = None
    name: str | None = None
    ticket: Ticket | None = None
    refused: bool = False
    comment: str | None = None
    contacts: tuple[CallerContact, ...] = ()

    @property
    def alias(self) -> str:
        """How details name it: by mRID, else name, else its place (D-15)."""
        return self.mrid or self.name or f"#{self.number}"

    @property
    def added_comment(self) -> str | None:
        """The remark that is to be appended; a blank one is none."""
        comment = self.sent.comment
        return comment if comment and comment.strip() else None

    @property
    def adds_contacts(self) -> bool:
        """Whether it brings anything about a caller."""
        return bool(contacts_of(self.sent.customer_data))


def change_of(sent: TroubleTicket, number: int) -> TicketChange:
    """An entry before the rules; a blank mRID or name is none."""
    return TicketChange(sent, number, mrid=_given(sent.mrid), name=_given(sent.name))


def appended(existing: str | None, added: str) -> str:
    """A remark behind what was said before; the line feed between them counts (D-44)."""
    return f"{existing}\n{added}" if existing else added


def _given(text: str | None) -> str | None:
    return text if text and text.strip() else None
