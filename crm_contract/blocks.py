"""Data files that are lists of [[blocks]] in TOML: read with the line that each block begins on."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


class DataError(Exception):
    """A data file that cannot be used: `file:line: message`. The line of a bad block is that of its [[name]]."""

    def __init__(self, file: Path, line: int, message: str) -> None:
        super().__init__(f"{file}:{line}: {message}")
        self.file = file
        self.line = line
        self.message = message


class Malformed(Exception):
    """What is wrong with a block; whoever reads the file adds where."""


@dataclass(frozen=True, slots=True)
class Block:
    """One [[block]]: the line it begins on and its keys."""

    line: int
    keys: Mapping[str, object]


def read_blocks(file: Path, names: Sequence[str], error: type[DataError] = DataError) -> dict[str, list[Block]]:
    """The blocks of each name in their order. Raises `error` for a file that holds anything else."""
    text = _read(file, error)
    document = _parse(file, text, error)
    known = " and ".join(f"[[{name}]]" for name in names) + (" is known" if len(names) == 1 else " are known")
    for key in document:
        if key not in names:
            raise error(file, _line_of_key(key, text), f"unknown key {key!r}; only {known}")
    return {name: _blocks(file, text, name, document.get(name, []), error) for name in names}


def text_of(key: str, value: object) -> str:
    """A key's value where it has to be a text with something in it. Raises Malformed."""
    if not isinstance(value, str) or not value.strip():
        raise Malformed(f"{key!r} wants a text, not {value!r}")
    return value


def texts_of(key: str, value: object) -> tuple[str, ...]:
    """A key's value where it has to be a list of different texts. Raises Malformed."""
    if not isinstance(value, list) or not value:
        raise Malformed(f"{key!r} wants a list of texts, not {value!r}")
    items = tuple(text_of(key, item) for item in value)
    if repeated := [item for number, item in enumerate(items) if item in items[:number]]:
        raise Malformed(f"{key!r} names {repeated[0]!r} twice")
    return items


def known_of(key: str, values: tuple[str, ...], known: Sequence[str]) -> tuple[str, ...]:
    """The values, each of which has to be a known one. Raises Malformed."""
    for value in values:
        if value not in known:
            raise Malformed(f"{key!r} knows no {value!r}, only {', '.join(known)}")
    return values


def check_keys(keys: Mapping[str, object], known: Sequence[str], required: Sequence[str]) -> None:
    """Nothing but known keys, and the required ones among them. Raises Malformed."""
    for key in keys:
        if key not in known:
            raise Malformed(f"unknown key {key!r}")
    for key in required:
        if key not in keys:
            raise Malformed(f"{key!r} is missing")


def position(block_id: str) -> tuple[int, ...]:
    """An id such as `5.1-13` as numbers, which sort as the tables do."""
    return tuple(int(number) for number in re.findall(r"\d+", block_id))


def check_order(before: Sequence[str], block_id: str) -> None:
    """An id that is new and stands behind the lower ones. Raises Malformed."""
    if block_id in before:
        raise Malformed(f"'id' {block_id!r} stands twice")
    if before and position(block_id) < position(before[-1]):
        raise Malformed(f"'id' {block_id!r} is out of order: it stands behind {before[-1]!r}")


def _read(file: Path, error: type[DataError]) -> str:
    try:
        content = file.read_bytes()
    except OSError as reason:
        raise error(file, 1, f"cannot be read: {reason.strerror}") from reason
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as reason:
        raise error(file, content.count(b"\n", 0, reason.start) + 1, "is not UTF-8") from reason


def _parse(file: Path, text: str, error: type[DataError]) -> Mapping[str, object]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as reason:
        raise error(file, _line_of_syntax_error(reason, text), f"is not TOML: {reason}") from reason


def _blocks(file: Path, text: str, name: str, found: object, error: type[DataError]) -> list[Block]:
    if not isinstance(found, list) or not found or not all(isinstance(block, dict) for block in found):
        raise error(file, 1, f"has no [[{name}]] blocks")
    begins = re.compile(rf"\s*\[\[\s*{name}\s*\]\]")
    lines = [number for number, line in enumerate(text.split("\n"), 1) if begins.match(line)]
    if len(lines) != len(found):
        raise error(file, 1, f"every {name} is a [[{name}]] block of its own")
    return [Block(line, keys) for line, keys in zip(lines, found, strict=True)]


def _line_of_syntax_error(error: tomllib.TOMLDecodeError, text: str) -> int:
    """The parser gives the line in its message only, or says `end of document`."""
    found = re.search(r"at line (\d+)", str(error))
    return int(found[1]) if found else text.count("\n") + 1


def _line_of_key(key: str, text: str) -> int:
    """Where a top-level key or table begins."""
    begins = re.compile(rf"""\s*\[*\s*["']?{re.escape(key)}["']?\s*[\].=]""")
    return next((number for number, line in enumerate(text.split("\n"), 1) if begins.match(line)), 1)
