"""Callbacks: when they may be handed out, and what assignment, results and time make of them (D-37, D-39)."""

import dataclasses
from datetime import timedelta

import pytest
from builders import NOW
from outages import QUEUE, owed

from reference_adapter.outage_model.callbacks import Consequence, pick

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


@pytest.mark.parametrize(
    ("periods", "missed"), [((), False), (PERIODS[:1], True), (PERIODS, False)], ids=["none", "past", "one to come"]
)
def test_a_callback_is_missed_when_its_last_period_has_passed(periods, missed):
    assert owed(periods=periods).is_missed(NOW + 3 * HOUR) is missed
    assert not owed(periods=PERIODS).is_missed(NOW + 5 * HOUR)


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
