"""The lists that a target is configured with, against those that the features were written for.

A feature means `Fire` to be a hazard and `Dragon` to be none. On a target whose lists say otherwise its scenario
shows nothing: that is not the target's failure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from crmkit.suite.access.search_types import SEARCH_TYPES
from crmkit.suite.errors import CouldNotTest
from crmkit.suite.tickets.written import Ticket

# The contract's reference data, by the names that the control API's settings have for them.
REFERENCE: Mapping[str, frozenset[str]] = {
    "languages": frozenset({"1033", "21514"}),
    "trouble_codes": frozenset(
        {
            "No Power/No Light",
            "Flick Light/Partial Light",
            "Power Restored",
            "Not Restored",
            "Voltage Problem",
            "Street Light Out",
            "Momentary",
            "Damaged Equipment",
            "Other",
        }
    ),
    "hazards": frozenset(
        {
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
        }
    ),
    "sources": frozenset({"CallCenter", "IVR", "Portal", "Operator", "Unknown", "CC", "OutagePortal"}),
    "callback_media": frozenset({"SMS", "MobilePhone", "LandlinePhone", "Email"}),
    "search_types": frozenset(SEARCH_TYPES),
}
_WORDS = {
    "languages": "language",
    "trouble_codes": "trouble code",
    "hazards": "hazard",
    "sources": "call source",
    "callback_media": "callback medium",
    "search_types": "landbase search type",
}


@dataclass(frozen=True)
class Vocabulary:
    """What the target takes as valid; the contract's lists where it does not say."""

    known: Mapping[str, frozenset[str]] = field(default_factory=lambda: REFERENCE)

    @classmethod
    def of_settings(cls, told: Mapping[str, Any]) -> Vocabulary:
        """From the settings that the control API tells."""
        return cls({key: frozenset(map(str, told[key])) if key in told else REFERENCE[key] for key in REFERENCE})

    def check(self, ticket: Ticket) -> None:
        """CouldNotTest for a value that the target's lists and the contract's judge differently."""
        for key, values in _values(ticket):
            for value in values:
                if (value in self.known[key]) != (value in REFERENCE[key]):
                    knows = "knows" if value in self.known[key] else "does not know"
                    raise CouldNotTest(
                        f"the target {knows} the {_WORDS[key]} {value!r}: the scenario takes it otherwise"
                    )


def _values(ticket: Ticket) -> Iterable[tuple[str, Iterable[str]]]:
    yield "languages", [ticket.language] if ticket.language else []
    yield "trouble_codes", [ticket.trouble_code] if ticket.trouble_code else []
    yield "hazards", ticket.hazards
    yield "sources", [ticket.source] if ticket.source else []
    yield "callback_media", ticket.media
    yield "search_types", [ticket.kind] if ticket.kind else []
