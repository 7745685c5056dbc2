"""The data directory: where things lie in it, and the lock that keeps a second stack out.

town/             the synthetic town's plain files
configuration/    the adapter's configuration files, copied there by the adapter itself
logs/NAME.log     what each server printed
gridops.sqlite    the adapter's store
crmkit.lock       locked as long as a stack or one of its servers lives
"""

from __future__ import annotations

import fcntl
import os
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from crmkit.launcher.errors import LaunchRefused

# The servers of a stack that was killed a moment ago hold the lock until they are gone.
_GRACE_SECONDS = 2.0

# Where Linux keeps files in memory, and how much of it a stack's data may take there.
_IN_MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of one's own is made in it
_ENOUGH_BYTES = 256 << 20

MakeTown = Callable[[Path], object]


@dataclass(frozen=True)
class DataDirectory:
    """Paths in a data directory; `root` is absolute, so that the servers may run anywhere."""

    root: Path

    @classmethod
    def at(cls, path: Path) -> DataDirectory:
        """The data directory at `path`, made when missing. Raises LaunchRefused when it cannot be used."""
        root = path.absolute()
        try:
            (root / "logs").mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise LaunchRefused(f"--data {path}: {error.strerror or error}") from error
        return cls(root)

    @property
    def town(self) -> Path:
        """Folder of the town's files."""
        return self.root / "town"

    def log(self, server: str) -> Path:
        """Log file of one server."""
        return self.root / "logs" / f"{server}.log"

    def has_town(self) -> bool:
        """Whether there is a town to take up; a folder with anything in it is taken for one."""
        return self.town.is_dir() and any(self.town.iterdir())

    def lock(self) -> DirectoryLock:
        """Keep other stacks out. Raises LaunchRefused when one is in."""
        return DirectoryLock(self.root)


class DirectoryLock:
    """An exclusive lock on a data directory, which the kernel releases when its last holder is gone.

    `descriptor` is handed to the servers too: the directory stays taken as long as any of them is alive.
    """

    def __init__(self, root: Path) -> None:
        path = root / "crmkit.lock"
        try:
            self.descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError as error:
            raise LaunchRefused(f"--data {root}: {error.strerror or error}") from error
        try:
            self._acquire(root)
        except BaseException:
            os.close(self.descriptor)
            raise

    def _acquire(self, root: Path) -> None:
        deadline = time.monotonic() + _GRACE_SECONDS
        while True:
            try:
                fcntl.flock(self.descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    raise LaunchRefused(
                        f"{root} is in use by another crmkit; stop that one, or choose another directory with --data"
                    ) from None
            except OSError as error:
                raise LaunchRefused(f"{root} cannot be locked: {error.strerror or error}") from error
            time.sleep(0.05)

    def release(self) -> None:
        """Let the next stack in, once no server of this one holds the lock any more."""
        os.close(self.descriptor)


def memory_folder() -> str | None:
    """Where data that nobody needs after the run is kept best: in memory, so that no commit waits for a disk.

    None, the usual place, where there is no such folder, or too little room.
    """
    if os.environ.get("TMPDIR") or not os.access(_IN_MEMORY, os.W_OK | os.X_OK):
        return None
    return str(_IN_MEMORY) if shutil.disk_usage(_IN_MEMORY).free >= _ENOUGH_BYTES else None
