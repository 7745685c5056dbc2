"""Drives adapter and model with the same calls, and compares after every step."""

from __future__ import annotations

from copy import deepcopy
from datetime import datetime
from typing import Any

import strategies as some
from adapter_inside import Adapter, Row
from comparison import differences, state_in, state_of
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from model import callbacks, calls, changed, contract, created, messages, outages, prediction, queried
from model.answers import Answer
from model.world import Contact, World
from names import Names
from replies_read import Reader
from requests_written import Writer
from requests_written import contract as service_contract


class AdapterAndModel(RuleBasedStateMachine):
    """One run: a town from its first call on. `adapter` is set before a run, and starts empty."""

    adapter: Adapter

    def __init__(self) -> None:
        super().__init__()
        self.world = World()
        self.names = Names()
        self.messages_sent = 0
        self.discarded = self.agreed = False
        self.summary: dict[str, int] = {}
        self.held_until: dict[str, datetime] = {}
        assert self.adapter.control("POST", "/reset")[0] == 204
        assert self.adapter.control("DELETE", "/clock")[0] == 204

    @initialize(device=some.damaged, stage=some.stages, usage_points=some.callers, entries=some.new_tickets)
    def begins(self, device: str, stage: str, usage_points: list[str], entries: tuple[calls.NewTicket, ...]) -> None:
        """With calls only, with a confirmed outage, or with one that is over and its callbacks."""
        self.operator_opens(device, stage != "calls")
        self._send("CreatedTroubleTickets", entries)
        self.customers_call(usage_points)
        if stage == "restored":
            self.operator_goes_on(0, "restore")

    @rule(act=some.acts)
    def goes_on(self, act: some.Act) -> None:
        """One rule for all acts: Hypothesis leaves rules out of a run at random, and a callback's life needs many."""
        self.agreed = False
        getattr(self, act.name)(**act.arguments)

    # Messages

    def client_sends(self, sent: tuple[str, Any], context: str | None) -> None:
        self._send(*sent, context)

    def customers_call(self, usage_points: list[str]) -> None:
        """Without power, and they want to be called back."""
        entry = {"trouble_code": contract.NO_POWER, "csr": "amy", "source": "CC", "call_back": True}
        self._send("CreatedTroubleTickets", tuple(calls.NewTicket(usage_point=each, **entry) for each in usage_points))

    def life_goes_on(self, which: int, csr: str, result: str | None, comment: str | None) -> None:
        """Somebody reports on what they hold, or takes what waits, or an incident is restored or archived."""
        now, incidents = self.world.now, self.world.incidents
        held = [(each.id, holder) for each in self.world.callbacks if (holder := each.held_by(now))]
        steps = [("report", each) for each in held]
        steps += [("pull", None)] if callbacks.waiting(self.world) else []
        steps += [("archive", n) for n, each in enumerate(incidents) if each.closed]
        steps += [("restore", n) for n, each in enumerate(incidents) if each.is_open]
        step, what = steps[which % len(steps)] if steps else ("pull", None)
        if step == "report":
            mrid, holder = what
            self._send("CreatedCallBacksResults", (calls.CallbackResult(mrid, None, holder, comment, result),))
        elif step == "pull":
            self._send("GetCallbacks", calls.Pull(csr, "2"))
        else:
            self.operator_goes_on(what, step)

    def nobody_answers(self, times: int, result: str) -> None:
        """A CSR takes all that waits, and calls again and again: the last call of too many ends it (D-39)."""
        for _ in range(times):
            self._send("GetCallbacks", calls.Pull("amy", "1000000"))
            held = [each.id for each in self.world.callbacks if each.held_by(self.world.now) == "amy"]
            entries = tuple(calls.CallbackResult(mrid, None, "amy", None, result) for mrid in held)
            self._send("CreatedCallBacksResults", entries)
            self.time_passes(900, [])

    def message_goes_wrong(self, envelope: messages.Envelope) -> None:
        """A wrong verb or noun, or broken XML; by chance nothing is wrong."""
        empty = None if envelope.operation == "GetCallbacks" else ()
        self._send(envelope.operation, empty, "all", envelope)

    def message_fails(self, sent: tuple[str, Any]) -> None:
        """An internal error: a fault, and nothing half-stored (5.1-04)."""
        assert self._control("PUT", "/faults/internal-error", {"messages": 1}) == 204
        self._send(*sent, "all", fails=True)
        assert self._control("DELETE", "/faults/internal-error") == 204

    def _send(
        self,
        operation: str,
        content: Any,
        context: str | None = None,
        envelope: messages.Envelope | None = None,
        fails: bool = False,
    ) -> None:
        """To the workers in turn; the answer is the model's, or the adapter is wrong."""
        self.names.learn(self.world, self.adapter)
        self.messages_sent += 1
        number = self.messages_sent
        envelope = envelope or messages.Envelope(operation, *messages.OPERATIONS[operation])
        writer = Writer(self.world.now, self.names.mrid)
        write = {
            "CreatedTroubleTickets": writer.new_tickets,
            "ChangedTroubleTickets": writer.changes,
            "GetTroubleTickets": writer.criteria,
            "GetCallbacks": writer.pull,
            "CreatedCallBacksResults": writer.results,
        }[operation]
        body = writer.request(envelope, write(content), context if operation == "GetTroubleTickets" else None, number)
        status, answered = self.adapter.send(number, service_contract().operations[operation].service, body)
        expected = messages.judge(envelope) or self._carry_out(operation, content, context, fails)
        actual = Reader(self.names.entity).answer(status, answered, envelope, context, number)
        if operation == "CreatedTroubleTickets" and expected.shown and actual.shown:
            for ours, theirs in zip(expected.shown, actual.shown, strict=False):
                self.names.bind(ours["mrid"], theirs["mrid"])
            actual = Reader(self.names.entity).answer(status, answered, envelope, context, number)
        # Whether a message that is refused whole comes to where it fails is the adapter's affair.
        as_model_says = actual == expected or (fails and actual.fault)
        assert as_model_says, f"{operation}:\nadapter {actual}\nmodel   {expected}"
        self.discarded = expected.discarded
        self._note_hand_out(operation, actual)

    def _carry_out(self, operation: str, content: Any, context: str | None, fails: bool) -> Answer:
        """The model's answer."""
        world = deepcopy(self.world) if fails else self.world
        answer = {
            "CreatedTroubleTickets": lambda: created.create(world, content),
            "ChangedTroubleTickets": lambda: changed.change(world, content),
            "GetTroubleTickets": lambda: queried.query(world, context, content),
            "GetCallbacks": lambda: callbacks.pull(world, content),
            "CreatedCallBacksResults": lambda: callbacks.report(world, content),
        }[operation]()
        return Answer(fault=True, discarded=True) if fails and not answer.discarded else answer

    def _note_hand_out(self, operation: str, answer: Answer) -> None:
        """By the replies alone: nobody is given what somebody holds."""
        for each in answer.shown or ():
            if operation == "CreatedCallBacksResults":
                self.held_until.pop(each["mrid"], None)
            elif operation == "GetCallbacks":
                until = self.held_until.get(each["mrid"], self.world.now)
                assert until <= self.world.now, f"{each['mrid']} was handed to two"
                self.held_until[each["mrid"]] = self.world.now + contract.ASSIGNMENT

    # Operators

    def operator_opens(self, device: str, confirmed: bool, between_predictions: bool = False) -> None:
        jobs = ["prediction"] if between_predictions else []
        self.time_passes(0, jobs)
        status, opened = self.adapter.control("POST", "/incidents", {"device": device, "confirmed": confirmed})
        assert status == 201
        self.names.bind(outages.open_incident(self.world, device, confirmed).id, opened["mrid"])
        self.time_passes(0, jobs)

    def operator_goes_on(self, which: int, step: str) -> None:
        """With an incident, whether its life allows that or not."""
        if not self.world.incidents:
            return
        incident = self.world.incidents[which % len(self.world.incidents)]
        path = f"/incidents/{self.names.mrid(incident.id)}"
        if step == "remark":
            assert self._control("POST", f"{path}/comments", {"text": "seen"}) == 200
            outages.remark(incident, "seen")
        elif step == "dispatch":
            if incident.closed is None:
                assert self._control("PATCH", path, {"status": "Dispatched"}) == 200
                incident.status = "Dispatched"
        else:
            try:
                getattr(outages, step)(self.world, incident)
                expected = 200
            except outages.Forbidden:
                expected = 409
            assert self._control("POST", f"{path}/{step}") == expected

    def operator_knows_contacts(self, which: int, contacts: list[tuple[str, str, str]]) -> None:
        """New ones, and the preferred ones of those that are there."""
        if not self.world.tickets:
            return
        ticket = self.world.tickets[which % len(self.world.tickets)]
        path = f"/tickets/{self.names.mrid(ticket.id)}"
        for what, kind, first_name in contacts:
            value, preferred = some.CONTACT_VALUES[kind], what == "added as preferred"
            if what == "preferred":
                expected = 200 if outages.prefer_contact(ticket, kind, value) else 404
                assert self._control("PUT", f"{path}/preferred-contact", {"type": kind, "value": value}) == expected
            else:
                asked = {"first_name": first_name, "type": kind, "value": value, "preferred": preferred}
                assert self._control("POST", f"{path}/contacts", asked) == 201
                outages.add_contact(ticket, Contact(first_name, None, None, kind, value, preferred))

    def operator_marks_callback(self, which: int, automatic: bool, wait: int) -> None:
        """For the external system to resolve, or not (D-40), between two looks of the publisher."""
        self.time_passes(0, ["publisher"])
        if not self.world.callbacks:
            return
        callback = self.world.callbacks[which % len(self.world.callbacks)]
        path = f"/callbacks/{self.names.mrid(callback.id)}/automatic"
        assert self._control("PUT", path, {"automatic": automatic}) == 200
        callback.automatic = automatic
        self.time_passes(wait, ["publisher"])

    # Time

    def time_passes(self, seconds: int, jobs: list[str]) -> None:
        """And the background gets to some of its jobs."""
        if seconds:
            assert self._control("POST", "/clock/advance", {"seconds": seconds}) == 200
            self.world.now = self.world.after(seconds)
        for job in jobs:
            assert self._control("POST", f"/background/{job}") == 200
            {
                "prediction": prediction.predict,
                "expiry": callbacks.expire,
                "archiving": outages.archive_old,
                "publisher": callbacks.publish,
                "replication": lambda world: self._core_is_like_dmz(),
            }[job](self.world)
            self.names.learn(self.world, self.adapter)

    def _core_is_like_dmz(self) -> None:
        assert self.adapter.control("GET", "/replication")[1]["lag"] == 0
        for entity in ("tickets", "incidents", "callbacks"):
            dmz, core = self.adapter.rows(f"dmz_{entity}", f"core_{entity}")
            assert _by_mrid(dmz) == _by_mrid(core), f"{entity} differ between DMZ and CORE"

    def _control(self, method: str, path: str, content: object = None) -> int:
        return self.adapter.control(method, path, content)[0]

    # After every step

    @invariant()
    def adapter_and_model_agree(self) -> None:
        self.names.learn(self.world, self.adapter)
        summary = self.adapter.control("GET", "/store")[1]
        found = differences(state_of(self.world), state_in(self.adapter, self.names, self.world.now, summary))
        assert not found, "\n".join(found)
        assert not self.discarded or summary == self.summary, "a refused message left something behind"
        self.discarded, self.summary, self.agreed = False, summary, True

    def teardown(self) -> None:
        """At the end everything can be found, active and archived, and CORE is like the DMZ."""
        if not self.agreed:
            return
        tickets = [*self.world.tickets, *self.world.archive.tickets]
        incidents = [*self.world.incidents, *self.world.archive.incidents]
        for criteria in (
            [calls.Criterion(mrid=each.id) for each in tickets],
            [calls.Criterion(name=each.name) for each in tickets],
            [calls.Criterion(incident=each.id) for each in incidents],
            [calls.Criterion(usage_point=each.usage_point) for each in tickets],
        ):
            self._send("GetTroubleTickets", tuple(criteria), "all")
        assert self._control("POST", "/background/replication") == 200
        self._core_is_like_dmz()


def _by_mrid(rows: list[Row]) -> dict[str, Row]:
    """Without what only numbers the rows."""
    return {
        row["mrid"]: {name: value for name, value in row.items() if name not in ("seq", "sequence")} for row in rows
    }
