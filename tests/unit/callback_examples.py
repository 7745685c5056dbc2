"""Valid callbacks for a test to change one thing of, and a scenario's queue without a target."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from crm_contract.contract import load_contract
from crm_contract.messages import (
    CallBack,
    CallBackResult,
    CallbackTicket,
    Crew,
    CustomerData,
    IncidentRecord,
    OutageCode,
    OutageRecord,
    Status,
    TelephoneNumber,
    UsagePoint,
)
from crmkit.suite.access.control import Control, StoreState, TicketsSeen
from crmkit.suite.access.target import Target
from crmkit.suite.callbacks.people import Contact
from crmkit.suite.callbacks.queue import CallbackQueue, Entry, Waiting
from crmkit.suite.conversation import Conversation
from crmkit.suite.replies.reading import Reply, ReportedError
from crmkit.suite.run import Run, Settings
from crmkit.suite.tickets.written import Ticket

CONTRACT = load_contract()
NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
NOW_TEXT = "2026-05-01T12:00:00Z"

SETTINGS: dict[str, Any] = {
    "assignment_seconds": 1800,
    "requeue_seconds": 900,
    "callback_results": [
        "Busy",
        "Declined",
        "Left Message",
        "No Answer",
        "Not Restored",
        "Restored",
        "Undialable",
    ],
    "publisher": {"seconds": 60, "priorities": [6, 5], "tries": 3, "retry_seconds": 10, "assignee": "CrmAdapter"},
}


class NoTarget(Control):
    """A control API that knows of some tickets and nothing else."""

    def __init__(self) -> None:
        super().__init__("http://localhost:9")
        self.tickets: list[dict[str, Any]] = []

    def store(self) -> StoreState:
        return StoreState(0, 0)

    def clock(self) -> str:
        return NOW_TEXT

    def tickets_after(self, position: int) -> list[dict[str, Any]]:
        return self.tickets

    def tickets_seen(self, position: int) -> TicketsSeen:
        return TicketsSeen(self.tickets_after(position), position, self.store())


class Api:
    """The control API's part about callbacks, from memory."""

    def __init__(self, callbacks: list[dict[str, Any]]) -> None:
        self.callbacks = callbacks
        self.log: list[dict[str, Any]] = []
        self.jobs: list[str] = []
        self.last: int | None = None

    def callbacks_after(self, position: int) -> list[dict[str, Any]]:
        return [dict(each) for each in self.callbacks]

    def log_after(self, position: int) -> list[dict[str, Any]]:
        return self.log

    def log_position(self) -> int:
        return 0

    def run_job(self, job: str) -> None:
        self.jobs.append(job)


class Ivr:
    """The IVR's control API, from memory."""

    def __init__(self, *records: dict[str, Any]) -> None:
        self.records = list(records)
        self.calls: list[dict[str, Any]] = []

    def journal(self) -> list[dict[str, Any]]:
        return self.records

    def dialled(self) -> list[dict[str, Any]]:
        return self.calls


def stored(alias: str, **changes: Any) -> dict[str, Any]:
    """A callback as the control API shows it."""
    shape = {
        "seq": 1,
        "mrid": f"CB-{alias}",
        "ticket": f"TT-{alias}",
        "ticket_name": f"name-{alias}",
        "incident": f"INC-{alias}",
        "usage_point": f"UP-{alias}",
        "created_at": NOW_TEXT,
        "priority": 0,
        "language_id": 1033,
        "trouble_code": "Voltage Problem",
        "reason": "PowerRestored",
        "periods": [],
        "comment": None,
        "automatic": False,
        "assigned_user": None,
        "assigned_at": None,
        "assignment_expires_at": None,
        "not_before": None,
        "attempts": 0,
        "result": None,
        "closed": False,
        "closed_at": None,
        "last_update_user": None,
        "last_update_time": None,
    }
    assert not changes.keys() - shape.keys()
    return shape | changes


def incident(alias: str) -> dict[str, Any]:
    """Its incident as the control API shows it."""
    return {
        "mrid": f"INC-{alias}",
        "comment": "Tree on the line.",
        "created_date_time": "2026-05-01T11:00:00.250Z",
        "status": "Dispatched",
        "restored_at": NOW_TEXT,
        "estimated_restoration_time": "2026-05-01T15:00:00Z",
        "cause": "Weather",
        "subcause": "Wind",
        "crews": [{"mrid": "C-1", "name": "Crew South"}],
    }


def waiting(alias: str, **changes: Any) -> Waiting:
    """A callback of the scenario, about a customer who gave a mobile number."""
    ticket = Ticket(alias, 1, f"name-{alias}", frozenset(), usage_point=f"UP-{alias}", mrid=f"TT-{alias}")
    contacts = [Contact("Ada", None, "Lovelace", "mobile", "0102")]
    return Waiting(alias, ticket, incident(alias), contacts, stored(alias, **changes))


def carried(alias: str, csr: str = "csr-7", **changes: Any) -> CallBack:
    """The same callback in a message."""
    record = IncidentRecord(
        mrid=f"INC-{alias}",
        comment="Tree on the line.",
        created_date_time="2026-05-01T13:00:00+02:00",
        estimated_restoration_time="2026-05-01T15:00:00.000Z",
        crews=[Crew("C-1", "Crew South")],
        outage_record=OutageRecord([OutageCode("Weather", "Wind")]),
        status=Status(value="Dispatched"),
    )
    customer = CustomerData("Ada", "Lovelace", mobile_phone=TelephoneNumber("0102"))
    made = CallBack(
        mrid=f"CB-{alias}",
        csr_id=csr,
        date_time="2026-05-01T12:00:10Z",
        reason="PowerRestored",
        incident_record=record,
        trouble_tickets=[CallbackTicket("1033", "Voltage Problem", customer, UsagePoint(f"UP-{alias}"))],
    )
    for name, value in changes.items():
        assert hasattr(made, name)
        setattr(made, name, value)
    return made


def queue_of(*callbacks: Waiting, row: str = "7.1-01", operation: str = "GetCallbacks") -> CallbackQueue:
    """A scenario's queue with these callbacks, stored as they are."""
    control = NoTarget()
    run = Run(Target("http://localhost:9", CONTRACT), control)
    run.__dict__["settings"] = Settings()
    queue = CallbackQueue(Conversation(run, row, CONTRACT.operations[operation]))
    queue.__dict__ |= {"api": Api([dict(each.stored) for each in callbacks]), "settings": SETTINGS, "ivr": Ivr()}
    for each in callbacks:
        queue.callbacks[each.alias] = each
        queue.conversation.call(each.alias, each.mrid)
    return queue


def reply(
    result: str = "OK",
    callbacks: Sequence[CallBack] = (),
    results: Sequence[CallBackResult] = (),
    errors: Sequence[ReportedError] = (),
) -> Reply:
    """A reply that was made a moment ago."""
    header = {"Timestamp": "2026-05-01T12:00:00Z"}
    return Reply(result, tuple(errors), header, (), None, tuple(callbacks), tuple(results))


def answered(queue: CallbackQueue, given: Reply) -> CallbackQueue:
    """The queue after a message that was answered so."""
    queue.conversation._reply = given, None
    return queue


def reported(queue: CallbackQueue, *entries: tuple[str, str | None, str]) -> CallbackQueue:
    """The queue after results were reported: alias, mRID and word each."""
    queue.reported = [Entry(alias, mrid, result, "") for alias, mrid, result in entries]
    return queue


def result(mrid: str | None, word: str | None = "Updated") -> CallBackResult:
    """An entry of the reply to results."""
    return CallBackResult(mrid=mrid, status=None if word is None else Status(value=word))
