"""What is stored, where only part of it can be seen: through the interface itself, or by asking somebody."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any


class Unseen(Exception):
    """Nothing shows the value; the argument is its name."""


class Seen(dict[str, Any]):
    """A stored thing as far as it was seen.

    `stored[name]` of something that was not seen asks for it, and may raise CouldNotTest; `stored.get(name)` takes what
    is there, so that two of these are compared by what was seen of both. `doubtful` are names whose value may be only
    part of the truth: asking for one of them asks, too.
    """

    def __init__(
        self, shown: Mapping[str, Any], ask: Callable[[str], Any] | None = None, doubtful: frozenset[str] = frozenset()
    ) -> None:
        super().__init__(shown)
        self._ask = ask
        self._doubtful = doubtful

    def __getitem__(self, name: str) -> Any:
        if name in self._doubtful or name not in self:
            if self._ask is None:
                raise Unseen(name)
            return self._ask(name)
        return super().__getitem__(name)

    def quietly(self) -> Seen:
        """The same, which asks nobody: Unseen instead."""
        return Seen(self, None, self._doubtful)


def quietly(stored: dict[str, Any]) -> dict[str, Any]:
    """What was seen without asking anybody for more; `stored[name]` may raise Unseen."""
    return stored.quietly() if isinstance(stored, Seen) else stored
