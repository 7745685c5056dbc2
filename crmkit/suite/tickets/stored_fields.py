"""One judge a column: what a stored ticket should hold there, and what it holds."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from crm_contract.values import parse_datetime
from crmkit.suite import values
from crmkit.suite.access import positions
from crmkit.suite.access.control import Json
from crmkit.suite.access.positions import DEGREES
from crmkit.suite.errors import HarnessError
from crmkit.suite.run import Settings
from crmkit.suite.tickets.written import Ticket
from crmkit.suite.values import Period

# What docs/steps.md prints beside the columns of tickets as sent.
STORED_FORMS = (
    ("any column", "`as sent`: what the message carried; `*`: not judged"),
    ("comment", "`says the location`: what was sent, if anything, and every value of the location"),
    ("periods", "`without +2h/+1h`: whatever is stored, this period is not"),
    ("created", "`now`: the time of the reply, within a minute"),
    ("position", "`of the landmark`; `as sent`, converted to the model's system; `kept`: whatever was made of it"),
    ("position", "`EPSG:n x,y`: literally so, to within a foot"),
    ("located", "`usage point`, `landbase`, `coordinates`; empty: unlocated"),
    ("usage point", "as in the message; empty: none, though the message may have named one"),
)

NOT_JUDGED = "*"
_AS_SENT = "as sent"
_WITHOUT = "without "
_LOCATED = ("", "usage point", "landbase", "coordinates")
_CALL_BACK = {"yes": "true", "no": "false"}
_SAME_MOMENT = timedelta(minutes=1)


class Judged(NamedTuple):
    """What a stored ticket should hold, what it holds, and whether that is right."""

    expected: str
    observed: str
    holds: bool


# None where nothing says what should be there.
Found = Judged | None


@dataclass(frozen=True, slots=True)
class Field:
    """A cell of a table of stored tickets, with everything that it is judged by."""

    sent: Ticket
    cell: str
    stored: Json
    settings: Settings
    now: datetime
    reply_time: datetime | None
    kept_periods: tuple[Period, ...] | None = None

    def with_periods(self, periods: Iterable[Period]) -> Field:
        """The same, with the periods that are expected whatever the cell says."""
        return replace(self, kept_periods=tuple(periods))

    @property
    def as_sent(self) -> bool:
        """Whether the message itself says what is expected."""
        return self.cell == _AS_SENT


def _usage_point(field: Field) -> Found:
    located = field.stored["usage_point"]
    expected = field.sent.usage_point if field.cell and field.sent.in_model else None
    sent = (field.sent.usage_point or "").strip()
    # Only the outage model itself tells.
    reported = field.stored.get("reported_usage_point", sent)
    if located == expected and sent and reported != sent:
        return Judged(f"{sent}, as reported", reported or "none", False)
    return Judged(expected or "none", located or "none", located == expected)


def _located(field: Field) -> Found:
    if field.cell not in _LOCATED:
        raise HarnessError(f"{field.cell!r} locates nothing: write {', '.join(filter(None, _LOCATED))}, or nothing")
    by = (field.stored["located_by"] or "").replace("-", " ")
    position = field.stored["position"]
    if by == field.cell == "" and position is not None:
        return Judged("unlocated", f"at {_point(position)}", False)
    return Judged(field.cell or "unlocated", by or "unlocated", by == field.cell)


def _text(key: str, sent: Callable[[Ticket], str | None]) -> Callable[[Field], Found]:
    def judge(field: Field) -> Found:
        expected = (sent(field.sent) if field.as_sent else field.cell) or ""
        observed = "" if field.stored[key] is None else str(field.stored[key])
        return Judged(_short(expected), _short(observed), observed == expected)

    return judge


def _comment(field: Field) -> Found:
    observed = field.stored["comment"] or ""
    if field.cell == "says the location":
        wanted = [field.sent.comment or "", *(value for _, value in field.sent.parameters)]
        holds = all(text in observed for text in wanted)
        return Judged(f"a comment with {', '.join(text for text in wanted if text)}", _short(observed), holds)
    expected = field.sent.comment or "" if field.as_sent else values.text(field.cell, field.settings.comment_limit)
    return Judged(_short(expected), _short(observed), observed == expected)


def _several(key: str, sent: Callable[[Ticket], list[str]]) -> Callable[[Field], Found]:
    def judge(field: Field) -> Found:
        expected = sorted(sent(field.sent) if field.as_sent else values.items(field.cell))
        observed = sorted(field.stored[key])
        return Judged(", ".join(expected) or "none", ", ".join(observed) or "none", observed == expected)

    return judge


def _language(field: Field) -> Found:
    expected = field.sent.language if field.as_sent else field.cell
    observed = field.stored["language_id"]
    return Judged(expected or "none", str(observed), str(observed) == expected)


def _moment(key: str, sent: Callable[[Ticket], datetime | str | None]) -> Callable[[Field], Found]:
    def judge(field: Field) -> Found:
        observed = field.stored[key]
        if field.cell == "now":
            expected, tolerance = field.reply_time or datetime.now(UTC), _SAME_MOMENT
        else:
            wanted = sent(field.sent) if field.as_sent else values.moment(field.cell, field.now)
            if wanted is None and not field.as_sent:
                raise HarnessError(f"{field.cell!r} is no time: write now, +2h, -1d, or as sent")
            if not isinstance(wanted, datetime):
                # Nothing was sent: what stands in for it is not judged (D-43).
                return None
            expected, tolerance = wanted, timedelta(seconds=1)
        holds = bool(observed) and abs(parse_datetime(observed, UTC) - expected) <= tolerance
        return Judged(values.moment_text(expected), observed or "none", holds)

    return judge


def _call_back(field: Field) -> Found:
    if not field.as_sent and field.cell not in _CALL_BACK:
        raise HarnessError(f"{field.cell!r}: whether a callback is wanted is yes, no, or as sent")
    wanted = field.sent.call_back if field.as_sent else _CALL_BACK[field.cell]
    observed = "true" if field.stored["call_back"] else "false"
    return None if wanted is None else Judged(wanted, observed, observed == wanted)


def _periods(field: Field) -> Found:
    there = {tuple(parse_datetime(p[end], UTC) for end in ("start", "end")) for p in field.stored["callback_periods"]}
    if field.cell.startswith(_WITHOUT):
        unwanted = {(p.start, p.end) for p in values.periods(field.cell.removeprefix(_WITHOUT), field.now)}
        return Judged(f"none of {_spans(unwanted)}", _spans(there), not unwanted & there)
    expected: Iterable[Period]
    if field.kept_periods is not None:
        expected = field.kept_periods
    else:
        expected = field.sent.periods if field.as_sent else values.periods(field.cell, field.now)
    # As a set: a period that a message gives for each of two media is one period.
    wanted = {(p.start, p.end) for p in expected}
    return Judged(_spans(wanted), _spans(there), wanted == there)


def _location(field: Field) -> Found:
    if field.cell not in ("", _AS_SENT):
        raise HarnessError("a stored location is 'as sent' or nothing")
    parameters = field.sent.parameters if field.as_sent else ()
    expected = sorted((field.sent.kind or "", name, value) for name, value in parameters)
    observed = sorted(
        (each.get("type") or "", each.get("description") or "", each.get("name") or "")
        for each in field.stored["location"]
    )
    said = str(expected) if expected else "none", str(observed) if observed else "none"
    return Judged(*said, expected == observed)


def _position(field: Field) -> Found:
    observed = field.stored["position"]
    if not field.cell:
        return Judged("none", "none" if observed is None else _point(observed), observed is None)
    if observed is None:
        return Judged(field.cell, "none", False)
    if field.cell == "kept":
        return Judged("some position", _point(observed), True)
    x, y = expected_position(field)
    holds = positions.same_place((x, y), (float(observed["x"]), float(observed["y"])), field.settings.model_crs)
    return Judged(f"X {x:.2f} Y {y:.2f}", _point(observed), holds)


def expected_position(field: Field) -> tuple[float, float]:
    """Where the cell says that the ticket lies, in the model's system."""
    model = field.settings.model_crs
    if field.cell == "of the landmark":
        landmark = field.sent.landmark
        if landmark is None:
            raise HarnessError(f"ticket {field.sent.alias} names no known landbase object")
        return positions.convert(landmark.longitude, landmark.latitude, DEGREES, model)
    if field.as_sent:
        x, y = field.sent.position or ("", "")
        return positions.convert(float(x), float(y), field.settings.input_crs, model)
    crs, _, pair = field.cell.partition(" ")
    x, comma, y = pair.partition(",")
    try:
        if comma:
            return positions.convert(float(x), float(y), crs, model)
    except (ValueError, RuntimeError):
        # Not numbers, or no coordinate system that is known.
        pass
    raise HarnessError(f"{field.cell!r} is no stored position: write for instance EPSG:4326 -97.74,30.27")


