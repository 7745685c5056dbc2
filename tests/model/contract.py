"""The lists and numbers of the contract's reference data."""

from datetime import timedelta

ENGLISH, SPANISH = 1033, 21514
LANGUAGES = (ENGLISH, SPANISH)

NO_POWER, NOT_RESTORED = "No Power/No Light", "Not Restored"
POWER_LOSS = (NO_POWER, NOT_RESTORED)
TROUBLE_CODES = (
    *POWER_LOSS,
    "Flick Light/Partial Light",
    "Power Restored",
    "Voltage Problem",
    "Street Light Out",
    "Momentary",
    "Damaged Equipment",
    "Other",
)
HAZARDS = (
    "Line Down",
    "Gas Leak",
    "Fire",
    "Tree on Line",
    "Pole Broken",
    "Arcing",
    "Dig-in",
    "Vehicle Accident",
    "Person Injured",
    "Police Department",
    "Fire Department",
    "Emergency Medical",
)
MEDIA = ("SMS", "MobilePhone", "LandlinePhone", "Email")

#: A source as the active tickets spell it, by each spelling that requests may use (D-34).
SOURCES = {
    "CallCenter": "CallCenter",
    "CC": "CallCenter",
    "IVR": "IVR",
    "Portal": "Portal",
    "OutagePortal": "Portal",
    "Operator": "Operator",
    "Unknown": "Unknown",
}
#: The archive's spelling, where it differs.
ARCHIVED_SOURCES = {"CallCenter": "CC", "Portal": "OutagePortal"}

SEARCH_TYPES = ("Pole", "StreetIntersection", "Address", "Transformer")

COMMENT_LIMIT = 500
FUTURE_SKEW = timedelta(seconds=60)

CLOSING_RESULTS = ("Restored", "Left Message", "Undialable", "Declined")
REPEATING_RESULTS = ("No Answer", "Busy")
RESULTS = (*CLOSING_RESULTS, NOT_RESTORED, *REPEATING_RESULTS)
MAX_ATTEMPTS = "Max Attempts"

ASSIGNMENT = timedelta(minutes=30)
REQUEUE, REQUEUE_LIMIT = timedelta(minutes=15), 3

THE_ADAPTER = "CrmAdapter"
PUBLISHED_PRIORITIES = (6, 5)
PUBLISHER_INTERVAL = timedelta(seconds=60)

ARCHIVE_AFTER = timedelta(hours=24)

#: Least number and least share of a device's children that must be out for the device to count as out.
PREDICTION = {"transformer": (2, 0), "lateral": (2, 30), "feeder": (2, 25)}
