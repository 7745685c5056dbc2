"""A script for the person: a question a line on one stream, an answer a line on another (docs/for-vendors.md)."""

from __future__ import annotations

import json
import time
from typing import Any, TextIO

from crmkit.byhand.lines import InputEnded, Lines
from crmkit.byhand.questions import Answer, Cannot, Item, Question, completed


class JsonLines:
    """Asks by `{"question": 1, "row": .., "seconds": .., "items": [..]}`.

    Wants `{"question": 1, "answers": [{..}, ..]}`, an object an item, or `{"question": 1, "cannot": "why"}`. A line
    that is none of these is answered with `{"question": 1, "problem": ".."}`, and may be sent anew.
    """

    def __init__(self, asking: TextIO, answering: TextIO) -> None:
        self._asking = asking
        self._lines = Lines(answering)

    def ask(self, question: Question) -> list[Answer]:
        """The answers of the script. Raises Cannot."""
        items = [_told(item) for item in question.items]
        self._say({"question": question.number, "row": question.row, "seconds": question.seconds, "items": items})
        deadline = time.monotonic() + question.seconds
        while True:
            line = self._next(question, deadline)
            try:
                return _answers(question, json.loads(line))
            except (ValueError, TypeError) as error:
                self._say({"question": question.number, "problem": str(error)})

    def _next(self, question: Question, deadline: float) -> str:
        while (left := deadline - time.monotonic()) > 0:
            try:
                line = self._lines.next(left)
            except InputEnded:
                raise Cannot(f"the answers ended at question {question.number}") from None
            if line is not None and line.strip():
                return line
        raise Cannot(f"nobody answered question {question.number} within {question.seconds:g} s")

    def _say(self, told: dict[str, Any]) -> None:
        print(json.dumps(told, ensure_ascii=False, default=str), file=self._asking, flush=True)


def _told(item: Item) -> dict[str, Any]:
    told = {item.kind: item.name, "text": item.text, "values": dict(item.values), "answer": dict(item.answer)}
    return {**told, "known": dict(item.known)} if item.known else told


def _answers(question: Question, told: Any) -> list[Answer]:
    if not isinstance(told, dict) or told.get("question") != question.number:
        raise ValueError(f'an answer is an object with "question": {question.number}')
    if "cannot" in told:
        if not isinstance(told["cannot"], str):
            raise ValueError('"cannot" is a text: why')
        raise Cannot(f"the person cannot: {told['cannot']}")
    answers = told.get("answers")
    if (
        not isinstance(answers, list)
        or len(answers) != len(question.items)
        or not all(isinstance(answer, dict) for answer in answers)
    ):
        raise ValueError(f'"answers" is a list of {len(question.items)} objects')
    return [completed(item, answer) for item, answer in zip(question.items, answers, strict=True)]
