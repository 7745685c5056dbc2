"""Tables 10.11 and 10.12: what GetTroubleTickets tells of archived tickets, in limited and in full detail."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import storm_parts as parts
from storm_headers import check_reply_header, check_result
from storm_lines import lines
from storm_run import Storm
from storm_store import Row, decoded

from crm_contract.mappings import MappingLine

DETAIL: dict[str | None, Callable[..., Iterator]] = {"limited": parts.limited, "full": parts.full}
QUERIES = {
    "limited": ("archived UsagePoint.mRID", "archived IncidentRecord.mRID"),
    "full": ("archived mRID", "archived name"),
}
OWN_TESTS = ("mRID", "Location", "CustomerData", "IncidentRecord", "IncidentHazard.mRID")


def archived(it: Storm, name: str) -> Row:
    """A ticket's row in the operations database."""
    return it.stores["archived"].row("ops_tickets", UID=it.ticket(name)["mrid"])


def cell(it: Storm, name: str, line: MappingLine) -> object:
    (column,) = line.operations_columns
    return decoded(archived(it, name)[column])


@lines("10.11", "Header")
def test_header_in_limited_detail(it: Storm, line: MappingLine) -> None:
    check_reply_header(line, it, *QUERIES["limited"])


@lines("10.12", "Header")
def test_header_in_full_detail(it: Storm, line: MappingLine) -> None:
    check_reply_header(line, it, *QUERIES["full"])


@lines("10.11", "Reply")
def test_result_in_limited_detail(it: Storm, line: MappingLine) -> None:
    check_result(line, it, *QUERIES["limited"])


@lines("10.12", "Reply")
def test_result_in_full_detail(it: Storm, line: MappingLine) -> None:
    check_result(line, it, *QUERIES["full"])


@lines("10.11", "Payload", but=OWN_TESTS)
def test_limited_detail(it: Storm, line: MappingLine) -> None:
    check_fact(it, line)


@lines("10.12", "Payload", but=OWN_TESTS)
def test_full_detail(it: Storm, line: MappingLine) -> None:
    check_fact(it, line)


def check_fact(it: Storm, line: MappingLine) -> None:
    """As it was sent, in the operations database's column and in the reply; in the DMZ no more."""
    fact = parts.ARCHIVED_TICKETS[line.property]
    for (name, reply, entry), said, (stored,) in zip(
        DETAIL[line.table.detail](it, "archived"), fact.said, fact.stored, strict=True
    ):
        assert cell(it, name, line) == stored
        assert reply.carried(line, entry) == said
        assert it.stores["archived"].rows("dmz_tickets", name=name) == []


@lines("10.11", "Payload", "mRID")
def test_mrids_in_limited_detail(it: Storm, line: MappingLine) -> None:
    check_mrids(it, line)


@lines("10.12", "Payload", "mRID")
def test_mrids_in_full_detail(it: Storm, line: MappingLine) -> None:
    check_mrids(it, line)


def check_mrids(it: Storm, line: MappingLine) -> None:
    """The same that the ticket had while it was active."""
    for key in QUERIES[line.table.detail or ""]:
        reply = it.exchanges[key].reply
        assert reply.entries()
        for entry in reply.entries():
            (name,) = reply.inside(entry, "name")
            assert reply.carried(line, entry) == [it.ticket(name)["mrid"]] == [cell(it, name, line)]


@lines("10.11", "Payload", "Location")
def test_locations_in_limited_detail(it: Storm, line: MappingLine) -> None:
    check_locations(it, line)


@lines("10.12", "Payload", "Location")
def test_locations_in_full_detail(it: Storm, line: MappingLine) -> None:
    check_locations(it, line)


def check_locations(it: Storm, line: MappingLine) -> None:
    """How many there are; Table 10.14 is about what is inside."""
    for (name, reply, entry), number in zip(DETAIL[line.table.detail](it, "archived"), (2, 0), strict=True):
        assert len(decoded(archived(it, name)["LOCATION"])) == number == len(reply.carried(line, entry))


@lines("10.12", "Payload", "CustomerData")
def test_the_caller_has_contacts_of_their_own(it: Storm, line: MappingLine) -> None:
    (column,) = line.operations_columns
    store = it.stores["archived"]
    ids = [row[column] for row in store.rows("ops_caller_contacts")]
    assert len(set(ids)) == len(ids) > 0
    for (name, reply, entry), last_name in zip(parts.full(it, "archived"), ("Lopez", "Brandt"), strict=True):
        rows = store.rows("ops_caller_contacts", PHONE_CALL_UID=it.ticket(name)["mrid"])
        # The order of the numbers is that of the contacts.
        values = [row["VALUE"] for row in sorted(rows, key=lambda row: row[column])]
        assert values == [value for _, value in parts.CONTACTS[name]]
        assert [each["lastName"] for each in reply.carried(line, entry)] == [last_name]


@lines("10.12", "Payload", "IncidentHazard.mRID")
def test_hazards_have_a_table_of_their_own(it: Storm, line: MappingLine) -> None:
    table, column = line.operations_columns
    hazards = (["Line Down", "Police Department"], ["Gas Leak"])
    for (name, reply, entry), named in zip(parts.full(it, "archived"), hazards, strict=True):
        rows = it.stores["archived"].rows(f"ops_{table.lower()}", PHONE_CALL_UID=it.ticket(name)["mrid"])
        assert [row[column] for row in rows] == named
        assert reply.carried(line, entry) == named


@lines("10.12", "Payload", "IncidentRecord")
def test_the_incident_is_the_archived_one(it: Storm, line: MappingLine) -> None:
    for (name, reply, entry), incident in zip(parts.full(it, "archived"), ("pole", "flood"), strict=True):
        assert archived(it, name)["INCIDENTUID"] == it.incidents[incident]
        assert [each["mRID"] for each in reply.carried(line, entry)] == [it.incidents[incident]]
