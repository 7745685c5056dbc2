"""The stand-in: it answers the control API's calls from the profile, through the interface, and by asking a person."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import unquote

from crm_contract.messages import TroubleTicket
from crm_contract.values import parse_datetime
from crmkit.byhand import shown_tickets
from crmkit.byhand.agenda import CONTROL, Agenda
from crmkit.byhand.interface import Window
from crmkit.byhand.questions import ANSWER_SECONDS, REQUIRED, Answer, Cannot, Item, Person
from crmkit.byhand.shapes import LOG_LINES, MOMENT
from crmkit.byhand.told_callbacks import Callbacks
from crmkit.byhand.told_incidents import Incidents
from crmkit.byhand.told_settings import settings
from crmkit.profile.model import Profile
from crmkit.suite.access.control_api import ControlApi, Json, Request, Sent
from crmkit.suite.access.target import Target
from crmkit.suite.errors import CouldNotTest
from crmkit.suite.evidence import Transcript
from crmkit.suite.tickets.written import Ticket

_COMES_SECONDS = 15.0
_POLL_SECONDS = 0.2
_FAULTS = {
    "slow-ims": (
        "Make the IMS slow: it confirms no message until it is released",
        "Release the IMS: it gets to what has been sent to it",
    ),
    "internal-error": (
        "Make the next message fail inside the target, after it has begun to store",
        "No message is to fail inside the target any more",
    ),
}


class ByHand(ControlApi):
    """Speaks as crmkit.suite.access.control.HttpJson does, and asks for nothing that the interface shows.

    Raises CouldNotTest, with what to supply, for what nobody can do or see.
    """

    is_by_hand = True

    def __init__(
        self,
        profile: Profile,
        target: Target,
        neighbours: Mapping[str, str],
        person: Person | None,
        seconds: float = ANSWER_SECONDS,
    ) -> None:
        self._profile = profile
        self._neighbours = dict(neighbours)
        self._window = Window(target)
        self._agenda = Agenda(person, seconds)
        self._incidents = Incidents(self._agenda, profile.fixtures.incidents)
        self._callbacks = Callbacks(self._agenda)
        # What was sent, in its order; what was looked at of it, until something is sent again.
        self._sent: list[Ticket] = []
        self._batches: dict[str, int] = {}
        self._contacts_added: set[str] = set()
        # By incident, how many tickets had been sent before it was confirmed.
        self._sent_before: dict[str, int] = {}
        self._looked: dict[str, Json] = {}
        self._faults: set[str] = set()
        self._ahead = timedelta(0)
        self._awaits_ims = False
        self._log: list[Json] | None = None
        self._log_since = ""

    # What the suite tells.

    @property
    def transcript(self) -> Transcript | None:
        """Where questions are noted."""
        return self._agenda.transcript

    @transcript.setter
    def transcript(self, transcript: Transcript | None) -> None:
        self._agenda.transcript = transcript

    def begin(self, row: str, attest: Callable[[str], None]) -> None:
        """A scenario of a row begins; `attest` is told what only a person has seen."""
        self._agenda.row, self._agenda.attest = row, attest
        self._agenda.is_tidying = False
        self._callbacks.forget()
        self._awaits_ims = False
        self._log = None

    def tidying(self) -> None:
        """What is done from here on only tidies up: nobody waits for it."""
        self._agenda.is_tidying = True

    def will_send(self, tickets: Sequence[Ticket]) -> None:
        """These are about to be sent, to be created."""
        batch = len(self._sent)
        self._batches |= {ticket.name: batch for ticket in tickets}
        self._sent += tickets

    def before_message(self) -> None:
        """A message is about to be sent."""
        self._agenda.settle(with_faults=True)

    def after_message(self, sent: Sent) -> None:
        """A message was sent, and answered or not."""
        self._faults.discard("internal-error")
        if sent.operation in ("ChangedTroubleTickets", "CreatedTroubleTickets"):
            self._looked.clear()
        if sent.operation == "ChangedTroubleTickets":
            named = [each for each in sent.entries if "CustomerData" in each]
            self._contacts_added |= {str(each.get(key)) for each in named for key in ("mRID", "name") if key in each}
        if sent.operation == "GetCallbacks":
            csr = next((str(each.get("csrId", "")) for each in sent.entries), "")
            if sent.is_subject:
                self._callbacks.may_have_changed()
            self._callbacks.pulled(csr, sent.callbacks, sent.is_subject)
        elif sent.operation == "CreatedCallBacksResults":
            self._callbacks.may_have_changed(sent.entries)

    def settle(self) -> None:
        """Whatever is to be done is done when this returns."""
        self._agenda.settle()

    def finish(self) -> None:
        """The run is over."""
        # Who cannot tidy up has left: the verdict is the same.
        with suppress(Cannot):
            self._agenda.finish()

    # The control API's calls.

    def call(self, method: str, path: str, body: Json | None = None, query: Mapping[str, object] | None = None) -> Any:
        """The answer that a control API would give."""
        parts = [unquote(part) for part in path.strip("/").split("/")]
        told = {name: str(value) for name, value in (query or {}).items()}
        match method, parts:
            case "GET", ["health"]:
                return {"status": "ok"}
            case "GET", ["settings"]:
                return settings(self._profile)
            case "GET", ["neighbours"]:
                return self._neighbours
            case "GET", ["usage-points"]:
                return self._usage_points(told)
            case "GET", ["landmarks"]:
                return {"items": [each.model_dump() for each in self._profile.fixtures.landmarks]}
            case "GET", ["store"]:
                # What was to be done belongs to what was before.
                self._agenda.settle()
                return {"position": len(self._sent), "pending": 0}
            case "GET", ["tickets"]:
                return self._tickets(told)
            case "GET", ["archive", "tickets"]:
                return self._archived(told)
            case _, ["tickets", mrid, *_]:
                return self._contact(method, mrid, body or {})
            case _, ["incidents", *rest]:
                return self._incident(method, rest, body or {})
            case _, ["callbacks", *rest]:
                return self._callback(method, rest, body or {}, told)
            case _, ["faults", name] if name in _FAULTS:
                return self._fault(method, name, body or {})
            case _, ["clock", *_]:
                return self._clock(method, body or {})
            case "POST", ["background", "publisher"]:
                return self._publish()
            case "GET", ["log"]:
                return self._log_page(told)
            case "POST", ["caches", "drop"]:
                text = "Have the target forget what it knows of its landbase, and whether that is up"
                return self._agenda.later(Item("do", "drop-caches", text))
        raise CouldNotTest(f"{method} {path} cannot be had by hand: {CONTROL}")

    def call_each(self, requests: Sequence[Request]) -> list[Any]:
        """Several calls; new incidents are asked for in one question."""
        if requests and all((each.method, each.path) == ("POST", "/incidents") for each in requests):
            return self._new_incidents([each.body or {} for each in requests])
        return [self.call(each.method, each.path, each.body) for each in requests]

    # Usage points and tickets.

    def _usage_points(self, told: Mapping[str, str]) -> Json:
        points = self._profile.fixtures.usage_points
        if "device" in told:
            points = [each for each in points if told["device"] in (each.transformer, each.mrid)]
        offset, limit = int(told.get("offset", "0")), int(told.get("limit", "100"))
        items = [
            {
                "mrid": each.mrid,
                "transformer": each.transformer or each.mrid,
                "priority": each.priority,
                "energized": True,
                "active_tickets": 0,
            }
            for each in points
        ]
        return {"total": len(items), "items": items[offset : offset + limit]}

    def _tickets(self, told: Mapping[str, str]) -> Json:
        if "usage_point" in told:
            points = told["usage_point"].split(",")
            context = told.get("context", "active")
            items = [
                {"mrid": each.mrid, "usage_point": each.usage_point.mrid if each.usage_point else None}
                for each in self._window.of_usage_points(points, context)
            ]
            return {"total": len(items), "position": len(self._sent), "items": items}
        position = int(told.get("after", "0"))
        wanted = {ticket.name: (number, ticket) for number, ticket in enumerate(self._sent, 1) if number > position}
        shown = self._by_name(list(wanted))
        seen: list[Json] = [self._seen(*wanted[name], carried) for name, carried in shown.items()]
        seen.sort(key=lambda item: int(item["seq"]))
        return {"total": len(seen), "position": len(self._sent), "items": seen}

    def _by_name(self, names: Sequence[str]) -> dict[str, TroubleTicket]:
        """As the target shows them; after a slow IMS once they are there."""
        deadline = time.monotonic() + (_COMES_SECONDS if self._awaits_ims else 0)
        while True:
            shown = self._window.by_name(names)
            if len(shown) == len(names) or time.monotonic() > deadline:
                return shown
            time.sleep(_POLL_SECONDS)

    def _seen(self, number: int, sent: Ticket, carried: TroubleTicket) -> Json:
        sent.mrid = sent.mrid or (carried.mrid or "").strip() or None
        has_more = bool({sent.mrid, sent.name} & self._contacts_added)
        item = shown_tickets.seen(sent, carried, lambda name: self._look(number, name), has_more)
        item["seq"] = number
        return item

    def _look(self, number: int, name: str) -> Any:
        """What a reply does not show of a ticket; asked for once, with what else may be asked of its message."""
        sent = self._sent[number - 1]
        if name not in shown_tickets.HIDDEN:
            return None
        if name not in self._looked.get(sent.name, {}):
            # All tickets of the message, and what is likely to be asked next.
            together = [each for each in self._sent if self._batches[each.name] == self._batches[sent.name]]
            asked = [each for each in together if each.mrid and shown_tickets.worth_asking(each, name)]
            items = [shown_tickets.look_at(each, shown_tickets.worth_asking(each, name)) for each in asked]
            for each, answer in zip(asked, self._agenda.ask(items), strict=True):
                self._looked.setdefault(each.name, {}).update(shown_tickets.read_look(answer))
        return self._looked.get(sent.name, {}).get(name)

    def _archived(self, told: Mapping[str, str]) -> Json:
        if "usage_point" in told:
            found = self._window.of_usage_points([told["usage_point"]], "archived")
            return {"total": len(found), "items": [{"mrid": each.mrid} for each in found]}
        one = self._window.by_mrid(told["mrid"], "archived")
        return {"total": 0 if one is None else 1, "items": [] if one is None else [asdict(one)]}

    def _contact(self, method: str, mrid: str, body: Json) -> None:
        self._contacts_added.add(mrid)
        self._looked.clear()
        who = " ".join(filter(None, (body.get("first_name"), body.get("last_name"))))
        if method == "POST":
            text = f"Give ticket {mrid} a further contact of {who}"
            lacking = "somebody who gives tickets further contacts"
            self._agenda.later(Item("do", "add-contact", text, {"ticket": mrid, **body}, lacking=lacking))
        else:
            text = f"Mark a contact of ticket {mrid} as the preferred one of its type"
            self._agenda.later(Item("do", "prefer-contact", text, {"ticket": mrid, **body}))

    # Incidents and callbacks.

    def _incident(self, method: str, rest: Sequence[str], body: Json) -> Json:
        match method, list(rest):
            case "POST", []:
                return self._new_incidents([body])[0]
            case "GET", []:
                return {"items": [] if self._agenda.has_person else self._given_incidents()}
            case "GET", [mrid]:
                return self._incidents.get(mrid)
            case "POST", [mrid, action]:
                changed = self._incidents.act(mrid, action)
                if action == "restore" and not changed.get("fixture"):
                    # Who has called before the incident was confirmed does not belong to it.
                    for ticket in self._sent[self._sent_before[mrid] :]:
                        if ticket.call_back == "true" and ticket.mrid and self._is_under(ticket, changed):
                            self._callbacks.owe(ticket, mrid)
                return changed
        raise CouldNotTest(f"this change of an incident cannot be had by hand: {CONTROL}")

    def _new_incidents(self, wanted: Sequence[Json]) -> list[Json]:
        made = self._incidents.create(wanted)
        self._sent_before |= {str(each["mrid"]): len(self._sent) for each in made}
        return made

    def _given_incidents(self) -> list[Json]:
        """The profile's, with the tickets that each has."""
        given = self._profile.fixtures.incidents
        counts = [len(self._window.of_incident(each.mrid)) for each in given]
        return [
            {"mrid": each.mrid, "usage_point": each.usage_point, "tickets": count}
            for each, count in zip(given, counts, strict=True)
        ]

    def _is_under(self, ticket: Ticket, incident: Json) -> bool:
        points = self._profile.fixtures.usage_points
        device = incident["device"]
        return ticket.usage_point == device or any(
            ticket.usage_point == each.mrid and each.transformer == device for each in points
        )

    def _callback(self, method: str, rest: Sequence[str], body: Json, told: Mapping[str, str]) -> Json | None:
        if method == "GET" and not rest:
            items = self._callbacks.after(int(told.get("after", str(self._callbacks.position))))
            return {"total": len(items), "position": self._callbacks.position, "items": items}
        if method == "PUT" and len(rest) == 2:
            marked = "Mark" if body.get("automatic") else "Unmark"
            text = f"{marked} callback {rest[0]} to be resolved automatically, by the external system"
            self._agenda.later(Item("do", "mark-automatic", text, {"mRID": rest[0], **body}))
            return None
        raise CouldNotTest(f"this cannot be done to a callback by hand: {CONTROL}")

    def _publish(self) -> None:
        self._callbacks.may_have_changed()
        self._log = None
        text = "Have the target look for callbacks to send to the IVR now, or wait until it has looked"
        return self._agenda.later(Item("do", "send-callbacks", text))

    def _log_page(self, told: Mapping[str, str]) -> Json:
        if "after" not in told:
            self._log, self._log_since = None, (datetime.now(UTC) + self._ahead).isoformat()
            return {"position": 0, "items": []}
        if self._log is None:
            text = (
                "What has the target's log of the interface told since the callbacks were sent? "
                "Each line as CODE | LEVEL | REASON | DETAILS, and | MessageID where the log tells the message's"
            )
            values = {"since": self._log_since}
            look = Item("look", "log", text, values, {"lines": REQUIRED}, shapes={"lines": LOG_LINES})
            (answer,) = self._agenda.ask([look])
            self._log = LOG_LINES.value("lines", answer["lines"])
        return {"position": len(self._log), "items": self._log}

    # Faults and time.

    def _fault(self, method: str, name: str, body: Json) -> None:
        make, end = _FAULTS[name]
        if method == "PUT":
            self._agenda.with_message(Item("do", f"begin-{name}", make, body))
            self._faults.add(name)
            return
        if name in self._faults:
            self._faults.discard(name)
            self._agenda.later(Item("do", f"end-{name}", end))
            self._agenda.settle()
            self._awaits_ims = name == "slow-ims"

    def _clock(self, method: str, body: Json) -> Json | None:
        match method:
            case "POST":
                self._advance(float(body["seconds"]))
            case "DELETE" | "PUT":
                if self._ahead:
                    text = "Put the target's clock right again"
                    self._agenda.later(Item("do", "restore-clock", text, body))
                    self._ahead = timedelta(0)
                    return None
        return {"now": (datetime.now(UTC) + self._ahead).isoformat()}

    def _advance(self, seconds: float) -> None:
        item = Item(
            "do",
            "let-time-pass",
            f"Let {seconds:g} seconds pass for the target: set its clock forward, or wait so long",
            {"seconds": seconds},
            {"now": ""},
            "somebody who lets the target's time pass",
            shapes={"now": MOMENT},
        )
        self._agenda.need(item)
        before, started = self._ahead, time.monotonic()
        # As if it were set forward, until the answer tells.
        self._ahead += timedelta(seconds=seconds)

        def told(answer: Answer) -> None:
            if answer["now"]:
                self._ahead = parse_datetime(str(answer["now"]), UTC) - datetime.now(UTC)
            elif time.monotonic() - started >= seconds:
                self._ahead = before

        return self._agenda.later(item, told)
