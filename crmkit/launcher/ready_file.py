"""The file that tells others the URLs, once all servers are healthy."""

from __future__ import annotations

import json
import os
from pathlib import Path

from crmkit.launcher.errors import LaunchError, LaunchRefused
from crmkit.launcher.stack import StackUrls


class ReadyFile:
    """Appears whole, and only while the servers run; does nothing when there is no path."""

    def __init__(self, path: Path | None) -> None:
        self._path = path.absolute() if path else None

    def check(self) -> None:
        """Raise LaunchRefused when it could not be written."""
        if self._path is None:
            return
        if self._path.is_dir():
            raise LaunchRefused(f"--ready-file {self._path} is a directory")
        if not self._path.parent.is_dir():
            raise LaunchRefused(f"--ready-file {self._path}: its folder does not exist")
        if not os.access(self._path.parent, os.W_OK | os.X_OK):
            raise LaunchRefused(f"--ready-file {self._path}: its folder cannot be written to")

    def write(self, urls: StackUrls) -> None:
        """Put the URLs there as one JSON object, by one rename. Raises LaunchError."""
        if self._path is None:
            return
        unfinished = self._path.with_name(f".{self._path.name}.{os.getpid()}")
        try:
            unfinished.write_text(json.dumps(urls.as_dict(), indent=2) + "\n", encoding="utf-8")
            unfinished.replace(self._path)
        except OSError as error:
            unfinished.unlink(missing_ok=True)
            raise LaunchError(f"--ready-file {self._path}: {error.strerror or error}") from error

    def remove(self) -> None:
        """Take it away: who waits for it must not meet the URLs of servers that are gone."""
        if self._path is not None:
            self._path.unlink(missing_ok=True)
