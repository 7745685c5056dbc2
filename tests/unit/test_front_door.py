"""The transport table, on the ASGI application itself: what arrives, and what leaves."""

import time

import pytest
from builders import adapter_of, ask, write_town
from contract_files import CONTRACT, SOAP
from lxml import etree
from requests_xml import answered, envelope, fault_of, message, payload_xml, result_of

from crm_soap.front_door import FrontDoor, TransportLimits
from reference_adapter.app import AdapterOptions

SERVICE = "ReceiveTroubleTicketsService"
FILES = {file.name: file.read_bytes() for file in CONTRACT.glob("xsd/*.xsd")}


@pytest.fixture(scope="module")
def adapter(tmp_path_factory):
    """The whole adapter, without a server around it."""
    data = tmp_path_factory.mktemp("data")
    write_town(data / "town")
    with adapter_of(AdapterOptions(data, "http://127.0.0.1:9")) as made:
        yield made


class Service:
    """A service behind the door that tells what reached it."""

    def __init__(self):
        self.environs = []

    def __call__(self, environ, start_response):
        self.environs.append(environ)
        start_response("200 OK", [("Content-Type", "text/plain"), ("X-Secret", "1"), ("Retry-After", "9")])
        return [b"<got>", environ["wsgi.input"].read(), b"</got>"]


@pytest.fixture
def service():
    return Service()


def door(service, **limits):
    return FrontDoor({SERVICE: service}, FILES, TransportLimits(**limits))


def fault(answer, status, code="Client"):
    """The fault's text; every error body is XML and names its length."""
    assert (answer.status, answer.headers["content-type"]) == (status, "text/xml; charset=utf-8")
    assert answer.headers["content-length"] == str(len(answer.body))
    assert b"Traceback" not in answer.body
    assert b"<html" not in answer.body.lower()
    found, text = fault_of(answer.body)
    assert found == code
    return text


# Messages


def test_a_valid_message_is_answered(adapter):
    answer = ask(adapter, envelope())
    assert (answer.status, answer.headers["content-type"]) == (200, "text/xml; charset=utf-8")
    assert answer.headers["content-length"] == str(len(answer.body))
    assert result_of(answered(answer.body)) == "OK"


DISPATCHED = {
    "empty body": b"",
    "white space": b" \n",
    "no XML": b"hello",
    "JSON": b'{"verb": "created"}',
    "half XML": envelope()[:-20],
    "DOCTYPE": b"<!DOCTYPE a>" + envelope(),
    "no SOAP": message().encode(),
    "no body": f'<s:Envelope xmlns:s="{SOAP}"/>'.encode(),
    "empty body element": envelope(""),
    "two body elements": envelope(message() * 2),
    "unknown operation": envelope("<DeleteEverything/>"),
    "operation of another namespace": envelope('<CreatedTroubleTickets xmlns="urn:x"/>'),
    "operation of another service": envelope('<GetCallbacks xmlns="http://iec.ch/TC57/2011/GetCallbacksMessage"/>'),
    "deep": b"<a>" * 10_000,
}


@pytest.mark.parametrize("body", DISPATCHED.values(), ids=DISPATCHED)
def test_what_cannot_be_dispatched_is_a_client_fault(adapter, body):
    assert fault(ask(adapter, body), 500)


def test_soap_12_is_a_version_mismatch(adapter):
    body = envelope().replace(SOAP.encode(), b"http://www.w3.org/2003/05/soap-envelope")
    fault(ask(adapter, body), 500, "VersionMismatch")


def test_an_unknown_header_that_must_be_understood_is_said(adapter):
    header = '<s:Header><w:Security xmlns:w="urn:w" s:mustUnderstand="1"/></s:Header>'
    fault(ask(adapter, envelope(soap_header=header)), 500, "MustUnderstand")


@pytest.mark.parametrize(
    "action", ['""', "", '"urn:other"', '"http://iec.ch/TC57/2011/TroubleTickets/ChangedTroubleTickets"']
)
def test_the_soap_action_is_ignored(adapter, action):
    assert result_of(answered(ask(adapter, envelope(), headers={"soapaction": action}).body)) == "OK"


