"""What the command line of `crmkit verify` asks for, and the mistakes that are seen before anything runs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


class UsageMistake(Exception):
    """Something to be said in one line before anything runs."""


@dataclass(frozen=True)
class Request:
    """The command line."""

    target: str | None = None
    control: str | None = None
    profile: Path | None = None
    # None: the profile's, else `adapter`. A plan's request has one.
    role: str | None = None
    rows: str | None = None
    tables: str | None = None
    operations: str | None = None
    reasons: str | None = None
    outcomes: str | None = None
    rerun_failed: Path | None = None
    from_report: Path | None = None
    features: Path | None = None
    only_features: bool = False
    report: Path | None = None
    interactive: bool = False
    interactive_json: bool = False
    answer_seconds: int | None = None
    jobs: int | None = None
    workers: int | None = None
    contract: Path | None = None
    timeout: float | None = None

    @property
    def selects_rows(self) -> bool:
        """Whether it says which rows to run."""
        by_row = (self.rows, self.tables, self.operations, self.reasons)
        by_report = (self.outcomes, self.rerun_failed, self.from_report)
        return any(option is not None for option in (*by_row, *by_report))

    @property
    def is_own(self) -> bool:
        """Whether the kit starts its own servers."""
        return self.target is None and self.profile is None
