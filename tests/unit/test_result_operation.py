"""CreatedCallBacksResults on a real store: rows 8.1-01 to 8.1-08, and what results lead to (D-39)."""

import dataclasses
from zoneinfo import ZoneInfo

import pytest
from builders import NOW, as_tuples, header, incident, settings
from outages import callbacks_of, change_callbacks, incident_in, outage, wanting
from stored import add_incident, control, count, found

from crm_contract.messages import CallBackResult, Status
from reference_adapter.operations.replies import Result
from reference_adapter.storage import tables
from reference_adapter.storage.shared_state import INTERNAL_ERROR, InjectedFault, set_fault
from reference_adapter.storage.unit_of_work import InjectedFailure


def said(mrid, word="Restored", csr="csr-1", comment=None, name=None):
    return CallBackResult(mrid=mrid, comment=comment, csr_id=csr, name=name, status=Status(value=word))


@pytest.fixture
def held(store, pull):
    """Callbacks of a, b, c that csr-1 has pulled: mRIDs by name."""
    outage(store, wanting("a"), wanting("b", "UP-2"), wanting("c", "UP-3", source="Portal", language_id="21514"))
    pull(count="9")
    return {name: each.mrid for name, each in callbacks_of(store).items()}


def results(store):
    return {name: each.result for name, each in callbacks_of(store).items() if each.result}


def refused(outcome, result=Result.FAILED):
    assert outcome.result is result
    assert (outcome.updated is None) is (result is Result.FAILED)
    return as_tuples(outcome.errors)


# 8.1-01


def test_results_are_stored_and_their_comments_appended(report, store, held, clock):
    change_callbacks(store, dataclasses.replace(callbacks_of(store)["a"], comment="ring twice"))
    clock.advance(minutes=5)
    outcome = report(said(held["b"], "Declined"), said(held["a"], comment="all well"))
    assert (outcome.result, outcome.errors) == (Result.OK, [])
    assert list(outcome.updated) == [held["b"], held["a"]]
    stored = callbacks_of(store)["a"]
    assert (stored.result, stored.comment) == ("Restored", "ring twice\nall well")
    assert (stored.last_update_user, stored.last_update, stored.closed_at) == ("csr-1", clock(), clock())
    assert results(store) == {"a": "Restored", "b": "Declined"}


@pytest.mark.parametrize("word", ["Restored", "Left Message", "Undialable", "Declined"])
def test_a_result_that_ends_it_closes_a_callback(report, store, held, database, word):
    report(said(held["a"], word))
    stored = callbacks_of(store)["a"]
    assert (stored.result, stored.closed_at, stored.assigned_user) == (word, NOW, None)
    assert count(database) == 3


@pytest.mark.parametrize("word", ["No Answer", "Busy"])
def test_a_call_that_reached_nobody_is_made_again_later(report, pull, store, held, clock, word):
    report(said(held["a"], word))
    stored = callbacks_of(store)["a"]
    assert (stored.result, stored.closed_at, stored.attempts, stored.assigned_user) == (word, None, 1, None)
    clock.advance(minutes=14, seconds=59)
    assert pull("csr-2").handed_out == []
    clock.advance(seconds=1)
    assert [each.callback.mrid for each in pull("csr-2").handed_out] == [held["a"]]


def test_a_callback_is_made_four_times_at_most(report, pull, store, held, clock):
    seen = []
    for _ in range(4):
        report(said(held["a"], "No Answer"))
        stored = callbacks_of(store)["a"]
        seen.append((stored.result, stored.closed_at is not None))
        clock.advance(minutes=15)
        pull("csr-1", priority="0")
        pull("csr-1", count="9")
    assert seen == [("No Answer", False)] * 3 + [("Max Attempts", True)]


def test_a_customer_still_without_power_is_a_new_ticket(report, store, held, database, clock):
    clock.advance(minutes=5)
    assert report(said(held["c"], "Not Restored", comment="still dark")).result is Result.OK
    stored = callbacks_of(store)["c"]
    assert (stored.result, stored.closed_at, stored.comment) == ("Not Restored", clock(), "still dark")
    old, new = found(database, usage_point="UP-3")[1]
    assert (new["trouble_code"], new["usage_point"], new["incident"], new["name"]) == (
        "Not Restored",
        "UP-3",
        None,
        None,
    )
    kept = ("call_back", "language_id", "source", "contacts")
    assert [new[each] for each in kept] == [old[each] for each in kept] == [True, 21514, "Portal", []]
    assert (new["csr_id"], new["created_date_time"]) == ("csr-1", "2025-06-02T12:05:00.000Z")
    assert (new["comment"], new["hazards"], new["callback_periods"]) == (None, [], [])
    assert old["incident"] == "INC-FDR-1"


def test_a_customer_under_another_confirmed_outage_joins_it(report, store, held, database):
    control(database, add_incident, incident("TRF-2"))
    report(said(held["c"], "Not Restored"))
    _, new = found(database, usage_point="UP-3")[1]
    assert (new["incident"], new["status"]) == ("INC-TRF-2", "Deenergized")


