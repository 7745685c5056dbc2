"""The story of an outage as those outside see it: what customers are told, what is found, who is called back.

Control acts in it as the operator, the clock and the background, and finds customers who live together. Everything
that is checked came over the interface, or reached the IVR.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence

from crm_contract.messages import CallBack, TroubleTicket
from crmkit.suite import values
from crmkit.suite.access.control import Json
from crmkit.suite.access.usage_points import UsagePoint
from crmkit.suite.callbacks.arranging import SENT_PRIORITIES
from crmkit.suite.callbacks.ivr_messages import read_sent, was_taken
from crmkit.suite.callbacks.people import contacts_of
from crmkit.suite.callbacks.queue import ADAPTER, REPORT, CallbackQueue, Waiting
from crmkit.suite.callbacks.tidying import tidy
from crmkit.suite.conversation import CREATE, Conversation, Table
from crmkit.suite.errors import CouldNotTest, HarnessError, Mismatch
from crmkit.suite.evidence import Aspect
from crmkit.suite.otherwise import Otherwise
from crmkit.suite.payload_places import ABSENT, Place
from crmkit.suite.replies import judging as reply_judging
from crmkit.suite.replies.reading import Reply
from crmkit.suite.tables import rows_with
from crmkit.suite.tickets.incident_records import incident_checks
from crmkit.suite.tickets.written import Ticket

CUSTOMER_COLUMNS = (("customer", "how the story calls the customer"), ("priority", "6 or 5; without it a lower one"))
CALL_COLUMNS = (
    ("customer", "who calls"),
    ("trouble code", "what is reported"),
    ("call back", "`yes`: wants to be told when the power is back"),
    ("caller", "as for trouble tickets"),
)
NOTE_COLUMNS = (
    ("crew", "who is sent"),
    ("power back", "when it is expected, such as +2h"),
    ("cause", ""),
    ("subcause", ""),
    ("comment", ""),
)
OUTCOME_COLUMNS = (("customer", "about whom"), ("result", "what became of the call"), ("comment", "a remark"))
QUERY = "GetTroubleTickets"
DEENERGIZED = "Deenergized"
CLOSED = "Closed"
_TRANSFORMERS_TRIED = 30
_COMES_SECONDS = 15.0
_POLL_SECONDS = 0.05


class Story:
    """What the story knows so far. Customers are known by their usage points."""

    def __init__(self, conversation: Conversation, queue: CallbackQueue) -> None:
        self.conversation = conversation
        self.queue = queue
        self.customers: dict[str, UsagePoint] = {}
        self.calls: list[Ticket] = []
        # What the interface has told of it, and what operators have noted since.
        self.incident: Json | None = None
        self.callbacks: dict[str, str] = {}
        self.reported: list[str] = []

    # The beginning.

    def settle_customers(self, table: Table) -> None:
        """Find a transformer with customers of these priorities who all have power and have not called."""
        rows = rows_with(table, CUSTOMER_COLUMNS)
        self.queue.empty()
        special = {row["customer"]: int(row["priority"]) for row in rows if row.get("priority")}
        if len(special) != 1:
            raise HarnessError("the story needs one customer with a priority, and others without")
        ((alone, priority),) = special.items()
        others = [row["customer"] for row in rows if row["customer"] not in special]
        for _ in range(_TRANSFORMERS_TRIED):
            point = self.conversation.run.usage_points.take_with_priority(priority)
            neighbours = self._neighbours(point)
            if len(neighbours) >= len(others):
                self.customers = {alone: point, **dict(zip(others, neighbours, strict=False))}
                break
        else:
            raise CouldNotTest(f"no transformer with {len(rows)} customers, one of them of priority {priority}")
        for name, each in self.customers.items():
            self.conversation.place(name, each)
        self.conversation.afterwards(self._tidy)

    def _neighbours(self, point: UsagePoint) -> list[UsagePoint]:
        query = {"device": point.transformer, "limit": 100}
        page = self.conversation.run.needs_control().ask("GET", "/usage-points", query=query)
        candidates = [each for each in page["items"] if each["mrid"] != point.mrid]
        if any(not each["energized"] or each["active_tickets"] for each in page["items"]):
            return []
        ordinary = [each for each in candidates if int(each["priority"]) not in SENT_PRIORITIES]
        return [UsagePoint(each["mrid"], each["transformer"]) for each in ordinary]

    # Calls, and what callers are told.

    def call(self, table: Table) -> None:
        """Customers report an outage, in one message."""
        rows = rows_with(table, CALL_COLUMNS)
        columns = [name for name in table[0] if name != "customer"]
        tickets = [["ticket", "usage point", *columns]]
        tickets += [[row["customer"], row["customer"], *(row[name] for name in columns)] for row in rows]
        self.calls = self.conversation.create_earlier(tickets)
        self._watch()

    def expect_told(self, of_incident: bool) -> None:
        """Each call became a ticket; who called is told of the incident, or of none."""
        reply = self._answer(CREATE)
        found = {carried.mrid: carried for carried in reply.tickets}
        checks = []
        for ticket in self.calls:
            carried, at = found.get(ticket.mrid), _place(ticket.alias)
            checks.append(at.check("", "a ticket", ABSENT if carried is None else "a ticket", carried is not None))
            if carried is None:
                continue
            word = ((carried.status.value if carried.status else None) or "").strip()
            wanted = DEENERGIZED if of_incident else f"some word, but not {DEENERGIZED}"
            holds = bool(word) and (word == DEENERGIZED) is of_incident
            checks.append(at.check("status/value", wanted, word or ABSENT, holds))
            incident = self.known_incident() if of_incident else None
            checks += incident_checks(at, incident, carried.incident_record)
        self.conversation.judge(checks)

    # What is found.

    def expect_one_incident(self, names: Sequence[str]) -> None:
        """The tickets of these customers show one incident; the story goes on with it."""
        shown = self._shown(names)
        mrids = {each.incident_record.mrid if each.incident_record else None for each in shown.values()}
        if len(mrids) != 1 or None in mrids:
            told = ", ".join(str(mrid) for mrid in mrids)
            raise Mismatch.of("IncidentRecord/mRID", f"one incident for {', '.join(names)}", told)
        (mrid,) = mrids
        self.incident = {
            "mrid": mrid,
            "comment": None,
            "estimated_restoration_time": None,
            "crews": [],
            "cause": None,
            "subcause": None,
        }
        self._watch()

    def expect_tickets_of_incident(self, names: Sequence[str]) -> None:
        """The incident has the tickets of these customers and no others, and each is found by its usage point."""
        self._expect_found(self._query("active", [{"IncidentRecord": {"mRID": self.known_incident()["mrid"]}}]), names)
        for name in names:
            self._expect_found(self._query("active", [{"UsagePoint": {"mRID": self.customers[name].mrid}}]), [name])

    def expect_incident_shown(self) -> None:
        """Every ticket shows the incident with all that is noted about it."""
        checks = []
        for name, shown in self._shown(self._callers()).items():
            checks += incident_checks(_place(name), self.known_incident(), shown.incident_record)
        self.conversation.judge(checks)

    def expect_over(self, over: bool) -> None:
        """Every ticket shows an incident that is closed, or is not."""
        checks = []
        for name, shown in self._shown(self._callers()).items():
            status = shown.incident_record.status if shown.incident_record else None
            word = ((status.value if status else None) or "").strip()
            wanted = CLOSED if over else f"some word, but not {CLOSED}"
            holds = bool(word) and (word.casefold() == CLOSED.casefold()) is over
            checks.append(_place(name).check("IncidentRecord/status/value", wanted, word or ABSENT, holds))
        self.conversation.judge(checks)

    def expect_archived(self) -> None:
        """The incident's tickets are found in the archive, by it and by themselves, and no longer among active ones."""
        names = self._callers()
        by_incident = [{"IncidentRecord": {"mRID": self.known_incident()["mrid"]}}]
        by_ticket = [{"mRID": self.conversation.mrid(name)} for name in names]
        for criteria in (by_incident, by_ticket):
            self._expect_found(self._query("archived", criteria), names)
            self._expect_found(self._query("active", criteria), [])

    # What operators do.

    def known_incident(self) -> Json:
        """The story's incident."""
        if self.incident is None:
            raise HarnessError("the story has not met its incident yet")
        return self.incident

    def act(self, action: str) -> None:
        """An operator's action."""
        self.queue.api.act(self.known_incident()["mrid"], action)

    def note(self, table: Table) -> None:
        """A crew is sent, and it is noted what is known."""
        incident, api = self.known_incident(), self.queue.api
        (row,) = rows_with(table, NOTE_COLUMNS)
        back = values.moment(row["power back"], self.conversation.run.clock.now())
        if back is None:
            raise HarnessError(f"{row['power back']!r} is no time such as +2h")
        crew = {"mrid": self.conversation.run.fresh("CREW"), "name": row["crew"]}
        expected = values.moment_text(back)
        changes = {"estimated_restoration_time": expected, "cause": row["cause"], "subcause": row["subcause"]}
        api.act(incident["mrid"], "crews", crew)
        api.change_incident(incident["mrid"], changes)
        api.act(incident["mrid"], "comments", {"text": row["comment"]})
        incident.update({**changes, "comment": row["comment"], "crews": [crew]})

    # Callbacks.

    def expect_got(self, csr: str, names: Sequence[str]) -> None:
        """The representative got the callbacks of these customers, who then belong to nobody else."""
        reply = self.conversation.reply()
        if names:
            reply_judging.expect_reply(self.conversation, "OK", None)
        got = self._by_customer(reply.callbacks)
        if sorted(got) != sorted(names):
            raise Mismatch.of(f"callbacks of {csr}", ", ".join(names) or "none", ", ".join(got) or "none")
        self._judge_callbacks(csr, got)

    def report(self, csr: str, table: Table) -> None:
        """A representative reports what became of calls."""
        rows = rows_with(table, OUTCOME_COLUMNS)
        entries = []
        for row in rows:
            entry = {"mRID": self._callback(row["customer"]), "csrId": csr, "status": {"value": row["result"]}}
            entries.append(entry | ({"comment": row["comment"]} if row.get("comment") else {}))
        self.reported = [row["customer"] for row in rows]
        operation = self.conversation.run.target.contract.operations[REPORT]
        self.conversation.send_message(operation, {"CallBackResult": entries})

    def expect_taken(self) -> None:
        """The results were taken, all of them."""
        reply = self._answer(REPORT)
        expected = sorted(self._callback(name) for name in self.reported)
        observed = sorted(str(each.mrid) for each in reply.results)
        if expected != observed:
            raise Mismatch.of("Payload", ", ".join(expected), ", ".join(observed) or "none")

    def expect_called_by_ivr(self, name: str) -> None:
        """Of the story's callbacks the IVR got this customer's alone, called, and its result was taken."""
        ivr, contract = self.queue.ivr, self.conversation.run.target.contract
        deadline = time.monotonic() + _COMES_SECONDS
        while True:
            taken = [record for record in ivr.journal() if was_taken(record)]
            sent = [carried for record in taken for carried in read_sent(record, contract).callbacks]
            got = self._by_customer(sent)
            calls = [each for each in ivr.dialled() if each["mrid"] in {str(carried.mrid) for carried in got.values()}]
            if (got and calls and all(each["posted"] for each in calls)) or time.monotonic() > deadline:
                break
            time.sleep(_POLL_SECONDS)
        if list(got) != [name]:
            raise Mismatch.of("callbacks that the IVR got", name, ", ".join(got) or "none")
        self._judge_callbacks(ADAPTER, got)
        results = [str(each["reply_result"] or each["problem"]) for each in calls]
        if results != ["OK"]:
            raise Mismatch.of("result that the IVR reported", "one, taken", ", ".join(results) or "none")

    # The story's own bookkeeping.

    def _answer(self, operation: str) -> Reply:
        """The reply to the last message, of this operation and OK; Errors of level INFORM may be there."""
        message = self.conversation.message
        if message is None or message.operation.name != operation:
            raise HarnessError(f"the last message of the story was none of {operation}")
        reply = self.conversation.reply()
        if reply.result != "OK" or any(error.level != "INFORM" for error in reply.errors):
            told = "; ".join(f"{error.reason}: {error.details}" for error in reply.errors)
            raise Mismatch.of("Reply/Result", "OK", f"{reply.result} {told}".strip())
        return reply

    def _callers(self) -> list[str]:
        return list(self.conversation.earlier)

    def _shown(self, names: Iterable[str]) -> dict[str, TroubleTicket]:
        """The active tickets of customers, queried by mRID."""
        wanted = {self.conversation.mrid(name): name for name in names}
        reply = self._query("active", [{"mRID": mrid} for mrid in wanted])
        self._expect_found(reply, list(wanted.values()))
        return {wanted[str(each.mrid)]: each for each in reply.tickets}

    def _query(self, context: str, criteria: Sequence[Json]) -> Reply:
        operation = self.conversation.run.target.contract.operations[QUERY]
        self.conversation.send_message(operation, {"TroubleTicket": list(criteria)}, Otherwise(context=context))
        return self.conversation.reply()

    def _expect_found(self, reply: Reply, names: Sequence[str]) -> None:
        known = {self.conversation.mrid(name): name for name in self._callers()}
        found = [known.get(str(each.mrid), f"another ticket ({each.mrid})") for each in reply.tickets]
        if sorted(found) != sorted(names):
            raise Mismatch.of("Payload", f"tickets of {', '.join(names) or 'nobody'}", ", ".join(found) or "none")

    def _by_customer(self, callbacks: Iterable[CallBack]) -> dict[str, CallBack]:
        """The callbacks of the story's customers; others are somebody else's."""
        names = {point.mrid: name for name, point in self.customers.items()}
        found: dict[str, CallBack] = {}
        for each in callbacks:
            points = [ticket.usage_point.mrid for ticket in each.trouble_tickets if ticket.usage_point]
            for name in [names[point] for point in points if point in names]:
                if name in found:
                    raise Mismatch.of("callbacks", f"one of {name}", "two")
                found[name] = each
        return found

    def _judge_callbacks(self, holder: str, got: dict[str, CallBack]) -> None:
        checks = []
        for name, each in got.items():
            at = Place(Aspect.PAYLOAD, f"callback of {name}")
            checks += incident_checks(at, self.known_incident(), each.incident_record)
            checks.append(at.check("csrId", holder, each.csr_id or ABSENT, each.csr_id == holder))
            self.callbacks[name] = str(each.mrid)
        self.conversation.judge(checks)

    def _callback(self, name: str) -> str:
        if name not in self.callbacks:
            raise HarnessError(f"nobody in the story has been given the callback of {name!r}")
        return self.callbacks[name]

    def _watch(self) -> None:
        """What the queue tidies up: the callbacks of the story's tickets."""
        for name, ticket in self.conversation.earlier.items():
            self.queue.callbacks[name] = Waiting(name, ticket, self.incident or {}, contacts_of(ticket.caller))

    def _tidy(self) -> None:
        if self.incident is not None:
            self.queue.incidents = [str(self.incident["mrid"])]
            # Where it is restored already this is refused, and nothing comes of it.
            self.queue.unrestored = list(self.queue.incidents)
            tidy(self.queue)


def names_in(text: str) -> list[str]:
    """`"home", "shop" and "clinic"`; `nobody`."""
    return text.replace(" and ", " ").replace(",", " ").replace('"', "").split() if text != "nobody" else []


def _place(name: str) -> Place:
    return Place(Aspect.PAYLOAD, f"Payload/{name}")
