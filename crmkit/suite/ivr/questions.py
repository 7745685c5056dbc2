"""What the decisions leave open to an IVR, and how reports call each reading (crmkit.suite.replies.questions)."""

from __future__ import annotations

from crmkit.suite.replies.questions import FAULT, MISSING_NOUN, MISSING_VERB, STRANGE_VERB, Question

EMPTY = Question("D-13", ("OK for a message without callbacks", "FAILED for a message without callbacks"))
SHORT_HEADER = Question(
    "D-04",
    ("Timestamp, MessageID and CorrelationID may be absent", "Timestamp, MessageID or CorrelationID is required"),
)
SENT_ANEW = Question(
    "D-40",
    (
        "OK for a callback that is sent anew",
        "PARTIAL for a callback that is sent anew",
        "FAILED for a callback that is sent anew",
    ),
)
TWICE_INSIDE = Question(
    "D-10",
    (
        "OK for a callback that a message has twice",
        "PARTIAL for a callback that a message has twice",
        "FAILED for a callback that a message has twice",
    ),
)
RESULTS_HEADER = Question(
    "D-04",
    (
        "results carry Timestamp, MessageID and CorrelationID",
        "results lack Timestamp, MessageID or CorrelationID",
    ),
)
CSR = Question("D-38", ("results carry a csrId", "results lack a csrId"))
REPEATED = Question(
    "D-44",
    ("the callbacks of a repeated message are called once", "the callbacks of a repeated message are called again"),
)
REFUSED = Question("D-13", ("a refused result is not posted again", "a refused result is posted again"))
FAULTED = Question(
    "D-03", ("a result answered with a fault is not posted again", "a result answered with a fault is posted again")
)
BUSY = Question("D-06b", ("a result is posted again when asked to", "a result is not posted again when asked to"))
UNANSWERED = Question("D-44", ("an unanswered result is posted again", "an unanswered result is not posted again"))

# With those of every reply to a message that is wrong as such.
QUESTIONS = (
    FAULT,
    MISSING_VERB,
    MISSING_NOUN,
    STRANGE_VERB,
    EMPTY,
    SHORT_HEADER,
    SENT_ANEW,
    TWICE_INSIDE,
    RESULTS_HEADER,
    CSR,
    REPEATED,
    REFUSED,
    FAULTED,
    BUSY,
    UNANSWERED,
)


def question_of(reading: str) -> Question | None:
    """The question that a reading answers; None for a text that is none of them."""
    return next((each for each in QUESTIONS if reading in each.answers), None)
