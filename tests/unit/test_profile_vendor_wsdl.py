"""Namespaces and soapActions out of a vendor's own WSDL."""

from __future__ import annotations

from pathlib import Path

import pytest

from crm_contract.contract import MESSAGE_PARTS, NS, SERVICES, ContractError, load_contract, renamed_contract
from crmkit.profile.vendor_wsdl import read_file, take_names

SERVICE = "GetTroubleTicketsService"
# The names that a vendor has given: to what messages are made of, and to the WSDL.
RENAMED = {
    f"{NS}/GetTroubleTickets": "urn:vendor:query",
    f"{NS}/GetTroubleTicketsMessage": "urn:vendor:message",
    f"{NS}/GetTroubleTickets#": "urn:vendor:criteria",
    f"{NS}/TroubleTickets#": "urn:vendor:tickets",
    MESSAGE_PARTS: "urn:vendor:parts",
}


def published(folder: Path, namespaces: dict[str, str], actions: dict[str, str]) -> str:
    """A vendor's documents in a folder of their own; where the WSDL of the queries is."""
    for name, text in renamed_contract(namespaces, actions, "test").documents.items():
        path = folder / ("xsd" if name.endswith(".xsd") else "wsdl") / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(text)
    return str(folder / "wsdl" / f"{SERVICE}.wsdl")


def test_names_that_differ(tmp_path: Path) -> None:
    place = published(tmp_path, RENAMED, {"GetTroubleTickets": "urn:vendor:get"})
    names = take_names([(SERVICE, place)], read_file)
    assert names.namespaces == RENAMED
    assert names.actions == {"GetTroubleTickets": "urn:vendor:get"}


def test_all_services_of_one_vendor(tmp_path: Path) -> None:
    published(tmp_path, {}, {})
    names = take_names([(each.name, str(tmp_path / f"wsdl/{each.name}.wsdl")) for each in SERVICES], read_file)
    assert all(ours == theirs for ours, theirs in names.namespaces.items())
    ours = load_contract().operations
    assert names.actions == {name: operation.soap_action for name, operation in ours.items()}


def test_schemas_inside_the_wsdl(tmp_path: Path) -> None:
    place = Path(published(tmp_path, RENAMED, {}))
    text = place.read_text()
    schema = (tmp_path / "xsd/GetTroubleTicketsMessage.xsd").read_text().partition("?>")[2]
    start, end = text.index("<xs:schema>"), text.index("</xs:schema>") + len("</xs:schema>")
    inline = schema.replace('schemaLocation="', 'schemaLocation="../xsd/')
    place.write_text(text[:start] + inline + text[end:])
    assert take_names([(SERVICE, str(place))], read_file).namespaces == RENAMED


def test_documents_at_urls_refer_to_each_other(tmp_path: Path) -> None:
    published(tmp_path, RENAMED, {})
    fetched = []

    def fetch(url: str) -> bytes:
        fetched.append(url)
        return (tmp_path / url.removeprefix("http://crm.example/")).read_bytes()

    names = take_names([(SERVICE, f"http://crm.example/wsdl/{SERVICE}.wsdl")], fetch)
    assert names.namespaces == RENAMED
    assert "http://crm.example/xsd/Message.xsd" in fetched
    assert len(fetched) == len(set(fetched))


def test_schemas_that_import_each_other(tmp_path: Path) -> None:
    place = published(tmp_path, RENAMED, {})
    parts = tmp_path / "xsd/Message.xsd"
    back = '<xs:import namespace="urn:vendor:message" schemaLocation="GetTroubleTicketsMessage.xsd"/>'
    parts.write_text(parts.read_text().replace('version="1.0">', f'version="1.0">{back}', 1))
    assert take_names([(SERVICE, place)], read_file).namespaces == RENAMED


def test_two_services_that_do_not_agree(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "other").mkdir()
    one = published(tmp_path / "one", {}, {})
    published(tmp_path / "other", {f"{NS}/TroubleTickets#": "urn:other"}, {})
    other = str(tmp_path / "other/wsdl/ReceiveTroubleTicketsService.wsdl")
    with pytest.raises(ContractError, match=r"urn:other and .*TroubleTickets# both stand for"):
        take_names([(SERVICE, one), ("ReceiveTroubleTicketsService", other)], read_file)


@pytest.mark.parametrize(
    ("wrong", "right", "says"),
    [
        ("", "<html/>", "is no WSDL 1.1"),
        ("", "<html", "is no WSDL and no schema"),
        ('operation name="GetTroubleTickets"', 'operation name="Query"', "no SOAP 1.1 binding with an operation"),
        ('element="msg:GetTroubleTickets"', 'element="msg:Query"', "takes no element GetTroubleTickets"),
        ("GetTroubleTicketsMessage.xsd", "Nowhere.xsd", "cannot be read"),
    ],
)
def test_what_is_none(wrong: str, right: str, says: str, tmp_path: Path) -> None:
    place = Path(published(tmp_path, {}, {}))
    text = place.read_text()
    assert wrong in text
    place.write_text(text.replace(wrong, right) if wrong else right)
    with pytest.raises(ContractError, match=says) as refused:
        take_names([(SERVICE, str(place))], read_file)
    assert "\n" not in str(refused.value)
