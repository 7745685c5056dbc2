"""A report as a run would leave it: every row of the catalogue, every outcome, real messages, and awkward texts."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from pytest_bdd import parsers

from crm_contract.use_cases import OPERATIONS, UseCase, load_catalogue
from crmkit.evidence.document import (
    CallEntry,
    CheckEntry,
    DeviationEntry,
    Document,
    RowEntry,
    ScenarioEntry,
    StepEntry,
    VerdictEntry,
)
from crmkit.suite.running.feature_files import STORY, ScenarioText, features_directory, read_features
from crmkit.suite.steps.sentences import all_sentences

SAMPLES = Path(__file__).parents[2] / "crm_contract/samples"
TARGET = "http://adapter.example:8080/crm"
CONTROL = "http://adapter.example:8081"

FAILED = {("5.1-13", "CreatedTroubleTickets"), ("6.1-06", "GetTroubleTickets"), ("5.1-22", "CreatedTroubleTickets")}
COULD_NOT = {
    ("5.1-04", "CreatedTroubleTickets"): "give --control URL of the target's control API",
    ("5.1-06", "CreatedTroubleTickets"): "fixtures.incidents: a confirmed incident that has de-energized a usage point",
    ("9.1-01", "CreatedCallBacks"): "listen.ivr: an address under which the target reaches the kit as its IVR",
}
BROKEN = {("7.1-03", "GetCallbacks"): "nobody takes a connection at http://adapter.example:8080: Connection refused"}
ATTESTED = {("8.1-04", "CreatedCallBacksResults"), ("7.1-02", "GetCallbacks")}
NOT_APPLICABLE = {("9.1-04", "CreatedCallBacks"): "the profile says that the target has no publisher"}
NOT_SELECTED = {("5.2-01", "ChangedTroubleTickets"), ("5.2-02", "ChangedTroubleTickets")}


def sample() -> tuple[Document, dict[str, bytes]]:
    """The document and the files of `messages/`."""
    messages: dict[str, bytes] = {}
    rows = [
        _row(row, operation, messages) for operation in OPERATIONS for row in load_catalogue().for_operation(operation)
    ]
    counts = {word: sum(row.outcome == word for row in rows) for word in _OUTCOMES}
    story = next(each for each in _scenarios() if each.is_story)
    document = Document(
        verdict=VerdictEntry(
            text="not conformant",
            exit_code=1,
            counts=counts,
            attested=counts["attested"],
            story="passed",
        ),
        target=TARGET,
        control=CONTROL,
        own_servers=False,
        started="2026-03-02T09:15:00+00:00",
        seconds=41.75,
        seed="1f2e3d4c",
        command=["crmkit", "verify", "--profile", "adapter.toml", "--report", "report"],
        versions={"crmkit": "0.1.0", "python": "3.12.4"},
        suite_digest="sha256:" + "ab" * 32,
        profile={"name": "Adapter of Example Power", "target": {"base_url": TARGET, "control": CONTROL}},
        results=rows,
        story=RowEntry(
            row=STORY[0],
            operation=STORY[1],
            table="",
            title="An outage from the first call to the archive",
            outcome="passed",
            seconds=3.5,
            scenarios=[
                ScenarioEntry(
                    id="story-1",
                    title=story.title,
                    feature=f"features/{story.file.name}",
                    line=story.line,
                    tags=["story"],
                    outcome="passed",
                    seconds=3.5,
                    steps=[_step(step.text, step.table, "passed") for step in story.steps],
                )
            ],
        ),
        own_scenarios=[
            ScenarioEntry(
                id="own-winter-1",
                title="A call in the snow",
                feature="winter.feature",
                line=3,
                tags=["winter"],
                outcome="passed",
                seconds=0.2,
                steps=[
                    _step("these trouble tickets are sent:", (("ticket", "comment"), ("first", "snow | ice")), "passed")
                ],
            )
        ],
        deviations=[
            DeviationEntry(
                row="5.1-22",
                operation="CreatedTroubleTickets",
                reason="Coordinates are judged one by one, <b>see</b> our ticket",
                link="https://tracker.example/CRM-12",
                state="seen",
            ),
            DeviationEntry(row="6.1-03", reason="Fixed in 4.2", state="now passes"),
        ],
        findings=["The profile declares an archive, and no row has shown one"],
        features={
            **{
                f"features/{path.name}": path.read_text("utf-8")
                for path in sorted(features_directory().glob("*.feature"))
            },
            "winter.feature": _WINTER,
        },
    )
    return document, messages


_OUTCOMES = ("passed", "failed", "error", "not-applicable", "could-not-test", "not-selected", "attested")
_WINTER = """Feature: Winter
  @winter
  Scenario: A call in the snow
    When these trouble tickets are sent:
      | ticket | comment     |
      | first  | snow \\| ice |
