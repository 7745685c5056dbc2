"""A scenario's record as an entry of the document, and its messages as files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from crmkit.evidence.document import CallEntry, CheckEntry, ScenarioEntry, StepEntry
from crmkit.evidence.secrets import Secrets
from crmkit.suite.evidence import Call, Check, Held
from crmkit.suite.running.recording import ScenarioRecord

_KINDS = {"soap": "xml", "json": "json", "person": "txt"}


@dataclass(frozen=True)
class Place:
    """Where a scenario is written, and what it is called: `id` is the same in every run of the same features."""

    id: str
    feature: str
    line: int


class Messages:
    """The files of `messages/`, filled as entries are made. Secrets are left out of them."""

    def __init__(self, secrets: Secrets) -> None:
        self.secrets = secrets
        self.files: dict[str, bytes] = {}

    def entry(self, call: Call, scenario: str, number: int) -> CallEntry:
        """A call; what it carried becomes files."""
        stem = f"messages/{scenario}.{number:02}"
        return CallEntry(
            caller=call.caller,
            called=call.called,
            kind=call.kind,
            label=self.secrets.out_of(call.label) or "",
            started=round(call.started, 6),
            finished=round(call.finished, 6),
            method=call.method,
            url=self.secrets.out_of_url(call.url),
            request=self._file(f"{stem}.request", call, call.request),
            request_headers=self.secrets.out_of_headers(call.request_headers),
            status=call.status,
            response=self._file(f"{stem}.response", call, call.response),
            problem=self.secrets.out_of(call.problem),
            is_subject=call.is_subject,
        )

    def _file(self, stem: str, call: Call, content: bytes) -> str | None:
        if not content:
            return None
        name = f"{stem}.{_KINDS.get(call.kind) or _suffix(content)}"
        self.files[name] = self.secrets.out_of_message(content)
        return name


def entry_of(record: ScenarioRecord, place: Place, messages: Messages) -> ScenarioEntry:
    """A scenario with everything that it leaves as evidence."""
    out_of = messages.secrets.out_of
    return ScenarioEntry(
        id=place.id,
        title=record.title,
        feature=place.feature,
        line=place.line,
        tags=list(record.tags),
        outcome=record.outcome.value,
        reason=out_of(record.reason),
        seconds=round(record.seconds, 3),
        readings=dict(record.readings),
        steps=[
            StepEntry(
                keyword=step.keyword.strip(),
                text=step.text,
                table=None if step.table is None else [list(row) for row in step.table],
                outcome=step.outcome,
                seconds=round(step.seconds, 6),
            )
            for step in record.steps
        ],
        checks=[_check(check, messages.secrets) for check in record.checks] + list(_unnoted(record)),
        calls=[messages.entry(call, place.id, number) for number, call in enumerate(record.calls, 1)],
    )


def _check(check: Check, secrets: Secrets) -> CheckEntry:
    return CheckEntry(
        aspect=check.aspect.value,
        field=check.field,
        expected=check.expected,
        observed=secrets.out_of(check.observed) or "",
        held=check.held.value,
        decision=check.decision,
        element=check.element,
    )


def _unnoted(record: ScenarioRecord) -> Iterator[CheckEntry]:
    """Differences that no check tells of: a judge that stopped before it came to fields."""
    noted = {(check.field, check.observed) for check in record.checks if check.held is Held.NO}
    for each in record.differences:
        if (each.field, each.observed) not in noted:
            yield CheckEntry(
                aspect="message", field=each.field, expected=each.expected, observed=each.observed, held="no"
            )


def _suffix(content: bytes) -> str:
    begin = content[:64].lstrip()
    if begin.startswith(b"<"):
        return "xml"
    return "json" if begin.startswith((b"{", b"[")) else "txt"
