"""What the decisions let a target answer in several ways, and how reports call each of them.

A profile may say which of them its target holds (`interpretations`): the suite then asserts that one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Question:
    """A question that a decision leaves open, and the readings that pass, the printed one first."""

    decision: str
    answers: tuple[str, ...]

    @property
    def printed(self) -> str:
        """The reading that the rows print."""
        return self.answers[0]

    def wanted(self, interpretations: Mapping[str, str]) -> str | None:
        """The reading that a target says it holds; None where it says nothing about this question.

        A decision with several questions is about the one that has the reading.
        """
        said = interpretations.get(self.decision)
        return said if said in self.answers else None

    def admits(self, interpretations: Mapping[str, str], *answers: str) -> bool:
        """Whether a behaviour passes that goes by any of these names."""
        wanted = self.wanted(interpretations)
        return wanted is None or wanted in answers


BY_COUNT = "Result by the count of entries"
PERIOD_KEPT = "a callback period of which only the start is past is kept"
FIRST_WINS = "the first of several entries is carried out"
ONE_A_CALLBACK = "one Error for each callback, with its own {0}"
UNHELD_ACCEPTED = "the result of a callback that nobody pulled is accepted"
TICKET_PER_TYPE = "of each type the preferred contact, and the first caller's name"
TICKET_PER_PERSON = "the person of the preferred contact, with that person's contacts"
CALLBACK_PER_PERSON = "the contacts of one person"
CALLBACK_PER_TYPE = "of each type one contact, whosever it is"
AS_NAMED = "tickets as the message names them"
BY = {"name": "tickets by name", "mRID": "tickets by mRID", "position": "tickets by position"}

FAULT = Question("D-03", ("response", "SOAP fault"))
MISSING_VERB = Question("D-05", ("InvalidMessage for a missing Header/Verb", "InvalidVerb for a missing Header/Verb"))
MISSING_NOUN = Question("D-05", ("InvalidMessage for a missing Header/Noun", "InvalidNoun for a missing Header/Noun"))
STRANGE_VERB = Question(
    "D-05", ("InvalidVerb for a verb that the schema lacks", "InvalidMessage for a verb that the schema lacks")
)
# By decision: which Results pass beside the printed one.
RESULT = {
    "D-08": Question("D-08", ("Result OK", "Result PARTIAL", "Result FAILED")),
    "D-09": Question("D-09", ("Result PARTIAL", "Result OK", "Result FAILED")),
    "D-11": Question("D-11", ("Result FAILED", "Result PARTIAL")),
    "D-12": Question("D-12", (BY_COUNT, "Result PARTIAL", "Result FAILED")),
}
SEVERAL_ENTRIES = Question("D-10", ("every one of several entries is refused", FIRST_WINS))
NAMING = Question("D-15", (AS_NAMED, *BY.values()))
CORRELATION = Question("D-16", ("CorrelationID is the request's", "CorrelationID is the request's MessageID"))
STARTED_PERIOD = Question("D-19", ("a callback period of which only the start is past is dropped", PERIOD_KEPT))
COORDINATES = Question("D-22", ("one Error for each coordinate", "one Error for both coordinates"))
UNLOCATED_TOO = Question(
    "D-22",
    ("no additional UnlocatableLandbaseTroubleTicket", "an additional UnlocatableLandbaseTroubleTicket"),
)
SHORTENED_TOO = Question("D-23", ("no additional CommentExceedsLimit", "an additional CommentExceedsLimit"))
SOME_UNKNOWN = Question("D-32", ("PARTIAL where some values are unknown", "OK though some values are unknown"))
ORDER = Question("D-32", ("active tickets before archived ones", "archived tickets before active ones"))
ARCHIVED_LANGUAGE = Question("D-33", ("no languageId of archived tickets", "languageId of archived tickets"))
ARCHIVED_POSITION = Question("D-33", ("no position of archived tickets", "the position of archived tickets"))
SOURCE = Question("D-34", ("sources as the context spells them", "sources as the other context spells them"))
UNKNOWN_POINT = Question("D-35", ("OK for an unknown usage point", "FAILED for an unknown usage point"))
TICKET_PEOPLE = Question("D-36", (TICKET_PER_TYPE, TICKET_PER_PERSON))
CALLBACK_PEOPLE = Question("D-36", (CALLBACK_PER_PERSON, CALLBACK_PER_TYPE))
OTHERS_CALLBACKS = Question("D-38", ("one Error for all callbacks", ONE_A_CALLBACK))
UNHELD = Question("D-38", ("the result of a callback that nobody pulled is refused", UNHELD_ACCEPTED))

QUESTIONS = (
    FAULT,
    MISSING_VERB,
    MISSING_NOUN,
    STRANGE_VERB,
    *RESULT.values(),
    SEVERAL_ENTRIES,
    NAMING,
    CORRELATION,
    STARTED_PERIOD,
    COORDINATES,
    UNLOCATED_TOO,
    SHORTENED_TOO,
    SOME_UNKNOWN,
    ORDER,
    ARCHIVED_LANGUAGE,
    ARCHIVED_POSITION,
    SOURCE,
    UNKNOWN_POINT,
    TICKET_PEOPLE,
    CALLBACK_PEOPLE,
    OTHERS_CALLBACKS,
    UNHELD,
)


def by_decision(questions: Iterable[Question]) -> dict[str, tuple[str, ...]]:
    """The readings of each decision, in the order of the decisions."""
    found: dict[str, list[str]] = {}
    for question in questions:
        found.setdefault(question.decision, []).extend(question.answers)
    return {decision: tuple(found[decision]) for decision in sorted(found)}
