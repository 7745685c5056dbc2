"""The background's jobs by name: run one after the other in loops, or at once when control asks."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field


class UnknownJob(KeyError):
    """There is no job of that name."""


@dataclass(frozen=True, slots=True)
class Job:
    """A job: `run` does what there is to do and says how much that was; `seconds` until its loop looks again."""

    run: Callable[[], int]
    seconds: float
    lock: threading.Lock = field(default_factory=threading.Lock)


class Jobs:
    """Runs each job in one thread at a time in this process; across processes the store's transactions see to it."""

    def __init__(self, jobs: Mapping[str, Job]) -> None:
        self._jobs = dict(jobs)

    def __iter__(self) -> Iterator[str]:
        """The names, in the order in which one job's work becomes the next one's."""
        return iter(self._jobs)

    def items(self) -> list[tuple[str, Job]]:
        """Names and jobs."""
        return list(self._jobs.items())

    def run(self, name: str) -> int:
        """Run one job now; how much it did. Raises UnknownJob."""
        job = self._jobs.get(name)
        if job is None:
            raise UnknownJob(name)
        with job.lock:
            return job.run()

    def run_all(self) -> dict[str, int]:
        """Run all until none finds anything to do; how much each did."""
        handled = dict.fromkeys(self._jobs, 0)
        for _ in range(_ROUNDS):
            found = {name: self.run(name) for name in self._jobs}
            for name, number in found.items():
                handled[name] += number
            if not any(found.values()):
                break
        return handled


# What one job leaves to another is done after a few; a storm that goes on meanwhile must not keep control waiting.
_ROUNDS = 10
