"""Replacements for what is personal: a value always gets the same one, wherever it stands and however it is written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum

_EMAIL = re.compile(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)+")
PHONE = re.compile(r"(?<![\w.-])\+?\(?\d[\d ()/.-]{4,}\d(?![\w-])")
_DATE = re.compile(r"\d{4}-\d\d-\d\d|\d\.\d{3,}")
# A decimal number as it is replaced and as it is looked for: no part of an id, of a version, or of a time.
NUMBER = re.compile(r"(?<![\w.])(?<!\w-)(?<!\d\d:)-?\d+\.\d+(?![\w-]|\.\d)")
_WORD = re.compile(r"(?<!\w)\w+")
_DIGITS = re.compile(r"\d")
# Less is part of too many other things to be replaced wherever it stands.
_PHONE_DIGITS, _POSITION_DIGITS, _WORD_LETTERS, _CHARACTERS = 6, 4, 3, 6


class Kind(Enum):
    """What of a customer a value tells."""

    NAME = "Name"
    EMAIL = "Email"
    PHONE = "Phone"
    ADDRESS = "Address"
    POSITION = "Position"


class Pseudonyms:
    """Values that were found, and what stands for each of them.

    One that is too short, or is a word of the report itself (`plain`: what a report without any run says), is replaced
    only where it stands as what it is; all others wherever they stand.
    """

    def __init__(self, plain: str = "") -> None:
        self._plain = plain
        self._plain_words = {found.group() for found in _WORD.finditer(plain)}
        self._counts = dict.fromkeys(Kind, 0)
        self._made: dict[str, str] = {}
        self._stand_ins: set[str] = set()
        # How values are found again: by the digits of a telephone number, for instance.
        self._emails: dict[str, str] = {}
        self._phones: dict[str, str] = {}
        self._numbers: dict[str, str] = {}
        self._phrases: dict[str, list[tuple[re.Pattern[str], str]]] = {}
        self.everywhere: set[tuple[Kind, str]] = set()
        self.in_place_only: set[str] = set()

    def find(self, kind: Kind, value: str) -> str:
        """Take a value in; as it was."""
        self.instead(kind, value)
        return value

    def instead(self, kind: Kind, value: str) -> str:
        """What stands for a value in its own place; spaces around it stay."""
        text = value.strip()
        # What stands for a value is nobody's: a place that is visited twice keeps it.
        if not text or text in self._stand_ins:
            return value
        key = _key(kind, text)
        if key not in self._made:
            self._counts[kind] += 1
            self._made[key] = _new(kind, self._counts[kind])
            self._stand_ins.add(self._made[key])
        if (kind, text) not in self.everywhere and text not in self.in_place_only:
            self._register(kind, text, self._made[key])
        return value.replace(text, self._made[key])

    def of_known(self, text: str) -> str:
        """A text that stands in a value's place, with words about it: the values in it that are known are replaced."""
        return re.sub(r"[^\s;,'\"]+", lambda word: self._made.get(_key(Kind.NAME, word.group()), word.group()), text)

    def out_of(self, text: str) -> str:
        """A text without any of the values that were found."""
        if self._emails and "@" in text:
            text = _EMAIL.sub(lambda found: self._emails.get(found.group().casefold(), found.group()), text)
        if self._numbers:
            text = NUMBER.sub(lambda found: self._numbers.get(size(found.group()) or "", found.group()), text)
        if self._phones:
            text = PHONE.sub(lambda found: self._without_phones(found.group()), text)
        return self._without_phrases(text) if self._phrases else text

    def _register(self, kind: Kind, text: str, made: str) -> None:
        digits = "".join(_DIGITS.findall(text))
        number = size(text) if kind is Kind.POSITION else None
        if kind is Kind.EMAIL and "@" in text and text not in self._plain:
            self._emails[text.casefold()] = made
        elif kind is Kind.PHONE and len(digits) >= _PHONE_DIGITS:
            self._phones[digits] = made
        elif number is not None and len(digits) >= _POSITION_DIGITS and "." in text:
            self._numbers.setdefault(number, made)
        elif kind is Kind.PHONE or number is not None or not self._add_phrase(text, made):
            self.in_place_only.add(text)
            return
        self.everywhere.add((kind, text))

    def _add_phrase(self, text: str, made: str) -> bool:
        """Words, in any of the usual cases of letters; whether they are distinct enough."""
        words = _WORD.findall(text)
        letters, characters = sum(map(str.isalpha, text)), sum(map(str.isalnum, text))
        least = _WORD_LETTERS + text.islower()
        is_distinct = letters >= least or (letters > 0 and characters >= _CHARACTERS)
        if not words or not is_distinct or self._is_plain(text):
            return False
        for spelling in dict.fromkeys((text, text.upper(), text.lower(), text.title())):
            if self._is_plain(spelling):
                continue
            first = _WORD.search(spelling)
            assert first is not None
            pattern = r"\s+".join(map(re.escape, spelling[first.start() :].split()))
            known = self._phrases.setdefault(first.group(), [])
            known.append((re.compile(rf"{pattern}(?!\w)"), made))
            known.sort(key=lambda each: len(each[0].pattern), reverse=True)
        return True

    def _is_plain(self, text: str) -> bool:
        return text in self._plain_words or (not text.isalnum() and text in self._plain)

    def _without_phones(self, text: str) -> str:
        digits = "".join(_DIGITS.findall(text))
        for phone, made in self._phones.items():
            if phone in digits:
                text = re.sub(r"\(?" + r"[ ()/.-]{0,3}".join(phone), made, text)
        return text

    def _without_phrases(self, text: str) -> str:
        parts, end = [], 0
        for word in _WORD.finditer(text):
            if word.start() < end:
                continue
            for pattern, made in self._phrases.get(word.group(), ()):
                if found := pattern.match(text, word.start()):
                    parts += [text[end : word.start()], made]
                    end = found.end()
                    break
        return "".join([*parts, text[end:]]) if parts else text


def emails_in(text: str) -> Iterator[str]:
    """The e-mail addresses of a free text."""
    return (found.group() for found in _EMAIL.finditer(text))


def phones_in(text: str) -> Iterator[str]:
    """What looks like a telephone number in a free text, and not like a date or a position."""
    return (found.group() for found in PHONE.finditer(text) if not _DATE.search(found.group()))


def _key(kind: Kind, text: str) -> str:
    """What the spellings of one value have in common."""
    if kind is Kind.PHONE:
        return f"phone {''.join(_DIGITS.findall(text)) or text}"
    if kind is Kind.POSITION:
        return f"position {decimal(text) or text}"
    return f"text {' '.join(text.casefold().split())}"


def decimal(text: str) -> str | None:
    """A decimal number without what makes no difference to it; None for any other text."""
    if not re.fullmatch(r"-?\d+(\.\d+)?", text):
        return None
    return text.rstrip("0").rstrip(".") if "." in text else text


def size(text: str) -> str | None:
    """A decimal number without its sign, by which a position is found again; None for any other text."""
    number = decimal(text)
    return number and number.lstrip("-")


def _new(kind: Kind, number: int) -> str:
    if kind is Kind.EMAIL:
        return f"person-{number}@redacted.invalid"
    if kind is Kind.PHONE:
        return f"000-{number:04}"
    # Still a number, for whoever reads it by machine.
    return f"0.1{number:04}" if kind is Kind.POSITION else f"{kind.value}-{number}"
