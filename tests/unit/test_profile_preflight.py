"""What no SOAP service would ever answer, told from what only a wrong one would."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from crm_contract.contract import load_contract
from crmkit.suite.access.connection import Connection
from crmkit.suite.access.exchange import BROKE, Answer, Exchange
from crmkit.suite.access.preflight import check_is_soap, why_no_service
from crmkit.suite.access.target import Target
from crmkit.suite.errors import HarnessError

HTML = b"  <!DOCTYPE html><html><body>It works!</body></html>"
FAULT = b'<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><s:Fault/></s:Body></s:Envelope>'


def why(status: int, body: bytes = b"", headers: Mapping[str, str] | None = None) -> str | None:
    answer = Answer(status, headers or {}, body)
    return why_no_service(Exchange("POST", "http://crm", b"", answer, None, 0.0, 1.0))


@pytest.mark.parametrize(
    ("status", "body", "says"),
    [
        (404, b"", "is no SOAP service (HTTP 404)"),
        (404, HTML, "is no SOAP service (HTTP 404)"),
        (404, b'{"detail": "Not Found"}', "is no SOAP service (HTTP 404)"),
        (405, b"", "is no SOAP service (HTTP 405)"),
        (200, HTML, "it answers with a web page"),
        (200, b"<html xmlns='http://www.w3.org/1999/xhtml'/>", "it answers with a web page"),
        (400, HTML, "it answers with a web page"),
        (401, b"", "refuses the kit (HTTP 401)"),
        (403, FAULT, "refuses the kit (HTTP 403)"),
        (502, HTML, "has no SOAP service behind it (HTTP 502)"),
        (503, b"", "has no SOAP service behind it (HTTP 503)"),
    ],
)
def test_nobody_is_there_for_soap(status: int, body: bytes, says: str) -> None:
    assert says in (why(status, body) or "")


def test_a_redirect_says_where_to() -> None:
    said = why(302, b"", {"Location": "https://crm.example/"})
    assert said == "redirects to https://crm.example/ (HTTP 302): give the URL of the SOAP service itself"


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (500, FAULT),
        (200, FAULT),
        (404, FAULT),
        (503, FAULT),
        (200, b"<reply/>"),
        (200, b""),
        (200, b"{}"),
        (200, b"<s:Envelope"),
        (400, b"Bad Request"),
        (413, b""),
        (415, b""),
        (500, b""),
        (500, HTML),
    ],
)
def test_a_wrong_adapter_is_a_target(status: int, body: bytes) -> None:
    assert why(status, body) is None


def test_no_answer_is_for_the_rows_to_judge() -> None:
    assert why_no_service(Exchange("POST", "http://crm", b"", None, "no answer within 5 s", 0.0, 1.0)) is None


class Dropping(Connection):
    """Every connection is dropped once the request is sent."""

    def exchange(
        self,
        method: str,
        url: str,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
        answer_seconds: float = 30.0,
    ) -> Exchange:
        return Exchange(method, url, body, None, f"{BROKE}: reset", 0.0, 1.0)


SERVICE = "GetTroubleTicketsService"


def test_tls_connections_that_are_all_dropped_may_want_a_certificate() -> None:
    target = Target("https://crm.example", load_contract(), connection=Dropping())
    with pytest.raises(HarnessError) as refused:
        check_is_soap(target, [SERVICE])
    assert str(refused.value) == (
        "https://crm.example/GetTroubleTicketsService ends every TLS connection: the connection broke: reset: where it "
        "wants to know the kit by its certificate, give tls.client_certificate in a profile"
    )


def test_connections_without_tls_that_are_dropped_are_for_the_rows_to_judge() -> None:
    check_is_soap(Target("http://crm.example", load_contract(), connection=Dropping()), [SERVICE])


class NotThere(Connection):
    """A SOAP stack that says by a fault that it has no such service, and serves no WSDL of it."""

    wsdl = 404

    def exchange(
        self,
        method: str,
        url: str,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
        answer_seconds: float = 30.0,
    ) -> Exchange:
        status = self.wsdl if method == "GET" else 404
        return Exchange(method, url, body, Answer(status, {}, FAULT), None, 0.0, 1.0)


class Odd(NotThere):
    """Likewise, but it serves the WSDL."""

    wsdl = 200


def test_a_stack_without_the_service_is_no_target() -> None:
    with pytest.raises(HarnessError) as refused:
        check_is_soap(Target("http://crm.example/foo", load_contract(), connection=NotThere()), [SERVICE])
    assert str(refused.value) == (
        "http://crm.example/foo/GetTroubleTicketsService is no service of it (HTTP 404): give the URL under which the "
        "services are"
    )


def test_a_service_that_has_a_wsdl_is_a_target_though_it_says_404() -> None:
    check_is_soap(Target("http://crm.example", load_contract(), connection=Odd()), [SERVICE])
