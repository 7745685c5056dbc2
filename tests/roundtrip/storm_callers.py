"""What the storm's callers, operators and CSRs say: element by element as the messages carry it, every value its own.

Nothing here is read from the adapter: these texts are what must be found in messages, store and replies.
"""

from __future__ import annotations

from typing import Any

Content = dict[str, Any]

# TRF-1 feeds the first four, TRF-3 the others but UP-9, which nothing befalls: usage point, transformer, priority.
USAGE_POINTS = (
    ("UP-1", "TRF-1", 4),
    ("UP-2", "TRF-1", 5),
    ("UP-5", "TRF-1", 4),
    ("UP-6", "TRF-1", 6),
    ("UP-3", "TRF-3", 4),
    ("UP-4", "TRF-3", 2),
    ("UP-7", "TRF-3", 0),
    ("UP-8", "TRF-3", 1),
    ("UP-9", "TRF-4", 2),
)
DEVICES = (
    ("FDR-1", "feeder", ""),
    ("FDR-2", "feeder", ""),
    ("LAT-1", "lateral", "FDR-1"),
    ("LAT-2", "lateral", "FDR-1"),
    ("LAT-3", "lateral", "FDR-2"),
    ("TRF-1", "transformer", "LAT-1"),
    ("TRF-3", "transformer", "LAT-2"),
    ("TRF-4", "transformer", "LAT-3"),
)

# Two incidents as an operator's client sends them to the control API.
POLE_DOWN: Content = {
    "device": "TRF-1",
    "confirmed": True,
    "status": "En Route",
    "comment": "Pole 77 lies across the road.",
    "estimated_restoration_time": "2026-03-01T10:15:00Z",
    "cause": "Storm",
    "subcause": "Wind",
    "crews": [{"mrid": "CREW-11", "name": "Line North"}, {"mrid": "CREW-12", "name": "Tree West"}],
}
FLOODED: Content = {
    "device": "TRF-3",
    "confirmed": True,
    "status": "Suspended",
    "comment": "Vault under water.",
    "estimated_restoration_time": "2026-03-01T14:45:00Z",
    "cause": "Flood",
    "subcause": "River",
    "crews": [{"mrid": "CREW-31", "name": "Cable East"}],
}

ANA: Content = {
    "firstName": "Ana",
    "lastName": "Lopez",
    "mName": "Maria",
    "electronicAddress": {"email1": "ana@lopez.test"},
    "landlinePhone": {"localNumber": "512-555-0101"},
    "mobilePhone": {"localNumber": "512-555-0102"},
}
OTTO: Content = {
    "firstName": "Otto",
    "lastName": "Brandt",
    "mName": "Karl",
    "landlinePhone": {"localNumber": "512-555-0201"},
}

# The two tickets whose every line is followed: a customer and search data, a customer and coordinates.
ALPHA: Content = {
    "callBack": "true",
    "comment": "Loud bang, then dark.",
    "createdDateTime": "2026-03-01T06:25:10.250Z",
    "csrId": "csr-green",
    "firstCallDateTime": "2026-03-01T06:20:05.500Z",
    "languageId": "21514",
    "name": "CRM-ALPHA",
    "source": "Portal",
    "troubleCode": "No Power/No Light",
    "CallBacks": [
        {
            "contactDetail": "SMS",
            "Periods": [
                {"end": "2026-03-01T16:30:00Z", "start": "2026-03-01T11:30:00Z"},
                {"end": "2026-03-01T19:00:00Z", "start": "2026-03-01T18:00:00Z"},
            ],
        },
        {"contactDetail": "Email"},
    ],
    "CustomerData": ANA,
    "IncidentHazard": [{"mRID": "Line Down"}, {"mRID": "Police Department"}],
    "Location": [
        {"description": "PrimaryStreet", "name": "Elm St", "type": "StreetIntersection"},
        {"description": "SecondaryStreet", "name": "Oak Ave", "type": "StreetIntersection"},
    ],
    "UsagePoint": {"mRID": "UP-1"},
}
BETA: Content = {
    "callBack": "false",
    "comment": "Lamps are dim.",
    "createdDateTime": "2026-03-01T06:26:40.125Z",
    "csrId": "csr-brown",
    "firstCallDateTime": "2026-03-01T06:21:45.750Z",
    "languageId": "1033",
    "name": "CRM-BETA",
    "source": "CallCenter",
    "troubleCode": "Voltage Problem",
    "CallBacks": {"contactDetail": "LandlinePhone"},
    "CustomerData": OTTO,
    "IncidentHazard": {"mRID": "Gas Leak"},
    "Location": {"PositionPoint": {"xPosition": "-97.7431", "yPosition": "30.2672"}},
    "UsagePoint": {"mRID": "UP-4"},
}
# A customer whom no incident has reached.
GAMMA: Content = {"name": "CRM-GAMMA", "troubleCode": "Other", "UsagePoint": {"mRID": "UP-9"}}


