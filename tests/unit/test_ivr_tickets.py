"""Tickets that the IVR reports."""

import itertools
from datetime import UTC, datetime

import pytest
from lxml import etree
from pydantic import ValidationError

from crm_contract.envelope import ReportedError
from crm_soap.client import NoAnswer, ServiceReply
from mock_ivr.tickets import TicketOrder, TicketReporter

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


class Adapter:
    """Creates every ticket, unless it is given other answers."""

    def __init__(self, *answers):
        self.answers = itertools.chain(answers, itertools.repeat(None))
        self.tickets = []

    def __call__(self, message):
        self.tickets.append(message.trouble_tickets)
        answer = next(self.answers)
        if isinstance(answer, Exception):
            raise answer
        return answer or ServiceReply("OK", payload=created(len(message.trouble_tickets)))


def created(count):
    return etree.fromstring(f"<TroubleTickets>{'<TroubleTicket/>' * count}</TroubleTickets>")


def test_tickets_go_in_batches_and_usage_points_take_turns():
    adapter = Adapter()
    receipt = TicketReporter(adapter, 1).report(TicketOrder(count=7, batch=3, usage_points=["UP-1", "UP-2"]))
    assert receipt.model_dump() == {
        "tickets": 7,
        "messages": 3,
        "created": 7,
        "results": {"OK": 3},
        "unanswered": 0,
        "problems": [],
    }
    assert [len(batch) for batch in adapter.tickets] == [3, 3, 1]
    tickets = list(itertools.chain(*adapter.tickets))
    assert [ticket.usage_point.mrid for ticket in tickets] == ["UP-1", "UP-2", "UP-1", "UP-2", "UP-1", "UP-2", "UP-1"]
    assert len({ticket.name for ticket in tickets}) == 7
    assert {(ticket.source, ticket.trouble_code, ticket.call_back) for ticket in tickets} == {
        ("IVR", "No Power/No Light", False)
    }
    for ticket in tickets:
        caller = ticket.customer_data
        assert caller.first_name
        assert caller.last_name
        assert (caller.mobile_phone is None) != (caller.landline_phone is None)


def test_the_same_seed_makes_up_the_same_callers():
    def callers(seed):
        adapter = Adapter()
        TicketReporter(adapter, seed).report(TicketOrder(count=5))
        return [ticket.customer_data for ticket in adapter.tickets[0]]

    assert callers(1) == callers(1)
    assert callers(1) != callers(2)


def test_names_go_on_from_one_order_to_the_next():
    adapter = Adapter()
    reporter = TicketReporter(adapter, 1)
    for _ in range(2):
        reporter.report(TicketOrder(count=2))
    assert [ticket.name for ticket in itertools.chain(*adapter.tickets)] == [
        f"IVR-{number:06}" for number in (1, 2, 3, 4)
    ]


def test_a_callback_is_wanted_as_ordered():
    adapter = Adapter()
    reporter = TicketReporter(adapter, 1)
    wanted = {"call_back": True, "contact_detail": "SMS", "callback_start": NOON, "callback_end": NOON.replace(hour=14)}
    reporter.report(TicketOrder(**wanted, language_id=21514, comment="dark", trouble_code="Other"))
    reporter.report(TicketOrder(call_back=True))
    (asked,), (bare,) = adapter.tickets
    assert (asked.call_back, asked.language_id, asked.comment, asked.trouble_code) == (True, "21514", "dark", "Other")
    (request,) = asked.call_backs
    assert request.contact_detail == "SMS"
    assert [(period.start, period.end) for period in request.periods] == [
        ("2026-01-01T12:00:00.000Z", "2026-01-01T14:00:00.000Z")
    ]
    assert (bare.call_back, bare.call_backs, bare.usage_point) == (True, [], None)


def test_what_goes_wrong_is_counted():
    error = ReportedError("2.12", "FATAL", "InvalidUsagePoints", "no such: UP-9")
    adapter = Adapter(
        NoAnswer("refused"),
        ServiceReply("PARTIAL", (error,), created(1)),
        ServiceReply("FAILED", fault=True, fault_text="busy"),
    )
    receipt = TicketReporter(adapter, 1).report(TicketOrder(count=8, batch=2))
    assert receipt.model_dump() == {
        "tickets": 8,
        "messages": 4,
        "created": 3,
        "results": {"PARTIAL": 1, "FAILED": 1, "OK": 1},
        "unanswered": 1,
        "problems": ["refused", "2.12 InvalidUsagePoints: no such: UP-9", "fault: busy"],
    }


@pytest.mark.parametrize("order", [{"count": 0}, {"count": 10_001}, {"batch": 0}, {"counts": 1}, {"callback_end": "x"}])
def test_an_order_that_cannot_be_is_refused(order):
    with pytest.raises(ValidationError):
        TicketOrder(**order)
