"""A storm, once through everything: called in, changed, queried, restored, called back, archived, queried again.

All messages go through the XML layer of the whole adapter, in process, on a store of its own file and by a clock that
stands until it is moved. What went in and out is kept by name, and the store as it was in between.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import storm_callers as callers
from storm_adapter import Adapter
from storm_callers import Content
from storm_messages import Message, assert_valid, envelope, opened, operation, reply, request, with_twice
from storm_store import Row, Snapshot

IVR_REPLY = ("Header", ("Verb", "Noun", "Revision", "Timestamp", "Source", "MessageID", "CorrelationID"))


@dataclass(frozen=True)
class Exchange:
    """A request, its reply, and when it was."""

    request: Message
    reply: Message
    at: datetime


@dataclass(frozen=True)
class Sent:
    """A message that the publisher sent, what the IVR said to it, and what the adapter made of that."""

    event: Message
    answer: Message
    at: datetime
    publication: Row
    logged: list[Row]


@dataclass
class Storm:
    """What happened, by name; `adapter` still runs, for messages that are refused."""

    adapter: Adapter
    exchanges: dict[str, Exchange] = field(default_factory=dict)
    sent: dict[str, Sent] = field(default_factory=dict)
    stores: dict[str, Snapshot] = field(default_factory=dict)
    incidents: dict[str, str] = field(default_factory=dict)
    incidents_at: dict[str, datetime] = field(default_factory=dict)

    def ticket(self, name: str, store: str = "created") -> Row:
        """A ticket's row in the DMZ."""
        return self.stores[store].row("dmz_tickets", name=name)

    def incident(self, name: str, store: str = "created") -> Row:
        return self.stores[store].row("dmz_incidents", mrid=self.incidents[name])

    def callback(self, name: str, store: str) -> Row:
        """The row of the callback that a ticket's caller asked for."""
        return self.stores[store].row("dmz_callbacks", ticket=self.ticket(name)["mrid"])

    def ask(self, key: str, name: str, *entries: Content, context: str | None = None, correlated: bool = True) -> None:
        """Send a message; the reply must be a valid one."""
        header = {
            "Verb": operation(name).verb,
            "Noun": operation(name).noun,
            **callers.CLIENT_HEADER,
            "Source": f"source-{key}",
            "MessageID": f"message-{key}",
        }
        if correlated:
            header["CorrelationID"] = f"correlation-{key}"
        if context is not None:
            header["Context"] = context
        asked = request(operation(name), header, entries)
        assert_valid(asked)
        self.exchanges[key] = Exchange(asked, self.adapter.post(asked), self.adapter.now)

    def publish(self, key: str, answer: Message) -> None:
        """Let the publisher send what is due; the IVR answers so."""
        ivr = self.adapter.neighbours
        ivr.answer, received, before = envelope(answer), len(ivr.received), self.snapshot()
        self.adapter.operate("POST", "/background/publisher")
        (body,) = ivr.received[received:]
        event = Message(operation("CreatedCallBacks"), opened(body))
        assert_valid(event)
        after = self.snapshot()
        logged = after.rows("shared_interface_log")[len(before.rows("shared_interface_log")) :]
        publication = after.rows("dmz_publications")[-1]
        self.sent[key] = Sent(event, answer, self.adapter.now, publication, logged)

    def snapshot(self) -> Snapshot:
        return Snapshot(self.adapter.file)

    def keep(self, name: str) -> None:
        """Remember the store as it is now."""
        self.stores[name] = self.snapshot()


@contextmanager
def storm(folder: Path) -> Iterator[Storm]:
    with Adapter.running(folder) as adapter:
        happened = Storm(adapter)
        _called_in(happened)
        _changed(happened)
        _queried(happened, "active", "Active")
        _restored(happened)
        _called_back(happened)
        _sent_to_the_ivr(happened)
        _archived(happened)
        _queried(happened, "archived", "ARCHIVED")
        happened.keep("end")
        yield happened


def _called_in(it: Storm) -> None:
    it.ask("early", "CreatedTroubleTickets", *callers.EARLY_CALLERS)
    for name, incident in (("pole", callers.POLE_DOWN), ("flood", callers.FLOODED)):
        it.adapter.advance(minutes=10)
        it.incidents_at[name] = it.adapter.now
        it.incidents[name] = it.adapter.operate("POST", "/incidents", incident)["mrid"]
    it.adapter.advance(minutes=8)
    it.ask("created", "CreatedTroubleTickets", callers.ALPHA, callers.BETA, callers.GAMMA)
    it.adapter.advance(minutes=1)
    it.ask("created uncorrelated", "CreatedTroubleTickets", *callers.OTHER_CALLERS, correlated=False)
    it.keep("created")


