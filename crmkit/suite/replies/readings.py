"""The readings of a decision that all pass: what `either` means in docs/decisions.md, in one place.

Where a target says which reading it holds, only that one passes: `admitted`.

Decisions marked `fixed` are asserted where they apply and need nothing here; `info` is not asserted. Four kinds of
`either` are built into how things are compared instead: separators, spaces and the trailing full stop of details
(D-14), the name of a ticket in them (D-15), the form of the interval (D-29, `{0}` is `*` in the feature) and the forms
of an empty payload (D-42, the schema allows all).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from crmkit.suite.replies import questions
from crmkit.suite.replies.details import AllOf, Anything
from crmkit.suite.replies.expectations import ExpectedError
from crmkit.suite.replies.questions import UNHELD_ACCEPTED, Question
from crmkit.suite.tickets.written import Ticket

# Decision -> rows, and Results that pass beside the printed one.
RESULTS: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "D-08": (frozenset({"5.1-19", "5.1-22"}), frozenset({"OK", "PARTIAL", "FAILED"})),
    "D-09": (frozenset({"5.1-23"}), frozenset({"OK", "PARTIAL", "FAILED"})),
    "D-11": (frozenset({"5.2-09"}), frozenset({"PARTIAL", "FAILED"})),
    "D-12": (frozenset({"8.1-03", "8.1-05", "8.1-06"}), frozenset({"PARTIAL", "FAILED"})),
}

# Question -> rows, what the scenario prints, and what passes instead.
OTHER_RESULTS: dict[Question, tuple[frozenset[str], str, str]] = {
    questions.SEVERAL_ENTRIES: (frozenset({"5.2-04", "8.1-07"}), "FAILED", "PARTIAL"),
    questions.SOME_UNKNOWN: (frozenset({"6.1-06", "6.1-07", "6.1-09"}), "PARTIAL", "OK"),
}

# Question -> rows, and an Error that may be there beside the row's own.
EXTRA_ERRORS: dict[Question, tuple[frozenset[str], ExpectedError]] = {
    questions.UNLOCATED_TOO: (
        frozenset({"5.1-19", "5.1-20", "5.1-22"}),
        ExpectedError("2.7", "INFORM", "UnlocatableLandbaseTroubleTicket", "Could not locate call.", decision="D-22"),
    ),
    questions.SHORTENED_TOO: (
        frozenset({"5.1-25"}),
        ExpectedError(
            "2.7",
            "WARNING",
            "CommentExceedsLimit",
            "Comment exceeds limit for trouble ticket(s): {0}",
            {0: Anything()},
            decision="D-23",
        ),
    ),
}

# Decision -> code of the SOAP fault that may answer a message that is invalid against the schema.
FAULTS_FOR_INVALID: dict[str, str] = {"D-03": "Client"}

# What may stand in for an expected Error, for the order of checks (D-05) is not asserted: a verb that breaks the
# schema's enumeration is an invalid message too, and a missing one may count as a wrong one.
INVALID_MESSAGE = ExpectedError(
    "1.8",
    "FATAL",
    "InvalidMessage",
    "Received message is invalid against xsd schema. Reason: {0}.",
    {0: Anything()},
)
MISSING_HEADER_ELEMENTS: dict[str, tuple[Question, ExpectedError]] = {
    "Header/Verb": (
        questions.MISSING_VERB,
        ExpectedError("2.9", "FATAL", "InvalidVerb", "Invalid verb: {0}.", {0: Anything(may_be_empty=True)}),
    ),
    "Header/Noun": (
        questions.MISSING_NOUN,
        ExpectedError("2.5", "FATAL", "InvalidNoun", "Invalid noun: {0}.", {0: Anything(may_be_empty=True)}),
    ),
}

DIFFERENT_CSR = "DifferentCsrId"
UNKNOWN_ENTITY = "Invalid entity mRID(s): {0}"

# A question, and the names that an answer to it goes by.
Answers = Mapping[Question, tuple[str, ...]]


@dataclass(frozen=True)
class Reading:
    """One allowed way to answer: these Errors, these beside them, this Result. `seen` tells the decisions it turns
    on, `answers` what it says to the questions of the row, printed answers included. `result_decision` is the one that
    allows a Result that is not the printed one.
    """

    result: str
    errors: tuple[ExpectedError, ...]
    optional: tuple[ExpectedError, ...]
    seen: dict[str, str]
    answers: Answers = field(default_factory=dict)
    result_decision: str | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """What a reading may depend on: the tickets of the message, what it lacks, whether the schema accepts it, whether
    it asks for a usage point that the model does not have, whether it reports only on callbacks that nobody has pulled,
    and on how many that somebody else holds."""

    tickets: Sequence[Ticket]
    now: datetime
    without: str | None = None
    is_valid: bool = True
    unknown_usage_point: bool = False
    only_unheld_callbacks: bool = False
    others_callbacks: int = 0


def known_readings() -> Mapping[str, tuple[str, ...]]:
    """By decision, the readings that a profile may say its target holds, as reports name them; the printed one of each
    question comes before the others of it.
    """
    return questions.by_decision(questions.QUESTIONS)


def readings(row: str, result: str, errors: Sequence[ExpectedError], sent: Sent) -> Iterator[Reading]:
    """The allowed ways to answer, the printed one first."""
    # Once, however many tickets it is about (D-14).
    optional = tuple(error for rows, error in EXTRA_ERRORS.values() if row in rows)
    printed = {
        decision: f"Result {result}"
        for decision, (rows, results) in RESULTS.items()
        if row in rows and result in results
    }
    printed_answers = _printed_answers(row, result, tuple(errors), sent)
    for errors_read, seen, answers in _error_readings(tuple(errors), sent):
        said = {**printed_answers, **answers}
        yield Reading(result, errors_read, optional, {**seen, **printed}, said)
        for decision, (rows, results) in RESULTS.items():
            # A scenario of the row in which nothing is wrong has but one Result.
            if row in rows and result in results:
                for other in sorted(results - {result}):
                    name = f"Result {other}"
                    but = {**said, questions.RESULT[decision]: (name,)}
                    yield Reading(other, errors_read, optional, {**seen, decision: name}, but, decision)
        for question, (rows, wanted, other) in OTHER_RESULTS.items():
            if row in rows and result == wanted:
                name, decision = question.answers[1], question.decision
                but = {**said, question: (name,)}
                yield Reading(other, errors_read, optional, {**seen, decision: name}, but, decision)
    if row == "8.1-05" and sent.only_unheld_callbacks:
        accepted = {questions.UNHELD: (UNHELD_ACCEPTED,)}
        yield Reading("OK", (), (), {"D-38": UNHELD_ACCEPTED}, accepted, "D-38")
    if row == "6.1-08" and sent.unknown_usage_point:
        name = questions.UNKNOWN_POINT.answers[1]
        for errors_read in _as_unknown_entity(tuple(errors)):
            yield Reading("FAILED", errors_read, optional, {"D-35": name}, {questions.UNKNOWN_POINT: (name,)}, "D-35")


def admitted(reading: Reading, interpretations: Mapping[str, str]) -> Reading | None:
    """A reading as far as it agrees with the ones that the target says it holds; None where it does not."""
    if not all(question.admits(interpretations, *names) for question, names in reading.answers.items()):
        return None
    errors, optional = list(reading.errors), list(reading.optional)
    for question, (_, extra) in EXTRA_ERRORS.items():
        wanted = question.wanted(interpretations)
        if wanted is None or extra not in optional:
            continue
        optional.remove(extra)
        if wanted != question.printed:
            errors.append(extra)
    return replace(reading, errors=tuple(errors), optional=tuple(optional))


def fault_reading(
    message_is_valid: bool, fault_code: str, interpretations: Mapping[str, str] | None = None
) -> dict[str, str] | None:
    """What a fault in place of a response means; None where it is not allowed."""
    name = questions.FAULT.answers[1]
    for decision, code in FAULTS_FOR_INVALID.items():
        if not message_is_valid and fault_code.split(".")[0] == code:
            return {decision: name} if questions.FAULT.admits(interpretations or {}, name) else None
    return None


def _printed_answers(
    row: str, result: str, errors: tuple[ExpectedError, ...], sent: Sent
) -> dict[Question, tuple[str, ...]]:
    """What the printed reading says to the questions of the row."""
    said: dict[Question, tuple[str, ...]] = {
        question: (question.printed,)
        for question, (rows, wanted, _) in OTHER_RESULTS.items()
        if row in rows and result == wanted
    }
    for decision, (rows, results) in RESULTS.items():
        if row in rows and result in results:
            said[questions.RESULT[decision]] = (f"Result {result}", questions.BY_COUNT)
    if row == "8.1-05" and sent.only_unheld_callbacks:
        said[questions.UNHELD] = (questions.UNHELD.printed,)
    if row == "6.1-08" and sent.unknown_usage_point:
        said[questions.UNKNOWN_POINT] = (questions.UNKNOWN_POINT.printed,)
    # Every other way to report the errors answers a question, which the printed way answers in its own.
    for _, _, answers in _error_readings(errors, sent):
        said |= {question: (question.printed,) for question in answers}
    return said


def only_start_is_past(ticket: Ticket, now: datetime) -> bool:
    """Whether a callback period of the ticket has begun and is not over (D-19)."""
    return any(p.start and p.end and p.start < now < p.end for p in ticket.periods)


def _error_readings(
    errors: tuple[ExpectedError, ...], sent: Sent
) -> Iterator[tuple[tuple[ExpectedError, ...], dict[str, str], dict[Question, tuple[str, ...]]]]:
    yield errors, {}, {}
    if sent.without in MISSING_HEADER_ELEMENTS:
        question, other = MISSING_HEADER_ELEMENTS[sent.without]
        yield _other((other,), errors, question)
    if not sent.is_valid and any(error.reason == "InvalidVerb" for error in errors):
        yield _other((INVALID_MESSAGE,), errors, questions.STRANGE_VERB)
    kept = _without_started_periods(errors, sent.tickets, sent.now)
    if kept != errors:
        yield _other(kept, errors, questions.STARTED_PERIOD)
    merged = _one_error_a_point(errors)
    if merged != errors:
        yield _other(merged, errors, questions.COORDINATES)
    if sent.others_callbacks > 1 and any(error.reason == DIFFERENT_CSR for error in errors):
        # What stands at {0} is the target's own wording: one that differs makes Errors that differ (D-14).
        counts = [sent.others_callbacks if error.reason == DIFFERENT_CSR else 1 for error in errors]
        each = tuple(error for error, count in zip(errors, counts, strict=True) for _ in range(count))
        yield _other(each, errors, questions.OTHERS_CALLBACKS)


def _other(
    errors: tuple[ExpectedError, ...], printed: tuple[ExpectedError, ...], question: Question
) -> tuple[tuple[ExpectedError, ...], dict[str, str], dict[Question, tuple[str, ...]]]:
    """Errors of a reading that is not the printed one."""
    name, decision = question.answers[1], question.decision
    marked = tuple(error if error in printed else replace(error, decision=decision) for error in errors)
    return marked, {decision: name}, {question: (name,)}


def _as_unknown_entity(errors: tuple[ExpectedError, ...]) -> Iterator[tuple[ExpectedError, ...]]:
    """The Errors for who does not find an unknown usage point: in the words of its row, or of an unknown mRID."""
    for details in {error.details for error in errors} | {UNKNOWN_ENTITY}:
        yield tuple(replace(error, level="FATAL", details=details, decision="D-35") for error in errors)


def _without_started_periods(
    errors: tuple[ExpectedError, ...], sent: Sequence[Ticket], now: datetime
) -> tuple[ExpectedError, ...]:
    """The Errors for who keeps a period that has only begun: they name the other tickets alone."""
    result = []
    begun = {
        ticket.alias
        for ticket in sent
        if only_start_is_past(ticket, now) and not any(p.end and p.end < now for p in ticket.periods)
    }
    for error in errors:
        if error.reason != "CallbackPeriodEndDateTimeInPast" or not begun.intersection(error.tickets):
            result.append(error)
            continue
        left = [alias for alias in error.tickets if alias not in begun]
        named = error.arguments[0]
        if left and isinstance(named, AllOf):
            spellings = tuple(
                names for alias, names in zip(error.tickets, named.spellings, strict=True) if alias not in begun
            )
            result.append(replace(error, tickets=tuple(left), arguments={0: AllOf(spellings)}))
    return tuple(result)


def _one_error_a_point(errors: tuple[ExpectedError, ...]) -> tuple[ExpectedError, ...]:
    """Two InvalidPositionPoint Errors of one point as one that names both coordinates."""
    result: list[ExpectedError] = []
    for error in errors:
        before = next(
            (
                other
                for other in result
                if error.reason == other.reason == "InvalidPositionPoint" and error.arguments[1] == other.arguments[1]
            ),
            None,
        )
        if before is None:
            result.append(error)
            continue
        both = AllOf((("X",), ("Y",)))
        result[result.index(before)] = replace(before, arguments={**before.arguments, 0: both})
    return tuple(result)
