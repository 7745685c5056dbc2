"""The reply to callback results, and the readings that pass beside the printed one."""

from __future__ import annotations

from typing import Any

import pytest
from callback_examples import CONTRACT, NOW, answered, queue_of, reply, reported, result, waiting

from crm_contract.messages import CallBackResult
from crmkit.suite.callbacks.queue import CallbackQueue
from crmkit.suite.callbacks.results import (
    carried_out_besides,
    expect_answers,
    report,
    report_and_pull_again,
    report_before,
)
from crmkit.suite.conversation import SentMessage
from crmkit.suite.errors import CouldNotTest, HarnessError, Mismatch
from crmkit.suite.otherwise import AS_USUAL
from crmkit.suite.replies import judging as reply_judging
from crmkit.suite.replies.questions import ONE_A_CALLBACK, UNHELD_ACCEPTED
from crmkit.suite.replies.reading import ReportedError
from crmkit.suite.replies.readings import Sent, readings

FIRST = [["callback", "status"], ["first", "any"]]


def answer(*results: CallBackResult, row: str = "8.1-01", outcome: str = "OK") -> CallbackQueue:
    queue = queue_of(waiting("first"), waiting("second"), row=row, operation="CreatedCallBacksResults")
    reported(queue, ("first", "CB-first", "Restored"), ("second", "CB-second", "Restored"))
    return answered(queue, reply(outcome, results=results))


def test_those_that_were_taken() -> None:
    expect_answers(answer(result("CB-first")), FIRST)
    expect_answers(answer(result("CB-second"), result("CB-first")), [["callback"], ["first"], ["second"]])
    expect_answers(answer(), [["callback"]])


@pytest.mark.parametrize(
    ("results", "says"),
    [
        ([], "expected first, observed none"),
        ([result("CB-second")], "expected first, observed second"),
        ([result("CB-first"), result("CB-second")], "expected first, observed first, second"),
        ([result("CB-first"), result("CB-first")], "expected first, observed first, first"),
        ([result(None)], "a callback without mRID"),
        ([result("CB-other")], "another callback"),
        ([result("CB-first", None)], "status/value: expected some word, observed absent"),
        ([result("CB-first", " ")], "status/value: expected some word"),
    ],
)
def test_not_those(results: list[CallBackResult], says: str) -> None:
    with pytest.raises(Mismatch, match=says):
        expect_answers(answer(*results), FIRST)


def test_a_word_may_be_asked_for() -> None:
    table = [["callback", "status"], ["first", "Updated"]]
    expect_answers(answer(result("CB-first")), table)
    with pytest.raises(Mismatch, match="expected Updated, observed Done"):
        expect_answers(answer(result("CB-first", "Done")), table)


def test_failed_need_not_tell_what_was_taken() -> None:
    expect_answers(answer(outcome="FAILED"), FIRST)
    with pytest.raises(Mismatch):
        expect_answers(answer(result("CB-second"), outcome="FAILED"), FIRST)


def duplicates(*results: CallBackResult, row: str = "8.1-07") -> CallbackQueue:
    queue = answer(*results, row=row)
    return reported(
        queue,
        ("first", "CB-first", "Restored"),
        ("second", "CB-second", "Declined"),
        ("second", "CB-second", "Left Message"),
    )


def test_of_several_entries_the_first_may_be_carried_out() -> None:
    queue = duplicates(result("CB-first"), result("CB-second"))
    expect_answers(queue, FIRST)
    assert queue.conversation.readings_seen == {"D-10": "the first of several entries is carried out"}
    assert {alias: entry.result for alias, entry in carried_out_besides(queue).items()} == {"second": "Declined"}


def test_or_none_of_them() -> None:
    queue = duplicates(result("CB-first"))
    expect_answers(queue, FIRST)
    assert queue.conversation.readings_seen == {}
    assert carried_out_besides(queue) == {}


def test_but_not_all_of_them_and_only_where_the_row_is_about_that() -> None:
    with pytest.raises(Mismatch):
        expect_answers(duplicates(result("CB-first"), result("CB-second"), result("CB-second")), FIRST)
    with pytest.raises(Mismatch):
        expect_answers(duplicates(result("CB-first"), result("CB-second"), row="8.1-01"), FIRST)


def sent_by(queue: CallbackQueue, monkeypatch: pytest.MonkeyPatch, table: list[list[str]]) -> list[dict[str, Any]]:
    """The entries of the message that a table makes."""
    sent: list[Any] = []
    monkeypatch.setattr(queue.conversation, "send_message", lambda *given: sent.append(given))
    report(queue, table)
    ((operation, inside, _),) = sent
    assert operation.name == "CreatedCallBacksResults"
    entries: list[dict[str, Any]] = inside["CallBackResult"]
    return entries


