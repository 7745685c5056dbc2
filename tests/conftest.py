"""For all tests: signals as a terminal leaves them, also where the tests are started in the background."""

from __future__ import annotations

import signal


def pytest_configure() -> None:
    """Children inherit what is ignored: a test that sends Ctrl-C would wait for ever."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
        signal.signal(signal.SIGHUP, signal.SIG_DFL)
