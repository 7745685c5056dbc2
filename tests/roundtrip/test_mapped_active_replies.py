"""Tables 10.9 and 10.10: what GetTroubleTickets tells of active tickets, in limited and in full detail."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
import storm_parts as parts
from storm_headers import check_reply_header, check_result
from storm_lines import lines
from storm_run import Storm
from storm_store import by_code

from crm_contract.mappings import MappingLine

DETAIL: dict[str | None, Callable[..., Iterator]] = {"limited": parts.limited, "full": parts.full}
QUERIES = {
    "limited": ("active UsagePoint.mRID", "active IncidentRecord.mRID"),
    "full": ("active mRID", "active name"),
}
PARTS = ("Location", "CustomerData", "IncidentRecord")


@lines("10.9", "Header")
def test_header_in_limited_detail(it: Storm, line: MappingLine) -> None:
    check_reply_header(line, it, *QUERIES["limited"])


@lines("10.10", "Header")
def test_header_in_full_detail(it: Storm, line: MappingLine) -> None:
    check_reply_header(line, it, *QUERIES["full"])


@lines("10.9", "Reply")
def test_result_in_limited_detail(it: Storm, line: MappingLine) -> None:
    check_result(line, it, *QUERIES["limited"])


@lines("10.10", "Reply")
def test_result_in_full_detail(it: Storm, line: MappingLine) -> None:
    check_result(line, it, *QUERIES["full"])


@lines("10.9", "Payload", but=("mRID", *PARTS))
def test_limited_detail(it: Storm, line: MappingLine) -> None:
    check_fact(it, line)


@lines("10.10", "Payload", but=("mRID", *PARTS))
def test_full_detail(it: Storm, line: MappingLine) -> None:
    check_fact(it, line)


def check_fact(it: Storm, line: MappingLine) -> None:
    """As it was sent, in the store and in the reply."""
    fact = parts.CHANGED_TICKETS[line.property]
    for (name, reply, entry), said, stored in zip(
        DETAIL[line.table.detail](it, "active"), fact.said, fact.stored, strict=True
    ):
        assert by_code(it.ticket(name, "changed"), "ticket", line.model_codes) == stored
        assert reply.carried(line, entry) == said


@lines("10.9", "Payload", "mRID")
def test_mrids_in_limited_detail(it: Storm, line: MappingLine) -> None:
    check_mrids(it, line)


@lines("10.10", "Payload", "mRID")
def test_mrids_in_full_detail(it: Storm, line: MappingLine) -> None:
    check_mrids(it, line)


def check_mrids(it: Storm, line: MappingLine) -> None:
    """Of every entry, not only the followed ones': names tell which ticket it is."""
    for key in QUERIES[line.table.detail or ""]:
        reply = it.exchanges[key].reply
        assert reply.entries()
        for entry in reply.entries():
            (name,) = reply.inside(entry, "name")
            assert reply.carried(line, entry) == by_code(it.ticket(name), "ticket", line.model_codes)


@lines("10.9", "Payload", "Location")
def test_locations_in_limited_detail(it: Storm, line: MappingLine) -> None:
    check_locations(it, line)


@lines("10.10", "Payload", "Location")
def test_locations_in_full_detail(it: Storm, line: MappingLine) -> None:
    check_locations(it, line)


def check_locations(it: Storm, line: MappingLine) -> None:
    """How many there are; Table 10.3 is about what is inside."""
    told = zip(DETAIL[line.table.detail](it, "active"), (2, 1), ((2, False), (0, True)), strict=True)
    for (name, reply, entry), shown, stored in told:
        assert len(reply.carried(line, entry)) == shown
        searches, point = by_code(it.ticket(name, "changed"), "ticket", line.model_codes)
        assert (len(searches), point is not None) == stored


@lines("10.10", "Payload", "CustomerData")
def test_the_caller_is_who_the_contacts_say(it: Storm, line: MappingLine) -> None:
    for (name, reply, entry), last_name in zip(parts.full(it, "active"), ("Lopez", "Brandt"), strict=True):
        (contacts,) = by_code(it.ticket(name, "changed"), "ticket", line.model_codes)
        assert {each["last_name"] for each in contacts} == {last_name}
        assert [each["lastName"] for each in reply.carried(line, entry)] == [last_name]


@lines("10.10", "Payload", "IncidentRecord")
def test_the_incident_is_the_one_that_the_ticket_refers_to(it: Storm, line: MappingLine) -> None:
    for (name, reply, entry), incident in zip(parts.full(it, "active"), ("pole", "flood"), strict=True):
        assert by_code(it.ticket(name, "changed"), "ticket", line.model_codes) == [it.incidents[incident]]
        assert [each["mRID"] for each in reply.carried(line, entry)] == [it.incidents[incident]]


@pytest.mark.parametrize("detail", DETAIL)
def test_both_followed_tickets_are_in_the_replies(it: Storm, detail: str) -> None:
    assert [name for name, _, _ in DETAIL[detail](it, "active")] == ["CRM-ALPHA", "CRM-BETA"]
