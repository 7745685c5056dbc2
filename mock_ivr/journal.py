"""What the IVR notes: messages that arrived, and callbacks that it has dialled."""

from __future__ import annotations

from dataclasses import dataclass, field

CAPACITY = 500
LARGEST_BODY = 256 * 1024


@dataclass(slots=True)
class Message:
    """A message that arrived, whatever the behaviour.

    `valid` is the contract's verdict, `problem` what it finds wrong; `callbacks` are mRIDs; `result` is the Result
    that was answered, None where no Reply went out. A body beyond the limit is cut.
    """

    at: str
    behaviour: str
    message_id: str | None = None
    correlation_id: str | None = None
    verb: str | None = None
    noun: str | None = None
    valid: bool = False
    problem: str | None = None
    callbacks: list[str] = field(default_factory=list)
    result: str | None = None
    body: str = ""


@dataclass(frozen=True, slots=True)
class Dialled:
    """A callback that was dialled; `posted` when the adapter has answered its result, `reply_result` with what."""

    at: str
    mrid: str
    outcome: str
    posted: bool
    reply_result: str | None
    problem: str | None
