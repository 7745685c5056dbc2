"""ChangedTroubleTickets on a real store: rows 5.2-01 to 5.2-09 one by one."""

import pytest
from builders import as_tuples, caller, header
from stored import control, count, found, row, store_rows

from crm_contract.messages import CustomerData, TroubleTicket
from reference_adapter.operations.replies import Result
from reference_adapter.storage import tables
from reference_adapter.storage.shared_state import INTERNAL_ERROR, InjectedFault, set_fault
from reference_adapter.storage.unit_of_work import InjectedFailure


def entry(mrid=None, name=None, comment=None, csr="csr-9", customer=None):
    return TroubleTicket(mrid=mrid, name=name, comment=comment, csr_id=csr, customer_data=customer)


def comments(database):
    return {each["name"]: each["comment"] for each in found(database)[1]}


def contacts(database, name="a"):
    (stored,) = found(database, name=name)[1]
    return [
        (each["first_name"], each["last_name"], each["middle_name"], each["type"], each["value"])
        for each in stored["contacts"]
    ]


@pytest.fixture
def known(database):
    """mRIDs of two tickets, the first with a comment."""
    return store_rows(database, row("a", comment="dark"), row("b"))


def refused(outcome, result=Result.FAILED):
    assert outcome.result is result
    return as_tuples(outcome.errors)


# 5.2-01


def test_a_remark_stands_behind_the_old_comment(change, database, known):
    outcome = change(entry(known[0], comment="still dark"), entry(known[1], comment="sparks"))
    assert (outcome.result, outcome.errors) == (Result.OK, [])
    assert [each.mrid for each in outcome.changed] == known
    assert comments(database) == {"a": "dark\nstill dark", "b": "sparks"}


def test_what_a_message_does_not_bring_stays(change, database, known):
    before = {each["name"]: each for each in found(database)[1]}
    change(entry(known[0], comment="x", csr="csr-2"))
    after = {each["name"]: each for each in found(database)[1]}
    assert after == {**before, "a": {**before["a"], "comment": "dark\nx", "last_update_user": "csr-2"}}


@pytest.mark.parametrize("blank", ["", "  ", "\n"])
def test_a_blank_remark_is_none(change, database, known, blank):
    change(entry(known[0], comment=blank, customer=caller(mobile="1")))
    assert comments(database)["a"] == "dark"


# 5.2-02


def test_contacts_are_added_and_the_old_ones_stay(change, database):
    (mrid,) = store_rows(database, row("a", customer_data=caller("Ada", "King", "B", email="a@x", mobile="1")))
    outcome = change(entry(mrid, customer=caller("Bob", "Cole", "D", mobile="2", landline="3")))
    assert (outcome.result, outcome.errors) == (Result.OK, [])
    ada = ("Ada", "King", "B")
    assert contacts(database) == [
        (*ada, "email", "a@x"),
        (*ada, "mobile", "1"),
        (*ada, "landline", "3"),
        (*ada, "mobile", "2"),
    ]
    assert [each["preferred"] for each in found(database)[1][0]["contacts"]] == [False] * 4


def test_the_first_contacts_of_a_ticket_keep_their_own_name(change, database, known):
    change(entry(known[0], customer=caller("Bob", "Cole", mobile="2")))
    assert contacts(database) == [("Bob", "Cole", None, "mobile", "2")]


def test_a_person_alone_becomes_the_first_caller_of_a_ticket_without_one(change, database, known):
    change(entry(known[0], customer=caller("Bob", "Cole")))
    change(entry(known[0], customer=caller("Eve", mobile="2")))
    assert contacts(database) == [("Bob", "Cole", None, None, None), ("Bob", "Cole", None, "mobile", "2")]


# 5.2-03


@pytest.mark.parametrize("customer", [None, CustomerData(), caller(mobile="")], ids=["none", "empty", "empty contact"])
def test_an_entry_without_remark_and_contacts_is_refused(change, database, known, customer):
    outcome = change(entry(known[0], customer=customer), entry(known[1], comment="x"))
    details = f"Comment and Customer data are not provided for trouble tickets(s): {known[0]}."
    assert refused(outcome, Result.PARTIAL) == [("1.2", "FATAL", "UpdateDataMissing", details)]
    assert [each.mrid for each in outcome.changed] == [known[1]]
    assert comments(database) == {"a": "dark", "b": "x"}


