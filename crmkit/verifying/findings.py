"""What a reader should know beside the rows: of the profile, where the run shows something else than it says."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from crmkit.profile.connecting import UNVERIFIED
from crmkit.profile.model import Profile
from crmkit.suite.running import capabilities
from crmkit.suite.running.outcomes import Outcome
from crmkit.suite.running.results import RowResult
from crmkit.verifying.deviations import KnownDeviation

_SHOWN = (Outcome.PASSED, Outcome.ATTESTED)


def findings(profile: Profile | None, known: Iterable[KnownDeviation], results: Sequence[RowResult]) -> list[str]:
    """A line for each: certificates that nobody verified, deviations that are none any more, capabilities that are
    declared and not shown."""
    if profile is None:
        return []
    found = [] if profile.tls.verify else [UNVERIFIED]
    for each in known:
        if each.state == "now passes":
            row = " ".join(part for part in (each.deviation.row, each.deviation.operation) if part)
            found.append(f"{row} passes now: take it out of the profile's deviations ({each.deviation.reason})")
    return found + not_shown(profile, results)


def not_shown(profile: Profile, results: Iterable[RowResult]) -> list[str]:
    """The capabilities that the profile declares in so many words, and that no row of this run has shown."""
    by_capability: dict[str, list[Outcome]] = {}
    for result in results:
        if result.outcome is not Outcome.NOT_SELECTED:
            for name in capabilities.of_row(result.row, result.operation):
                by_capability.setdefault(name, []).append(result.outcome)
    return [
        f"capabilities.{name} = true in the profile, but no row that needs it has passed ({_counted(outcomes)})"
        for name, outcomes in by_capability.items()
        if name in profile.capabilities.model_fields_set
        and getattr(profile.capabilities, name)
        and not any(outcome in _SHOWN for outcome in outcomes)
    ]


def _counted(outcomes: Sequence[Outcome]) -> str:
    return ", ".join(f"{count} {each.value}" for each in Outcome if (count := outcomes.count(each)))
