"""What a person tells of a look is the person's: nothing is entered by Enter, and what will not do is told at once."""

from __future__ import annotations

import io
import json
import os
from datetime import UTC, datetime
from typing import Any

import pytest

from crm_contract.messages import CallBack, IncidentRecord, TroubleTicket, UsagePoint
from crmkit.byhand.agenda import Agenda
from crmkit.byhand.json_lines import JsonLines
from crmkit.byhand.questions import REQUIRED, Answer, Cannot, Item, Person, Question
from crmkit.byhand.shapes import LOG_LINES, MOMENT
from crmkit.byhand.shown_tickets import look_at, read_look
from crmkit.byhand.terminal import Terminal
from crmkit.byhand.told_callbacks import Callbacks
from crmkit.suite.errors import CouldNotTest
from crmkit.suite.tickets.written import Ticket
from crmkit.suite.values import Period

PERIOD = "2026-05-01T12:00:00Z/2026-05-01T13:00:00Z"
RESTORE = Item("do", "restore-incident", "Restore incident INC-1.", {"mrid": "INC-1"})


def ticket(*names: str, **sent: Any) -> Item:
    return look_at(Ticket("first", 1, "CT-1-first", frozenset(), mrid="TT-1", **sent), names)


def at_terminal(typed: str, *items: Item) -> tuple[list[Answer], str]:
    out = io.StringIO()
    answers = Terminal(out, io.StringIO(typed)).ask(Question(7, "5.1-06", items, 5.0))
    return answers, out.getvalue()


def by_json(given: list[Any], *items: Item) -> tuple[list[Answer], list[dict[str, Any]]]:
    """The answers, and the lines written, of which those after the first tell of problems."""
    out = io.StringIO()
    lines = "".join(json.dumps({"question": 7, "answers": [each]}) + "\n" for each in given)
    answers = JsonLines(out, io.StringIO(lines)).ask(Question(7, "5.1-06", items, 5.0))
    return answers, [json.loads(line) for line in out.getvalue().splitlines()]


def test_enter_is_no_observation_and_a_dash_says_that_nothing_stands_there() -> None:
    answers, told = at_terminal("\n\n-\n\n-\n", ticket("callback_media", "located_by", media=["SMS"]))
    assert answers == [{"callback_media": [], "located_by": ""}]
    assert told.count("callback_media is needed; - if nothing stands there") == 2
    assert told.count("located_by is needed") == 1
    assert "callback_media (sent or told before: SMS):" in told


def test_a_script_has_to_give_every_field_and_may_give_nothing() -> None:
    item = ticket("callback_media", "located_by", media=["SMS"])
    nothing = {"callback_media": [], "located_by": ""}
    answers, written = by_json([{}, {"callback_media": None, "located_by": ""}, nothing], item)
    assert answers == [nothing]
    assert written[0]["items"][0]["answer"] == {"callback_media": None, "located_by": None}
    assert written[0]["items"][0]["known"] == {"callback_media": ["SMS"]}
    assert all("'callback_media' is needed; []" in each["problem"] for each in written[1:])


def test_a_period_without_ends_that_was_sent_is_neither_shown_nor_taken() -> None:
    item = ticket("callback_periods", periods=[Period(None, None)])
    answers, written = by_json([{"callback_periods": ["/"]}, {"callback_periods": []}], item)
    assert read_look(answers[0]) == {"callback_periods": []}
    assert written[0]["items"][0]["known"] == {"callback_periods": []}
    assert "a list of START/END" in written[1]["problem"]


@pytest.mark.parametrize(
    ("name", "wrong", "right", "problem"),
    [
        ("located_by", "by luck", "landbase", "one of usage point, landbase, coordinates, or nothing, not 'by luck'"),
        ("position", "12", "12.5 -3", "two numbers X Y, or nothing, not '12'"),
        ("position", "nan 3", "-", "two numbers"),
        ("callback_periods", "noon", PERIOD, "a list of START/END"),
        ("callback_periods", f"{PERIOD}; 2026-05-01T12:00:00Z/", "-", "not '2026-05-01T12:00:00Z/'"),
        ("callback_media", ";", "SMS", "a list of texts"),
        ("location", "HouseNumber 12", "Address HouseNumber=12", "a list of TYPE NAME=VALUE"),
        ("contacts", "Ada Lovelace", "Ada Lovelace: email ada@example.org", "email|landline|mobile VALUE"),
        ("contacts", "Ada: fax 1", ": mobile +1 512 555 0102", "email|landline|mobile VALUE"),
    ],
)
def test_at_the_terminal_it_is_asked_again_with_what_is_wrong(name: str, wrong: str, right: str, problem: str) -> None:
    (answer,), told = at_terminal(f"{wrong}\n{right}\n", ticket(name))
    assert problem in told
    assert sum(line.startswith(f"       {name}") and line.endswith(":") for line in told.splitlines()) == 2
    assert name in read_look(answer)


@pytest.mark.parametrize(
    ("name", "wrong", "right"),
    [
        ("located_by", {"how": "landbase"}, "landbase"),
        ("located_by", "luck", ""),
        ("position", [1, 2], "1 2"),
        ("callback_media", "SMS", ["SMS"]),
        ("callback_media", [{"SMS": True}], ["SMS"]),
        ("callback_periods", [{"start": "2026-05-01T12:00:00Z"}], [PERIOD]),
        ("callback_periods", ["2026-05-01/2026-05-02"], [PERIOD]),
        ("last_update_user", 7, "7"),
    ],
)
def test_a_script_is_told_of_a_problem(name: str, wrong: Any, right: Any) -> None:
    (answer,), written = by_json([{name: wrong}, {name: right}], ticket(name))
    assert answer == {name: right}
    (problem,) = (each["problem"] for each in written[1:])
    assert name in problem
    assert "{" not in problem


