"""The catalogue of use cases: the rows of Tables 5.1 to 9.1, read from use_cases.toml and checked row by row."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from crm_contract.blocks import DataError, Malformed, check_keys, check_order, known_of, read_blocks, text_of, texts_of

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


class CatalogueError(DataError):
    """A catalogue that cannot be used: `file:line: message`. The line of a bad row is that of its [[row]]."""


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


def load_catalogue(path: Path | None = None) -> Catalogue:
    """Read a catalogue, the packaged one by default. Raises CatalogueError for anything it cannot stand by."""
    file = path or _PACKAGED
    rows: list[UseCase] = []
    for block in read_blocks(file, ["row"], CatalogueError)["row"]:
        try:
            row = _row(block.keys)
            check_order([other.id for other in rows], row.id)
        except Malformed as error:
            raise CatalogueError(file, block.line, str(error)) from None
        rows.append(row)
    return Catalogue(rows)


def _row(block: Mapping[str, object]) -> UseCase:
    check_keys(block, _TEXTS + _LISTS, _REQUIRED)
    texts = {key: text_of(key, block[key]) for key in _TEXTS if key in block}
    lists = {key: texts_of(key, block[key]) for key in _LISTS if key in block}
    result = known_of("result", lists["result"], RESULTS)
    accepts = known_of("accepts", lists.get("accepts", result), RESULTS)
    if missing := [each for each in result if each not in accepts]:
        raise Malformed(f"'accepts' lacks {missing[0]!r}, which 'result' prints")
    _check_error(texts)
    return UseCase(
        id=texts["id"],
        table=_table(texts["id"]),
        title=texts["title"],
        operations=known_of("operations", lists["operations"], OPERATIONS),
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


def _decisions(values: tuple[str, ...]) -> tuple[str, ...]:
    for value in values:
        if not re.fullmatch(r"D-\d\d[a-z]?", value):
            raise Malformed(f"'decisions' wants ids such as 'D-13', not {value!r}")
    return values


def _table(row_id: str) -> str:
    match = _ID.fullmatch(row_id)
    if match is None:
        raise Malformed(f"'id' wants table-position, such as '5.1-13', not {row_id!r}")
    return match["table"]


def _check_error(texts: Mapping[str, str]) -> None:
    given = [key for key in _ERROR if key in texts]
    if not given:
        return
    for key in _ERROR:
        if key not in texts:
            raise Malformed(f"{key!r} is missing: {given[0]!r} and the other parts of an Error go together")
    if not re.fullmatch(r"\d+\.\d+", texts["code"]):
        raise Malformed(f"'code' wants the form '2.7', not {texts['code']!r}")
    known_of("level", (texts["level"],), LEVELS)
    if "{" in (rest := re.sub(r"\{[01]\}", "", texts["details"])) or "}" in rest:
        raise Malformed(f"'details' knows the placeholders {{0}} and {{1}} only: {texts['details']!r}")
