"""A client of the control API: what a scenario needs beyond the interface itself."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any
from urllib.parse import quote, urlencode

from crmkit.suite.access.control_api import ControlApi, Request
from crmkit.suite.access.control_api import Json as Json
from crmkit.suite.access.exchange import exchange_kept
from crmkit.suite.access.noting import Noted, exchange_noted
from crmkit.suite.access.tls import AS_USUAL, Tls
from crmkit.suite.errors import CouldNotTest, HarnessError
from crmkit.suite.evidence import Transcript

_ANSWER_SECONDS = 15.0
_NOT_OFFERED = (404, 405, 501)
# A fault that the suite could not take back, because it was killed, ends by itself.
FAULT_SECONDS = 60.0
_PAGE = 1000
_SHOWN = 200
# From so many on they are taken together.
_MANY = 2


@dataclass(frozen=True, slots=True)
class StoreState:
    """How much is stored: the last ticket's sequence number, and the messages the IMS has yet to get to.

    Tickets and incidents are not counted: prediction makes incidents by itself and archiving takes both away, whatever
    a scenario does. The rest is None where the control API does not tell it here: the target's time, an xs:dateTime,
    and how many callbacks are still to be made.
    """

    position: int
    pending: int
    now: str | None = None
    open_callbacks: int | None = None


@dataclass(frozen=True, slots=True)
class TicketsSeen:
    """Tickets behind a position, and how much was stored at that moment; None where the control API does not tell."""

    tickets: list[Json]
    after: int
    state: StoreState | None = None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Tickets as they are stored at a moment, by mRID: active ones, and archived ones by their columns."""

    active: dict[str, Json] = field(default_factory=dict)
    archived: dict[str, Json] = field(default_factory=dict)


class HttpJson(ControlApi):
    """JSON over HTTP. Raises Unreachable, or HarnessError for an answer that is none of the API's.

    `called` is what a transcript calls the other side (crmkit.suite.evidence.Call).
    """

    def __init__(
        self, base: str, what: str, called: str, transcript: Transcript | None = None, tls: Tls = AS_USUAL
    ) -> None:
        self._base = base.rstrip("/")
        self._what = what
        self._called = called
        self._exchange = partial(exchange_kept, tls=tls)
        self.transcript = transcript

    def call(self, method: str, path: str, body: Json | None = None, query: Mapping[str, object] | None = None) -> Any:
        """The decoded answer, None for an empty one. CouldNotTest where the API does not offer the path."""
        url = f"{self._base}{path}" + (f"?{urlencode(query)}" if query else "")
        sent = b"" if body is None else json.dumps(body).encode()
        headers = {"Accept": "application/json"} | ({"Content-Type": "application/json"} if sent else {})
        noted = Noted(self.transcript, self._called, "json", f"{method} {path}")
        done = exchange_noted(noted, method, url, sent, headers, _ANSWER_SECONDS, self._exchange)
        if done.answer is None:
            raise HarnessError(f"{self._what}: {method} {url}: {done.problem}")
        if done.answer.status in _NOT_OFFERED:
            raise CouldNotTest(f"{self._what} does not offer {method} {path} (HTTP {done.answer.status})")
        if done.answer.status >= 300:
            said = " ".join(done.answer.body[:_SHOWN].decode("utf-8", "replace").split())
            raise HarnessError(f"{self._what}: {method} {url}: HTTP {done.answer.status} {said}".rstrip())
        if not done.answer.body:
            return None
        try:
            return json.loads(done.answer.body)
        except ValueError as error:
            raise HarnessError(f"{self._what}: {method} {url}: the answer is no JSON") from error


