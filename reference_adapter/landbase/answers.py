"""What a landbase search can come to."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Found:
    """The object lies here, in the model's coordinates."""

    x: float
    y: float


@dataclass(frozen=True, slots=True)
class NotFound:
    """The landbase answered, and has no such object, or several in different places."""


@dataclass(frozen=True, slots=True)
class Down:
    """The landbase did not answer usefully: refused, timed out, 5xx or nonsense (D-23)."""


Answer = Found | NotFound | Down
