"""What is stored of callbacks in the end: each deviation is found."""

from __future__ import annotations

from typing import Any

import pytest
from callback_examples import NOW, NOW_TEXT, answered, queue_of, reply, stored, waiting

from crmkit.suite.callbacks.queue import CallbackQueue, Entry
from crmkit.suite.callbacks.stored import expect_as_before, expect_stored, is_comment
from crmkit.suite.errors import HarnessError, Mismatch

AS_BEFORE = [["callback"]]


def afterwards(row: str = "8.1-01", **changes: Any) -> CallbackQueue:
    """Two callbacks were held by csr-7; then this was changed of the first."""
    held = {"assigned_user": "csr-7", "comment": "Nobody at home."}
    queue = queue_of(waiting("first", **held), waiting("second", **held), row=row)
    queue.api.callbacks[0].update(changes)
    return answered(queue, reply())


def refusal(queue: CallbackQueue, table: list[list[str]] = AS_BEFORE) -> str:
    with pytest.raises(Mismatch) as caught:
        expect_stored(queue, table)
    return str(caught.value)


def test_as_before() -> None:
    expect_as_before(afterwards())


@pytest.mark.parametrize(
    "changes",
    [
        {"assigned_user": "csr-8"},
        {"assigned_user": None},
        {"assigned_at": "2026-05-01T12:00:01Z"},
        {"assignment_expires_at": "2026-05-01T13:00:01Z"},
        {"not_before": "2026-05-01T13:00:01Z"},
        {"attempts": 1},
        {"result": "Restored"},
        {"comment": "Nobody at home.\nPower is back."},
        {"comment": None},
        {"closed": True},
        {"automatic": True},
        {"priority": 6},
        {"language_id": 21514},
        {"trouble_code": "Other"},
        {"reason": "EtrUpdate"},
        {"incident": "INC-other"},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_nothing_may_have_changed(changes: dict[str, Any]) -> None:
    (name,) = changes
    assert f"stored first/{name}" in refusal(afterwards(**changes))


def test_who_holds_it() -> None:
    table = [["callback", "held by"], ["first", "csr-8"]]
    expect_stored(afterwards(assigned_user="csr-8", assigned_at="2026-05-01T12:00:01Z", attempts=1), table)
    assert "held by: expected csr-8, observed csr-7" in refusal(afterwards(), table)
    nobody = [["callback", "held by"], ["first", ""]]
    expect_stored(afterwards(assigned_user=None), nobody)
    assert "expected nobody, observed csr-7" in refusal(afterwards(), nobody)
    expect_stored(afterwards(assigned_user="csr-8"), [["callback", "held by"], ["first", "*"]])


def test_who_is_given_it_changes_nothing_else() -> None:
    table = [["callback", "held by"], ["first", "csr-8"]]
    for changes in ({"result": "Restored"}, {"comment": None}, {"closed": True}, {"priority": 3}):
        assert next(iter(changes)) in refusal(afterwards(assigned_user="csr-8", **changes), table)


def test_the_mark_need_not_stay_on_what_is_handed_out_or_reported() -> None:
    sent = [["callback", "held by"], ["first", "CrmAdapter"]]
    expect_stored(afterwards(assigned_user="CrmAdapter", automatic=True), sent)
    expect_stored(afterwards(**TAKEN, automatic=True), RESTORED)
    assert "stored first/automatic" in refusal(afterwards(automatic=True))


def test_who_pulled_it() -> None:
    table = [["callback", "held by"], ["first", "who pulled it"]]
    queue = afterwards()
    assert "somebody who pulled it" in refusal(queue, table)
    queue.callbacks["first"].pulled_by = "csr-8"
    assert "expected csr-8, observed csr-7" in refusal(queue, table)
    queue.callbacks["first"].pulled_by = "csr-7"
    expect_stored(queue, table)


def test_what_was_left_for_want_of_room_is_held_by_nobody() -> None:
    queue = afterwards(assigned_user=None)
    queue.strangers_pulled = True
    expect_stored(queue, [["callback", "held by"], ["first", "who pulled it"]])


RESTORED = [["callback", "result", "comment"], ["first", "Restored", "Nobody at home. The lights are on."]]
TAKEN = {"result": "Restored", "comment": "Nobody at home.\nThe lights are on."}


def test_a_result_and_what_it_leads_to() -> None:
    expect_stored(afterwards(**TAKEN), RESTORED)
    # What a result leads to is not asserted (D-39).
    expect_stored(afterwards(**TAKEN, closed=True, closed_at="2026-05-01T12:00:01Z", assigned_user=None), RESTORED)
    expect_stored(afterwards(**TAKEN, not_before="2026-05-01T13:00:00Z", attempts=1), RESTORED)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {**TAKEN, "result": "Busy"},
        {**TAKEN, "result": None},
        {**TAKEN, "comment": "Nobody at home."},
        {**TAKEN, "comment": "The lights are on."},
        {**TAKEN, "comment": "The lights are on.\nNobody at home."},
        {**TAKEN, "comment": None},
        {**TAKEN, "language_id": 21514},
        {**TAKEN, "priority": 6},
    ],
)
def test_a_result_that_was_stored_otherwise(changes: dict[str, Any]) -> None:
    assert "stored first/" in refusal(afterwards(**changes), RESTORED)


def test_without_a_comment_in_the_table_it_stays_as_it_was() -> None:
    table = [["callback", "result"], ["first", "Restored"]]
    expect_stored(afterwards(result="Restored"), table)
    assert "stored first/comment" in refusal(afterwards(**TAKEN), table)