class Control:
    """The target's control API. Raises HarnessError, Unreachable among them, and CouldNotTest.

    `beside` are the servers beside the target that the kit itself has started: they are its neighbours, whatever the
    target says.
    """

    def __init__(self, base: str | ControlApi, tls: Tls = AS_USUAL, beside: Mapping[str, str] | None = None) -> None:
        self._beside = dict(beside or {})
        self._http = HttpJson(base, "the control API", "control", tls=tls) if isinstance(base, str) else base
        self._lacks_many = self._http.is_by_hand

    @property
    def is_by_hand(self) -> bool:
        """Whether there is only a stand-in for a control API: the profile, the interface, and perhaps a person."""
        return self._http.is_by_hand

    @property
    def told(self) -> ControlApi:
        """What is to hear of what goes on in scenarios."""
        return self._http

    def note_in(self, transcript: Transcript) -> None:
        """Note every call there from now on."""
        self._http.transcript = transcript

    def check(self) -> None:
        """Raises HarnessError unless there is a healthy control API."""
        try:
            health = self._http.call("GET", "/health")
        except CouldNotTest as error:
            raise HarnessError(f"{error}: give the URL of a control API, or leave it out") from error
        if not isinstance(health, dict) or health.get("status") != "ok":
            raise HarnessError("the control API does not say that it is healthy")

    def neighbours(self) -> Json:
        """URLs of the servers beside the target."""
        try:
            return {**self._object("GET", "/neighbours"), **self._beside}
        except CouldNotTest:
            if not self._beside:
                raise
            return dict(self._beside)

    def given_landmarks(self) -> list[Json]:
        """Landbase objects that a profile names, as it names them; none where there is a control API."""
        return list(self._object("GET", "/landmarks")["items"]) if self.is_by_hand else []

    def known_incidents(self) -> list[Json]:
        """Confirmed incidents that a profile names, and how many tickets each has; none where others can be had."""
        return list(self._object("GET", "/incidents")["items"]) if self.is_by_hand else []

    def settings(self) -> Json:
        """Limits, lists and coordinate systems of the target."""
        return self._object("GET", "/settings")

    def usage_points(self, limit: int, offset: int) -> tuple[int, list[Json]]:
        """How many there are, and a page of them."""
        page = self._object("GET", "/usage-points", query={"limit": limit, "offset": offset})
        return int(page["total"]), list(page["items"])

    def create_incident(self, incident: Json) -> Json:
        """A new incident."""
        return self._object("POST", "/incidents", incident)

    def create_incidents(self, incidents: Sequence[Json]) -> list[Json]:
        """Several new incidents at once."""
        if len(incidents) >= _MANY and not self._lacks_many:
            try:
                made = self._http.call("POST", "/incidents/many", {"incidents": list(incidents)})
                return [dict(each) for each in made]
            except CouldNotTest:
                self._lacks_many = True
        made = self._http.call_each([Request("POST", "/incidents", body) for body in incidents])
        return [dict(each) for each in made]

    def incident(self, mrid: str) -> Json:
        """An incident, active or archived."""
        return self._object("GET", f"/incidents/{_in_path(mrid)}")

    def restore_incident(self, mrid: str) -> Json:
        """End an incident; what it then is."""
        told = self._http.call("POST", f"/incidents/{_in_path(mrid)}/restore")
        return told if isinstance(told, dict) else self.incident(mrid)

    def restore_incidents(self, mrids: Sequence[str]) -> list[Json]:
        """End incidents in this order; what they then are."""
        told = self._all_at_once("restore", mrids)
        return [self.restore_incident(mrid) for mrid in mrids] if told is None else told

    def archive_incidents(self, mrids: Sequence[str]) -> None:
        """Move closed incidents to the archive; those that cannot be moved stay where they are."""
        try:
            if self._all_at_once("archive", mrids) is not None:
                return
        except HarnessError:
            # One of them is not closed: the others go one by one.
            pass
        for mrid in mrids:
            with suppress(HarnessError, CouldNotTest):
                self.archive_incident(mrid)

    def _all_at_once(self, step: str, mrids: Sequence[str]) -> list[Json] | None:
        """What incidents are after a step of all of them; None where they have to be taken one by one."""
        if len(mrids) < _MANY or self._lacks_many:
            return None
        try:
            told = self._http.call("POST", f"/incidents/many/{step}", {"mrids": list(mrids)})
        except CouldNotTest:
            self._lacks_many = True
            return None
        return [dict(each) for each in told]

    def close_incident(self, mrid: str) -> None:
        """Close a restored incident."""
        self._http.call("POST", f"/incidents/{_in_path(mrid)}/close")

    def archive_incident(self, mrid: str) -> None:
        """Move a closed incident and its tickets to the archive."""
        self._http.call("POST", f"/incidents/{_in_path(mrid)}/archive")

    def clock(self) -> str:
        """The target's time, an xs:dateTime."""
        return str(self._object("GET", "/clock")["now"])

    def advance_clock(self, seconds: float) -> str:
        """Let the target's time pass; the time then."""
        return str(self._object("POST", "/clock/advance", {"seconds": seconds})["now"])

    def restore_clock(self) -> None:
        """Back to the machine's time."""
        self._http.call("DELETE", "/clock")

    def set_clock(self, now: datetime) -> None:
        """It is that time now."""
        self._http.call("PUT", "/clock", {"now": now.isoformat()})

    def store(self) -> StoreState:
        """How much is stored now."""
        state = self._object("GET", "/store")
        return StoreState(
            int(state["position"]), int(state["pending"]), state.get("now"), _number(state.get("open_callbacks"))
        )

    def tickets_after(self, position: int) -> list[Json]:
        """The tickets stored after a position, all of them, in their order."""
        return self.tickets_seen(position).tickets

    def tickets_seen(self, position: int) -> TicketsSeen:
        """`tickets_after`, and how much was stored then."""
        found: list[Json] = []
        start = position
        while True:
            page = self._object("GET", "/tickets", query={"after": position, "limit": _PAGE})
            found += page["items"]
            if not page["items"] or len(page["items"]) >= int(page["total"]):
                last, pending = _number(page.get("position")), _number(page.get("pending"))
                # Of one moment only where there was one page.
                is_whole = len(found) == len(page["items"]) and last is not None and pending is not None
                return TicketsSeen(found, start, StoreState(last or 0, pending or 0) if is_whole else None)
            position = int(page["items"][-1]["seq"])

    def archived_ticket(self, mrid: str) -> Json | None:
        """A ticket of the archive by the operations database's column names; None where it is not there."""
        items = self._object("GET", "/archive/tickets", query={"mrid": mrid, "limit": 2})["items"]
        return dict(items[0]) if items else None

    def tickets_of(self, usage_points: Sequence[str], context: str) -> list[Json]:
        """Tickets of usage points, mRID and usage point of each: `active` or `archived` ones."""
        query = {"usage_point": ",".join(usage_points), "context": context}
        return list(self._object("GET", "/tickets", query=query)["items"])

    def has_archived_tickets(self, usage_point: str) -> bool:
        """Whether the archive has tickets of a usage point."""
        return int(self._object("GET", "/archive/tickets", query={"usage_point": usage_point, "limit": 1})["total"]) > 0

    def add_contact(self, ticket: str, contact: Json) -> None:
        """Give a ticket a further contact, as an operator does."""
        self._http.call("POST", f"/tickets/{_in_path(ticket)}/contacts", contact)

    def prefer_contact(self, ticket: str, kind: str, value: str) -> None:
        """Mark a contact of a ticket as the preferred one of its type."""
        self._http.call("PUT", f"/tickets/{_in_path(ticket)}/preferred-contact", {"type": kind, "value": value})

    def drop_caches(self) -> None:
        """Make the target forget what it knows of its neighbours."""
        self._http.call("POST", "/caches/drop")

    def slow_ims(self, interval_seconds: float) -> None:
        """From now on the IMS confirms nothing; the target waits for it so long."""
        self._http.call(
            "PUT",
            "/faults/slow-ims",
            {"interval_seconds": interval_seconds, "expires_after_seconds": FAULT_SECONDS},
        )

    def release_ims(self) -> None:
        """The IMS works again."""
        self._http.call("DELETE", "/faults/slow-ims")

    def fail_next_message(self) -> None:
        """The next message fails inside the target, after it has begun to store."""
        self._http.call("PUT", "/faults/internal-error", {"messages": 1, "expires_after_seconds": FAULT_SECONDS})

    def clear_internal_error(self) -> None:
        """Take `fail_next_message` back, if no message has met it."""
        self._http.call("DELETE", "/faults/internal-error")

    def ask(self, method: str, path: str, body: Json | None = None, query: Mapping[str, object] | None = None) -> Any:
        """Anything else that the API offers: the decoded answer."""
        return self._http.call(method, path, body, query)

    def _object(
        self, method: str, path: str, body: Json | None = None, query: Mapping[str, object] | None = None
    ) -> Json:
        answer = self._http.call(method, path, body, query)
        if not isinstance(answer, dict):
            raise HarnessError(f"the control API: {method} {path}: the answer is no object")
        return answer


def _number(told: object) -> int | None:
    return int(told) if isinstance(told, int) else None


def _in_path(mrid: str) -> str:
    return quote(mrid, safe="")


class LandbaseControl:
    """The control endpoint of the landbase beside the target."""

    def __init__(self, base: str, transcript: Transcript | None = None) -> None:
        self._http = HttpJson(base, "the landbase's control endpoint", "landbase", transcript)

    def go_down(self) -> Json:
        """Refuse connections; how it has behaved before."""
        before: Json = self._http.call("GET", "/behaviour")
        self._behave("down", FAULT_SECONDS)
        return before

    def behave(self, behaviour: Json) -> None:
        """Behave as before."""
        self._http.call("PUT", "/behaviour", behaviour)

    def _behave(self, mode: str, expires: float | None) -> None:
        self._http.call("PUT", "/behaviour", {"mode": mode, "delay_seconds": 0, "expires_after_seconds": expires})
