"""Rows are selected by what all options say together; nothing selected is a mistake that is told in one line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from report_samples import sample

from crm_contract.use_cases import load_catalogue
from crmkit.evidence.bundle import document_text
from crmkit.suite.running.feature_files import STORY, features_directory, read_features
from crmkit.suite.running.selection import Key, SelectionError, Wanted, choose, covered
from crmkit.verifying.earlier import wanted_of
from crmkit.verifying.request import Request, UsageMistake

CATALOGUE = load_catalogue()
KEYS = covered(CATALOGUE, read_features(features_directory()))


def chosen(**wanted: Any) -> frozenset[Key]:
    return choose(Wanted(**wanted), CATALOGUE, KEYS)


def test_everything_without_a_word() -> None:
    assert chosen() == frozenset(KEYS)


@pytest.mark.parametrize(
    ("wanted", "rows", "count"),
    [
        ({"tables": "8.1"}, {f"8.1-{number:02}" for number in range(1, 9)}, 8),
        ({"tables": "7.1, 8.*", "rows": "*-02"}, {"7.1-02", "8.1-02"}, 2),
        ({"operations": "getcallbacks", "rows": "5.1-0*"}, {"5.1-01", "5.1-02", "5.1-03", "5.1-04"}, 4),
        ({"reasons": "invalidtroublecode"}, {"5.1-13"}, 1),
        ({"reasons": "Invalid*", "operations": "GetCallbacks"}, {"5.1-01", "5.1-02", "5.1-03", "7.1-06"}, 4),
    ],
)
def test_all_options_must_hold(wanted: dict[str, str], rows: set[str], count: int) -> None:
    selected = chosen(**wanted)
    assert {row for row, _ in selected} == rows
    assert len(selected) == count
    if "operations" in wanted:
        assert {operation for _, operation in selected} == {"GetCallbacks"}


def test_the_story_is_selected_by_its_name_alone() -> None:
    assert chosen(rows="story") == {STORY}
    assert STORY not in chosen(tables="*")
    assert STORY not in chosen(operations="*")


@pytest.mark.parametrize(
    ("wanted", "says"),
    [
        ({"tables": "5.9"}, "--table 5.9: there is none; there are 5.1, 5.2, 6.1, 7.1, 8.1, 9.1"),
        ({"tables": ","}, "--table selects nothing; write a pattern behind it"),
        ({"operations": "Closed*"}, "--operation Closed*: there is none; there are ChangedTroubleTickets, "),
        ({"reasons": "NoSuch"}, "--reason NoSuch: there is none; there are "),
        (
            {"tables": "8.1", "operations": "GetCallbacks"},
            "no row is selected by --table 8.1 and --operation GetCallbacks: leave one out, or correct it",
        ),
        (
            {"rows": "5.1-13", "earlier": frozenset({STORY}), "said": "--rerun-failed DIR"},
            "no row is selected by --rows 5.1-13 and --rerun-failed DIR: leave one out, or correct it",
        ),
    ],
)
def test_nothing_selected_is_a_mistake(wanted: dict[str, Any], says: str) -> None:
    with pytest.raises(SelectionError) as caught:
        chosen(**wanted)
    assert str(caught.value).startswith(says)


# By an earlier report.


@pytest.fixture(scope="module")
def earlier(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("earlier")
    (folder / "report.json").write_text(document_text(sample()[0]), encoding="utf-8")
    return folder


def test_what_failed_ended_in_error_or_could_not_be_tested_runs_again(earlier: Path) -> None:
    wanted = wanted_of(Request(role="adapter", rerun_failed=earlier))
    assert choose(wanted, CATALOGUE, KEYS) == {
        ("5.1-13", "CreatedTroubleTickets"),
        ("5.1-22", "CreatedTroubleTickets"),
        ("6.1-06", "GetTroubleTickets"),
        ("7.1-03", "GetCallbacks"),
        ("5.1-04", "CreatedTroubleTickets"),
        ("5.1-06", "CreatedTroubleTickets"),
        ("9.1-01", "CreatedCallBacks"),
    }


def test_outcomes_of_an_earlier_report(earlier: Path) -> None:
    expected = {("8.1-04", "CreatedCallBacksResults"), ("7.1-02", "GetCallbacks"), ("7.1-03", "GetCallbacks")}
    by_from = wanted_of(Request(role="adapter", outcomes="Attested, error", from_report=earlier))
    by_rerun = wanted_of(Request(role="adapter", outcomes="attested,error", rerun_failed=earlier))
    assert choose(by_from, CATALOGUE, KEYS) == choose(by_rerun, CATALOGUE, KEYS) == expected
    by_table = wanted_of(Request(role="adapter", outcomes="attested,error", from_report=earlier, tables="8.1"))
    assert choose(by_table, CATALOGUE, KEYS) == {("8.1-04", "CreatedCallBacksResults")}


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"outcomes": "failed"}, "--outcome selects by an earlier report: name its folder with --from DIR"),
        ({"from_report": "."}, "--from DIR belongs to --outcome"),
        ({"outcomes": "failed", "from_report": ".", "rerun_failed": "."}, "--from and --rerun-failed name one report"),
        ({"outcomes": "fine", "from_report": "."}, "--outcome fine: there is none such; outcomes are passed, failed"),
        ({"outcomes": ", ", "from_report": "."}, "--outcome selects nothing; outcomes are passed"),
        ({"rerun_failed": "nowhere"}, "nowhere is no folder"),
        ({"rerun_failed": ".", "role": "ivr"}, ". is a report of the role adapter, and this run is of ivr"),
        ({"rerun_failed": ".", "outcomes": "not-applicable,passed", "rows": "5.2-01"}, ""),
    ],
)
def test_a_mistake_is_one_clear_line(
    options: dict[str, str], says: str, earlier: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(earlier)
    options = {"role": "adapter"} | options
    request = Request(
        **{name: Path(v) if name in ("from_report", "rerun_failed") else v for name, v in options.items()}
    )
    with pytest.raises((UsageMistake, SelectionError)) as caught:
        choose(wanted_of(request), CATALOGUE, KEYS)
    assert str(caught.value).startswith(says)
    assert "\n" not in str(caught.value)


def test_a_report_in_which_all_is_well_has_nothing_to_run_again(tmp_path: Path) -> None:
    document, _ = sample()
    fine = [row for row in document.results if row.outcome == "passed"]
    (tmp_path / "report.json").write_text(
        document_text(document.model_copy(update={"results": fine})), encoding="utf-8"
    )
    with pytest.raises(UsageMistake, match="no row of that report is failed or error or could-not-test"):
        wanted_of(Request(role="adapter", rerun_failed=tmp_path))
