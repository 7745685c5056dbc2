"""What is served at ?wsdl and beside it are the contract's files, and a stock client lives on them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path
from urllib.parse import urljoin
from xml.sax.saxutils import quoteattr

import pytest
import requests
import zeep
from adapter_processes import Adapter, SharedAdapter
from lxml import etree
from raw_http import XML, Wire, get, raw_post, target_of
from soap_messages import SERVICE, create_message, read_fault
from zeep.transports import Transport

WSDL = files("crm_contract").joinpath("wsdl", f"{SERVICE}.wsdl").read_bytes()
SCHEMAS = {path.name: path.read_bytes() for path in files("crm_contract").joinpath("xsd").iterdir()}
ADDRESS_IN_THE_FILE = f'location="http://localhost/{SERVICE}"'
SOAP_IN_WSDL = "{http://schemas.xmlsoap.org/wsdl/soap/}"
IMPORT = "{http://www.w3.org/2001/XMLSchema}import"


def with_address(address: str) -> bytes:
    assert WSDL.count(ADDRESS_IN_THE_FILE.encode()) == 1
    return WSDL.replace(ADDRESS_IN_THE_FILE.encode(), f"location={quoteattr(address)}".encode())


@pytest.mark.parametrize("query", ["wsdl", "WSDL", "Wsdl", "wsdl=", "wsdl=1"])
def test_the_wsdl_is_the_file_with_the_address_that_was_used(adapter: SharedAdapter, query: str) -> None:
    answer = get(f"{adapter.url}?{query}")
    assert answer.status == 200
    assert answer.headers["content-type"] == XML
    assert answer.body == with_address(adapter.url)


@pytest.mark.parametrize(
    "host",
    [
        "crm.example.com",
        "crm.example.com:8443",
        "CRM.Example.com:80",
        "[::1]:8080",
        "localhost",
        'a"b',
        "a&b<c>'d",
        "a]]>b",
        "m\xfcnchen.example",
    ],
)
def test_the_address_is_the_one_the_client_used(adapter: SharedAdapter, host: str) -> None:
    answer = get(f"{adapter.url}?wsdl", {"Host": host})
    assert answer.status == 200
    (address,) = etree.fromstring(answer.body).iter(f"{SOAP_IN_WSDL}address")
    assert address.get("location") == f"http://{host}/{SERVICE}"
    assert answer.body == with_address(f"http://{host}/{SERVICE}")


def test_a_client_without_a_host_gets_the_address_of_the_server(adapter: SharedAdapter) -> None:
    with Wire(adapter.url) as wire:
        wire.send_head("GET", f"{target_of(adapter.url)}?wsdl", {"Host": ""}, version="HTTP/1.0")
        assert wire.answer("GET").body == with_address(adapter.url)


def test_every_schema_is_served_where_the_wsdl_says(adapter: SharedAdapter) -> None:
    seen: dict[str, bytes] = {}
    wanted = [f"{adapter.url}?wsdl"]
    while wanted:
        url = wanted.pop()
        answer = get(url)
        assert answer.status == 200, url
        assert answer.headers["content-type"] == XML
        if not url.endswith("?wsdl"):
            seen[url.rpartition("/")[2]] = answer.body
        for element in etree.fromstring(answer.body).iter(IMPORT):
            imported = urljoin(url, str(element.get("schemaLocation")))
            if imported.rpartition("/")[2] not in seen:
                wanted.append(imported)
    assert set(seen) >= {"TroubleTicketsMessage.xsd", "TroubleTickets.xsd", "Message.xsd"}
    assert seen == {name: SCHEMAS[name] for name in seen}


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_schemas_are_the_files(adapter: SharedAdapter, name: str) -> None:
    assert get(f"{adapter.base_url}/xsd/{name}").body == SCHEMAS[name]


@pytest.mark.parametrize(
    "path", ["/xsd/", "/xsd/None.xsd", f"/xsd/{SERVICE}.wsdl", "/xsd/../xsd/../../pyproject.toml", "/xsd/%2e%2e/x"]
)
def test_nothing_else_is_served_there(adapter: SharedAdapter, path: str) -> None:
    answer = get(adapter.base_url + path)
    assert answer.status == 404
    assert read_fault(answer.body).code == "Client"


def test_schemas_are_read_only(adapter: SharedAdapter) -> None:
    answer = raw_post(f"{adapter.base_url}/xsd/Message.xsd", create_message("x"))
    assert (answer.status, answer.headers["allow"]) == (405, "GET")


def stock_client(url: str) -> zeep.Client:
    session = requests.Session()
    session.trust_env = False
    return zeep.Client(f"{url}?wsdl", transport=Transport(session=session, timeout=20, operation_timeout=20))


def message(*names: str) -> dict[str, object]:
    header = {"Verb": "created", "Noun": "TroubleTickets", "MessageID": "m-1", "Source": "zeep"}
    tickets = [{"name": name, "troubleCode": "No Power/No Light"} for name in names]
    return {"Header": header, "Payload": {"TroubleTickets": {"TroubleTicket": tickets}}}


def check_created(client: zeep.Client) -> None:
    reply = client.service.CreatedTroubleTickets(**message("first", "second"))
    assert (reply.Header.Verb, reply.Header.CorrelationID, reply.Reply.Result) == ("reply", "m-1", "OK")
    assert [ticket.name for ticket in reply.Payload.TroubleTickets.TroubleTicket] == ["first", "second"]
    assert all(ticket.mRID and ticket.status.value for ticket in reply.Payload.TroubleTickets.TroubleTicket)


def test_zeep_creates_a_batch_and_reads_the_reply(adapter: SharedAdapter) -> None:
    check_created(stock_client(adapter.url))
    assert adapter.control.names(message_id="m-1") == ["first", "second"]


def test_zeep_reads_the_detail_of_a_fault(adapter: SharedAdapter) -> None:
    client = stock_client(adapter.url)
    adapter.control.fail_internally(1)
    with pytest.raises(zeep.exceptions.Fault) as raised:
        client.service.CreatedTroubleTickets(**message("lost"))
    (detail,) = raised.value.detail
    told = client.get_element(detail.tag).parse(detail, client.wsdl.types)
    assert (told.Reply.Result, [error.code for error in told.Reply.Error]) == ("FAILED", ["5.3"])
    assert adapter.control.names() == []


RENAMED = """
[namespaces]
"http://iec.ch/TC57/2011/TroubleTicketsMessage" = "http://example.com/2024/messages?a=1&b=2"
"http://iec.ch/TC57/2011/schema/message" = "urn:example:parts"
"http://iec.ch/TC57/2011/TroubleTickets#" = "http://example.com/2024/tickets"
"http://iec.ch/TC57/2011/ReceiveTroubleTickets" = "urn:example:receive"

