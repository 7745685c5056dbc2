"""Rows 5.1-05 to 5.1-29: CreatedTroubleTickets. A rule changes the draft, and returns what it found wrong."""

from __future__ import annotations

from datetime import datetime

from crm_contract.messages import CallBackRequest, Period
from crm_contract.values import parse_datetime
from reference_adapter.landbase.answers import Down, Found, NotFound
from reference_adapter.outage_model.tickets import TicketDraft
from reference_adapter.rules.common import COMMON_RULES
from reference_adapter.rules.context import CreateContext
from reference_adapter.rules.registry import Finding, Findings, Grouping, RuleBook, Scope

CREATE_RULES = RuleBook(COMMON_RULES)


@CREATE_RULES.rule("5.1-05")
def customer_not_affected(ticket: TicketDraft, context: CreateContext) -> None:
    """A known usage point that no confirmed incident de-energizes: a customer call, located there (D-24)."""
    point = ticket.reported_usage_point
    if point and point in context.network.usage_points and context.incidents.affecting(point) is None:
        ticket.usage_point, ticket.located_by, ticket.status = point, "usage-point", "Energized"


@CREATE_RULES.rule("5.1-06")
def customer_affected(ticket: TicketDraft, context: CreateContext) -> None:
    """A known usage point under an open, confirmed incident: the reply tells about it (D-24, D-26)."""
    point = ticket.reported_usage_point
    if point and point in context.network.usage_points and (incident := context.incidents.affecting(point)):
        ticket.usage_point, ticket.located_by, ticket.status = point, "usage-point", "Deenergized"
        ticket.incident = incident


@CREATE_RULES.rule("5.1-07")
def customer_not_in_model(ticket: TicketDraft, context: CreateContext) -> None:
    """A usage point that the model lacks leaves the ticket unlocated, unless a Location says more."""
    point = ticket.reported_usage_point
    if point is not None and point not in context.network.usage_points:
        ticket.usage_point, ticket.located_by, ticket.status = None, None, "Created"


@CREATE_RULES.rule("5.1-08")
def nothing_to_locate_by(ticket: TicketDraft, context: CreateContext) -> None:
    """Neither usage point nor Location nor position: unlocated."""
    if ticket.reported_usage_point is None and ticket.search is None and ticket.point is None:
        ticket.located_by, ticket.position, ticket.status = None, None, "Created"


@CREATE_RULES.rule("5.1-09")
def usage_point_and_location(ticket: TicketDraft, context: CreateContext) -> None:
    """A position beside a usage point is kept; the usage point stays what the ticket is located by."""
    ticket.keeps_position = ticket.search is not None or ticket.point is not None


@CREATE_RULES.rule("5.1-10")
def location_beats_position_point(ticket: TicketDraft, context: CreateContext) -> None:
    """With search data the message's own position has no effect, whatever the landbase says (D-21)."""
    if ticket.search is not None:
        ticket.point = None


@CREATE_RULES.rule("5.1-11", "CommentExceedsLimit")
def comment_exceeds_limit(ticket: TicketDraft, context: CreateContext) -> Findings:
    """A long comment is shortened to the limit, counted in characters (D-30, D-44)."""
    return _shorten_comment(ticket, context)


@CREATE_RULES.rule("5.1-12", "InvalidHazardType")
def invalid_hazard_type(ticket: TicketDraft, context: CreateContext) -> Findings:
    """A hazard that is not in the list is left out."""
    named = [hazard.mrid for hazard in ticket.sent.incident_hazards if hazard.mrid and hazard.mrid.strip()]
    ticket.hazards = [hazard for hazard in named if hazard in context.settings.hazards]
    return [Finding(hazard) for hazard in named if hazard not in context.settings.hazards]


@CREATE_RULES.rule("5.1-13", "InvalidTroubleCode", grouping=Grouping.PER_VALUE)
def invalid_trouble_code(ticket: TicketDraft, context: CreateContext) -> Findings:
    """A ticket whose trouble code is not in the list is refused."""
    code = ticket.sent.trouble_code or ""
    ticket.trouble_code = code
    if not code.strip() or code in context.settings.trouble_codes:
        return None
    ticket.refused = True
    return [Finding(code)]


