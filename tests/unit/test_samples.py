"""Every sample message is what the contract says, and every row of the catalogue has its pair."""

import re
from datetime import datetime
from itertools import count

import pytest
from contract_files import (
    INVALID_BY_NATURE,
    OTHER_OPERATIONS,
    PARTS,
    ROWS_OF,
    SAMPLES,
    SOAP,
    WITHOUT_REPLY,
    independent_complaint,
    lxml_complaint,
    message_in,
    sample,
)
from lxml import etree

from crm_contract.use_cases import load_catalogue

CATALOGUE = load_catalogue()
ROWS = tuple(row for rows in ROWS_OF.values() for row in rows)
PAIRS = ROWS + OTHER_OPERATIONS
ALL = sorted(path.name for path in SAMPLES.glob("*.xml"))
VALID = [name for name in ALL if name not in INVALID_BY_NATURE]
ANSWERED_BY_FAULT = "5.1-04"
IN_RESPONSES = [pair for pair in PAIRS if pair not in (ANSWERED_BY_FAULT, WITHOUT_REPLY)]
CREATED = [row for row in IN_RESPONSES if row in ROWS_OF["5.1"]]
# The Error of this row is what the adapter logs, not what it is answered.
LOGGED = "9.1-04"
# Which row the reply of another operation reports; the others report none, as 5.1-05 does.
OTHER_ERRORS = {"ChangedTroubleTickets": "5.2-07", "CreatedCallBacksResults": "8.1-03"}
# Rows whose details end with the tickets that they are about.
ABOUT_TICKETS = [row for row in CATALOGUE if row.table == "5.1" and "for trouble ticket" in (row.details or "")]
# Rows of the other operations that refuse, warn or inform.
REPORTED = [row for row in CATALOGUE if row.table != "5.1" and row.code is not None and row.id != LOGGED]


def header(message, name):
    return message.findtext(f"{{*}}Header/{{{PARTS}}}{name}")


def reply_of(pair):
    return message_in(sample(f"{pair}.reply.xml"))


def request_of(pair):
    return message_in(sample(f"{pair}.request.xml"))


def errors_of(reply):
    return [
        {part: error.findtext(f"{{{PARTS}}}{part}") for part in ("code", "level", "reason", "details")}
        for error in reply.findall(f"{{*}}Reply/{{{PARTS}}}Error")
    ]


def entries_of(message):
    return message.findall("{*}Payload/{*}TroubleTickets/{*}TroubleTicket")


def names_of(message):
    return [ticket.findtext("{*}name") for ticket in entries_of(message)]


def arguments(template, details):
    """What stands in the template's placeholders, in their order; None when the text is not the template's."""
    number = count()
    pattern = re.sub(r"\\\{[01]\\\}", lambda _: f"(?P<a{next(number)}>.+)", re.escape(template))
    match = re.fullmatch(pattern, details)
    return None if match is None else list(match.groups())


def is_sent_by_the_adapter(pair):
    return pair == "CreatedCallBacks" or pair in ROWS_OF["9.1"]


def moment(message):
    return datetime.fromisoformat(header(message, "Timestamp"))


def test_every_row_and_every_other_operation_has_its_pair_and_nothing_else_is_there():
    files = {f"{pair}.{kind}.xml" for pair in PAIRS for kind in ("request", "reply")}
    assert sorted(files - {f"{WITHOUT_REPLY}.reply.xml"}) == ALL


def test_the_rows_are_the_catalogue_s():
    assert tuple(row.id for row in CATALOGUE) == ROWS


@pytest.mark.parametrize("name", ALL)
def test_is_a_soap_1_1_envelope_around_one_message(name):
    envelope = sample(name)
    assert envelope.tag == f"{{{SOAP}}}Envelope"
    assert [child.tag for child in envelope] in (
        [f"{{{SOAP}}}Body"],
        [f"{{{SOAP}}}Header", f"{{{SOAP}}}Body"],
    )
    assert message_in(envelope) is not None


@pytest.mark.parametrize("name", VALID)
def test_is_valid_for_both_validators(name):
    message = message_in(sample(name))
    assert lxml_complaint(message) is None
    assert independent_complaint(message) is None


@pytest.mark.parametrize(("name", "culprit"), list(zip(INVALID_BY_NATURE, ("Verb", "Noun", "Result"), strict=True)))
def test_the_invalid_ones_are_refused_for_what_their_row_is_about(name, culprit):
    message = message_in(sample(name))
    assert culprit in lxml_complaint(message)
    assert culprit in independent_complaint(message)


def test_the_read_me_names_the_invalid_ones():
    read_me = (SAMPLES / "README.md").read_text(encoding="utf-8")
    assert all(f"`{name}`" in read_me for name in INVALID_BY_NATURE)


@pytest.mark.parametrize("name", ALL)
def test_is_indented_text_without_trailing_space(name):
    text = (SAMPLES / name).read_text(encoding="utf-8")
    assert text.startswith('<?xml version="1.0" encoding="UTF-8"?>\n')
    assert text.endswith(">\n")
    assert not re.search(r"\t|\r|[ ]\n|\n\n", text)