def test_an_entry_a_row(monkeypatch: pytest.MonkeyPatch) -> None:
    table = [
        ["callback", "csr", "result", "comment", "called", "mRID"],
        ["first", "csr-7", "Restored", "x*3", "", "its own"],
        ["ghost", "", "No Answer", "", "yesterday", "unknown"],
        ["nobody", "csr-7", "", "", "", "none"],
    ]
    first, ghost, nobody = sent_by(queue_of(waiting("first")), monkeypatch, table)
    assert first == {"mRID": "CB-first", "comment": "xxx", "csrId": "csr-7", "status": {"value": "Restored"}}
    assert ghost.pop("mRID").startswith("NO-SUCH-CALLBACK")
    assert ghost == {"dateTime": "yesterday", "status": {"value": "No Answer"}}
    assert nobody == {"csrId": "csr-7"}


@pytest.mark.parametrize(
    ("separator", "cell", "length"), [("\n", "x*fit", 484), ("\n", "x*fit+1", 485), (" | ", "x*fit", 482)]
)
def test_as_much_as_fits_behind_the_earlier_remark(
    monkeypatch: pytest.MonkeyPatch, separator: str, cell: str, length: int
) -> None:
    queue = queue_of(waiting("first", comment="Nobody at home."), waiting("second"))
    queue.separator = separator
    table = [["callback", "comment"], ["first", cell], ["second", "x*fit"]]
    first, second = sent_by(queue, monkeypatch, table)
    assert first["comment"] == "x" * length
    assert second["comment"] == "x" * 500


def test_what_fits_is_known_once_two_remarks_were_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    queue = queue_of(waiting("first", comment="Nobody at home."))
    with pytest.raises(HarnessError, match="has not seen how two remarks are set apart"):
        sent_by(queue, monkeypatch, [["callback", "comment"], ["first", "x*fit"]])


@pytest.mark.parametrize(
    ("stored", "separator"),
    [("One.\nTwo.", "\n"), ("One. | Two.", " | "), ("One.Two.", ""), ("Two.", "\n"), ("One. then Two.", "\n")],
)
def test_two_remarks_show_what_sets_them_apart(monkeypatch: pytest.MonkeyPatch, stored: str, separator: str) -> None:
    queue = answered(queue_of(waiting("first", comment="One."), waiting("second")), reply())
    monkeypatch.setattr(queue.conversation, "send_message", lambda *given: None)
    queue.api.callbacks[0]["comment"] = stored
    queue.api.callbacks[1]["comment"] = "Two."
    report_before(queue, [["callback", "comment"], ["first", "Two."], ["second", "Two."]])
    assert queue.separator == separator
    assert (queue.reported, queue.callback("first").stored["comment"]) == ([], stored)


def test_earlier_results_that_are_not_taken_show_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    queue = answered(queue_of(waiting("first")), reply("FAILED"))
    monkeypatch.setattr(queue.conversation, "send_message", lambda *given: None)
    with pytest.raises(CouldNotTest, match="did not take the earlier results: Result FAILED"):
        report_before(queue, [["callback", "result"], ["first", "Restored"]])


def test_details_may_name_an_entry_by_mrid_or_place(monkeypatch: pytest.MonkeyPatch) -> None:
    queue = queue_of(waiting("first"), waiting("second"))
    table = [["callback", "result"], ["first", "Restored"], ["second", "Busy"], ["second", "Restored"]]
    sent_by(queue, monkeypatch, table)
    assert queue.conversation.spellings("first") == ("CB-first", "#1", "1")
    assert queue.conversation.spellings("second") == ("CB-second", "#2", "2", "#3", "3")


def test_a_list_of_results_that_says_otherwise_shows_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    for known, word in ((["Restored", "Delighted"], "Delighted"), (["Restored"], "Busy")):
        queue = queue_of(waiting("first"))
        queue.__dict__["settings"] = {"callback_results": known}
        with pytest.raises(CouldNotTest, match=f"the callback result '{word}'"):
            sent_by(queue, monkeypatch, [["callback", "result"], ["first", word]])


