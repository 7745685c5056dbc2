"""Plays the life of an outage against running servers and writes into a ledger what they acknowledge.

A story goes on from wherever it stands: what the ledger holds as acknowledged is not done again.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC
from http.client import HTTPException
from typing import Any

import requests
from adapter_processes import Control
from crm_client import Crm, Unavailable
from story_ledger import FOLLOW_UP, SENDING_SECONDS, Event, Fact, Ledger

from crm_contract.messages import (
    CustomerData,
    IncidentCriterion,
    Location,
    TelephoneNumber,
    TicketCriterion,
    TroubleTicket,
    UsagePoint,
)
from crm_contract.values import parse_datetime

CUSTOMERS = 6
_FIRST_CALLERS, _BYSTANDERS = 3, 3
_POLL_SECONDS, _ASSIGNMENT_OVER_SECONDS = 61, 35 * 60
_ROUNDS = 12
_IVR_SECONDS = 2.0
_ESTIMATE = "2031-05-06T07:08:09"
_IVR_SAYS = {
    "Restored": "Automatic call: the customer has power again.",
    "Not Restored": "Automatic call: the customer is still without power.",
    "Left Message": "Automatic call: a message was left.",
    "Undialable": "Automatic call: the number cannot be dialled.",
    "Declined": "Automatic call: the customer hung up.",
}


class Interrupted(Exception):
    """A server did not answer."""


@dataclass(frozen=True)
class Endpoints:
    """Where the servers are reached."""

    crm: Crm
    control: Control
    ivr: Control


@dataclass
class Story:
    """An outage at a transformer of six customers, told to the servers by two CSRs and an operator."""

    number: int
    customers: Sequence[str]
    pole: str
    ledger: Ledger
    # Called at each message and action, before it is sent.
    moment: Callable[[], None] = lambda: None
    incident: str | None = None
    actions: int = 0
    _offset_tried: float | None = None

    def play(self, servers: Endpoints) -> None:
        """From where it stands to its end. Raises Interrupted."""
        self._servers = servers
        self._look_at_the_clock()
        self._ask(servers.ivr, "PUT", "/dialling", json={"delay_seconds": 0, "script": {"*": "Restored"}})
        if self.incident is None or not self.ledger.has("archived", self.incident):
            self._customers_call()
            incident = self._incident_is_predicted()
            self._operator_acts(incident)
            self._power_is_back(incident)
            self._customers_are_called_back(incident)
            self._it_is_over(incident)
        self._it_is_asked_for()

    def listen_to_the_ivr(self, servers: Endpoints) -> bool:
        """Write down what the IVR was sent and has reported, both of which it forgets when it dies; whether it has
        called all that it was sent. Raises Interrupted."""
        with self._reaching_aside():
            journal = servers.ivr.ask("GET", "/journal")["items"]
            dialled = servers.ivr.ask("GET", "/dialled")["items"]
        with self.ledger.listening:
            self._note_messages(journal)
            self._note_calls(dialled)
        sent = {mrid for message in journal if message["result"] == "OK" for mrid in message["callbacks"]}
        return sent <= {call["mrid"] for call in dialled}

    def _note_messages(self, journal: Sequence[dict[str, Any]]) -> None:
        for message in journal:
            if message["result"] == "OK" and message["message_id"] not in self.ledger.heard:
                self.ledger.heard.add(message["message_id"])
                at = self._simulated(message["at"])
                for mrid in message["callbacks"]:
                    self.ledger.events.append(Event(mrid, "CrmAdapter", at - SENDING_SECONDS, at))

    def _note_calls(self, dialled: Sequence[dict[str, Any]]) -> None:
        for call in dialled:
            key = f"{call['mrid']} {call['at']}"
            if call["reply_result"] == "OK" and key not in self.ledger.heard:
                self.ledger.heard.add(key)
                at = self._simulated(call["at"])
                self.ledger.events.append(Event(call["mrid"], None, at, at))
                if said := _IVR_SAYS.get(call["outcome"]):
                    with self.ledger.deed(Fact("result", call["mrid"], said)):
                        pass

    def name(self, customer: str) -> str:
        """The external name of a customer's ticket."""
        return f"{self.number}/{customer}"

    def bystander_calls(self, servers: Endpoints, caller: str) -> None:
        """A message of somebody who has nothing to do with it. Raises Interrupted."""
        names = [f"{self.number}/bystander-{caller}/{number}" for number in range(_BYSTANDERS)]
        tickets = [TroubleTicket(name=each, trouble_code="Other", comment=f"{each} calls.") for each in names]
        self._create(servers.crm, tickets, self._reaching_aside())

    # The chapters

    def _customers_call(self) -> None:
        first, more = self.customers[:_FIRST_CALLERS], self.customers[_FIRST_CALLERS:]
        if not self._is_called(self.customers[0]) or self.incident is None:
            self._together(lambda: self._call(first[:2]), lambda: self._call(first[2:]), self._call_about_a_pole)
            self._confirm(self._incident_is_predicted())
        self._together(lambda: self._call(more[:2]), lambda: self._call(more[2:]))

    def _incident_is_predicted(self) -> str:
        if self.incident is None:
            self._ask(self._servers.control, "POST", "/background/prediction")
            found = {self._ticket(each)["incident"] for each in self.customers[:_FIRST_CALLERS]}
            (self.incident,) = found
        assert self.incident is not None
        return self.incident

    def _confirm(self, incident: str) -> None:
        self._operator("POST", f"/incidents/{incident}/confirm", None, Fact("confirmed", incident))

    def _operator_acts(self, incident: str) -> None:
        at = f"/incidents/{incident}"
        crew, note, contact = f"crew-{self.number}", f"A tree lies on the line of story {self.number}.", "512-555-0199"
        estimate = {"estimated_restoration_time": f"{_ESTIMATE}Z", "cause": "Weather"}
        first = self._mrid(self.customers[0])
        self._confirm(incident)
        self._together(
            lambda: self._change(self.customers[0:2], by_name=False),
            lambda: self._change(self.customers[2:4], by_name=True),
            lambda: self._operator(
                "POST", f"{at}/crews", {"mrid": crew, "name": "Crew South"}, Fact("crew", incident, crew)
            ),
            lambda: self._operator("POST", f"{at}/comments", {"text": note}, Fact("note", incident, note)),
        )
        self._operator("PATCH", at, estimate, Fact("estimate", incident, _ESTIMATE), Fact("cause", incident, "Weather"))
        if not self.ledger.has("restored", incident):
            self._operator(
                "POST",
                f"/tickets/{first}/contacts",
                {"type": "landline", "value": contact, "preferred": True},
                Fact("contact", self.name(self.customers[0]), contact),
            )

    def _power_is_back(self, incident: str) -> None:
        self._operator("POST", f"/incidents/{incident}/restore", None, Fact("restored", incident))
        for callback in self._callbacks(incident):
            if callback["usage_point"] in self.customers[-2:]:
                mrid = callback["mrid"]
                mark = {"automatic": True}
                self._operator("PUT", f"/callbacks/{mrid}/automatic", mark, Fact("automatic", mrid))

    def _customers_are_called_back(self, incident: str) -> None:
        for _ in range(_ROUNDS):
            if not self._callbacks(incident, open="true"):
                return
            self._together(lambda: self._csr_calls("csr-a"), lambda: self._csr_calls("csr-b"), self._ivr_calls)
            self._let_pass(_ASSIGNMENT_OVER_SECONDS)
        raise AssertionError(f"callbacks that nobody gets: {self._callbacks(incident, open='true')}")

    def _it_is_over(self, incident: str) -> None:
        assert self._ask(self._servers.control, "GET", f"/incidents/{incident}")["closed"]
        # Who is still without power was a new ticket, of an incident of its own.
        self._ask(self._servers.control, "POST", "/background/prediction")
        found = [self._active_tickets(customer) for customer in self.customers]
        again = [each for tickets in found for each in tickets if each["trouble_code"] == FOLLOW_UP]
        for other in sorted({each["incident"] for each in again}):
            self._operator("POST", f"/incidents/{other}/cancel", None, Fact("closed", other))
            self._operator("POST", f"/incidents/{other}/archive", None, Fact("archived", other))
        self._operator("POST", f"/incidents/{incident}/archive", None, Fact("archived", incident))

    def _it_is_asked_for(self) -> None:
        crm = self._servers.crm
        with self._reaching():
            of_incident = crm.query("archived", TicketCriterion(incident_record=IncidentCriterion(self.incident)))
            active = crm.query("active", TicketCriterion(name=self.name("pole")))
        assert {each.name for each in of_incident} == {self.name(each) for each in self.customers}
        assert len(of_incident) == CUSTOMERS
        assert [each.mrid for each in active] == [self._mrid("pole")]
        remarks = [each for each in self.ledger.acknowledged() if each.kind == "remark"]
        for ticket in of_incident:
            said = (ticket.comment or "").split("\n")
            assert all(said.count(each.what) == 1 for each in remarks if each.of == ticket.name), ticket

    # What happens in them

    def _call(self, customers: Sequence[str]) -> None:
        """One message with a ticket for each."""
        if self._is_called(customers[0]):
            return
        names = [self.name(each) for each in customers]
        tickets = [
            TroubleTicket(
                name=name,
                call_back=True,
                comment=f"{name} calls.",
                trouble_code="No Power/No Light",
                customer_data=CustomerData("Ada", "Lovelace", mobile_phone=TelephoneNumber(f"mobile {name}")),
                usage_point=UsagePoint(customer),
            )
            for name, customer in zip(names, customers, strict=True)
        ]
        self._create(self._servers.crm, tickets, self._reaching())

    def _call_about_a_pole(self) -> None:
        if not self._is_called("pole"):
            location = Location("PoleID", self.pole, "Pole")
            ticket = TroubleTicket(name=self.name("pole"), trouble_code="Other", locations=[location])
            self._create(self._servers.crm, [ticket], self._reaching())

    def _create(self, crm: Crm, tickets: Sequence[TroubleTicket], reaching: AbstractContextManager[None]) -> None:
        facts = [Fact("ticket", each.name or "") for each in tickets]
        facts += [Fact("remark", each.name or "", each.comment) for each in tickets if each.comment]
        with self.ledger.deed(*facts) as deed:
            with reaching:
                answer = crm.create(*tickets)
            # Nobody says when to be called back, which is worth a remark.
            assert (answer.result, {*answer.reasons} - {"CallbackPeriodMissing"}) == ("OK", set()), answer
            made = answer.payload.trouble_tickets
            assert [each.name for each in made] == [each.name for each in tickets]
            deed.facts += [Fact("ticket", each.name, each.mrid) for each in made]

    def _change(self, customers: Sequence[str], *, by_name: bool) -> None:
        """One message with a remark and a contact for each."""
        names = [self.name(each) for each in customers]
        if self._has_remark(names[0]):
            return
        changes, facts = [], []
        for customer, name in zip(customers, names, strict=True):
            remark, number = f"{name} calls again.", f"second {name}"
            data = CustomerData("Ada", "Lovelace", mobile_phone=TelephoneNumber(number))
            change = TroubleTicket(comment=remark, csr_id="csr-a", customer_data=data)
            if by_name:
                change.name = name
            else:
                change.mrid = self._mrid(customer)
            changes.append(change)
            facts += [Fact("remark", name, remark), Fact("contact", name, number)]
        with self.ledger.deed(*facts), self._reaching():
            answer = self._servers.crm.change(*changes)
            assert (answer.result, answer.reasons) == ("OK", []), answer

    def _csr_calls(self, csr: str) -> None:
        earliest = self.ledger.now()
        with self._reaching():
            pulled = self._servers.crm.pull(csr, 1)
        for each in pulled:
            self.ledger.handed_out(each.mrid or "", csr, earliest)
        for each in pulled:
            customer = each.trouble_tickets[0].usage_point
            assert customer is not None
            self._report(csr, each.mrid or "", customer.mrid or "")

    def _report(self, csr: str, callback: str, customer: str) -> None:
        outcome = "Restored"
        if customer == self.customers[2] and not self.ledger.has("result", callback):
            outcome = "No Answer"
        if customer == self.customers[3]:
            outcome = FOLLOW_UP
        said = f"{outcome}, says {csr}."
        facts = [Fact("result", callback, said)]
        if outcome == FOLLOW_UP:
            facts.append(Fact("follow-up", customer))
        self.ledger.result_sent(callback)
        with self.ledger.deed(*facts), self._reaching():
            answer = self._servers.crm.report(csr, callback, outcome, said)
            assert (answer.result, answer.reasons) == ("OK", []), answer

    def _ivr_calls(self) -> None:
        self._let_pass(_POLL_SECONDS)
        self._ask(self._servers.control, "POST", "/background/publisher")
        give_up = time.monotonic() + _IVR_SECONDS
        while not self.listen_to_the_ivr(self._servers) and time.monotonic() < give_up:
            time.sleep(0.02)

    def _operator(self, method: str, path: str, asked: Any, *facts: Fact) -> None:
        if not all(self.ledger.has_fact(fact) for fact in facts):
            with self.ledger.deed(*facts):
                self._ask(self._servers.control, method, path, json=asked)

    def _let_pass(self, seconds: float) -> None:
        self._offset_tried = self.ledger.offsets[-1][1] + seconds
        state = self._ask(self._servers.control, "POST", "/clock/advance", json={"seconds": seconds})
        assert math.isclose(state["offset_seconds"], self._offset_tried)
        self.ledger.offsets.append((time.time(), state["offset_seconds"]))

    def _look_at_the_clock(self) -> None:
        """It shows what was acknowledged, or what was tried last."""
        found = self._ask(self._servers.control, "GET", "/clock")["offset_seconds"]
        known = self.ledger.offsets[-1][1]
        assert math.isclose(found, known) or math.isclose(found, self._offset_tried or known)
        self.ledger.offsets.append((time.time(), found))

    # Looking around

    def _is_called(self, customer: str) -> bool:
        return self.ledger.has("ticket", self.name(customer))

    def _has_remark(self, name: str) -> bool:
        return self.ledger.has_fact(Fact("remark", name, f"{name} calls again."))

    def _mrid(self, customer: str) -> str:
        name = self.name(customer)
        known = {each.of: each.what for each in self.ledger.acknowledged() if each.kind == "ticket" and each.what}
        if name not in known:
            # Its message was never answered.
            (found,) = self._ask(self._servers.control, "GET", "/tickets", params={"name": name})["items"]
            return str(found["mrid"])
        return known[name]

    def _ticket(self, customer: str) -> dict[str, Any]:
        (found,) = self._active_tickets(customer)
        return found

    def _active_tickets(self, customer: str) -> list[dict[str, Any]]:
        params = {"usage_point": customer}
        items: list[dict[str, Any]] = self._ask(self._servers.control, "GET", "/tickets", params=params)["items"]
        return items

    def _callbacks(self, incident: str, **criteria: str) -> list[dict[str, Any]]:
        params = {"incident": incident, **criteria}
        items: list[dict[str, Any]] = self._ask(self._servers.control, "GET", "/callbacks", params=params)["items"]
        return items

    def _simulated(self, at: str) -> float:
        return self.ledger.simulated(parse_datetime(at, UTC).timestamp())

    def _ask(self, control: Control, method: str, path: str, **options: Any) -> Any:
        with self._reaching():
            return control.ask(method, path, **options)

    @contextmanager
    def _reaching(self) -> Iterator[None]:
        self.actions += 1
        self.moment()
        with self._reaching_aside():
            yield

    @contextmanager
    def _reaching_aside(self) -> Iterator[None]:
        """Beside the story: does not count as an action."""
        try:
            yield
        except (OSError, HTTPException, Unavailable, requests.RequestException) as error:
            raise Interrupted(f"{type(error).__name__}: {error}") from error

    def _together(self, *acts: Callable[[], None]) -> None:
        """At the same time; all have ended when this returns. What is wrong counts more than what was interrupted."""
        with ThreadPoolExecutor(len(acts)) as pool:
            problems = [problem for each in [pool.submit(act) for act in acts] if (problem := each.exception())]
        problems.sort(key=lambda problem: isinstance(problem, Interrupted))
        for problem in problems:
            raise problem
