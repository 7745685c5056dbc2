"""Looking at processes from outside."""

import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

on_linux = pytest.mark.skipif(sys.platform != "linux", reason="the parent-death signal and /proc are Linux's")


def is_alive(pid: int) -> bool:
    """Whether it runs; a zombie that nobody has reaped yet does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state not in "ZX"


def wait_for(condition: Callable[[], object], seconds: float, what: str) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not within {seconds:g} s: {what}"
        time.sleep(0.02)


def wait_until_gone(pids: Iterable[int], seconds: float = 5) -> None:
    pids = list(pids)
    wait_for(lambda: not any(map(is_alive, pids)), seconds, f"the end of {pids}")


def tree_of(pid: int) -> list[int]:
    """The process and all its descendants."""
    parents: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(stat.read_text().rpartition(")")[2].split()[1])
        except (FileNotFoundError, ProcessLookupError):
            continue
        parents.setdefault(parent, []).append(int(stat.parent.name))
    found = [pid]
    for each in found:
        found += parents.get(each, [])
    return found
