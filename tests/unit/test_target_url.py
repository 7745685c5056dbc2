"""What a user may give as the target's URL."""

from __future__ import annotations

import pytest

from crm_contract.contract import load_contract
from crmkit.suite.access.target import BadUrl, Target, base_url


@pytest.mark.parametrize(
    "given",
    [
        "http://example.org:8080/crm",
        "http://example.org:8080/crm/",
        "http://example.org:8080/crm/ReceiveTroubleTicketsService",
        "http://example.org:8080/crm/ReceiveTroubleTicketsService/",
        "http://example.org:8080/crm/GetTroubleTicketsService?wsdl",
        "  http://example.org:8080/crm#top ",
    ],
)
def test_the_base_of_the_services(given: str) -> None:
    assert base_url(given) == "http://example.org:8080/crm"


def test_a_bare_host_and_ipv6() -> None:
    assert base_url("https://example.org") == "https://example.org"
    assert base_url("http://[::1]:80/ReceiveTroubleTicketsService") == "http://[::1]:80"


@pytest.mark.parametrize("given", ["", "example.org", "localhost:8080", "ftp://example.org", "http://", "http://a:b/"])
def test_what_is_no_url_of_a_target(given: str) -> None:
    with pytest.raises(BadUrl, match="is no URL such as"):
        base_url(given)


def test_services_are_below_the_base() -> None:
    target = Target("http://example.org/crm", load_contract())
    assert target.service_url("GetCallbacksService") == "http://example.org/crm/GetCallbacksService"