def caller(name: str, usage_point: str, language: str, first: str, last: str, code: str) -> Content:
    """A ticket of a caller who wants a callback at any time."""
    return {
        "callBack": "true",
        "languageId": language,
        "name": name,
        "troubleCode": code,
        "CustomerData": {"firstName": first, "lastName": last, "mobilePhone": {"localNumber": f"512-555-{name[-4:]}"}},
        "UsagePoint": {"mRID": usage_point},
    }


DELTA = caller("CRM-1003", "UP-3", "1033", "Dora", "Meyer", "Momentary")
OTHER_CALLERS = (
    caller("CRM-1002", "UP-2", "21514", "Carl", "Cooper", "No Power/No Light"),
    DELTA,
    caller("CRM-1005", "UP-5", "21514", "Eve", "Ellis", "No Power/No Light"),
    caller("CRM-1006", "UP-6", "21514", "Fay", "Fox", "Damaged Equipment"),
    caller("CRM-1007", "UP-7", "1033", "Gus", "Gray", "Street Light Out"),
    caller("CRM-1008", "UP-8", "1033", "Hal", "Hill", "No Power/No Light"),
)
# Called before anything happened, and stay.
EARLY_CALLERS = tuple({"name": name, "troubleCode": "Other", "UsagePoint": {"mRID": "UP-4"}} for name in ("X-1", "X-2"))

ALPHA_CHANGE: Content = {
    "comment": "Neighbour is dark too.",
    "csrId": "csr-white",
    "CustomerData": {"firstName": "Paco", "lastName": "Lopez", "mobilePhone": {"localNumber": "512-555-0103"}},
}
BETA_CHANGE: Content = {
    "comment": "Now it smells burnt.",
    "csrId": "csr-black",
    "name": "CRM-BETA",
    "CustomerData": {
        "electronicAddress": {"email1": "otto@brandt.test"},
        "mobilePhone": {"localNumber": "512-555-0202"},
    },
}

# What CSRs and the IVR report of the callbacks: of a first call that reached nobody, then of one that did.
IN_VAIN = {
    "CRM-ALPHA": ("No Answer", "Nobody picked up."),
    "CRM-1003": ("Busy", "Engaged twice."),
    "CRM-1002": ("No Answer", "Rang out."),
    "CRM-1005": ("Busy", "Engaged."),
    "CRM-1006": ("No Answer", "Voice box full."),
    "CRM-1007": ("Busy", "Fax tone."),
    "CRM-1008": ("No Answer", "Wrong hour."),
}
ALPHA_RESULT: Content = {
    "comment": "Lights are on again.",
    "csrId": "csr-ortega",
    "dateTime": "2026-03-01T12:31:20.375Z",
    "name": "call-alpha",
    "status": {"value": "Restored"},
}
DELTA_RESULT: Content = {
    "comment": "Told the machine.",
    "csrId": "csr-ortega",
    "dateTime": "2026-03-01T12:32:25.625Z",
    "name": "call-delta",
    "status": {"value": "Left Message"},
}

# What each sender puts into its headers beside Verb and Noun; a client's source and ids are added message by message.
CLIENT_HEADER = {"Revision": "7.61", "Timestamp": "2026-03-01T05:59:13.417Z"}
IVR_HEADER = {
    "Verb": "reply",
    "Noun": "CallBacks",
    "Revision": "4.27",
    "Timestamp": "2026-03-01T05:58:47.931Z",
    "Source": "IVR-NINE",
    "MessageID": "ivr-message-5",
    "CorrelationID": "ivr-correlation-5",
}
