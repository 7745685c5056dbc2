"""What can go wrong between the options and running servers.

A launch is refused before anything runs (LaunchRefused), fails while servers come up, fill or run (ServerFailed,
LaunchError), or is given up because the caller asked to stop (StopRequested, which is no error).
"""

from __future__ import annotations


class LaunchError(Exception):
    """The servers do not run as asked; the text is for the user, and `exit_code` for the shell."""

    exit_code = 1


class LaunchRefused(LaunchError):
    """Something in the options or around them forbids the start; one line that says what to change."""

    exit_code = 2


class ServerFailed(LaunchError):
    """A server died, or did not come up in time; the text names it and shows the end of its log."""


class StopRequested(Exception):
    """The caller asked to stop while the servers were being started."""
