"""Questions to a person: as JSON lines for a script, and in words at a terminal."""

from __future__ import annotations

import io
import json
import os

import pytest

from crmkit.byhand.json_lines import JsonLines
from crmkit.byhand.questions import REQUIRED, Cannot, Item, Question, completed
from crmkit.byhand.shapes import LOG_LINES
from crmkit.byhand.terminal import Terminal

CONFIRM = Item(
    "do",
    "confirm-incident",
    "Open and confirm an incident at UP-1.",
    {"at": "UP-1", "comment": "Storm"},
    {"mRID": REQUIRED, "status": "Dispatched"},
)
RESTORE = Item("do", "restore-incident", "Restore incident INC-1.", {"mrid": "INC-1"})
LOOK = Item("look", "log", "What does the log tell?", {}, {"lines": REQUIRED}, shapes={"lines": LOG_LINES})


def question(*items: Item, seconds: float = 5.0) -> Question:
    return Question(7, "5.1-06", items, seconds)


def asked_by_json(given: str, *items: Item) -> tuple[list[dict[str, object]], list[dict[str, object]]]:
    """The answers, and what was written."""
    out = io.StringIO()
    answers = JsonLines(out, io.StringIO(given)).ask(question(*items))
    return answers, [json.loads(line) for line in out.getvalue().splitlines()]


def test_a_script_gets_a_question_a_line_and_answers_an_object_an_item() -> None:
    answers, written = asked_by_json('{"question": 7, "answers": [{"mRID": "INC-1"}, {}]}\n', CONFIRM, RESTORE)
    assert answers == [{"mRID": "INC-1", "status": "Dispatched"}, {}]
    assert written == [
        {
            "question": 7,
            "row": "5.1-06",
            "seconds": 5.0,
            "items": [
                {
                    "do": "confirm-incident",
                    "text": "Open and confirm an incident at UP-1.",
                    "values": {"at": "UP-1", "comment": "Storm"},
                    "answer": {"mRID": None, "status": "Dispatched"},
                },
                {
                    "do": "restore-incident",
                    "text": "Restore incident INC-1.",
                    "values": {"mrid": "INC-1"},
                    "answer": {},
                },
            ],
        }
    ]


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        ("no JSON", "Expecting value"),
        ('{"question": 6, "answers": [{"mRID": "INC-1"}]}', '"question": 7'),
        ('{"question": 7, "answers": []}', "a list of 1 objects"),
        ('{"question": 7, "answers": ["INC-1"]}', "a list of 1 objects"),
        ('{"question": 7, "answers": [{}]}', "'mRID' is needed"),
        ('{"question": 7, "answers": [{"mRID": "INC-1", "colour": "red"}]}', "nobody asked for 'colour'"),
    ],
)
def test_a_wrong_answer_is_told_and_may_be_sent_anew(wrong: str, problem: str) -> None:
    right = '{"question": 7, "answers": [{"mRID": "INC-2"}]}'
    answers, written = asked_by_json(f"{wrong}\n{right}\n", CONFIRM)
    assert answers == [{"mRID": "INC-2", "status": "Dispatched"}]
    assert written[1]["question"] == 7
    assert problem in str(written[1]["problem"])


def test_a_script_may_say_that_it_cannot() -> None:
    with pytest.raises(Cannot, match="the person cannot: no operator today"):
        asked_by_json('{"question": 7, "cannot": "no operator today"}\n', CONFIRM)


def test_answers_that_end_are_no_answers() -> None:
    with pytest.raises(Cannot, match="the answers ended at question 7"):
        asked_by_json("", CONFIRM)


def test_nobody_is_waited_for_longer_than_the_question_says() -> None:
    reading, writing = os.pipe()
    late = pytest.raises(Cannot, match=r"nobody answered question 7 within 0\.05 s")
    with os.fdopen(reading) as silent, os.fdopen(writing, "w"), late:
        JsonLines(io.StringIO(), silent).ask(question(CONFIRM, seconds=0.05))


def asked_at_terminal(typed: str, *items: Item) -> tuple[list[dict[str, object]], str]:
    out = io.StringIO()
    return Terminal(out, io.StringIO(typed)).ask(question(*items)), out.getvalue()


def test_a_person_is_told_what_to_do_where_and_with_which_values() -> None:
    answers, told = asked_at_terminal("INC-1\n\n", CONFIRM)
    assert answers == [{"mRID": "INC-1", "status": "Dispatched"}]
    assert "Question 7 (row 5.1-06)" in told
    assert "1. Open and confirm an incident at UP-1." in told
    assert "comment: Storm" in told
    assert "status [Dispatched]:" in told


def test_what_is_needed_is_asked_for_again() -> None:
    answers, told = asked_at_terminal("\n\nINC-1\nNew\n", CONFIRM)
    assert answers == [{"mRID": "INC-1", "status": "New"}]
    assert told.count("mRID is needed") == 2


def test_enter_means_done() -> None:
    answers, told = asked_at_terminal("\n", RESTORE)
    assert answers == [{}]
    assert "done?" in told


def test_n_means_that_it_cannot_be_done() -> None:
    with pytest.raises(Cannot, match=r"the person cannot: question 7, Restore incident INC-1\."):
        asked_at_terminal("n\n", RESTORE)


def test_a_list_is_typed_with_semicolons_and_a_dash_is_none() -> None:
    assert asked_at_terminal("1.8 | FATAL; 2.7 | INFORM\n", LOOK)[0] == [{"lines": ["1.8 | FATAL", "2.7 | INFORM"]}]
    assert asked_at_terminal("-\n", LOOK)[0] == [{"lines": []}]


def test_the_kit_waits_for_who_cannot_set_the_clock() -> None:
    passing = Item("do", "let-time-pass", "Let 0.01 seconds pass.", {"seconds": 0.01}, {"now": ""})
    answers, told = asked_at_terminal("w\n", passing)
    assert answers == [{"now": ""}]
    assert "time passes" not in told  # a countdown is for terminals


def test_an_empty_answer_takes_the_default_and_an_empty_text_does_not() -> None:
    assert completed(CONFIRM, {"mRID": "INC-1", "status": None}) == {"mRID": "INC-1", "status": "Dispatched"}
    assert completed(CONFIRM, {"mRID": "INC-1", "status": ""}) == {"mRID": "INC-1", "status": ""}
