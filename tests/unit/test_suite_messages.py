"""Messages of the suite, as they leave it."""

from __future__ import annotations

import dataclasses

import pytest
from lxml import etree

from crm_contract.contract import load_contract
from crmkit.suite.access.exchange import Exchange
from crmkit.suite.access.target import Target
from crmkit.suite.errors import HarnessError
from crmkit.suite.messages import Header, Messenger

CONTRACT = load_contract()
OPERATION = CONTRACT.operations["CreatedTroubleTickets"]
HEADER = Header("created", "TroubleTickets", "2026-05-01T12:00:00Z", "message-1", "correlation-1")
PERIODS = {"name": "n", "CallBacks": [{"contactDetail": "SMS", "Periods": [{}]}]}


class Wire(Target):
    """Keeps what would be sent."""

    def __init__(self) -> None:
        super().__init__("http://target.example/crm", CONTRACT)
        self.sent: list[tuple[str, bytes, dict[str, str]]] = []

    def post(self, url: str, body: bytes, headers: dict[str, str]) -> Exchange:
        self.sent.append((url, body, headers))
        return Exchange("POST", url, body, None, "not sent", 0, 0)


def send(tickets: list[dict[str, object]], without: str | None = None) -> tuple[bool, str, etree._Element, str]:
    wire = Wire()
    prepared = Messenger(wire, OPERATION.service).prepare(OPERATION, HEADER, {"TroubleTicket": tickets}, without)
    assert wire.sent == []
    done = prepared.send()
    ((url, body, headers),) = wire.sent
    assert done.request == body
    assert headers["Content-Type"].startswith("text/xml")
    message = etree.fromstring(etree.tostring(etree.fromstring(body)[-1][0]))
    return prepared.is_valid, url, message, headers["SOAPAction"].strip('"')


def test_a_valid_message_goes_to_the_target_by_zeep() -> None:
    is_valid, url, message, action = send([{"name": "n", "troubleCode": "Other"}])
    assert is_valid
    assert url == "http://target.example/crm/ReceiveTroubleTicketsService"
    assert action == OPERATION.soap_action
    assert CONTRACT.schema(OPERATION).validate(message)
    assert message.tag == OPERATION.request
    texts = {etree.QName(element).localname: element.text for element in message.iter()}
    assert texts["Verb"] == "created"
    assert texts["MessageID"] == "message-1"
    assert texts["CorrelationID"] == "correlation-1"


def test_empty_elements_are_sent() -> None:
    _, _, message, _ = send([PERIODS])
    names = [etree.QName(element).localname for element in message.iter()]
    assert names[-1] == "Periods"


def test_no_tickets_are_an_empty_list() -> None:
    is_valid, _, message, _ = send([])
    assert is_valid
    assert etree.QName(list(message.iter())[-1]).localname == "TroubleTickets"


@pytest.mark.parametrize("path", ["Header", "Header/Verb", "Header/Noun", "Payload", "Payload/TroubleTickets"])
def test_an_element_is_left_out(path: str) -> None:
    is_valid, url, message, _ = send([PERIODS], without=path)
    assert not is_valid
    assert url == "http://target.example/crm/ReceiveTroubleTicketsService"
    assert not CONTRACT.schema(OPERATION).validate(message)
    names = [etree.QName(element).localname for element in message.iter()]
    assert path.rsplit("/", maxsplit=1)[-1] not in names


def test_a_message_that_is_valid_without_an_element_lacks_it_all_the_same() -> None:
    is_valid, _, message, _ = send([PERIODS], without="Header/Source")
    assert is_valid
    assert "Source" not in [etree.QName(element).localname for element in message.iter()]


def test_an_element_that_is_not_there_cannot_be_left_out() -> None:
    with pytest.raises(HarnessError, match="has no Header/Verbs"):
        send([PERIODS], without="Header/Verbs")


@pytest.mark.parametrize(("element", "text"), [("languageId", "English"), ("createdDateTime", "yesterday")])
def test_a_mistyped_value_goes_out_as_it_is(element: str, text: str) -> None:
    is_valid, _, message, _ = send([{element: text}])
    assert not is_valid
    assert list(message.iter())[-1].text == text


def test_a_verb_that_the_schema_lacks_makes_the_message_invalid() -> None:
    wire = Wire()
    header = dataclasses.replace(HEADER, verb="frobnicate")
    assert not Messenger(wire, OPERATION.service).prepare(OPERATION, header, {}).is_valid


def query(name: str, inside: dict[str, object], without: str | None = None) -> tuple[bool, etree._Element]:
    """A query as it goes over the wire, in the context `active`."""
    wire, operation = Wire(), CONTRACT.operations[name]
    header = dataclasses.replace(HEADER, verb="get", noun=operation.noun, context="active")
    prepared = Messenger(wire, operation.service).prepare(operation, header, inside, without)
    prepared.send()
    ((url, body, headers),) = wire.sent
    assert url == f"http://target.example/crm/{operation.service}"
    assert headers["SOAPAction"].strip('"') == operation.soap_action
    message = etree.fromstring(etree.tostring(etree.fromstring(body)[-1][0]))
    assert CONTRACT.schema(operation).validate(message) is prepared.is_valid
    return prepared.is_valid, message


@pytest.mark.parametrize(
    ("name", "inside", "texts"),
    [
        ("GetTroubleTickets", {"TroubleTicket": [{"mRID": "m1"}, {"mRID": "m2"}]}, ["m1", "m2"]),
        ("GetTroubleTickets", {"TroubleTicket": [{"UsagePoint": {"mRID": "u1"}, "name": "n1"}]}, ["n1", "u1"]),
        ("GetTroubleTickets", {"TroubleTicket": []}, []),
        ("GetTroubleTickets", {"TroubleTicket": [{}]}, []),
        ("GetCallbacks", {"CallBack": {"count": 2, "csrId": "c"}}, ["2", "c"]),
        ("GetCallbacks", {"CallBack": {}}, []),
        ("GetCallbacks", {}, []),
    ],
)
def test_a_query_is_in_the_request(name: str, inside: dict[str, object], texts: list[str]) -> None:
    is_valid, message = query(name, inside)
    assert is_valid
    assert message.tag == CONTRACT.operations[name].request
    header, request = message
    assert "active" in [element.text for element in header]
    assert [etree.QName(element).localname for element in request] == [name]
    assert [element.text for element in request.iter() if element.text] == texts


def test_a_query_without_context_or_criteria() -> None:
    is_valid, message = query("GetTroubleTickets", {"TroubleTicket": []}, without="Header/Context")
    assert is_valid
    assert "Context" not in [etree.QName(element).localname for element in message.iter()]
    assert not query("GetTroubleTickets", {}, without="Request/GetTroubleTickets")[0]


def test_results_of_callbacks_are_an_event() -> None:
    wire, operation = Wire(), CONTRACT.operations["CreatedCallBacksResults"]
    header = dataclasses.replace(HEADER, noun="CallBacksResults")
    results = {"CallBackResult": [{"mRID": "c1", "status": {"value": "Restored"}}]}
    prepared = Messenger(wire, operation.service).prepare(operation, header, results)
    prepared.send()
    assert prepared.is_valid
    assert b">Restored<" in wire.sent[0][1]
