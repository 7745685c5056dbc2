"""One server as a process: started in a session of its own, stopped with everything it started."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_TAIL_LINES = 15
_TAIL_BYTES = 16_384


@dataclass(frozen=True)
class ServerSpec:
    """How to start a server and how to see that it is up: `health_url` answers 200 when it is.

    `ports` are those it opens; `stop_seconds` is how long it may take to finish what it is doing.
    """

    name: str
    argv: Sequence[str]
    health_url: str
    ports: Sequence[int] = ()
    stop_seconds: float = 5.0


class Server:
    """A running server. Its output goes to `log`, appended.

    The kernel kills it when the thread that started it is gone, however that happens (Linux only), so a stack is
    started by a thread that outlives it. Processes that the server starts itself are its own business when it is
    killed, and end with it when it is stopped.
    """

    def __init__(self, spec: ServerSpec, log: Path, keep_open: Sequence[int] = ()) -> None:
        self.spec = spec
        self.log = log
        self._log_start = log.stat().st_size if log.exists() else 0
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                list(spec.argv),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                pass_fds=tuple(keep_open),
                env={**os.environ, "PYTHONUNBUFFERED": "1"},
                preexec_fn=die_with_parent(),
            )

    @property
    def pid(self) -> int:
        """Process id, which is the id of its process group too."""
        return self._process.pid

    def exit_code(self) -> int | None:
        """None while it runs; negative for the signal that ended it."""
        return self._process.poll()

    def kill(self) -> None:
        """End it and its process group at once."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)
        self._process.wait()

    def stop(self) -> bool:
        """End it and its process group; whether it ended by itself when told to.

        Only the server itself is told: how its workers finish is its business. What is left of the group after
        that, or after `stop_seconds`, is killed.
        """
        went_by_itself = True
        if self.exit_code() is None:
            self._process.terminate()
            try:
                self._process.wait(self.spec.stop_seconds)
            except subprocess.TimeoutExpired:
                went_by_itself = False
        self.kill()
        return went_by_itself

    def last_words(self) -> list[str]:
        """The last lines it printed since it was started."""
        with self.log.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(self._log_start, size - _TAIL_BYTES))
            text = file.read().decode("utf-8", "replace")
        return [line for line in text.splitlines() if line.strip()][-_TAIL_LINES:]


def describe_exit(code: int) -> str:
    """An exit code in words."""
    if code >= 0:
        return f"exit code {code}"
    try:
        return f"exit code {code}, {signal.Signals(-code).name}"
    except ValueError:
        return f"exit code {code}, signal {-code}"


def die_with_parent() -> Callable[[], None] | None:
    """What a child of this process calls to be killed by the kernel when this one is gone; None but on Linux."""
    if sys.platform != "linux":
        return None
    # Looked up before the fork: the child of a process with threads should do as little as possible.
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    parent = os.getpid()

    def die_with_parent() -> None:
        failed = prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        # A parent that was killed before that call sends no signal any more.
        if failed or os.getppid() != parent:
            os._exit(1)

    return die_with_parent
