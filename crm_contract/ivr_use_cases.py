"""The catalogue of what an IVR owes: the rows of ivr_use_cases.toml, with ids of their own (IVR-01, ...).

They are no rows of the specification's tables, and are counted and listed apart from those.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from crm_contract.blocks import Malformed, check_keys, check_order, known_of, read_blocks, text_of, texts_of
from crm_contract.use_cases import LEVELS, OPERATIONS, RESULTS, Catalogue, CatalogueError, UseCase

TABLE = "IVR"
JUDGED = ("fixed", "either", "info")

_PACKAGED = Path(__file__).parent / "ivr_use_cases.toml"
_ERROR = ("code", "level", "reason", "details")
_TEXTS = ("id", "title", *_ERROR, "effect", "source", "judged")
_LISTS = ("operations", "result", "accepts", "decisions")
_REQUIRED = ("id", "title", "operations", "result", "effect", "source", "judged")
_ID = re.compile(rf"{TABLE}-\d\d")


@dataclass(frozen=True, slots=True)
class IvrUseCase(UseCase):
    """One row; `source` is where it comes from, `judged` how strictly: `fixed`, `either` or `info`."""

    source: str
    judged: str


def load_ivr_catalogue(path: Path | None = None) -> Catalogue:
    """Read the catalogue, the packaged one by default. Raises CatalogueError for anything it cannot stand by."""
    file = path or _PACKAGED
    rows: list[IvrUseCase] = []
    for block in read_blocks(file, ["row"], CatalogueError)["row"]:
        try:
            row = _row(block.keys)
            check_order([other.id for other in rows], row.id)
        except Malformed as error:
            raise CatalogueError(file, block.line, str(error)) from None
        rows.append(row)
    return Catalogue(rows)


def _row(block: Mapping[str, object]) -> IvrUseCase:
    check_keys(block, _TEXTS + _LISTS, _REQUIRED)
    texts = {key: text_of(key, block[key]) for key in _TEXTS if key in block}
    lists = {key: texts_of(key, block[key]) for key in _LISTS if key in block}
    if not _ID.fullmatch(texts["id"]):
        raise Malformed(f"'id' wants {TABLE} and a number, such as 'IVR-01', not {texts['id']!r}")
    result = known_of("result", lists["result"], RESULTS)
    given = [key for key in _ERROR if key in texts]
    if given and len(given) < len(_ERROR):
        missing = next(key for key in _ERROR if key not in texts)
        raise Malformed(f"{missing!r} is missing: {given[0]!r} and the other parts of an Error go together")
    if "level" in texts:
        known_of("level", (texts["level"],), LEVELS)
    (judged,) = known_of("judged", (texts["judged"],), JUDGED)
    return IvrUseCase(
        id=texts["id"],
        table=TABLE,
        title=texts["title"],
        operations=known_of("operations", lists["operations"], OPERATIONS),
        result=result,
        accepts=known_of("accepts", lists.get("accepts", result), RESULTS),
        code=texts.get("code"),
        level=texts.get("level"),
        reason=texts.get("reason"),
        details=texts.get("details"),
        effect=texts["effect"],
        needs=(),
        decisions=lists.get("decisions", ()),
        source=texts["source"],
        judged=judged,
    )
