"""One judge an element: what a reply shows of a ticket that was asked for (Tables 10.9 to 10.12).

What a message of creation left out is not judged: what stands in for it is the target's (D-43).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from crm_contract.messages import Location, TroubleTicket
from crm_contract.values import parse_datetime
from crmkit.suite import values
from crmkit.suite.access import positions
from crmkit.suite.evidence import Held
from crmkit.suite.replies import questions
from crmkit.suite.replies.questions import Question
from crmkit.suite.tickets.written import Ticket

_SECOND = timedelta(seconds=1)
# D-34: what the active tickets call a source, and what the archive does.
_ARCHIVED_SPELLINGS = {"CallCenter": "CC", "Portal": "OutagePortal"}
_PRINTED = questions.SOURCE.printed
_ACTIVE_SPELLINGS = {archived: active for active, archived in _ARCHIVED_SPELLINGS.items()}


class Judged(NamedTuple):
    """What a reply should show, what it shows, and how that holds: in which decision's reading, where it is not the
    printed one.
    """

    expected: str
    observed: str
    held: bool | Held
    decision: str | None = None


# None where nothing says what should be there.
Found = Judged | None


@dataclass(frozen=True, slots=True)
class Shown:
    """A ticket as sent, and as a reply shows it from one of the two stores; `readings` takes what decisions allow."""

    sent: Ticket
    carried: TroubleTicket
    is_archived: bool
    input_crs: str = positions.DEGREES
    readings: dict[str, str] = field(default_factory=dict)
    interpretations: Mapping[str, str] = field(default_factory=dict)

    def read(self, question: Question, expected: str, observed: str) -> Judged:
        """Something that is not as printed, and that a decision lets be as it is, unless the target says otherwise."""
        if not question.admits(self.interpretations, question.answers[1]):
            return Judged(expected, observed, False)
        self.readings[question.decision] = question.answers[1]
        return Judged(expected, observed, Held.READING, question.decision)


def _text(sent: Callable[[Ticket], str | None], carried: Callable[[TroubleTicket], str | None]) -> Judge:
    def judge(shown: Shown) -> Found:
        expected, observed = sent(shown.sent), carried(shown.carried)
        if expected is None:
            return None
        return Judged(_short(expected), _short(observed), (observed or "").strip() == expected.strip())

    return judge


def _call_back(shown: Shown) -> Found:
    expected = shown.sent.call_back
    observed = {True: "true", False: "false", None: "absent"}[shown.carried.call_back]
    return None if expected is None else Judged(expected, observed, observed == expected)


def _moment(sent: Callable[[Ticket], datetime | str | None], carried: Callable[[TroubleTicket], str | None]) -> Judge:
    def judge(shown: Shown) -> Found:
        expected, observed = sent(shown.sent), carried(shown.carried)
        if not isinstance(expected, datetime):
            return None
        holds = bool(observed) and abs(parse_datetime(observed or "", UTC) - expected) <= _SECOND
        return Judged(values.moment_text(expected), observed or "absent", holds)

    return judge


def _source(shown: Shown) -> Found:
    sent, observed = shown.sent.source, (shown.carried.source or "").strip()
    if sent is None:
        return None
    active = _ACTIVE_SPELLINGS.get(sent, sent)
    archived = _ARCHIVED_SPELLINGS.get(active, active)
    printed = archived if shown.is_archived else active
    if observed in (active, archived) and observed != printed:
        return shown.read(questions.SOURCE, printed, observed)
    is_printed = observed == printed and (
        active == archived or questions.SOURCE.admits(shown.interpretations, _PRINTED)
    )
    return Judged(printed, observed or "absent", is_printed)


def _hazards(shown: Shown) -> Found:
    expected = sorted(shown.sent.hazards)
    observed = sorted((hazard.mrid or "").strip() for hazard in shown.carried.incident_hazards)
    return Judged(", ".join(expected) or "none", ", ".join(observed) or "none", observed == expected)


def _language(shown: Shown) -> Found:
    expected, observed = shown.sent.language, (shown.carried.language_id or "").strip()
    if expected is None:
        return None
    if not shown.is_archived:
        return Judged(expected, observed or "absent", observed == expected)
    if observed == expected:
        return shown.read(questions.ARCHIVED_LANGUAGE, "absent", observed)
    wanted = questions.ARCHIVED_LANGUAGE.wanted(shown.interpretations) or questions.ARCHIVED_LANGUAGE.printed
    if wanted == questions.ARCHIVED_LANGUAGE.printed:
        return Judged(f"{expected} or absent" if observed else "absent", observed or "absent", not observed)
    return Judged(expected, observed or "absent", False)


def _location(shown: Shown) -> Found:
    expected = sorted((shown.sent.kind or "", name, value) for name, value in shown.sent.parameters)
    observed = sorted(
        ((each.type or "").strip(), (each.description or "").strip(), (each.name or "").strip())
        for each in shown.carried.locations
        if each.type or each.description or each.name
    )
    # It is there for tickets that are on no usage point: on others it may be left out.
    holds = observed == expected or (not observed and shown.sent.in_model)
    return Judged(_parameters(expected), _parameters(observed), holds)


def _parameters(parameters: list[tuple[str, str, str]]) -> str:
    return ", ".join(f"{kind} {name}={value}" for kind, name, value in parameters) or "none"


def _position(shown: Shown) -> Found:
    sent = shown.sent.position
    # With a search the position is the landbase's; on a usage point it is additional.
    if sent is None or shown.sent.kind is not None:
        return None
    observed = next((point for point in map(_point, shown.carried.locations) if point is not None), None)
    if observed is None and (shown.is_archived or shown.sent.in_model):
        is_fine = not shown.is_archived or questions.ARCHIVED_POSITION.admits(
            shown.interpretations, questions.ARCHIVED_POSITION.printed
        )
        return None if is_fine else Judged(", ".join(sent), "absent", False)
    holds = observed is not None and _same_place(sent, observed, shown.input_crs)
    said = ", ".join(observed) if observed else "absent"
    if holds and shown.is_archived:
        return shown.read(questions.ARCHIVED_POSITION, "absent", said)
    return Judged(", ".join(sent), said, holds)


def _usage_point(shown: Shown) -> Found:
    expected = shown.sent.usage_point if shown.sent.in_model else ""
    observed = (shown.carried.usage_point.mrid if shown.carried.usage_point else None) or ""
    return Judged(expected or "absent", observed or "absent", observed.strip() == expected)


def _point(location: Location) -> tuple[str, str] | None:
    point = location.position_point
    return None if point is None else ((point.x_position or "").strip(), (point.y_position or "").strip())


def _same_place(sent: tuple[str, str], observed: tuple[str, str], crs: str) -> bool:
    try:
        one, other = ((float(x), float(y)) for x, y in (sent, observed))
    except ValueError:
        return sent == observed
    return positions.same_place(one, other, crs)


def _short(text: str | None) -> str:
    if not text:
        return "absent"
    return repr(text) if len(text) <= 60 else f"{text[:20]!r}… of {len(text)} characters"


Judge = Callable[[Shown], Found]

# The name may be left out (D-27).
LIMITED: dict[str, Judge] = {
    "callBack": _call_back,
    "comment": _text(lambda ticket: ticket.comment, lambda ticket: ticket.comment),
    "createdDateTime": _moment(lambda ticket: ticket.created, lambda ticket: ticket.created_date_time),
    "name": lambda shown: _name(shown),
    "source": _source,
    "troubleCode": _text(lambda ticket: ticket.trouble_code, lambda ticket: ticket.trouble_code),
    "Location": _location,
    "Location/PositionPoint": _position,
    "UsagePoint/mRID": _usage_point,
}
# CustomerData and IncidentRecord are judged apart.
FULL: dict[str, Judge] = {
    **LIMITED,
    "csrId": _text(lambda ticket: ticket.csr, lambda ticket: ticket.csr_id),
    "firstCallDateTime": _moment(lambda ticket: ticket.first_call, lambda ticket: ticket.first_call_date_time),
    "languageId": _language,
    "IncidentHazard": _hazards,
}


def _name(shown: Shown) -> Found:
    observed = (shown.carried.name or "").strip()
    return Judged(shown.sent.name, observed or "absent", observed in ("", shown.sent.name))


def only_in_full(carried: TroubleTicket) -> list[str]:
    """The elements of a ticket that limited details do not have."""
    there = {
        "csrId": carried.csr_id,
        "firstCallDateTime": carried.first_call_date_time,
        "languageId": carried.language_id,
        "CustomerData": carried.customer_data,
        "IncidentHazard": carried.incident_hazards,
        "IncidentRecord": carried.incident_record,
    }
    return [name for name, value in there.items() if value not in (None, "", [])]


def in_no_table(carried: TroubleTicket) -> list[str]:
    """The elements of a ticket that no reply to a query needs to have."""
    there = {
        "previousTroubleTicketsCount": carried.previous_trouble_tickets_count,
        "CallBacks": carried.call_backs,
        "status": carried.status,
    }
    return [name for name, value in there.items() if value not in (None, "", [])]
