"""Looks for what should have been replaced, in another way than it is replaced."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from urllib.parse import unquote

from crmkit.evidence.pseudonyms import NUMBER, PHONE, Kind, Pseudonyms, decimal, size

_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})")


class Leftovers:
    """The values that may stand nowhere any more: those that were replaced wherever they stood."""

    def __init__(self, names: Pseudonyms) -> None:
        by_kind = {kind: [value for of, value in names.everywhere if of is kind] for kind in Kind}
        others = [*by_kind[Kind.NAME], *by_kind[Kind.ADDRESS], *by_kind[Kind.POSITION]]
        self._emails = {value.casefold() for value in by_kind[Kind.EMAIL]}
        self._phones = {re.sub(r"\D", "", value) for value in by_kind[Kind.PHONE]}
        self._numbers = {number for value in others if (number := size(value))}
        self._words = {value for value in others if value.isalnum()}
        self._phrases = {value for value in others if not value.isalnum() and decimal(value) is None}

    def in_text(self, text: str) -> set[str]:
        """Those that a text still has."""
        left = self._words & set(re.findall(r"[^\W_]+", text))
        left |= self._numbers & {size(number) or "" for number in NUMBER.findall(text)}
        folded = text.casefold()
        left |= {value for value in self._emails if value in folded}
        digits = " ".join(re.sub(r"\D", "", found.group()) for found in PHONE.finditer(text))
        left |= {value for value in self._phones if value in digits}
        return left | {
            value
            for value in self._phrases
            if value in text and re.search(rf"(?<!\w){re.escape(value)}(?!\w)", text) is not None
        }

    def in_files(self, files: Mapping[str, bytes]) -> dict[str, set[str]]:
        """By file, those that it still has, as a reader of HTML or XML, of JSON, or of a URL would see it."""
        found = {}
        for name, content in files.items():
            text = content.decode("utf-8", "replace")
            unescaped = _ESCAPE.sub(lambda code: chr(int(code[1], 16)), text)
            forms = {text, unescaped, html.unescape(text), unquote(text)}
            if left := {value for form in forms for value in self.in_text(form)}:
                found[name] = left
        return found
