"""The five WSDLs and their schemas: names and order as the contract has them, loadable, and of one piece."""

from typing import NamedTuple

import pytest
import zeep
from contract_files import CONTRACT, NS, PARTS, lxml_complaint, message_in
from lxml import etree
from zeep.transports import Transport

WSDL = "{http://schemas.xmlsoap.org/wsdl/}"
SOAP = "{http://schemas.xmlsoap.org/wsdl/soap/}"
XS = "{http://www.w3.org/2001/XMLSchema}"
HTTP_TRANSPORT = "http://schemas.xmlsoap.org/soap/http"


class Offered(NamedTuple):
    """An operation as a WSDL offers it. The body element is named like the operation."""

    service: str
    target: str
    port: str
    binding: str
    operation: str
    action: str
    message: str
    answer: str
    fault: str
    names: tuple[str, str, str]


OFFERED = [
    Offered(
        "ReceiveTroubleTicketsService",
        "http://iec.ch/TC57/2011/ReceiveTroubleTickets",
        "TroubleTickets_Port",
        "TroubleTickets_Binding",
        "CreatedTroubleTickets",
        "http://iec.ch/TC57/2011/TroubleTickets/CreatedTroubleTickets",
        "http://iec.ch/TC57/2011/TroubleTicketsMessage",
        "TroubleTicketsResponseMessage",
        "TroubleTicketsFaultMessage",
        ("CreatedTroubleTicketsEvent", "CreatedTroubleTicketsResponse", "CreatedTroubleTicketsFault"),
    ),
    Offered(
        "ReceiveTroubleTicketsService",
        "http://iec.ch/TC57/2011/ReceiveTroubleTickets",
        "TroubleTickets_Port",
        "TroubleTickets_Binding",
        "ChangedTroubleTickets",
        "http://iec.ch/TC57/2011/TroubleTickets/ChangedTroubleTickets",
        "http://iec.ch/TC57/2011/TroubleTicketsMessage",
        "TroubleTicketsResponseMessage",
        "TroubleTicketsFaultMessage",
        ("ChangedTroubleTicketsEvent", "ChangedTroubleTicketsResponse", "ChangedTroubleTicketsFault"),
    ),
    Offered(
        "GetTroubleTicketsService",
        "http://iec.ch/TC57/2011/GetTroubleTickets",
        "GetTroubleTickets_Port",
        "TroubleTickets_Binding",
        "GetTroubleTickets",
        "http://iec.ch/TC57/2011/GetTroubleTickets/GetTroubleTickets",
        "http://iec.ch/TC57/2011/GetTroubleTicketsMessage",
        "TroubleTicketsResponseMessage",
        "TroubleTicketsFaultMessage",
        ("GetTroubleTicketsRequest", "GetTroubleTicketsResponse", "GetTroubleTicketsFault"),
    ),
    Offered(
        "GetCallbacksService",
        "http://iec.ch/TC57/2011/GetCallbacks",
        "GetCallBacks_Port",
        "CallBacks_Binding",
        "GetCallbacks",
        "http://iec.ch/TC57/2011/GetCallbacks/GetCallbacks",
        "http://iec.ch/TC57/2011/GetCallbacksMessage",
        "CallBacksResponseMessage",
        "CallBacksFaultMessage",
        ("GetCallbacksRequest", "GetCallbacksResponse", "GetCallbacksFault"),
    ),
    Offered(
        "ReceiveCallBacksResultsService",
        "http://iec.ch/TC57/2011/ReceiveCallBacksResults",
        "CallBacksResults_Port",
        "CallBacksResults_Binding",
        "CreatedCallBacksResults",
        "http://iec.ch/TC57/2011/CallBacksResults/CreatedCallBacksResults",
        "http://iec.ch/TC57/2011/CallBacksResultsMessage",
        "CallBacksResultsResponseMessage",
        "CallBacksResultsFaultMessage",
        ("CreatedCallBacksResultsEvent", "CreatedCallBacksResultsResponse", "CreatedCallBacksResultsFault"),
    ),
    Offered(
        "SendCallBacksService",
        "http://iec.ch/TC57/2011/SendCallBacks",
        "CallBacks_Port",
        "CallBacks_Binding",
        "CreatedCallBacks",
        "http://iec.ch/TC57/2011/CallBacks/CreatedCallBacks",
        "http://iec.ch/TC57/2011/CallBacksMessage",
        "CallBacksResponseMessage",
        "CallBacksFaultMessage",
        ("CreatedCallBacksEvent", "CreatedCallBacksResponse", "CreatedCallBacksFault"),
    ),
]
SERVICES = sorted({offered.service for offered in OFFERED})
DOCUMENTS = sorted([*(CONTRACT / "wsdl").iterdir(), *(CONTRACT / "xsd").iterdir()])
per_operation = pytest.mark.parametrize("offered", OFFERED, ids=lambda offered: offered.operation)


class NoNetwork(Transport):
    """Reads files; refuses everything that has a host."""

    def load(self, url):
        assert "://" not in str(url), f"{url} would be fetched"
        return super().load(url)


def load(service):
    return zeep.Client(str(CONTRACT / "wsdl" / f"{service}.wsdl"), transport=NoNetwork())


def definitions(service):
    return etree.parse(CONTRACT / "wsdl" / f"{service}.wsdl", etree.XMLParser(no_network=True)).getroot()


