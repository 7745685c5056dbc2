"""`crmkit report` on folders: what it says, how it ends, and what it leaves there."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from report_samples import sample
from typer.testing import CliRunner

from crmkit.commands.report import app
from crmkit.evidence.bundle import Bundle
from crmkit.evidence.document import Document
from crmkit.evidence.writing import write

KEPT = ("5.1-05", "5.1-13", "8.1-04")


def small() -> tuple[Document, dict[str, bytes]]:
    """Three rows of the sample."""
    document, messages = sample()
    rows = [row for row in document.results if row.row in KEPT]
    names = {name for name in messages if any(f"/{row}-" in name for row in KEPT)}
    features = {name: text for name, text in document.features.items() if "create" in name or "results" in name}
    less = document.model_copy(update={"results": rows, "story": None, "own_scenarios": [], "features": features})
    return less, {name: messages[name] for name in names}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path / "report", Bundle(*small()).files())
    return tmp_path / "report"


def run(*arguments: object) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, [str(each) for each in arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.stdout, result.stderr


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_rebuilt_report_has_the_same_bytes(folder: Path) -> None:
    before = bytes_of(folder)
    code, said, _ = run("rebuild", folder)
    assert (code, said) == (0, f"{len(before)} files, 0 of them new\n")
    assert bytes_of(folder) == before


def test_every_derived_file_is_made_anew(folder: Path) -> None:
    before = bytes_of(folder)
    for name in ("report.html", "junit.xml", "messages.ndjson", "badge.svg", "manifest.json"):
        (folder / name).unlink()
    code, said, _ = run("rebuild", folder)
    assert (code, said.splitlines()[-1]) == (0, f"{len(before)} files, 5 of them new")
    assert bytes_of(folder) == before


def test_a_report_is_checked_against_its_manifest(folder: Path) -> None:
    code, said, _ = run("check", folder)
    assert (code, said) == (0, f"{len(bytes_of(folder)) - 1} files are as the manifest says\n")
    (folder / "junit.xml").write_text("<testsuites/>", encoding="utf-8")
    code, said, _ = run("check", folder)
    assert (code, said) == (1, "junit.xml has been changed\n")


def test_a_report_does_not_differ_from_itself(folder: Path) -> None:
    code, said, _ = run("diff", folder, folder)
    assert code == 0
    assert said.startswith("no differences in 3 rows that both have run")


def test_differences_are_a_table_or_json(folder: Path, tmp_path: Path) -> None:
    document, messages = small()
    rows = [row.model_copy(update={"outcome": "passed"}) if row.row == "5.1-13" else row for row in document.results]
    write(tmp_path / "later", Bundle(document.model_copy(update={"results": rows}), messages).files())
    code, said, _ = run("diff", folder, tmp_path / "later")
    assert code == 1
    for word in ("5.1-13", "CreatedTroubleTickets", "outcome", "failed", "passed", "1 difference in 3 rows"):
        assert word in said
    code, said, _ = run("diff", folder, tmp_path / "later", "--json")
    assert code == 1
    assert json.loads(said) == {
        "changes": [
            {
                "row": "5.1-13",
                "operation": "CreatedTroubleTickets",
                "scenario": None,
                "what": "outcome",
                "before": "failed",
                "after": "passed",
            }
        ],
        "compared": 3,
        "only_before": [],
        "only_after": [],
    }


def test_reports_without_a_row_in_common_cannot_be_compared(folder: Path, tmp_path: Path) -> None:
    document, _ = small()
    write(tmp_path / "later", Bundle(document.model_copy(update={"results": []}), {}).files())
    code, said, error = run("diff", folder, tmp_path / "later")
    assert (code, said) == (2, "")
    assert error == "crmkit report diff: no row was run in both reports: there is nothing to compare\n"


def test_a_redacted_report_is_written_beside_or_in_place(folder: Path, tmp_path: Path) -> None:
    before, names = bytes_of(folder), small()[1]
    name = next(name for name, content in sorted(names.items()) if b"lastName>" in content)
    last_name = names[name].partition(b"lastName>")[2].partition(b"<")[0]
    code, said, _ = run("redact", folder, "--out", tmp_path / "public")
    assert code == 0
    assert f"none of them is left in {len(before)} files" in said
    assert bytes_of(folder) == before
    public = bytes_of(tmp_path / "public")
    assert not any(last_name in content for content in public.values())
    assert run("check", tmp_path / "public")[0] == 0
    assert run("redact", folder)[0] == 0
    assert bytes_of(folder) == public


def test_nothing_is_redacted_in_place_beside_a_file_that_would_stay(folder: Path) -> None:
    (folder / "messages/notes.txt").write_text("Ada", encoding="utf-8")
    before = bytes_of(folder)
    code, _, error = run("redact", folder)
    assert code == 2
    assert "messages/notes.txt is none of the bundle's, and would keep what it says" in error
    assert bytes_of(folder) == before


def test_a_recorded_scenario_is_printed(folder: Path) -> None:
    code, said, error = run("scenario", folder, "5.1-13")
    assert code == 0
    assert said.startswith("Feature: A copy of 5.1-13-CreatedTroubleTickets-1\n")
    assert error.startswith("crmkit report scenario: this is 5.1-13-CreatedTroubleTickets-1; with --scenario also ")
    code, said, error = run("scenario", folder, "5.1-13", "--scenario", "5.1-13-CreatedTroubleTickets-2")
    assert (code, error) == (0, "")
    assert said.startswith("Feature: A copy of 5.1-13-CreatedTroubleTickets-2\n")


@pytest.mark.parametrize(
    "command", [("rebuild",), ("check",), ("redact",), ("scenario", "5.1-13"), ("diff", "other")], ids=lambda c: c[0]
)
@pytest.mark.parametrize(
    ("text", "says"),
    [
        (None, "has no report.json: name a folder that `crmkit verify --report` has written"),
        ('{"format": 2', "is damaged, it is no JSON"),
        ('{"format": 2}', "is damaged at verdict: Field required"),
        ('{"format": 7}', "has format 7, this kit reads 2: use the kit that wrote it, or a newer"),
    ],
)
def test_a_folder_that_is_no_bundle_is_one_line_and_exit_code_2(
    command: tuple[str, ...], text: str | None, says: str, tmp_path: Path
) -> None:
    if text is not None:
        (tmp_path / "report.json").write_text(text, encoding="utf-8")
    before = bytes_of(tmp_path)
    code, said, error = run(command[0], tmp_path, *command[1:])
    assert (code, said) == (2, "")
    (line,) = error.splitlines()
    assert line.startswith(f"crmkit report {command[0]}: {tmp_path}")
    assert says in line
    assert bytes_of(tmp_path) == before


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("5.9-01",), "5.9-01 is no row of this report"),
        (("5.1-13", "--scenario", "nonsense"), "nonsense is no scenario of 5.1-13; there are 5.1-13-Created"),
        (("story",), "story is no row of this report"),
        (("own",), "no scenario of own is recorded in this report: there is none"),
    ],
)
def test_a_scenario_that_is_not_there_is_one_line(arguments: tuple[str, ...], says: str, folder: Path) -> None:
    code, said, error = run("scenario", folder, *arguments)
    assert (code, said) == (2, "")
    (line,) = error.splitlines()
    assert says in line
