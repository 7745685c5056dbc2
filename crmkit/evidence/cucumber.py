"""messages.ndjson: the report as Cucumber Messages, an envelope a line, which Cucumber's own tools read.

What could not be tested is SKIPPED, with what to supply, and never PASSED. A scenario whose end no step accounts for
(its surroundings failed before the first step, or after the last) has a hook that carries it.
"""

from __future__ import annotations

import base64
import itertools
import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import cucumber_messages as cm

from crmkit.evidence.document import CallEntry, Document, ScenarioEntry, StepEntry
from crmkit.evidence.pickles import Cases, Pickle
from crmkit.evidence.step_definitions import Definition, definition_of, definitions

_RUN = "run"
_HOOK = "surroundings"
_NANOS = 1_000_000_000
_MEDIA = {"xml": "text/xml", "json": "application/json"}
_Status = cm.TestStepResultStatus
_STATUSES = {
    "passed": _Status.passed,
    "attested": _Status.passed,
    "failed": _Status.failed,
    "error": _Status.failed,
    "could-not-test": _Status.skipped,
    "not-applicable": _Status.skipped,
    "not-selected": _Status.skipped,
    "not-run": _Status.skipped,
}


def messages_of(document: Document, messages: Mapping[str, bytes]) -> bytes:
    """The whole file; `messages` are the files that calls name."""
    lines = [_line(envelope) for envelope in _envelopes(document, messages)]
    return "".join(lines).encode()


def _envelopes(document: Document, messages: Mapping[str, bytes]) -> Iterator[dict[str, Any]]:
    cases = Cases(document)
    yield _made(cm.Envelope(meta=_meta(document.versions)))
    for path, text, parsed in cases.features.sources:
        source = cm.Source(data=text, media_type=cm.SourceMediaType.text_x_cucumber_gherkin_plain, uri=path)
        yield _made(cm.Envelope(source=source))
        # As Cucumber's parser wrote it: the package's own form of the same.
        yield {"gherkinDocument": parsed}
    yield from ({"pickle": pickle} for pickle in cases.features.pickles)
    for definition in definitions():
        yield _made(cm.Envelope(step_definition=definition.message()))
    hook = cm.Hook(id=_HOOK, source_reference=cm.SourceReference(uri="crmkit"), name="surroundings of the scenario")
    yield _made(cm.Envelope(hook=hook))
    begin = datetime.fromisoformat(document.started).timestamp()
    yield _made(cm.Envelope(test_run_started=cm.TestRunStarted(_timestamp(begin), _RUN)))
    clock = begin
    for number, (scenario, pickle) in enumerate(cases.pairs, 1):
        case = _Case(number, scenario, pickle, messages)
        yield from map(_made, case.envelopes(clock))
        clock += scenario.seconds
    verdict = document.verdict
    finished = cm.TestRunFinished(
        success=verdict.exit_code == 0,
        timestamp=_timestamp(max(clock, begin + document.seconds)),
        message=verdict.text,
        test_run_started_id=_RUN,
    )
    yield _made(cm.Envelope(test_run_finished=finished))


