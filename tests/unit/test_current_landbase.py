"""What a worker knows of the landbase: kept through operators' work, forgotten when control says so."""

import dataclasses
from functools import partial

import pytest
from builders import Fixed, incident, network, settings
from stored import add_incident, change_incident, control

from reference_adapter.app import CurrentLandbase
from reference_adapter.control.simulator import Simulator
from reference_adapter.landbase.client import LandbaseClient
from reference_adapter.storage.shared_state import SLOW_IMS, InjectedFault, clear_fault, set_clock_offset, set_fault


@pytest.fixture
def landbase():
    return CurrentLandbase("http://127.0.0.1:9")


@pytest.fixture
def forgotten(monkeypatch):
    """How often something was forgotten, making a client included."""
    times = []
    forget = LandbaseClient.forget
    monkeypatch.setattr(LandbaseClient, "forget", lambda client: times.append(forget(client)))
    return times


def test_operators_and_faults_and_the_clock_leave_the_landbase_s_answers_alone(store, database, landbase, forgotten):
    client = landbase(store.state(), settings())
    generation = store.state().generation
    control(database, add_incident, incident("TRF-1"))
    for changes in ({"comment": "tree"}, {"restored_at": store.now()}):
        control(database, partial(change_incident, mrid="INC-TRF-1", **changes))
    control(database, set_fault, InjectedFault(SLOW_IMS))
    control(database, clear_fault, SLOW_IMS)
    control(database, set_clock_offset, 60.0)
    assert store.state().generation >= generation + 6
    assert landbase(store.state(), settings()) is client
    assert len(forgotten) == 1


@pytest.mark.parametrize("act", [Simulator.drop_caches, Simulator.reset])
def test_control_has_them_forgotten_once(store, database, landbase, forgotten, act):
    client, before = landbase(store.state(), settings()), store.state()
    act(Simulator(database, store, network(), Fixed(settings())))
    assert store.state() is not before
    for _ in range(2):
        assert landbase(store.state(), settings()) is client
    assert len(forgotten) == 2


def test_another_setting_makes_another_client(store, landbase):
    changed = dataclasses.replace(settings().landbase, timeout_seconds=0.5)
    first = landbase(store.state(), settings())
    assert landbase(store.state(), settings(landbase=changed)).settings == changed
    assert landbase(store.state(), settings()) is not first
