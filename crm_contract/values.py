"""XML values as Python's: dateTime, boolean, and text that is safe to write."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, tzinfo

FIRST_MOMENT = datetime.min.replace(tzinfo=UTC)
LAST_MOMENT = datetime.max.replace(tzinfo=UTC)

_DATETIME = re.compile(
    r"(?P<sign>-?)(?P<year>\d{4,})-(?P<month>\d\d)-(?P<day>\d\d)T(?P<hour>\d\d):(?P<minute>\d\d):(?P<second>\d\d)"
    r"(?:\.(?P<fraction>\d+))?(?P<zone>Z|[+-]\d\d:\d\d)?"
)
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_SPECIAL = re.compile('[&<>"\r]')
_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\r": "&#13;"}


def parse_datetime(lexical: str, zone: tzinfo) -> datetime:
    """An xs:dateTime in UTC; one without a zone is in `zone`.

    A valid value that Python cannot hold becomes the first or the last moment it can (D-43). The schema has seen
    the text: other spellings of ISO 8601 are taken too. Raises ValueError for what is no date and time at all.
    """
    text = lexical.strip()
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = _parse_unusual(text)
    if moment.tzinfo is UTC:
        return moment
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=zone)
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        return FIRST_MOMENT if moment.year == 1 else LAST_MOMENT


def _parse_unusual(text: str) -> datetime:
    """24:00:00, years that Python lacks, more than six digits of a second."""
    match = _DATETIME.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is no xs:dateTime")
    if match["sign"] or int(match["year"]) == 0:
        return FIRST_MOMENT
    if len(match["year"]) > 4:
        return LAST_MOMENT
    midnight = match["hour"] == "24"
    fraction = (match["fraction"] or "0")[:6].ljust(6, "0")
    hour = "00" if midnight else match["hour"]
    moment = datetime.fromisoformat(
        f"{match['year']}-{match['month']}-{match['day']}T{hour}:{match['minute']}:{match['second']}.{fraction}"
        f"{match['zone'] or ''}"
    )
    try:
        return moment + timedelta(days=1) if midnight else moment
    except OverflowError:
        return LAST_MOMENT


def format_datetime(moment: datetime) -> str:
    """A moment as xs:dateTime in UTC with milliseconds, fixed in width so that texts sort as times."""
    if moment.tzinfo is not UTC:
        moment = moment.astimezone(UTC)
    return f"{moment.isoformat(timespec='milliseconds')[:-6]}Z"


def parse_boolean(lexical: str) -> bool:
    """An xs:boolean that the schema has validated."""
    return lexical.strip() in ("true", "1")


def xml_text(text: str) -> str:
    """Text with U+FFFD in place of what XML 1.0 cannot carry."""
    return _ILLEGAL.sub("\ufffd", text)


def escape(text: str) -> str:
    """Text for an element or attribute; what XML 1.0 cannot carry becomes U+FFFD."""
    if _ILLEGAL.search(text):
        text = xml_text(text)
    if _SPECIAL.search(text):
        return _SPECIAL.sub(lambda match: _ESCAPES[match[0]], text)
    return text
