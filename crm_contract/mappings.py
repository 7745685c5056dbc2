"""The mapping tables, 10.1 to 10.21, read from mappings.toml and checked line by line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from crm_contract.blocks import (
    Block,
    DataError,
    Malformed,
    check_keys,
    check_order,
    known_of,
    read_blocks,
    text_of,
    texts_of,
)
from crm_contract.use_cases import OPERATIONS

OUTAGE_MODEL = "outage model"
OPERATIONS_DATABASE = "operations database"
STORES = (OUTAGE_MODEL, OPERATIONS_DATABASE)
SHARED_PARTS = ("CustomerData", "Location", "IncidentRecord")
EXTERNAL_SYSTEM = "external system"
CRM_ADAPTER = "CRM Adapter"

_PACKAGED = Path(__file__).parent / "mappings.toml"
_TABLE_TEXTS = ("id", "message", "part", "detail")
_LINE_TEXTS = ("id", "section", "property", "populated_by", "parts")
_LINE_LISTS = ("model_properties", "model_codes", "operations_columns")
_PATH = re.compile(r"[A-Za-z]\w*(\.[A-Za-z]\w*)*")


class MappingError(DataError):
    """Mapping tables that cannot be used: `file:line: message`. The line of a bad block is that it begins on."""


@dataclass(frozen=True, slots=True)
class MappingTable:
    """One mapping table.

    `message` is an operation and `part` request or reply; for a part that several messages share, `message` is its
    name and `part` None. `stores` is what the table maps to. `detail` is limited or full where a reply depends on
    what was searched by (D-33).
    """

    id: str
    message: str
    part: str | None
    stores: tuple[str, ...]
    detail: str | None

    @property
    def shared(self) -> bool:
        """Whether the table maps a part that several messages carry."""
        return self.part is None


@dataclass(frozen=True, slots=True)
class MappingLine:
    """One line of a mapping table: an element, and where it comes from or goes to.

    `property` is a path from the Header or Reply, from an entry of the query or payload, or from the shared part.
    What the table does not print is empty or None. `parts` is the table that maps what is inside the element.
    """

    id: str
    table: MappingTable
    section: str
    property: str
    model_properties: tuple[str, ...]
    model_codes: tuple[str, ...]
    operations_columns: tuple[str, ...]
    populated_by: str | None
    parts: str | None

    def path(self) -> tuple[str, ...]:
        """The property as the names of elements inside each other."""
        return tuple(self.property.split("."))

    def is_stored(self) -> bool:
        """Whether the line names a place in a store."""
        return bool(self.model_codes or self.operations_columns)


class Mappings:
    """The lines in the order of the tables; a line by its id, the lines of a table by the table's."""

    def __init__(self, tables: Iterable[MappingTable], lines: Iterable[MappingLine]) -> None:
        self.tables = tuple(tables)
        self.lines = tuple(lines)
        self._by_id = {line.id: line for line in self.lines}

    def __getitem__(self, line_id: str) -> MappingLine:
        """The line of an id such as `10.10-12`; raises KeyError for an id that is no line."""
        return self._by_id[line_id]

    def __iter__(self) -> Iterator[MappingLine]:
        """The lines in order."""
        return iter(self.lines)

    def __len__(self) -> int:
        """How many lines there are."""
        return len(self.lines)

    def of_table(self, table_id: str) -> tuple[MappingLine, ...]:
        """The lines of a table such as `10.10`; empty for a table that is not there."""
        return tuple(line for line in self.lines if line.table.id == table_id)


def load_mappings(path: Path | None = None) -> Mappings:
    """Read mapping tables, the packaged ones by default. Raises MappingError for anything it cannot stand by."""
    file = path or _PACKAGED
    blocks = read_blocks(file, ["table", "line"], MappingError)
    tables: dict[str, MappingTable] = {}
    for block in blocks["table"]:
        with _Place(file, block):
            table = _table(block.keys)
            check_order(list(tables), table.id)
            tables[table.id] = table
    lines: dict[str, MappingLine] = {}
    elements: set[tuple[str, str, str]] = set()
    for block in blocks["line"]:
        with _Place(file, block):
            line = _line(block.keys, tables)
            check_order(list(lines), line.id)
            element = (line.table.id, line.section, line.property)
            if element in elements:
                raise Malformed(f"'property' {line.property!r} of the {line.section} stands twice in {line.table.id}")
            elements.add(element)
            lines[line.id] = line
    mapped = {line.table.id for line in lines.values()}
    for block, table in zip(blocks["table"], tables.values(), strict=True):
        if table.id not in mapped:
            raise MappingError(file, block.line, f"table {table.id} has no [[line]] blocks")
    return Mappings(tables.values(), lines.values())