@CREATE_RULES.rule("5.1-14", "MissingTroubleCode")
def missing_trouble_code(ticket: TicketDraft, context: CreateContext) -> Findings:
    """A ticket without a trouble code, or with a blank one, is refused."""
    if (ticket.sent.trouble_code or "").strip():
        return None
    ticket.refused = True
    return [Finding()]


@CREATE_RULES.rule("5.1-15", "InvalidLanguageId")
def invalid_language_id(ticket: TicketDraft, context: CreateContext) -> Findings:
    """A language that is not in the list becomes the default, as an absent one does (D-43)."""
    ticket.language_id = context.settings.default_language
    sent = ticket.sent.language_id
    if sent is None:
        return None
    language = _whole_number(sent)
    if language in context.settings.languages:
        ticket.language_id = language
        return None
    return [Finding(sent.strip())]


@CREATE_RULES.rule("5.1-16", "InvalidCallSource")
def invalid_call_source(ticket: TicketDraft, context: CreateContext) -> Findings:
    """A source that is not in the list becomes Unknown, as an absent one does (D-34, D-43)."""
    sent = ticket.sent.source
    if sent is not None and sent in context.settings.sources:
        ticket.source = context.settings.sources[sent]
        return None
    ticket.source = context.settings.default_source
    return [Finding(sent)] if sent and sent.strip() else None


@CREATE_RULES.rule("5.1-17", "CallbackPeriodEndDateTimeInPast")
def callback_period_in_past(ticket: TicketDraft, context: CreateContext) -> Findings:
    """A period whose start or end is past is not imported; an inverted one is 5.1-18's (D-19)."""
    past = False
    for start, end, _ in _periods(ticket, context):
        if end < start:
            continue
        if start < context.now or end < context.now:
            past = True
        else:
            ticket.callback_periods.append((start, end))
    return [Finding()] if past else None


@CREATE_RULES.rule("5.1-18", "InvalidPeriod", grouping=Grouping.PER_VALUE, about_value=True)
def invalid_period(ticket: TicketDraft, context: CreateContext) -> Findings:
    """A period that ends before it starts is not imported; equal ends are allowed (D-19)."""
    return [
        Finding(f"{(period.start or '').strip()}/{(period.end or '').strip()}")
        for start, end, period in _periods(ticket, context)
        if end < start
    ]


@CREATE_RULES.rule("5.1-19", "LocationTypeNotSupported", grouping=Grouping.PER_VALUE, about_value=True)
def location_type_not_supported(ticket: TicketDraft, context: CreateContext) -> Findings:
    """A search type that the configuration lacks is not searched for (D-08, D-22)."""
    if ticket.search is None:
        return None
    unsupported = ticket.search.unsupported(context.settings.landbase.search_types)
    if unsupported:
        ticket.search = None
    return [Finding(name) for name in unsupported]


@CREATE_RULES.rule("5.1-20", "InvalidPositionPoint", grouping=Grouping.PER_FINDING)
def invalid_position_point(ticket: TicketDraft, context: CreateContext) -> Findings:
    """A coordinate that is no number or out of range drops the position; X and Y are judged apart (D-22)."""
    if ticket.point is None:
        return None
    invalid = context.points[ticket.point].invalid
    if not invalid:
        return None
    as_received = f"({ticket.point[0]}, {ticket.point[1]})"
    ticket.point = None
    return [Finding(axis, subject=as_received) for axis in invalid]


@CREATE_RULES.rule("5.1-21", "CallbackPeriodMissing")
def callback_period_missing(ticket: TicketDraft, context: CreateContext) -> Findings:
    """A callback is wanted, but no period has both ends; never said where none is wanted (D-19)."""
    if not ticket.call_back or any(_is_complete(period) for period in _sent_periods(ticket)):
        return None
    return [Finding()]


@CREATE_RULES.rule("5.1-22", "InvalidSearchTypeParamsNames")
def invalid_search_type_parameters(ticket: TicketDraft, context: CreateContext) -> Findings:
    """Parameters that are not those of the search type, or Locations of mixed types, are not searched (D-20)."""
    if ticket.search is None or ticket.search.meets(context.settings.landbase.search_types):
        return None
    ticket.search = None
    return [Finding()]


