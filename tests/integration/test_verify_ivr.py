"""`crmkit verify --role ivr`: our own mock IVR, right and wrong, and what is said where something is missing."""

from __future__ import annotations

import os
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests
from guarded_target import BASIC, PASSWORD, USER, guarding, make_papers
from verify_command import verify

from crmkit.launcher.ports import pick_free
from crmkit.profile.model import Listen, Listener
from crmkit.verifying.neighbours import neighbours

ANYWHERE = "127.0.0.1:0"
SOME_ROWS = "IVR-01,IVR-09,IVR-31,IVR-33"


@contextmanager
def mock_ivr(folder: Path, seconds: float = 5.0) -> Iterator[tuple[Path, str]]:
    """The mock as somebody else's IVR: the profile to test it by, and its control endpoint."""
    (results,) = pick_free("127.0.0.1", 1)
    adapter = f"http://127.0.0.1:{results}"
    with neighbours(Listen(ivr=Listener(address=ANYWHERE)), adapter, retry_seconds=0.2) as urls:
        profile = folder / "ivr.toml"
        profile.write_text(
            f"""
role = "ivr"
[target]
base_url = "{urls["ivr"]}"
answer_seconds = 2
[limits]
results_seconds = {seconds}
[listen.results]
address = "127.0.0.1:{results}"
""",
            encoding="utf-8",
        )
        dial(urls["ivr_control"])
        yield profile, urls["ivr_control"]


def dial(control: str, **setting: object) -> None:
    told = {"delay_seconds": 0, **setting}
    assert requests.put(f"{control}/dialling", json=told, timeout=5).ok


def behave(control: str, mode: str) -> None:
    assert requests.put(f"{control}/behaviour", json={"mode": mode, "delay_seconds": 5}, timeout=5).ok


def outcomes(text: str) -> dict[str, str]:
    """Each row's outcome, from the terminal."""
    return dict(re.findall(r"^(IVR-\d\d) +(\S+) +\d", text, re.MULTILINE))


def test_our_own_ivr_passes_every_row() -> None:
    run = verify("--role", "ivr")
    assert run.returncode == 0, run.stdout + run.stderr
    assert "starting the mock IVR" in run.stdout
    ended = outcomes(run.stdout)
    assert (len(ended), set(ended.values())) == (35, {"passed"})
    assert run.stdout.rstrip().endswith("conformant: 35 passed")


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """One mock IVR for all wrong answers."""
    with mock_ivr(tmp_path_factory.mktemp("ivr")) as made:
        yield made


@pytest.mark.parametrize(
    ("mode", "code", "field", "observed"),
    [
        ("normal", 0, "", "IVR-01  passed"),
        ("failed", 1, "Reply/Result", "FAILED"),
        ("partial", 1, "Reply/Result", "PARTIAL"),
        ("fault", 1, "kind of reply", "a SOAP fault"),
        ("invalid", 1, "reply", "The value 'ACCEPTED' is not an element of the set"),
        ("other-reply", 1, "SOAP body", "TroubleTicketsResponseMessage"),
        ("nothing", 1, "reply", "HTTP 200 with an empty body"),
        ("drop", 1, "HTTP", "the connection broke"),
        ("slow", 1, "HTTP", "no answer within 2 s"),
        # A page of HTML is no IVR at all: that is said before anything is run.
        ("html", 4, "", "it answers with a web page: give the URL under which the services are"),
    ],
)
def test_a_wrong_answer_fails_its_row(
    standing: tuple[Path, str], mode: str, code: int, field: str, observed: str
) -> None:
    profile, control = standing
    behave(control, mode)
    run = verify("--profile", str(profile), "--rows", "IVR-01")
    assert run.returncode == code, run.stdout + run.stderr
    shown = " ".join(re.sub(r"[│\s]+", " ", run.stdout).split())
    assert f" {field}" in shown
    assert observed in shown.replace("IVR-01 passed", "IVR-01  passed")


def test_a_wrong_result_fails_the_row_of_results_and_no_other(tmp_path: Path) -> None:
    with mock_ivr(tmp_path) as (profile, control):
        dial(control, script={"*": "Spoke"})
        run = verify("--profile", str(profile), "--rows", SOME_ROWS)
    assert run.returncode == 1, run.stdout + run.stderr
    ended = {"IVR-01": "passed", "IVR-09": "passed", "IVR-31": "passed", "IVR-33": "failed"}
    assert outcomes(run.stdout) == ended
    assert "result of first/status/value" in run.stdout


def test_the_role_speaks_a_renamed_contract_too(tmp_path: Path) -> None:
    renaming = tmp_path / "contract.toml"
    renaming.write_text(
        """
[namespaces]
"http://iec.ch/TC57/2011/CallBacksMessage" = "urn:vendor:callbacks-message"
"http://iec.ch/TC57/2011/CallBacksResultsMessage" = "urn:vendor:results-message"
""",
        encoding="utf-8",
    )
    report = tmp_path / "report"
    rows = "IVR-01,IVR-31,IVR-32"
    run = verify("--role", "ivr", "--contract", str(renaming), "--rows", rows, "--report", str(report))
    assert outcomes(run.stdout) == dict.fromkeys(rows.split(","), "passed"), run.stdout + run.stderr
    told = b"".join(path.read_bytes() for path in report.rglob("*.xml"))
    assert b"urn:vendor:callbacks-message" in told
    assert b"urn:vendor:results-message" in told


