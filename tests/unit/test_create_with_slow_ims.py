"""CreatedTroubleTickets while the IMS is slow, and while something changes between judging and the transaction."""

import json
import threading
import time

import pytest
from builders import NOW, FakeLandbase, as_tuples, at, incident, on, pole, ticket
from stored import add_incident, change_incident, control, count, found, names

from reference_adapter.background.ims_inbox import ImsInbox
from reference_adapter.landbase.answers import Found
from reference_adapter.operations.ims import wait_for_confirmation
from reference_adapter.operations.replies import Result
from reference_adapter.storage import tables
from reference_adapter.storage.shared_state import SLOW_IMS, InjectedFault, clear_fault, set_fault


def slow(database, seconds=0.1):
    control(database, set_fault, InjectedFault(SLOW_IMS, seconds=seconds))


def pending(database):
    return count(database, tables.ims_inbox)


def test_a_slow_ims_is_told_of_after_the_interval_and_the_tickets_appear_later_once(send, store, database):
    slow(database)
    started = time.monotonic()
    outcome = send(ticket("a", **on("UP-1")), ticket("b"))
    assert time.monotonic() - started >= 0.1
    assert outcome.result is Result.OK
    details = "Call(s) creation has been forwarded to IMS, but callback is not received within 0.1 seconds interval."
    assert as_tuples(outcome.errors) == [("5.3", "WARNING", "ImsCallbackNotReceived", details)]
    assert outcome.mrids is None
    assert [draft.sent.name for draft in outcome.drafts] == ["a", "b"]
    assert (count(database), pending(database), count(database, tables.messages)) == (0, 1, 1)
    inbox = ImsInbox(store)
    assert inbox.run() == 0
    control(database, clear_fault, SLOW_IMS)
    assert [inbox.run(), inbox.run()] == [1, 0]
    assert names(database) == ["a", "b"]


@pytest.mark.parametrize(("seconds", "said"), [(10.0, "10 seconds"), (0.25, "0.25 seconds")])
def test_the_configured_interval_holds_where_control_names_none(database, send, monkeypatch, seconds, said):
    waited = []
    monkeypatch.setattr(
        "reference_adapter.operations.created_trouble_tickets.wait_for_confirmation",
        lambda store, seq, interval: waited.append(interval),
    )
    control(database, set_fault, InjectedFault(SLOW_IMS))
    outcome = send(ticket(), ims_confirmation_seconds=seconds)
    assert waited == [seconds]
    assert f"within {said} interval" in outcome.errors[0].details


def test_an_ims_that_is_released_in_time_confirms(send, store, database):
    slow(database, seconds=10.0)
    inbox = ImsInbox(store)

    def release():
        deadline = time.monotonic() + 5
        while not pending(database) and time.monotonic() < deadline:
            time.sleep(0.01)
        control(database, clear_fault, SLOW_IMS)
        inbox.run()

    thread = threading.Thread(target=release)
    thread.start()
    outcome = send(ticket("a"), ticket("b"))
    thread.join(10)
    assert (outcome.result, outcome.errors) == (Result.OK, [])
    assert list(outcome.mrids) == [each["mrid"] for each in found(database)[1]]
    assert names(database) == ["a", "b"]


def test_others_are_served_while_a_message_waits_for_the_ims(send, store, database):
    slow(database, seconds=3.0)
    waiting = threading.Thread(target=send, args=(ticket("slow"),))
    waiting.start()
    deadline = time.monotonic() + 5
    while not pending(database) and time.monotonic() < deadline:
        time.sleep(0.01)
    control(database, clear_fault, SLOW_IMS)
    started = time.monotonic()
    assert send(ticket("quick")).result is Result.OK
    assert time.monotonic() - started < 1
    assert names(database) == ["quick"]
    ImsInbox(store).run()
    waiting.join(10)
    assert not waiting.is_alive()
    assert names(database) == ["quick", "slow"]


def test_a_message_without_accepted_tickets_is_not_forwarded(send, database):
    slow(database, seconds=5.0)
    started = time.monotonic()
    assert send(ticket(trouble_code=None)).result is Result.FAILED
    assert send().result is Result.OK
    assert time.monotonic() - started < 1
    assert pending(database) == 0


def test_a_slow_ims_changes_nothing_about_the_result_of_a_message(send, database):
    slow(database)
    outcome = send(ticket("a"), ticket("b", trouble_code=None))
    assert outcome.result is Result.PARTIAL
    assert [error.reason for error in outcome.errors] == ["MissingTroubleCode", "ImsCallbackNotReceived"]