def test_what_no_mrid_is_meant(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(HarnessError, match="'its own', 'unknown' or 'none'"):
        sent_by(queue_of(waiting("first")), monkeypatch, [["callback", "mRID"], ["first", "some"]])


@pytest.mark.parametrize(
    ("holders", "unheld"),
    [({"first": None, "second": None}, True), ({"first": "csr-7", "second": None}, False), ({"first": None}, False)],
    ids=["all", "some", "one is unknown"],
)
def test_results_of_callbacks_that_nobody_holds(
    monkeypatch: pytest.MonkeyPatch, holders: dict[str, str | None], unheld: bool
) -> None:
    queue = queue_of(*(waiting(alias, assigned_user=user) for alias, user in holders.items()))
    known = "its own" if "second" in holders else "unknown"
    table = [["callback", "result", "mRID"], ["first", "Restored", "its own"], ["second", "Restored", known]]
    sent_by(queue, monkeypatch, table)
    assert queue.conversation.reports_only_on_unheld is unheld


@pytest.mark.parametrize(
    ("holders", "csr", "count"),
    [
        (("csr-12", "csr-12"), "csr-7", 2),
        (("csr-12", "csr-12"), "", 2),
        (("csr-12", "csr-7"), "csr-7", 1),
        (("CrmAdapter", None), "csr-7", 0),
    ],
)
def test_results_of_callbacks_that_others_hold(
    monkeypatch: pytest.MonkeyPatch, holders: tuple[str | None, str | None], csr: str, count: int
) -> None:
    first, second = holders
    queue = queue_of(waiting("first", assigned_user=first), waiting("second", assigned_user=second))
    sent_by(queue, monkeypatch, [["callback", "csr"], ["first", csr], ["second", csr]])
    assert queue.conversation.reports_on_others == count


DIFFERENT = [
    ["code", "level", "reason", "details", "{0}"],
    ["2.7", "FATAL", "DifferentCsrId", "It cannot be updated if: {0}.", "*"],
]


@pytest.mark.parametrize(
    ("told", "right"),
    [
        (["csr-7 is not csr-12"], True),
        (["CB-first is csr-12's", "CB-second is csr-12's"], True),
        (["csr-7 is not csr-12", "csr-7 is not csr-12"], False),
        (["CB-first is csr-12's", "CB-second is csr-12's", "CB-third is csr-12's"], False),
        ([], False),
    ],
)
def test_one_error_for_all_or_for_each_of_them(monkeypatch: pytest.MonkeyPatch, told: list[str], right: bool) -> None:
    errors = [ReportedError("2.7", "FATAL", "DifferentCsrId", f"It cannot be updated if: {each}.") for each in told]
    queue = queue_of(waiting("first", assigned_user="csr-12"), waiting("second", assigned_user="csr-12"), row="8.1-05")
    sent_by(queue, monkeypatch, [["callback", "csr"], ["first", "csr-7"], ["second", "csr-7"]])
    conversation = answered(queue, reply("FAILED", errors=errors)).conversation
    operation = CONTRACT.operations["CreatedCallBacksResults"]
    conversation.message = SentMessage(operation, conversation.make_header(operation), AS_USUAL, True)
    monkeypatch.setattr(reply_judging, "header_checks", lambda *given: [])
    if right:
        reply_judging.expect_reply(conversation, "FAILED", DIFFERENT)
        seen = conversation.readings_seen.get("D-38")
        assert seen == (None if len(told) == 1 else ONE_A_CALLBACK)
    else:
        with pytest.raises(Mismatch, match="Reply/Error"):
            reply_judging.expect_reply(conversation, "FAILED", DIFFERENT)


def test_such_results_may_be_accepted() -> None:
    allowed = [
        (each.result, each.seen)
        for each in readings("8.1-05", "FAILED", [], Sent([], NOW, only_unheld_callbacks=True))
        if "D-38" in each.seen
    ]
    assert allowed == [("OK", {"D-38": UNHELD_ACCEPTED})]
    for row, sent in (("8.1-05", Sent([], NOW)), ("8.1-06", Sent([], NOW, only_unheld_callbacks=True))):
        assert not [each for each in readings(row, "FAILED", [], sent) if "D-38" in each.seen]
    queue = answer()
    queue.conversation.readings_seen["D-38"] = UNHELD_ACCEPTED
    assert sorted(carried_out_besides(queue)) == ["first", "second"]


@pytest.mark.parametrize("row", ["8.1-03", "8.1-05", "8.1-06"])
def test_rows_whose_text_and_result_differ(row: str) -> None:
    for printed in ("PARTIAL", "FAILED"):
        assert {each.result for each in readings(row, printed, [], Sent([], NOW))} == {"PARTIAL", "FAILED"}
    assert {each.result for each in readings(row, "OK", [], Sent([], NOW))} == {"OK"}


def test_results_that_do_not_lead_to_another_call_show_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    queue = answered(queue_of(waiting("first", assigned_user="csr-7")), reply())
    monkeypatch.setattr(queue.conversation, "send_message", lambda *given: None)
    monkeypatch.setattr(queue, "let_pass", lambda seconds: None)
    monkeypatch.setattr(queue, "until_held", lambda aliases, holder: False)
    table = [["callback", "csr", "result"], ["first", "csr-7", "No Answer"]]
    with pytest.raises(CouldNotTest, match="does not give first out again"):
        report_and_pull_again(queue, table)
    answered(queue, reply("PARTIAL"))
    with pytest.raises(CouldNotTest, match="did not take the earlier results"):
        report_and_pull_again(queue, table)