@pytest.mark.parametrize(
    ("made", "stored"),
    [
        ("2025-06-02T11:50:00Z", "2025-06-02T11:50:00+00:00"),
        ("2025-06-02T11:50:00+02:00", "2025-06-02T09:50:00+00:00"),
        ("2025-06-02T06:50:00", "2025-06-02T11:50:00+00:00"),
        (None, "2025-06-02T12:00:00+00:00"),
    ],
    ids=["in UTC", "with a zone", "in the configured zone", "not said"],
)
@pytest.mark.parametrize("word", ["Restored", "Busy"])
def test_it_is_stored_when_the_call_was_made(report, store, held, made, stored, word):
    entry = dataclasses.replace(said(held["a"], word), date_time=made)
    assert report(entry, time_zone=ZoneInfo("America/Chicago")).result is Result.OK
    callback = callbacks_of(store)["a"]
    assert callback.last_update.isoformat() == stored
    # What follows from a result is reckoned from when it came in.
    assert (callback.closed_at or callback.not_before - settings().callbacks.queue.requeue) == NOW


@pytest.mark.parametrize("made", ["99999-01-01T00:00:00Z", "-0001-01-01T24:00:00Z"])
def test_a_year_that_python_cannot_hold_is_no_internal_error(report, store, held, made):
    assert report(dataclasses.replace(said(held["a"]), date_time=made)).result is Result.OK
    assert results(store) == {"a": "Restored"}


def test_an_incident_closes_with_the_last_of_its_callbacks(report, store, held, clock):
    clock.advance(minutes=1)
    report(said(held["a"]), said(held["b"], "Not Restored"))
    assert incident_in(store, "INC-FDR-1").closed_at is None
    clock.advance(minutes=1)
    report(said(held["c"], "Undialable"))
    closed = incident_in(store, "INC-FDR-1")
    assert (closed.status, closed.closed_at) == ("Closed", clock())


# 8.1-02 and 8.1-08


def test_unknown_callbacks_are_named_in_one_error(report, store, held):
    outcome = report(said("x"), said(held["a"]), said("y"))
    details = "Invalid callback(s) mRID(s): x, y"
    assert refused(outcome, Result.PARTIAL) == [("2.7", "FATAL", "EntityNotFound", details)]
    assert results(store) == {"a": "Restored"}


@pytest.mark.parametrize("blank", [None, "", " "])
def test_an_entry_without_an_mrid_is_refused(report, store, held, blank):
    outcome = report(said(blank, name="a"), said(held["a"]), said(blank))
    missing = ("2.7", "FATAL", "MissingMRIDs", "Callback mrid is not provided.")
    assert refused(outcome, Result.PARTIAL) == [missing]
    assert results(store) == {"a": "Restored"}


# 8.1-03 and 8.1-06


@pytest.mark.parametrize("word", ["restored", "Max Attempts", "Gone Fishing"])
def test_an_unknown_result_is_refused(report, store, held, word):
    outcome = report(said(held["a"], word), said(held["b"]))
    details = f"Invalid callback result: {word} for callback(s): {held['a']}"
    assert refused(outcome, Result.PARTIAL) == [("2.7", "FATAL", "InvalidCallBackResult", details)]
    assert results(store) == {"b": "Restored"}


def test_there_is_an_error_for_each_unknown_result(report, held):
    outcome = report(said(held["a"], "x"), said(held["b"], "y"), said(held["c"], "x"))
    assert [details for *_, details in refused(outcome)] == [
        f"Invalid callback result: x for callback(s): {held['a']}, {held['c']}",
        f"Invalid callback result: y for callback(s): {held['b']}",
    ]


@pytest.mark.parametrize("status", [None, Status(), Status(value=""), Status(value=" ", remark="x")])
def test_a_missing_result_is_refused(report, store, held, status):
    outcome = report(dataclasses.replace(said(held["a"]), status=status), said(held["b"]))
    details = f"Callback result element not found in message for callback(s): {held['a']}."
    assert refused(outcome, Result.PARTIAL) == [("2.7", "FATAL", "CallbackResultMissing", details)]
    assert results(store) == {"b": "Restored"}


# 8.1-04


def test_a_comment_that_does_not_fit_is_left_out_and_the_result_applied(report, store, held):
    change_callbacks(store, dataclasses.replace(callbacks_of(store)["a"], comment="1234"))
    outcome = report(said(held["a"], comment="x" * 6), said(held["b"], comment="x" * 10), comment_limit=10)
    warned = ("2.7", "WARNING", "CommentExceedsLimit", f"Comment exceeds limit for callback(s): {held['a']}")
    assert refused(outcome, Result.OK) == [warned]
    assert list(outcome.updated) == [held["a"], held["b"]]
    stored = callbacks_of(store)
    assert [(stored[name].result, stored[name].comment) for name in "ab"] == [
        ("Restored", "1234"),
        ("Restored", "x" * 10),
    ]


