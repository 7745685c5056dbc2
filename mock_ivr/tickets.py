"""Trouble tickets that the IVR has collected, reported in batches."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import count, cycle, islice
from random import Random
from typing import Annotated

from faker import Faker
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from crm_contract.messages import (
    CallBackRequest,
    CustomerData,
    ElectronicAddress,
    Period,
    TelephoneNumber,
    TroubleTicket,
    TroubleTickets,
    UsagePoint,
)
from crm_contract.values import format_datetime
from crm_soap.client import InvalidReply, NoAnswer, ServiceReply

_PROBLEMS_TOLD = 20

Report = Callable[[TroubleTickets], ServiceReply]


class TicketOrder(BaseModel):
    """Tickets to report: how many, how many a message, about what. Usage points are taken in turn.

    `callback_start` and `callback_end` are the period in which a caller wants to be called back.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    count: Annotated[int, Field(ge=1, le=10_000)] = 1
    batch: Annotated[int, Field(ge=1, le=1000)] = 50
    usage_points: Annotated[list[str], Field(max_length=10_000)] = Field(default_factory=list)
    trouble_code: str = "No Power/No Light"
    language_id: int | None = None
    comment: str | None = None
    call_back: bool = False
    contact_detail: str | None = None
    callback_start: AwareDatetime | None = None
    callback_end: AwareDatetime | None = None


class TicketReceipt(BaseModel):
    """What became of them: messages by the Result of their reply; `unanswered` ones have none."""

    tickets: int
    messages: int
    created: int
    results: dict[str, int]
    unanswered: int
    problems: list[str]


class TicketReporter:
    """Makes up callers and reports their tickets. The same seed gives the same callers. Thread-safe."""

    def __init__(self, report: Report, seed: int) -> None:
        self._report = report
        self._random = Random(seed)
        self._faker = Faker("en_US")
        self._faker.seed_instance(seed)
        self._numbers = count(1)
        self._lock = threading.Lock()

    def report(self, order: TicketOrder) -> TicketReceipt:
        """Report tickets, a message after the other."""
        with self._lock:
            tickets = list(islice(self._tickets(order), order.count))
        results: Counter[str] = Counter()
        problems: list[str] = []
        created = unanswered = 0
        batches = [tickets[start : start + order.batch] for start in range(0, order.count, order.batch)]
        for batch in batches:
            try:
                reply = self._report(TroubleTickets(batch))
            except (NoAnswer, InvalidReply) as error:
                unanswered += 1
                problems.append(str(error))
                continue
            results[reply.result] += 1
            # Entries of the payload are the created tickets.
            created += len(reply.payload) if reply.payload is not None else 0
            problems += [f"{error.code} {error.reason}: {error.details}" for error in reply.errors]
            if reply.fault and not reply.errors:
                problems.append(f"fault: {reply.fault_text}")
        return TicketReceipt(
            tickets=order.count,
            messages=len(batches),
            created=created,
            results=dict(results),
            unanswered=unanswered,
            problems=problems[:_PROBLEMS_TOLD],
        )

    def _tickets(self, order: TicketOrder) -> Iterator[TroubleTicket]:
        usage_points = cycle(order.usage_points or [None])
        for usage_point in usage_points:
            yield TroubleTicket(
                name=f"IVR-{next(self._numbers):06d}",
                call_back=order.call_back,
                comment=order.comment,
                language_id=None if order.language_id is None else str(order.language_id),
                source="IVR",
                trouble_code=order.trouble_code,
                call_backs=_call_backs(order),
                customer_data=self._caller(),
                usage_point=UsagePoint(usage_point) if usage_point else None,
            )

    def _caller(self) -> CustomerData:
        """Who calls an IVR is known by a telephone, some by an e-mail address too."""
        caller = CustomerData(self._faker.first_name(), self._faker.last_name())
        number = TelephoneNumber(self._faker.numerify("512-555-01##"))
        if self._random.random() < 0.7:
            caller.mobile_phone = number
        else:
            caller.landline_phone = number
        if self._random.random() < 0.3:
            caller.electronic_address = ElectronicAddress(self._faker.ascii_safe_email())
        return caller


def _call_backs(order: TicketOrder) -> list[CallBackRequest]:
    start, end = order.callback_start, order.callback_end
    if not order.call_back or not (order.contact_detail or start or end):
        return []
    period = Period(format_datetime(end) if end else None, format_datetime(start) if start else None)
    return [CallBackRequest(order.contact_detail, [period] if start or end else [])]
