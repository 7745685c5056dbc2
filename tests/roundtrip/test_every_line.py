"""Every line of Tables 10.1 to 10.21 has one test, and replies carry nothing that no line is about."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from lxml import etree
from storm_lines import CLAIMED, MAPPINGS
from storm_messages import Message
from storm_run import Storm

from crm_contract.mappings import MappingLine

# Of each table whose entries the adapter writes: messages of its kind.
WRITTEN = {
    "10.4": ("created", "created uncorrelated"),
    "10.7": ("changed", "changed uncorrelated"),
    "10.9": ("active UsagePoint.mRID", "active IncidentRecord.mRID"),
    "10.10": ("active mRID", "active name"),
    "10.11": ("archived UsagePoint.mRID", "archived IncidentRecord.mRID"),
    "10.12": ("archived mRID", "archived name"),
    "10.17": ("picky", "two", "all", "pulled"),
    "10.19": ("in vain", "results"),
}
# A reply tells the external name too, so that a client can pair entries.
WITH_NAMES = ("10.4", "10.7", "10.9", "10.10", "10.11", "10.12")


def test_every_line_has_one_test() -> None:
    for file in Path(__file__).parent.glob("test_*.py"):
        import_module(file.stem)
    assert sorted(CLAIMED) == sorted(line.id for line in MAPPINGS)
    assert len(CLAIMED) == 270


@pytest.mark.parametrize("table", WRITTEN)
def test_replies_carry_only_what_a_line_is_about(it: Storm, table: str) -> None:
    allowed = set(spelled(table)) | ({"name"} if table in WITH_NAMES else set())
    for key in WRITTEN[table]:
        check(it.exchanges[key].reply, allowed)


def test_sent_messages_carry_only_what_a_line_is_about(it: Storm) -> None:
    for each in it.sent.values():
        check(each.event, set(spelled("10.20")))


def check(message: Message, allowed: set[str]) -> None:
    found = {path for entry in message.entries() for path in leaves(entry)}
    assert found
    # An element that the tables leave whole may have anything inside.
    assert {path for path in found if not any(path == each or path.startswith(f"{each}.") for each in allowed)} == set()


def spelled(table: str) -> Iterator[str]:
    """The paths of a table's payload; a part that another table maps is spelled out by that one's."""
    for line in payload(table):
        if line.parts is None:
            yield line.property
        else:
            yield from (f"{line.property}.{inside}" for inside in spelled(line.parts))


def payload(table: str) -> list[MappingLine]:
    return [line for line in MAPPINGS.of_table(table) if line.section == "Payload"]


def leaves(element: etree._Element, before: str = "") -> Iterator[str]:
    for child in element:
        path = f"{before}{etree.QName(child).localname}"
        if len(child):
            yield from leaves(child, f"{path}.")
        else:
            yield path