def test_times_and_lines_of_a_log_are_looked_at_too() -> None:
    passing = Item("do", "let-time-pass", "Let 5 s pass.", {"seconds": 5}, {"now": ""}, shapes={"now": MOMENT})
    answers, told = at_terminal("later\n2026-05-01T12:00:00Z\n", passing)
    assert answers == [{"now": "2026-05-01T12:00:00Z"}]
    assert "a date and time such as" in told
    log = Item("look", "log", "What does it tell?", {}, {"lines": REQUIRED}, shapes={"lines": LOG_LINES})
    answers, told = at_terminal("\nit failed\n1.8 | FATAL\n", log)
    assert answers == [{"lines": ["1.8 | FATAL"]}]
    assert "a list of CODE | LEVEL | REASON | DETAILS | MessageID, not 'it failed'" in told


def test_why_a_script_cannot_is_a_text() -> None:
    out = io.StringIO()
    lines = '{"question": 7, "cannot": {"why": 1}}\n{"question": 7, "cannot": "no operator"}\n'
    with pytest.raises(Cannot, match="the person cannot: no operator"):
        JsonLines(out, io.StringIO(lines)).ask(Question(7, "5.1-06", [RESTORE], 5.0))
    assert "is a text" in out.getvalue()


class Teller:
    """Tells this of every callback, and keeps what was asked."""

    def __init__(self, **told: str) -> None:
        self.told = told
        self.items: list[Item] = []

    def ask(self, question: Question) -> list[Answer]:
        self.items += question.items
        return [{name: self.told.get(name.replace(" ", "_"), "") for name in item.answer} for item in question.items]


def test_of_a_callback_only_its_name_stays_filled_in() -> None:
    person = Teller(mRID="CB-1", held_by="Ada")
    callbacks = Callbacks(Agenda(person))
    callbacks.owe(Ticket("first", 1, "CT-1-first", frozenset(), mrid="TT-1", usage_point="UP-1"), "INC-1")
    callbacks.after(0)
    pulled = CallBack(
        mrid="CB-1",
        incident_record=IncidentRecord(mrid="INC-1"),
        trouble_tickets=[TroubleTicket(usage_point=UsagePoint("UP-1"))],
    )
    callbacks.pulled("Ada", [pulled], is_subject=True)
    callbacks.may_have_changed([{"mRID": "CB-1"}])
    callbacks.after(0)
    first, second = person.items
    assert set(first.answer.values()) == {REQUIRED}
    assert {name for name, value in second.answer.items() if value is not REQUIRED} == {"mRID"}
    assert second.answer["mRID"] == "CB-1"
    assert second.known == {"held by": "Ada"}
    with pytest.raises(ValueError, match="a date and time"):
        second.shape("changed at").value("changed at", "yesterday")


@pytest.mark.parametrize("leave", ["q", "Q", "n all", "N  all"])
def test_who_leaves_is_asked_no_more(leave: str) -> None:
    out = io.StringIO()
    person = Terminal(out, io.StringIO(f"{leave}\n\n\n"))
    with pytest.raises(Cannot, match="the person cannot: question 7"):
        person.ask(Question(7, "5.1-06", [RESTORE], 5.0))
    told = out.getvalue()
    with pytest.raises(Cannot, match="said at question 7 to be asked no more"):
        person.ask(Question(8, "5.1-07", [RESTORE], 5.0))
    assert out.getvalue() == told
    assert "q = ask me no more in this run" in told


def test_n_is_of_one_question() -> None:
    person = Terminal(io.StringIO(), io.StringIO("n\n\n"))
    with pytest.raises(Cannot):
        person.ask(Question(7, "5.1-06", [RESTORE], 5.0))
    assert person.ask(Question(8, "5.1-07", [RESTORE], 5.0)) == [{}]


def test_what_the_kit_waits_is_not_taken_from_the_person() -> None:
    passing = Item("do", "let-time-pass", "Let time pass.", {"seconds": 0.5}, {"now": ""}, shapes={"now": MOMENT})
    started = datetime.now(UTC)
    reading, writing = os.pipe()
    with os.fdopen(reading) as typed, os.fdopen(writing, "w") as typing:
        typing.write("w\n\n")
        typing.flush()
        assert Terminal(io.StringIO(), typed).ask(Question(7, "7.1-01", [passing, RESTORE], 0.3)) == [{"now": ""}, {}]
    assert (datetime.now(UTC) - started).total_seconds() >= 0.5


@pytest.mark.parametrize("kind", [Terminal, JsonLines])
def test_a_question_ends_when_its_time_is_over(kind: type[Terminal] | type[JsonLines]) -> None:
    reading, writing = os.pipe()
    with os.fdopen(reading) as silent, os.fdopen(writing, "w"):
        person: Person = kind(io.StringIO(), silent)
        with pytest.raises(CouldNotTest, match="nobody answered question 1 within 1 s"):
            Agenda(person, 1).ask([RESTORE])


@pytest.mark.parametrize(
    ("line", "about"), [("1.8 | FATAL | InvalidMessage | no", None), ("1.8 | FATAL | InvalidMessage | no | m-1", "m-1")]
)
def test_a_line_of_a_log_tells_of_a_message_where_it_can(line: str, about: str | None) -> None:
    assert LOG_LINES.value("lines", [line]) == [
        {"code": "1.8", "level": "FATAL", "reason": "InvalidMessage", "details": "no", "message_id": about}
    ]
