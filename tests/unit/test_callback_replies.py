"""What replies about callbacks and changed tickets carry: Tables 10.7, 10.17 and 10.19."""

import dataclasses
import uuid

import pytest
from builders import NOW, caller, on, settings
from exchanges import entries, exchange
from outages import callbacks_of, change_callbacks, contact, outage, wanting
from requests_xml import errors_of, header_of, result_of
from stored import found, row, store_rows

from crm_contract.messages import (
    CallbackFilter,
    CallbackQuery,
    CallBackResult,
    CallBacksResults,
    GetCallbacks,
    Status,
    TroubleTicket,
    TroubleTickets,
)
from reference_adapter.outage_model.incidents import CrewAssignment

LATER = NOW.replace(hour=18)


def pulled(store, csr="csr-1", number="9", **header):
    return exchange(store, "GetCallbacks", GetCallbacks(CallbackQuery(number, csr, CallbackFilter())), header)


def reported(store, *results):
    return exchange(store, "CreatedCallBacksResults", CallBacksResults(list(results)))


def changed(store, *tickets, verb="changed"):
    return exchange(store, "ChangedTroubleTickets", TroubleTickets(list(tickets)), {"Verb": verb})


# Table 10.17


def test_a_pulled_callback_carries_what_the_table_says(store, clock):
    ada = caller("Ada", "King", "Byron", email="a@x", landline="1", mobile="2")
    crews = (CrewAssignment("C-1", "One"),)
    outage(
        store,
        wanting("a", language_id="21514", customer_data=ada, trouble_code="Other"),
        device="LAT-1",
        comment="tree",
        status="Closed",
        cause="Weather",
        subcause="Wind",
        estimated_restoration=LATER,
        crews=crews,
    )
    made = callbacks_of(store)["a"]
    change_callbacks(store, dataclasses.replace(made, comment="ring <twice>"))
    clock.advance(minutes=5)
    assert entries(pulled(store)) == [
        [
            ("mRID", made.mrid),
            ("comment", "ring <twice>"),
            ("csrId", "csr-1"),
            ("dateTime", "2025-06-02T12:05:00.000Z"),
            ("Reason", "PowerRestored"),
            (
                "IncidentRecord",
                [
                    ("mRID", "INC-LAT-1"),
                    ("comment", "tree"),
                    ("createdDateTime", "2025-06-02T12:00:00.000Z"),
                    ("estimatedRestorationTime", "2025-06-02T18:00:00.000Z"),
                    ("Crews", [("mRID", "C-1"), ("name", "One")]),
                    ("OutageRecord", [("OutageCodes", [("name", "Weather"), ("subCode", "Wind")])]),
                    ("status", [("value", "Closed")]),
                ],
            ),
            (
                "TroubleTickets",
                [
                    ("languageId", "21514"),
                    ("troubleCode", "Other"),
                    (
                        "CustomerData",
                        [
                            ("firstName", "Ada"),
                            ("lastName", "King"),
                            ("electronicAddress", [("email1", "a@x")]),
                            ("landlinePhone", [("localNumber", "1")]),
                            ("mobilePhone", [("localNumber", "2")]),
                        ],
                    ),
                    ("UsagePoint", [("mRID", "UP-1")]),
                ],
            ),
        ]
    ]


def test_what_a_callback_lacks_is_left_out(store):
    wish = row("a", call_back=True)
    outage(store, wish)
    ((entry),) = entries(pulled(store))
    assert [name for name, _ in entry] == ["mRID", "csrId", "dateTime", "Reason", "IncidentRecord", "TroubleTickets"]
    assert dict(entry)["TroubleTickets"] == [("languageId", "1033"), ("troubleCode", "No Power/No Light")]


def test_contacts_are_those_of_the_ticket_when_the_callback_is_pulled(store):
    outage(store, wanting("a", customer_data=caller("Ada", "King", mobile="1")))
    with store.change(NOW) as work:
        (ticket,) = work.tickets.by_name(["a"])
        bob = contact("2", first="Bob", last="Cole", preferred=True)
        work.tickets.change([dataclasses.replace(ticket, contacts=(*ticket.contacts, bob))])
    (entry,) = entries(pulled(store))
    assert dict(dict(entry)["TroubleTickets"])["CustomerData"] == [
        ("firstName", "Bob"),
        ("lastName", "Cole"),
        ("mobilePhone", [("localNumber", "2")]),
    ]


def test_the_header_of_a_reply_to_a_pull(store):
    header = header_of(pulled(store, CorrelationID=None))
    assert (header["Verb"], header["Noun"], header["CorrelationID"]) == ("reply", "CallBacks", "message-1")
    assert uuid.UUID(header["MessageID"])
    assert "Context" not in header


