"""A target behind TLS, a client certificate, HTTP Basic and a UsernameToken; and where its password must not show."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from guarded_target import BASIC, PASSWORD, USER, Guarded, Papers, Request, guarding, make_papers
from lxml import etree
from verify_command import verify

if TYPE_CHECKING:
    from adapter_processes import SharedAdapter

CREDENTIALS = """
[credentials]
basic_user_env = "KIT_USER"
basic_password_env = "KIT_PASSWORD"
token_user_env = "KIT_USER"
token_password_env = "KIT_PASSWORD"
"""
TLS = '[tls]\nca_file = "ca.pem"\nclient_certificate = "kit.pem"\nclient_key_env = "KIT_KEY"\n'


@pytest.fixture
def papers(tmp_path: Path) -> Papers:
    return make_papers(tmp_path)


@pytest.fixture
def guarded(adapter: SharedAdapter, papers: Papers) -> Iterator[Guarded]:
    with guarding(adapter.base_url, papers) as server:
        yield server


@pytest.fixture
def environment(papers: Papers) -> dict[str, str]:
    return {**os.environ, "KIT_USER": USER, "KIT_PASSWORD": PASSWORD, "KIT_KEY": str(papers.key)}


def profile(folder: Path, guarded: Guarded, control: str | None, *sections: str) -> str:
    path = folder / "profile.toml"
    given = f'control = "{control}"\n' if control else ""
    path.write_text(f'[target]\nbase_url = "{guarded.url}"\n{given}{"".join(sections)}', encoding="utf-8")
    return str(path)


def token(request: Request) -> dict[str, str | None]:
    (found,) = etree.fromstring(request.body).iterfind("{*}Header/{*}Security/{*}UsernameToken")
    return {etree.QName(each).localname: each.text for each in found}


def assert_no_secret(text: str) -> None:
    for secret in (PASSWORD, html.escape(PASSWORD), html.escape(PASSWORD, quote=False), BASIC.partition(" ")[2]):
        assert secret not in text


def assert_no_secret_in(folder: Path) -> None:
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert files
    for path in files:
        assert_no_secret(path.read_text(encoding="utf-8", errors="replace"))


def test_every_message_says_who_the_kit_is(
    guarded: Guarded, adapter: SharedAdapter, environment: dict[str, str], tmp_path: Path
) -> None:
    given = profile(tmp_path, guarded, adapter.control.url, TLS, CREDENTIALS)
    report = tmp_path / "report"
    run = verify("--profile", given, "--rows", "5.1-13,6.1-06", "--report", str(report), env=environment)
    assert run.returncode == 0, run.stdout + run.stderr
    assert "selection passed: 2 passed, 85 not-selected" in run.stdout
    messages = [each for each in guarded.requests if b"TroubleTickets" in each.body]
    assert len(messages) > 5
    for message in messages:
        assert message.peer == "the kit"
        assert message.headers["Authorization"] == BASIC
        assert token(message) == {"Username": USER, "Password": PASSWORD}
    assert_no_secret(run.stdout + run.stderr)
    assert_no_secret_in(report)


def test_the_password_as_a_digest(
    guarded: Guarded, adapter: SharedAdapter, environment: dict[str, str], tmp_path: Path
) -> None:
    given = profile(tmp_path, guarded, adapter.control.url, TLS, CREDENTIALS, 'token_type = "digest"\n')
    report = tmp_path / "report"
    run = verify("--profile", given, "--rows", "5.1-13", "--report", str(report), env=environment)
    assert run.returncode == 0, run.stdout + run.stderr
    sent = [token(each) for each in guarded.requests if b"CreatedTroubleTickets" in each.body]
    for each in sent:
        made_of = base64.b64decode(each["Nonce"] or "") + (each["Created"] or "").encode() + PASSWORD.encode()
        assert each["Password"] == base64.b64encode(hashlib.sha1(made_of, usedforsecurity=False).digest()).decode()
    assert len({each["Nonce"] for each in sent}) == len(sent) > 1
    assert_no_secret_in(report)
    for path in report.rglob("*.xml"):
        assert not any((each["Password"] or "") in path.read_text(encoding="utf-8") for each in sent)


def test_a_target_that_repeats_the_password_puts_it_into_no_report(
    guarded: Guarded, adapter: SharedAdapter, environment: dict[str, str], tmp_path: Path
) -> None:
    said = f"wrong: {PASSWORD} {BASIC}".replace("&", "&amp;").replace("<", "&lt;").encode()
    fault = b'<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><s:Fault>'
    fault += b"<faultcode>s:Client</faultcode><faultstring>" + said + b"</faultstring></s:Fault></s:Body></s:Envelope>"
    guarded.answer = lambda request: (500, fault)
    given = profile(tmp_path, guarded, adapter.control.url, TLS, CREDENTIALS)
    report = tmp_path / "report"
    run = verify("--profile", given, "--rows", "5.1-13", "--report", str(report), env=environment)
    assert run.returncode == 1, run.stdout + run.stderr
    assert "wrong: (left out)" in " ".join(run.stdout.split())
    assert_no_secret(run.stdout + run.stderr)
    assert_no_secret_in(report)


@pytest.mark.parametrize(
    ("tls", "says"),
    [
        ('[tls]\nclient_certificate = "kit.pem"\nclient_key_env = "KIT_KEY"\n', "give tls.ca_file in a profile"),
        ('[tls]\nca_file = "ca.pem"\n', "give tls.client_certificate in a profile"),
    ],
    ids=["unknown-authority", "no-client-certificate"],
)
def test_no_tls_connection_is_not_the_targets_failure(
    tls: str, says: str, guarded: Guarded, adapter: SharedAdapter, environment: dict[str, str], tmp_path: Path
) -> None:
    given = profile(tmp_path, guarded, adapter.control.url, tls, CREDENTIALS)
    run = verify("--profile", given, "--rows", "5.1-13", env=environment)
    assert run.returncode == 4, run.stdout + run.stderr
    assert says in " ".join(run.stdout.split())
    assert not guarded.requests


def test_a_wrong_password_is_one_clear_line(
    guarded: Guarded, adapter: SharedAdapter, environment: dict[str, str], tmp_path: Path
) -> None:
    given = profile(tmp_path, guarded, adapter.control.url, TLS, CREDENTIALS)
    wrong = {**environment, "KIT_PASSWORD": "close sesame"}
    run = verify("--profile", given, "--rows", "5.1-13", env=wrong)
    assert run.returncode == 4, run.stdout + run.stderr
    assert "refuses the kit (HTTP 401): give the right credentials in a profile" in " ".join(run.stdout.split())
    assert "close sesame" not in run.stdout + run.stderr


def test_what_the_environment_lacks_is_a_usage_mistake(
    guarded: Guarded, environment: dict[str, str], tmp_path: Path
) -> None:
    del environment["KIT_PASSWORD"]
    run = verify("--profile", profile(tmp_path, guarded, None, TLS, CREDENTIALS), env=environment)
    assert (run.returncode, run.stdout) == (2, "")
    assert run.stderr == (
        "crmkit verify: credentials.basic_password_env: the environment variable KIT_PASSWORD is not set: "
        "export it before the run\n"
    )


def test_certificates_that_nobody_verifies_are_told(
    guarded: Guarded, adapter: SharedAdapter, environment: dict[str, str], tmp_path: Path
) -> None:
    tls = TLS.replace('ca_file = "ca.pem"', "verify = false")
    given = profile(tmp_path, guarded, adapter.control.url, tls, CREDENTIALS)
    report = tmp_path / "report"
    run = verify("--profile", given, "--rows", "5.1-13", "--report", str(report), env=environment)
    assert run.returncode == 0, run.stdout + run.stderr
    assert "note: TLS certificates were not verified" in run.stdout
    assert "InsecureRequestWarning" not in run.stderr
    (finding,) = json.loads((report / "report.json").read_text(encoding="utf-8"))["findings"]
    assert finding.startswith("TLS certificates were not verified (tls.verify = false)")


def check(path: str, environment: dict[str, str]) -> tuple[int, dict[str, tuple[str, str]]]:
    """`crmkit profile check --json`: the exit code, and by check its state and what was said, the first of each."""
    command = [sys.executable, "-P", "-m", "crmkit.cli", "profile", "check", path, "--json"]
    run = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, env=environment)
    assert run.stderr == ""
    assert_no_secret(run.stdout)
    found: dict[str, tuple[str, str]] = {}
    for each in json.loads(run.stdout):
        found.setdefault(each["check"], (each["state"], each["said"]))
    return run.returncode, found


def test_the_smoke_run(guarded: Guarded, adapter: SharedAdapter, environment: dict[str, str], tmp_path: Path) -> None:
    code, found = check(profile(tmp_path, guarded, adapter.control.url, TLS, CREDENTIALS), environment)
    assert code == 0
    assert {name: state for name, (state, _) in found.items()} == {
        "reachable": "ok",
        "certificate": "ok",
        "WSDL": "ok",
        "query": "ok",
        "clock": "ok",
        "control API": "ok",
    }
    assert "GetTroubleTickets is answered with Result FAILED" in found["query"][1]
    assert all(each.headers["Authorization"] == BASIC for each in guarded.requests)


def test_a_smoke_run_that_fails(guarded: Guarded, environment: dict[str, str], tmp_path: Path) -> None:
    code, found = check(profile(tmp_path, guarded, None, '[tls]\nca_file = "kit.pem"\n', CREDENTIALS), environment)
    assert code == 4
    assert found["certificate"][0] == "failed"
    assert "query" not in found


def test_a_control_api_that_is_none_and_a_clock_that_is_wrong(
    guarded: Guarded, adapter: SharedAdapter, environment: dict[str, str], tmp_path: Path
) -> None:
    adapter.control.ask("POST", "/clock/advance", json={"seconds": 3600})
    try:
        code, found = check(profile(tmp_path, guarded, adapter.base_url, TLS, CREDENTIALS), environment)
    finally:
        adapter.control.ask("DELETE", "/clock")
    assert code == 4
    assert (found["clock"][0], found["control API"][0]) == ("failed", "failed")
    assert "ahead of this machine's, more than limits.future_skew_seconds (60)" in found["clock"][1]
