"""Whether anything at a URL takes SOAP messages at all, before scenarios say row by row that nothing does.

A target that answers wrongly is a target: a fault, a wrong envelope, an error page of a server that fell over it, no
answer. What ends the run is only an answer that says that nobody is there for SOAP.
"""

from __future__ import annotations

from collections.abc import Iterable

from lxml import etree

from crmkit.suite.access.exchange import BROKE, Answer, Exchange
from crmkit.suite.access.target import Target
from crmkit.suite.access.tls import Tls
from crmkit.suite.errors import CouldNotTest, HarnessError, Unreachable

# Nothing that a target could act on: whoever speaks SOAP answers it with a fault.
_EMPTY = b'<?xml version="1.0" encoding="utf-8"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body/></s:Envelope>'
_HEADERS = {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": '""'}
_PATIENCE_SECONDS = 5.0
_NOBODY_BEHIND = (501, 502, 503, 504)


def check_is_soap(target: Target, services: Iterable[str]) -> None:
    """Raises HarnessError, in one line, when none of the services is one: a wrong URL, or a login that is refused.

    The first that may be one is enough: what the others answer is for their rows to judge.
    """
    first: str | None = None
    for service in services:
        try:
            url = target.service_url(service)
            done = target.connection.exchange(
                "POST", url, _EMPTY, _HEADERS, min(target.answer_seconds, _PATIENCE_SECONDS)
            )
        except CouldNotTest:
            continue
        except Unreachable as error:
            # Who was there a moment ago, and is not any more, is for the scenarios to find. Without TLS nobody will be.
            if url.startswith("https:"):
                raise HarnessError(_with_advice(str(error), target.connection.tls)) from error
            continue
        if _is_cut_off(done) and _is_cut_off(target.connection.exchange("GET", f"{url}?wsdl")):
            raise HarnessError(_with_advice(f"{url} ends every TLS connection: {done.problem}", target.connection.tls))
        said = why_no_service(done) or _why_no_such_service(target, url, done)
        if said is None:
            return
        first = first or f"{url} {said}"
    if first is not None:
        raise HarnessError(first)


def why_no_service(done: Exchange) -> str | None:
    """What is wrong with an answer that can come from no SOAP service; None for any other, and for none at all."""
    answer = done.answer
    if answer is None:
        return None
    status = answer.status
    if status in (401, 403):
        return f"refuses the kit (HTTP {status}): give the right credentials in a profile"
    if _is_xml(answer.body):
        return None
    if 300 <= status < 400:
        where = next((value for name, value in answer.headers.items() if name.lower() == "location"), "elsewhere")
        return f"redirects to {where} (HTTP {status}): give the URL of the SOAP service itself"
    if 400 <= status < 500 and status not in (400, 408, 413, 415, 422, 429):
        return f"is no SOAP service (HTTP {status}): give the URL under which the services are"
    if status in _NOBODY_BEHIND:
        return f"has no SOAP service behind it (HTTP {status}): start it, or give its own URL"
    if status < 500 and _is_html(answer):
        return "is no SOAP service, it answers with a web page: give the URL under which the services are"
    return None


def _why_no_such_service(target: Target, url: str, done: Exchange) -> str | None:
    """Who has a SOAP stack, and not this service, may say so by a fault with HTTP 404; its WSDL is not there either."""
    if not _is_not_found(done) or not _is_not_found(target.connection.exchange("GET", f"{url}?wsdl")):
        return None
    return "is no service of it (HTTP 404): give the URL under which the services are"


def _is_not_found(done: Exchange) -> bool:
    return done.answer is not None and done.answer.status == 404


def _is_cut_off(done: Exchange) -> bool:
    """Whether a TLS connection ended as it does where the server wants a certificate that it was not shown."""
    return done.url.startswith("https:") and done.answer is None and BROKE in (done.problem or "")


def _with_advice(said: str, tls: Tls) -> str:
    """What goes wrong with TLS, and which keys of a profile have to do with it."""
    if "verify failed" in said:
        return f"{said}: give tls.ca_file in a profile"
    if tls.certificate is None:
        return f"{said}: where it wants to know the kit by its certificate, give tls.client_certificate in a profile"
    return said


def _is_xml(body: bytes) -> bool:
    try:
        root = etree.fromstring(body, etree.XMLParser(resolve_entities=False, no_network=True))
    except (etree.XMLSyntaxError, ValueError):
        return False
    return etree.QName(root).localname.lower() != "html"


def _is_html(answer: Answer) -> bool:
    start = answer.body[:200].lstrip().lower()
    return start.startswith((b"<!doctype html", b"<html"))
