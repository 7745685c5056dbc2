"""Drives adapter and model with the same calls, and compares after every step."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from datetime import datetime
from typing import Any

import strategies as some
from adapter_inside import Adapter
from comparison import differences, state_in, state_of
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from model import callbacks, calls, changed, contract, created, messages, outages, prediction, queried
from model.answers import Answer
from model.world import Contact, World
from names import Names
from replies_read import Reader
from requests_written import Writer
from requests_written import contract as service_contract

_REPLICAS = {"dmz_tickets": "core_tickets", "dmz_incidents": "core_incidents", "dmz_callbacks": "core_callbacks"}


class AdapterAndModel(RuleBasedStateMachine):
    """One run: a town from its first call on. `adapter` is set before a run, and starts empty."""

    adapter: Adapter
    #: Called at each step, by those who count.
    on_step: Callable[[], None] = staticmethod(lambda: None)

    def __init__(self) -> None:
        super().__init__()
        self.world = World()
        self.names = Names()
        self.messages_sent = 0
        self.held_until: dict[str, datetime] = {}
        assert self.adapter.control("POST", "/reset")[0] == 204
        assert self.adapter.control("DELETE", "/clock")[0] == 204

    @initialize(device=some.devices, confirmed=st.booleans(), entries=some.new_tickets)
    def an_outage_begins(self, device: str, confirmed: bool, entries: tuple[calls.NewTicket, ...]) -> None:
        self.operator_opens(device, confirmed)
        self.create(entries)

    # Messages

    @rule(entries=some.new_tickets)
    def create(self, entries: tuple[calls.NewTicket, ...]) -> None:
        self._send("CreatedTroubleTickets", entries)

    @rule(usage_points=some.storms)
    def storm(self, usage_points: list[str]) -> None:
        """Calls that prediction has something to say about."""
        entry = {"trouble_code": contract.NO_POWER, "csr": "amy", "call_back": True}
        self._send("CreatedTroubleTickets", tuple(calls.NewTicket(usage_point=each, **entry) for each in usage_points))

    @rule(entries=some.changes)
    def change(self, entries: tuple[calls.Change, ...]) -> None:
        self._send("ChangedTroubleTickets", entries)

    @rule(criteria=some.criteria, context=some.contexts)
    def query(self, criteria: tuple[calls.Criterion, ...], context: str | None) -> None:
        self._send("GetTroubleTickets", criteria, context)

    @rule(asked=some.pulls)
    def pull(self, asked: calls.Pull | None) -> None:
        self._send("GetCallbacks", asked)

    @rule(entries=some.results)
    def report(self, entries: tuple[calls.CallbackResult, ...]) -> None:
        self._send("CreatedCallBacksResults", entries)

    @precondition(lambda self: self._held())
    @rule(which=st.integers(0, 5), result=some.result_words, comment=some.maybe(some.comments))
    def holder_reports(self, which: int, result: str | None, comment: str | None) -> None:
        """Whoever holds a callback knows its mRID, and nearly always the words."""
        held = self._held()
        mrid, csr = held[which % len(held)]
        self._send("CreatedCallBacksResults", (calls.CallbackResult(mrid, None, csr, comment, result),))

    @rule(sent=some.operations_and_contents, verb=some.verbs, noun=some.nouns)
    def wrong_verb_or_noun(self, sent: tuple[str, Any], verb: str | None, noun: str | None) -> None:
        operation, content = sent
        self._send(operation, content, "all", messages.Envelope(operation, verb, noun))

    @rule(sent=some.operations_and_contents, body=some.broken_bodies)
    def broken_message(self, sent: tuple[str, Any], body: str) -> None:
        operation, content = sent
        self._send(operation, content, "all", messages.Envelope(operation, *messages.OPERATIONS[operation], body))

    @rule(sent=some.operations_and_contents)
    def message_that_fails(self, sent: tuple[str, Any]) -> None:
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
        before = self.adapter.control("GET", "/store")[1]
        status, answered = self.adapter.send(number, service_contract().operations[operation].service, body)
        expected = messages.judge(envelope) or self._carry_out(operation, content, context, fails)
        actual = Reader(self.names.entity).answer(status, answered, envelope, context, number)
        if operation == "CreatedTroubleTickets" and expected.shown and actual.shown:
            for ours, theirs in zip(expected.shown, actual.shown, strict=False):
                self.names.bind(ours["mrid"], theirs["mrid"])
            actual = Reader(self.names.entity).answer(status, answered, envelope, context, number)
        assert actual == expected, f"{operation}:\nadapter {actual}\nmodel   {expected}"
        if expected.discarded:
            assert self.adapter.control("GET", "/store")[1] == before, "a refused message left something behind"
        self._note_hand_out(operation, actual)

    def _carry_out(self, operation: str, content: Any, context: str | None, fails: bool) -> Answer:
        """The model's answer. A message that is refused whole never comes to where it would fail."""
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

    def _held(self) -> list[tuple[str, str]]:
        now = self.world.now
        return [(each.id, holder) for each in self.world.callbacks if (holder := each.held_by(now))]

    # Operators

    @rule(device=some.devices, confirmed=st.booleans())
    def operator_opens(self, device: str, confirmed: bool) -> None:
        assert self._control("POST", "/incidents", {"device": device, "confirmed": confirmed}) == 201
        outages.open_incident(self.world, device, confirmed)

    @precondition(lambda self: self.world.incidents)
    @rule(which=st.integers(0, 5), step=some.steps_of_incidents)
    def operator_goes_on(self, which: int, step: str) -> None:
        incident = self.world.incidents[which % len(self.world.incidents)]
        path = f"/incidents/{self.names.mrid(incident.id)}"
        if step == "remark":
            assert self._control("POST", f"{path}/comments", {"text": "seen"}) == 200
            outages.remark(incident, "seen")
            return
        if step == "dispatch":
            if incident.closed is None:
                assert self._control("PATCH", path, {"status": "Dispatched"}) == 200
                incident.status = "Dispatched"
            return
        try:
            getattr(outages, step)(self.world, incident)
            expected = 200
        except outages.Forbidden:
            expected = 409
        assert self._control("POST", f"{path}/{step}") == expected

    @precondition(lambda self: self.world.tickets)
    @rule(which=st.integers(0, 9), contact=some.contacts)
    def operator_adds_contact(self, which: int, contact: tuple[str, str | None, str, bool]) -> None:
        ticket = self.world.tickets[which % len(self.world.tickets)]
        kind, first_name, value, preferred = contact
        asked = {"first_name": first_name, "type": kind, "value": value, "preferred": preferred}
        assert self._control("POST", f"/tickets/{self.names.mrid(ticket.id)}/contacts", asked) == 201
        outages.add_contact(ticket, Contact(first_name, None, None, kind, value, preferred))

    @precondition(lambda self: self.world.tickets)
    @rule(which=st.integers(0, 9), contact=some.contacts)
    def operator_prefers_contact(self, which: int, contact: tuple[str, str | None, str, bool]) -> None:
        ticket = self.world.tickets[which % len(self.world.tickets)]
        kind, _, value, _ = contact
        expected = 200 if outages.prefer_contact(ticket, kind, value) else 404
        path = f"/tickets/{self.names.mrid(ticket.id)}/preferred-contact"
        assert self._control("PUT", path, {"type": kind, "value": value}) == expected

    @precondition(lambda self: self.world.callbacks)
    @rule(which=st.integers(0, 5), automatic=st.booleans())
    def operator_marks_callback(self, which: int, automatic: bool) -> None:
        callback = self.world.callbacks[which % len(self.world.callbacks)]
        path = f"/callbacks/{self.names.mrid(callback.id)}/automatic"
        assert self._control("PUT", path, {"automatic": automatic}) == 200
        callback.automatic = automatic

    # Time

    @rule(seconds=some.seconds)
    def time_passes(self, seconds: int) -> None:
        assert self._control("POST", "/clock/advance", {"seconds": seconds}) == 200
        self.world.now = self.world.after(seconds)

    @rule(job=some.jobs)
    def background_runs(self, job: str) -> None:
        assert self._control("POST", f"/background/{job}") == 200
        {
            "prediction": prediction.predict,
            "expiry": callbacks.expire,
            "archiving": outages.archive_old,
            "publisher": callbacks.publish,
            "replication": lambda world: self._core_is_like_dmz(),
        }[job](self.world)

    def _core_is_like_dmz(self) -> None:
        assert self.adapter.control("GET", "/replication")[1]["lag"] == 0
        for dmz, core in _REPLICAS.items():
            assert self.adapter.rows(dmz) == self.adapter.rows(core), f"{core} differs from {dmz}"

    def _control(self, method: str, path: str, content: object = None) -> int:
        return self.adapter.control(method, path, content)[0]

    # After every step

    @invariant()
    def adapter_and_model_agree(self) -> None:
        self.on_step()
        self.names.learn(self.world, self.adapter)
        found = differences(state_of(self.world), state_in(self.adapter, self.names))
        assert not found, "\n".join(found)

    def teardown(self) -> None:
        """At the end CORE is like the DMZ, and the archive has what the DMZ has no more."""
        assert self._control("POST", "/background/replication") == 200
        self._core_is_like_dmz()
