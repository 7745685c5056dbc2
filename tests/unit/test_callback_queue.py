"""GetCallbacks on a real store: rows 7.1-01 to 7.1-06, and that no two callers get the same callback."""

import dataclasses
import threading

import pytest
from builders import NOW, Fixed, as_tuples, at, header, network, settings, shipped_errors
from outages import callbacks_of, change_callbacks, outage, owed, wanting
from stored import control, count, row, store_rows

from crm_contract.messages import CallbackFilter, CallbackQuery
from reference_adapter.clock import SimulatedClock
from reference_adapter.operations.get_callbacks import GetCallbacks
from reference_adapter.operations.replies import Result
from reference_adapter.rules.get_callbacks import GET_CALLBACKS_RULES
from reference_adapter.storage import tables
from reference_adapter.storage.database import Database
from reference_adapter.storage.shared_state import INTERNAL_ERROR, InjectedFault, set_fault
from reference_adapter.storage.unit_of_work import InjectedFailure, Store


@pytest.fixture
def queue(store):
    """Seven callbacks: priorities 0, 5, 5, 6, 0, and two for later, the newest in Spanish but for the last."""
    outage(store, wanting("a"), wanting("b"), wanting("c"), wanting("d"), wanting("e", language_id="21514"))
    later = (at(hours=1), at(hours=2))
    outage(store, wanting("f", "UP-5", later, language_id="21514"), wanting("g", "UP-5", later), device="FDR-2")
    made = callbacks_of(store)
    ranks = {"b": 5, "c": 5, "d": 6}
    change_callbacks(store, *(dataclasses.replace(made[name], priority=rank) for name, rank in ranks.items()))
    return {name: each.mrid for name, each in made.items()}


def names(outcome, queue):
    assert (outcome.result, outcome.errors) == (Result.OK, [])
    by_mrid = {mrid: name for name, mrid in queue.items()}
    return "".join(by_mrid[each.callback.mrid] for each in outcome.handed_out)


def finds_nothing(outcome):
    nothing = ("1.2", "INFORM", "EntityNotFound", "No callbacks found for provided search criteria.")
    assert (outcome.result, as_tuples(outcome.errors), outcome.handed_out) == (Result.OK, [nothing], [])
    return True


def refused(outcome):
    assert (outcome.result, outcome.handed_out) == (Result.FAILED, None)
    return as_tuples(outcome.errors)


def held(store):
    return {name: each.assigned_user for name, each in callbacks_of(store).items() if each.assigned_user}


# 7.1-01


@pytest.mark.parametrize("count", [None, "0", "00", "+0", "-0", "", "1", "+1", "0001"])
def test_no_count_or_none_gives_the_first(pull, queue, count):
    assert names(pull(count=count), queue) == "d"


@pytest.mark.parametrize(("count", "first"), [("2", "db"), ("+3", "dbc"), ("9", "dbcae"), ("9" * 5000, "dbcae")])
def test_the_highest_priority_comes_first_then_the_oldest(pull, queue, count, first):
    assert names(pull(count=count), queue) == first


def test_a_pulled_callback_is_the_csr_s_from_then_on(pull, store, queue):
    (handed_out,) = pull(" csr-1 ").handed_out
    stored = callbacks_of(store)["d"]
    assert handed_out.callback == stored
    assert (stored.assigned_user, stored.assigned_at, stored.assignment_expires_at) == (
        "csr-1",
        NOW,
        NOW + settings().callbacks.queue.assignment,
    )
    assert names(pull("csr-2", "9"), queue) == "bcae"
    assert finds_nothing(pull("csr-1"))
    assert held(store) == {"a": "csr-2", "b": "csr-2", "c": "csr-2", "d": "csr-1", "e": "csr-2"}


def test_an_assignment_that_is_over_gives_the_callback_to_the_next(pull, store, clock, queue):
    pull("csr-1")
    clock.advance(minutes=29, seconds=59)
    assert names(pull("csr-2"), queue) == "b"
    clock.advance(seconds=1)
    assert names(pull("csr-3"), queue) == "d"
    assert held(store)["d"] == "csr-3"


def test_a_callback_waits_for_its_period(pull, clock, queue):
    pull(count="9")
    clock.advance(hours=1)
    assert names(pull("csr-2", "9"), queue) == "dbcaefg"


def test_a_callback_that_is_put_off_or_closed_is_not_handed_out(pull, store, queue):
    made = callbacks_of(store)
    change_callbacks(
        store,
        dataclasses.replace(made["d"], not_before=NOW.replace(hour=13)),
        dataclasses.replace(made["b"], closed_at=NOW),
    )
    assert names(pull(count="9"), queue) == "cae"


@pytest.mark.parametrize(
    ("asked", "first"),
    [
        ({"priority": "5"}, "bc"),
        ({"priority": " 5.0 "}, "bc"),
        ({"priority": "0"}, "ae"),
        ({"priority": "-0"}, "ae"),
        ({"priority": ""}, "dbcae"),
        ({"language": "21514"}, "e"),
        ({"language": "1033"}, "dbca"),
        ({"language": "1033", "priority": "0"}, "a"),
    ],
)
def test_filters_are_exact(pull, queue, asked, first):
    assert names(pull(count="9", **asked), queue) == first


