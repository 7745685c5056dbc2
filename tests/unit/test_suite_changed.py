"""What a message of changes did: the judge says no to everything else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from suite_conversations import StoreControl, Told, carried, earlier, stored, told

from crmkit.suite.errors import HarnessError, Mismatch
from crmkit.suite.replies.reading import Reply
from crmkit.suite.tickets.changed import expect_changed, expect_nothing_changed
from crmkit.suite.tickets.changes import Change
from crmkit.suite.tickets.snapshots import take_snapshot
from crmkit.suite.tickets.written import Caller

OLD = {
    "type": "email",
    "value": "ada@example.org",
    "first_name": "Ada",
    "middle_name": None,
    "last_name": "Lovelace",
    "preferred": False,
}
MOBILE = {"mobile": "+1 512 555 0102"}


def contact(first: str | None, last: str | None, **changes: Any) -> dict[str, Any]:
    return {**OLD, "type": "mobile", "value": "+1 512 555 0102", "first_name": first, "last_name": last, **changes}


def changing(row: str = "5.2-01", **entry: Any) -> tuple[Told, StoreControl]:
    """alpha and beta are stored, delta is archived, and a change of alpha has been sent."""
    conversation, control = told(row, "ChangedTroubleTickets")
    for alias in ("alpha", "beta", "delta"):
        earlier(conversation, alias)
    control.tickets = [stored(1, "alpha", comment="Dark.", contacts=[OLD]), stored(2, "beta", comment="Dim.")]
    control.archive = {"m-delta": {"UID": "m-delta", "COMMENT": "Old."}}
    take_snapshot(conversation)
    conversation.changes = [Change("alpha", 1, "m-alpha", csr="csr-4", **({"comment": "Again."} | entry))]
    return conversation, control


def done(control: StoreControl, **columns: Any) -> None:
    control.tickets[0] |= {"comment": "Dark.\nAgain.", "last_update_user": "csr-4", **columns}


ALPHA = [["ticket"], ["alpha"]]


def test_a_change_that_was_carried_out() -> None:
    conversation, control = changing()
    done(control, last_update_time="2026-05-01T12:00:00Z")
    expect_changed(conversation, ALPHA)
    expect_changed(conversation, [["ticket", "comment"], ["alpha", "Dark.\nAgain."]])
    assert conversation.readings_seen == {}
    with pytest.raises(Mismatch, match=r"stored alpha/comment: expected 'Dark\.', as before"):
        expect_nothing_changed(conversation)


def test_nothing_has_changed() -> None:
    conversation, _ = changing()
    expect_nothing_changed(conversation)
    with pytest.raises(Mismatch, match="stored alpha/comment"):
        expect_changed(conversation, ALPHA)


def comment(text: str | None) -> Callable[[StoreControl], None]:
    return lambda control: done(control, comment=text)


def beta(**columns: Any) -> Callable[[StoreControl], None]:
    def change(control: StoreControl) -> None:
        done(control)
        control.tickets[1] |= columns

    return change


def archive(**columns: Any) -> Callable[[StoreControl], None]:
    def change(control: StoreControl) -> None:
        done(control)
        control.archive["m-delta"] = {**control.archive["m-delta"], **columns}

    return change


def no_archive(control: StoreControl) -> None:
    done(control)
    control.archive.clear()


def a_new_ticket(control: StoreControl) -> None:
    done(control)
    control.tickets.append({**stored(9, "alpha", comment="Again."), "message_id": None})


def gone(control: StoreControl) -> None:
    done(control)
    del control.tickets[1]


@pytest.mark.parametrize(
    ("act", "says"),
    [
        (comment("Again."), "stored alpha/comment"),
        (comment("Dark."), "stored alpha/comment"),
        (comment("Dark. and Again."), "stored alpha/comment"),
        (comment("Dark.\nAgain.\n"), "stored alpha/comment"),
        (comment(None), "stored alpha/comment"),
        (lambda control: done(control, status="Deenergized"), "stored alpha/status"),
        (lambda control: done(control, contacts=[]), "stored alpha/contacts"),
        (lambda control: done(control, contacts=[OLD, OLD]), "stored alpha/contacts gained"),
        (beta(comment="Dim.\nAgain."), "stored beta/comment"),
        (beta(last_update_user="csr-4"), "stored beta/last_update_user"),
        (beta(last_update_time="2026-05-01T12:00:00Z"), "stored beta/last_update_time"),
        (archive(COMMENT="Old.\nAgain."), "archived delta/COMMENT"),
        (no_archive, "archived delta"),
        (a_new_ticket, "stored tickets"),
        (gone, "stored beta: expected as before, observed not there any more"),
    ],
)
def test_other_changes_are_wrong(act: Callable[[StoreControl], None], says: str) -> None:
    conversation, control = changing()
    act(control)
    with pytest.raises(Mismatch, match=says):
        expect_changed(conversation, ALPHA)


@pytest.mark.parametrize("separator", [" | ", ""])
def test_another_separator_is_told(separator: str) -> None:
    conversation, control = changing()
    done(control, comment=f"Dark.{separator}Again.")
    expect_changed(conversation, ALPHA)
    assert conversation.readings_seen == {"D-44": f"{separator!r} between the comments"}


def test_who_changed_it_last_is_judged_where_the_table_says_so() -> None:
    conversation, control = changing()
    done(control, last_update_user="csr-17")
    expect_changed(conversation, ALPHA)
    with pytest.raises(Mismatch, match="stored alpha/last_update_user: expected csr-4, observed csr-17"):
        expect_changed(conversation, [["ticket", "changed by"], ["alpha", "csr-4"]])


def test_a_comment_that_is_not_judged() -> None:
    conversation, control = changing()
    done(control, comment="Else.")
    expect_changed(conversation, [["ticket", "comment"], ["alpha", "*"]])
    with pytest.raises(Mismatch, match="stored alpha/comment"):
        expect_changed(conversation, ALPHA)


def test_a_message_that_waits_is_not_carried_out() -> None:
    conversation, control = changing()
    done(control)
    control.pending = 1
    conversation.before = type(control.store())(2, 0)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("crmkit.suite.marking._REST_SECONDS", 0.0)
        with pytest.raises(Mismatch, match="messages waiting for the IMS"):
            expect_changed(conversation, ALPHA)


@pytest.mark.parametrize(
    ("first", "last", "right"),
    [("Ada", "Lovelace", True), ("Charles", "Babbage", False), ("Charles", "Lovelace", False), (None, None, False)],
)
def test_new_contacts_are_the_first_callers(first: str, last: str, right: bool) -> None:
    conversation, control = changing("5.2-02", comment=None, caller=Caller("Charles", None, "Babbage", MOBILE))
    done(control, comment="Dark.", contacts=[OLD, contact(first, last)])
    table = [["ticket", "gained"], ["alpha", "mobile +1 512 555 0102"]]
    if right:
        expect_changed(conversation, table)
        expect_changed(conversation, ALPHA)
        with pytest.raises(Mismatch, match="contacts gained"):
            expect_changed(conversation, [["ticket", "gained"], ["alpha", "mobile +1 512 555 0102, email a@b.example"]])
    else:
        with pytest.raises(Mismatch, match="contacts gained"):
            expect_changed(conversation, table)


@pytest.mark.parametrize(
    ("first", "last", "right"), [("Charles", "Babbage", True), ("Charles", None, False), (None, None, False)]
)
def test_contacts_of_a_ticket_that_had_none_are_the_entrys(first: str, last: str, right: bool) -> None:
    conversation, control = changing("5.2-02", comment=None, caller=Caller("Charles", None, "Babbage", MOBILE))
    conversation.changes[0].alias = "beta"
    control.tickets[1]["contacts"] = [contact(first, last)]
    if right:
        expect_changed(conversation, [["ticket"], ["beta"]])
        assert [each.last for each in conversation.contacts["beta"]] == ["Babbage"]
    else:
        with pytest.raises(Mismatch, match="contacts gained"):
            expect_changed(conversation, [["ticket"], ["beta"]])


@pytest.mark.parametrize(
    "contacts",
    [
        [OLD],
        [contact("Ada", "Lovelace")],
        [{**OLD, "preferred": True}, contact("Ada", "Lovelace")],
        [{**OLD, "first_name": "Charles", "last_name": "Babbage"}, contact("Charles", "Babbage")],
        [OLD, contact("Ada", "Lovelace", value="+1 512 555 0199")],
        [OLD, contact("Ada", "Lovelace"), contact("Ada", "Lovelace")],
    ],
)
def test_contacts_that_are_not_as_they_were_with_the_new_one_behind(contacts: list[dict[str, Any]]) -> None:
    conversation, control = changing("5.2-02", comment=None, caller=Caller("Charles", None, "Babbage", MOBILE))
    done(control, comment="Dark.", contacts=contacts)
    with pytest.raises(Mismatch, match="stored alpha/contacts"):
        expect_changed(conversation, ALPHA)


def test_new_contacts_have_one_name() -> None:
    both = {"email": "c@example.org", **MOBILE}
    conversation, control = changing("5.2-02", comment=None, caller=Caller("Charles", None, "Babbage", both))
    mixed = [OLD, contact("Ada", "Lovelace"), contact("Charles", "Babbage", type="email", value="c@example.org")]
    done(control, comment="Dark.", contacts=mixed)
    with pytest.raises(Mismatch, match="contacts gained"):
        expect_changed(conversation, ALPHA)


def twice(row: str = "5.2-04") -> tuple[Told, StoreControl]:
    conversation, control = changing(row)
    conversation.changes.append(Change("alpha", 2, "m-alpha", comment="Once more."))
    return conversation, control


def test_the_first_of_several_entries_may_be_carried_out_when_the_reply_says_so() -> None:
    conversation, control = twice()
    done(control)
    conversation.told = Reply("PARTIAL", (), tickets=(carried("alpha"),))
    expect_nothing_changed(conversation)
    assert conversation.readings_seen == {"D-10": "the first of several entries is carried out"}


@pytest.mark.parametrize(
    ("row", "tickets", "text"),
    [
        ("5.2-04", (), "Dark.\nAgain."),
        ("5.2-04", (carried("alpha"),), "Dark."),
        ("5.2-04", (carried("alpha"),), "Dark.\nOnce more."),
        ("5.2-04", (carried("alpha"),), "Dark.\nAgain.\nOnce more."),
        ("5.2-01", (carried("alpha"),), "Dark.\nAgain."),
    ],
)
def test_several_entries_are_not_carried_out_otherwise(row: str, tickets: Any, text: str) -> None:
    conversation, control = twice(row)
    done(control, comment=text)
    conversation.told = Reply("PARTIAL", (), tickets=tickets)
    with pytest.raises(Mismatch, match="stored alpha"):
        expect_nothing_changed(conversation)


@pytest.mark.parametrize(
    ("result", "tickets", "csr", "right"),
    [
        ("PARTIAL", (carried("alpha"),), "csr-4", True),
        ("FAILED", (carried("alpha"),), "csr-4", False),
        ("PARTIAL", (), "csr-4", False),
        ("PARTIAL", (carried("alpha"),), None, False),
    ],
)
def test_entries_with_a_csr_may_be_carried_out_under_partial(
    result: str, tickets: Any, csr: str | None, right: bool
) -> None:
    conversation, control = changing("5.2-09")
    conversation.changes = [
        Change("alpha", 1, "m-alpha", comment="Again.", csr=csr),
        Change("beta", 2, "m-beta", comment="Again.", csr=None),
    ]
    done(control)
    conversation.told = Reply(result, (), tickets=tickets)
    if right:
        expect_nothing_changed(conversation)
    else:
        with pytest.raises(Mismatch, match="stored alpha"):
            expect_nothing_changed(conversation)


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ([["ticket"], ["beta"]], "has 0 entries of the earlier ticket 'beta'"),
        ([["ticket", "comment"], ["alpha", "Again."]], "is not what was there and what was added"),
        ([["ticket", "gained"], ["alpha", "pigeon Paul"]], "are no contacts"),
        ([["ticket", "colour"], ["alpha", "red"]], "no column 'colour'"),
    ],
)
def test_a_table_that_cannot_be_judged_is_the_features_fault(table: list[list[str]], says: str) -> None:
    conversation, control = changing()
    done(control)
    with pytest.raises(HarnessError, match=says):
        expect_changed(conversation, table)
