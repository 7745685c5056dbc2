"""The line that replays a message does so in a real shell, whatever is in it."""

from __future__ import annotations

import subprocess
from typing import Any

import pytest

from crmkit.evidence.document import CallEntry
from crmkit.evidence.html.curl import as_scenario, curl


def call(**parts: Any) -> CallEntry:
    told = {"caller": "kit", "called": "target", "kind": "soap", "label": "x", "started": 0.0, "finished": 0.1}
    return CallEntry.model_validate({**told, "method": "POST", "url": "http://t.example/S", **parts})


def arguments(line: str | None, **environment: str) -> list[str]:
    """What curl would get from the line."""
    assert line is not None
    script = f"curl() {{ printf '%s\\0' \"$@\"; }}\n{line}\n"
    ran = subprocess.run(["/bin/sh", "-c", script], capture_output=True, check=True, env=environment, timeout=10)
    assert ran.stderr == b""
    return ran.stdout.decode().split("\0")[:-1]


def test_a_message_is_sent_from_its_file_with_its_headers() -> None:
    line = curl(
        call(
            request="messages/5.1-13.1.request.xml",
            request_headers={"Content-Type": "text/xml; charset=utf-8", "SOAPAction": '"urn:x"', "Content-Length": "7"},
        )
    )
    assert arguments(line) == [
        "--include",
        "--globoff",
        "--request",
        "POST",
        "--url",
        "http://t.example/S",
        "--header",
        "Content-Type: text/xml; charset=utf-8",
        "--header",
        'SOAPAction: "urn:x"',
        "--data-binary",
        "@messages/5.1-13.1.request.xml",
    ]


@pytest.mark.parametrize("nasty", ["'; echo pwned; '", "$(echo pwned)", "`echo pwned`", '"\n echo pwned', "a b&c|d"])
def test_nothing_of_a_message_is_run(nasty: str) -> None:
    line = curl(
        call(
            url=f"http://t.example/S?{nasty}",
            method=nasty,
            request=f"messages/{nasty}.xml",
            request_headers={"X-Kind": nasty, nasty: "x"},
        )
    )
    got = arguments(line)
    assert got[:2] == ["--include", "--globoff"]
    assert got[2:4] == ["--request", nasty]
    assert got[-2:] == ["--data-binary", f"@messages/{nasty}.xml"]
    assert f"X-Kind: {' '.join(nasty.split())}" in got
    # A header's name that is none is left out.
    assert got.count("--header") == 1


def test_secrets_come_from_the_environment() -> None:
    secret = {"Authorization": "Basic dTpw", "X-Api-Key": "k3y", "Cookie": "sid=1"}
    line = curl(call(request_headers=secret), {"credentials": {"basic_user_env": "ACME_USER"}})
    assert line is not None
    assert not [value for value in ("dTpw", "k3y", "sid") if value in line]
    got = arguments(line, ACME_USER="me", CRM_PASSWORD="it's $ecret")
    assert got[-2:] == ["--user", "me:it's $ecret"]


def test_a_variable_that_is_none_is_not_taken_from_the_profile() -> None:
    line = curl(call(), {"credentials": {"basic_user_env": "X:$(echo pwned)", "basic_password_env": "P"}})
    assert arguments(line, CRM_USER="u", P="p")[-1] == "u:p"


def test_user_and_password_of_a_url_are_left_out() -> None:
    assert "me" not in str(curl(call(url="http://me:secret@t.example:8080/S")))
    assert arguments(curl(call(url="http://me:secret@t.example:8080/S")))[5] == "http://t.example:8080/S"


def test_an_empty_header_is_sent_empty() -> None:
    assert arguments(curl(call(request_headers={"SOAPAction": ""})))[-1] == "SOAPAction;"


def test_trust_is_that_of_the_profile() -> None:
    tls = {"ca_file": "my ca.pem", "client_certificate": "kit.pem", "verify": False}
    got = arguments(curl(call(url="https://t.example/S"), {"tls": tls}))
    assert got[-5:] == ["--cacert", "my ca.pem", "--cert", "kit.pem", "--insecure"]
    # Nobody but the target is told who asks.
    assert len(arguments(curl(call(url="https://c.example/S", called="control"), {"tls": tls}))) == 6


@pytest.mark.parametrize("url", [None, "", "file:///etc/passwd", "http://", "http://[::1"])
def test_what_is_no_http_cannot_be_replayed(url: str | None) -> None:
    assert curl(call(url=url)) is None


@pytest.mark.parametrize("path", ["../../etc/passwd", "/etc/passwd", "messages/../../x"])
def test_a_file_outside_the_bundle_is_not_sent(path: str) -> None:
    assert curl(call(request=path)) is None


def test_a_scenario_is_copied_by_its_row_and_id() -> None:
    assert as_scenario("5.1-13", "5.1-13-Created-2") == "crmkit report scenario . 5.1-13 --scenario 5.1-13-Created-2"
    assert as_scenario("own", "it's; x") == "crmkit report scenario . own --scenario 'it'\"'\"'s; x'"
