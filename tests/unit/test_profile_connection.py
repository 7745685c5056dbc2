"""Who the kit is: what it sends of it, and what is left of that in what it keeps."""

from __future__ import annotations

import base64
import hashlib

import pytest
from lxml import etree

from crmkit.suite.access.connection import Connection, Credentials, Login
from crmkit.suite.access.exchange import Answer, Exchange
from crmkit.suite.access.tls import Tls

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
MESSAGE = f'<s:Envelope xmlns:s="{SOAP}"><s:Body><question/></s:Body></s:Envelope>'.encode()
LOGIN = Login("kit", 'open & "shut"')


def token(message: bytes) -> dict[str, str | None]:
    (found,) = etree.fromstring(message).iterfind(f"{{{SOAP}}}Header/{{*}}Security/{{*}}UsernameToken")
    return {etree.QName(each).localname: each.text for each in found}


def kept(credentials: Credentials, answer: Answer | None = None, problem: str | None = None) -> Exchange:
    """What is kept of an exchange."""
    sent, headers = credentials.on_message(MESSAGE), credentials.on_request({"SOAPAction": '"a"'})
    return credentials.hidden(Exchange("POST", "http://crm", sent, answer, problem, 0.0, 1.0, headers))


def test_without_credentials_nothing_is_changed() -> None:
    done = kept(Credentials())
    assert (done.request, dict(done.request_headers)) == (MESSAGE, {"SOAPAction": '"a"'})


def test_basic() -> None:
    credentials = Credentials(basic=Login("kit", "opensesame"))
    assert credentials.on_request({"X": "1"}) == {"X": "1", "Authorization": "Basic a2l0Om9wZW5zZXNhbWU="}
    assert dict(kept(credentials).request_headers) == {"SOAPAction": '"a"', "Authorization": "(left out)"}


def test_a_token_with_the_password_as_a_text() -> None:
    credentials = Credentials(token=LOGIN)
    sent = credentials.on_message(MESSAGE)
    assert token(sent) == {"Username": "kit", "Password": 'open & "shut"'}
    assert b"<question/>" in sent
    assert token(kept(credentials).request) == {"Username": "kit", "Password": "(left out)"}


def test_a_token_with_the_password_as_a_digest() -> None:
    credentials = Credentials(token=LOGIN, token_is_digest=True)
    sent = token(credentials.on_message(MESSAGE))
    made_of = base64.b64decode(sent["Nonce"] or "") + (sent["Created"] or "").encode() + b'open & "shut"'
    assert sent["Password"] == base64.b64encode(hashlib.sha1(made_of, usedforsecurity=False).digest()).decode()
    left = token(kept(credentials).request)
    assert (left["Username"], left["Password"], left["Nonce"]) == ("kit", "(left out)", "(left out)")
    assert left["Created"]


def test_a_digest_is_another_one_with_every_message() -> None:
    credentials = Credentials(token=LOGIN, token_is_digest=True)
    assert token(credentials.on_message(MESSAGE))["Nonce"] != token(credentials.on_message(MESSAGE))["Nonce"]


@pytest.mark.parametrize(
    "body", [b"", b"no XML", b"<other/>", b'<Envelope xmlns="http://www.w3.org/2003/05/soap-envelope"/>']
)
def test_what_is_no_soap_message_goes_as_it_is(body: bytes) -> None:
    credentials = Credentials(token=LOGIN)
    assert credentials.on_message(body) == body


@pytest.mark.parametrize(
    "echo",
    [
        'open & "shut"',
        'open &amp; "shut"',
        "open &amp; &quot;shut&quot;",
        "open &#38; &#x22;shut&#x22;",
        "&#x6F;pen &amp; &#034;shut&quot;",
        "a2l0Om9wZW4gJiAic2h1dCI=",
    ],
)
def test_what_a_target_echoes_is_left_out_too(echo: str) -> None:
    credentials = Credentials(basic=LOGIN, token=LOGIN)
    done = kept(credentials, Answer(500, {"X-Said": echo}, f"<f>wrong: {echo}</f>".encode()), f"broke at {echo}")
    assert done.answer is not None
    assert done.answer.body == b"<f>wrong: (left out)</f>"
    assert dict(done.answer.headers) == {"X-Said": "(left out)"}
    assert done.problem == "broke at (left out)"


def test_a_password_that_stands_in_messages_by_accident_changes_no_answer() -> None:
    done = kept(Credentials(basic=Login("kit", "OK")), Answer(200, {}, b"<Result>OK</Result>"))
    assert done.answer is not None
    assert done.answer.body == b"<Result>OK</Result>"


def test_nothing_that_is_printed_of_a_connection_has_a_password() -> None:
    assert "shut" not in repr(Connection(Tls(), Credentials(LOGIN, LOGIN)))