@pytest.mark.parametrize("charset", ["rot13", "klingon"])
def test_an_unknown_character_set_is_a_client_fault(adapter, charset):
    fault(ask(adapter, envelope(), headers={"content-type": f"text/xml; charset={charset}"}), 500)


@pytest.mark.parametrize(
    ("codec", "content_type"),
    [
        ("utf-8", "text/xml"),
        ("utf-8", "text/xml; charset=UTF-8"),
        ("utf-8", 'text/xml; charset="utf-8"; action="x"'),
        ("utf-8", "TEXT/XML;charset=utf-8"),
        ("utf-8", "application/xml"),
        ("utf-8", "application/soap+xml"),
        ("utf-8", None),
        ("utf-16", "text/xml; charset=utf-16"),
        ("utf-16-be", "text/xml; charset=utf-16be"),
        ("iso-8859-1", "text/xml; charset=ISO-8859-1"),
    ],
)
def test_xml_is_taken_in_the_character_set_that_it_says(adapter, codec, content_type):
    body = envelope(message(payload=payload_xml())).decode().encode(codec)
    assert result_of(answered(ask(adapter, body, headers={"content-type": content_type}).body)) == "OK"


# Before any XML is read


def untouched(service):
    assert service.environs == []


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json",
        "text/plain",
        "text/html",
        "multipart/form-data; boundary=x",
        "xml",
        "text/xmlish",
        "image/svg",
    ],
)
def test_a_content_type_that_is_not_xml_is_refused(service, content_type):
    assert fault(ask(door(service), b"x", headers={"content-type": content_type}), 415)
    untouched(service)


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "identity, gzip", "GZIP"])
def test_an_encoded_body_is_refused(service, encoding):
    assert fault(ask(door(service), b"x", headers={"content-encoding": encoding}), 415)
    untouched(service)


@pytest.mark.parametrize("encoding", ["identity", " Identity ", ""])
def test_an_identity_encoding_is_none(service, encoding):
    assert ask(door(service), b"x", headers={"content-encoding": encoding}).body == b"<got>x</got>"


@pytest.mark.parametrize("declared", ["11", "4294967296", "9" * 5000], ids=["one over", "4 GiB", "endless"])
def test_a_declared_body_over_the_limit_is_refused_before_it_is_read(service, declared):
    answer = ask(door(service, body_bytes=10), headers={"content-length": declared}, pieces=[10.0, b"x"])
    assert "10 bytes" in fault(answer, 413)
    assert answer.headers["connection"] == "close"
    untouched(service)


def test_a_chunked_body_over_the_limit_is_refused_before_it_is_read_whole(service):
    answer = ask(door(service, body_bytes=10), pieces=[b"123456", b"78901", 10.0, b"never read"])
    assert "10 bytes" in fault(answer, 413)
    untouched(service)


def test_a_body_up_to_the_limit_is_taken_in_any_pieces(service):
    answer = ask(door(service, body_bytes=10), pieces=[b"1234", b"", b"56789", b"0"], headers={"content-length": "10"})
    assert (answer.status, answer.body) == (200, b"<got>1234567890</got>")


@pytest.mark.parametrize("declared", ["x", "-1", "1.5", "", "0x10"])
def test_a_length_that_is_no_number_is_refused(service, declared):
    assert fault(ask(door(service), b"x", headers={"content-length": declared}), 400)
    untouched(service)


def test_a_body_that_stalls_is_given_up(service):
    started = time.monotonic()
    answer = ask(door(service, stall_seconds=0.05), pieces=[b"1", 10.0, b"2"])
    assert fault(answer, 408)
    assert answer.headers["connection"] == "close"
    assert time.monotonic() - started < 1
    untouched(service)


def test_a_body_that_trickles_is_given_up(service):
    started = time.monotonic()
    pieces = [part for _ in range(100) for part in (0.03, b"x")]
    assert fault(ask(door(service, stall_seconds=1.0, body_seconds=0.1), pieces=pieces), 408)
    assert time.monotonic() - started < 1
    untouched(service)


def test_a_slow_body_within_its_time_is_taken(service):
    answer = ask(door(service, stall_seconds=0.5, body_seconds=5.0), pieces=[b"1", 0.02, b"2", 0.02, b"3"])
    assert answer.body == b"<got>123</got>"


