"""A person at a terminal."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any, TextIO

from crmkit.byhand.lines import InputEnded, Lines
from crmkit.byhand.questions import REQUIRED, Answer, Cannot, Item, Question, completed
from crmkit.byhand.shapes import Shape

_CANNOT = "n"
_LEAVES = ("q", "n all")
_WAIT = "w"
_NOTHING = "-"
_TICK_SECONDS = 1.0


class Terminal:
    """Asks in words, with a countdown where the terminal can show one.

    Enter means done, or takes the value in brackets; what a look is to tell has to be typed, `-` where nothing stands.
    `n` says that it cannot be done, `q` says so of whatever else would be asked. Where time is to pass, `w` has the kit
    wait so long, with a countdown.
    """

    def __init__(self, out: TextIO, typed: TextIO) -> None:
        self._out = out
        self._lines = Lines(typed)
        self._deadline = 0.0
        # The question at which the person said no to all that follow.
        self._left_at: int | None = None

    def ask(self, question: Question) -> list[Answer]:
        """What the person answers. Raises Cannot."""
        if self._left_at is not None:
            raise Cannot(f"the person said at question {self._left_at} to be asked no more")
        self._deadline = time.monotonic() + question.seconds
        keys = ["Enter = done", f"{_CANNOT} = cannot", f"{_LEAVES[0]} = ask me no more in this run"]
        if any(item.kind == "look" for item in question.items):
            keys.append(f"{_NOTHING} = nothing stands there")
        self._say(f"\nQuestion {question.number} (row {question.row}): {', '.join(keys)}")
        answers = []
        for number, item in enumerate(question.items, 1):
            self._say(f"  {number}. {'LOOK: ' if item.kind == 'look' else ''}{item.text}")
            for name, value in item.values.items():
                self._say(f"       {name}: {_shown(value)}")
            if item.kind == "look" or item.answer:
                answers.append(self._fields(question, item))
            else:
                answers.append({})
        if any(item.kind == "do" and not item.answer for item in question.items):
            self._line(question, "  done?")
        return answers

    def _wait(self, seconds: float, why: str) -> None:
        until = time.monotonic() + seconds
        # The person is not to lose what the kit waits.
        self._deadline += seconds
        while (left := until - time.monotonic()) > 0:
            self._countdown(f"  {why}: {left:.0f} s left")
            time.sleep(min(left, _TICK_SECONDS))
        self._say("")

    def _fields(self, question: Question, item: Item) -> Answer:
        given = {name: self._field(question, item, name) for name in item.answer}
        return completed(item, {name: value for name, value in given.items() if value is not None})

    def _field(self, question: Question, item: Item, name: str) -> Any:
        """What is typed, asked for until it will do; None takes the default."""
        default, shape = item.answer[name], item.shape(name)
        hint = "" if default is REQUIRED else f" [{_shown(default)}]"
        if name in item.known:
            hint += f" (sent or told before: {_shown(item.known[name])})"
        while True:
            typed = self._line(question, f"       {name}{hint}:")
            if typed.casefold() == _WAIT and item.name == "let-time-pass":
                self._wait(float(item.values["seconds"]), "time passes")
                return None
            if not typed and default is not REQUIRED:
                return None
            if not typed:
                nothing = "" if shape.is_needed else f"; {_NOTHING} if nothing stands there"
                self._say(f"       {name} is needed{nothing}; {_CANNOT} if it cannot be had")
                continue
            told = _read(typed, shape)
            try:
                shape.value(name, told)
            except ValueError as error:
                self._say(f"       {error}")
                continue
            return told

    def _line(self, question: Question, prompt: str) -> str:
        if not self._out.isatty():
            self._say(prompt)
        while (left := self._deadline - time.monotonic()) > 0:
            self._countdown(f"{prompt} ({left:.0f} s left) ")
            try:
                line = self._lines.next(min(left, _TICK_SECONDS))
            except InputEnded:
                raise Cannot(f"the input ended at question {question.number}") from None
            if line is None:
                continue
            word = " ".join(line.split()).casefold()
            if word in _LEAVES:
                self._left_at = question.number
            if word == _CANNOT or word in _LEAVES:
                raise Cannot(f"the person cannot: question {question.number}, {question.items[0].text}")
            return line.strip()
        self._say("")
        raise Cannot(f"nobody answered question {question.number} within {question.seconds:g} s")

    def _countdown(self, text: str) -> None:
        self._out.write(f"\r\033[K{text}" if self._out.isatty() else "")
        self._out.flush()

    def _say(self, text: str) -> None:
        print(text, file=self._out, flush=True)


def _read(typed: str, shape: Shape) -> Any:
    """A list is typed with semicolons between; `-` means none."""
    if shape.is_list:
        # Of semicolons alone nothing is left, which is not to mean nothing.
        return [] if typed == _NOTHING else [part.strip() for part in typed.split(";") if part.strip()] or [""]
    return "" if typed == _NOTHING else typed


def _shown(value: Any) -> str:
    if isinstance(value, list | tuple):
        return "; ".join(_shown(each) for each in value) or "none"
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {_shown(each)}" for name, each in value.items())
    return str(value) if value not in (None, "") else "none"
