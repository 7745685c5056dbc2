"""The report as a document: report.json, and what every other file of the bundle is made from.

The schema of it is published as docs/schemas/report.schema.json. Messages are files beside it (`messages/`), named in
the calls; everything else is here, so that the bundle can be rebuilt from report.json and messages/ alone.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

FORMAT = 2

OutcomeWord = Literal["passed", "failed", "error", "not-applicable", "could-not-test", "not-selected", "attested"]
AspectWord = Literal["Result", "code", "level", "reason", "details", "effect", "message", "header", "payload"]
HeldWord = Literal["strict", "normal", "reading", "attested", "no", "unseen"]
FieldWord = Literal["passed", "attested", "failed", "unseen"]
RoleWord = Literal["adapter", "ivr"]


class Part(BaseModel):
    """A part of the document; unknown keys are refused."""

    model_config = ConfigDict(extra="forbid")


class CheckEntry(Part):
    """One field: see crmkit.suite.evidence.Check."""

    aspect: AspectWord
    field: str
    expected: str
    observed: str
    held: HeldWord
    decision: str | None = None
    element: str | None = None


class CallEntry(Part):
    """One call: see crmkit.suite.evidence.Call. `request` and `response` are files of the bundle, relative to it."""

    caller: str
    called: str
    kind: str
    label: str
    started: float
    finished: float
    method: str | None = None
    url: str | None = None
    request: str | None = None
    request_headers: dict[str, str] = Field(default_factory=dict)
    status: int | None = None
    response: str | None = None
    problem: str | None = None
    is_subject: bool = False


class StepEntry(Part):
    """A step and its end."""

    keyword: str
    text: str
    table: list[list[str]] | None = None
    outcome: str
    seconds: float


class ScenarioEntry(Part):
    """A scenario. `id` is unique in the report and the same in every run of the same features."""

    id: str
    title: str
    feature: str
    line: int
    tags: list[str]
    outcome: OutcomeWord
    reason: str | None = None
    seconds: float
    readings: dict[str, str] = Field(default_factory=dict)
    steps: list[StepEntry] = Field(default_factory=list)
    checks: list[CheckEntry] = Field(default_factory=list)
    calls: list[CallEntry] = Field(default_factory=list)


class RowEntry(Part):
    """A row of one operation. `fields` gives every aspect that was judged its worst end: `passed`, `attested`, `failed`
    or `unseen`. `enable` says what to supply so that the row can be tested.
    """

    row: str
    operation: str
    table: str
    title: str
    outcome: OutcomeWord
    reason: str | None = None
    enable: str | None = None
    seconds: float
    fields: dict[AspectWord, FieldWord] = Field(default_factory=dict)
    readings: dict[str, str] = Field(default_factory=dict)
    scenarios: list[ScenarioEntry] = Field(default_factory=list)


class VerdictEntry(Part):
    """What the run says of the target."""

    text: str
    exit_code: int
    counts: dict[OutcomeWord, int]
    attested: int = 0
    story: OutcomeWord = "not-selected"


class DeviationEntry(Part):
    """A deviation that the profile declares, and what became of it."""

    row: str
    operation: str | None = None
    reason: str
    link: str | None = None
    state: Literal["seen", "now passes", "not tested"]


class Document(Part):
    """A run. Times are xs:dateTime with zone, durations seconds."""

    format: Literal[2] = 2
    role: RoleWord = "adapter"
    verdict: VerdictEntry
    target: str | None = None
    control: str | None = None
    own_servers: bool
    started: str
    seconds: float
    seed: str | None = None
    command: list[str] = Field(default_factory=list)
    versions: dict[str, str] = Field(default_factory=dict)
    suite_digest: str | None = None
    # As given, secrets left out.
    profile: dict[str, Any] | None = None
    results: list[RowEntry]
    story: RowEntry | None = None
    # Scenarios of the user's own features.
    own_scenarios: list[ScenarioEntry] = Field(default_factory=list)
    deviations: list[DeviationEntry] = Field(default_factory=list)
    # What else a reader should know: a declared capability that was not shown, for instance.
    findings: list[str] = Field(default_factory=list)
    # The text of the features that scenarios are from, by the path that scenarios name: what Cucumber's tools show.
    features: dict[str, str] = Field(default_factory=dict)