def test_entries_without_data_are_named_in_one_error(change):
    ((*_, details),) = refused(change(entry("m", " "), entry(" ", "n"), entry()))
    assert details == "Comment and Customer data are not provided for trouble tickets(s): m, n, #3."


# 5.2-04


def test_every_entry_of_an_mrid_that_comes_twice_is_refused(change, database, known):
    first, second = known
    outcome = change(entry(first, comment="x"), entry(second, comment="y"), entry(first, comment="z"))
    details = f"Duplicate mRID {first} in the message."
    assert refused(outcome, Result.PARTIAL) == [("2.7", "FATAL", "DuplicateMRIDs", details)]
    assert comments(database) == {"a": "dark", "b": "y"}


def test_there_is_an_error_for_each_mrid_that_comes_twice(change):
    outcome = change(*(entry(mrid, comment="x") for mrid in ("m", "n", "m", "n", "m")))
    assert [details for *_, details in refused(outcome)] == [
        "Duplicate mRID m in the message.",
        "Duplicate mRID n in the message.",
    ]


def test_one_ticket_by_mrid_and_by_name_is_changed_by_both_in_their_order(change, database, known):
    outcome = change(entry(known[0], comment="x"), entry(name="a", comment="y"))
    assert outcome.result is Result.OK
    assert comments(database)["a"] == "dark\nx\ny"


# 5.2-05


def test_a_comment_may_fill_the_limit_with_the_line_feed_between(change, database, known):
    assert change(entry(known[0], comment="x" * 5), comment_limit=10).result is Result.OK
    assert comments(database)["a"] == "dark\nxxxxx"


def test_an_entry_whose_comment_would_be_too_long_is_refused_whole(change, database, known):
    outcome = change(
        entry(known[0], comment="x" * 6, customer=caller(mobile="1")),
        entry(known[1], comment="y" * 10),
        comment_limit=10,
    )
    details = f"Comment exceeds limit for trouble ticket(s): {known[0]}"
    assert refused(outcome, Result.PARTIAL) == [("2.7", "WARNING", "CommentExceedsLimit", details)]
    assert comments(database) == {"a": "dark", "b": "y" * 10}
    assert contacts(database) == []


def test_characters_are_counted_and_not_bytes(change, known):
    assert change(entry(known[1], comment="\U0001f525" * 10), comment_limit=10).result is Result.OK


def test_a_comment_that_is_too_long_already_does_not_keep_contacts_away(change, database, known):
    assert change(entry(known[0], customer=caller(mobile="1")), comment_limit=2).result is Result.OK
    assert len(contacts(database)) == 1


# 5.2-06 to 5.2-08


def test_an_entry_that_names_no_ticket_is_refused(change, database, known):
    outcome = change(entry(comment="x"), entry(" ", "", comment="y"), entry(known[1], comment="z"))
    details = "MrID is not specified for trouble ticket(s)."
    assert refused(outcome, Result.PARTIAL) == [("1.2", "FATAL", "MrIDMissing", details)]
    assert comments(database) == {"a": "dark", "b": "z"}


def test_unknown_mrids_and_names_are_not_found_once_each(change, database, known):
    outcome = change(
        entry("m", comment="x"),
        entry(name="nobody", comment="x"),
        entry(name="nobody", comment="y"),
        entry(name="b", comment="z"),
    )
    assert refused(outcome, Result.PARTIAL) == [
        ("2.7", "FATAL", "EntityNotFound", "Trouble ticket m not found in ADMS."),
        ("2.7", "FATAL", "EntityNotFound", "Trouble ticket nobody not found in ADMS."),
    ]
    assert comments(database) == {"a": "dark", "b": "z"}


