"""Error details against the row's template: constants are fixed, spacing and a trailing full stop are not (D-14).

Arguments are compared by what they mean: ticket ids as a set in any order and with any separator, a ticket by its
name, its position or its mRID (D-15), a period by its instants. `judge` says how details hold: to the letter, with
what is free, or with tickets that are named otherwise than the row's reference does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol

from crm_contract.values import parse_datetime
from crmkit.suite.evidence import Held

_PLACEHOLDER = re.compile(r"\{(\d)\}")
_PIECES = re.compile(r"\w+|[^\w\s]")
_SEPARATORS = re.compile(r"(?:[\s,;|/&+]|\band\b)*")
_FILLERS = ("(.*?)", "(.*)")
_INSTANT = re.compile(r"-?\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)?")


JOINT = ", "


class Argument(Protocol):
    """What stands at a placeholder."""

    def matches(self, observed: str) -> bool:
        """Whether the text at the placeholder means this."""

    def holds_strictly(self, observed: str) -> bool:
        """Whether it is this in the reference spelling; several in any order, joined by a comma and a space."""

    def text(self) -> str:
        """This, as the reference spelling has it."""


@dataclass(frozen=True, slots=True)
class Anything:
    """Any text, as long as no placeholder was left in it."""

    may_be_empty: bool = False

    def matches(self, observed: str) -> bool:
        """Not empty, unless it may be; no `{0}`."""
        return not _PLACEHOLDER.search(observed) and (self.may_be_empty or bool(observed.strip()))

    def holds_strictly(self, observed: str) -> bool:
        """No spelling of it is the reference's."""
        return self.matches(observed)

    def text(self) -> str:
        """As a reader knows it."""
        return "…"


@dataclass(frozen=True, slots=True)
class Exactly:
    """One value; spaces do not count."""

    value: str

    def matches(self, observed: str) -> bool:
        """The same characters but for spaces."""
        return "".join(observed.split()) == "".join(self.value.split())

    def holds_strictly(self, observed: str) -> bool:
        """The same characters."""
        return observed == self.value

    def text(self) -> str:
        """The value."""
        return self.value


@dataclass(frozen=True, slots=True)
class AllOf:
    """A set of things, each with the names it may go by; the first is the reference spelling.

    `kinds` says of a name what kind of name it is, and `printed` which kind the reference uses for each thing.
    """

    spellings: tuple[tuple[str, ...], ...]
    kinds: Mapping[str, str] = field(default_factory=dict)
    printed: tuple[str, ...] = ()

    def matches(self, observed: str) -> bool:
        """Each thing is named, and nothing but them and separators is there."""
        by_name = self._by_name()
        pattern = self._pattern(by_name)
        named = {by_name[found[0]] for found in pattern.finditer(observed)} if pattern else set()
        rest = pattern.sub(" ", observed) if pattern else observed
        return len(named) == len(self.spellings) and bool(_SEPARATORS.fullmatch(rest))

    def holds_strictly(self, observed: str) -> bool:
        """Each thing once, in the reference spelling."""
        return sorted(observed.split(JOINT)) == sorted(names[0] for names in self.spellings)

    def other_kinds(self, observed: str) -> set[str]:
        """Of which kinds the names are that are of another kind than the reference's."""
        by_name = self._by_name()
        pattern = self._pattern(by_name)
        if pattern is None or not self.printed:
            return set()
        used = {(self.kinds.get(found[0], ""), self.printed[by_name[found[0]]]) for found in pattern.finditer(observed)}
        return {kind for kind, printed in used if kind and kind != printed}

    def _by_name(self) -> dict[str, int]:
        return {name: number for number, names in enumerate(self.spellings) for name in names if name}

    def _pattern(self, by_name: Mapping[str, int]) -> re.Pattern[str] | None:
        # The longest first, and only whole names: `a-1` is not in `a-12`.
        alternatives = "|".join(re.escape(name) for name in sorted(by_name, key=len, reverse=True))
        return re.compile(rf"(?<![\w#-])(?:{alternatives})(?![\w-])") if alternatives else None

    def text(self) -> str:
        """The reference spelling: joined by a comma."""
        return JOINT.join(names[0] for names in self.spellings)


