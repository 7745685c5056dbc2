"""`crmkit verify --profile` against the reference adapter: what a profile changes about a run."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from guarded_target import guarding, make_papers
from test_verify_offline import INVALID_REPLY, answering, stand_in
from verify_command import verify

from crmkit.launcher import Stack, StackOptions

if TYPE_CHECKING:
    from adapter_processes import SharedAdapter

    from crmkit.launcher.stack import StackUrls


def written(folder: Path, adapter: SharedAdapter, *sections: str) -> str:
    path = folder / "profile.toml"
    target = f'[target]\nbase_url = "{adapter.base_url}"\ncontrol = "{adapter.control.url}"\n'
    path.write_text(target + "".join(f"{section}\n" for section in sections), encoding="utf-8")
    return str(path)


def verified(folder: Path, profile: str, rows: str, *options: str) -> tuple[int, dict[str, Any], str]:
    """Exit code, report and what was printed."""
    run = verify("--profile", profile, "--rows", rows, "--report", str(folder / "report"), *options)
    assert run.returncode in (0, 1, 3), run.stdout + run.stderr
    report = json.loads((folder / "report" / "report.json").read_text(encoding="utf-8"))
    return run.returncode, report, " ".join(run.stdout.split())


def outcomes(report: dict[str, Any]) -> dict[str, str]:
    return {entry["row"]: entry["outcome"] for entry in report["results"] if entry["outcome"] != "not-selected"}


def test_what_the_target_cannot_do_is_not_applicable(adapter: SharedAdapter, tmp_path: Path) -> None:
    given = written(tmp_path, adapter, "[capabilities]", "archive = false", "ims = false", "landbase = true")
    code, report, _ = verified(tmp_path, given, "5.1-29,6.1-08,6.1-13")
    assert code == 0
    assert report["verdict"]["text"] == "selection passed"
    assert outcomes(report) == {"5.1-29": "not-applicable", "6.1-08": "passed", "6.1-13": "not-applicable"}
    reasons = {entry["row"]: entry["reason"] for entry in report["results"] if entry["outcome"] == "not-applicable"}
    assert reasons == {
        "5.1-29": "the profile says that the target has no IMS (capabilities.ims = false)",
        "6.1-13": "the profile says that the target has no archive (capabilities.archive = false)",
    }
    # Of a row that can do without, only the scenarios that need it do not apply.
    (row,) = (entry for entry in report["results"] if entry["row"] == "6.1-08")
    assert {each["title"]: each["outcome"] for each in row["scenarios"]} == {
        "6.1-08 A usage point without tickets, in context active": "passed",
        "6.1-08 A usage point without tickets, in context archived": "not-applicable",
        "6.1-08 A usage point without tickets, in context all": "not-applicable",
        "6.1-08 A usage point with archived tickets only": "not-applicable",
        "6.1-08 A usage point with active tickets only": "not-applicable",
        "6.1-08 A usage point that nobody knows": "passed",
    }


def test_nothing_but_what_does_not_apply_shows_nothing(adapter: SharedAdapter, tmp_path: Path) -> None:
    given = written(tmp_path, adapter, "[capabilities]", "callbacks = false")
    code, report, _ = verified(tmp_path, given, "7.*,8.*,9.*")
    assert code == 3
    assert set(outcomes(report).values()) == {"not-applicable"}


LIMIT = "[limits]\ncomment_limit = 40"
DEVIATIONS = """
[[deviations]]
row = "5.1-13"
reason = "codes come with the next release"
link = "https://tracker.example/4711"
[[deviations]]
row = "5.1-07"
reason = "repaired long ago"
[[deviations]]
row = "6.1-01"
reason = "nobody looked"
"""


def test_known_deviations_are_told_and_excuse_nothing(adapter: SharedAdapter, tmp_path: Path) -> None:
    given = written(tmp_path, adapter, DEVIATIONS)
    with stand_in(answering(200, INVALID_REPLY)) as wrong:
        code, report, said = verified(tmp_path, given, "5.1-13,5.1-07", "--target", wrong)
    assert code == 1
    assert outcomes(report) == {"5.1-07": "failed", "5.1-13": "failed"}
    assert report["verdict"]["text"] == "not conformant (2 known deviations)"
    assert "not conformant (2 known deviations): 2 failed" in said
    states = {each["row"]: each["state"] for each in report["deviations"]}
    assert states == {"5.1-13": "seen", "5.1-07": "seen", "6.1-01": "not tested"}
    code, report, said = verified(tmp_path, given, "5.1-13,5.1-07")
    assert code == 0
    assert report["verdict"]["text"] == "selection passed"
    assert [each["state"] for each in report["deviations"]] == ["now passes", "now passes", "not tested"]
    assert "note: 5.1-07 passes now: take it out of the profile's deviations (repaired long ago)" in said


def test_a_capability_that_nothing_shows_is_told(adapter: SharedAdapter, tmp_path: Path) -> None:
    given = written(tmp_path, adapter, "[capabilities]", "ims = true")
    with stand_in(answering(200, INVALID_REPLY)) as wrong:
        code, report, said = verified(tmp_path, given, "5.1-29", "--target", wrong)
    assert code == 1
    line = "capabilities.ims = true in the profile, but no row that needs it has passed (1 failed)"
    assert report["findings"] == [line]
    assert f"note: {line}" in said


def test_a_reading_that_the_profile_states_is_asserted(adapter: SharedAdapter, tmp_path: Path) -> None:
    held = '[interpretations]\nD-35 = "OK for an unknown usage point"'
    assert verified(tmp_path, written(tmp_path, adapter, held), "6.1-08")[0] == 0
    other = '[interpretations]\nD-35 = "FAILED for an unknown usage point"'
    code, report, _ = verified(tmp_path, written(tmp_path, adapter, other), "6.1-08")
    assert code == 1
    assert outcomes(report) == {"6.1-08": "failed"}


def test_services_with_urls_of_their_own(adapter: SharedAdapter, tmp_path: Path) -> None:
    path = tmp_path / "profile.toml"
    services = ("ReceiveTroubleTicketsService", "GetTroubleTicketsService")
    endpoints = "".join(f'{name} = "{adapter.base_url}/{name}"\n' for name in services)
    path.write_text(f'[target]\ncontrol = "{adapter.control.url}"\n[target.endpoints]\n{endpoints}', encoding="utf-8")
    code, report, _ = verified(tmp_path, str(path), "5.1-13,6.1-05,7.1-03")
    assert code == 3
    assert outcomes(report) == {"5.1-13": "passed", "6.1-05": "passed", "7.1-03": "could-not-test"}
    (entry,) = (entry for entry in report["results"] if entry["row"] == "7.1-03")
    assert entry["reason"] == "give target.endpoints.GetCallbacksService, or target.base_url, in the profile"


@pytest.fixture(scope="module")
def renamed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StackUrls]:
    """An adapter whose contract has other names."""
    folder = tmp_path_factory.mktemp("renamed")
    (folder / "names.toml").write_text(
        '[namespaces]\n"http://iec.ch/TC57/2011/TroubleTicketsMessage" = "urn:vendor:tickets"\n'
        '"http://iec.ch/TC57/2011/schema/message" = "urn:vendor:parts"\n'
        '[soap_actions]\nCreatedTroubleTickets = "urn:vendor:create"\n',
        encoding="utf-8",
    )
    with Stack(StackOptions(folder / "data", contract=folder / "names.toml")) as urls:
        yield urls


def test_names_are_taken_from_the_targets_own_wsdl(renamed: StackUrls, tmp_path: Path) -> None:
    path = tmp_path / "profile.toml"
    target = f'[target]\nbase_url = "{renamed.soap}"\ncontrol = "{renamed.control}"\n'
    path.write_text(target, encoding="utf-8")
    code, report, _ = verified(tmp_path, str(path), "5.1-13")
    assert (code, outcomes(report)) == (1, {"5.1-13": "failed"})
    wsdl = f"{renamed.soap}/ReceiveTroubleTicketsService"
    path.write_text(f'{target}[target.wsdl]\nReceiveTroubleTicketsService = "{wsdl}?wsdl"\n', encoding="utf-8")
    code, report, _ = verified(tmp_path, str(path), "5.1-13")
    assert (code, outcomes(report)) == (0, {"5.1-13": "passed"})


def test_a_wsdl_that_cannot_be_had_is_not_the_targets_failure(adapter: SharedAdapter, tmp_path: Path) -> None:
    wsdl = f'[target.wsdl]\nGetCallbacksService = "{adapter.base_url}/nowhere?wsdl"'
    run = verify("--profile", written(tmp_path, adapter, wsdl), "--rows", "5.1-13")
    assert run.returncode == 4
    assert f"target.wsdl: {adapter.base_url}/nowhere?wsdl cannot be fetched: HTTP 404" in " ".join(run.stdout.split())


def test_a_control_api_behind_tls(adapter: SharedAdapter, tmp_path: Path) -> None:
    with guarding(adapter.control.url, make_papers(tmp_path), wants_basic=False) as control:
        tls = '[tls]\nca_file = "ca.pem"\nclient_certificate = "both.pem"'
        (tmp_path / "both.pem").write_bytes((tmp_path / "kit.pem").read_bytes() + (tmp_path / "kit.key").read_bytes())
        given = written(tmp_path, adapter, tls)
        code, _, _ = verified(tmp_path, given, "5.1-13", "--control", control.url)
        assert code == 0
        assert {each.peer for each in control.requests} == {"the kit"}


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--profile", "/no/such/profile.toml"], "/no/such/profile.toml: cannot be read"),
        (["--workers", "2"], "--workers is for own servers, not for a --target or a --profile"),
        (["--control", "localhost"], "'localhost' is no URL"),
        (["--contract", "/no/such/names.toml"], "cannot be read"),
    ],
)
def test_a_usage_mistake_is_one_line(options: list[str], says: str, adapter: SharedAdapter, tmp_path: Path) -> None:
    run = verify("--profile", written(tmp_path, adapter), *options)
    assert (run.returncode, run.stdout) == (2, "")
    (line,) = run.stderr.splitlines()
    assert says in line


def profile_command(*options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-P", "-m", "crmkit.cli", "profile", *options]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def test_a_new_profile_checks_its_target_when_the_url_is_right(adapter: SharedAdapter, tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    run = profile_command("init", str(path))
    assert (run.returncode, run.stdout) == (0, f"wrote {path}: edit it, then run crmkit profile check {path}\n")
    again = profile_command("init", str(path))
    assert (again.returncode, again.stdout) == (2, "")
    assert again.stderr == (
        f"crmkit profile init: {path}: is there already, and is not overwritten: name another file\n"
    )
    path.write_text(path.read_text().replace("http://localhost:8080", adapter.base_url), encoding="utf-8")
    run = profile_command("check", str(path))
    assert run.returncode == 0, run.stdout + run.stderr
    assert "GetTroubleTickets is answered with Result FAILED" in run.stdout
    assert "none is given: what needs it is done by hand" in run.stdout


def test_an_ivr_is_checked_by_an_empty_message(adapter: SharedAdapter, tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    ivr = adapter.control.ask("GET", "/neighbours")["ivr"]
    path.write_text(f'role = "ivr"\n[target]\nbase_url = "{ivr}"\n', encoding="utf-8")
    run = profile_command("check", str(path), "--json")
    assert run.returncode == 0, run.stdout
    states = {each["check"]: each["state"] for each in json.loads(run.stdout)}
    assert states == {"reachable": "ok", "WSDL": "ok", "query": "ok", "clock": "ok"}
    assert "CreatedCallBacks is answered with Result OK" in run.stdout


def test_a_check_says_what_is_wrong(adapter: SharedAdapter, renamed: StackUrls, tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text('[target]\nbase_url = "http://127.0.0.1:9"\n', encoding="utf-8")
    run = profile_command("check", str(path))
    assert run.returncode == 4
    assert "nobody takes a connection" in run.stdout
    path.write_text(f'[target]\nbase_url = "{renamed.soap}"\n', encoding="utf-8")
    run = profile_command("check", str(path), "--json")
    assert run.returncode == 4
    said = {(each["check"], each["where"].rpartition("/")[2]): each["said"] for each in json.loads(run.stdout)}
    wrong = said["WSDL", "ReceiveTroubleTicketsService"]
    assert wrong.startswith("soapAction of CreatedTroubleTickets is urn:vendor:create, not http://iec.ch/TC57/2011/Tr")
    assert "namespace urn:vendor:tickets is none that is spoken; namespace urn:vendor:parts is none" in wrong
    assert wrong.endswith(": take them over by target.wsdl.ReceiveTroubleTicketsService or target.contract")
    assert said["query", "GetTroubleTicketsService"].startswith("GetTroubleTickets: expected ")
    path.write_text("[target]\n", encoding="utf-8")
    run = profile_command("check", str(path))
    assert (run.returncode, run.stdout) == (2, "")
    assert run.stderr == f"crmkit profile check: {path}: target wants base_url, or the endpoints of its services\n"