def test_a_comment_may_fill_the_limit_with_the_line_feed_between(report, store, held):
    change_callbacks(store, dataclasses.replace(callbacks_of(store)["a"], comment="1234"))
    assert report(said(held["a"], comment="\U0001f525" * 5), comment_limit=10).errors == []
    assert callbacks_of(store)["a"].comment == "1234\n" + "\U0001f525" * 5


# 8.1-05


@pytest.mark.parametrize(
    ("csr", "shown"), [("csr-2", "csr-2"), ("CSR-1", "CSR-1"), (None, "(none)"), (" ", "(none)"), ("CrmAdapter",) * 2]
)
def test_who_does_not_hold_a_callback_is_refused(report, store, held, csr, shown):
    outcome = report(said(held["a"], csr=csr), said(held["b"]))
    details = f"Callback result cannot be updated if: csrId {shown} or adapter is not assigned to that callback."
    assert refused(outcome, Result.PARTIAL) == [("2.7", "FATAL", "DifferentCsrId", details)]
    assert results(store) == {"b": "Restored"}


def test_there_is_an_error_for_each_csr_that_holds_nothing(report, held):
    outcome = report(said(held["a"], csr="x"), said(held["b"], csr="y"), said(held["c"], csr="x"))
    assert [details.split(" or ")[0].split(": ")[1] for *_, details in refused(outcome)] == ["csrId x", "csrId y"]


@pytest.mark.parametrize("csr", ["ivr-7", None, "CrmAdapter"])
def test_a_callback_of_the_adapter_takes_anybody_s_result(report, store, held, csr):
    made = callbacks_of(store)["a"]
    change_callbacks(store, dataclasses.replace(made, assigned_user="CrmAdapter"))
    assert report(said(held["a"], csr=csr)).result is Result.OK
    assert callbacks_of(store)["a"].last_update_user == csr


def test_a_callback_belongs_to_nobody_before_it_is_pulled_and_after_its_time_and_its_end(report, store, held, clock):
    outage(store, wanting("d", "UP-5"), device="FDR-2")
    fresh = callbacks_of(store)["d"].mrid
    assert [reason for _, _, reason, _ in refused(report(said(fresh)))] == ["DifferentCsrId"]
    report(said(held["a"]))
    assert [reason for _, _, reason, _ in refused(report(said(held["a"], "Declined")))] == ["DifferentCsrId"]
    clock.advance(minutes=30)
    assert [reason for _, _, reason, _ in refused(report(said(held["b"])))] == ["DifferentCsrId"]
    assert results(store) == {"a": "Restored"}


# 8.1-07


def test_every_entry_of_an_mrid_that_comes_twice_is_refused(report, store, held):
    outcome = report(said(held["a"]), said(held["b"]), said(held["a"], "Declined"))
    twice = ("2.7", "FATAL", "DuplicateMRIDs", f"Duplicate mRID {held['a']} in the message.")
    assert refused(outcome, Result.PARTIAL) == [twice]
    assert results(store) == {"b": "Restored"}


# What surrounds the rows


def test_a_refused_entry_is_judged_no_further(report, held):
    outcome = report(said("x", "y", "z"), said(held["a"], "y", "z"), said(held["b"], csr="z"), said(held["b"], csr="z"))
    assert [reason for _, _, reason, _ in refused(outcome)] == [
        "EntityNotFound",
        "InvalidCallBackResult",
        "DifferentCsrId",
    ]


def test_an_empty_message_is_ok(report):
    outcome = report()
    assert (outcome.result, outcome.errors, list(outcome.updated)) == (Result.OK, [], [])


def test_an_internal_error_leaves_everything_as_it_was(report, store, held, database):
    before = callbacks_of(store)
    control(database, set_fault, InjectedFault(INTERNAL_ERROR, remaining=1))
    with pytest.raises(InjectedFailure):
        report(said(held["a"]), said(held["b"], "Not Restored"), said(held["c"]))
    assert (callbacks_of(store), count(database)) == (before, 3)
    assert incident_in(store, "INC-FDR-1").closed_at is None
    assert report(said(held["a"])).result is Result.OK


def test_results_are_audited(report, store, held, database):
    report(said(held["a"]), said("x"))
    with database.read() as connection:
        *_, audited = connection.execute(tables.messages.select()).mappings()
    assert (audited["operation"], audited["result"], audited["accepted"], audited["refused"]) == (
        "CreatedCallBacksResults",
        "PARTIAL",
        1,
        1,
    )


def test_too_many_entries_and_replays_are_refused(report, store, held):
    many = report(*(said(mrid) for mrid in held.values()), batch_limit=2)
    assert [reason for _, _, reason, _ in refused(many)] == ["TooManyItems"]
    replay = header(noun="CallBacksResults", nonce="n", nonce_created="2025-06-02T12:00:00Z")
    assert report(said(held["a"], "Busy"), sent_in=replay).result is Result.OK
    assert [reason for _, _, reason, _ in refused(report(said(held["a"]), sent_in=replay))] == ["ReplayDetected"]
