"""Callbacks: when they may be handed out, and what assignment, results and time make of them (D-37, D-39)."""

import dataclasses
from datetime import timedelta

import pytest
from builders import NOW
from outages import QUEUE, kept, owed

from reference_adapter.operations.callback_life import callbacks_for
from reference_adapter.outage_model.callbacks import Consequence, pick
from reference_adapter.outage_model.network import Device, Network, UsagePointRecord

HOUR, MOMENT = timedelta(hours=1), timedelta(milliseconds=1)
HALF_HOUR = timedelta(minutes=30)
PERIODS = ((NOW + HOUR, NOW + 2 * HOUR), (NOW + 4 * HOUR, NOW + 5 * HOUR))


def settled(callback, consequence, result="Busy", by="csr-1", now=NOW):
    return callback.settle(result, consequence, by, now, QUEUE)


@pytest.mark.parametrize(
    ("after", "due"),
    [
        (timedelta(), False),
        (HOUR - MOMENT, False),
        (HOUR, True),
        (2 * HOUR, True),
        (2 * HOUR + MOMENT, False),
        (4.5 * HOUR, True),
        (5 * HOUR + MOMENT, False),
    ],
)
def test_a_callback_with_periods_is_due_inside_of_one(after, due):
    assert owed(periods=PERIODS).is_due(NOW + after) is due


def test_a_callback_without_periods_is_due_at_once():
    assert owed().is_due(NOW)


def test_a_callback_that_is_closed_or_put_off_is_not_due():
    assert not owed(closed_at=NOW).is_due(NOW + HOUR)
    put_off = owed(not_before=NOW + HOUR)
    assert (put_off.is_due(NOW + HOUR - MOMENT), put_off.is_due(NOW + HOUR)) == (False, True)


# Assignment


def test_an_assignment_lasts_for_its_time():
    taken = owed().assign("csr-1", NOW, QUEUE)
    assert (taken.assigned_user, taken.assigned_at, taken.assignment_expires_at) == ("csr-1", NOW, NOW + HALF_HOUR)
    assert taken.holder(NOW + HALF_HOUR - MOMENT) == "csr-1"
    assert taken.holder(NOW + HALF_HOUR) is None
    assert owed().holder(NOW) is None


def test_a_released_callback_is_as_if_it_had_not_been_assigned():
    assert owed().assign("csr-1", NOW, QUEUE).release() == owed()


def test_the_first_free_and_due_ones_are_picked_in_the_order_given():
    waiting = [
        owed("held").assign("csr-2", NOW, QUEUE),
        owed("over").assign("csr-2", NOW - HALF_HOUR, QUEUE),
        owed("later", periods=PERIODS),
        owed("put off", not_before=NOW + HOUR),
        owed("closed", closed_at=NOW),
        owed("b"),
        owed("a"),
    ]
    assert [each.mrid for each in pick(waiting, NOW, 2)] == ["over", "b"]
    assert [each.mrid for each in pick(waiting, NOW, 9)] == ["over", "b", "a"]
    assert pick(waiting, NOW, 0) == []


# Results


@pytest.mark.parametrize("consequence", [Consequence.CLOSE, Consequence.REPORT_AGAIN])
def test_a_result_that_ends_a_callback_closes_it(consequence):
    held = owed(comment="x").assign("csr-1", NOW, QUEUE)
    later = NOW + timedelta(minutes=1)
    assert settled(held, consequence, "Restored", now=later) == owed(
        comment="x", result="Restored", last_update_user="csr-1", last_update=later, closed_at=later
    )


def test_a_call_that_reached_nobody_is_put_back_for_later():
    held = owed().assign("csr-1", NOW, QUEUE)
    assert settled(held, Consequence.REQUEUE) == owed(
        result="Busy", last_update_user="csr-1", last_update=NOW, attempts=1, not_before=NOW + timedelta(minutes=15)
    )


def test_a_callback_is_put_back_three_times_and_given_up_the_fourth():
    callback, now, seen = owed(), NOW, []
    for _ in range(4):
        callback = settled(callback.assign("csr-1", now, QUEUE), Consequence.REQUEUE, now=now)
        seen.append((callback.attempts, callback.result, callback.closed_at is not None))
        now += HOUR
    assert seen == [(1, "Busy", False), (2, "Busy", False), (3, "Busy", False), (3, "Max Attempts", True)]
    assert (callback.last_update_user, callback.last_update) == ("csr-1", NOW + 3 * HOUR)
    assert callback.holder(now) is None


def test_the_number_of_times_is_configured():
    once = dataclasses.replace(QUEUE, requeue_limit=1, requeue=HOUR)
    first = owed().settle("No Answer", Consequence.REQUEUE, None, NOW, once)
    assert (first.not_before, first.closed_at) == (NOW + HOUR, None)
    assert first.settle("No Answer", Consequence.REQUEUE, None, NOW, once).result == "Max Attempts"


def test_a_callback_that_is_given_up_belongs_to_nobody():
    given_up = owed(periods=PERIODS).assign("csr-1", NOW, QUEUE).exhaust(NOW + HOUR, QUEUE)
    assert given_up == owed(periods=PERIODS, result="Max Attempts", last_update=NOW + HOUR, closed_at=NOW + HOUR)


# Who is owed one


PLACES = Network(
    [Device("F", "feeder", None), Device("L", "lateral", "F"), Device("T", "transformer", "L")],
    [UsagePointRecord("life support", "T", 6, 21514, 0, 0), UsagePointRecord("home", "T", 0, 1033, 0, 0)],
)


def made_for(*tickets):
    return callbacks_for(tickets, "INC-1", "PowerRestored", PLACES, 1033, NOW)


def test_each_ticket_that_asked_for_one_is_owed_a_callback():
    tickets = [
        kept("TT-1", call_back=True, usage_point="life support", language_id=1033, callback_periods=PERIODS),
        kept("TT-2", usage_point="home"),
        kept("TT-3", call_back=True, usage_point="home", language_id=21514),
    ]
    first, second = made_for(*tickets)
    given = {"incident": "INC-1", "created": NOW, "reason": "PowerRestored"}
    assert first == owed(
        first.mrid, ticket="TT-1", usage_point="life support", priority=6, language_id=1033, periods=PERIODS, **given
    )
    assert second == owed(second.mrid, ticket="TT-3", usage_point="home", priority=0, language_id=21514, **given)
    assert first.mrid < second.mrid


@pytest.mark.parametrize("usage_point", [None, "nowhere"])
def test_a_ticket_that_is_nowhere_is_owed_one_of_no_priority(usage_point):
    (made,) = made_for(kept(call_back=True, usage_point=usage_point))
    assert (made.usage_point, made.priority) == (usage_point, 0)


def test_a_ticket_without_a_language_is_called_back_in_the_default_one():
    (made,) = made_for(kept(call_back=True, language_id=None))
    assert made.language_id == 1033
