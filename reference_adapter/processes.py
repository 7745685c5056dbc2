"""Ending when told, and leaving no worker behind."""

from __future__ import annotations

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1
_MAIN_PROCESS = "CRM_ADAPTER_MAIN_PROCESS"


def exit_when_told() -> None:
    """SIGTERM and SIGINT end this process with exit code 0, until a server puts handlers of its own in place.

    Also behind it: uvicorn raises the signal once more when it has stopped.
    """
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: sys.exit(0))


def lead_workers() -> None:
    """Let the workers that are started from now on know whose end is theirs."""
    os.environ[_MAIN_PROCESS] = str(os.getpid())


def die_with_parent() -> None:
    """Have the kernel kill this process when its parent dies, however that happens. Linux only; else nothing.

    Without it granian's workers would stay on the port when its main process is killed. A worker whose main
    process (see `lead_workers`) is gone already ends at once.
    """
    if sys.platform == "linux":
        parent = int(os.environ.get(_MAIN_PROCESS) or os.getppid())
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)