def test_a_client_that_goes_away_leaves_nothing_behind(service):
    assert fault(ask(door(service), pieces=[]), 400)
    untouched(service)


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "HEAD", "TRACE"])
@pytest.mark.parametrize("query", ["", "wsdl"])
def test_other_methods_are_not_allowed(service, method, query):
    answer = ask(door(service), method=method, query=query)
    assert fault(answer, 405)
    assert answer.headers["allow"] == "GET, POST"
    untouched(service)


@pytest.mark.parametrize("query", ["", "x", "wsd", "xsd=1"])
def test_getting_something_else_than_the_wsdl_is_not_allowed(service, query):
    assert fault(ask(door(service), method="GET", query=query), 405)
    untouched(service)


@pytest.mark.parametrize(
    "path", ["/", "", "/Nobody", "/receivetroubleticketsservice", f"/{SERVICE}/x", "/xsd/Nobody.xsd"]
)
def test_an_unknown_address_is_not_found(service, path):
    assert fault(ask(door(service), b"x", path=path), 404)
    untouched(service)


def test_a_service_that_crashes_is_a_server_fault_without_a_traceback(caplog):
    def crash(environ, start_response):
        raise ZeroDivisionError("secret")

    text = fault(ask(door(crash), b"x"), 500, "Server")
    assert "secret" not in text
    assert "secret" in caplog.text


def test_of_the_service_s_headers_only_retry_after_leaves(service):
    answer = ask(door(service), b"x")
    assert answer.headers["retry-after"] == "9"
    assert "x-secret" not in answer.headers


def test_a_service_sees_what_it_needs(service):
    ask(door(service), b"abc", headers={"host": "crm.example"})
    (environ,) = service.environs
    assert (environ["REQUEST_METHOD"], environ["PATH_INFO"], environ["CONTENT_LENGTH"]) == ("POST", f"/{SERVICE}", "3")
    assert (environ["HTTP_HOST"], environ["CONTENT_TYPE"]) == ("crm.example", "text/xml; charset=utf-8")
    assert "HTTP_SOAPACTION" not in environ


def test_a_host_that_is_not_named_is_the_server_s_own_address(service):
    ask(door(service), b"abc", headers={"host": None})
    assert service.environs[0]["HTTP_HOST"] == "127.0.0.1:8080"


# The WSDL and the schemas


@pytest.mark.parametrize("query", ["wsdl", "WSDL", "wsdl=", "wsdl=1"])
@pytest.mark.parametrize("path", [f"/{SERVICE}", f"/{SERVICE}/"])
def test_the_wsdl_is_the_file_with_the_address_that_the_client_used(adapter, query, path):
    answer = ask(adapter, method="GET", path=path, query=query, headers={"host": "crm.example:8443"})
    file = (CONTRACT / "wsdl" / f"{SERVICE}.wsdl").read_bytes()
    address = f'"http://crm.example:8443{path}"'.encode()
    assert (answer.status, answer.headers["content-type"]) == (200, "text/xml; charset=utf-8")
    assert answer.body == file.replace(f'"http://localhost/{SERVICE}"'.encode(), address)
    assert answer.body != file


def test_a_host_with_special_characters_breaks_no_wsdl(adapter):
    answer = ask(adapter, method="GET", query="wsdl", headers={"host": 'a"b<c>&'})
    assert etree.fromstring(answer.body).tag.endswith("definitions")


@pytest.mark.parametrize("folder", ["/xsd", "/../xsd"])
@pytest.mark.parametrize("name", FILES)
def test_the_schemas_beside_it_are_the_files(adapter, folder, name):
    answer = ask(adapter, method="GET", path=f"{folder}/{name}")
    assert (answer.status, answer.body) == (200, FILES[name])


def test_schemas_are_only_read(adapter):
    answer = ask(adapter, b"x", path="/xsd/Message.xsd")
    assert fault(answer, 405)
    assert answer.headers["allow"] == "GET"


@pytest.mark.parametrize("path", ["/xsd/../../etc/passwd", "/xsd/%2e%2e/x", "/xsd/", "/xsd", "/wsdl/Message.xsd"])
def test_nothing_but_the_schemas_is_served(adapter, path):
    assert fault(ask(adapter, method="GET", path=path), 404)