"""


@cache
def _scenarios() -> list[ScenarioText]:
    return read_features(features_directory())


def _row(row: UseCase, operation: str, messages: dict[str, bytes]) -> RowEntry:
    key = (row.id, operation)
    entry = RowEntry(row=row.id, operation=operation, table=row.table, title=row.title, outcome="passed", seconds=0.0)
    if key in NOT_SELECTED:
        return entry.model_copy(update={"outcome": "not-selected"})
    outcome, reason = "passed", None
    if key in FAILED:
        outcome = "failed"
    elif key in ATTESTED:
        outcome = "attested"
    for word, reasons in (("could-not-test", COULD_NOT), ("error", BROKEN), ("not-applicable", NOT_APPLICABLE)):
        if key in reasons:
            outcome, reason = word, reasons[key]
    texts = [each for each in _scenarios() if each.key == key][:4]
    # Only the first scenario is not as it should be.
    scenarios = [
        _scenario(row, operation, number, text, outcome if number == 1 else "passed", reason, messages)
        for number, text in enumerate(texts, 1)
    ]
    fields: dict[str, str] = {}
    for scenario in scenarios:
        for check in scenario.checks:
            end = {"no": "failed", "unseen": "unseen", "attested": "attested"}.get(check.held, "passed")
            order = ("passed", "attested", "unseen", "failed")
            fields[check.aspect] = max(fields.get(check.aspect, "passed"), end, key=order.index)
    return RowEntry.model_validate(
        entry.model_dump()
        | {
            "outcome": outcome,
            "reason": reason,
            "enable": reason if outcome == "could-not-test" else None,
            "seconds": round(sum(scenario.seconds for scenario in scenarios), 3),
            "fields": fields,
            "readings": {"D-15": "the ticket by its name"} if row.details and "{0}" in row.details else {},
            "scenarios": [scenario.model_dump() for scenario in scenarios],
        }
    )


def _scenario(
    row: UseCase,
    operation: str,
    number: int,
    text: ScenarioText,
    outcome: str,
    reason: str | None,
    messages: dict[str, bytes],
) -> ScenarioEntry:
    name = f"{row.id}-{operation}-{number}"
    ran = outcome in ("passed", "failed", "attested")
    last = len(text.steps) - 1
    steps = []
    for position, step in enumerate(text.steps):
        end = "passed" if ran else ("not-run" if position else outcome)
        if outcome == "failed" and position == max(last - 1, 0):
            end = "failed"
        if outcome == "attested" and position == last:
            end = "attested"
        steps.append(_step(step.text, step.table, end))
    return ScenarioEntry.model_validate(
        {
            "id": name,
            "title": text.title,
            "feature": f"features/{text.file.name}",
            "line": text.line,
            "tags": list(text.tags),
            "outcome": outcome,
            "reason": reason,
            "seconds": 0.12 * len(steps),
            "readings": {},
            "steps": [step.model_dump() for step in steps],
            "checks": [check.model_dump() for check in _checks(row, outcome)] if ran else [],
            "calls": [call.model_dump() for call in _calls(row, operation, name, outcome, messages)] if ran else [],
        }
    )


def _step(text: str, table: tuple[tuple[str, ...], ...] | None, outcome: str) -> StepEntry:
    return StepEntry(
        keyword=_keyword(text), text=text, table=[list(cells) for cells in table] if table else None, outcome=outcome,
        seconds=0.0 if outcome == "not-run" else 0.12,
    )  # fmt: skip


@cache
def _keyword(text: str) -> str:
    return next(each.keyword for each in all_sentences() if parsers.parse(each.text).is_matching(text))


def _checks(row: UseCase, outcome: str) -> list[CheckEntry]:
    wrong = outcome == "failed"
    checks = [
        _check("message", "response", "valid against the schema", "valid against the schema"),
        _check("header", "Header/CorrelationID", "7d2c6d1e-0001", "7d2c6d1e-0001", element="Header/CorrelationID"),
        _check("Result", "Reply/Result", row.result[0], row.result[0], element="Reply/Result"),
    ]
    if row.code and row.reason and row.details:
        filled = row.details.replace("{0}", "CT-1f2e3d4c-7-beef-first").replace("{1}", '<b>& "x"</b>')
        observed = "9.9 \u2013 <script>alert('x')</script>" if wrong else row.code
        error = "Reply/Error[1]"
        checks += [
            _check("code", f"{error}/code", row.code, observed, "no" if wrong else "strict", f"{error}/code"),
            _check("level", "Reply/Error[1]/level", row.level or "", row.level or "", element="Reply/Error[1]/level"),
            _check("reason", "Reply/Error[1]/reason", row.reason, row.reason, element="Reply/Error[1]/reason"),
            CheckEntry(
                aspect="details", field="Reply/Error[1]/details", expected=filled, observed=filled.rstrip("."),
                held="reading", decision="D-15", element="Reply/Error[1]/details",
            ),
        ]  # fmt: skip
    held = {"failed": "unseen", "attested": "attested"}.get(outcome, "strict")
    checks.append(_check("effect", "stored tickets", row.effect, "nothing tells" if wrong else row.effect, held))
    return checks


def _check(
    aspect: str, field: str, expected: str, observed: str, held: str = "strict", element: str | None = None
) -> CheckEntry:
    return CheckEntry.model_validate(
        {"aspect": aspect, "field": field, "expected": expected, "observed": observed, "held": held, "element": element}
    )


def _calls(row: UseCase, operation: str, name: str, outcome: str, messages: dict[str, bytes]) -> list[CallEntry]:
    request = SAMPLES / f"{row.id}.request.xml"
    reply = SAMPLES / f"{row.id}.reply.xml"
    service = "ReceiveTroubleTicketsService"
    calls = [
        CallEntry(
            caller="kit", called="control", kind="json", label="GET /tickets", started=0.01, finished=0.02,
            method="GET", url=f"{CONTROL}/tickets?after=3", status=200,
            response=_file(messages, f"messages/{name}.01.response.json", b'{"items": [], "total": 0}'),
        ),
        CallEntry(
            caller="kit", called="target", kind="soap", label=operation, started=0.03, finished=0.09, method="POST",
            url=f"{TARGET}/{service}", status=200, is_subject=True,
            request_headers={"Content-Type": "text/xml; charset=utf-8", "SOAPAction": f'"{operation}"'},
            request=_copy(messages, f"messages/{name}.02.request.xml", request),
            response=_copy(messages, f"messages/{name}.02.response.xml", reply),
        ),
        CallEntry(
            caller="target", called="landbase", kind="http", label="items", started=0.05, finished=0.06, method="GET",
            url="http://landbase.example/collections/streets/items?name=FirstStreet", status=200,
        ),
    ]  # fmt: skip
    if outcome == "attested":
        calls.append(
            CallEntry(
                caller="kit",
                called="person",
                kind="person",
                label="Is the ticket on the operator's screen?",
                started=0.1,
                finished=12.5,
                response=_file(messages, f"messages/{name}.04.response.txt", "Yes, said Zoë.\n".encode()),
            )
        )
    return calls


def _file(messages: dict[str, bytes], name: str, content: bytes) -> str:
    messages[name] = content
    return name


def _copy(messages: dict[str, bytes], name: str, sample: Path) -> str | None:
    return _file(messages, name, sample.read_bytes()) if sample.exists() else None
