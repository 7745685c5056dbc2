"""What a message of changes did to the stored tickets, against what its row says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from crmkit.suite import values
from crmkit.suite.access.control import Json
from crmkit.suite.callbacks.people import Contact
from crmkit.suite.conversation import Conversation, Table
from crmkit.suite.errors import HarnessError
from crmkit.suite.evidence import Aspect, Check, Held, compared
from crmkit.suite.replies.questions import FIRST_WINS, RESULT, SEVERAL_ENTRIES
from crmkit.suite.tickets.changes import Change
from crmkit.suite.tickets.snapshots import checks_between, kept, present
from crmkit.suite.tickets.stored import settled, stored_by_scenario, waiting_checks
from crmkit.suite.tickets.stored_fields import NOT_JUDGED
from crmkit.suite.tickets.written import Caller, rows_of

# What docs/steps.md prints.
CHANGED_COLUMNS = (
    ("ticket", "an earlier ticket of which one entry was carried out"),
    (
        "comment",
        "the whole comment then; `*`: not judged; without the column: what was there, behind it what the entry added",
    ),
    ("gained", "`email E, landline L, mobile M`: new contacts; without the column: those of the entry"),
    ("changed by", "who changed it last; without the column not judged"),
)
_COLUMNS = frozenset(name for name, _ in CHANGED_COLUMNS)
_JUDGED_APART = frozenset({"comment", "contacts", "last_update_user"})
# When something was changed last is the target's own affair.
_MOVES = frozenset({"last_update_time", "last_update_date_time"})
_CONTACT_KEYS = ("email", "landline", "mobile")


def expect_changed(conversation: Conversation, table: Table) -> None:
    """The tickets of the table are changed as their entries say, and nothing else is."""
    rows = {row["ticket"]: row for row in rows_of(table, _COLUMNS)}
    entries = {alias: _only_entry(conversation, alias) for alias in rows}
    for alias, entry in carried_out_besides(conversation).items():
        entries.setdefault(alias, entry)
    seen = settled(conversation)
    checks = waiting_checks(conversation, seen)
    added = stored_by_scenario(conversation, seen)
    names = ", ".join(f"a ticket named {ticket['name']!r}" for ticket in added) or "no new ones"
    checks.append(compared(Aspect.EFFECT, "stored tickets", "no new ones", names, not added))
    before, after = kept(conversation), present(conversation, seen)
    for alias, ticket in conversation.earlier.items():
        mrid, at = ticket.mrid or "", f"stored {alias}"
        old, new = before.active.get(mrid), after.active.get(mrid)
        if alias not in entries or old is None or new is None:
            checks += checks_between(at, old, new, frozenset())
            checks += checks_between(
                f"archived {alias}", before.archived.get(mrid), after.archived.get(mrid), frozenset()
            )
            if alias in entries:
                checks.append(compared(Aspect.EFFECT, at, "changed", "no active ticket", False))
            continue
        row: Mapping[str, str] = rows.get(alias, {})
        checks += checks_between(at, old, new, _JUDGED_APART | _MOVES)
        checks += _comment(conversation, at, entries[alias], row, old, new)
        checks += _contacts(at, entries[alias], row, old, new)
        if "changed by" in row:
            user = str(new["last_update_user"])
            told = (row["changed by"], user, row["changed by"] == user)
            checks.append(compared(Aspect.EFFECT, f"{at}/last_update_user", *told))
    conversation.judge(checks)
    for alias in entries:
        # What a query then shows is chosen from these.
        stored = after.active[conversation.mrid(alias)]["contacts"]
        conversation.contacts[alias] = [_contact(each) for each in stored]


def expect_nothing_changed(conversation: Conversation) -> None:
    """Every ticket of the scenario is as it was before the message, and none has come into the store."""
    expect_changed(conversation, [["ticket"]])


def carried_out_besides(conversation: Conversation) -> dict[str, Change]:
    """Entries that the target carried out in a reading of a decision, though the row does not.

    The first of several entries of one ticket (D-10), and the entries that have a csrId when others lack it (D-11). The
    reply says so: it carries the ticket. What it carries must then be stored.
    """
    reply, interpretations = conversation.reply_as_read(), conversation.run.interpretations
    carried = {ticket.mrid for ticket in reply.tickets} if reply else set()
    found: dict[str, Change] = {}
    if conversation.row == "5.2-04":
        wanted = SEVERAL_ENTRIES.wanted(interpretations)
        for alias in {change.alias for change in conversation.changes}:
            several = [change for change in conversation.changes if change.alias == alias]
            is_first_taken = wanted == FIRST_WINS or (wanted is None and several[0].mrid in carried)
            if len(several) > 1 and is_first_taken:
                found[alias] = several[0]
                conversation.readings_seen[SEVERAL_ENTRIES.decision] = FIRST_WINS
    is_partial = reply is not None and reply.result == "PARTIAL"
    if conversation.row == "5.2-09" and is_partial and RESULT["D-11"].admits(interpretations, "Result PARTIAL"):
        mrids = {alias: ticket.mrid for alias, ticket in conversation.earlier.items()}
        found |= {c.alias: c for c in conversation.changes if c.csr and mrids.get(c.alias) in carried}
    return found


def _only_entry(conversation: Conversation, alias: str) -> Change:
    found = [change for change in conversation.changes if change.alias == alias]
    if len(found) != 1 or alias not in conversation.earlier:
        raise HarnessError(f"the message has {len(found)} entries of the earlier ticket {alias!r}: which one counts?")
    return found[0]


def _comment(
    conversation: Conversation, at: str, entry: Change, row: Mapping[str, str], old: Json, new: Json
) -> list[Check]:
    if row.get("comment") == NOT_JUDGED:
        return []
    there, added, observed = old["comment"] or "", entry.comment or "", new["comment"] or ""
    expected = values.SEPARATOR.join(text for text in (there, added) if text)
    if row.get("comment", expected) != expected:
        raise HarnessError(f"{at}: the table's comment is not what was there and what was added: {expected!r}")
    between = values.between(observed, there, added) if there and added else None
    held, decision = (Held.STRICT if observed == expected else Held.NO), None
    if observed != expected and between is not None:
        conversation.readings_seen["D-44"] = f"{between!r} between the comments"
        held, decision = Held.READING, "D-44"
    return [Check(Aspect.EFFECT, f"{at}/comment", repr(expected), repr(observed), held, decision)]


def _contacts(at: str, entry: Change, row: Mapping[str, str], old: Json, new: Json) -> list[Check]:
    left = list(new["contacts"])
    for contact in old["contacts"]:
        if contact not in left:
            told = (f"{contact}, as before", str(new["contacts"]), False)
            return [compared(Aspect.EFFECT, f"{at}/contacts", *told)]
        left.remove(contact)
    gained = sorted((str(contact["type"]), str(contact["value"])) for contact in left)
    sent = sorted(entry.caller.contacts.items()) if entry.caller else []
    expected = _told(row["gained"]) if "gained" in row else sent
    checks = [compared(Aspect.EFFECT, f"{at}/contacts gained", _pairs(expected), _pairs(gained), gained == expected)]
    if gained and gained == expected:
        people = {(contact["first_name"] or "", contact["last_name"] or "") for contact in left}
        allowed = _allowed_people(entry.caller, old["contacts"])
        told = (f"of one of {sorted(allowed)}", f"of {sorted(people)}", len(people) == 1 and people <= allowed)
        checks.append(compared(Aspect.EFFECT, f"{at}/contacts gained", *told))
    return checks


def _pairs(contacts: Sequence[tuple[str, str]]) -> str:
    return ", ".join(f"{kind} {value}" for kind, value in contacts) or "none"


def _allowed_people(caller: Caller | None, before: Sequence[Json]) -> set[tuple[str, str]]:
    """Whose the new contacts may be: the first caller's; where there was none, of whom the entry names (K-21)."""
    if before:
        return {(before[0]["first_name"] or "", before[0]["last_name"] or "")}
    return {(caller.first or "", caller.last or "")} if caller else set()


def _contact(stored: Json) -> Contact:
    names = (stored["first_name"], stored["middle_name"], stored["last_name"])
    return Contact(*names, stored["type"], stored["value"], bool(stored["preferred"]))


def _told(cell: str) -> list[tuple[str, str]]:
    pairs = [part.partition(" ") for part in values.items(cell)]
    if any(kind not in _CONTACT_KEYS for kind, _, _ in pairs):
        raise HarnessError(f"{cell!r} are no contacts: write email E, landline L, mobile M")
    return sorted((kind, value.strip()) for kind, _, value in pairs)