def _caller(field: Field) -> Found:
    caller = field.sent.caller if field.as_sent else None
    expected: list[tuple[str, ...]] = []
    if caller is not None:
        person = (caller.first or "", caller.middle or "", caller.last or "")
        expected = sorted((*person, kind, value) for kind, value in caller.contacts.items())
    keys = ("first_name", "middle_name", "last_name", "type", "value")
    observed = sorted(tuple(contact[key] or "" for key in keys) for contact in field.stored["contacts"])
    return Judged(_people(expected), _people(observed), expected == observed)


def _people(contacts: Iterable[tuple[str, ...]]) -> str:
    return ", ".join(" ".join(part for part in contact if part) for contact in contacts) or "none"


JUDGES: dict[str, Callable[[Field], Found]] = {
    "usage point": _usage_point,
    "located": _located,
    "trouble code": _text("trouble_code", lambda ticket: ticket.trouble_code),
    "hazards": _several("hazards", lambda ticket: ticket.hazards),
    "comment": _comment,
    "source": _text("source", lambda ticket: ticket.source),
    "language": _language,
    "created": _moment("created_date_time", lambda ticket: ticket.created),
    "first call": _moment("first_call_date_time", lambda ticket: ticket.first_call),
    "csr": _text("csr_id", lambda ticket: ticket.csr),
    "call back": _call_back,
    "media": _several("callback_media", lambda ticket: ticket.media),
    "periods": _periods,
    "location": _location,
    "position": _position,
    "caller": _caller,
}


def _short(text: str) -> str:
    if len(text) <= 60:
        return repr(text) if text else "none"
    return f"{text[:20]!r}… of {len(text)} characters"


def _point(position: Json) -> str:
    return f"X {float(position['x']):.2f} Y {float(position['y']):.2f}"


def _spans(spans: Iterable[tuple[datetime | None, ...]]) -> str:
    texts = ("/".join(values.moment_text(when) if when else "" for when in span) for span in spans)
    return ", ".join(sorted(texts)) or "none"
