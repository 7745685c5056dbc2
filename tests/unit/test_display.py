"""What a user sees of a run: in a log a line a row, on a terminal how far it is, and what is wrong field by field."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from crm_contract.use_cases import load_catalogue
from crmkit.suite.access.exchange import Answer, Exchange
from crmkit.suite.errors import Difference
from crmkit.suite.evidence import Aspect, Check, Held
from crmkit.suite.running.display import Display
from crmkit.suite.running.outcomes import Outcome, judge
from crmkit.suite.running.recording import ScenarioRecord
from crmkit.suite.running.results import RowResult, broken, not_selected, of_scenarios

CREATE = "CreatedTroubleTickets"
WANT = "no usage point is left: give more of them in the profile"


class Shown:
    """A display, and what it has shown."""

    def __init__(self, is_terminal: bool = False) -> None:
        self._file = io.StringIO()
        plain = {"highlight": False, "color_system": None}
        console = Console(file=self._file, width=120, force_terminal=is_terminal, **plain)  # type: ignore[arg-type]
        self.display = Display(load_catalogue(), console)

    @property
    def text(self) -> str:
        return self._file.getvalue()

    @property
    def lines(self) -> list[str]:
        return [line.rstrip() for line in self.text.splitlines()]


def row(outcome: Outcome, row: str = "5.1-13", operation: str = CREATE, **told: object) -> RowResult:
    record = ScenarioRecord(row, operation, f"{row} some tickets", outcome, 0.25, **told)  # type: ignore[arg-type]
    return of_scenarios((row, operation), [record])


def failed() -> RowResult:
    return row(
        Outcome.FAILED,
        differences=(Difference("Reply/Error/code", "2.7", "2.8"), Difference("stored tickets", "none", "first")),
        checks=[
            Check(Aspect.RESULT, "Reply/Result", "FAILED", "FAILED", Held.STRICT),
            Check(Aspect.CODE, "Reply/Error/code", "2.7", "2.8", Held.NO),
            Check(Aspect.EFFECT, "stored tickets", "none", "first", Held.NO),
        ],
    )


def test_a_line_a_row_in_a_log() -> None:
    shown = Shown()
    with shown.display.progress(2):
        shown.display.row(row(Outcome.PASSED))
        shown.display.row(row(Outcome.ATTESTED, "6.1-01", "GetTroubleTickets"))
    assert shown.lines == [
        "5.1-13  passed           0.25 s  Trouble codes that are not configured",
        "6.1-01  attested         0.25 s  Search by the mRID of a ticket (GetTroubleTickets)",
    ]


def test_a_terminal_tells_of_rows_that_did_not_pass() -> None:
    shown = Shown(is_terminal=True)
    with shown.display.progress(3):
        shown.display.row(row(Outcome.PASSED, "5.1-11"))
        shown.display.row(row(Outcome.ATTESTED, "5.1-12"))
        shown.display.row(failed())
    assert "3/3" in shown.text
    assert "5.1-13  failed" in shown.text
    assert "5.1-11" not in shown.text
    assert "5.1-12" not in shown.text


def test_where_questions_are_asked_nothing_moves_on_a_terminal() -> None:
    shown = Shown(is_terminal=True)
    with shown.display.progress(1, is_asking=True):
        shown.display.row(row(Outcome.PASSED))
    assert shown.lines == ["5.1-13  passed           0.25 s  Trouble codes that are not configured"]


def test_a_failure_is_shown_field_by_field() -> None:
    shown = Shown()
    shown.display.row(failed())
    assert shown.lines == [
        "5.1-13  failed           0.25 s  Trouble codes that are not configured",
        "    5.1-13 some tickets",
        "┏━━━━━━━━┳━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━┳━━━━━━━━━━┓",
        "┃ aspect ┃ field            ┃ expected ┃ observed ┃",
        "┡━━━━━━━━╇━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━╇━━━━━━━━━━┩",
        "│ code   │ Reply/Error/code │ 2.7      │ 2.8      │",
        "├────────┼──────────────────┼──────────┼──────────┤",
        "│ effect │ stored tickets   │ none     │ first    │",
        "└────────┴──────────────────┴──────────┴──────────┘",
    ]


def test_a_want_is_told_once() -> None:
    shown = Shown()
    records = [ScenarioRecord("5.1-05", CREATE, title, Outcome.COULD_NOT_TEST, reason=WANT) for title in "ab"]
    shown.display.row(of_scenarios(("5.1-05", CREATE), records))
    shown.display.row(row(Outcome.COULD_NOT_TEST, "5.1-06", reason=WANT))
    assert shown.text.count(WANT) == 1


def test_the_summary() -> None:
    shown = Shown()
    results = [
        failed(),
        row(Outcome.PASSED, "5.1-11"),
        row(Outcome.COULD_NOT_TEST, "5.1-05", reason=WANT),
        row(Outcome.COULD_NOT_TEST, "5.1-04", "GetCallbacks", reason=WANT),
        row(Outcome.ATTESTED, "6.1-01", "GetTroubleTickets"),
        not_selected(("6.1-02", "GetTroubleTickets")),
    ]
    shown.display.summary(results, judge(result.outcome for result in results))
    assert "│ 5.1-13 │ CreatedTroubleTickets │ Trouble codes that are not configured │ failed  │" in shown.text
    assert "Reply/Error/code, stored" in shown.text
    assert shown.lines[-5:] == [
        f"could not be tested: {WANT}",
        "    5.1-05, 5.1-04 GetCallbacks",
        "attested",
        "    6.1-01",
        "not conformant: 1 passed, 1 failed, 2 could-not-test, 1 not-selected, 1 attested",
    ]


def test_rows_that_passed_are_not_told_again() -> None:
    shown = Shown()
    results = [row(Outcome.PASSED)]
    shown.display.summary(results, judge([Outcome.PASSED]))
    assert shown.lines == ["conformant: 1 passed"]


def test_messages_of_the_first_scenario_that_failed() -> None:
    exchange = Exchange("POST", "http://target/x", b"<sent/>", Answer(200, {}, b"<got/>"), None, 0.0, 1.0)
    records = [
        ScenarioRecord("5.1-13", CREATE, title, Outcome.FAILED, exchange=exchange) for title in ("first", "second")
    ]
    shown = Shown()
    shown.display.row(of_scenarios(("5.1-13", CREATE), records))
    assert shown.text.count("<sent/>") == shown.text.count("<got/>") == 1
    assert shown.text.index("    first") < shown.text.index("<sent/>") < shown.text.index("    second")


@pytest.mark.parametrize("outcome", [Outcome.ERROR, Outcome.FAILED])
def test_the_reason_stands_with_its_scenario(outcome: Outcome) -> None:
    shown = Shown()
    shown.display.row(row(outcome, reason="mine/x.feature:3: no column 'colour' here"))
    assert shown.lines[1:] == [
        "    5.1-13 some tickets",
        f"    {outcome.value}: mine/x.feature:3: no column 'colour' here",
    ]


def test_rows_that_did_not_begin_are_counted_and_not_told_one_by_one() -> None:
    shown = Shown()
    results = [broken(("5.1-13", CREATE), "nobody is there"), broken(("5.1-14", CREATE), "nobody is there")]
    shown.display.summary(results, judge(result.outcome for result in results))
    assert shown.lines == ["incomplete: 2 error"]
