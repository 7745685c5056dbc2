"""The catalogue of what an IVR owes: what is in it, and what it refuses to be."""

from __future__ import annotations

from pathlib import Path

import pytest

from crm_contract.ivr_use_cases import IvrUseCase, load_ivr_catalogue
from crm_contract.use_cases import CatalogueError, load_catalogue
from crmkit.suite.running import ivr_traceability, traceability
from crmkit.suite.running.feature_files import IVR, features_directory, parse_feature, read_features
from crmkit.suite.running.selection import covered

CATALOGUE = load_ivr_catalogue()
FEATURE = features_directory(IVR) / "callbacks.feature"
TEXT = FEATURE.read_text(encoding="utf-8")
ROW = """
[[row]]
id = "IVR-01"
title = "Some"
operations = ["CreatedCallBacks"]
result = ["OK"]
effect = "some"
source = "D-01"
judged = "fixed"
"""


def read(tmp_path: Path, text: str) -> list[str]:
    (tmp_path / "rows.toml").write_text(text, encoding="utf-8")
    return [row.id for row in load_ivr_catalogue(tmp_path / "rows.toml")]


def test_rows_have_a_source_and_say_how_strictly_they_are_judged() -> None:
    assert len(CATALOGUE) == 35
    assert [row.id for row in CATALOGUE][:2] == ["IVR-01", "IVR-02"]
    first = CATALOGUE["IVR-01"]
    assert isinstance(first, IvrUseCase)
    assert (first.table, first.source, first.judged) == ("IVR", "Table 9.1, row 1; Table 10.21", "fixed")
    verb = CATALOGUE["IVR-09"]
    assert (verb.result, verb.code, verb.level, verb.reason) == (("FAILED",), "2.9", "FATAL", "InvalidVerb")


def test_they_are_none_of_the_specifications_obligations() -> None:
    assert len(load_catalogue()) == 71
    assert len(traceability.obligations(load_catalogue())) == 87
    assert not any(key[0].startswith("IVR") for key in covered(load_catalogue(), read_features(features_directory())))


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('"IVR-01"', '"IVR-1"', "'id' wants IVR and a number, such as 'IVR-01', not 'IVR-1'"),
        ('"IVR-01"', '"5.1-01"', "'id' wants IVR and a number, such as 'IVR-01', not '5.1-01'"),
        ('judged = "fixed"', 'judged = "perhaps"', "'judged' knows no 'perhaps', only fixed, either, info"),
        ('source = "D-01"\n', "", "'source' is missing"),
        ('result = ["OK"]', 'result = ["FINE"]', "'result' knows no 'FINE', only OK, PARTIAL, FAILED"),
        ('title = "Some"', 'title = "Some"\ncode = "1.8"', "'level' is missing"),
        ('title = "Some"', 'title = "Some"\nneeds = ["x"]', "unknown key 'needs'"),
    ],
)
def test_a_row_that_nobody_can_stand_by_is_refused(tmp_path: Path, old: str, new: str, says: str) -> None:
    assert read(tmp_path, ROW) == ["IVR-01"]
    assert old in ROW
    with pytest.raises(CatalogueError) as refused:
        read(tmp_path, ROW.replace(old, new))
    assert says in str(refused.value)
    assert f"{tmp_path / 'rows.toml'}:2: " in str(refused.value)


def test_an_id_that_stands_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match=r"rows\.toml:11: 'id' 'IVR-01' stands twice"):
        read(tmp_path, ROW + ROW)


def test_features_and_catalogue_agree() -> None:
    found = ivr_traceability.problems(CATALOGUE, read_features(features_directory(IVR)))
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("| 2.9  | FATAL | InvalidVerb |", "| 2.8  | FATAL | InvalidVerb |", "code is '2.8', but row IVR-09 has '2.9'"),
        ("@IVR-05 @CreatedCallBacks\n", "@IVR-05 @GetCallbacks\n", "row IVR-05 is none of GetCallbacks"),
        ("@IVR-21", "@IVR-99", "@IVR-99 names no row of the catalogue: correct the tag"),
        (
            "  Scenario: IVR-02 Three callbacks in one message",
            "  Scenario: Three callbacks in one message",
            "the title begins with the row: IVR-02 Three callbacks in one message",
        ),
        (
            "@IVR-02 @CreatedCallBacks\n  Scenario: IVR-02",
            "@IVR-01 @CreatedCallBacks\n  Scenario: IVR-01",
            "row IVR-02 (Several callbacks in one message) has no scenario: add one tagged @IVR-02 @CreatedCallBacks",
        ),
        (
            "Then the reply is OK without errors\n\n  @IVR-02",
            "Then the reply is PARTIAL without errors\n\n  @IVR-02",
            "the reply is PARTIAL, but row IVR-01 has OK",
        ),
    ],
)
def test_where_they_disagree_is_told(old: str, new: str, says: str) -> None:
    assert old in TEXT
    results = read_features(features_directory(IVR))[-1].file
    others = parse_feature(results, results.read_text(encoding="utf-8"))
    found = ivr_traceability.problems(CATALOGUE, parse_feature(FEATURE, TEXT.replace(old, new)) + others)
    assert any(says in line for line in found), found


def test_the_page_lists_every_row_with_its_source() -> None:
    page = ivr_traceability.render(CATALOGUE, read_features(features_directory(IVR)))
    lines = [line for line in page.splitlines() if line.startswith("| IVR-")]
    assert len(lines) == 35
    assert lines[8] == (
        "| IVR-09 | A verb that does not belong to the operation | CreatedCallBacks | FAILED | 2.9 FATAL InvalidVerb "
        "| nothing is called | Table 10.20; D-05 | fixed | Invalid verb: *verb* (3 examples) |"
    )