class _Case:
    """One scenario's envelopes."""

    def __init__(self, number: int, scenario: ScenarioEntry, pickle: Pickle, messages: Mapping[str, bytes]) -> None:
        self._scenario = scenario
        self._pickle = pickle
        self._messages = messages
        self._id = f"case-{number}"
        self._started = f"case-{number}-started"
        steps = list(scenario.steps)
        # A pickle whose steps never ran.
        steps += [
            StepEntry(keyword="*", text=step["text"], outcome="not-run", seconds=0.0)
            for step in pickle["steps"][len(steps) :]
        ]
        self._steps = list(zip(steps, pickle["steps"], strict=False))
        self._has_hook = all(_status(step.outcome) is not _status(scenario.outcome) for step, _ in self._steps)

    def envelopes(self, clock: float) -> Iterator[cm.Envelope]:
        """From the test case to its end; `clock` is when it begins, in seconds."""
        yield cm.Envelope(test_case=self._test_case())
        started = cm.TestCaseStarted(attempt=0, id=self._started, test_case_id=self._id, timestamp=_timestamp(clock))
        yield cm.Envelope(test_case_started=started)
        attachments = self._attachments()
        now = 0.0
        for position, (step, _) in enumerate(self._steps):
            yield from self._step(f"{self._id}-{position + 1}", step, clock + now, attachments.get(position, []))
            now += step.seconds
        if self._has_hook:
            outcome = self._scenario.outcome
            ended = StepEntry(keyword="*", text="", outcome=outcome, seconds=0.0)
            yield from self._step(f"{self._id}-{_HOOK}", ended, clock + now, attachments.get(-1, []))
        finished = cm.TestCaseFinished(self._started, _timestamp(clock + self._scenario.seconds), will_be_retried=False)
        yield cm.Envelope(test_case_finished=finished)

    def _test_case(self) -> cm.TestCase:
        steps = []
        for position, (step, pickle_step) in enumerate(self._steps, 1):
            definition = definition_of(step.text)
            known: list[Definition] = [definition] if definition else []
            steps.append(
                cm.TestStep(
                    id=f"{self._id}-{position}",
                    pickle_step_id=pickle_step["id"],
                    step_definition_ids=[each.id for each in known],
                    step_match_arguments_lists=[each.arguments(step.text) for each in known],
                )
            )
        if self._has_hook:
            steps.append(cm.TestStep(id=f"{self._id}-{_HOOK}", hook_id=_HOOK))
        return cm.TestCase(id=self._id, pickle_id=self._pickle["id"], test_steps=steps, test_run_started_id=_RUN)

    def _step(self, name: str, step: StepEntry, began: float, calls: list[CallEntry]) -> Iterator[cm.Envelope]:
        yield cm.Envelope(test_step_started=cm.TestStepStarted(self._started, name, _timestamp(began)))
        ended = _timestamp(began + step.seconds)
        for call in calls:
            for file in (call.request, call.response):
                if file is not None and file in self._messages:
                    yield cm.Envelope(attachment=self._attachment(name, file, ended))
        result = self._result(step)
        yield cm.Envelope(
            test_step_finished=cm.TestStepFinished(self._started, name, test_step_result=result, timestamp=ended)
        )

    def _result(self, step: StepEntry) -> cm.TestStepResult:
        said = self._said(step.outcome)
        duration = cm.Duration(nanos=_nanos(step.seconds) % _NANOS, seconds=_nanos(step.seconds) // _NANOS)
        result = cm.TestStepResult(duration=duration, status=_status(step.outcome), message=said)
        if step.outcome in ("failed", "error"):
            result.exception = cm.Exception(type=step.outcome, message=said)
        return result

    def _said(self, outcome: str) -> str | None:
        """What Cucumber's tools print beside a step that did not simply pass."""
        if outcome == "passed":
            return None
        if outcome == "not-run":
            return "not run"
        if outcome == "attested":
            return "attested by a person"
        wrong = [check for check in self._scenario.checks if check.held == "no"] if outcome == "failed" else []
        lines = [f"{each.field}: expected {each.expected}, observed {each.observed}" for each in wrong]
        if self._scenario.reason:
            lines.insert(0, self._scenario.reason)
        return f"{outcome}: " + ("\n".join(lines) or "nothing more is known")

    def _attachments(self) -> dict[int, list[CallEntry]]:
        """The calls by the step during which they were made; -1 for those before or behind all steps."""
        ends = list(itertools.accumulate(step.seconds for step, _ in self._steps))
        last = -1 if self._has_hook else len(ends) - 1
        found: dict[int, list[CallEntry]] = {}
        for call in self._scenario.calls:
            during = next((position for position, end in enumerate(ends) if call.started < end), last)
            found.setdefault(during, []).append(call)
        return found

    def _attachment(self, step: str, file: str, when: cm.Timestamp) -> cm.Attachment:
        content = self._messages[file]
        try:
            body, encoding = content.decode(), cm.AttachmentContentEncoding.identity
        except UnicodeDecodeError:
            body, encoding = base64.b64encode(content).decode(), cm.AttachmentContentEncoding.base64
        return cm.Attachment(
            body=body,
            content_encoding=encoding,
            media_type=_MEDIA.get(file.rpartition(".")[2], "text/plain"),
            file_name=file,
            test_case_started_id=self._started,
            test_step_id=step,
            timestamp=when,
        )


def _status(outcome: str) -> cm.TestStepResultStatus:
    return _STATUSES.get(outcome, _Status.unknown)


def _meta(versions: Mapping[str, str]) -> cm.Meta:
    return cm.Meta(
        cpu=cm.Product(name=versions.get("machine", "unknown")),
        implementation=cm.Product(name="crmkit", version=versions.get("crmkit")),
        os=cm.Product(name=versions.get("system", "unknown")),
        protocol_version=versions.get("cucumber-messages", "unknown"),
        runtime=cm.Product(name="Python", version=versions.get("python")),
    )


def _timestamp(seconds: float) -> cm.Timestamp:
    nanos = _nanos(seconds)
    return cm.Timestamp(nanos=nanos % _NANOS, seconds=nanos // _NANOS)


def _nanos(seconds: float) -> int:
    # To the microsecond: more is noise.
    return round(seconds * 1_000_000) * 1000


def _made(envelope: cm.Envelope) -> dict[str, Any]:
    made: dict[str, Any] = cm.message_converter.to_dict(envelope)
    return made


def _line(envelope: dict[str, Any]) -> str:
    return json.dumps(envelope, ensure_ascii=False, separators=(",", ":")) + "\n"
