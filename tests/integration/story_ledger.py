"""A ledger of what the servers have acknowledged, and a look into their store that says what is really there."""

from __future__ import annotations

import contextlib
import json
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

Row = dict[str, Any]
ASSIGNMENT_SECONDS = 30 * 60.0
# A message that waits for the next try may be this much younger than the assignment of its callbacks.
SENDING_SECONDS = 120.0
FOLLOW_UP = "Not Restored"


class Snapshot:
    """All that the store holds, as of one moment; entities of DMZ and operations database together by mRID."""

    def __init__(self, data: Path) -> None:
        self._indexes: dict[tuple[str, str], dict[str, list[Row]]] = {}
        with contextlib.closing(sqlite3.connect(f"file:{data}/gridops.sqlite?mode=ro", uri=True)) as store:
            store.row_factory = sqlite3.Row
            store.execute("BEGIN")
            names = [name for (name,) in store.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            assert store.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
            self.tables: dict[str, list[Row]] = {
                name: [dict(row) for row in store.execute(f"SELECT * FROM {name}")] for name in names
            }
        self._archived_contacts: dict[str, list[Row]] = {}
        for row in self.tables["ops_caller_contacts"]:
            self._archived_contacts.setdefault(row["PHONE_CALL_UID"], []).append(row)
        self.tickets = [
            *({**row, "archived": False} for row in self.tables["dmz_tickets"]),
            *(self._archived_ticket(row) for row in self.tables["ops_tickets"]),
        ]
        self.incidents = [
            *({**row, "archived": False} for row in self.tables["dmz_incidents"]),
            *(_archived_incident(row) for row in self.tables["ops_incidents"]),
        ]
        self.callbacks = [
            *({**row, "archived": False} for row in self.tables["dmz_callbacks"]),
            *({**row, "archived": True} for row in self.tables["ops_callbacks"]),
        ]

    def found(self, entities: str, column: str, value: str) -> list[Row]:
        """The tickets, incidents or callbacks with that value in a column."""
        index = self._indexes.get((entities, column))
        if index is None:
            index = self._indexes[entities, column] = {}
            for row in getattr(self, entities):
                index.setdefault(row[column], []).append(row)
        return index.get(value, [])

    def _archived_ticket(self, row: Row) -> Row:
        contacts = self._archived_contacts.get(row["UID"], [])
        return {
            "mrid": row["UID"],
            "name": row["Name"],
            "usage_point": row["SERVICE_DELIVERY_POINT_CUSTOMID"],
            "incident": row["INCIDENTUID"],
            "call_back": row["CALLBACK_REQUIRED"],
            "comment": row["COMMENT"],
            "trouble_code": row["EVENT_REASON_GID"],
            "contacts": json.dumps([{"value": each["VALUE"]} for each in contacts]),
            "archived": True,
        }


def _archived_incident(row: Row) -> Row:
    return {
        "mrid": row["UID"],
        "comment": row["NOTE"],
        "estimated_restoration_time": row["ESTIMATED_END_TIME"],
        "cause": row["INCIDENT_CAUSE_GID"],
        "status": row["INCIDENT_STATUS_GID"],
        "crews": row["INCIDENT_CREW"],
        "confirmed": row["CONFIRMED"],
        "restored_at": row["RESTORED_TIME"],
        "closed_at": row["CLOSED_TIME"],
        "archived": True,
    }


@dataclass(frozen=True)
class Fact:
    """Something that can be there once, or not at all: `kind` says how it is found."""

    kind: str
    of: str
    what: str = ""

    def times(self, snapshot: Snapshot) -> int:
        """How often it is there."""
        entities, column, count = _FINDERS[self.kind]
        return count(snapshot.found(entities, column, self.of), self.what)


def _any(rows: list[Row], test: Callable[[Row], object]) -> int:
    return sum(1 for each in rows if test(each))


def _lines(rows: list[Row], line: str) -> int:
    return sum((each["comment"] or "").split("\n").count(line) for each in rows)


def _listed(rows: list[Row], column: str, key: str, value: str) -> int:
    return sum(1 for each in rows for item in json.loads(each[column]) if item[key] == value)


_Finder = Callable[[list[Row], str], int]
# Where a fact is looked for, by the value of which column, and how it is counted in the rows found.
_FINDERS: dict[str, tuple[str, str, _Finder]] = {
    # With an mRID, under that and no other.
    "ticket": ("tickets", "name", lambda rows, mrid: _any(rows, lambda row: mrid in ("", row["mrid"]))),
    "remark": ("tickets", "name", _lines),
    "contact": ("tickets", "name", lambda rows, value: _listed(rows, "contacts", "value", value)),
    "follow-up": ("tickets", "usage_point", lambda rows, _: _any(rows, lambda row: row["trouble_code"] == FOLLOW_UP)),
    "result": ("callbacks", "mrid", _lines),
    "automatic": ("callbacks", "mrid", lambda rows, _: _any(rows, lambda row: row["automatic"])),
    "note": ("incidents", "mrid", _lines),
    "crew": ("incidents", "mrid", lambda rows, crew: _listed(rows, "crews", "mrid", crew)),
    "cause": ("incidents", "mrid", lambda rows, cause: _any(rows, lambda row: row["cause"] == cause)),
    "estimate": (
        "incidents",
        "mrid",
        lambda rows, moment: _any(rows, lambda row: (row["estimated_restoration_time"] or "").startswith(moment)),
    ),
    "confirmed": ("incidents", "mrid", lambda rows, _: _any(rows, lambda row: row["confirmed"])),
    "restored": ("incidents", "mrid", lambda rows, _: _any(rows, lambda row: row["restored_at"])),
    "closed": ("incidents", "mrid", lambda rows, _: _any(rows, lambda row: row["closed_at"])),
    "archived": ("incidents", "mrid", lambda rows, _: _any(rows, lambda row: row["archived"])),
}


@dataclass
class Deed:
    """A message or an operator's action: its facts are there together or not at all, for sure once acknowledged."""

    facts: list[Fact]
    acknowledged: bool = False


@dataclass(frozen=True)
class Event:
    """What happened to a callback: handed out to somebody, or given a result; in simulated seconds, from and to."""

    callback: str
    holder: str | None
    earliest: float
    latest: float


@dataclass
class Ledger:
    """What was tried and what was acknowledged. Threads may write to it at the same time."""

    deeds: list[Deed] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    # What the IVR has told already; it tells all that it knows to everybody who listens.
    heard: set[str] = field(default_factory=set)
    listening: threading.Lock = field(default_factory=threading.Lock)
    # Since when, in the machine's seconds, the simulated clock is so far ahead.
    offsets: list[tuple[float, float]] = field(default_factory=lambda: [(0.0, 0.0)])

    @contextmanager
    def deed(self, *facts: Fact) -> Iterator[Deed]:
        """Facts that are acknowledged unless the block is left by an exception."""
        entry = Deed(list(facts))
        self.deeds.append(entry)
        yield entry
        entry.acknowledged = True

    def now(self) -> float:
        """The simulated time, as far as it is known."""
        return self.simulated(time.time())

    def simulated(self, machine: float) -> float:
        """What the simulated clock has shown at a moment of the machine's."""
        return machine + next(offset for since, offset in reversed(self.offsets) if since <= machine)

    def handed_out(self, callback: str, holder: str, earliest: float) -> None:
        """A callback was handed out between `earliest` and now."""
        self.events.append(Event(callback, holder, earliest, self.now()))

    def result_sent(self, callback: str) -> None:
        """From now on a callback may be free again."""
        self.events.append(Event(callback, None, self.now(), self.now()))

    def has(self, kind: str, of: str) -> bool:
        """Whether a fact of that kind was acknowledged."""
        return any(fact.kind == kind and fact.of == of for fact in self.acknowledged())

    def has_fact(self, fact: Fact) -> bool:
        """Whether this fact was acknowledged."""
        return fact in self.acknowledged()

    def acknowledged(self) -> list[Fact]:
        """All facts of acknowledged deeds."""
        return [fact for deed in list(self.deeds) if deed.acknowledged for fact in deed.facts]

    def settle(self, snapshot: Snapshot) -> tuple[int, int]:
        """Compare with the store. What was not acknowledged is there whole, and counts from now on, or not at all, and
        is forgotten: how many of each."""
        whole = absent = 0
        for deed in list(self.deeds):
            times = [(fact, fact.times(snapshot)) for fact in deed.facts]
            if deed.acknowledged:
                assert all(number == 1 for _, number in times), f"acknowledged, and not there once: {times}"
            elif all(number == 1 for _, number in times):
                deed.acknowledged = True
                whole += 1
            else:
                assert all(number == 0 for _, number in times), f"half there: {times}"
                self.deeds.remove(deed)
                absent += 1
        self._check_hand_outs(snapshot)
        return whole, absent

    def _check_hand_outs(self, snapshot: Snapshot) -> None:
        by_callback: dict[str, list[Event]] = {}
        for event in self.events:
            by_callback.setdefault(event.callback, []).append(event)
        rows = {each["mrid"]: each for each in snapshot.callbacks}
        for mrid, events in by_callback.items():
            for earlier, later in pairwise(sorted(events, key=lambda each: each.latest)):
                over = later.latest >= earlier.earliest + ASSIGNMENT_SECONDS
                assert None in (earlier.holder, later.holder) or over, f"handed out twice: {earlier}, {later}"
            last = max(events, key=lambda each: each.latest)
            if last.holder is not None and self.now() < last.earliest + ASSIGNMENT_SECONDS:
                found = rows[mrid]
                # The IVR reports by itself.
                answered = last.holder == "CrmAdapter" and found["result"] is not None
                assert answered or found["assigned_user"] == last.holder, f"{last} was acknowledged: {found}"


def check_agreement(snapshot: Snapshot) -> None:
    """DMZ, CORE and operations database say the same; nothing is doubled or torn apart."""
    tables = snapshot.tables
    assert tables["dmz_outbox"] == []
    for entity in ("tickets", "incidents", "callbacks"):
        dmz = {row["mrid"]: {**row, "seq": None} for row in tables[f"dmz_{entity}"]}
        core = {row["mrid"]: {**row, "seq": None} for row in tables[f"core_{entity}"]}
        for row in core.values():
            del row["sequence"]
        assert core == dmz, entity
        mrids = Counter(row["mrid"] for row in getattr(snapshot, entity))
        assert max(mrids.values(), default=1) == 1, f"doubled {entity}: {mrids.most_common(3)}"
    names = Counter(row["name"] for row in snapshot.tickets if row["name"] is not None)
    assert max(names.values(), default=1) == 1, f"doubled names: {names.most_common(3)}"
    places = {row["mrid"]: row["archived"] for row in (*snapshot.tickets, *snapshot.incidents)}
    for row in snapshot.callbacks:
        assert places.get(row["ticket"]) == places.get(row["incident"]) == row["archived"], row
    for row in snapshot.tickets:
        assert row["incident"] is None or places.get(row["incident"]) == row["archived"], row
    archived = {row["UID"] for row in tables["ops_tickets"]}
    for of_ticket in ("ops_caller_contacts", "ops_phone_call_event_problem"):
        assert {row["PHONE_CALL_UID"] for row in tables[of_ticket]} <= archived, of_ticket
    _check_restorations(snapshot)


def _check_restorations(snapshot: Snapshot) -> None:
    """Restored: a callback for everybody who asked for one, and nobody else; closed with the last of them."""
    for incident in snapshot.incidents:
        callbacks = snapshot.found("callbacks", "incident", incident["mrid"])
        tickets = snapshot.found("tickets", "incident", incident["mrid"])
        owed = Counter(each["mrid"] for each in tickets if each["call_back"] and incident["restored_at"])
        assert Counter(each["ticket"] for each in callbacks) == owed, incident
        if incident["restored_at"]:
            is_open = any(each["closed_at"] is None for each in callbacks)
            assert (incident["closed_at"] is None) == is_open, incident
