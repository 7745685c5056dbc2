"""Makes the document, and the files of `messages/`, of what a run has found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from crm_contract.use_cases import Catalogue
from crmkit.evidence.digest import suite_digest
from crmkit.evidence.document import (
    AspectWord,
    DeviationEntry,
    Document,
    FieldWord,
    RoleWord,
    RowEntry,
    ScenarioEntry,
    VerdictEntry,
)
from crmkit.evidence.features import FeatureNames
from crmkit.evidence.scenarios import Messages, entry_of
from crmkit.evidence.secrets import Secrets
from crmkit.evidence.versions import versions
from crmkit.suite.running.feature_files import STORY, ScenarioText
from crmkit.suite.running.outcomes import Outcome, Verdict
from crmkit.suite.running.recording import ScenarioRecord
from crmkit.suite.running.results import RowResult, title_of

_WORST_LAST: tuple[FieldWord, ...] = ("passed", "attested", "unseen", "failed")
_ENDS: Mapping[str, FieldWord] = {"no": "failed", "unseen": "unseen", "attested": "attested"}


@dataclass(frozen=True)
class About:
    """The run as such. `started` is an xs:dateTime with zone; `secrets` are texts that the bundle must not show."""

    verdict: Verdict
    catalogue: Catalogue
    # What could have run, and the folder that its features are in.
    scenarios: Sequence[ScenarioText]
    folder: Path
    own_servers: bool
    started: str
    seconds: float
    role: RoleWord = "adapter"
    target: str | None = None
    control: str | None = None
    seed: str | None = None
    command: Sequence[str] = ()
    profile: Mapping[str, Any] | None = None
    deviations: Sequence[DeviationEntry] = ()
    findings: Sequence[str] = ()
    # The user's own scenarios, and their folder.
    own: Sequence[ScenarioRecord] = ()
    own_scenarios: Sequence[ScenarioText] = ()
    own_folder: Path | None = None
    secrets: Iterable[str] = field(default=())


def build(results: Iterable[RowResult], about: About) -> tuple[Document, dict[str, bytes]]:
    """The document, and the files of `messages/` by their path in the bundle."""
    secrets = Secrets(about.secrets)
    messages = Messages(secrets)
    names = FeatureNames(about.folder, about.scenarios, about.own_folder, about.own_scenarios)
    rows = [_row(result, about.catalogue, names, messages) for result in results]
    story = next((row for row in rows if (row.row, row.operation) == STORY), None)
    document = Document(
        role=about.role,
        verdict=_verdict(about.verdict),
        target=secrets.out_of_url(about.target),
        control=secrets.out_of_url(about.control),
        own_servers=about.own_servers,
        started=about.started,
        seconds=round(about.seconds, 3),
        seed=about.seed,
        command=[secrets.out_of_url(word) or "" for word in about.command],
        versions=versions(),
        suite_digest=suite_digest(),
        profile=None if about.profile is None else secrets.out_of_tree(about.profile),
        results=[row for row in rows if row is not story],
        story=story,
        own_scenarios=[entry_of(record, names.own(record), messages) for record in about.own],
        deviations=list(about.deviations),
        findings=list(about.findings),
        features=names.texts((row.row, row.operation) for row in rows if row.outcome != "not-selected"),
    )
    return document, messages.files


def _verdict(verdict: Verdict) -> VerdictEntry:
    return VerdictEntry(
        text=verdict.text,
        exit_code=int(verdict.exit_code),
        counts={outcome.value: verdict.counts.get(outcome, 0) for outcome in Outcome},
        attested=verdict.counts.get(Outcome.ATTESTED, 0),
        story=verdict.story.value,
    )


def _row(result: RowResult, catalogue: Catalogue, names: FeatureNames, messages: Messages) -> RowEntry:
    scenarios = [entry_of(record, names.of_row(record), messages) for record in result.records]
    scenarios.sort(key=lambda scenario: names.position(scenario.id))
    culprit = result.culprit
    return RowEntry(
        row=result.row,
        operation=result.operation,
        table="" if (result.row, result.operation) == STORY else catalogue[result.row].table,
        title=title_of(result, catalogue),
        outcome=result.outcome.value,
        reason=messages.secrets.out_of(result.reason or (culprit.reason if culprit else None)),
        enable=_enable(result),
        seconds=round(result.seconds, 3),
        fields=worst_ends(scenarios),
        readings=_readings(scenarios),
        scenarios=scenarios,
    )


def worst_ends(scenarios: Iterable[ScenarioEntry]) -> dict[AspectWord, FieldWord]:
    """Of every aspect that was judged, its worst end: failed, then unseen, then attested."""
    ends: dict[AspectWord, FieldWord] = {}
    for scenario in scenarios:
        for check in scenario.checks:
            end = _ENDS.get(check.held, "passed")
            ends[check.aspect] = max(ends.get(check.aspect, "passed"), end, key=_WORST_LAST.index)
    return ends


def _enable(result: RowResult) -> str | None:
    """What to supply so that the row can be tested: each thing once."""
    if result.outcome is not Outcome.COULD_NOT_TEST:
        return None
    reasons = [record.reason for record in result.records if record.outcome is Outcome.COULD_NOT_TEST]
    told = [reason for reason in (result.reason, *reasons) if reason]
    return "; ".join(dict.fromkeys(told)) or None


def _readings(scenarios: Iterable[ScenarioEntry]) -> dict[str, str]:
    """By decision; where scenarios show several, all of them."""
    seen: dict[str, dict[str, None]] = {}
    for scenario in scenarios:
        for decision, reading in scenario.readings.items():
            seen.setdefault(decision, {})[reading] = None
    return {decision: "; ".join(readings) for decision, readings in sorted(seen.items())}
