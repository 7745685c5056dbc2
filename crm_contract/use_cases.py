"""The catalogue of use cases: the rows of Tables 5.1 to 9.1, read from use_cases.toml and checked row by row."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

OPERATIONS = (
    "CreatedTroubleTickets",
    "ChangedTroubleTickets",
    "GetTroubleTickets",
    "GetCallbacks",
    "CreatedCallBacksResults",
    "CreatedCallBacks",
)
RESULTS = ("OK", "PARTIAL", "FAILED")
LEVELS = ("INFORM", "WARNING", "FATAL", "CATASTROPHIC")

_PACKAGED = Path(__file__).parent / "use_cases.toml"
_TEXTS = ("id", "title", "code", "level", "reason", "details", "effect")
_LISTS = ("operations", "result", "accepts", "needs", "decisions")
_REQUIRED = ("id", "title", "operations", "result", "effect")
_ERROR = ("code", "level", "reason", "details")
_ID = re.compile(r"(?P<table>(\d+)\.(\d+))-(\d\d)")


class CatalogueError(Exception):
    """A catalogue that cannot be used: `file:line: message`. The line of a bad row is that of its [[row]]."""

    def __init__(self, file: Path, line: int, message: str) -> None:
        super().__init__(f"{file}:{line}: {message}")
        self.file = file
        self.line = line
        self.message = message


@dataclass(frozen=True, slots=True)
class UseCase:
    """One row of a use-case table.

    `result` is what the row prints, `accepts` what an implementation may answer: `result` or more.
    `code`, `level`, `reason` and `details` are the Error that reports the row, all None where it has none;
    `details` may hold {0} and {1} (D-14). `needs` is what a test must be able to arrange, `decisions` the
    entries of the decision record that settle what the row leaves open.
    """

    id: str
    table: str
    title: str
    operations: tuple[str, ...]
    result: tuple[str, ...]
    accepts: tuple[str, ...]
    code: str | None
    level: str | None
    reason: str | None
    details: str | None
    effect: str
    needs: tuple[str, ...]
    decisions: tuple[str, ...]


class Catalogue:
    """The rows in the order of the tables, which is the order of evaluation; a row by its id."""

    def __init__(self, rows: Iterable[UseCase]) -> None:
        self.rows = tuple(rows)
        self._by_id = {row.id: row for row in self.rows}

    def __getitem__(self, row_id: str) -> UseCase:
        """The row of an id such as `5.1-13`; raises KeyError for an id that is no row."""
        return self._by_id[row_id]

    def __iter__(self) -> Iterator[UseCase]:
        """The rows in order."""
        return iter(self.rows)

    def __len__(self) -> int:
        """How many rows there are."""
        return len(self.rows)

    def for_operation(self, operation: str) -> tuple[UseCase, ...]:
        """The rows that an operation answers to, the shared ones included."""
        return tuple(row for row in self.rows if operation in row.operations)


class _Malformed(Exception):
    """What is wrong with a row; the reader adds where."""


def load_catalogue(path: Path | None = None) -> Catalogue:
    """Read a catalogue, the packaged one by default. Raises CatalogueError for anything it cannot stand by."""
    file = path or _PACKAGED
    text = _read(file)
    blocks = _parse(file, text)
    lines = _lines_of_rows(text)
    if len(lines) != len(blocks):
        raise CatalogueError(file, 1, "every row is a [[row]] block of its own")
    rows: list[UseCase] = []
    for line, block in zip(lines, blocks, strict=True):
        try:
            row = _row(block)
            _check_order(rows, row)
        except _Malformed as error:
            raise CatalogueError(file, line, str(error)) from None
        rows.append(row)
    return Catalogue(rows)


def _read(file: Path) -> str:
    try:
        content = file.read_bytes()
    except OSError as error:
        raise CatalogueError(file, 1, f"cannot be read: {error.strerror}") from error
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise CatalogueError(file, line, "is not UTF-8") from error


def _parse(file: Path, text: str) -> list[Mapping[str, object]]:
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise CatalogueError(file, _line_of_syntax_error(error, text), f"is not TOML: {error}") from error
    for key in document:
        if key != "row":
            raise CatalogueError(file, _line_of_key(key, text), f"unknown key {key!r}; only [[row]] is known")
    blocks = document.get("row", [])
    if not isinstance(blocks, list) or not blocks or not all(isinstance(block, dict) for block in blocks):
        raise CatalogueError(file, 1, "has no [[row]] blocks")
    return blocks


def _line_of_syntax_error(error: tomllib.TOMLDecodeError, text: str) -> int:
    """The parser gives the line in its message only, or says `end of document`."""
    found = re.search(r"at line (\d+)", str(error))
    return int(found[1]) if found else text.count("\n") + 1


def _line_of_key(key: str, text: str) -> int:
    """Where a top-level key or table begins."""
    begins = re.compile(rf"""\s*\[*\s*["']?{re.escape(key)}["']?\s*[\].=]""")
    return next((number for number, line in enumerate(text.split("\n"), 1) if begins.match(line)), 1)


def _lines_of_rows(text: str) -> list[int]:
    begins = re.compile(r"\s*\[\[\s*row\s*\]\]")
    return [number for number, line in enumerate(text.split("\n"), 1) if begins.match(line)]


def _row(block: Mapping[str, object]) -> UseCase:
    for key in block:
        if key not in _TEXTS + _LISTS:
            raise _Malformed(f"unknown key {key!r}")
    for key in _REQUIRED:
        if key not in block:
            raise _Malformed(f"{key!r} is missing")
    texts = {key: _text(key, block[key]) for key in _TEXTS if key in block}
    lists = {key: _list(key, block[key]) for key in _LISTS if key in block}
    result = _known("result", lists["result"], RESULTS)
    accepts = _known("accepts", lists.get("accepts", result), RESULTS)
    if missing := [each for each in result if each not in accepts]:
        raise _Malformed(f"'accepts' lacks {missing[0]!r}, which 'result' prints")
    _check_error(texts)
    return UseCase(
        id=texts["id"],
        table=_table(texts["id"]),
        title=texts["title"],
        operations=_known("operations", lists["operations"], OPERATIONS),
        result=result,
        accepts=accepts,
        code=texts.get("code"),
        level=texts.get("level"),
        reason=texts.get("reason"),
        details=texts.get("details"),
        effect=texts["effect"],
        needs=lists.get("needs", ()),
        decisions=_decisions(lists.get("decisions", ())),
    )


def _text(key: str, value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise _Malformed(f"{key!r} wants a text, not {value!r}")
    return value


def _list(key: str, value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not value:
        raise _Malformed(f"{key!r} wants a list of texts, not {value!r}")
    items = tuple(_text(key, item) for item in value)
    if repeated := [item for number, item in enumerate(items) if item in items[:number]]:
        raise _Malformed(f"{key!r} names {repeated[0]!r} twice")
    return items


def _known(key: str, values: tuple[str, ...], known: tuple[str, ...]) -> tuple[str, ...]:
    for value in values:
        if value not in known:
            raise _Malformed(f"{key!r} knows no {value!r}, only {', '.join(known)}")
    return values


def _decisions(values: tuple[str, ...]) -> tuple[str, ...]:
    for value in values:
        if not re.fullmatch(r"D-\d\d[a-z]?", value):
            raise _Malformed(f"'decisions' wants ids such as 'D-13', not {value!r}")
    return values


def _table(row_id: str) -> str:
    match = _ID.fullmatch(row_id)
    if match is None:
        raise _Malformed(f"'id' wants table-position, such as '5.1-13', not {row_id!r}")
    return match["table"]


def _check_error(texts: Mapping[str, str]) -> None:
    given = [key for key in _ERROR if key in texts]
    if not given:
        return
    for key in _ERROR:
        if key not in texts:
            raise _Malformed(f"{key!r} is missing: {given[0]!r} and the other parts of an Error go together")
    if not re.fullmatch(r"\d+\.\d+", texts["code"]):
        raise _Malformed(f"'code' wants the form '2.7', not {texts['code']!r}")
    _known("level", (texts["level"],), LEVELS)
    if "{" in (rest := re.sub(r"\{[01]\}", "", texts["details"])) or "}" in rest:
        raise _Malformed(f"'details' knows the placeholders {{0}} and {{1}} only: {texts['details']!r}")


def _check_order(before: list[UseCase], row: UseCase) -> None:
    if any(row.id == other.id for other in before):
        raise _Malformed(f"'id' {row.id!r} stands twice")
    if before and _position(row.id) < _position(before[-1].id):
        raise _Malformed(f"'id' {row.id!r} is out of order: it stands behind {before[-1].id!r}")


def _position(row_id: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", row_id))