def part_of(root, message):
    """The qualified name of the element in a message's only part."""
    (part,) = root.findall(f"{WSDL}message[@name='{message.removeprefix('tns:')}']/{WSDL}part")
    prefix, _, name = part.get("element").partition(":")
    return f"{{{part.nsmap[prefix]}}}{name}"


def test_there_is_a_wsdl_for_each_service_and_no_other_file():
    assert [path.name for path in sorted((CONTRACT / "wsdl").iterdir())] == [f"{name}.wsdl" for name in SERVICES]


@per_operation
def test_names_are_the_contract_s(offered):
    root = definitions(offered.service)
    port = root.find(f"{WSDL}service[@name='{offered.service}']/{WSDL}port")
    binding = root.find(f"{WSDL}binding[@name='{offered.binding}']")
    assert root.get("targetNamespace") == root.nsmap["tns"] == offered.target
    assert (port.get("name"), port.get("binding")) == (offered.port, f"tns:{offered.binding}")
    assert binding.get("type") == f"tns:{offered.port}"
    assert port.find(f"{SOAP}address").get("location") == f"http://localhost/{offered.service}"


@per_operation
def test_the_binding_is_document_literal_over_http(offered):
    binding = definitions(offered.service).find(f"{WSDL}binding[@name='{offered.binding}']")
    operation = binding.find(f"{WSDL}operation[@name='{offered.operation}']")
    style = binding.find(f"{SOAP}binding")
    assert (style.get("style"), style.get("transport")) == ("document", HTTP_TRANSPORT)
    assert operation.find(f"{SOAP}operation").attrib == {"soapAction": offered.action, "style": "document"}
    said = [element for kind in ("input", "output", "fault") for element in operation.findall(f"{WSDL}{kind}")]
    assert tuple(element.get("name") for element in said) == offered.names
    assert [dict(child.attrib) for element in said for child in element] == [
        {"use": "literal"},
        {"use": "literal"},
        {"use": "literal", "name": offered.names[2]},
    ]


@per_operation
def test_each_message_is_one_element(offered):
    root = definitions(offered.service)
    operation = root.find(f"{WSDL}portType[@name='{offered.port}']/{WSDL}operation[@name='{offered.operation}']")
    said = [operation.find(f"{WSDL}{kind}") for kind in ("input", "output", "fault")]
    assert tuple(element.get("name") for element in said) == offered.names
    assert [part_of(root, element.get("message")) for element in said] == [
        f"{{{offered.message}}}{name}" for name in (offered.operation, offered.answer, offered.fault)
    ]


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_offers_its_operations_and_no_others(service):
    client = load(service)
    ((name, loaded),) = client.wsdl.services.items()
    ((_, port),) = loaded.ports.items()
    assert name == service
    assert sorted(port.binding.all()) == sorted(each.operation for each in OFFERED if each.service == service)


@per_operation
def test_zeep_reads_the_same_from_it(offered):
    binding = load(offered.service).wsdl.services[offered.service].ports[offered.port].binding
    operation = binding.get(offered.operation)
    assert binding.name.text == f"{{{offered.target}}}{offered.binding}"
    assert operation.soapaction == offered.action
    assert operation.input.body.qname.text == f"{{{offered.message}}}{offered.operation}"
    assert operation.output.body.qname.text == f"{{{offered.message}}}{offered.answer}"
    assert list(operation.faults) == [offered.names[2]]


@per_operation
def test_what_zeep_writes_is_valid(offered):
    client = load(offered.service)
    header = {"Verb": "created", "Noun": "Any", "Timestamp": "2025-05-28T18:04:00Z", "MessageID": "1"}
    root = offered.operation.removeprefix("Created").replace("Changed", "")
    body = {"Request": {root: {}}} if root.startswith("Get") else {"Payload": {root: {}}}
    envelope = client.create_message(client.service, offered.operation, Header=header, **body)
    message = message_in(envelope)
    assert message.tag == f"{{{offered.message}}}{offered.operation}"
    assert lxml_complaint(message) is None
    assert message.findtext(f"{{{offered.message}}}Header/{{{PARTS}}}MessageID") == "1"


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_a_document_refers_to_its_neighbours_only(document):
    tree = etree.parse(document, etree.XMLParser(no_network=True, resolve_entities=False))
    assert tree.docinfo.doctype == ""
    assert not tree.findall(f".//{XS}include")
    for reference in tree.iter(f"{XS}import", f"{WSDL}import"):
        neighbour = (document.parent / reference.get("schemaLocation")).resolve()
        assert neighbour.parent == CONTRACT.resolve() / "xsd"
        assert etree.parse(neighbour).getroot().get("targetNamespace") == reference.get("namespace")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_a_document_holds_no_address_but_names(document):
    """Whatever looks like an address is a namespace, a soapAction, the SOAP transport or the address to be replaced."""
    addresses = {f"http://localhost/{service}" for service in SERVICES}
    for element in etree.parse(document).iter(etree.Element):
        for attribute, value in element.attrib.items():
            if "://" in value:
                assert value.startswith(NS) or value in {*addresses, HTTP_TRANSPORT}, f"{attribute}={value}"


@per_operation
def test_the_page_about_the_contract_says_the_same(offered):
    page = (CONTRACT.parent / "docs" / "contract.md").read_text(encoding="utf-8")
    target, action, message = (
        f"`{uri.replace(NS, 'NS')}`" for uri in (offered.target, offered.action, offered.message)
    )
    assert f"| {offered.operation} | {target} | {action} | {offered.port}, {offered.binding} |" in page
    assert any(offered.operation in line.split("|")[1] and message in line for line in page.splitlines() if "|" in line)
