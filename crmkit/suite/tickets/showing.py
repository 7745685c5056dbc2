"""The steps about what a query shows: which tickets, from which store, and how much of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from crm_contract.messages import TroubleTicket
from crmkit.suite.callbacks.people import Contact, contacts_of
from crmkit.suite.conversation import Conversation, Table
from crmkit.suite.errors import HarnessError
from crmkit.suite.evidence import Aspect, Check, Held, compared, wrong
from crmkit.suite.payload_places import ABSENT, Place, place_of_entry
from crmkit.suite.replies.questions import ORDER
from crmkit.suite.tables import read_rows
from crmkit.suite.tickets.incident_records import incident_checks, life_checks
from crmkit.suite.tickets.shown_fields import FULL, LIMITED, Judge, Shown, in_no_table, only_in_full
from crmkit.suite.tickets.ticket_people import TYPES, people_checks, shown_people
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
_CONTACT_COLUMNS = ("person", "type", "value", "preferred")
_STORES = ("active", "archived")
# D-34; an archived incident's status is one that it had in the end.
_STATUSES_IN_THE_END = frozenset({"Field Completed", "Closed", "Archived"})


def expect_shown(conversation: Conversation, table: Table, extent: str | None = None) -> None:
    """The reply shows these tickets and no others, with full or limited details where it matters."""
    if extent not in _JUDGES:
        raise HarnessError(f"{extent!r}: details are full or limited")
    rows = rows_of(table, _COLUMNS)
    reply = conversation.reply()
    # Others were on the same usage points before.
    there = sum(1 for carried in reply.tickets if carried.mrid not in conversation.places.there_before)
    told = (f"{len(rows)} tickets", f"{there} tickets", there == len(rows))
    checks = [compared(Aspect.PAYLOAD, "Payload", *told, "Payload")]
    by_mrid = {carried.mrid: (number, carried) for number, carried in enumerate(reply.tickets)}
    for row in rows:
        number, carried = by_mrid.get(conversation.mrid(row["ticket"]), (None, None))
        at = place_of_entry("TroubleTicket", row["ticket"], number, "TroubleTickets")
        checks.append(at.check("", "a ticket", ABSENT if carried is None else "a ticket", carried is not None))
        if carried is not None:
            checks += _ticket_checks(conversation, at, extent, row, carried)
    if not wrong(checks):
        checks += _order_checks(conversation, rows, [carried.mrid for carried in reply.tickets])
    conversation.judge(checks)


def add_contacts(conversation: Conversation, alias: str, table: Table) -> None:
    """Give a ticket further contacts, and mark the preferred ones, as an operator does."""
    control, mrid = conversation.run.needs_control(), conversation.mrid(alias)
    known = contacts_of(conversation.ticket(alias).caller)
    for told in read_rows(table, _CONTACT_COLUMNS):
        if told["type"] not in TYPES:
            raise HarnessError(f"{told['type']!r} is no type of contact: write {', '.join(TYPES)}")
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


def _ticket_checks(
    conversation: Conversation, at: Place, extent: str | None, row: Mapping[str, str], carried: TroubleTicket
) -> list[Check]:
    store = row.get("store", "active")
    if store not in _STORES:
        raise HarnessError(f"{store!r} is no store: write active or archived")
    sent, run = conversation.ticket(row["ticket"]), conversation.run
    readings: dict[str, str] = {}
    shown = Shown(sent, carried, store == "archived", run.settings.input_crs, readings, run.interpretations)
    checks = []
    for name, judge in _JUDGES[extent].items():
        found = judge(shown)
        if found is not None:
            checks.append(at.check(name, *found))
    if extent == "full" or any(column in row for column in _PEOPLE):
        checks += _people(conversation, at, row, sent, shown)
    if extent == "full":
        checks += _incident(conversation, at, row, carried, shown.is_archived)
    if extent == "limited":
        more = only_in_full(carried)
        checks += [at.check(name, "absent: limited details do not have it", "there", False) for name in more]
        if not more:
            checks.append(at.check("", "no element of full details", "none", True))
    if strange := in_no_table(carried):
        readings["D-33"] = f"more elements: {', '.join(strange)}"
    conversation.readings_seen |= readings
    return checks


def _people(conversation: Conversation, at: Place, row: Mapping[str, str], sent: Ticket, shown: Shown) -> list[Check]:
    contacts = conversation.contacts.get(sent.alias, contacts_of(sent.caller))
    printed = next(iter(shown_people(contacts)))
    literal = {"person": f"{printed.first} {printed.last}".strip(), **printed.contacts}
    for column in _PEOPLE:
        if row.get(column, literal[column]) != literal[column]:
            raise HarnessError(f"{sent.alias}: by D-36 {column} is {literal[column]!r}: correct the scenario")
    customer, interpretations = shown.carried.customer_data, shown.interpretations
    checks, seen = people_checks(at, contacts, customer, shown.is_archived, interpretations)
    if seen is not None:
        shown.readings["D-36"] = seen
    return checks


def _incident(
    conversation: Conversation, at: Place, row: Mapping[str, str], carried: TroubleTicket, is_archived: bool
) -> list[Check]:
    record = carried.incident_record
    if "incident" in row:
        incident = conversation.incident(row["incident"]) if row["incident"] else None
        checks = incident_checks(at, incident, record)
        if incident is not None and record is not None:
            more = _STATUSES_IN_THE_END if is_archived else frozenset()
            checks += life_checks(at, incident, record, more)
        return checks
    # The outage model may have found one by itself (D-26).
    before = conversation.snapshot.active.get(carried.mrid or "") if conversation.snapshot else None
    if before is None:
        return []
    wanted, seen = before["incident"], record.mrid if record else None
    return [at.inside("IncidentRecord").check("mRID", wanted or ABSENT, seen or ABSENT, seen == wanted)]


def _order_checks(
    conversation: Conversation, rows: Sequence[Mapping[str, str]], mrids: list[str | None]
) -> list[Check]:
    """Active tickets come first; another order passes (D-32)."""
    store = {conversation.mrid(row["ticket"]): row.get("store", "active") for row in rows}
    seen = [store[mrid] for mrid in mrids if mrid in store]
    if len(set(seen)) < len(_STORES):
        return []
    answer = ORDER.answers[int(seen != sorted(seen))]
    if answer != ORDER.printed:
        conversation.readings_seen[ORDER.decision] = answer
    wanted = ORDER.wanted(conversation.run.interpretations)
    held = Held.STRICT if answer == ORDER.printed else Held.READING
    held = held if wanted in (None, answer) else Held.NO
    decision = ORDER.decision if held is Held.READING else None
    return [Check(Aspect.PAYLOAD, "Payload/order", wanted or ORDER.printed, answer, held, decision, "Payload")]
