"""Puts a bundle into a folder, whole or not at all as far as a file system allows.

New files are written beside the old ones and take their places one after the other; what an older bundle had besides is
taken away; the manifest comes last. Whatever else lies in the folder is left alone. A run that was killed in between
leaves a folder whose manifest does not fit, which `crmkit report check` says and the next run puts right.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

from crmkit.evidence.manifest import MANIFEST, listed_files

_UNFINISHED = ".crmkit-unfinished"


def write(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write a bundle's files, by their paths, in place of an older bundle's. Raises OSError.

    Not for two at the same time.
    """
    folder.mkdir(parents=True, exist_ok=True)
    unfinished = folder / _UNFINISHED
    older = set(listed_files(folder / MANIFEST)) | set(listed_files(unfinished / MANIFEST))
    shutil.rmtree(unfinished, ignore_errors=True)
    # The manifest first: should this be cut short, the next run knows what was left behind.
    for name in sorted(files, key=lambda name: name != MANIFEST):
        path = unfinished / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(files[name])
    for name in sorted(set(files) - {MANIFEST}):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (unfinished / name).replace(folder / name)
    # While the older manifest is there, so that what is left of them is known.
    for name in sorted(older - set(files)):
        (folder / name).unlink(missing_ok=True)
    (unfinished / MANIFEST).replace(folder / MANIFEST)
    shutil.rmtree(unfinished, ignore_errors=True)
    _remove_empty(folder / "messages")


def _remove_empty(folder: Path) -> None:
    if folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()
