"""What an operation answers."""

from __future__ import annotations

from enum import StrEnum


class Result(StrEnum):
    """Reply.Result."""

    OK = "OK"
    PARTIAL = "PARTIAL"
    FAILED = "FAILED"


def count_rule(accepted: int, refused: int) -> Result:
    """OK, PARTIAL or FAILED by how many entries were accepted and refused (D-13)."""
    if not refused:
        return Result.OK
    return Result.PARTIAL if accepted else Result.FAILED
