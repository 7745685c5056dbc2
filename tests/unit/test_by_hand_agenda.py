"""What is asked of a person comes in as few questions as possible, and at the right time."""

from __future__ import annotations

import pytest

from crmkit.byhand.agenda import Agenda
from crmkit.byhand.questions import Answer, Cannot, Item, Question
from crmkit.suite.errors import CouldNotTest
from crmkit.suite.evidence import Transcript


class Scripted:
    """Answers every item with its defaults, and keeps the questions."""

    def __init__(self) -> None:
        self.questions: list[Question] = []
        self.cannot = False

    def ask(self, question: Question) -> list[Answer]:
        self.questions.append(question)
        if self.cannot:
            raise Cannot("the person cannot")
        return [dict(item.answer) for item in question.items]

    def names(self) -> list[list[str]]:
        return [[item.name for item in question.items] for question in self.questions]


@pytest.fixture
def person() -> Scripted:
    return Scripted()


@pytest.fixture
def agenda(person: Scripted) -> Agenda:
    return Agenda(person)


def act(name: str) -> Item:
    return Item("do", name, f"Do {name}.")


def look(name: str) -> Item:
    return Item("look", name, f"How is {name}?", {}, {"state": "as before"})


def test_things_to_do_are_asked_together_when_something_is_sent(agenda: Agenda, person: Scripted) -> None:
    agenda.later(act("restore-1"))
    agenda.later(act("restore-2"))
    assert person.names() == []
    agenda.settle()
    agenda.settle()
    assert person.names() == [["restore-1", "restore-2"]]


def test_a_look_comes_after_what_is_to_be_done_before_it_in_the_same_question(agenda: Agenda, person: Scripted) -> None:
    agenda.later(act("restore"))
    assert agenda.ask([look("callback")]) == [{"state": "as before"}]
    assert person.names() == [["restore", "callback"]]


def test_tidying_up_waits_for_the_next_question(agenda: Agenda, person: Scripted) -> None:
    agenda.is_tidying = True
    agenda.later(act("restore"))
    agenda.is_tidying = False
    agenda.settle()
    assert person.names() == []
    agenda.ask([look("log")])
    assert person.names() == [["restore", "log"]]


def test_tidying_up_that_is_left_is_asked_in_the_end(agenda: Agenda, person: Scripted) -> None:
    agenda.is_tidying = True
    agenda.later(act("restore"))
    agenda.finish()
    agenda.finish()
    assert person.names() == [["restore"]]


def test_tidying_up_is_not_forgotten_when_something_else_cannot_be_done(agenda: Agenda, person: Scripted) -> None:
    agenda.is_tidying = True
    agenda.later(act("restore"))
    agenda.is_tidying, person.cannot = False, True
    with pytest.raises(Cannot):
        agenda.ask([look("log")])
    person.cannot = False
    agenda.finish()
    assert person.names()[-1] == ["restore"]


def test_a_fault_begins_right_before_a_message_and_not_before(agenda: Agenda, person: Scripted) -> None:
    agenda.with_message(act("begin-internal-error"))
    agenda.settle()
    assert person.names() == []
    agenda.settle(with_faults=True)
    assert person.names() == [["begin-internal-error"]]


def test_looks_are_attested_and_acts_are_not(agenda: Agenda) -> None:
    attested: list[str] = []
    agenda.attest = attested.append
    agenda.later(act("restore"))
    agenda.ask([look("callback")])
    assert attested == ["How is callback?"]


def test_without_a_person_it_is_told_what_to_supply() -> None:
    nobody = Agenda(None)
    with pytest.raises(CouldNotTest) as caught:
        nobody.later(Item("do", "confirm", "Confirm an incident at UP-1.", lacking="a confirmed incident"))
    assert str(caught.value) == (
        "needed: a confirmed incident. To supply it: run with --interactive, so that a person does it, "
        "or name a control API (target.control, or --control)"
    )


def test_what_a_person_was_asked_is_in_the_transcript(agenda: Agenda) -> None:
    agenda.transcript = Transcript()
    agenda.transcript.begin()
    agenda.ask([look("callback")])
    (call,) = agenda.transcript.calls
    assert (call.caller, call.called, call.kind, call.label) == ("kit", "person", "person", "Question 1")
    assert b"How is callback?" in call.request
    assert b"as before" in call.response