def test_an_ivr_that_calls_nobody_could_not_be_tested(tmp_path: Path) -> None:
    with mock_ivr(tmp_path, seconds=0.5) as (profile, control):
        dial(control, enabled=False)
        run = verify("--profile", str(profile), "--rows", SOME_ROWS)
    assert run.returncode == 3, run.stdout + run.stderr
    ended = {"IVR-01": "passed", "IVR-09": "passed", "IVR-31": "could-not-test", "IVR-33": "could-not-test"}
    assert outcomes(run.stdout) == ended
    assert "the IVR has posted no results within 0.5 s: let it post them to http://127.0.0.1:" in run.stdout


def test_a_url_is_enough_for_a_quick_try(tmp_path: Path) -> None:
    with neighbours(Listen(ivr=Listener(address=ANYWHERE)), "http://127.0.0.1:9") as urls:
        run = verify("--role", "ivr", "--target", urls["ivr"], "--rows", SOME_ROWS)
    assert run.returncode == 3, run.stdout + run.stderr
    ended = {"IVR-01": "passed", "IVR-09": "passed", "IVR-31": "could-not-test", "IVR-33": "could-not-test"}
    assert outcomes(run.stdout) == ended
    assert "add [listen.results] with an address to the profile" in run.stdout


@pytest.mark.parametrize(
    ("profile", "options", "says"),
    [
        (None, ["--role", "phone"], "--role is adapter or ivr, not 'phone'"),
        (
            None,
            ["--role", "ivr", "--control", "http://localhost:1", "--target", "http://localhost:1"],
            "--control is for",
        ),
        (None, ["--role", "ivr", "--interactive"], "--interactive is for an adapter as target, not for --role ivr"),
        (None, ["--role", "ivr", "--rows", "5.1-01"], "rows are IVR-01 to IVR-44"),
        ("", ["--role", "ivr"], '--role ivr, but the profile is of an adapter: say role = "ivr" in it'),
        ('role = "ivr"', ["--role", "adapter"], "--role adapter, but the profile is of an ivr"),
        ('role = "ivr"\n[[deviations]]\nrow = "5.1-01"\nreason = "x"', [], "rows are IVR-01 to IVR-44"),
        ('role = "ivr"\n[listen.results]\naddress = "192.0.2.1:0"', [], "this machine has no such address"),
    ],
)
def test_mistakes_are_said_in_one_line(tmp_path: Path, profile: str | None, options: list[str], says: str) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{probe.getsockname()[1]}"
    if profile is not None:
        head, _, tables = profile.partition("\n")
        text = f'{head}\n[target]\nbase_url = "{nobody}"\n{tables}\n'
        (tmp_path / "profile.toml").write_text(text, encoding="utf-8")
        options = [*options, "--profile", str(tmp_path / "profile.toml")]
    run = verify(*options)
    assert (run.returncode, run.stdout) == (2, "")
    assert says in run.stderr
    assert run.stderr.count("\n") == 1


def test_a_port_for_results_that_somebody_holds_is_said(tmp_path: Path) -> None:
    with mock_ivr(tmp_path) as (profile, _), socket.socket() as holder:
        port = int(re.findall(r'address = "127.0.0.1:(\d+)"', profile.read_text(encoding="utf-8"))[0])
        holder.bind(("127.0.0.1", port))
        holder.listen(1)
        run = verify("--profile", str(profile))
    said = f"[listen.results] address 127.0.0.1:{port}: the port is in use; choose another one, or 0 for a free one"
    assert (run.returncode, run.stderr) == (2, f"crmkit verify: {said}\n")


def test_a_guarded_ivr_is_spoken_to_over_tls_slowly_too(tmp_path: Path) -> None:
    papers = make_papers(tmp_path)
    with mock_ivr(tmp_path) as (profile, _):
        text = profile.read_text(encoding="utf-8")
        ivr = re.findall(r'base_url = "(.*)"', text)[0]
        with guarding(ivr, papers) as guarded:
            profile.write_text(
                f"""{text.replace(ivr, guarded.url)}
[tls]
ca_file = "{papers.authority}"
client_certificate = "{papers.certificate}"
client_key_env = "KIT_KEY"
[credentials]
basic_user_env = "KIT_USER"
basic_password_env = "KIT_PASSWORD"
token_user_env = "KIT_USER"
token_password_env = "KIT_PASSWORD"
""",
                encoding="utf-8",
            )
            secrets = {"KIT_KEY": str(papers.key), "KIT_USER": USER, "KIT_PASSWORD": PASSWORD}
            report = tmp_path / "report"
            rows = "IVR-01,IVR-19,IVR-20,IVR-31"
            run = verify(
                "--profile", str(profile), "--rows", rows, "--report", str(report), env={**os.environ, **secrets}
            )
    assert run.returncode == 0, run.stdout + run.stderr
    assert outcomes(run.stdout) == dict.fromkeys(rows.split(","), "passed")
    assert {request.peer for request in guarded.requests} == {"the kit"}
    assert {request.headers.get("Authorization") for request in guarded.requests} == {BASIC}
    # The token is in the header of every message; the first is a look whether there is a service at all.
    assert all(b"UsernameToken" in request.body for request in guarded.requests)
    told = b"".join(path.read_bytes() for path in report.rglob("*") if path.is_file())
    assert PASSWORD.encode() not in told
    assert BASIC.encode() not in told
