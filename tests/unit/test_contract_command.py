"""`crmkit contract` writes what a SOAP library can load from files."""

from __future__ import annotations

from pathlib import Path

import pytest
import zeep
from typer.testing import CliRunner

from crm_contract.contract import NS, SERVICES
from crmkit.cli import app

RUN = CliRunner()


def test_the_files_load_and_name_the_address(tmp_path: Path) -> None:
    run = RUN.invoke(app, ["contract", str(tmp_path / "new"), "--address", "https://crm.example/soap/"])
    assert run.exit_code == 0, run.output
    written = sorted(str(path.relative_to(tmp_path / "new")) for path in (tmp_path / "new").rglob("*.*"))
    assert [line.removeprefix(f"{tmp_path}/new/") for line in run.output.split()] == written
    assert len(written) == 16
    for service in SERVICES:
        client = zeep.Client(str(tmp_path / "new" / "wsdl" / f"{service.name}.wsdl"))
        (port,) = client.wsdl.services[service.name].ports.values()
        assert port.binding_options["address"] == f"https://crm.example/soap/{service.name}"


def test_renamed_namespaces_are_written(tmp_path: Path) -> None:
    renaming = tmp_path / "renaming.toml"
    renaming.write_text(f'[namespaces]\n"{NS}/TroubleTickets#" = "urn:vendor:tickets"\n', encoding="utf-8")
    run = RUN.invoke(app, ["contract", str(tmp_path), "--contract", str(renaming)])
    assert run.exit_code == 0, run.output
    assert 'targetNamespace="urn:vendor:tickets"' in (tmp_path / "xsd" / "TroubleTickets.xsd").read_text("utf-8")


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["{tmp}/file"], "file"),
        (["{tmp}/new", "--address", "localhost"], "'localhost' is no URL"),
        (["{tmp}/new", "--contract", "{tmp}/none.toml"], "cannot be read"),
    ],
)
def test_a_mistake_is_one_line(options: list[str], says: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    run = RUN.invoke(app, ["contract", *(option.format(tmp=tmp_path) for option in options)])
    assert run.exit_code == 2
    (line,) = run.stderr.splitlines()
    assert line.startswith("crmkit contract: ")
    assert says in line