@pytest.mark.parametrize("priority", ["7", "-1", "5.5", "4", "9" * 5000, "0.0000001"])
def test_a_number_that_no_callback_has_finds_nothing(pull, store, queue, priority):
    assert finds_nothing(pull(count="9", priority=priority))
    assert held(store) == {}


# 7.1-03 to 7.1-06


@pytest.mark.parametrize("csr", [None, "", "  "])
def test_a_missing_csr_is_refused(pull, store, queue, csr):
    missing = "Customer Service Representative ID is not provided in request message."
    assert refused(pull(csr)) == [("1.2", "FATAL", "CsrIdMissing", missing)]
    assert held(store) == {}


def test_a_request_without_an_entry_has_no_csr(store, queue):
    operation = GetCallbacks(
        GET_CALLBACKS_RULES, Fixed(shipped_errors("GetCallbacks")), Fixed(settings()), store, store.clock
    )
    assert [reason for _, _, reason, _ in refused(operation.carry_out(header(), None))] == ["CsrIdMissing"]
    assert names(operation.carry_out(header(), CallbackQuery(csr_id="csr-1")), queue) == "d"
    assert names(operation.carry_out(header(), CallbackQuery(None, "csr-1", CallbackFilter())), queue) == "b"


@pytest.mark.parametrize("priority", ["high", "5a", "NaN", "inf", "1e3", "0x5", "5,5", "--5", ".", "\u0665"])
def test_a_priority_that_is_no_number_is_refused(pull, store, queue, priority):
    invalid = ("1.2", "FATAL", "PriorityNotNumber", f"Priority {priority} is invalid numerical value.")
    assert refused(pull(priority=priority)) == [invalid]
    assert held(store) == {}


def test_an_empty_queue_finds_nothing(pull):
    assert finds_nothing(pull())


@pytest.mark.parametrize("language", ["9999", "-1", "1", "9" * 5000])
def test_a_language_that_is_not_configured_is_refused(pull, store, queue, language):
    invalid = ("1.2", "FATAL", "InvalidLanguageId", "Received language id isn't valid or isn't in configuration.")
    assert refused(pull(language=language)) == [invalid]
    assert held(store) == {}


def test_one_mistake_refuses_the_message(pull):
    wrong = {"priority": "high", "language": "7"}
    assert [reason for _, _, reason, _ in refused(pull(None, **wrong))] == ["CsrIdMissing"]
    assert [reason for _, _, reason, _ in refused(pull(**wrong))] == ["PriorityNotNumber"]


# What surrounds the rows


def test_what_goes_out_is_the_ticket_as_it_is_now(pull, store, database):
    outage(store, wanting("a", trouble_code="Other"))
    (handed_out,) = pull().handed_out
    assert (handed_out.ticket.name, handed_out.ticket.trouble_code) == ("a", "Other")
    assert (handed_out.incident.mrid, handed_out.incident.restored_at) == ("INC-FDR-1", NOW)


def test_a_pull_is_audited_and_the_core_hears_of_it(pull, store, queue, database):
    waiting = count(database, tables.outbox)
    pull(count="2")
    assert (count(database, tables.outbox), count(database, tables.messages)) == (waiting + 1, 1)


def test_an_internal_error_hands_out_nothing(pull, store, queue, database):
    control(database, set_fault, InjectedFault(INTERNAL_ERROR, remaining=1))
    with pytest.raises(InjectedFailure):
        pull(count="9")
    assert held(store) == {}
    assert names(pull(), queue) == "d"


def test_a_replay_is_refused(pull, store, queue):
    replay = header(verb="get", nonce="n", nonce_created="2025-06-02T12:00:00Z")
    assert names(pull(sent_in=replay), queue) == "d"
    assert [reason for _, _, reason, _ in refused(pull(sent_in=replay))] == ["ReplayDetected"]
    assert list(held(store)) == ["d"]


def test_a_replay_is_told_before_what_else_is_wrong_with_the_message(pull):
    replay = header(verb="get", nonce="n", nonce_created="2025-06-02T12:00:00Z")
    reasons = [refused(pull(None, sent_in=replay))[0][2] for _ in range(2)]
    assert reasons == ["CsrIdMissing", "ReplayDetected"]


def test_callers_at_the_same_time_never_share_a_callback(store, store_path, database, clock):
    (ticket,) = store_rows(database, row("a"))
    with store.change(NOW) as work:
        work.callbacks.add([owed(f"CB-{n}", ticket=ticket) for n in range(120)])
    workers = [Store(Database(store_path), network(), SimulatedClock(clock)) for _ in range(3)]
    got, failed, ready = [], [], threading.Barrier(6)

    def call(worker, csr):
        operation = GetCallbacks(
            GET_CALLBACKS_RULES, Fixed(shipped_errors("GetCallbacks")), Fixed(settings()), worker, worker.clock
        )
        ready.wait(30)
        try:
            for _ in range(10):
                outcome = operation.carry_out(header(), CallbackQuery("3", csr))
                got.extend((each.callback.mrid, csr) for each in outcome.handed_out)
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=call, args=(workers[n % 3], f"csr-{n}")) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    for worker in workers:
        worker.database.close()
    assert failed == []
    assert len(got) == 120
    with store.view() as work:
        stored = work.callbacks.by_mrid(f"CB-{n}" for n in range(120))
    assert dict(got) == {mrid: each.assigned_user for mrid, each in stored.items()}