def test_a_fault_that_has_expired_does_not_slow_anybody(send, database, clock):
    control(database, set_fault, InjectedFault(SLOW_IMS, seconds=5.0, expires_at=at(seconds=10).replace("Z", ".000Z")))
    clock.advance(seconds=10)
    assert send(ticket()).errors == []
    assert count(database) == 1


def test_forwarded_tickets_carry_what_they_were_judged_by(send, database):
    slow(database)
    send(ticket("ä", **pole()), landbase=FakeLandbase(otherwise=Found(1.5, 2.5)))
    with database.read() as connection:
        (waiting,) = json.loads(
            connection.scalar(tables.ims_inbox.select().with_only_columns(tables.ims_inbox.c.tickets))
        )
    assert (waiting["name"], waiting["located_by"], waiting["x"], waiting["y"]) == ("ä", "landbase", 1.5, 2.5)


class Confirmations:
    """Confirms at the n-th question."""

    def __init__(self, at_question):
        self.left = at_question

    def confirmation(self, seq):
        self.left -= 1
        return ["TT-1"] if self.left <= 0 else None


class Monotonic:
    def __init__(self):
        self.now = 0.0
        self.slept = []

    def __call__(self):
        return self.now

    def sleep(self, seconds):
        self.slept.append(seconds)
        self.now += seconds


@pytest.mark.parametrize(("question", "mrids"), [(1, ["TT-1"]), (3, ["TT-1"]), (1000, None)])
def test_waiting_ends_with_the_confirmation_or_the_interval(question, mrids):
    monotonic = Monotonic()
    confirmations = Confirmations(question)
    assert wait_for_confirmation(confirmations, 7, 0.52, monotonic.sleep, monotonic) == mrids
    assert monotonic.now == pytest.approx(0.52 if mrids is None else 0.05 * (question - 1))
    assert all(0 < slept <= 0.05 for slept in monotonic.slept)


def test_a_confirmation_at_the_last_moment_is_seen():
    monotonic = Monotonic()
    assert wait_for_confirmation(Confirmations(3), 7, 0.1, monotonic.sleep, monotonic) == ["TT-1"]


class Meanwhile(FakeLandbase):
    """A landbase during whose answer something else happens."""

    def __init__(self, *acts):
        super().__init__(otherwise=Found(1.0, 2.0))
        self.acts = acts

    def locate(self, searches, convert):
        for act in self.acts:
            act()
        return super().locate(searches, convert)


def test_an_incident_confirmed_meanwhile_is_heeded(send, database):
    control(database, add_incident, incident("TRF-1", confirmed=False))

    def confirm():
        with database.write() as connection:
            change_incident(connection, "INC-TRF-1", confirmed=True)

    landbase = Meanwhile(confirm)
    outcome = send(ticket("a", **on("UP-1")), ticket("b", source="Fax", **pole()), landbase=landbase)
    assert [each["incident"] for each in found(database)[1]] == ["INC-TRF-1", None]
    assert [draft.status for draft in outcome.drafts] == ["Deenergized", "Created"]
    assert [error.details for error in outcome.errors] == ["Invalid call source(s): Fax for trouble ticket(s): b"]
    assert len(landbase.asked) == 1


def test_an_incident_restored_meanwhile_is_heeded(send, database):
    control(database, add_incident, incident("TRF-1"))

    def restore():
        with database.write() as connection:
            change_incident(connection, "INC-TRF-1", restored_at=NOW)

    outcome = send(ticket("a", **on("UP-1")), ticket("b", **pole()), landbase=Meanwhile(restore))
    assert [draft.status for draft in outcome.drafts] == ["Energized", "Created"]
    assert [each["incident"] for each in found(database)[1]] == [None, None]


def test_an_ims_made_slow_meanwhile_is_slow(send, database):
    outcome = send(ticket("a", **pole()), landbase=Meanwhile(lambda: slow(database)))
    assert outcome.mrids is None
    assert (count(database), pending(database)) == (0, 1)


def test_an_ims_released_meanwhile_is_quick(send, database):
    slow(database, seconds=5.0)
    outcome = send(ticket("a", **pole()), landbase=Meanwhile(lambda: control(database, clear_fault, SLOW_IMS)))
    assert (outcome.errors, len(outcome.mrids)) == ([], 1)
    assert (count(database), pending(database)) == (1, 0)


def test_tickets_of_another_message_meanwhile_are_counted(send, database):
    meanwhile = Meanwhile(lambda: send(ticket("other", **on("UP-1"))))
    outcome = send(ticket("a", **on("UP-1"), **pole()), landbase=meanwhile)
    assert list(outcome.previous_counts) == [1]
