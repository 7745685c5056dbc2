"""What a reply says of an incident, against what was arranged (Table 10.5)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC

from crm_contract.messages import IncidentRecord
from crm_contract.values import parse_datetime
from crmkit.suite import values
from crmkit.suite.access.control import Json
from crmkit.suite.evidence import Check
from crmkit.suite.payload_places import Place

# What the archive calls an incident that is over and not closed yet.
_RESTORED = "Field Completed"


def incident_checks(at: Place, incident: Json | None, record: IncidentRecord | None) -> list[Check]:
    """Whether each thing is as it was set on the incident; no record is expected where there is no incident."""
    at = at.inside("IncidentRecord", is_there=record is not None)
    if incident is None:
        return [at.check("", "absent", "absent" if record is None else f"incident {record.mrid}", record is None)]
    if record is None:
        return [at.check("", f"incident {incident['mrid']}", "absent", False)]
    codes = record.outage_record.outage_codes[:1] if record.outage_record else []
    wanted_and_seen = {
        "mRID": (incident["mrid"], record.mrid),
        "comment": (incident["comment"], record.comment),
        "estimatedRestorationTime": (
            _instant(incident["estimated_restoration_time"]),
            _instant(record.estimated_restoration_time),
        ),
        "Crews": (
            _crews((crew["mrid"], crew["name"]) for crew in incident["crews"]),
            _crews((crew.mrid, crew.name) for crew in record.crews),
        ),
        "OutageRecord/OutageCodes/name": (incident["cause"], codes[0].name if codes else None),
        "OutageRecord/OutageCodes/subCode": (incident["subcause"], codes[0].sub_code if codes else None),
    }
    return [
        at.check(name, str(wanted), seen or "absent", (seen or "").strip() == wanted)
        for name, (wanted, seen) in wanted_and_seen.items()
        if wanted is not None
    ]


def life_checks(
    at: Place, incident: Json | None, record: IncidentRecord | None, more_statuses: frozenset[str] = frozenset()
) -> list[Check]:
    """Whether it is as the outage model has it: when the incident began, and how it is doing.

    One that is restored may be called so as the archive does; letters and spaces do not matter (D-34).
    """
    if incident is None or record is None:
        return []
    at = at.inside("IncidentRecord")
    checks = []
    # Nobody may have told when it began, or how it is doing.
    if began := _instant(incident["created_date_time"]):
        holds = _instant(record.created_date_time) == began
        checks.append(at.check("createdDateTime", began, record.created_date_time or "absent", holds))
    if not incident["status"]:
        return checks
    statuses = {str(incident["status"])} | more_statuses
    if incident.get("restored_at"):
        statuses.add(_RESTORED)
    status = (record.status.value if record.status else None) or ""
    holds = _folded(status) in map(_folded, statuses)
    checks.append(at.check("status/value", " or ".join(sorted(statuses)), status or "absent", holds))
    return checks


def _crews(crews: Iterable[tuple[str | None, str | None]]) -> str:
    """Crews in one order, whichever it was."""
    return ", ".join(sorted(f"{(mrid or '').strip()} {(name or '').strip()}" for mrid, name in crews))


def _folded(status: str) -> str:
    return "".join(status.split()).casefold()


def _instant(text: str | None) -> str | None:
    """An xs:dateTime to the second, in UTC; what is none stays as it is."""
    if not text:
        return None
    try:
        return values.moment_text(parse_datetime(text, UTC))
    except ValueError:
        return text
