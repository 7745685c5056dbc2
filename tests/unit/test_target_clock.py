"""The target's clock, as the suite follows it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from crmkit.suite.access.clock import TargetClock
from crmkit.suite.access.control import Control
from crmkit.suite.errors import CouldNotTest

HOUR = timedelta(hours=1)


class ControlClock(Control):
    """A control API whose clock is ahead."""

    def __init__(self, ahead: timedelta = timedelta(0), offered: bool = True) -> None:
        super().__init__("http://localhost:9")
        self.ahead = ahead
        self.offered = offered
        self.restored = 0

    def clock(self) -> str:
        if not self.offered:
            raise CouldNotTest("the control API does not offer GET /clock")
        return (datetime.now(UTC) + self.ahead).isoformat()

    def advance_clock(self, seconds: float) -> str:
        self.ahead += timedelta(seconds=seconds)
        return self.clock()

    def restore_clock(self) -> None:
        self.ahead = timedelta(0)
        self.restored += 1

    def set_clock(self, now: datetime) -> None:
        self.ahead = timedelta(seconds=round((now - datetime.now(UTC)).total_seconds()))
        self.restored += 1


def ahead(clock: TargetClock) -> timedelta:
    return timedelta(seconds=round((clock.now() - datetime.now(UTC)).total_seconds()))


def test_without_control_it_is_the_machines() -> None:
    clock = TargetClock(None)
    clock.look()
    assert ahead(clock) == timedelta(0)
    clock.restore()
    with pytest.raises(CouldNotTest, match="--control"):
        clock.advance(1)


@pytest.mark.parametrize(("offered", "seen"), [(True, 5 * HOUR), (False, timedelta(0))])
def test_it_follows_the_target(offered: bool, seen: timedelta) -> None:
    clock = TargetClock(ControlClock(5 * HOUR, offered))
    clock.look()
    assert ahead(clock) == seen


def test_time_that_passed_is_taken_back_once() -> None:
    control = ControlClock()
    clock = TargetClock(control)
    clock.restore()
    assert control.restored == 0
    clock.advance(3600)
    clock.advance(1800)
    assert ahead(clock) == 1.5 * HOUR
    clock.restore()
    clock.restore()
    assert control.restored == 1
    assert ahead(clock) == timedelta(0)


def test_a_clock_that_was_set_before_is_left_as_far_ahead_as_it_was() -> None:
    control = ControlClock(5 * HOUR)
    clock = TargetClock(control)
    clock.advance(3600)
    assert ahead(clock) == 6 * HOUR
    clock.restore()
    assert (control.restored, control.ahead, ahead(clock)) == (1, 5 * HOUR, 5 * HOUR)
