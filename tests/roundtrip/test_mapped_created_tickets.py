"""Tables 10.1 and 10.4: a CreatedTroubleTickets message and its reply."""

from __future__ import annotations

from storm_headers import check_client_header, check_reply_header, check_result
from storm_lines import lines
from storm_parts import TICKETS, Fact, created
from storm_run import Storm
from storm_store import by_code

from crm_contract.mappings import MappingLine

NAMES = ("CRM-ALPHA", "CRM-BETA")
ONLY_SENT = {
    "CallBacks.contactDetail": Fact((["SMS", "Email"], ["LandlinePhone"]), ([["SMS", "Email"]], [["LandlinePhone"]])),
    # Who wants no callback has no periods.
    "CallBacks.Periods": Fact(
        (
            [
                {"end": "2026-03-01T16:30:00Z", "start": "2026-03-01T11:30:00Z"},
                {"end": "2026-03-01T19:00:00Z", "start": "2026-03-01T18:00:00Z"},
            ],
            [],
        ),
        (
            [
                [
                    {"end": "2026-03-01T16:30:00.000Z", "start": "2026-03-01T11:30:00.000Z"},
                    {"end": "2026-03-01T19:00:00.000Z", "start": "2026-03-01T18:00:00.000Z"},
                ]
            ],
            [[]],
        ),
    ),
}


@lines("10.1", "Header")
def test_header_of_the_request(it: Storm, line: MappingLine) -> None:
    check_client_header(line, it, "created")


@lines("10.1", "Payload", but=("CustomerData", "Location"))
def test_a_ticket_is_stored_where_the_table_says(it: Storm, line: MappingLine) -> None:
    fact = {**TICKETS, **ONLY_SENT}[line.property]
    request = it.exchanges["created"].request
    for name, said, stored in zip(NAMES, fact.said, fact.stored, strict=True):
        assert request.carried(line, request.entry(name=name)) == said
        assert by_code(it.ticket(name), "ticket", line.model_codes) == stored


@lines("10.1", "Payload", "CustomerData")
def test_the_caller_is_stored_as_contacts(it: Storm, line: MappingLine) -> None:
    request = it.exchanges["created"].request
    for name, last_name, contacts in (("CRM-ALPHA", "Lopez", 3), ("CRM-BETA", "Brandt", 1)):
        (customer,) = request.carried(line, request.entry(name=name))
        assert customer["lastName"] == last_name
        (stored,) = by_code(it.ticket(name), "ticket", line.model_codes)
        assert [each["last_name"] for each in stored] == [last_name] * contacts


@lines("10.1", "Payload", "Location")
def test_the_location_is_stored_whole(it: Storm, line: MappingLine) -> None:
    request = it.exchanges["created"].request
    for name, sent, searched, pointed in (("CRM-ALPHA", 2, 2, False), ("CRM-BETA", 1, 0, True)):
        assert len(request.carried(line, request.entry(name=name))) == sent
        searches, point = by_code(it.ticket(name), "ticket", line.model_codes)
        assert (len(searches), point is not None) == (searched, pointed)


@lines("10.4", "Header")
def test_header_of_the_reply(it: Storm, line: MappingLine) -> None:
    check_reply_header(line, it, "created", "created uncorrelated")


@lines("10.4", "Reply")
def test_result(it: Storm, line: MappingLine) -> None:
    check_result(line, it, "created")


@lines("10.4", "Payload", "mRID")
def test_the_reply_tells_the_mrids_that_were_stored(it: Storm, line: MappingLine) -> None:
    reply = it.exchanges["created"].reply
    told = [reply.carried(line, entry) for entry in reply.entries()]
    stored = [by_code(it.ticket(name), "ticket", line.model_codes) for name in (*NAMES, "CRM-GAMMA")]
    assert told == stored
    assert len({mrid for (mrid,) in told if mrid}) == 3


@lines("10.4", "Payload", "status.value", "previousTroubleTicketsCount")
def test_what_the_adapter_finds_out_about_a_ticket(it: Storm, line: MappingLine) -> None:
    reply = it.exchanges["created"].reply
    told = {
        "status.value": [["Deenergized"], ["Deenergized"], ["Energized"]],
        "previousTroubleTicketsCount": [["0"], ["2"], ["0"]],
    }
    assert [reply.carried(line, entry) for entry in reply.entries()] == told[line.property]


@lines("10.4", "Payload", "IncidentRecord")
def test_the_reply_tells_about_the_incident(it: Storm, line: MappingLine) -> None:
    reply = it.exchanges["created"].reply
    told = [[each["mRID"] for each in reply.carried(line, entry)] for entry in reply.entries()]
    assert told == [[it.incidents["pole"]], [it.incidents["flood"]], []]


@lines("10.4", "Payload", "Location")
def test_the_reply_tells_the_locations(it: Storm, line: MappingLine) -> None:
    for (name, reply, entry), shown, stored in zip(created(it), (2, 1), ((2, False), (0, True)), strict=True):
        assert len(reply.carried(line, entry)) == shown
        searches, point = by_code(it.ticket(name), "ticket", line.model_codes)
        assert (len(searches), point is not None) == stored


@lines("10.4", "Payload", "UsagePoint.mRID")
def test_the_reply_tells_the_usage_point(it: Storm, line: MappingLine) -> None:
    for (name, reply, entry), usage_point in zip(created(it), ("UP-1", "UP-4"), strict=True):
        assert reply.carried(line, entry) == [usage_point]
        assert by_code(it.ticket(name), "ticket", line.model_codes) == [usage_point]
