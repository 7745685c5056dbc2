"""Namespaces, soapActions and served files: the contract as data that a user may rename."""

import gc
import re
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from contract_files import CONTRACT, NS, PARTS, message_in, sample
from lxml import etree

from crm_contract.contract import SERVICES, ContractError, load_contract

NAMESPACES = [
    PARTS,
    *(f"{NS}/{name}Message" for name in ("TroubleTickets", "GetTroubleTickets", "GetCallbacks", "CallBacks")),
    f"{NS}/CallBacksResultsMessage",
    *(f"{NS}/{name}#" for name in ("TroubleTickets", "GetTroubleTickets", "GetCallbacks", "CallBacks")),
    f"{NS}/CallBacksResults#",
]
TARGETS = [
    f"{NS}/{name}"
    for name in (
        "ReceiveTroubleTickets",
        "GetTroubleTickets",
        "GetCallbacks",
        "ReceiveCallBacksResults",
        "SendCallBacks",
    )
]
REQUESTS = {
    "CreatedTroubleTickets": "5.1-05",
    "ChangedTroubleTickets": "ChangedTroubleTickets",
    "GetTroubleTickets": "GetTroubleTickets",
    "GetCallbacks": "GetCallbacks",
    "CreatedCallBacksResults": "CreatedCallBacksResults",
    "CreatedCallBacks": "CreatedCallBacks",
}


def renamed(tmp_path, namespaces=(), soap_actions=()):
    lines = ["[namespaces]", *(f"'{ours}' = '{theirs}'" for ours, theirs in dict(namespaces).items())]
    lines += ["[soap_actions]", *(f"{name} = '{theirs}'" for name, theirs in dict(soap_actions).items())]
    file = tmp_path / "contract.toml"
    file.write_text("\n".join(lines))
    return load_contract(file)


def in_other_words(element, names):
    """A message in renamed namespaces."""
    text = etree.tostring(element, encoding="unicode", with_tail=False)
    return etree.fromstring(re.sub(r'"([^"]*)"', lambda found: f'"{names.get(found[1], found[1])}"', text))


def request(operation):
    return message_in(sample(f"{REQUESTS[operation]}.request.xml"))


@pytest.mark.parametrize(
    ("name", "service", "verb", "noun", "request_namespace", "response", "fault"),
    [
        (
            "CreatedTroubleTickets",
            "ReceiveTroubleTicketsService",
            "created",
            "TroubleTickets",
            "TroubleTicketsMessage",
            "TroubleTicketsResponseMessage",
            "TroubleTicketsFaultMessage",
        ),
        (
            "ChangedTroubleTickets",
            "ReceiveTroubleTicketsService",
            "changed",
            "TroubleTickets",
            "TroubleTicketsMessage",
            "TroubleTicketsResponseMessage",
            "TroubleTicketsFaultMessage",
        ),
        (
            "GetTroubleTickets",
            "GetTroubleTicketsService",
            "get",
            "TroubleTickets",
            "GetTroubleTicketsMessage",
            "TroubleTicketsResponseMessage",
            "TroubleTicketsFaultMessage",
        ),
        (
            "GetCallbacks",
            "GetCallbacksService",
            "get",
            "CallBacks",
            "GetCallbacksMessage",
            "CallBacksResponseMessage",
            "CallBacksFaultMessage",
        ),
        (
            "CreatedCallBacksResults",
            "ReceiveCallBacksResultsService",
            "created",
            "CallBacksResults",
            "CallBacksResultsMessage",
            "CallBacksResultsResponseMessage",
            "CallBacksResultsFaultMessage",
        ),
        (
            "CreatedCallBacks",
            "SendCallBacksService",
            "created",
            "CallBacks",
            "CallBacksMessage",
            "CallBacksResponseMessage",
            "CallBacksFaultMessage",
        ),
    ],
)
def test_an_operation_is_what_the_contract_says(name, service, verb, noun, request_namespace, response, fault):
    operation = load_contract().operations[name]
    assert (operation.service, operation.verb, operation.noun) == (service, verb, noun)
    assert operation.request == f"{{{NS}/{request_namespace}}}{name}"
    assert (operation.response, operation.fault, operation.payload_root) == (response, fault, noun)
    assert operation.payload_namespace == f"{NS}/{noun}#"


def test_the_operations_of_a_service_come_in_the_order_of_its_wsdl():
    operations = load_contract().of_service("ReceiveTroubleTicketsService")
    assert [each.name for each in operations] == ["CreatedTroubleTickets", "ChangedTroubleTickets"]
    assert load_contract().of_service("NoService") == ()