[soap_actions]
CreatedTroubleTickets = "urn:example:create"
ChangedTroubleTickets = "urn:example:change"
"""


@pytest.fixture(scope="module")
def renamed(data_directory: Callable[[str], Path]) -> Iterator[Adapter]:
    data = data_directory("renamed")
    names = data / "names.toml"
    names.write_text(RENAMED, encoding="utf-8")
    with Adapter(data, contract=names) as adapter:
        yield adapter.start("soap")


def test_a_renamed_contract_works_from_end_to_end(renamed: Adapter) -> None:
    client = stock_client(renamed.url)
    check_created(client)
    assert b"iec.ch" not in get(f"{renamed.url}?wsdl").body
    assert b"urn:example:create" in get(f"{renamed.url}?wsdl").body
    sent = client.create_message(client.service, "CreatedTroubleTickets", **message("third"))
    assert etree.QName(sent.find(".//{*}CreatedTroubleTickets")).namespace == "http://example.com/2024/messages?a=1&b=2"
    answer = raw_post(renamed.url, etree.tostring(sent))
    assert answer.status == 200
    assert b"iec.ch" not in answer.body


def test_a_renamed_contract_does_not_know_the_old_names(renamed: Adapter) -> None:
    answer = raw_post(renamed.url, create_message("old"))
    assert answer.status == 500
    assert read_fault(answer.body).code == "Client"
