"""A scenario's calls as a sequence diagram: inline SVG that needs no script and is narrow enough for a phone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from markupsafe import Markup

from crmkit.evidence.document import CallEntry
from crmkit.evidence.html.wording import clean, party

_ORDER = ("person", "kit", "control", "target", "landbase", "ivr")
# Units of the drawing; shown at most at a third more than one pixel a unit.
_LANE = 66
_NARROWEST = 330
_HEAD = 26
_ROW = 27
_RETURN_ROW = 15
_CHARACTER = 5.4
_MOST_ARROWS = 60
_INSTANT = 1e-9


@dataclass(slots=True)
class Arrow:
    """Calls in a row that look the same, numbered as the list of calls numbers them."""

    first: int
    last: int
    caller: str
    called: str
    label: str
    end: str
    started: float
    finished: float
    is_subject: bool
    has_failed: bool

    @property
    def numbers(self) -> str:
        """`3`, or `3-7`."""
        return str(self.first) if self.first == self.last else f"{self.first}-{self.last}"


def arrows(calls: Sequence[CallEntry]) -> list[Arrow]:
    """The calls, those in a row drawn as one that go the same way and are called the same."""
    found: list[Arrow] = []
    for number, call in enumerate(calls, 1):
        label, end = short_label(call), short_end(call)
        before = found[-1] if found else None
        if before and not call.is_subject and not before.is_subject:
            same = (before.caller, before.called, before.label, before.end)
            # What a call set off meanwhile stands between the two in time.
            if same == (call.caller, call.called, label, end) and call.started >= before.finished:
                before.last, before.finished = number, call.finished
                continue
        found.append(
            Arrow(
                number,
                number,
                call.caller,
                call.called,
                label,
                end,
                call.started,
                max(call.finished, call.started),
                call.is_subject,
                bool(call.problem),
            )
        )
    return found


def short_label(call: CallEntry) -> str:
    """What a call is called: its label, else method and path."""
    return call.label or f"{call.method or call.kind} {urlsplit(call.url or '').path}".strip()


def short_end(call: CallEntry) -> str:
    """How a call ended, in a word."""
    if call.problem:
        return "no answer"
    return str(call.status) if call.status is not None else ""


def sequence(calls: Sequence[CallEntry]) -> Markup | None:
    """The diagram, None without calls. Its text alternative is the list of calls beside it."""
    drawn = arrows(calls)
    if not drawn:
        return None
    left_out = max(len(drawn) - _MOST_ARROWS, 0)
    if left_out:
        drawn = _most_telling(drawn)
    parties = _parties(drawn)
    width = max(_NARROWEST, _LANE * len(parties))
    lane = width / len(parties)
    places = {name: lane * (index + 0.5) for index, name in enumerate(parties)}
    body, y = _events(drawn, places, width)
    if left_out:
        y += 14
        body.append(Markup('<text x="4" y="{}">{} more are in the list</text>').format(y, left_out))
    height = y + 12
    lines = [
        Markup('<path class="lane" d="M{0:g} {1}V{2:g}"/><text x="{0:g}" y="16" class="party">{3}</text>').format(
            x, _HEAD, height, clean(party(name))
        )
        for name, x in places.items()
    ]
    names = ", ".join(clean(party(name)) for name in parties)
    return Markup('<svg class="sequence" viewBox="0 0 {0:g} {1:g}" role="img" aria-label="{2}">{3}{4}</svg>').format(
        width, height, f"Sequence diagram of {len(calls)} calls between {names}", *map(Markup("").join, (lines, body))
    )


def _most_telling(drawn: Sequence[Arrow]) -> list[Arrow]:
    """The first ones, and around the message that the scenario is about; the order stays."""
    subjects = [place for place, arrow in enumerate(drawn) if arrow.is_subject or arrow.has_failed]
    wanted = dict.fromkeys(subjects[:_MOST_ARROWS])
    for place in (near for subject in subjects for near in range(subject - 10, subject + 15)):
        if 0 <= place < len(drawn) and len(wanted) < _MOST_ARROWS:
            wanted[place] = None
    for place in range(len(drawn)):
        if len(wanted) < _MOST_ARROWS:
            wanted[place] = None
    return [drawn[place] for place in sorted(wanted)]


def _parties(drawn: Iterable[Arrow]) -> list[str]:
    seen = {name for arrow in drawn for name in (arrow.caller, arrow.called)}
    return [name for name in _ORDER if name in seen] + sorted(seen.difference(_ORDER))


def _events(drawn: Sequence[Arrow], places: dict[str, float], width: float) -> tuple[list[Markup], float]:
    """Arrows there, and dashed ones back for the target's part of the talk; and how far down they go."""
    events: list[tuple[float, bool, int, Arrow]] = []
    for index, arrow in enumerate(drawn):
        events.append((arrow.started, True, index, arrow))
        if "target" in (arrow.caller, arrow.called) and arrow.first == arrow.last and arrow.end:
            # Never before its own beginning; of those that end at once the last called returns first.
            events.append((max(arrow.finished, arrow.started + _INSTANT), False, -index, arrow))
    events.sort(key=lambda event: event[:3])
    parts: list[Markup] = []
    y = float(_HEAD)
    for _, is_beginning, _, arrow in events:
        start, end = places[arrow.caller], places[arrow.called]
        y += _ROW if is_beginning else _RETURN_ROW
        parts.append(_there(arrow, start, end, y, width) if is_beginning else _back(start, end, y))
    return parts, y


def _there(arrow: Arrow, start: float, end: float, y: float, width: float) -> Markup:
    classes = " ".join(name for name, holds in (("s", arrow.is_subject), ("f", arrow.has_failed)) if holds)
    count = arrow.last - arrow.first + 1
    times = f" ×{count}" if count > 1 else ""
    end_word = f" → {arrow.end}" if arrow.end else ""
    most = int((width - 8) / _CHARACTER) - len(arrow.numbers) - len(times) - len(end_word) - 2
    label = arrow.label if len(arrow.label) <= most else arrow.label[: most - 1] + "…"
    text = clean(f"{arrow.numbers}. {label}{times}{end_word}")
    x = min(min(start, end) + 3, max(width - 4 - len(text) * _CHARACTER, 4))
    shape = _line(start, end, y) if start != end else f"M{start:g} {y - 4:g}h14v6h-12m4-3l-4 3 4 3"
    parts = Markup('<text x="{:.0f}" y="{:g}">{}</text><path d="{}"/>').format(x, y - 5, text, shape)
    return Markup('<g class="{}">{}</g>').format(classes, parts) if classes else parts


def _back(start: float, end: float, y: float) -> Markup:
    if start == end:
        return Markup("")
    head = 5 if end > start else -5
    dashes = Markup('<path class="r" d="M{:g} {:g}H{:g}"/>').format(end, y, start + head)
    return dashes + Markup('<path d="M{:g} {:g}l{} 3v-6z"/>').format(start, y, head)


def _line(start: float, end: float, y: float) -> str:
    way = 1 if end > start else -1
    return f"M{start:g} {y:g}H{end:g}m{-4 * way} -3l{4 * way} 3 {-4 * way} 3"