@CREATE_RULES.rule("5.1-23", "InvalidContactDetail", grouping=Grouping.PER_VALUE)
def invalid_contact_detail(ticket: TicketDraft, context: CreateContext) -> Findings:
    """A callback medium that is not in the list is left out; the ticket is created (D-09)."""
    wanted = [
        request.contact_detail
        for request in ticket.sent.call_backs
        if request.contact_detail and request.contact_detail.strip()
    ]
    ticket.callback_media = [medium for medium in wanted if medium in context.settings.callback_media]
    return [Finding(medium) for medium in wanted if medium not in context.settings.callback_media]


@CREATE_RULES.rule("5.1-24", "InvalidCreatedDateTime", grouping=Grouping.PER_FINDING)
def created_in_future(ticket: TicketDraft, context: CreateContext) -> Findings:
    """A creation time ahead of now by more than the skew becomes now; an absent time is now too (D-43)."""
    zone = context.settings.time_zone
    sent, first_call = ticket.sent.created_date_time, ticket.sent.first_call_date_time
    ticket.first_call = parse_datetime(first_call, zone) if first_call else context.now
    ticket.created = parse_datetime(sent, zone) if sent else context.now
    if ticket.created <= context.now + context.settings.future_skew:
        return None
    ticket.created = context.now
    return [Finding()]


@CREATE_RULES.rule("5.1-25")
def landbase_is_down(ticket: TicketDraft, context: CreateContext) -> Findings:
    """Where the landbase does not answer, the location goes into the comment (D-23)."""
    if ticket.search is None or not isinstance(context.landbase[ticket.search], Down):
        return None
    said = [ticket.comment] if ticket.comment else []
    ticket.comment = "\n".join([*said, ticket.search.text()])
    return [Finding(reason="CommentExceedsLimit") for _ in _shorten_comment(ticket, context) or ()]


@CREATE_RULES.rule("5.1-26")
def landbase_object_exists(ticket: TicketDraft, context: CreateContext) -> None:
    """The ticket lies where the landbase object lies."""
    if ticket.search is not None and isinstance(answer := context.landbase[ticket.search], Found):
        ticket.place((answer.x, answer.y), by="landbase")


@CREATE_RULES.rule("5.1-27", "UnlocatableLandbaseTroubleTicket")
def landbase_object_missing(ticket: TicketDraft, context: CreateContext) -> Findings:
    """The landbase has no such object: unlocated. A ticket on a known usage point is located all the same."""
    if ticket.search is None or not isinstance(context.landbase[ticket.search], NotFound):
        return None
    return None if ticket.usage_point else [Finding()]


@CREATE_RULES.rule("5.1-28")
def valid_coordinates(ticket: TicketDraft, context: CreateContext) -> None:
    """The ticket lies at its coordinates, converted to the model's system."""
    if ticket.point is not None and (position := context.points[ticket.point].position):
        ticket.place(position, by="coordinates")


@CREATE_RULES.rule("5.1-29", "ImsCallbackNotReceived", scope=Scope.FORWARDING, about_value=True)
def ims_callback_not_received(confirmed: bool, interval_seconds: float) -> Findings:
    """The IMS has the message but did not confirm it within the interval (D-29)."""
    return None if confirmed else [Finding(f"{interval_seconds:g} seconds")]


def _shorten_comment(ticket: TicketDraft, context: CreateContext) -> list[Finding] | None:
    limit = context.settings.comment_limit
    if ticket.comment is None or len(ticket.comment) <= limit:
        return None
    ticket.comment = ticket.comment[:limit]
    return [Finding()]


def _whole_number(text: str) -> int | None:
    """An integer; None for one with more digits than Python converts."""
    try:
        return int(text)
    except ValueError:
        return None


def _sent_periods(ticket: TicketDraft) -> list[Period]:
    requests: list[CallBackRequest] = ticket.sent.call_backs
    return [period for request in requests for period in request.periods]


def _is_complete(period: Period) -> bool:
    return bool(period.start and period.end)


def _periods(ticket: TicketDraft, context: CreateContext) -> list[tuple[datetime, datetime, Period]]:
    """The complete periods of a ticket that wants a callback; others are neither judged nor imported (D-19)."""
    if not ticket.call_back:
        return []
    zone = context.settings.time_zone
    return [
        (parse_datetime(period.start, zone), parse_datetime(period.end, zone), period)
        for period in _sent_periods(ticket)
        if period.start and period.end
    ]
