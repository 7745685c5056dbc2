"""CreatedTroubleTickets on a real store: order, results, earlier tickets, limits, replays, internal errors."""

import pytest
from builders import (
    NOW,
    Clock,
    FakeLandbase,
    Fixed,
    as_tuples,
    at,
    callback,
    header,
    network,
    on,
    pole,
    settings,
    shipped_errors,
    ticket,
)
from stored import control, count, found, names

from crm_contract.values import format_datetime
from reference_adapter.operations.created_trouble_tickets import CreateTroubleTickets
from reference_adapter.operations.replies import Result, count_rule
from reference_adapter.rules.created_trouble_tickets import CREATE_RULES
from reference_adapter.storage import tables
from reference_adapter.storage.shared_state import INTERNAL_ERROR, InjectedFault, set_fault
from reference_adapter.storage.unit_of_work import InjectedFailure


def test_a_message_is_stored_and_answered_in_its_order(send, database):
    outcome = send(ticket("a"), ticket("b", trouble_code="Alien"), ticket("c", **on("UP-1")), ticket(None))
    _, rows = found(database)
    assert outcome.result is Result.PARTIAL
    assert [draft.sent.name for draft in outcome.drafts] == [each["name"] for each in rows] == ["a", "c", None]
    assert list(outcome.mrids) == [each["mrid"] for each in rows]
    assert len(set(outcome.mrids)) == 3
    assert {each["message_id"] for each in rows} == {"message-1"}
    assert {each["received_at"] for each in rows} == {format_datetime(NOW)}


def test_a_message_that_is_refused_whole_stores_nothing_but_its_record(send, database):
    outcome = send(ticket("a", trouble_code=None), ticket("b", trouble_code="Alien"))
    assert (outcome.result, list(outcome.drafts), list(outcome.mrids)) == (Result.FAILED, [], [])
    assert not outcome.message_failed
    assert (count(database), count(database, tables.messages)) == (0, 1)


def test_the_audit_tells_the_result_and_the_counts(send, database):
    send(ticket("a"), ticket("b", trouble_code=None), ticket("c"))
    send(ticket("a"), sent_in=header(message_id=None, source=None))
    with database.read() as connection:
        rows = [dict(each._mapping) for each in connection.execute(tables.messages.select())]
    kept = [{key: each[key] for key in ("message_id", "source", "result", "accepted", "refused")} for each in rows]
    assert kept == [
        {"message_id": "message-1", "source": "IVR", "result": "PARTIAL", "accepted": 2, "refused": 1},
        {"message_id": None, "source": None, "result": "OK", "accepted": 1, "refused": 0},
    ]


@pytest.mark.parametrize(
    ("accepted", "refused", "result"),
    [
        (0, 0, "OK"),
        (1, 0, "OK"),
        (7, 0, "OK"),
        (1, 1, "PARTIAL"),
        (1, 7, "PARTIAL"),
        (0, 1, "FAILED"),
        (0, 7, "FAILED"),
    ],
)
def test_the_count_rule(accepted, refused, result):
    assert count_rule(accepted, refused) == result


@pytest.mark.parametrize(
    ("accepted", "refused", "pigeon", "result"),
    [
        (1, 0, False, "OK"),
        (1, 0, True, "PARTIAL"),
        (1, 1, False, "PARTIAL"),
        (1, 1, True, "PARTIAL"),
        (0, 2, False, "FAILED"),
    ],
)
def test_the_result_follows_the_count_rule_but_for_an_invalid_contact_detail(send, accepted, refused, pigeon, result):
    good = [ticket(str(n), **callback(media="Pigeon" if pigeon else "SMS", call_back=False)) for n in range(accepted)]
    bad = [ticket(f"bad {n}", trouble_code=None) for n in range(refused)]
    assert send(*good, *bad).result == result


def test_the_core_hears_of_a_message_s_tickets_once(send, database):
    mrids = send(ticket("a"), ticket("b", trouble_code=None), ticket("c")).mrids
    send(ticket("d", trouble_code=None))
    with database.read() as connection:
        (told,) = connection.execute(tables.outbox.select()).mappings()
    assert (told["entity"], told["mrids"]) == ("ticket", f'["{mrids[0]}","{mrids[1]}"]')


def test_a_message_id_that_comes_twice_is_processed_twice(send, database):
    send(ticket("a"))
    send(ticket("a"))
    assert names(database) == ["a", "a"]


# Earlier tickets of a usage point


def test_earlier_tickets_of_a_usage_point_are_counted(send):
    send(ticket("a", **on("UP-1")), ticket("b", **on("UP-2")))
    send(ticket("c", **on("UP-1")))
    outcome = send(
        ticket("d", **on("UP-1")),
        ticket("e", **on("UP-2")),
        ticket("f", **on("UP-3")),
        ticket("g", **on("UP-1")),
        ticket("h", **on("UP-1")),
        ticket("i"),
        ticket("j", **on("UP-9")),
    )
    assert list(outcome.previous_counts) == [2, 1, 0, 3, 4, 0, 0]