@pytest.mark.parametrize("pair", PAIRS)
def test_the_request_carries_the_header_elements_that_replies_need(pair):
    request = request_of(pair)
    wanted = {"Verb", "Noun", "Timestamp", "MessageID", "CorrelationID"} - ({"Noun"} if pair == "5.1-03" else set())
    assert all(header(request, name) for name in wanted)
    assert moment(request).utcoffset() is not None


@pytest.mark.parametrize("pair", IN_RESPONSES)
def test_the_reply_answers_its_request(pair):
    request, reply = request_of(pair), reply_of(pair)
    assert header(reply, "CorrelationID") == header(request, "CorrelationID")
    assert header(reply, "MessageID") not in (None, "", header(request, "MessageID"))
    assert header(reply, "Context") == header(request, "Context")
    assert moment(reply) > moment(request)


@pytest.mark.parametrize("pair", IN_RESPONSES)
def test_the_reply_s_header_is_the_canonical_one(pair):
    reply = reply_of(pair)
    noun = etree.QName(reply).localname.removesuffix("ResponseMessage")
    assert (header(reply, "Verb"), header(reply, "Noun"), header(reply, "Revision")) == ("reply", noun, "2.0")
    assert header(reply, "Source") == ("IVR" if is_sent_by_the_adapter(pair) else "EcoStruxure GridOps")


def test_no_two_messages_share_a_message_id():
    ids = [header(message_in(sample(name)), "MessageID") for name in ALL if name != "5.1-04.reply.xml"]
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize("pair", [pair for pair in PAIRS if pair not in (WITHOUT_REPLY, LOGGED)])
def test_the_reply_reports_what_the_catalogue_says(pair):
    row = CATALOGUE[pair if pair in ROWS else OTHER_ERRORS.get(pair, "5.1-05")]
    reply = reply_of(pair)
    errors = errors_of(reply)
    results = row.result if pair in ROWS_OF["5.1"] else row.accepts
    assert reply.findtext(f"{{*}}Reply/{{{PARTS}}}Result") in results
    assert bool(errors) == (row.code is not None)
    for error in errors:
        assert (error["code"], error["level"], error["reason"]) == (row.code, row.level, row.reason)
        assert arguments(row.details, error["details"]) is not None
        assert not re.search(r"\{\d\}", error["details"])
    assert len({error["details"] for error in errors}) == len(errors)


@pytest.mark.parametrize("row", ABOUT_TICKETS, ids=lambda row: row.id)
def test_tickets_in_details_are_named_as_the_request_names_them(row):
    names = names_of(request_of(row.id))
    for error in errors_of(reply_of(row.id)):
        *_, tickets = arguments(row.details, error["details"])
        assert set(tickets.split(", ")) <= set(names)


@pytest.mark.parametrize("row", REPORTED, ids=lambda row: row.id)
def test_details_quote_the_request(row):
    texts = {element.text for element in request_of(row.id).iter() if len(element) == 0}
    errors = errors_of(reply_of(row.id))
    assert errors
    for error in errors:
        for argument in arguments(row.details, error["details"]):
            assert {value.removeprefix("csrId ") for value in argument.split(", ")} <= texts


def test_the_internal_error_is_a_server_fault_with_the_fault_message_inside():
    envelope = sample("5.1-04.reply.xml")
    assert envelope.findtext(f".//{{{SOAP}}}Fault/faultcode") == "soap:Server"
    assert etree.QName(message_in(envelope)).localname == "TroubleTicketsFaultMessage"


@pytest.mark.parametrize("row", CREATED)
def test_the_reply_lists_the_created_tickets_in_the_request_s_order(row):
    reply = reply_of(row)
    result, listed = reply.findtext(f"{{*}}Reply/{{{PARTS}}}Result"), names_of(reply)
    asked = names_of(request_of(row))
    assert listed == [name for name in asked if name in listed]
    # PARTIAL leaves entries out, but for 5.1-23, whose tickets are all created.
    assert {"OK": listed == asked, "PARTIAL": bool(listed), "FAILED": not listed}[result]
    assert (result == "PARTIAL" and row != "5.1-23") == (0 < len(listed) < len(asked))


@pytest.mark.parametrize("row", CREATED)
def test_each_created_ticket_has_its_status_count_and_mrid(row):
    for ticket in entries_of(reply_of(row)):
        assert ticket.findtext("{*}status/{*}value") in ("Created", "Energized", "Deenergized")
        assert int(ticket.findtext("{*}previousTroubleTicketsCount")) >= 0
        assert (ticket.find("{*}mRID") is None) == (row == "5.1-29")
        assert (ticket.find("{*}IncidentRecord") is not None) == (row == "5.1-06")


def test_a_ticket_keeps_its_mrid_through_all_samples():
    mrids = {}
    for name in ALL:
        for ticket in entries_of(message_in(sample(name))):
            mrid, external = ticket.findtext("{*}mRID"), ticket.findtext("{*}name")
            if mrid and external:
                assert mrids.setdefault(external, mrid) == mrid
    assert len(set(mrids.values())) == len(mrids)


def test_the_comment_that_is_too_long_is_and_no_other_is():
    for name in ALL:
        for ticket in entries_of(message_in(sample(name))):
            long = len(ticket.findtext("{*}comment") or "") > 500
            assert long == (name == "5.1-11.request.xml" and ticket.findtext("{*}name") == "CC-118263")
