"""From bytes to the SOAP body's element, or to a fault; nothing outside of the bytes is looked at."""

import threading

import pytest
from contract_files import SOAP
from requests_xml import envelope, message

from crm_soap.faults import SoapFault
from crm_soap.parsing import parse_envelope

SOAP_12 = "http://www.w3.org/2003/05/soap-envelope"
BOMB = (
    b'<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">'
    b'<!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;"><!ENTITY e "&d;&d;&d;&d;&d;&d;&d;&d;">]><a x="&e;">&e;</a>'
)


def refused(body, charset=None):
    with pytest.raises(SoapFault) as raised:
        parse_envelope(body, charset)
    fault = raised.value
    assert (fault.detail, fault.status) == (None, "500 Internal Server Error")
    assert "\n" not in fault.text
    assert len(fault.text) < 400
    return fault.code, fault.text


def wrapped(inside, soap_header=""):
    return f'<s:Envelope xmlns:s="{SOAP}">{soap_header}{inside}</s:Envelope>'.encode()


@pytest.mark.parametrize(
    "body",
    [
        envelope('<a xmlns="urn:x"><b/></a>'),
        b"<?xml version='1.0'?>\n" + envelope('<a xmlns="urn:x"><b/></a>'),
        b"\xef\xbb\xbf" + envelope('<a xmlns="urn:x"><b/></a>'),
        wrapped('<s:Body>\n<!-- x --> <a xmlns="urn:x"><b/></a><?y z?> text </s:Body>', "<s:Header/>"),
        wrapped('<s:Body/><x xmlns="urn:x"/>').replace(b"<s:Body/>", b'<s:Body><a xmlns="urn:x"><b/></a></s:Body>'),
    ],
    ids=["plain", "declaration", "byte order mark", "comments", "something behind the body"],
)
def test_the_body_s_one_element_is_found(body):
    element = parse_envelope(body)
    assert element.tag == "{urn:x}a"
    assert [each.tag for each in element.iter()] == ["{urn:x}a", "{urn:x}b"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" ",
        b"hello",
        b"{}",
        b"<a>",
        b"<a></b>",
        b"<a/><b/>",
        b"<a>&nbsp;</a>",
        b"<a>\x00</a>",
        b"<a>\xff</a>",
        b"<a b=c/>",
        b"\x1f\x8b\x08\x00",
        b"<?xml version='1.0' encoding='rot13'?><a/>",
        b"<?xml version='1.0' encoding='utf-16'?><a/>",
        b"<a>" * 300 + b"</a>" * 300,
        b"<a>" + b"x" * 10_000_001 + b"</a>",
        b"<x:a/>",
    ],
    ids=lambda body: body[:20].decode("latin-1"),
)
def test_what_is_no_xml_is_the_client_s_fault(body):
    assert refused(body)[0] == "Client"


@pytest.mark.parametrize(
    "body",
    [
        b"<!DOCTYPE a><a/>",
        b"<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>",
        b"<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>",
        b"<!DOCTYPE a [<!ENTITY x 'y'>]>" + envelope(),
        b"<!DOCTYPE a [<!ENTITY % x SYSTEM 'http://127.0.0.1:9/'> %x;]><a/>",
        BOMB,
    ],
    ids=["plain", "external", "entity", "around a message", "parameter entity", "bomb"],
)
def test_a_document_type_is_refused(body):
    code, text = refused(body)
    assert (code, "document type declaration" in text) == ("Client", True)


@pytest.mark.parametrize(
    "body",
    [
        b"<a/>",
        wrapped(""),
        wrapped("<s:Header/>"),
        wrapped("<s:Body/>"),
        wrapped("<s:Body>text</s:Body>"),
        wrapped("<s:Body><!-- a --></s:Body>"),
        wrapped("<s:Body><a/><b/></s:Body>"),
        wrapped("<s:Body><a/></s:Body><s:Body/>"),
        wrapped("<Body><a/></Body>"),
        b"<Envelope><Body><a/></Body></Envelope>",
    ],
)
def test_xml_that_is_no_soap_message_is_the_client_s_fault(body):
    assert refused(body)[0] == "Client"


@pytest.mark.parametrize("namespace", [SOAP_12, "urn:soap-from-the-future"])
def test_another_soap_version_is_a_mismatch(namespace):
    assert (
        refused(f'<s:Envelope xmlns:s="{namespace}"><s:Body><a/></s:Body></s:Envelope>'.encode())[0]
        == "VersionMismatch"
    )


def header_block(*attributes):
    return f'<s:Header><w:Security xmlns:w="urn:w" {" ".join(attributes)}>x</w:Security></s:Header>'


NEXT = 's:actor="http://schemas.xmlsoap.org/soap/actor/next"'


@pytest.mark.parametrize("required", ["1", "true", " 1 "])
@pytest.mark.parametrize("actor", ["", NEXT])
def test_an_unknown_header_that_must_be_understood_is_refused(required, actor):
    code, text = refused(envelope("<a/>", header_block(f's:mustUnderstand="{required}"', actor)))
    assert (code, "Security" in text) == ("MustUnderstand", True)


@pytest.mark.parametrize(
    "attributes",
    [[], ['s:mustUnderstand="0"'], ['mustUnderstand="1"'], ['s:mustUnderstand="1"', 's:actor="urn:somebody-else"']],
)
def test_other_unknown_headers_are_passed_over(attributes):
    assert parse_envelope(envelope("<a/>", header_block(*attributes))).tag == "a"


NAME = "Zoë \u2603"


def encoded(codec, declared=""):
    declaration = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    return (declaration + envelope(f"<a>{NAME}</a>").decode()).encode(codec)


@pytest.mark.parametrize(
    ("body", "charset"),
    [
        (encoded("utf-8"), None),
        (encoded("utf-8"), "utf-8"),
        (encoded("utf-8"), '"UTF-8"'),
        (encoded("utf-8"), ""),
        (encoded("utf-8", "utf-8"), "UTF-8"),
        (encoded("utf-8"), "us-ascii"),
        (encoded("utf-16"), None),
        (encoded("utf-16", "utf-16"), "utf-16"),
        (encoded("utf-16-be"), "utf-16be"),
        (encoded("utf-16-le"), "UTF-16LE"),
    ],
)
def test_the_character_set_comes_from_the_content_type_or_the_declaration(body, charset):
    assert parse_envelope(body, charset).text == NAME


@pytest.mark.parametrize("charset", ["iso-8859-1", "ISO-8859-15", "windows-1252"])
def test_a_western_character_set_is_read(charset):
    assert parse_envelope(envelope("<a>Zoë</a>").decode().encode(charset), charset).text == "Zoë"


@pytest.mark.parametrize(
    "charset", ["rot13", "base64", "unicode_escape", "idna", "undefined", "klingon", "é", "a;b", "\x00"]
)
def test_an_unknown_character_set_is_the_client_s_fault(charset):
    assert refused(envelope("<a/>"), charset) == ("Client", "The character set of the request is unknown.")


def test_a_parser_that_failed_reads_the_next_message():
    refused(b"<a>")
    assert parse_envelope(envelope("<a/>")).tag == "a"


def test_threads_parse_beside_each_other():
    seen = []
    threads = [
        threading.Thread(target=lambda: seen.extend(len(parse_envelope(envelope(message()))) for _ in range(50)))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert seen == [2] * 200
