"""Tables 10.16 and 10.17: a GetCallbacks request and its reply."""

from __future__ import annotations

from storm_callback_lines import HANDED_OUT, NEVER_FILLED, check_handed_out, check_never_filled
from storm_headers import check_client_header, check_reply_header, check_result
from storm_lines import lines
from storm_parts import pulled
from storm_run import Storm
from storm_store import by_code

from crm_contract.mappings import MappingLine


def mrids(it: Storm, key: str) -> list[str]:
    reply = it.exchanges[key].reply
    return [mrid for entry in reply.entries() for mrid in reply.inside(entry, "mRID")]


@lines("10.16", "Header")
def test_header_of_the_request(it: Storm, line: MappingLine) -> None:
    check_client_header(line, it, "pulled")


@lines("10.16", "Request", "count")
def test_as_many_as_asked_for(it: Storm, line: MappingLine) -> None:
    """Nothing stores it."""
    assert not line.is_stored()
    for key, number in (("picky", 1), ("two", 2)):
        request = it.exchanges[key].request
        assert request.carried(line, request.entry()) == [str(number)]
        assert len(mrids(it, key)) == number
    # Another that fits as well stays in the queue.
    left = it.callback("CRM-1005", "picky")
    assert (left["language_id"], left["priority"], left["assigned_user"]) == (21514, 4, None)


@lines("10.16", "Request", "csrId")
def test_they_belong_to_the_csr(it: Storm, line: MappingLine) -> None:
    for key, csr in (("picky", "csr-picky"), ("two", "csr-two"), ("all", "csr-first")):
        request = it.exchanges[key].request
        assert request.carried(line, request.entry()) == [csr]
    for key, csr in (("picky", "csr-picky"), ("two", "csr-two")):
        pulled_ones = [row for row in it.stores[key].rows("dmz_callbacks") if row["mrid"] in mrids(it, key)]
        assert pulled_ones
        assert [by_code(row, "callback", line.model_codes) for row in pulled_ones] == [[csr]] * len(pulled_ones)
        assert len(it.stores[key].rows("dmz_callbacks", assigned_user=csr)) == len(pulled_ones)


@lines("10.16", "Request", "TroubleTickets.languageId")
def test_only_callbacks_in_the_language(it: Storm, line: MappingLine) -> None:
    check_filter(it, line, said="21514", stored=21514, passed_over="CRM-1003", has=1033)


@lines("10.16", "Request", "TroubleTickets.priority")
def test_only_callbacks_of_the_priority(it: Storm, line: MappingLine) -> None:
    check_filter(it, line, said="4", stored=4, passed_over="CRM-1002", has=5)


def check_filter(it: Storm, line: MappingLine, said: str, stored: int, passed_over: str, has: int) -> None:
    """What was pulled has it; what comes before that in the queue, and differs in nothing else, was passed over."""
    request = it.exchanges["picky"].request
    assert request.carried(line, request.entry()) == [said]
    pulled_ones = [row for row in it.stores["picky"].rows("dmz_callbacks") if row["mrid"] in mrids(it, "picky")]
    assert pulled_ones
    assert [by_code(row, "callback", line.model_codes) for row in pulled_ones] == [[stored]] * len(pulled_ones)
    other, fits = it.callback(passed_over, "picky"), it.callback("CRM-ALPHA", "picky")
    assert by_code(other, "callback", line.model_codes) == [has]
    assert (-other["priority"], other["seq"]) < (-fits["priority"], fits["seq"])
    assert other["assigned_user"] is None


@lines("10.17", "Header")
def test_header_of_the_reply(it: Storm, line: MappingLine) -> None:
    check_reply_header(line, it, "pulled", "two")


@lines("10.17", "Reply")
def test_result(it: Storm, line: MappingLine) -> None:
    check_result(line, it, "pulled")


@lines("10.17", "Payload", *HANDED_OUT)
def test_a_callback_as_it_is_pulled(it: Storm, line: MappingLine) -> None:
    own = {
        "comment": ("Nobody picked up.", "Engaged twice."),
        "csrId": ("csr-ortega", "csr-ortega"),
        "dateTime": ("2026-03-01T12:23:00.000Z", "2026-03-01T12:23:00.000Z"),
        "TroubleTickets.CustomerData": ("Lopez", "Meyer"),
        "TroubleTickets.languageId": ("21514", "1033"),
        "TroubleTickets.troubleCode": ("No Power/No Light", "Momentary"),
        "TroubleTickets.UsagePoint.mRID": ("UP-1", "UP-3"),
    }
    check_handed_out(it, line, list(pulled(it)), own)


@lines("10.17", "Payload", *NEVER_FILLED)
def test_what_is_never_filled(it: Storm, line: MappingLine) -> None:
    check_never_filled(line, it.exchanges["pulled"].reply, it.exchanges["two"].reply, it.exchanges["all"].reply)
