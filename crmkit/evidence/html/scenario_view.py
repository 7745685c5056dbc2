"""A scenario as the page shows it: the exchange that it is about, who called whom, what was looked at afterwards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, get_args

from markupsafe import Markup

from crmkit.evidence.document import AspectWord, CallEntry, CheckEntry, ScenarioEntry
from crmkit.evidence.html import diagram, message_view
from crmkit.evidence.html.curl import curl
from crmkit.evidence.html.message_view import MessageView
from crmkit.evidence.html.wording import anchor
from crmkit.evidence.secrets import LEFT_OUT

# Of messages that nobody has to look into, so that a whole run stays small.
_FEW_LINES = 60
_SOME_LINES = 90
_MANY_LINES = 400
_MOST_PROOFS = 6
WRONG = ("failed", "error")
_BAD = (*WRONG, "could-not-test")


@dataclass(frozen=True, slots=True)
class Checks:
    """Checks of one aspect."""

    aspect: AspectWord
    checks: list[CheckEntry]

    @property
    def is_named(self) -> bool:
        """Whether the fields' own names say the aspect already: `Reply/Error[1]/code`."""
        return all(check.field.lower().endswith(self.aspect.lower()) for check in self.checks)


@dataclass(frozen=True, slots=True)
class ExchangeView:
    """A call with its messages. `link`s are None where there is no file, views None where they are not shown."""

    number: int
    call: CallEntry
    request: MessageView | None
    response: MessageView | None
    curl: str | None
    lacks_secrets: bool = False


@dataclass(frozen=True, slots=True)
class CallLine:
    """Calls in a row that look the same, for the list. `is_proof`: they looked at what the target had afterwards."""

    arrow: diagram.Arrow
    calls: tuple[CallEntry, ...]
    is_proof: bool


@dataclass(slots=True)
class ScenarioView:
    """Everything of a scenario. `is_repeated`: it is shown already, under another row.

    `is_printed`: on paper it is unfolded.
    """

    entry: ScenarioEntry
    id: str
    is_bad: bool
    differing: list[Checks] = field(default_factory=list)
    unseen: list[Checks] = field(default_factory=list)
    holding: list[Checks] = field(default_factory=list)
    exchanges: list[ExchangeView] = field(default_factory=list)
    proofs: list[ExchangeView] = field(default_factory=list)
    lines: list[CallLine] = field(default_factory=list)
    drawing: Markup | None = None
    is_repeated: bool = False
    is_open: bool = False
    is_printed: bool = False


def scenario_view(
    entry: ScenarioEntry, messages: Mapping[str, bytes], profile: Mapping[str, Any] | None
) -> ScenarioView:
    """A scenario; its messages by their path in the bundle, those that are missing there are only named."""
    is_bad = entry.outcome in _BAD
    view = ScenarioView(entry, anchor("scenario", entry.id), is_bad)
    differing = [check for check in entry.checks if check.held == "no"]
    view.differing = _by_aspect(differing)
    view.unseen = _by_aspect([check for check in entry.checks if check.held == "unseen"])
    view.holding = _by_aspect([check for check in entry.checks if check.held not in ("no", "unseen")])
    numbered = list(enumerate(entry.calls, 1))
    subjects = [(number, call) for number, call in numbered if call.is_subject]
    last = subjects[-1][0] if subjects else None
    lines = _MANY_LINES if is_bad else _FEW_LINES
    for number, call in subjects:
        marks = _marks(differing) if number == last else {}
        view.exchanges.append(_exchange(number, call, messages, marks, lines, profile))
    looked = [(number, call) for number, call in numbered if last and number > last and _looks(call)]
    if is_bad:
        view.proofs = [
            _exchange(number, call, messages, {}, _SOME_LINES, profile) for number, call in looked[-_MOST_PROOFS:]
        ]
    view.lines = [
        CallLine(
            arrow, tuple(entry.calls[arrow.first - 1 : arrow.last]), arrow.first in {number for number, _ in looked}
        )
        for arrow in diagram.arrows(entry.calls)
    ]
    view.drawing = diagram.sequence(entry.calls)
    return view


def _by_aspect(checks: Sequence[CheckEntry]) -> list[Checks]:
    found = [Checks(aspect, [check for check in checks if check.aspect == aspect]) for aspect in get_args(AspectWord)]
    return [each for each in found if each.checks]


def _marks(differing: Sequence[CheckEntry]) -> dict[str, str]:
    notes: dict[str, str] = {}
    for check in differing:
        if check.element:
            note = f"{check.field}: expected {check.expected}, observed {check.observed}"
            notes[check.element] = f"{notes[check.element]}; {note}" if check.element in notes else note
    return notes


def _looks(call: CallEntry) -> bool:
    """Whether a call of the kit reads what the target has, as opposed to one that changes it."""
    if call.caller != "kit":
        return False
    if call.kind in ("json", "http"):
        return call.method in (None, "GET") and not call.is_subject
    return call.kind == "person" or "Get" in call.label


def _exchange(
    number: int,
    call: CallEntry,
    messages: Mapping[str, bytes],
    marks: Mapping[str, str],
    most_lines: int,
    profile: Mapping[str, Any] | None,
) -> ExchangeView:
    request = messages.get(call.request) if call.request else None
    response = messages.get(call.response) if call.response else None
    return ExchangeView(
        number,
        call,
        message_view.view(request, {}, most_lines) if request is not None else None,
        message_view.view(response, marks, most_lines) if response is not None else None,
        curl(call, profile) if call.kind != "person" else None,
        LEFT_OUT.encode() in (request or b""),
    )