CHANGED = [["callback", "result", "changed by", "changed at"], ["first", "Restored", "csr-7", "when called"]]


def changed(**changes: Any) -> CallbackQueue:
    """csr-7 has reported of a call at noon."""
    queue = afterwards(**{"result": "Restored", "last_update_user": "csr-7", "last_update_time": NOW_TEXT, **changes})
    queue.reported = [Entry("first", "CB-first", "Restored", "", NOW)]
    return queue


def test_who_changed_it_last_and_when() -> None:
    expect_stored(changed(), CHANGED)
    expect_stored(changed(last_update_time="2026-05-01T14:00:00.750+02:00"), CHANGED)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"last_update_user": None}, "stored first/last_update_user: expected csr-7, observed nobody"),
        ({"last_update_user": "csr-8"}, "stored first/last_update_user: expected csr-7, observed csr-8"),
        ({"last_update_time": None}, "stored first/last_update_time: expected 2026-05-01T12:00:00Z, observed none"),
        ({"last_update_time": "2026-05-01T12:00:30Z"}, "stored first/last_update_time"),
        ({"last_update_time": "2026-05-01T12:00:00+02:00"}, "stored first/last_update_time"),
    ],
)
def test_the_last_change_was_noted_otherwise(changes: dict[str, Any], says: str) -> None:
    assert says in refusal(changed(**changes), CHANGED)
    plain = [["callback", "result", "changed by", "changed at"], ["first", "Restored", "*", "*"]]
    expect_stored(changed(**changes), plain)


def test_when_it_changed_is_known_only_where_the_result_says_so() -> None:
    queue = changed()
    for cell, entry in (("noon", queue.reported[0]), ("when called", Entry("first", "CB-first", "Restored", ""))):
        queue.reported = [entry]
        with pytest.raises(HarnessError, match="is changed at 'when called'"):
            expect_stored(queue, [*CHANGED[:1], ["first", "Restored", "csr-7", cell]])


@pytest.mark.parametrize(
    ("more", "right"), [("\n" + "x" * 484, True), ("\n" + "x" * 485, False), ("\n" + "x" * 483, False), ("", False)]
)
def test_a_remark_that_fits_behind_the_earlier_one(more: str, right: bool) -> None:
    table = [["callback", "result", "comment"], ["first", "Restored", "x*fit"]]
    queue = afterwards(result="Restored", comment=f"Nobody at home.{more}")
    queue.separator = "\n"
    if right:
        expect_stored(queue, table)
    else:
        assert "stored first/comment" in refusal(queue, table)


def test_a_callback_that_is_gone_or_one_that_is_new() -> None:
    queue = afterwards()
    del queue.api.callbacks[0]
    assert "stored first: expected a callback, observed none" in refusal(queue)
    queue = afterwards()
    queue.api.callbacks.append(stored("first", mrid="CB-again"))
    assert "one more about first" in refusal(queue)


def test_who_calls_again_may_do_so_by_a_new_callback() -> None:
    queue = afterwards(result="No Answer")
    queue.api.callbacks.append(stored("first", mrid="CB-again"))
    expect_stored(queue, [["callback", "result"], ["first", "No Answer"]])


def with_ticket(queue: CallbackQueue, **ticket: Any) -> CallbackQueue:
    about = {"mrid": "TT-new", "name": None, "usage_point": "UP-first", "message_id": None} | ticket
    queue.conversation.run.control.tickets.append(about)  # type: ignore[union-attr]
    return queue


def test_no_ticket_came_about() -> None:
    assert "stored tickets: expected none more, observed TT-new" in refusal(with_ticket(afterwards()))
    ours = with_ticket(afterwards(), usage_point="UP-far", message_id="message-1")
    expect_as_before(ours)
    ours.conversation.run.seen_message_ids.add("message-1")
    assert "none more" in refusal(ours)


def test_but_for_a_customer_who_is_still_without_power() -> None:
    table = [["callback", "result"], ["first", "Not Restored"]]
    queue = with_ticket(afterwards(result="Not Restored"))
    expect_stored(queue, table)
    assert "none more" in refusal(with_ticket(queue), table)
    assert "none more" in refusal(with_ticket(afterwards(result="Not Restored"), usage_point="UP-second"), table)


@pytest.mark.parametrize(
    ("observed", "right"),
    [
        ("One.\nTwo.", True),
        ("One. Two.", True),
        ("One. | Two.", True),
        ("One.Two.", False),
        ("One.\nTwo", False),
        ("One.\nand Two.", False),
        ("Two.", False),
        ("One.", False),
        ("", False),
        ("One.\n\n\n\n\n\n\n\n\n\n\nTwo.", False),
    ],
)
def test_a_remark_behind_an_earlier_one(observed: str, right: bool) -> None:
    assert is_comment("One. Two.", "One.", observed) is right


def test_a_first_remark_stands_as_it_is() -> None:
    assert is_comment("One. Two.", "", "One. Two.")
    assert not is_comment("One. Two.", "", "One.\nTwo.")
    assert is_comment("", "", "")
    assert not is_comment("One.", "One.", "One.\nTwo.")


def test_only_callbacks_of_the_scenario_are_known() -> None:
    with pytest.raises(HarnessError, match="no callback 'third'"):
        expect_stored(afterwards(), [["callback"], ["third"]])
