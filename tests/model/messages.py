"""What every hosted operation does before its own rules (Table 5.1, common rows; D-03, D-05, D-13)."""

from __future__ import annotations

from dataclasses import dataclass

from model.answers import FAILED, Answer

#: The verb and the noun of an operation.
OPERATIONS = {
    "CreatedTroubleTickets": ("created", "TroubleTickets"),
    "ChangedTroubleTickets": ("changed", "TroubleTickets"),
    "GetTroubleTickets": ("get", "TroubleTickets"),
    "GetCallbacks": ("get", "CallBacks"),
    "CreatedCallBacksResults": ("created", "CallBacksResults"),
}
#: Other spellings of changed, which the standard's enumeration has dropped (D-17).
SYNONYMS = ("update", "updated")


@dataclass(frozen=True)
class Envelope:
    """What is around an operation's own part; None: that element is absent.

    `body` breaks the message: without its payload or query, with an element that the schema does not know, with a
    number or time that is none, or no XML at all.
    """

    operation: str
    verb: str | None
    noun: str | None
    body: str = "valid"


BROKEN_BODIES = ("no payload", "unknown element", "mistyped value", "no XML")


def judge(envelope: Envelope) -> Answer | None:
    """The answer to a message that is refused before its own rules; None when it is not."""
    if envelope.body == "no XML":
        return Answer(fault=True, discarded=True)
    verb, noun = OPERATIONS[envelope.operation]
    errors = []
    # Read before the schema is asked; both wrong gives two Errors (D-05).
    verbs = {verb, *SYNONYMS} if verb == "changed" else {verb}
    if envelope.verb is not None and envelope.verb not in verbs:
        errors.append(("2.9", "FATAL", "InvalidVerb"))
    nouns = {noun.casefold(), "callbackresults"} if noun == "CallBacksResults" else {noun.casefold()}
    if envelope.noun is not None and envelope.noun.casefold() not in nouns:
        errors.append(("2.5", "FATAL", "InvalidNoun"))
    if not errors and (envelope.verb is None or envelope.noun is None or envelope.body != "valid"):
        errors.append(("1.8", "FATAL", "InvalidMessage"))
    return Answer(FAILED, tuple(sorted(errors)), discarded=True) if errors else None