@pytest.mark.parametrize("noun", ["Callbacks", "CALLBACKS", "CallBacks"])
def test_the_noun_of_a_pull_is_taken_in_any_case(store, noun):
    assert header_of(pulled(store, Noun=noun))["Noun"] == "CallBacks"


def test_an_empty_queue_has_an_empty_root_and_a_refusal_none(store):
    reply = pulled(store)
    assert (result_of(reply), entries(reply), len(errors_of(reply))) == ("OK", [], 1)
    assert reply.find("{*}Payload/*").tag == "{http://iec.ch/TC57/2011/CallBacks#}CallBacks"
    reply = pulled(store, csr=None)
    assert (result_of(reply), entries(reply)) == ("FAILED", None)


@pytest.mark.parametrize("number", ["-1", "one", "1.5", ""])
def test_a_count_that_is_none_is_an_invalid_message(store, number):
    ((code, _, reason, _),) = errors_of(pulled(store, number=number))
    assert (code, reason) == ("1.8", "InvalidMessage")


# Table 10.19


def test_the_reply_to_results_names_what_was_updated(store, pull):
    outage(store, wanting("a"), wanting("b"), wanting("c"))
    pull(count="9")
    made = {name: each.mrid for name, each in callbacks_of(store).items()}
    results = [
        CallBackResult(mrid=made[name], csr_id="csr-1", status=Status(value=word))
        for name, word in (("c", "Busy"), ("b", "x"), ("a", "Restored"))
    ]
    reply = reported(store, *results)
    assert result_of(reply) == "PARTIAL"
    assert entries(reply) == [
        [("mRID", made["c"]), ("status", [("value", "Updated")])],
        [("mRID", made["a"]), ("status", [("value", "Updated")])],
    ]
    assert header_of(reply)["Noun"] == "CallBacksResults"


def test_results_of_which_nothing_was_taken_have_no_payload_and_none_at_all_an_empty_root(store):
    reply = reported(store, CallBackResult(mrid="x", csr_id="c", status=Status(value="Busy")))
    assert (result_of(reply), entries(reply)) == ("FAILED", None)
    reply = reported(store)
    assert (result_of(reply), entries(reply), errors_of(reply)) == ("OK", [], [])


def test_the_other_spelling_of_the_noun_is_taken(store):
    reply = exchange(store, "CreatedCallBacksResults", CallBacksResults(), {"Noun": "callbackresults"})
    assert (result_of(reply), header_of(reply)["Noun"]) == ("OK", "CallBacksResults")


def test_a_moment_that_is_none_is_an_invalid_message(store):
    reply = reported(store, CallBackResult(mrid="x", date_time="noon"))
    assert [code for code, *_ in errors_of(reply)] == ["1.8"]


# Table 10.7


@pytest.mark.parametrize("verb", ["changed", "update", "updated"])
def test_the_reply_to_changes_names_what_was_changed(store, verb):
    first, second = store_rows(store.database, row("a", **on("UP-1"), comment="dark"), row(None))
    reply = changed(
        store,
        TroubleTicket(mrid=second, comment="x", csr_id="c"),
        TroubleTicket(mrid="m", comment="x", csr_id="c"),
        TroubleTicket(name="a", comment="y", csr_id="c"),
        verb=verb,
    )
    assert result_of(reply) == "PARTIAL"
    assert entries(reply) == [
        [("mRID", second), ("status", [("value", "Changed")])],
        [("mRID", first), ("name", "a"), ("status", [("value", "Changed")])],
    ]
    assert [each["comment"] for each in found(store.database)[1]] == ["dark\ny", "x"]


def test_changes_of_which_nothing_was_taken_have_no_payload_and_none_at_all_an_empty_root(store):
    reply = changed(store, TroubleTicket(mrid="m", comment="x", csr_id="c"))
    assert (result_of(reply), entries(reply)) == ("FAILED", None)
    reply = changed(store)
    assert (result_of(reply), entries(reply), errors_of(reply)) == ("OK", [], [])


@pytest.mark.parametrize(
    "name", ["ChangedTroubleTickets", "GetTroubleTickets", "GetCallbacks", "CreatedCallBacksResults"]
)
def test_a_verb_and_a_noun_of_another_operation_are_two_errors(store, name):
    reply = exchange(store, name, "", {"Verb": "executed", "Noun": "Castles"})
    assert errors_of(reply) == [
        ("2.9", "FATAL", "InvalidVerb", "Invalid verb: executed."),
        ("2.5", "FATAL", "InvalidNoun", "Invalid noun: Castles."),
    ]
    assert (result_of(reply), entries(reply)) == ("FAILED", None)


def test_the_source_of_a_reply_is_configured(store):
    reply = exchange(store, "GetCallbacks", GetCallbacks(), {}, reply_source="Us & Co")
    assert header_of(reply)["Source"] == "Us & Co"
    assert settings().reply_source == "EcoStruxure GridOps"
