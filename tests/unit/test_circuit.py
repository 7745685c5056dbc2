"""The circuit breaker, by a clock of the test's own."""

import threading

import pytest

from reference_adapter.landbase.circuit import Circuit


class Clock:
    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def circuit(clock):
    return Circuit(failures_to_open=3, open_seconds=5.0, monotonic=clock)


def fail(circuit, times):
    for _ in range(times):
        circuit.failed()


def test_a_new_circuit_lets_calls_through(circuit):
    assert [circuit.allows() for _ in range(3)] == [True] * 3


def test_it_opens_at_the_configured_number_of_failures(circuit):
    fail(circuit, 2)
    assert circuit.allows()
    fail(circuit, 1)
    assert [circuit.allows() for _ in range(3)] == [False] * 3


def test_a_success_in_between_starts_the_count_anew(circuit):
    fail(circuit, 2)
    circuit.succeeded()
    fail(circuit, 2)
    assert circuit.allows()
    fail(circuit, 1)
    assert not circuit.allows()


def test_after_its_time_one_call_may_try(circuit, clock):
    fail(circuit, 3)
    clock.now += 4.99
    assert not circuit.allows()
    clock.now += 0.01
    assert [circuit.allows(), circuit.allows(), circuit.allows()] == [True, False, False]


def test_a_trial_that_fails_keeps_it_open_for_another_while(circuit, clock):
    fail(circuit, 3)
    clock.now += 5
    assert circuit.allows()
    clock.now += 1
    fail(circuit, 1)
    clock.now += 4.99
    assert not circuit.allows()
    clock.now += 0.01
    assert circuit.allows()


def test_a_trial_that_nobody_reports_on_is_followed_by_another(circuit, clock):
    fail(circuit, 3)
    clock.now += 5
    assert circuit.allows()
    clock.now += 5
    assert circuit.allows()


def test_a_trial_that_succeeds_closes_it(circuit, clock):
    fail(circuit, 3)
    clock.now += 5
    assert circuit.allows()
    circuit.succeeded()
    assert [circuit.allows() for _ in range(3)] == [True] * 3
    fail(circuit, 2)
    assert circuit.allows()


def test_of_many_threads_one_is_let_through(circuit, clock):
    fail(circuit, 3)
    clock.now += 5
    allowed = []
    threads = [threading.Thread(target=lambda: allowed.append(circuit.allows())) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert sorted(allowed) == [False] * 19 + [True]
