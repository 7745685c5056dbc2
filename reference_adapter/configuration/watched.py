"""A file that is read again when it changes."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Generic, TypeVar

T = TypeVar("T")
_log = logging.getLogger(__name__)


class ConfigurationError(Exception):
    """A configuration file that cannot be used; the text names the file and says what is wrong."""


class WatchedFile(Generic[T]):
    """The parsed content of a file, re-read when its time, size or inode moved.

    A broken edit is logged once and the last good content stays. The first reading has nothing to fall back on
    and raises ConfigurationError.
    """

    def __init__(self, path: Path, parse: Callable[[bytes, Path], T]) -> None:
        self._path = path
        self._parse = parse
        self._lock = threading.Lock()
        self._seen = self._stamp()
        self._content = self._read()

    def current(self) -> T:
        """The content as of now; costs one `stat`."""
        stamp = self._stamp()
        if stamp != self._seen:
            with self._lock:
                if stamp != self._seen:
                    self._reload(stamp)
        return self._content

    def _reload(self, stamp: object) -> None:
        self._seen = stamp
        try:
            self._content = self._read()
            _log.info("%s was read again", self._path.name)
        except ConfigurationError as error:
            _log.error("the last good configuration stays in force: %s", error)

    def _read(self) -> T:
        try:
            return self._parse(self._path.read_bytes(), self._path)
        except OSError as error:
            raise ConfigurationError(f"{self._path}: cannot be read ({error.strerror})") from error

    def _stamp(self) -> object:
        try:
            stat = self._path.stat()
        except OSError:
            return None
        return stat.st_mtime_ns, stat.st_size, stat.st_ino
