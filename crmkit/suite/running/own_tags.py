"""What a scenario of a user's own is about, from its tags.

It may be about a row (`@5.1-13`: then it is judged by the readings that the row has) and about an operation
(`@ChangedTroubleTickets`); without tags it is about CreatedTroubleTickets. Tags in lower case are the user's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache

from crm_contract.ivr_use_cases import load_ivr_catalogue
from crm_contract.use_cases import OPERATIONS, load_catalogue
from crmkit.suite.running.feature_files import is_row

NO_ROW = "own"
_DEFAULT = OPERATIONS[0]


def about(tags: Iterable[str]) -> tuple[str, str]:
    """The row (`own` for none) and the operation that tags speak of."""
    rows, operations = _rows_and_operations(list(tags))
    if operations:
        return (rows[0] if rows else NO_ROW), operations[0]
    if rows:
        return rows[0], _rows()[rows[0]][0]
    return NO_ROW, _DEFAULT


def problems_of_tags(tags: Iterable[str]) -> Iterator[str]:
    """What is wrong with a scenario's tags."""
    told = list(dict.fromkeys(tags))
    rows, operations = _rows_and_operations(told)
    known = _rows()
    for tag in told:
        if tag in rows and tag not in known:
            yield f"@{tag} names no row of the catalogue: correct the tag, or leave it out"
        elif tag not in rows and tag not in operations and (problem := _problem_of_word(tag)):
            yield problem
    if len(rows) > 1:
        yield f"a scenario is about one row at most; this one has {' '.join('@' + row for row in rows)}"
    if len(operations) > 1:
        yield f"a scenario is about one operation; this one has {' '.join('@' + each for each in operations)}"
    if len(rows) == len(operations) == 1 and operations[0] not in known.get(rows[0], operations):
        yield f"@{rows[0]} is no row of {operations[0]}: it belongs to {', '.join(known[rows[0]])}"


def _problem_of_word(tag: str) -> str | None:
    meant = next((name for name in OPERATIONS if name.casefold() == tag.casefold()), None)
    if meant:
        return f"@{tag} names no operation: write @{meant}"
    if tag[:1].islower():
        return None
    return (
        f"@{tag} names no operation: use one of {', '.join(OPERATIONS)}; a tag of your own begins with a small letter"
    )


def _rows_and_operations(tags: Sequence[str]) -> tuple[list[str], list[str]]:
    rows = dict.fromkeys(tag for tag in tags if is_row(tag))
    return list(rows), list(dict.fromkeys(tag for tag in tags if tag in OPERATIONS))


@cache
def _rows() -> Mapping[str, tuple[str, ...]]:
    """The operations of every row, of either role."""
    return {row.id: row.operations for row in (*load_catalogue(), *load_ivr_catalogue())}
