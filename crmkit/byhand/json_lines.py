"""A script for the person: a question a line on one stream, an answer a line on another (docs/for-vendors.md)."""

from __future__ import annotations

import json
import queue
import threading
import time
from typing import Any, TextIO

from crmkit.byhand.questions import Answer, Cannot, Question, completed


class JsonLines:
    """Asks by `{"question": 1, "row": .., "seconds": .., "items": [..]}`.

    Wants `{"question": 1, "answers": [{..}, ..]}`, an object an item, or `{"question": 1, "cannot": "why"}`. A line
    that is none of these is answered with `{"question": 1, "problem": ".."}`, and may be sent anew.
    """

    def __init__(self, asking: TextIO, answering: TextIO) -> None:
        self._asking = asking
        self._lines: queue.Queue[str | None] = queue.Queue()
        threading.Thread(target=self._read, args=(answering,), daemon=True).start()
        self._is_over = False

    def ask(self, question: Question) -> list[Answer]:
        """The answers of the script. Raises Cannot."""
        items = [
            {item.kind: item.name, "text": item.text, "values": dict(item.values), "answer": dict(item.answer)}
            for item in question.items
        ]
        self._say({"question": question.number, "row": question.row, "seconds": question.seconds, "items": items})
        deadline = time.monotonic() + question.seconds
        while True:
            line = self._next(question, deadline)
            try:
                return _answers(question, json.loads(line))
            except (ValueError, TypeError) as error:
                self._say({"question": question.number, "problem": str(error)})

    def _next(self, question: Question, deadline: float) -> str:
        if self._is_over:
            raise Cannot("nobody answers questions any more")
        try:
            line = self._lines.get(timeout=max(deadline - time.monotonic(), 0.001))
        except queue.Empty:
            raise Cannot(f"nobody answered question {question.number} within {question.seconds:g} s") from None
        if line is None:
            self._is_over = True
            raise Cannot(f"nobody answers questions any more: the answers ended before question {question.number}")
        return line

    def _read(self, answering: TextIO) -> None:
        for line in answering:
            if line.strip():
                self._lines.put(line)
        self._lines.put(None)

    def _say(self, told: dict[str, Any]) -> None:
        print(json.dumps(told, ensure_ascii=False, default=str), file=self._asking, flush=True)


def _answers(question: Question, told: Any) -> list[Answer]:
    if not isinstance(told, dict) or told.get("question") != question.number:
        raise ValueError(f'an answer is an object with "question": {question.number}')
    if "cannot" in told:
        raise Cannot(f"the person cannot: {told['cannot']}")
    answers = told.get("answers")
    if not isinstance(answers, list) or len(answers) != len(question.items):
        raise ValueError(f'"answers" is a list of {len(question.items)} objects')
    return [completed(item, answer) for item, answer in zip(question.items, answers, strict=True)]
