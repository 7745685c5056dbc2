"""The readings of the decision record that a profile may state, as reports name them (docs/decisions.md).

Where a decision allows several readings, a target's own one passes and is told. A profile that states it has the suite
assert it: another reading then fails. `as printed` stands for what the specification's row prints.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

AS_PRINTED = "as printed"

_RESULTS = ("Result OK", "Result PARTIAL", "Result FAILED")

# Decision -> its readings. `...` in one of them stands for what the target itself decides.
READINGS: Mapping[str, tuple[str, ...]] = {
    "D-03": (AS_PRINTED, "SOAP fault"),
    "D-05": (
        AS_PRINTED,
        "InvalidVerb for a missing Header/Verb",
        "InvalidNoun for a missing Header/Noun",
        "InvalidMessage for a verb that the schema lacks",
    ),
    "D-08": _RESULTS,
    "D-09": _RESULTS,
    "D-10": (AS_PRINTED, "the first of several entries is carried out"),
    "D-11": _RESULTS[1:],
    "D-12": _RESULTS[1:],
    "D-16": (AS_PRINTED, "CorrelationID is the request's MessageID"),
    "D-19": (AS_PRINTED, "a callback period of which only the start is past is kept"),
    "D-22": (AS_PRINTED, "one Error for both coordinates", "an additional UnlocatableLandbaseTroubleTicket"),
    "D-23": (AS_PRINTED, "an additional CommentExceedsLimit"),
    "D-32": (AS_PRINTED, "OK though some values are unknown", "archived tickets before active ones"),
    "D-33": (
        AS_PRINTED,
        "languageId of archived tickets",
        "the position of archived tickets",
        "more elements: ...",
    ),
    "D-34": (AS_PRINTED, "source ... for ..."),
    "D-35": (AS_PRINTED, "FAILED for an unknown usage point"),
    "D-36": (
        "of each type the preferred contact, and the first caller's name",
        "the person of the preferred contact, with that person's contacts",
        "the contacts of one person",
        "of each type one contact, whosever it is",
    ),
    "D-38": (
        AS_PRINTED,
        "one Error for each callback, with its own {0}",
        "the result of a callback that nobody pulled is accepted",
    ),
    "D-44": ("... between the comments",),
}


def is_known(decision: str, reading: str) -> bool:
    """Whether a reading is one of the decision's."""
    return any(
        re.fullmatch(".+".join(map(re.escape, known.split("..."))), reading) for known in READINGS.get(decision, ())
    )
