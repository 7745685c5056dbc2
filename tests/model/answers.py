"""What a message is answered: Result, Errors, and what the payload shows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

OK, PARTIAL, FAILED = "OK", "PARTIAL", "FAILED"

#: Code, level and reason.
Error = tuple[str, str, str]


@dataclass(frozen=True)
class Answer:
    """`shown` is a list of what the payload's entries say, None for no payload; `fault` is a SOAP fault instead.

    A message that is `discarded` leaves nothing behind, not even a trace that it was there.
    """

    result: str = FAILED
    errors: tuple[Error, ...] = ()
    shown: tuple[dict[str, Any], ...] | None = None
    fault: bool = False
    discarded: bool = field(default=False, compare=False)


@dataclass
class Errors:
    """The Errors of a reply, each once, in the order in which they were found.

    How many Errors a reason makes depends on its sentence (D-14): a plural one makes one for all; `about` is what
    tells apart those of a singular one.
    """

    found: dict[tuple[Error, Any], None] = field(default_factory=dict)

    def add(self, code: str, level: str, reason: str, about: Any = None) -> None:
        self.found[(code, level, reason), about] = None

    def __contains__(self, reason: str) -> bool:
        return any(error[2] == reason for error, _ in self.found)

    def listed(self) -> tuple[Error, ...]:
        """Their order is nobody's business."""
        return tuple(sorted(error for error, _ in self.found))


def refused(code: str, level: str, reason: str) -> Answer:
    """The answer to a message that is refused whole."""
    return Answer(FAILED, ((code, level, reason),), discarded=True)


def counted(accepted: int, refused_entries: int) -> str:
    """Result by how many entries were accepted and refused (D-13)."""
    if not refused_entries:
        return OK
    return PARTIAL if accepted else FAILED