def test_without_a_remapping_the_documents_are_the_files():
    files = [*CONTRACT.glob("wsdl/*.wsdl"), *CONTRACT.glob("xsd/*.xsd")]
    assert load_contract().documents == {file.name: file.read_bytes() for file in files}
    assert len(files) == 16


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
def test_the_served_wsdl_is_the_file_but_for_the_address(service):
    address = f"http://crm.example:8080/{service.name}"
    file = (CONTRACT / "wsdl" / f"{service.name}.wsdl").read_bytes()
    ours = f'location="http://localhost/{service.name}"'.encode()
    assert file.count(ours) == 1
    assert load_contract().wsdl(service.name, address) == file.replace(ours, f'location="{address}"'.encode())


def test_an_address_is_written_as_an_attribute():
    address = "http://crm.example/?a=1&b=\"<'x'>"
    served = etree.fromstring(load_contract().wsdl("GetCallbacksService", address))
    (written,) = served.findall(".//{http://schemas.xmlsoap.org/wsdl/soap/}address")
    assert written.get("location") == address


@pytest.mark.parametrize("namespace", NAMESPACES)
def test_a_renamed_namespace_is_spoken_everywhere(tmp_path, namespace):
    names = {namespace: "urn:vendor:crm"}
    contract = renamed(tmp_path, names)
    assert not [name for name, text in contract.documents.items() if f'"{namespace}"'.encode() in text]
    for operation in contract.operations.values():
        message = request(operation.name)
        translated = in_other_words(message, names)
        schema = contract.schema(operation)
        assert schema.validate(translated), schema.error_log
        assert translated.tag == operation.request
        spoken = {etree.QName(each).namespace for each in message.iter()}
        assert schema.validate(message) == (namespace not in spoken)


@pytest.mark.parametrize("namespace", TARGETS)
def test_a_renamed_wsdl_target_namespace_changes_its_wsdl_alone(tmp_path, namespace):
    documents, before = renamed(tmp_path, {namespace: "urn:vendor:crm"}).documents, load_contract().documents
    (changed,) = [name for name, text in documents.items() if text != before[name]]
    assert changed == f"{namespace.rpartition('/')[2]}Service.wsdl"
    definitions = etree.fromstring(documents[changed])
    assert (definitions.get("targetNamespace"), definitions.nsmap["tns"]) == ("urn:vendor:crm", "urn:vendor:crm")


def test_all_namespaces_may_be_renamed_at_once(tmp_path):
    names = {ours: f"urn:vendor:{number}?a=1&b" for number, ours in enumerate(NAMESPACES + TARGETS)}
    contract = renamed(tmp_path, names)
    assert not [name for name, text in contract.documents.items() if f'"{NS}'.encode() in _without_actions(text)]
    for operation in contract.operations.values():
        escaped = {ours: theirs.replace("&", "&amp;") for ours, theirs in names.items()}
        assert contract.schema(operation).validate(in_other_words(request(operation.name), escaped))


def _without_actions(wsdl):
    return re.sub(rb'soapAction="[^"]*"', b"", wsdl)


def test_two_namespaces_may_exchange_their_names(tmp_path):
    names = {f"{NS}/CallBacks#": f"{NS}/GetCallbacks#", f"{NS}/GetCallbacks#": f"{NS}/CallBacks#"}
    contract = renamed(tmp_path, names)
    operation = contract.operations["GetCallbacks"]
    assert operation.query_namespace == f"{NS}/CallBacks#"
    assert operation.payload_namespace == f"{NS}/GetCallbacks#"
    assert contract.schema(operation).validate(in_other_words(request("GetCallbacks"), names))


def test_two_namespaces_of_one_schema_cannot_share_a_name(tmp_path):
    with pytest.raises(ContractError, match=r"contract\.toml: .*does not compile"):
        renamed(tmp_path, {PARTS: "urn:one", f"{NS}/CallBacksMessage": "urn:one"})


@pytest.mark.parametrize("name", REQUESTS)
def test_a_renamed_soap_action_changes_that_operation_alone(tmp_path, name):
    contract, before = renamed(tmp_path, soap_actions={name: "urn:vendor:act&go"}), load_contract()
    assert contract.operations[name].soap_action == "urn:vendor:act&go"
    service = before.operations[name].service
    ours = f'soapAction="{before.operations[name].soap_action}"'.encode()
    expected = before.documents[f"{service}.wsdl"].replace(ours, b'soapAction="urn:vendor:act&amp;go"')
    assert contract.documents == {**before.documents, f"{service}.wsdl": expected}
    assert expected != before.documents[f"{service}.wsdl"]
    others = set(REQUESTS) - {name}
    assert all(contract.operations[other] == before.operations[other] for other in others)


