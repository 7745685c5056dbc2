"""What can go wrong in a scenario, and whose fault it is.

A scenario ends without an exception: `passed`. With `Mismatch`: the target did something else than the row says,
`failed`. With `CouldNotTest`: something the row needs cannot be arranged on this target. With any other exception,
`HarnessError` first of all: the suite itself or its surroundings failed, `error`; that is never held against the
target. `crmkit.suite.running.outcomes` turns these into a verdict.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as it should be; `field` is the path that a reader knows it by."""

    field: str
    expected: str
    observed: str


class Mismatch(AssertionError):
    """The target is not as the row says."""

    def __init__(self, differences: Iterable[Difference]) -> None:
        self.differences = tuple(differences)
        super().__init__(
            "\n".join(f"{d.field}: expected {d.expected}, observed {d.observed}" for d in self.differences)
        )

    @classmethod
    def of(cls, field: str, expected: str, observed: str) -> Mismatch:
        """A mismatch in one place."""
        return cls([Difference(field, expected, observed)])

    @property
    def expected(self) -> str:
        """What should have been, a line a field."""
        return "\n".join(f"{d.field}: {d.expected}" for d in self.differences)

    @property
    def observed(self) -> str:
        """What was, a line a field, in the order of `expected`."""
        return "\n".join(f"{d.field}: {d.observed}" for d in self.differences)


class CouldNotTest(Exception):
    """Something that the row needs is not to be had; the text says what to supply."""


class NotApplicable(Exception):
    """The row is about something that the target does not have, as its profile says; the text says what."""


class HarnessError(Exception):
    """The suite or its surroundings failed, not the target."""


class Unreachable(HarnessError):
    """Nobody takes a connection at the URL."""
