"""Background loops: repeated, kept alive after a failure, and stopped without waiting for long."""

import threading
import time

import pytest

from reference_adapter.background.loop import Loop, stop_loops
from reference_adapter.storage.database import StoreBusy


@pytest.fixture
def stopping():
    made = threading.Event()
    yield made
    made.set()


def test_work_is_repeated_whatever_becomes_of_it(stopping):
    failures, enough = [ZeroDivisionError(), StoreBusy()], threading.Event()

    def work():
        if failures:
            raise failures.pop()
        enough.set()

    loop = Loop("a", 0.001, work, stopping)
    loop.start()
    assert enough.wait(10)
    assert stop_loops([loop], stopping, 10.0)


def test_a_loop_that_is_stopped_does_not_begin_again(stopping):
    begun = []
    loop = Loop("a", 60.0, lambda: begun.append(stopping.set()), stopping)
    loop.start()
    assert stop_loops([loop], stopping, 10.0)
    assert len(begun) <= 1


def test_what_is_stuck_is_left_behind_after_a_time_that_all_loops_share(stopping):
    inside, release = threading.Barrier(4), threading.Event()

    def work():
        inside.wait(10)
        release.wait(60)

    loops = [Loop(name, 1.0, work, stopping) for name in "abc"]
    for loop in loops:
        loop.start()
    inside.wait(10)
    begun = time.monotonic()
    assert not stop_loops(loops, stopping, 0.2)
    assert time.monotonic() - begun < 0.5
    release.set()
    assert stop_loops(loops, stopping, 10.0)
