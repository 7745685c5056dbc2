"""Where something is that is judged: how a reader calls it, and which element of the reply it is."""

from __future__ import annotations

from dataclasses import dataclass, replace

from crmkit.suite.evidence import Aspect, Check, Held, compared


@dataclass(frozen=True, slots=True)
class Place:
    """A part of a payload, or of what is stored. `element` is None for what no reply shows."""

    aspect: Aspect
    name: str
    element: str | None = None

    def inside(self, part: str, is_there: bool = True) -> Place:
        """A part of it. What is not there cannot be pointed at: its parent is."""
        element = f"{self.element}/{part}" if self.element and is_there else self.element
        return replace(self, name=f"{self.name}/{part}", element=element)

    def check(self, part: str, expected: str, observed: str, holds: bool | Held, decision: str | None = None) -> Check:
        """A check of a part of it, of itself without a name."""
        at = self.inside(part, is_there=observed != ABSENT) if part else self
        if isinstance(holds, Held):
            return Check(self.aspect, at.name, expected, observed, holds, decision, at.element)
        return compared(self.aspect, at.name, expected, observed, holds, at.element)


ABSENT = "absent"


def place_of_entry(kind: str, alias: str, number: int | None, root: str) -> Place:
    """The place of an entry of a reply's payload: its root, the kind of entry, and its number from 0; None where the
    reply has no such entry.
    """
    element = f"Payload/{root}" if number is None else f"Payload/{root}/{kind}[{number + 1}]"
    return Place(Aspect.PAYLOAD, f"Payload/{alias}", element)
