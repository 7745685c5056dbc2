"""What a reply says of an incident, against what was arranged (Table 10.5)."""

from __future__ import annotations

from datetime import UTC

from crm_contract.messages import IncidentRecord
from crm_contract.values import parse_datetime
from crmkit.suite import values
from crmkit.suite.control import Json
from crmkit.suite.errors import Difference


def incident_differences(at: str, incident: Json | None, record: IncidentRecord | None) -> list[Difference]:
    """What is not as it was set on the incident; no record is expected where there is no incident."""
    at = f"{at}/IncidentRecord"
    if incident is None:
        return [] if record is None else [Difference(at, "absent", f"incident {record.mrid}")]
    if record is None:
        return [Difference(at, f"incident {incident['mrid']}", "absent")]
    codes = record.outage_record.outage_codes[:1] if record.outage_record else []
    wanted_and_seen = {
        "mRID": (incident["mrid"], record.mrid),
        "comment": (incident["comment"], record.comment),
        "estimatedRestorationTime": (
            _instant(incident["estimated_restoration_time"]),
            _instant(record.estimated_restoration_time),
        ),
        "Crews": (
            ", ".join(sorted(crew["name"] for crew in incident["crews"])),
            ", ".join(sorted(crew.name or "" for crew in record.crews)),
        ),
        "OutageRecord/OutageCodes/name": (incident["cause"], codes[0].name if codes else None),
        "OutageRecord/OutageCodes/subCode": (incident["subcause"], codes[0].sub_code if codes else None),
    }
    return [
        Difference(f"{at}/{name}", str(wanted), seen or "absent")
        for name, (wanted, seen) in wanted_and_seen.items()
        if wanted is not None and (seen or "").strip() != wanted
    ]


def life_differences(
    at: str, incident: Json, record: IncidentRecord | None, statuses: frozenset[str]
) -> list[Difference]:
    """What is not as the outage model has it: when the incident began, and how it is doing (D-34)."""
    if record is None:
        return []
    at = f"{at}/IncidentRecord"
    differences = []
    began = _instant(incident["created_date_time"])
    if _instant(record.created_date_time) != began:
        differences.append(Difference(f"{at}/createdDateTime", str(began), record.created_date_time or "absent"))
    status = (record.status.value if record.status else None) or ""
    if status.strip() not in statuses:
        differences.append(Difference(f"{at}/status/value", " or ".join(sorted(statuses)), status or "absent"))
    return differences


def _instant(text: str | None) -> str | None:
    """An xs:dateTime to the second, in UTC."""
    return values.moment_text(parse_datetime(text, UTC)) if text else None
