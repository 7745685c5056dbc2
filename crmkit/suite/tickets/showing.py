"""The steps about what a query shows: which tickets, from which store, and how much of each."""

from __future__ import annotations

from collections.abc import Mapping

from crm_contract.messages import TroubleTicket
from crmkit.suite.callbacks.people import Contact, contacts_of
from crmkit.suite.conversation import Conversation, Table
from crmkit.suite.errors import Difference, HarnessError, Mismatch
from crmkit.suite.tickets.incident_records import incident_differences, life_differences
from crmkit.suite.tickets.shown_fields import FULL, LIMITED, Judge, Shown, in_no_table, only_in_full
from crmkit.suite.tickets.ticket_people import TYPES, people_differences, shown_people
from crmkit.suite.tickets.written import Ticket, rows_of

# What docs/steps.md prints.
SHOWN_COLUMNS = (
    ("ticket", "an earlier ticket"),
    ("store", "`active` or `archived`; without the column active"),
    ("incident", "its incident by alias, with all that was set on it; without the column the one that it has, if any"),
    ("person", "`First Last`, whose name is shown; without the column as the ticket's contacts say"),
    ("email, landline, mobile", "which contact is shown; without the column as the ticket's contacts say"),
)
_PEOPLE = ("person", *TYPES)
_COLUMNS = frozenset({"ticket", "store", "incident", *_PEOPLE})
_JUDGES: dict[str | None, dict[str, Judge]] = {"full": FULL, "limited": LIMITED, None: {}}
_STORES = ("active", "archived")
# D-34; an archived incident's status is one that it had in the end.
_STATUSES_IN_THE_END = frozenset({"Field Completed", "Closed", "Archived"})


def expect_shown(conversation: Conversation, table: Table, extent: str | None = None) -> None:
    """The reply shows these tickets and no others, with full or limited details where it matters."""
    if extent not in _JUDGES:
        raise HarnessError(f"{extent!r}: details are full or limited")
    rows = rows_of(table, _COLUMNS)
    reply = conversation.reply()
    differences = []
    if len(reply.tickets) != len(rows):
        differences.append(Difference("Payload", f"{len(rows)} tickets", f"{len(reply.tickets)} tickets"))
    by_mrid = {carried.mrid: carried for carried in reply.tickets}
    for row in rows:
        carried = by_mrid.get(conversation.mrid(row["ticket"]))
        if carried is None:
            differences.append(Difference(f"Payload/{row['ticket']}", "a ticket", "absent"))
        else:
            differences += _ticket_differences(conversation, extent, row, carried)
    if differences:
        raise Mismatch(differences)
    _note_order(conversation, rows, [carried.mrid for carried in reply.tickets])


def add_contacts(conversation: Conversation, alias: str, table: Table) -> None:
    """Give a ticket further contacts, and mark the preferred ones, as an operator does."""
    control, mrid = conversation.run.needs_control(), conversation.mrid(alias)
    header, *rows = table
    known = contacts_of(conversation.ticket(alias).caller)
    for row in rows:
        told = dict(zip(header, row, strict=True))
        first, _, last = told["person"].partition(" ")
        contact = Contact(first or None, None, last or None, told["type"], told["value"], bool(told["preferred"]))
        if not any(each.type == contact.type and each.value == contact.value for each in known):
            names = {"first_name": contact.first, "last_name": contact.last}
            control.add_contact(mrid, {**names, "type": contact.type, "value": contact.value, "preferred": False})
            known.append(contact)
        if contact.preferred:
            control.prefer_contact(mrid, contact.type, contact.value)
            known = [_preferring(each, contact) for each in known]
    conversation.contacts[alias] = known
    conversation.mark()


def _preferring(each: Contact, preferred: Contact) -> Contact:
    """A contact once another one, or itself, is the preferred one of its type."""
    if each.type != preferred.type:
        return each
    return Contact(each.first, each.middle, each.last, each.type, each.value, each.value == preferred.value)


def _ticket_differences(
    conversation: Conversation, extent: str | None, row: Mapping[str, str], carried: TroubleTicket
) -> list[Difference]:
    alias, store = row["ticket"], row.get("store", "active")
    if store not in _STORES:
        raise HarnessError(f"{store!r} is no store: write active or archived")
    sent, at = conversation.ticket(alias), f"Payload/{alias}"
    readings: dict[str, str] = {}
    shown = Shown(sent, carried, store == "archived", conversation.run.settings.input_crs, readings)
    differences = []
    for name, judge in _JUDGES[extent].items():
        found = judge(shown)
        if found is not None:
            differences.append(Difference(f"{at}/{name}", *found))
    if extent == "full" or any(column in row for column in _PEOPLE):
        differences += _people(conversation, row, sent, shown)
    if extent == "full":
        differences += _incident(conversation, row, carried, shown.is_archived)
    if extent == "limited":
        differences += [
            Difference(f"{at}/{name}", "absent: limited details do not have it", "there")
            for name in only_in_full(carried)
        ]
    if more := in_no_table(carried):
        readings["D-33"] = f"more elements: {', '.join(more)}"
    conversation.readings_seen |= readings
    return differences


def _people(conversation: Conversation, row: Mapping[str, str], sent: Ticket, shown: Shown) -> list[Difference]:
    contacts = conversation.contacts.get(sent.alias, contacts_of(sent.caller))
    printed = next(iter(shown_people(contacts)))
    literal = {"person": f"{printed.first} {printed.last}".strip(), **printed.contacts}
    for column in _PEOPLE:
        if row.get(column, literal[column]) != literal[column]:
            raise HarnessError(f"{sent.alias}: by D-36 {column} is {literal[column]!r}: correct the scenario")
    differences, seen = people_differences(
        f"Payload/{sent.alias}", contacts, shown.carried.customer_data, shown.is_archived
    )
    if seen is not None:
        shown.readings["D-36"] = seen
    return differences


def _incident(
    conversation: Conversation, row: Mapping[str, str], carried: TroubleTicket, is_archived: bool
) -> list[Difference]:
    at = f"Payload/{row['ticket']}"
    if "incident" in row:
        incident = conversation.incident(row["incident"]) if row["incident"] else None
        differences = incident_differences(at, incident, carried.incident_record)
        if incident is not None and not differences:
            more = _STATUSES_IN_THE_END if is_archived else frozenset()
            differences += life_differences(at, incident, carried.incident_record, more)
        return differences
    # The outage model may have found one by itself (D-26).
    before = conversation.snapshot.active.get(carried.mrid or "") if conversation.snapshot else None
    if before is None:
        return []
    wanted, record = before["incident"], carried.incident_record
    seen = record.mrid if record else None
    return [] if seen == wanted else [Difference(f"{at}/IncidentRecord/mRID", wanted or "absent", seen or "absent")]


def _note_order(conversation: Conversation, rows: list[dict[str, str]], mrids: list[str | None]) -> None:
    """Active tickets come first; another order passes (D-32)."""
    store = {conversation.mrid(row["ticket"]): row.get("store", "active") for row in rows}
    seen = [store[mrid] for mrid in mrids if mrid in store]
    if seen != sorted(seen):
        conversation.readings_seen["D-32"] = "archived tickets before active ones"
