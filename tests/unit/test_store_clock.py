"""The simulated clock: set once in the store, followed by every process that uses it."""

from datetime import timedelta

import pytest
from builders import NOW, network
from stored import control

from reference_adapter.clock import SimulatedClock, system_clock
from reference_adapter.storage.database import Database
from reference_adapter.storage.shared_state import set_clock_offset
from reference_adapter.storage.unit_of_work import Store


@pytest.fixture
def other(store_path, database, clock):
    """The same store in another process, so to speak."""
    made = Store(Database(store_path), network(), SimulatedClock(clock))
    yield made
    made.database.close()


def test_a_clock_is_ahead_of_its_base_by_what_it_is_told(clock):
    simulated = SimulatedClock(clock)
    assert (simulated(), simulated.offset_seconds) == (NOW, 0.0)
    simulated.follow(90.5)
    clock.advance(seconds=1)
    assert (simulated(), simulated.offset_seconds) == (NOW + timedelta(seconds=91.5), 90.5)
    simulated.follow(-3600)
    assert simulated() == NOW + timedelta(seconds=1, hours=-1)
    assert abs(SimulatedClock()() - system_clock()) < timedelta(seconds=5)


def test_every_process_follows_the_clock_at_its_next_look(store, other, database, clock):
    assert (store.now(), other.now()) == (NOW, NOW)
    control(database, set_clock_offset, 60.0)
    assert (store.now(), other.now()) == (NOW + timedelta(minutes=1),) * 2
    assert (store.clock_offset, other.clock_offset) == (60.0, 60.0)
    control(database, set_clock_offset, 0.0)
    clock.advance(seconds=1)
    assert (store.now(), other.now()) == (NOW + timedelta(seconds=1),) * 2


def test_a_process_that_starts_later_follows_it_from_the_start(database, store_path, clock):
    control(database, set_clock_offset, -60.0)
    later = Store(Database(store_path), network(), SimulatedClock(clock))
    assert later.now() == NOW - timedelta(minutes=1)
    later.database.close()


def test_a_transaction_knows_the_clock_too(store, database):
    state = store.state()
    control(database, set_clock_offset, 60.0)
    with store.begin(state, NOW) as work:
        assert work.state is not state
        assert store.clock() == NOW + timedelta(minutes=1)


def test_who_still_looks_at_an_older_moment_does_not_turn_the_clock_back(store, database):
    with database.read() as older:
        before = store._current(older)
        control(database, set_clock_offset, 60.0)
        assert store.now() == NOW + timedelta(minutes=1)
        current = store.state()
        assert store._current(older).generation == before.generation
        assert store.clock() == NOW + timedelta(minutes=1)
        assert store.state() is current
