"""How a run ended: its verdict, on the terminal and in the report."""

from __future__ import annotations

import os
import sys
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from crmkit.evidence.building import About, build
from crmkit.evidence.bundle import Bundle
from crmkit.evidence.document import DeviationEntry
from crmkit.evidence.writing import write
from crmkit.profile.model import Profile
from crmkit.suite.running.display import Display
from crmkit.suite.running.feature_files import STORY
from crmkit.suite.running.outcomes import ExitCode, Outcome, Verdict, interrupted, judge, with_own, with_story
from crmkit.suite.running.results import RowResult
from crmkit.verifying.deviations import known_deviations, told
from crmkit.verifying.findings import findings
from crmkit.verifying.plan import Plan
from crmkit.verifying.progress import Progress
from crmkit.verifying.request import UsageMistake


@dataclass
class Facts:
    """What a report tells of a run beside what it found; filled in while it runs."""

    target: str | None = None
    seed: str | None = None
    started: datetime = field(default_factory=lambda: datetime.now(UTC))
    clock: float = field(default_factory=time.monotonic)
    # How long it took until the target was there, and how long the scenarios took then, in seconds.
    start_seconds: float | None = None
    run_seconds: float | None = None

    def is_ready(self, target: str, seed: str) -> None:
        """A target is there; the first one counts."""
        if self.start_seconds is None:
            self.target, self.seed, self.start_seconds = target, seed, self.seconds

    def has_run(self) -> None:
        """All scenarios have ended."""
        self.run_seconds = self.seconds - (self.start_seconds or 0.0)

    @property
    def seconds(self) -> float:
        """How long the run has taken so far."""
        return time.monotonic() - self.clock


def conclude(plan: Plan, display: Display, progress: Progress, facts: Facts) -> int:
    """Say the verdict and write the report; the exit code. Raises UsageMistake for a report that cannot be written."""
    verdict = verdict_of(plan, progress)
    if facts.start_seconds is not None and facts.run_seconds is not None:
        display.say(f"start {facts.start_seconds:.1f} s, run {facts.run_seconds:.1f} s")
    display.summary(progress.results, verdict)
    for finding in _findings(plan, progress):
        display.say(f"note: {finding}")
    is_written = _report(plan, display, progress, facts, verdict)
    return int(verdict.exit_code) if is_written or verdict.exit_code else int(ExitCode.BROKEN)


def conclude_interrupted(plan: Plan, display: Display, progress: Progress, facts: Facts) -> None:
    """Write the report of what ran before the run was interrupted: there is no verdict. Raises UsageMistake."""
    _report(plan, display, progress, facts, interrupted(verdict_of(plan, progress)))


def verdict_of(plan: Plan, progress: Progress) -> Verdict:
    """The verdict over what has run."""
    results = progress.results
    verdict = judge(result.outcome for result in results if not _is_story(result))
    story = next((result.outcome for result in results if _is_story(result)), Outcome.NOT_SELECTED)
    verdict = with_story(verdict, story, is_own=plan.request.is_own)
    verdict = with_own(verdict, (record.outcome for record in progress.own))
    return told(verdict, known_deviations(plan.profile, results), results)


def _is_story(result: RowResult) -> bool:
    return (result.row, result.operation) == STORY


def _findings(plan: Plan, progress: Progress) -> list[str]:
    results = progress.results
    return findings(plan.profile, known_deviations(plan.profile, results), results)


def _deviations(plan: Plan, progress: Progress) -> list[DeviationEntry]:
    return [
        DeviationEntry(
            row=known.deviation.row,
            operation=known.deviation.operation,
            reason=known.deviation.reason,
            link=known.deviation.link,
            state=known.state,
        )
        for known in known_deviations(plan.profile, progress.results)
    ]


def _secrets(profile: Profile | None) -> list[str]:
    """What the environment says and a report must not."""
    given = profile.credentials if profile else None
    names = (given.basic_password_env, given.token_password_env) if given else ()
    return [os.environ[name] for name in names if name and name in os.environ]


def _report(plan: Plan, display: Display, progress: Progress, facts: Facts, verdict: Verdict) -> bool:
    """Write the report where one is wanted; False when it could not be made, which is the kit's fault, and said."""
    request = plan.request
    if request.report is None:
        return True
    about = About(
        verdict=verdict,
        catalogue=plan.catalogue,
        scenarios=plan.scenarios,
        folder=plan.folder,
        own_servers=request.is_own,
        started=facts.started.isoformat(timespec="seconds"),
        seconds=facts.seconds,
        role="ivr" if request.role == "ivr" else "adapter",
        target=facts.target or request.target,
        control=plan.profile.target.control if plan.profile else None,
        seed=facts.seed,
        command=["crmkit", *sys.argv[1:]],
        # As given: what the file says, and no default.
        profile=plan.profile.model_dump(mode="json", exclude_unset=True) if request.profile and plan.profile else None,
        deviations=_deviations(plan, progress),
        findings=_findings(plan, progress),
        secrets=_secrets(plan.profile),
        own=progress.own,
        own_scenarios=plan.own,
        own_folder=request.features,
    )
    try:
        write_report(request.report, Bundle(*build(progress.results, about)))
    except UsageMistake:
        raise
    except Exception as error:
        # The verdict stands whatever becomes of its report, and nobody is to see a traceback.
        display.say(f"the report could not be made, a fault of the kit: {type(error).__name__}: {error}")
        return False
    display.say(f"report: {request.report / 'report.html'}")
    return True


def write_report(folder: Path, bundle: Bundle) -> None:
    """Put a bundle into a folder, in place of an older one. Raises UsageMistake."""
    try:
        write(folder, bundle.files())
    except OSError as error:
        raise UsageMistake(f"--report {folder}: {error.strerror or error}") from error