class _Place:
    """Says where a block is malformed."""

    def __init__(self, file: Path, block: Block) -> None:
        self._file = file
        self._line = block.line

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, Malformed):
            raise MappingError(self._file, self._line, str(error)) from None


def _table(keys: Mapping[str, object]) -> MappingTable:
    check_keys(keys, (*_TABLE_TEXTS, "stores"), ("id", "message", "stores"))
    texts = {key: text_of(key, keys[key]) for key in _TABLE_TEXTS if key in keys}
    if not re.fullmatch(r"10\.\d+", texts["id"]):
        raise Malformed(f"'id' wants the number of a mapping table, such as '10.5', not {texts['id']!r}")
    known_of("message", (texts["message"],), OPERATIONS + SHARED_PARTS)
    if ("part" in texts) == (texts["message"] in SHARED_PARTS):
        raise Malformed("'part' goes with an operation's message, and with no shared part")
    known_of("part", (texts.get("part", "reply"),), ("request", "reply"))
    known_of("detail", (texts.get("detail", "full"),), ("limited", "full"))
    stores = known_of("stores", texts_of("stores", keys["stores"]), STORES)
    return MappingTable(texts["id"], texts["message"], texts.get("part"), stores, texts.get("detail"))


def _line(keys: Mapping[str, object], tables: Mapping[str, MappingTable]) -> MappingLine:
    check_keys(keys, _LINE_TEXTS + _LINE_LISTS, ("id", "section", "property"))
    texts = {key: text_of(key, keys[key]) for key in _LINE_TEXTS if key in keys}
    lists = {key: texts_of(key, keys[key]) for key in _LINE_LISTS if key in keys}
    table = _table_of(texts["id"], tables)
    known_of("section", (texts["section"],), ("Payload",) if table.shared else _sections(table))
    if not _PATH.fullmatch(texts["property"]):
        raise Malformed(f"'property' wants a path such as 'UsagePoint.mRID', not {texts['property']!r}")
    known_of("populated_by", (texts.get("populated_by", CRM_ADAPTER),), (EXTERNAL_SYSTEM, CRM_ADAPTER))
    known_of("parts", (texts["parts"],) if "parts" in texts else (), [key for key in tables if tables[key].shared])
    _check_stores(table, lists)
    return MappingLine(
        id=texts["id"],
        table=table,
        section=texts["section"],
        property=texts["property"],
        model_properties=lists.get("model_properties", ()),
        model_codes=lists.get("model_codes", ()),
        operations_columns=lists.get("operations_columns", ()),
        populated_by=texts.get("populated_by"),
        parts=texts.get("parts"),
    )


def _table_of(line_id: str, tables: Mapping[str, MappingTable]) -> MappingTable:
    match = re.fullmatch(r"(10\.\d+)-\d\d", line_id)
    if match is None:
        raise Malformed(f"'id' wants table-position, such as '10.10-12', not {line_id!r}")
    if match[1] not in tables:
        raise Malformed(f"'id' {line_id!r} is of a table that has no [[table]] block")
    return tables[match[1]]


def _sections(table: MappingTable) -> tuple[str, ...]:
    """A reply has a Reply; a request has a Request when it is a query, else a Payload."""
    if table.part == "reply":
        return ("Header", "Reply", "Payload")
    return ("Header", "Request") if table.message.startswith("Get") else ("Header", "Payload")


def _check_stores(table: MappingTable, lists: Mapping[str, tuple[str, ...]]) -> None:
    for key, store in (
        ("model_properties", OUTAGE_MODEL),
        ("model_codes", OUTAGE_MODEL),
        ("operations_columns", OPERATIONS_DATABASE),
    ):
        if key in lists and store not in table.stores:
            raise Malformed(f"{key!r} is not for table {table.id}, which does not map to the {store}")
