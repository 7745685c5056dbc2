"""Tables 10.6 and 10.7: a ChangedTroubleTickets message and its reply."""

from __future__ import annotations

import storm_parts as parts
from storm_headers import check_client_header, check_reply_header, check_result
from storm_lines import lines
from storm_run import Storm
from storm_store import by_code

from crm_contract.mappings import MappingLine

# By mRID, by external name.
CHANGES = (("changed", "CRM-ALPHA"), ("changed uncorrelated", "CRM-BETA"))


@lines("10.6", "Header")
def test_header_of_the_request(it: Storm, line: MappingLine) -> None:
    check_client_header(line, it, "changed")


@lines("10.6", "Payload", "mRID", "name")
def test_the_ticket_that_has_it_is_the_one_that_changes(it: Storm, line: MappingLine) -> None:
    key, name = CHANGES[0] if line.property == "mRID" else CHANGES[1]
    request = it.exchanges[key].request
    (said,) = request.carried(line, request.entry())
    assert [said] == by_code(it.ticket(name), "ticket", line.model_codes)
    before, after = it.stores["created"].rows("dmz_tickets"), it.stores["changed"].rows("dmz_tickets")
    assert [row["name"] for row in after if row not in before] == ["CRM-ALPHA", "CRM-BETA"]


@lines("10.6", "Payload", "comment")
def test_comments_are_appended(it: Storm, line: MappingLine) -> None:
    said = ("Neighbour is dark too.", "Now it smells burnt.")
    stored = ("Loud bang, then dark.\nNeighbour is dark too.", "Lamps are dim.\nNow it smells burnt.")
    for (key, name), told, kept in zip(CHANGES, said, stored, strict=True):
        request = it.exchanges[key].request
        assert request.carried(line, request.entry()) == [told]
        assert by_code(it.ticket(name, "changed"), "ticket", line.model_codes) == [kept]


@lines("10.6", "Payload", "csrId")
def test_the_csr_is_the_last_who_changed_it(it: Storm, line: MappingLine) -> None:
    for (key, name), csr in zip(CHANGES, ("csr-white", "csr-black"), strict=True):
        request = it.exchanges[key].request
        assert request.carried(line, request.entry()) == [csr]
        assert by_code(it.ticket(name), "ticket", line.model_codes) == [None]
        assert by_code(it.ticket(name, "changed"), "ticket", line.model_codes) == [csr]


@lines("10.6", "Payload", "CustomerData")
def test_contacts_are_added_behind_those_that_were_there(it: Storm, line: MappingLine) -> None:
    for (key, name), added in zip(CHANGES, (1, 2), strict=True):
        request = it.exchanges[key].request
        assert len(request.carried(line, request.entry())) == 1
        (before,) = by_code(it.ticket(name), "ticket", line.model_codes)
        (after,) = by_code(it.ticket(name, "changed"), "ticket", line.model_codes)
        assert after[:-added] == before
        assert [(each["type"], each["value"]) for each in after[-added:]] == parts.CONTACTS[name][-added:]


@lines("10.7", "Header")
def test_header_of_the_reply(it: Storm, line: MappingLine) -> None:
    check_reply_header(line, it, "changed", "changed uncorrelated")


@lines("10.7", "Reply")
def test_result(it: Storm, line: MappingLine) -> None:
    check_result(line, it, "changed")


@lines("10.7", "Payload", "mRID")
def test_the_reply_tells_which_ticket_it_was(it: Storm, line: MappingLine) -> None:
    for key, name in CHANGES:
        reply = it.exchanges[key].reply
        assert reply.carried(line, reply.entry()) == by_code(it.ticket(name, "changed"), "ticket", line.model_codes)


@lines("10.7", "Payload", "status.value")
def test_the_reply_says_what_was_done(it: Storm, line: MappingLine) -> None:
    for key, _ in CHANGES:
        reply = it.exchanges[key].reply
        assert reply.carried(line, reply.entry()) == ["Changed"]
