"""Puts a bundle into a folder, whole or not at all as far as a file system allows.

New files are written beside the old ones and take their places, the messages all at once; what an older bundle had
besides is taken away; the manifest comes last. Whatever else lies in the folder is left alone. A run that was killed in
between leaves a folder whose manifest does not fit, which `crmkit report check` says and the next run puts right.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from pathlib import Path, PurePosixPath

from crmkit.evidence.manifest import MANIFEST, listed_files

_UNFINISHED = ".crmkit-unfinished"
_MESSAGES = "messages"


def write(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write a bundle's files, by their paths, in place of an older bundle's. Raises OSError.

    Not for two at the same time.
    """
    folder.mkdir(parents=True, exist_ok=True)
    unfinished = folder / _UNFINISHED
    older = set(listed_files(folder / MANIFEST)) | set(listed_files(unfinished / MANIFEST))
    shutil.rmtree(unfinished, ignore_errors=True)
    (folder / _MESSAGES).mkdir(exist_ok=True)
    for parent in {PurePosixPath(name).parent for name in files}:
        (unfinished / parent).mkdir(parents=True, exist_ok=True)
        (folder / parent).mkdir(parents=True, exist_ok=True)
    # The manifest first: should this be cut short, the next run knows what was left behind.
    for name in sorted(files, key=lambda name: name != MANIFEST):
        (unfinished / name).write_bytes(files[name])
    others = set(files) - {MANIFEST}
    if _has_only(folder / _MESSAGES, older) and (unfinished / _MESSAGES).is_dir():
        # Thousands of files at once.
        _swap(folder / _MESSAGES, unfinished / _MESSAGES, unfinished / "replaced")
        others = {name for name in others if PurePosixPath(name).parts[0] != _MESSAGES}
    for name in sorted(others):
        (unfinished / name).replace(folder / name)
    # While the older manifest is there, so that what is left of them is known.
    for name in sorted(older - set(files)):
        (folder / name).unlink(missing_ok=True)
    (unfinished / MANIFEST).replace(folder / MANIFEST)
    shutil.rmtree(unfinished, ignore_errors=True)
    _remove_empty(folder / _MESSAGES)


def _has_only(folder: Path, names: AbstractSet[str]) -> bool:
    """Whether everything in it is of an older bundle."""
    return all(f"{_MESSAGES}/{path.name}" in names for path in folder.iterdir())


def _swap(folder: Path, newer: Path, aside: Path) -> None:
    folder.replace(aside)
    newer.replace(folder)


def _remove_empty(folder: Path) -> None:
    if folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()
