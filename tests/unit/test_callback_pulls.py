"""What somebody who pulls callbacks gets: which ones, in which order, and never what somebody else has."""

from __future__ import annotations

from typing import Any

import pytest
from callback_examples import answered, carried, queue_of, reply, waiting

from crm_contract.messages import CallBack
from crmkit.suite.callbacks import pulls as callback_pulls
from crmkit.suite.callbacks.pulls import expect_apart, expect_carried
from crmkit.suite.callbacks.queue import CallbackQueue
from crmkit.suite.errors import HarnessError, Mismatch
from crmkit.suite.replies.reading import Reply

FIRST_THEN_SECOND = [["callback"], ["first"], ["second"]]


def pulled(*callbacks: CallBack, by: str = "csr-7") -> CallbackQueue:
    queue = answered(queue_of(waiting("first"), waiting("second")), reply(callbacks=callbacks))
    queue.pulled_for = by
    return queue


def refusal(queue: CallbackQueue, table: list[list[str]]) -> str:
    with pytest.raises(Mismatch) as caught:
        expect_carried(queue, table)
    return str(caught.value)


def test_these_in_this_order() -> None:
    queue = pulled(carried("first"), carried("second"))
    expect_carried(queue, FIRST_THEN_SECOND)
    assert {each.pulled_by for each in queue.callbacks.values()} == {"csr-7"}


@pytest.mark.parametrize(
    "callbacks",
    [
        [carried("second"), carried("first")],
        [carried("first")],
        [],
        [carried("first"), carried("first")],
        [carried("first"), carried("second"), carried("first")],
    ],
    ids=["another order", "too few", "none", "one twice", "one again"],
)
def test_not_these_or_not_in_this_order(callbacks: list[CallBack]) -> None:
    assert "expected first, second" in refusal(pulled(*callbacks), FIRST_THEN_SECOND)


def test_nothing_is_to_come() -> None:
    expect_carried(pulled(), [["callback"]])
    assert "expected no callbacks" in refusal(pulled(carried("first")), [["callback"]])


def test_what_somebody_was_given_is_given_to_nobody_else() -> None:
    queue = pulled(carried("first"), carried("second"))
    expect_carried(queue, FIRST_THEN_SECOND)
    answered(queue, reply(callbacks=[carried("second", csr="csr-8")]))
    assert "given to somebody before" in refusal(queue, [["callback"], ["second"]])


def test_what_the_run_pulled_for_itself_is_nobodys_either() -> None:
    queue = pulled(carried("other"), carried("first"))
    queue.handed_out.add("CB-other")
    assert "another callback (CB-other)" in refusal(queue, [["callback"], ["first"]])


def test_another_clients_callback_may_take_a_place() -> None:
    expect_carried(pulled(carried("other"), carried("first")), FIRST_THEN_SECOND)
    expect_carried(pulled(carried("first"), carried("other"), carried("second")), FIRST_THEN_SECOND)
    # But it does not change the order, nor make a pull shorter.
    refusal(pulled(carried("other"), carried("second")), FIRST_THEN_SECOND)
    refusal(pulled(carried("other")), FIRST_THEN_SECOND)


def test_everything_known_is_judged_of_each() -> None:
    assert "Payload/second/csrId: expected csr-7, observed csr-8" in refusal(
        pulled(carried("first"), carried("second", csr="csr-8")), FIRST_THEN_SECOND
    )


@pytest.mark.parametrize(
    ("column", "cell", "right"),
    [
        ("csr", "csr-7", True),
        ("csr", "csr-9", False),
        ("reason", "PowerRestored", True),
        ("reason", "EtrUpdate", False),
        ("language", "1033", True),
        ("language", "21514", False),
        ("trouble code", "Voltage Problem", True),
        ("trouble code", "", False),
        ("person", "Ada Lovelace", True),
        ("person", "Grace Hopper", False),
        ("person", "", False),
        ("person", "*", True),
    ],
)
def test_literals(column: str, cell: str, right: bool) -> None:
    queue, table = pulled(carried("first")), [["callback", column], ["first", cell]]
    if right:
        expect_carried(queue, table)
    else:
        assert f"Payload/first/{column}" in refusal(queue, table)


def test_tables_are_read_strictly() -> None:
    with pytest.raises(HarnessError, match="no column 'colour'"):
        expect_carried(pulled(), [["callback", "colour"]])
    with pytest.raises(HarnessError, match="needs the column 'callback'"):
        expect_carried(pulled(), [["csr"]])


def together(monkeypatch: pytest.MonkeyPatch, answers: dict[str, Reply]) -> CallbackQueue:
    """Two callbacks waited, and these answers came to those who pulled."""
    queue = queue_of(waiting("first"), waiting("second"))
    queue.together = list(answers.items())  # type: ignore[arg-type]
    monkeypatch.setattr(callback_pulls, "read_anyway", lambda given, *_: (given, None))
    return queue


def given(*aliases: str, result: str = "OK") -> Reply:
    return reply(result, [carried(alias) for alias in aliases])


def test_pulls_at_the_same_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    queue = together(monkeypatch, {"csr-1": given("first"), "csr-2": given("second")})
    expect_apart(queue)
    assert [each.pulled_by for each in queue.callbacks.values()] == ["csr-1", "csr-2"]


@pytest.mark.parametrize(
    ("answers", "says"),
    [
        ({"csr-1": given("first", "second"), "csr-2": given("second")}, "given to csr-2 too"),
        ({"csr-1": given("first"), "csr-2": given()}, "all but second"),
        ({"csr-1": given("first", "second"), "csr-2": given(result="FAILED")}, "reply to csr-2"),
    ],
    ids=["one is in two", "one was left", "one was refused"],
)
def test_pulls_at_the_same_moment_that_went_wrong(
    monkeypatch: pytest.MonkeyPatch, answers: dict[str, Reply], says: str
) -> None:
    with pytest.raises(Mismatch, match=says):
        expect_apart(together(monkeypatch, answers))


def test_a_row_is_a_query(monkeypatch: pytest.MonkeyPatch) -> None:
    queue = queue_of(waiting("first"))
    sent: list[Any] = []
    monkeypatch.setattr(queue.conversation, "send_message", lambda *given: sent.append(given))
    callback_pulls.pull(queue, [["csr", "count", "language", "priority"], ["csr-7", "", "21514", ""]])
    callback_pulls.pull(queue, [["csr", "count", "priority"], ["", "0", "6"]])
    assert [inside for _, inside, _ in sent] == [
        {"CallBack": {"csrId": "csr-7", "TroubleTickets": {"languageId": "21514"}}},
        {"CallBack": {"count": "0", "TroubleTickets": {"priority": "6"}}},
    ]
    assert queue.pulled_for == ""
