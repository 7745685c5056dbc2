"""Callbacks as far as replies and a person tell of them.

A pull that only arranges something is taken at its word. After a message that a scenario is about, the state of its
callbacks is looked at anew, all of them in one question.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from crm_contract.messages import CallBack
from crmkit.byhand.agenda import Agenda
from crmkit.byhand.questions import REQUIRED, Answer, Item
from crmkit.byhand.shapes import MOMENT
from crmkit.suite.access.control import Json
from crmkit.suite.tickets.written import Ticket
from crmkit.suite.values import moment_text

_REASON = "PowerRestored"


class Callbacks:
    """One for each ticket that asked for it when its incident was restored, oldest first."""

    def __init__(self, agenda: Agenda) -> None:
        self._agenda = agenda
        self._entries: list[Json] = []
        # What of these entries may have changed since they were looked at, or was never seen.
        self._stale: set[int] = set()

    @property
    def position(self) -> int:
        """The number of the last one."""
        return len(self._entries)

    def owe(self, ticket: Ticket, incident: str) -> None:
        """The customer is to be called, for the power is back."""
        if any(each["ticket"] == ticket.mrid for each in self._entries):
            return
        spans = [(("start", period.start), ("end", period.end)) for period in ticket.periods]
        periods = [{end: moment_text(when) for end, when in span if when} for span in spans]
        self._entries.append(
            {
                "seq": len(self._entries) + 1,
                "mrid": "",
                "ticket": ticket.mrid,
                "ticket_name": ticket.name,
                "incident": incident,
                "usage_point": ticket.usage_point,
                "reason": _REASON,
                "periods": periods,
                "comment": None,
                "assigned_user": None,
                "result": None,
                "closed": False,
                "was_reported": False,
            }
        )
        self._stale.add(len(self._entries))

    def after(self, position: int) -> list[Json]:
        """Those made after a position, as they are now. Raises CouldNotTest, Cannot."""
        entries = self._entries[position:]
        if not self._agenda.is_tidying and any(each["seq"] in self._stale for each in entries):
            self._look(entries)
        # Only these have a name yet.
        return [dict(each) for each in entries if each["mrid"]]

    def pulled(self, csr: str, carried: Sequence[CallBack], is_subject: bool) -> None:
        """Somebody has got these by a pull; what a scenario is about is not taken at its word."""
        for callback in carried:
            entry = next((each for each in self._entries if _is_about(callback, each)), None)
            if entry is None or entry["mrid"] not in ("", callback.mrid):
                continue
            if sum(_is_about(each, entry) for each in carried) > 1:
                # The customer has called again, of the same outage: which of the two it is has to be looked at.
                continue
            entry["mrid"] = str(callback.mrid)
            if not is_subject:
                entry |= {"assigned_user": csr, "comment": callback.comment}
                self._stale.discard(entry["seq"])

    def may_have_changed(self, reported: Sequence[Mapping[str, Any]] = ()) -> None:
        """Something was sent, or done, that callbacks may have changed of; `reported` are entries of results."""
        self._stale |= {each["seq"] for each in self._entries if not each["closed"]}
        named = {str(entry.get("mRID")) for entry in reported}
        for each in self._entries:
            each["was_reported"] |= each["mrid"] in named

    def forget(self) -> None:
        """A scenario is over: its callbacks are nobody's business any more."""
        for each in self._entries:
            each["closed"] = True
        self._stale.clear()

    def _look(self, entries: Sequence[Json]) -> None:
        answers = self._agenda.ask([_look_item(each) for each in entries])
        for entry, answer in zip(entries, answers, strict=True):
            _take(entry, answer)
            self._stale.discard(entry["seq"])


def _is_about(callback: CallBack, entry: Json) -> bool:
    """By its incident; where a callback tells of none, by its usage point, as long as the customer is to be called."""
    points = [ticket.usage_point.mrid for ticket in callback.trouble_tickets if ticket.usage_point]
    if entry["usage_point"] not in points:
        return False
    incident = callback.incident_record.mrid if callback.incident_record else None
    return not entry["closed"] if incident is None else incident == entry["incident"]


def _look_item(entry: Json) -> Item:
    known = {"held by": entry["assigned_user"], "result": entry["result"], "comment": entry["comment"]}
    names = [*known, *(("changed by", "changed at") if entry["was_reported"] else ())]
    text = f"The callback about ticket {entry['ticket_name']} at usage point {entry['usage_point']}: how is it now?"
    return Item(
        "look",
        "callback",
        text,
        {"ticket": entry["ticket"], "usage point": entry["usage_point"]},
        # Which callback it is, is no observation, once it is known.
        {"mRID": entry["mrid"] or REQUIRED, **dict.fromkeys(names, REQUIRED)},
        "a look at callbacks in the operator's tool",
        {name: value for name, value in known.items() if value},
        {"changed at": MOMENT},
    )


def _take(entry: Json, answer: Answer) -> None:
    entry["mrid"] = str(answer["mRID"])
    entry["assigned_user"] = answer["held by"] or None
    entry["result"] = answer["result"] or None
    entry["comment"] = answer["comment"] or None
    if "changed by" in answer:
        entry["last_update_user"] = answer["changed by"] or None
        entry["last_update_time"] = answer["changed at"] or None
