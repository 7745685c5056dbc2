"""Which outcome a callback gets, and when."""

import threading
from collections import Counter

import pytest
from pydantic import ValidationError

from mock_ivr.dialling import Dialler, Dialling

MANY = [f"CB-{number}" for number in range(400)]


class Seconds:
    """A clock that stands until a test moves it."""

    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Seconds()


@pytest.fixture
def dialler(clock):
    return Dialler(1, clock)


def outcomes(dialler, clock, mrids=MANY):
    dialler.dial(mrids)
    clock.now += 3600
    calls = dialler.due(len(mrids))
    assert [call.mrid for call in calls] == list(mrids)
    return [call.outcome for call in calls]


def test_the_same_seed_draws_the_same_outcomes(dialler, clock):
    first = outcomes(dialler, clock)
    assert outcomes(Dialler(1, clock), clock) == first
    assert outcomes(Dialler(2, clock), clock) != first
    assert outcomes(dialler, clock) != first
    dialler.change(Dialling())
    assert outcomes(dialler, clock) == first
    dialler.change(Dialling(seed=2))
    assert outcomes(dialler, clock) == outcomes(Dialler(2, clock), clock)


def test_the_setting_tells_the_seed_that_holds(dialler):
    assert dialler.setting.seed == 1
    assert dialler.change(Dialling(seed=9)).seed == 9
    assert dialler.change(Dialling(**{**dialler.setting.model_dump(), "delay_seconds": 3})).seed == 9
    assert dialler.change(Dialling()).seed == 1


def test_outcomes_are_drawn_by_their_weights(dialler, clock):
    dialler.change(Dialling(probabilities={"Restored": 3, "Busy": 1, "Declined": 0}))
    drawn = Counter(outcomes(dialler, clock))
    assert set(drawn) == {"Restored", "Busy"}
    assert 250 < drawn["Restored"] < 350


def test_the_usual_outcomes_are_those_of_the_interface(dialler, clock):
    known = {"Restored", "Not Restored", "No Answer", "Busy", "Left Message", "Undialable", "Declined"}
    assert set(outcomes(dialler, clock)) == known


def test_a_script_decides_by_mrid_and_for_all_others(dialler, clock):
    dialler.change(Dialling(script={"CB-1": "Declined", "CB-2": ["Busy", "No Answer", "Restored"], "*": "Undialable"}))
    told = [outcomes(dialler, clock, ("CB-1", "CB-2", "CB-3")) for _ in range(4)]
    assert told == [
        ["Declined", "Busy", "Undialable"],
        ["Declined", "No Answer", "Undialable"],
        ["Declined", "Restored", "Undialable"],
        ["Declined", "Restored", "Undialable"],
    ]


def test_outcomes_for_everybody_are_taken_in_turn(dialler, clock):
    dialler.change(Dialling(script={"*": ["Busy", "Restored", "Declined"]}))
    assert outcomes(dialler, clock, ("a", "b", "c", "d")) == ["Busy", "Restored", "Declined", "Declined"]


def test_a_script_that_is_given_again_begins_anew(dialler, clock):
    script = {"CB-1": ["Busy", "Restored"]}
    for _ in range(2):
        dialler.change(Dialling(script=script))
        assert outcomes(dialler, clock, ("CB-1",)) == ["Busy"]


def test_whom_the_script_does_not_name_is_left_to_chance(dialler, clock):
    dialler.change(Dialling(script={"CB-1": "Restored"}, probabilities={"Busy": 1}))
    assert outcomes(dialler, clock, ("CB-1", "CB-2")) == ["Restored", "Busy"]


def test_an_outcome_is_known_after_the_delay(dialler, clock):
    dialler.change(Dialling(delay_seconds=10, csr_id="robot"))
    dialler.dial(["a"])
    clock.now += 4
    dialler.change(Dialling(delay_seconds=2, csr_id="robot"))
    dialler.dial(["b"])
    clock.now += 1.9
    assert dialler.due(10) == []
    clock.now += 0.1
    assert [(call.mrid, call.csr_id) for call in dialler.due(10)] == [("b", "robot")]
    clock.now += 4
    assert [call.mrid for call in dialler.due(10)] == ["a"]
    assert dialler.due(10) == []


def test_only_so_many_calls_are_handed_out_at_once(dialler, clock):
    dialler.change(Dialling(delay_seconds=0))
    dialler.dial(["a", "b", "c"])
    assert [[call.mrid for call in dialler.due(2)] for _ in range(3)] == [["a", "b"], ["c"], []]


def test_disabled_nothing_is_dialled_and_calls_under_way_end(dialler, clock):
    dialler.dial(["before"])
    dialler.change(Dialling(enabled=False))
    dialler.dial(["meanwhile"])
    dialler.change(Dialling())
    clock.now += 3600
    assert dialler.due(10) == []


@pytest.mark.parametrize("ending", ["dial", "stop"])
def test_who_waits_is_woken(ending):
    dialler = Dialler(1)
    dialler.change(Dialling(delay_seconds=0))
    woken = []
    waiting = threading.Thread(target=lambda: woken.append(dialler.wait()), daemon=True)
    waiting.start()
    waiting.join(0.05)
    assert woken == []
    dialler.dial(["a"]) if ending == "dial" else dialler.stop()
    waiting.join(5)
    assert woken == [ending == "dial"]


@pytest.mark.parametrize(
    "setting",
    [
        {"probabilities": {}},
        {"probabilities": {"Restored": 0}},
        {"probabilities": {"Restored": -1, "Busy": 2}},
        {"probabilities": {"Restored": "NaN"}},
        {"script": {"*": []}},
        {"script": {"*": ""}},
        {"delay_seconds": -1},
        {"csr_id": ""},
        {"scripts": {}},
    ],
)
def test_a_setting_that_cannot_be_is_refused(setting):
    with pytest.raises(ValidationError):
        Dialling(**setting)
