"""Rows 5.2-01 to 5.2-09: ChangedTroubleTickets. A rule settles the change, and returns what it found wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from crm_contract.messages import TroubleTicket
from reference_adapter.configuration.settings import AdapterSettings
from reference_adapter.outage_model.changes import TicketChange, appended
from reference_adapter.outage_model.contacts import with_added
from reference_adapter.rules.common import COMMON_RULES
from reference_adapter.rules.registry import Finding, Findings, Grouping, RuleBook, Scope

CHANGE_RULES = RuleBook(COMMON_RULES)


@dataclass(frozen=True, slots=True)
class ChangeContext:
    """What the rules of an entry may know: `duplicates` are mRIDs that several entries of the message name."""

    settings: AdapterSettings
    duplicates: frozenset[str]


@CHANGE_RULES.rule("5.2-01")
def comment_is_appended(change: TicketChange, context: ChangeContext) -> None:
    """The new remark stands behind the old comment (D-44)."""
    if change.ticket is not None:
        change.comment = change.ticket.comment
        if change.added_comment is not None:
            change.comment = appended(change.ticket.comment, change.added_comment)


@CHANGE_RULES.rule("5.2-02")
def contacts_are_added(change: TicketChange, context: ChangeContext) -> None:
    """The ticket gains contacts, under the first caller's name, and loses none."""
    if change.ticket is not None:
        change.contacts = tuple(with_added(change.ticket.contacts, change.sent.customer_data))


@CHANGE_RULES.rule("5.2-03", "UpdateDataMissing")
def update_data_missing(change: TicketChange, context: ChangeContext) -> Findings:
    """An entry with neither remark nor contacts is refused."""
    if change.added_comment is not None or change.adds_contacts:
        return None
    change.refused = True
    return [Finding()]


@CHANGE_RULES.rule("5.2-04", "DuplicateMRIDs", grouping=Grouping.PER_VALUE, about_value=True)
def duplicate_mrids(change: TicketChange, context: ChangeContext) -> Findings:
    """Every entry whose mRID another one names too is refused (D-10)."""
    if change.mrid is None or change.mrid not in context.duplicates:
        return None
    change.refused = True
    return [Finding(change.mrid)]


@CHANGE_RULES.rule("5.2-05", "CommentExceedsLimit")
def comment_exceeds_limit(change: TicketChange, context: ChangeContext) -> Findings:
    """An entry whose remark does not fit behind the old comment is refused whole, contacts too (D-30)."""
    if change.added_comment is None or len(change.comment or "") <= context.settings.comment_limit:
        return None
    change.refused = True
    return [Finding()]


@CHANGE_RULES.rule("5.2-06", "MrIDMissing")
def mrid_missing(change: TicketChange, context: ChangeContext) -> Findings:
    """An entry that names its ticket neither by mRID nor by name is refused."""
    if change.mrid is not None or change.name is not None:
        return None
    change.refused = True
    return [Finding()]


@CHANGE_RULES.rule("5.2-07", "EntityNotFound", grouping=Grouping.PER_VALUE, about_value=True)
def entity_not_found(change: TicketChange, context: ChangeContext) -> Findings:
    """An entry whose mRID or name no active ticket has is refused (D-31)."""
    if change.ticket is not None:
        return None
    change.refused = True
    return [Finding(change.alias)]


@CHANGE_RULES.rule("5.2-08", scope=Scope.IDENTITY)
def mrid_decides(change: TicketChange) -> None:
    """Where both are given the mRID names the ticket, also when it is unknown and the name is not (D-31)."""
    if change.mrid is not None:
        change.name = None


@CHANGE_RULES.rule("5.2-09", "CsrIDMissing", scope=Scope.REQUEST)
def csr_id_missing(tickets: Sequence[TroubleTicket]) -> Findings:
    """One entry without csrId fails the whole message (D-11)."""
    if all((ticket.csr_id or "").strip() for ticket in tickets):
        return None
    return [Finding()]