def _changed(it: Storm) -> None:
    it.adapter.advance(minutes=11)
    alpha = {"mRID": it.ticket("CRM-ALPHA")["mrid"], **callers.ALPHA_CHANGE}
    it.ask("changed", "ChangedTroubleTickets", alpha)
    it.adapter.advance(minutes=1)
    it.ask("changed uncorrelated", "ChangedTroubleTickets", callers.BETA_CHANGE, correlated=False)
    it.keep("changed")


def _queried(it: Storm, context: str, other_spelling: str) -> None:
    """By each of the four criteria."""
    queries: dict[str, Content] = {
        "mRID": {"mRID": it.ticket("CRM-ALPHA")["mrid"]},
        "name": {"name": "CRM-BETA"},
        "UsagePoint.mRID": {"UsagePoint": {"mRID": "UP-1"}},
        "IncidentRecord.mRID": {"IncidentRecord": {"mRID": it.incidents["flood"]}},
    }
    for number, (criterion, query) in enumerate(queries.items()):
        it.adapter.advance(minutes=1)
        odd = number % 2 == 1
        it.ask(
            f"{context} {criterion}",
            "GetTroubleTickets",
            query,
            context=other_spelling if odd else context,
            correlated=not odd,
        )


def _restored(it: Storm) -> None:
    it.adapter.now = datetime.fromisoformat("2026-03-01T11:00:00+00:00")
    # The flood's callbacks come before the pole's in the queue.
    for name in ("flood", "pole"):
        it.adapter.operate("POST", f"/incidents/{it.incidents[name]}/restore")
    it.keep("restored")


def _called_back(it: Storm) -> None:
    """First a pull that shows what a query asks for; its assignments expire. Then calls in vain, then two good ones."""
    it.adapter.advance(minutes=33)
    only = {"TroubleTickets": {"languageId": "21514", "priority": "4"}}
    it.ask("picky", "GetCallbacks", {"count": "1", "csrId": "csr-picky", **only})
    it.keep("picky")
    it.ask("two", "GetCallbacks", {"count": "2", "csrId": "csr-two"}, correlated=False)
    it.keep("two")
    it.adapter.advance(minutes=31)
    it.ask("all", "GetCallbacks", {"count": "100", "csrId": "csr-first"})
    it.adapter.advance(minutes=2)
    it.ask(
        "in vain",
        "CreatedCallBacksResults",
        *(
            {"mRID": _mrid_of(it, name), "comment": comment, "csrId": "csr-first", "status": {"value": word}}
            for name, (word, comment) in callers.IN_VAIN.items()
        ),
        correlated=False,
    )
    it.keep("in vain")
    it.adapter.advance(minutes=16)
    it.adapter.operate("PUT", f"/callbacks/{_mrid_of(it, 'CRM-1007')}/automatic", {"automatic": True})


def _mrid_of(it: Storm, name: str) -> str:
    """A callback's mRID."""
    mrid: str = it.callback(name, "restored")["mrid"]
    return mrid


def _sent_to_the_ivr(it: Storm) -> None:
    """The publisher's callbacks go first; CSRs pull the others and report. Then the IVR's answers are spoiled."""
    good = reply(operation("CreatedCallBacks"), callers.IVR_HEADER, "OK")
    it.publish("good", good)
    it.keep("sent")
    it.adapter.advance(minutes=1)
    it.ask("pulled", "GetCallbacks", {"count": "100", "csrId": "csr-ortega"})
    it.keep("pulled")
    it.adapter.advance(minutes=2)
    wrong = {"mRID": _mrid_of(it, "CRM-ALPHA"), **callers.ALPHA_RESULT, "csrId": "csr-nobody"}
    it.ask("nobody's result", "CreatedCallBacksResults", wrong)
    it.keep("nobody's result")
    results = {"CRM-ALPHA": callers.ALPHA_RESULT, "CRM-1003": callers.DELTA_RESULT}
    it.ask("results", "CreatedCallBacksResults", *({"mRID": _mrid_of(it, n), **r} for n, r in results.items()))
    it.keep("results")
    _settle(it, "csr-ortega", "CRM-1005", "CRM-1008")
    it.adapter.advance(minutes=31)
    it.publish("failed", reply(operation("CreatedCallBacks"), callers.IVR_HEADER, "FAILED"))
    for section, names in (IVR_REPLY, ("Reply", ("Result",))):
        for name in names:
            it.adapter.advance(minutes=31)
            it.publish(f"spoiled {name}", with_twice(good, section, name))
    _settle(it, "ivr-17", "CRM-1002", "CRM-1006", "CRM-1007")


def _settle(it: Storm, csr: str, *names: str) -> None:
    entries = ({"mRID": _mrid_of(it, name), "csrId": csr, "status": {"value": "Left Message"}} for name in names)
    it.ask(f"settled by {csr}", "CreatedCallBacksResults", *entries)


def _archived(it: Storm) -> None:
    it.adapter.advance(minutes=5)
    for name in ("pole", "flood"):
        it.adapter.operate("POST", f"/incidents/{it.incidents[name]}/archive")
    it.keep("archived")