def test_a_name_stands_for_its_newest_ticket(change, database):
    _, newest = store_rows(database, row("a"), row("a"))
    outcome = change(entry(name="a", comment="x"))
    assert [(each.mrid, each.name) for each in outcome.changed] == [(newest, "a")]
    assert [each["comment"] for each in found(database)[1]] == [None, "x"]


def test_the_mrid_decides_where_both_are_given(change, database, known):
    outcome = change(entry(known[0], "b", comment="x"))
    assert [each.mrid for each in outcome.changed] == [known[0]]
    assert comments(database) == {"a": "dark\nx", "b": None}


def test_an_unknown_mrid_decides_too(change, database, known):
    ((*_, details),) = refused(change(entry("m", "b", comment="x")))
    assert details == "Trouble ticket m not found in ADMS."
    assert comments(database) == {"a": "dark", "b": None}


# 5.2-09


@pytest.mark.parametrize("csr", [None, "", " "])
def test_one_entry_without_csr_fails_the_whole_message(change, database, known, csr):
    outcome = change(entry(known[0], comment="x"), entry(known[1], comment="y", csr=csr))
    assert refused(outcome) == [("1.8", "FATAL", "CsrIDMissing", "CsrID is not provided.")]
    assert outcome.changed is None
    assert comments(database) == {"a": "dark", "b": None}
    assert count(database, tables.messages) == 0


# What surrounds the rows


def test_a_refused_entry_is_judged_no_further(change, known):
    outcome = change(
        entry(), entry("m", comment="x" * 501), entry("m", comment="x" * 501), entry("n", comment="x" * 501)
    )
    assert [reason for _, _, reason, _ in as_tuples(outcome.errors)] == [
        "UpdateDataMissing",
        "DuplicateMRIDs",
        "EntityNotFound",
    ]


def test_an_empty_message_is_ok(change):
    outcome = change()
    assert (outcome.result, outcome.errors, list(outcome.changed)) == (Result.OK, [], [])


def test_a_message_of_which_everything_is_refused_has_no_payload(change):
    assert change(entry("m", comment="x")).changed is None


def test_changes_are_audited_and_the_core_hears_of_them_once(change, database, known):
    change(entry(known[0], comment="x"), entry(known[1], comment="y"), entry("m", comment="z"))
    with database.read() as connection:
        (audited,) = connection.execute(tables.messages.select()).mappings()
        (told,) = connection.execute(tables.outbox.select()).mappings()
    assert (audited["operation"], audited["result"], audited["accepted"], audited["refused"]) == (
        "ChangedTroubleTickets",
        "PARTIAL",
        2,
        1,
    )
    assert (told["entity"], told["mrids"]) == ("ticket", f'["{known[0]}","{known[1]}"]')


def test_an_internal_error_leaves_every_ticket_as_it_was(change, database, known):
    control(database, set_fault, InjectedFault(INTERNAL_ERROR, remaining=1))
    with pytest.raises(InjectedFailure):
        change(entry(known[0], comment="x"), entry(known[1], comment="y"))
    assert comments(database) == {"a": "dark", "b": None}
    assert (count(database, tables.outbox), count(database, tables.messages)) == (0, 0)


def test_too_many_entries_and_replays_are_refused(change, database, known):
    many = change(*(entry(known[0], comment="x"),) * 3, batch_limit=2)
    assert [reason for _, _, reason, _ in refused(many)] == ["TooManyItems"]
    replay = header(verb="changed", nonce="n", nonce_created="2025-06-02T12:00:00Z")
    assert change(entry(known[0], comment="x"), sent_in=replay).result is Result.OK
    again = change(entry(known[0], comment="x"), sent_in=replay)
    assert [reason for _, _, reason, _ in refused(again)] == ["ReplayDetected"]
    assert comments(database)["a"] == "dark\nx"


def test_a_replay_is_told_before_what_else_is_wrong_with_the_message(change, known):
    replay = header(verb="changed", nonce="n", nonce_created="2025-06-02T12:00:00Z")
    reasons = [refused(change(entry(known[0], comment="x", csr=None), sent_in=replay))[0][2] for _ in range(2)]
    assert reasons == ["CsrIDMissing", "ReplayDetected"]