def test_an_action_may_be_called_like_a_namespace(tmp_path):
    contract = renamed(tmp_path, {PARTS: "urn:parts"}, {"GetCallbacks": PARTS})
    assert f'soapAction="{PARTS}"'.encode() in contract.documents["GetCallbacksService.wsdl"]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("[namespace]\n", "unknown table [namespace]"),
        ("[namespaces]\n'urn:nobody' = 'urn:x'\n", "'urn:nobody' is none of ours"),
        (f"[namespaces]\n'{NS}/None#' = 'urn:x'\n", "is none of ours"),
        (f"[namespaces]\n'{NS}/TroubleTickets/CreatedTroubleTickets' = 'urn:x'\n", "is none of ours"),
        ("[soap_actions]\nDeleteEverything = 'urn:x'\n", "'DeleteEverything' is none of ours"),
        (f"[namespaces]\n'{PARTS}' = 7\n", "wants a text"),
        (f"[namespaces]\n'{PARTS}' = ''\n", "wants a text"),
        ("[soap_actions]\nGetCallbacks = ['urn:x']\n", "wants a text"),
        ("namespaces = 'urn:x'\n", "wants to be a table"),
        ("soap_actions = 7\n", "wants to be a table"),
        ("[namespaces\n", "is not TOML"),
        (b"# \xff\n", "is not TOML"),
    ],
)
def test_a_remapping_that_cannot_be_used_is_refused_in_one_line(tmp_path, text, complaint):
    file = tmp_path / "vendor.toml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(ContractError) as refused:
        load_contract(file)
    assert str(refused.value).startswith(f"{file}: ")
    assert complaint in str(refused.value)
    assert "\n" not in str(refused.value)


def test_the_complaint_about_an_unknown_namespace_names_the_known_ones(tmp_path):
    with pytest.raises(ContractError) as refused:
        renamed(tmp_path, {"urn:nobody": "urn:x"})
    known = str(refused.value).rpartition("is none of ours: ")[2].split(", ")
    assert sorted(known) == sorted(NAMESPACES + TARGETS)


def test_a_remapping_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(ContractError, match=r"nowhere\.toml: cannot be read"):
        load_contract(tmp_path / "nowhere.toml")


def test_a_schema_is_compiled_once_a_thread():
    contract = load_contract()
    operation = contract.operations["GetCallbacks"]
    found = []
    thread = threading.Thread(target=lambda: found.append(contract.schema(operation)))
    thread.start()
    thread.join(10)
    assert contract.schema(operation) is contract.schema(operation)
    assert found[0] is not contract.schema(operation)


def test_threads_compile_their_schemas_beside_each_other(tmp_path):
    contract = renamed(tmp_path, {PARTS: "urn:parts"})

    def compile_all(_):
        return len({id(contract.schema(operation)) for operation in contract.operations.values()})

    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(compile_all, range(32))) == [5] * 32


def test_the_files_of_a_renamed_contract_go_with_it(tmp_path):
    contract = renamed(tmp_path, {PARTS: "urn:parts"})
    folder = contract.schema_folder
    assert (folder / "Message.xsd").read_bytes() == contract.documents["Message.xsd"]
    del contract
    gc.collect()
    assert not folder.exists()


def test_operations_of_one_message_schema_share_it():
    contract = load_contract()
    created, changed = contract.of_service("ReceiveTroubleTicketsService")
    assert contract.schema(created) is contract.schema(changed)


def test_a_schema_hint_inside_a_message_is_not_followed(tmp_path):
    strict = tmp_path / "strict.xsd"
    strict.write_text(
        '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:x" elementFormDefault="qualified">'
        '<xs:element name="extra" type="xs:integer"/></xs:schema>'
    )
    contract = load_contract()
    message = request("CreatedTroubleTickets")
    etree.SubElement(message.find("{*}Header"), "{urn:x}extra").text = "no number"
    message.set("{http://www.w3.org/2001/XMLSchema-instance}schemaLocation", f"urn:x {strict.as_uri()}")
    assert contract.schema(contract.operations["CreatedTroubleTickets"]).validate(message)
