"""What is to be asked of a person, put together into as few questions as possible."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

from crmkit.byhand.questions import ANSWER_SECONDS, Answer, Cannot, Item, Person, Question
from crmkit.suite.errors import CouldNotTest
from crmkit.suite.evidence import Call, Transcript

INTERACTIVE = "run with --interactive, so that a person does it"
CONTROL = "name a control API (target.control, or --control)"


class Agenda:
    """Things to do that nobody waits for are kept until something is sent to the target, or is looked at.

    Those that only tidy up wait for the next question, whatever it is about.
    """

    def __init__(self, person: Person | None, seconds: float = ANSWER_SECONDS) -> None:
        self._person = person
        self._seconds = seconds
        self._lock = threading.RLock()
        self._number = 0
        self._soon: list[tuple[Item, Callable[[Answer], None]]] = []
        self._with_message: list[Item] = []
        self._sometime: list[tuple[Item, Callable[[Answer], None]]] = []
        self.row = ""
        self.is_tidying = False
        self.transcript: Transcript | None = None
        self.attest: Callable[[str], None] = lambda what: None

    @property
    def has_person(self) -> bool:
        """Whether there is somebody to ask."""
        return self._person is not None

    def later(self, item: Item, done: Callable[[Answer], None] = lambda answer: None) -> None:
        """Have something done that nobody waits for. Raises CouldNotTest without a person."""
        self.need(item)
        (self._sometime if self.is_tidying else self._soon).append((item, done))

    def with_message(self, item: Item) -> None:
        """Have something done right before the next message is sent; what the kit itself looks up is not to meet it."""
        self.need(item)
        self._with_message.append(item)

    def settle(self, with_faults: bool = False) -> None:
        """Have done what is to be done by now, and what is to be done before a message. Raises Cannot."""
        with self._lock:
            faults: list[Item] = []
            if with_faults:
                faults, self._with_message = self._with_message, []
            if self._soon or faults:
                self._ask(faults)

    def finish(self) -> None:
        """Have done whatever is left."""
        with self._lock:
            if self._soon or self._sometime:
                self._ask([])

    def ask(self, items: Sequence[Item]) -> list[Answer]:
        """The answers to these, after what is still to be done. Raises CouldNotTest without a person, and Cannot."""
        for item in items:
            self.need(item)
        with self._lock:
            return self._ask(items)

    def need(self, item: Item, instead: str | None = None) -> None:
        """CouldNotTest, with what to supply, when there is nobody to ask; `instead` is what else would do."""
        if self._person is None:
            ways = [way for way in (instead, INTERACTIVE, CONTROL) if way]
            what = (item.lacking or item.text).rstrip(".?:")
            raise CouldNotTest(f"needed: {what}. To supply it: {', or '.join(ways)}")

    def _ask(self, items: Sequence[Item]) -> list[Answer]:
        assert self._person is not None
        chores, first = self._sometime, [*self._sometime, *self._soon]
        self._sometime, self._soon = [], []
        self._number += 1
        asked = [*(item for item, _ in first), *items]
        question = Question(self._number, self.row, asked, self._seconds)
        started = time.monotonic()
        try:
            answers = self._person.ask(question)
        except Cannot as cannot:
            # Those were not what could not be done, or not alone.
            self._sometime = chores
            self._note(question, started, None, str(cannot))
            raise
        self._note(question, started, answers, None)
        for (_, done), answer in zip(first, answers, strict=False):
            done(answer)
        for item in items:
            if item.kind == "look":
                self.attest(item.text)
        return answers[len(first) :]

    def _note(self, question: Question, started: float, answers: Any, problem: str | None) -> None:
        if self.transcript is None:
            return
        asked = [{item.kind: item.name, "text": item.text, "values": dict(item.values)} for item in question.items]
        self.transcript.note(
            Call(
                caller="kit",
                called="person",
                kind="person",
                label=f"Question {question.number}",
                started=self.transcript.seconds(started),
                finished=self.transcript.seconds(time.monotonic()),
                request=json.dumps(asked, ensure_ascii=False, default=str, indent=1).encode(),
                response=json.dumps(answers, ensure_ascii=False, default=str, indent=1).encode() if answers else b"",
                problem=problem,
            )
        )
