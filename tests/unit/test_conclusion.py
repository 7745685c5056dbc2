"""A verdict stands whatever becomes of its report."""

from __future__ import annotations

from pathlib import Path

import pytest

from crmkit.suite.running.display import Display
from crmkit.suite.running.outcomes import Outcome
from crmkit.suite.running.recording import ScenarioRecord
from crmkit.suite.running.results import of_scenarios
from crmkit.verifying import conclusion
from crmkit.verifying.conclusion import Facts, conclude
from crmkit.verifying.plan import make_plan
from crmkit.verifying.progress import Progress
from crmkit.verifying.request import Request


@pytest.mark.parametrize(("outcome", "code"), [(Outcome.PASSED, 4), (Outcome.FAILED, 1)])
def test_a_report_that_cannot_be_made_is_a_line_and_no_traceback(
    outcome: Outcome, code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def build(*given: object) -> object:
        raise KeyError("a template")

    monkeypatch.setattr(conclusion, "build", build)
    plan = make_plan(Request(rows="5.1-13", report=tmp_path / "report"))
    display = Display(plan.catalogue)
    progress = Progress(plan, display)
    key = ("5.1-13", "CreatedTroubleTickets")
    progress.row(of_scenarios(key, [ScenarioRecord(*key, "5.1-13 some", outcome)]))
    assert conclude(plan, display, progress, Facts()) == code
    said = capsys.readouterr().out.splitlines()[-1]
    assert said == "the report could not be made, a fault of the kit: KeyError: 'a template'"
