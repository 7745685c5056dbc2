"""CreatedTroubleTickets (Table 5.1, rows in their order)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from model import contract, network
from model.answers import FAILED, OK, PARTIAL, Answer, Errors, counted
from model.calls import NewTicket, is_given
from model.world import Ticket, World, contacts_of


def create(world: World, entries: Sequence[NewTicket]) -> Answer:
    """A ticket for each entry that no rule refuses; several Errors of one entry do not hinder each other (D-05)."""
    errors = Errors()
    made: list[Ticket] = []
    shown = []
    for number, entry in enumerate(entries, start=1):
        if ticket := _ticket(world, entry, entry.name if is_given(entry.name) else f"#{number}", errors):
            shown.append(_shown(world, ticket, made))
            made.append(ticket)
    for ticket in made:
        ticket.id = world.next_id("T")
    for entry, ticket in zip(shown, made, strict=True):
        entry["mrid"] = ticket.id
    world.tickets += made
    result = counted(len(made), len(entries) - len(made))
    if result == OK and "InvalidContactDetail" in errors:
        # The one exception to the count (D-09).
        result = PARTIAL
    return Answer(result, errors.listed(), None if result == FAILED else tuple(shown))


def _ticket(world: World, entry: NewTicket, alias: str | None, errors: Errors) -> Ticket | None:
    """5.1-05 to 5.1-28 for one entry; None when it is refused."""
    comment = entry.comment
    if comment is not None and len(comment) > contract.COMMENT_LIMIT:
        errors.add("2.7", "WARNING", "CommentExceedsLimit")
        comment = comment[: contract.COMMENT_LIMIT]
    if any(is_given(each) and each not in contract.HAZARDS for each in entry.hazards):
        errors.add("2.7", "WARNING", "InvalidHazardType")
    code = entry.trouble_code
    if code is None or not is_given(code):
        errors.add("2.7", "FATAL", "MissingTroubleCode")
        return None
    if code not in contract.TROUBLE_CODES:
        errors.add("2.7", "FATAL", "InvalidTroubleCode", about=code)
        return None

    usage_point = entry.usage_point if entry.usage_point in network.USAGE_POINTS else None
    incident = world.de_energizing(usage_point) if usage_point else None
    return Ticket(
        id="",
        name=entry.name,
        usage_point=usage_point,
        incident=incident.id if incident else None,
        call_back=bool(entry.call_back),
        comment=comment,
        language=_language(entry, errors),
        source=_source(entry, errors),
        periods=_periods(world, entry, errors),
        search=entry.search,
        position=_position(entry, errors),
        media=_media(entry, errors),
        created=_created(world, entry, alias, errors),
        first_call=world.now if entry.first_call is None else world.after(entry.first_call),
        csr=entry.csr,
        trouble_code=code,
        contacts=contacts_of(entry.customer),
        hazards=[each for each in entry.hazards if each in contract.HAZARDS],
    )


def _language(entry: NewTicket, errors: Errors) -> int:
    """Absent means English without an Error (D-43)."""
    if entry.language is not None and int(entry.language) not in contract.LANGUAGES:
        errors.add("2.7", "WARNING", "InvalidLanguageId")
        return contract.ENGLISH
    return contract.ENGLISH if entry.language is None else int(entry.language)


def _source(entry: NewTicket, errors: Errors) -> str:
    """Absent means Unknown without an Error (D-43); both spellings are accepted (D-34)."""
    if is_given(entry.source) and entry.source not in contract.SOURCES:
        errors.add("2.7", "WARNING", "InvalidCallSource")
    return contract.SOURCES.get(entry.source or "", "Unknown")


def _periods(world: World, entry: NewTicket, errors: Errors) -> list[tuple[datetime, datetime]]:
    """Each period by itself; none of it where no callback is wanted (D-19)."""
    if not entry.call_back:
        return []
    sent = [period for wishes in entry.wishes for period in wishes.periods]
    whole = [(start, end) for start, end in sent if start is not None and end is not None]
    if not whole:
        errors.add("2.7", "INFORM", "CallbackPeriodMissing")
    kept = []
    for start, end in whole:
        if end < start:
            errors.add("2.7", "WARNING", "InvalidPeriod", about=(start, end))
        elif start < 0:
            errors.add("2.7", "WARNING", "CallbackPeriodEndDateTimeInPast")
        else:
            kept.append((world.after(start), world.after(end)))
    return kept


def _position(entry: NewTicket, errors: Errors) -> tuple[str, str] | None:
    """Search data beats the position, also when it is of no use (D-21); X and Y are judged apart (D-22)."""
    if entry.search is not None:
        kind, _ = entry.search
        if kind not in contract.SEARCH_TYPES:
            errors.add("2.7", "INFORM", "LocationTypeNotSupported", about=kind)
        else:
            errors.add("2.7", "WARNING", "InvalidSearchTypeParamsNames")
        return None
    x, y = entry.position or (None, None)
    if not (is_given(x) or is_given(y)):
        return None
    invalid = [axis for axis, text, limit in (("X", x, 180), ("Y", y, 90)) if not _is_coordinate(text, limit)]
    for axis in invalid:
        errors.add("2.5", "WARNING", "InvalidPositionPoint", about=(axis, x, y))
    return None if invalid else (x or "", y or "")


def _is_coordinate(text: str | None, limit: int) -> bool:
    try:
        return abs(float(text or "")) <= limit
    except ValueError:
        return False


def _media(entry: NewTicket, errors: Errors) -> list[str]:
    """The ticket is created without an invalid medium (D-09)."""
    wanted = [each.medium for each in entry.wishes if each.medium is not None and is_given(each.medium)]
    for medium in wanted:
        if medium not in contract.MEDIA:
            errors.add("1.2", "FATAL", "InvalidContactDetail", about=medium)
    return [medium for medium in wanted if medium in contract.MEDIA]


def _created(world: World, entry: NewTicket, alias: str | None, errors: Errors) -> datetime:
    """Future means more than the skew ahead (D-43); the ticket is then created now."""
    if entry.created is None:
        return world.now
    if world.after(entry.created) > world.now + contract.FUTURE_SKEW:
        errors.add("2.5", "WARNING", "InvalidCreatedDateTime", about=alias)
        return world.now
    return world.after(entry.created)


def _shown(world: World, ticket: Ticket, made: Sequence[Ticket]) -> dict[str, object]:
    """The reply's entry: earlier tickets of the usage point, those of the same message too (D-24 to D-26)."""
    place = ticket.usage_point
    earlier = [each for each in (*world.tickets, *made) if place and each.usage_point == place]
    status = "Deenergized" if ticket.incident else "Energized" if place else "Created"
    return {
        "name": ticket.name,
        "previous": len(earlier),
        "incident": ticket.incident,
        "status": status,
        "usage_point": place,
    }
