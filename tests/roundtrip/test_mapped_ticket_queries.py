"""Table 10.8: what a GetTroubleTickets request searches by, in the outage model and in the operations database."""

from __future__ import annotations

from storm_headers import check_client_header
from storm_lines import lines
from storm_run import Storm
from storm_store import by_code

from crm_contract.mappings import MappingLine

CONTEXTS = ("active", "archived")


@lines("10.8", "Header")
def test_header_of_the_request(it: Storm, line: MappingLine) -> None:
    for context in CONTEXTS:
        check_client_header(line, it, f"{context} mRID", context)


@lines("10.8", "Request")
def test_the_tickets_that_have_it_are_found(it: Storm, line: MappingLine) -> None:
    wanted = {
        "mRID": it.ticket("CRM-ALPHA")["mrid"],
        "name": "CRM-BETA",
        "UsagePoint.mRID": "UP-1",
        "IncidentRecord.mRID": it.incidents["flood"],
    }[line.property]
    for context, stored in (
        ("active", found_in_model(it, line, wanted)),
        ("archived", found_in_archive(it, line, wanted)),
    ):
        exchange = it.exchanges[f"{context} {line.property}"]
        assert exchange.request.carried(line, exchange.request.entry()) == [wanted]
        told = [mrid for entry in exchange.reply.entries() for mrid in exchange.reply.inside(entry, "mRID")]
        assert told == stored
        # A few of the eleven.
        assert len(told) == (4 if line.property == "IncidentRecord.mRID" else 1)


def found_in_model(it: Storm, line: MappingLine, wanted: str) -> list[str]:
    """The mRIDs of the DMZ's tickets that have it in the line's column, oldest first."""
    tickets = it.stores["changed"].rows("dmz_tickets")
    if line.property == "IncidentRecord.mRID":
        # The code is the incident's own; tickets refer to it.
        incidents = it.stores["changed"].rows("dmz_incidents")
        (found,) = (row for row in incidents if by_code(row, "incident", line.model_codes) == [wanted])
        return [row["mrid"] for row in tickets if row["incident"] == found["mrid"]]
    return [row["mrid"] for row in tickets if by_code(row, "ticket", line.model_codes) == [wanted]]


def found_in_archive(it: Storm, line: MappingLine, wanted: str) -> list[str]:
    (column,) = line.operations_columns
    return [row["UID"] for row in it.stores["archived"].rows("ops_tickets", **{column: wanted})]