@dataclass(frozen=True, slots=True)
class Interval:
    """A period by its two instants, however they are written."""

    start: datetime
    end: datetime
    spelled: str

    def matches(self, observed: str) -> bool:
        """Start, then end, and between them no word."""
        found = _INSTANT.findall(observed)
        rest = _INSTANT.sub(" ", observed)
        if len(found) != 2 or re.search(r"\w", re.sub(r"\b(to|until)\b", "", rest)):
            return False
        try:
            return [parse_datetime(each, UTC) for each in found] == [self.start, self.end]
        except ValueError:
            return False

    def holds_strictly(self, observed: str) -> bool:
        """As sent."""
        return observed == self.spelled

    def text(self) -> str:
        """As sent."""
        return self.spelled


@dataclass(frozen=True, slots=True)
class Judged:
    """How details hold; `kinds` are those of names that are not of the reference's kind (D-15)."""

    held: Held
    kinds: frozenset[str] = frozenset()


def judge(template: str, arguments: Mapping[int, Argument], observed: str | None) -> Judged:
    """How details hold against the template with these arguments at its placeholders.

    STRICT: to the letter. NORMAL: but for spaces, separators, a final stop and the like. READING: with names of another
    kind. NO: not at all.
    """
    if observed is None:
        return Judged(Held.NO)
    numbers = placeholders(template)
    fitting = next(
        (
            texts
            for texts in _readings(template, observed)
            if all(arguments[number].matches(text) for number, text in zip(numbers, texts, strict=True))
        ),
        None,
    )
    if fitting is None:
        return Judged(Held.NO)
    others: set[str] = set()
    for number, text in zip(numbers, fitting, strict=True):
        named = arguments[number]
        if isinstance(named, AllOf):
            others |= named.other_kinds(text)
    if others:
        return Judged(Held.READING, frozenset(others))
    return Judged(Held.STRICT if _is_to_the_letter(template, arguments, observed) else Held.NORMAL)


def _is_to_the_letter(template: str, arguments: Mapping[int, Argument], observed: str) -> bool:
    numbers = placeholders(template)
    constants = [re.escape(part) for part in _PLACEHOLDER.split(template)[::2]]
    for filler in _FILLERS:
        match = re.fullmatch(filler.join(constants), observed, re.DOTALL)
        if match and all(
            arguments[number].holds_strictly(text) for number, text in zip(numbers, match.groups(), strict=True)
        ):
            return True
    return False


def matches(template: str, arguments: Mapping[int, Argument], observed: str | None) -> bool:
    """Whether details are the template's, with these arguments at its placeholders."""
    return judge(template, arguments, observed).held is not Held.NO


def render(template: str, arguments: Mapping[int, Argument]) -> str:
    """The details in the reference spelling."""
    return _PLACEHOLDER.sub(lambda match: arguments[int(match[1])].text(), template)


def placeholders(template: str) -> list[int]:
    """The numbers of the template's placeholders, in order."""
    return [int(number) for number in _PLACEHOLDER.findall(template)]


def _readings(template: str, observed: str) -> Iterator[Sequence[str]]:
    """What stands at the placeholders; a value may hold a constant's words, so both ends are tried first."""
    text = _without_full_stop(observed)
    constants = [_constant(part) for part in _PLACEHOLDER.split(_without_full_stop(template))[::2]]
    for filler in _FILLERS:
        match = re.fullmatch(filler.join(constants), text, re.DOTALL)
        if match:
            yield match.groups()


def _without_full_stop(text: str) -> str:
    return re.sub(r"[\s.]+\Z", "", text.strip())


def _constant(text: str) -> str:
    pieces = [re.escape(piece) for piece in _PIECES.findall(text)]
    return r"\s*" + r"\s*".join(pieces) + r"\s*" if pieces else r"\s*"