def test_a_refused_ticket_counts_for_nobody(send):
    outcome = send(ticket("a", trouble_code=None, **on("UP-1")), ticket("b", **on("UP-1")), ticket("c", **on("UP-1")))
    assert list(outcome.previous_counts) == [0, 1]


def test_tickets_of_an_unknown_usage_point_have_no_earlier_ones(send):
    send(ticket("a", **on("UP-9")))
    assert list(send(ticket("b", **on("UP-9"))).previous_counts) == [0]


# The batch limit and replays


def test_a_batch_up_to_the_limit_is_taken(send, database):
    assert send(*(ticket(str(n)) for n in range(5)), batch_limit=5).result is Result.OK
    assert count(database) == 5


def test_a_batch_over_the_limit_is_refused_whole(send, database):
    landbase = FakeLandbase()
    outcome = send(*(ticket(str(n), **pole()) for n in range(6)), batch_limit=5, landbase=landbase)
    assert (outcome.result, outcome.message_failed) == (Result.FAILED, True)
    (error,) = as_tuples(outcome.errors)
    assert error[:3] == ("3.1", "FATAL", "TooManyItems")
    assert "6" in error[3]
    assert "5" in error[3]
    assert "{" not in error[3]
    assert (count(database), count(database, tables.messages), landbase.asked) == (0, 0, [])


def fresh(nonce="n", **changes):
    return header(nonce=nonce, nonce_created=at(), **changes)


def replays(outcome):
    return [reason for _, _, reason, _ in as_tuples(outcome.errors)] == ["ReplayDetected"]


def test_a_nonce_is_taken_once(send, database):
    assert send(ticket("a"), sent_in=fresh()).result is Result.OK
    again = send(ticket("b"), sent_in=fresh(message_id="another"))
    assert (again.result, again.message_failed, list(again.drafts)) == (Result.FAILED, True, [])
    ((code, level, reason, details),) = as_tuples(again.errors)
    assert (code, level, reason) == ("7.7", "FATAL", "ReplayDetected")
    assert "{" not in details
    assert names(database) == ["a"]
    assert count(database, tables.messages) == 1


def test_a_nonce_is_each_source_s_own(send, database):
    for source in ("IVR", "Portal", None, "IVR"):
        send(ticket(str(source)), sent_in=fresh(source=source))
    assert names(database) == ["IVR", "Portal", "None"]


def test_a_nonce_may_come_again_after_the_window(send, clock):
    send(ticket(), sent_in=fresh())
    clock.advance(hours=24)
    moved = header(nonce="n", nonce_created=format_datetime(clock()))
    assert replays(send(ticket(), sent_in=moved))
    clock.advance(milliseconds=1)
    assert send(ticket(), sent_in=moved).result is Result.OK


@pytest.mark.parametrize("seconds", [-300, 0, 300])
def test_a_creation_time_within_the_skew_is_taken(send, seconds):
    assert send(ticket(), sent_in=header(nonce="n", nonce_created=at(seconds=seconds))).result is Result.OK


@pytest.mark.parametrize(
    "created", [at(seconds=-301), at(seconds=301), at(days=-400), "12025-06-02T12:00:00Z", "-0001-01-01T00:00:00Z"]
)
def test_a_creation_time_too_far_from_now_is_refused(send, database, created):
    outcome = send(ticket(), sent_in=header(nonce="n", nonce_created=created))
    assert (outcome.result, outcome.message_failed, replays(outcome)) == (Result.FAILED, True, True)
    assert (count(database), count(database, tables.nonces)) == (0, 0)


def test_a_message_that_fails_may_come_again_with_its_nonce(send, database):
    control(database, set_fault, InjectedFault(INTERNAL_ERROR, remaining=1))
    with pytest.raises(InjectedFailure):
        send(ticket("a"), sent_in=fresh())
    assert count(database) == 0
    assert send(ticket("a"), sent_in=fresh()).result is Result.OK
    assert names(database) == ["a"]


# Internal errors


def test_an_internal_error_half_way_leaves_nothing(send, database):
    control(database, set_fault, InjectedFault(INTERNAL_ERROR, remaining=1))
    with pytest.raises(InjectedFailure):
        send(ticket("a"), ticket("b"))
    assert (count(database), count(database, tables.messages)) == (0, 0)
    send(ticket("c"))
    assert names(database) == ["c"]


def test_the_settings_of_a_message_do_not_change_while_it_is_carried_out(store):
    class Counted(Fixed):
        reads = 0

        def current(self):
            self.reads += 1
            return self.content

    watched = Counted(settings())
    operation = CreateTroubleTickets(
        CREATE_RULES, Fixed(shipped_errors()), watched, store, network(), FakeLandbase(), Clock()
    )
    operation.carry_out(header(), [ticket(), ticket()])
    assert watched.reads == 1
