"""A person at a terminal."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any, TextIO

from crmkit.byhand.lines import InputEnded, Lines
from crmkit.byhand.questions import REQUIRED, Answer, Cannot, Item, Question, completed

_CANNOT = "n"
_WAIT = "w"
_TICK_SECONDS = 1.0


class Terminal:
    """Asks in words, with a countdown where the terminal can show one.

    Enter means done, or takes the value in brackets; `n` means that it cannot be done; where time is to pass, `w` has
    the kit wait so long, with a countdown.
    """

    def __init__(self, out: TextIO, typed: TextIO) -> None:
        self._out = out
        self._lines = Lines(typed)

    def ask(self, question: Question) -> list[Answer]:
        """What the person answers. Raises Cannot."""
        deadline = time.monotonic() + question.seconds
        self._say(f"\nQuestion {question.number} (row {question.row}): Enter = done, {_CANNOT} = cannot")
        answers = []
        for number, item in enumerate(question.items, 1):
            self._say(f"  {number}. {'LOOK: ' if item.kind == 'look' else ''}{item.text}")
            for name, value in item.values.items():
                self._say(f"       {name}: {_shown(value)}")
            if item.kind == "look" or item.answer:
                answers.append(self._fields(question, item, deadline))
            else:
                answers.append({})
        if any(item.kind == "do" and not item.answer for item in question.items):
            self._line(question, "  done?", deadline)
        return answers

    def _wait(self, seconds: float, why: str) -> None:
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            self._countdown(f"  {why}: {left:.0f} s left")
            time.sleep(min(left, _TICK_SECONDS))
        self._say("")

    def _fields(self, question: Question, item: Item, deadline: float) -> Answer:
        given: dict[str, Any] = {}
        for name, default in item.answer.items():
            while True:
                shown = "" if default is REQUIRED else f" [{_shown(default)}]"
                typed = self._line(question, f"       {name}{shown}:", deadline)
                if typed.casefold() == _WAIT and item.name == "let-time-pass":
                    self._wait(float(item.values["seconds"]), "time passes")
                    typed = ""
                if typed or default is not REQUIRED:
                    break
                self._say(f"       {name} is needed; {_CANNOT} if it cannot be had")
            if typed:
                given[name] = _read(typed, default)
        return completed(item, given)

    def _line(self, question: Question, prompt: str, deadline: float) -> str:
        if not self._out.isatty():
            self._say(prompt)
        while (left := deadline - time.monotonic()) > 0:
            self._countdown(f"{prompt} ({left:.0f} s left) ")
            try:
                line = self._lines.next(min(left, _TICK_SECONDS))
            except InputEnded:
                raise Cannot(f"the input ended at question {question.number}") from None
            if line is None:
                continue
            if line.strip().casefold() == _CANNOT:
                raise Cannot(f"the person cannot: question {question.number}, {question.items[0].text}")
            return line.strip()
        self._say("")
        raise Cannot(f"nobody answered question {question.number} within {question.seconds:g} s")

    def _countdown(self, text: str) -> None:
        self._out.write(f"\r\033[K{text}" if self._out.isatty() else "")
        self._out.flush()

    def _say(self, text: str) -> None:
        print(text, file=self._out, flush=True)


def _read(typed: str, default: Any) -> Any:
    """A list is typed with semicolons between; `-` means none."""
    if isinstance(default, list):
        return [] if typed == "-" else [part.strip() for part in typed.split(";") if part.strip()]
    return "" if typed == "-" else typed


def _shown(value: Any) -> str:
    if isinstance(value, list | tuple):
        return "; ".join(_shown(each) for each in value) or "none"
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {_shown(each)}" for name, each in value.items())
    return str(value) if value not in (None, "") else "none"
