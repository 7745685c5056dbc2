"""manifest.json: the checksum of every file of a bundle, and what a reader must know to trust it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from crmkit.evidence.document import Document

MANIFEST = "manifest.json"
KIND = "crmkit report"
FORMAT = 1


def manifest_of(document: Document, files: Mapping[str, bytes]) -> bytes:
    """The manifest of a bundle's other files; the same for the same files."""
    told: dict[str, Any] = {
        "kind": KIND,
        "format": FORMAT,
        "verdict": document.verdict.text,
        "started": document.started,
        "target": document.target,
        "suite_digest": document.suite_digest,
        "versions": document.versions,
        "profile": document.profile,
        "files": {
            name: {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
            for name, content in sorted(files.items())
        },
    }
    return (json.dumps(told, indent=2, ensure_ascii=False) + "\n").encode()


def listed_files(manifest: Path) -> dict[str, str]:
    """The sha256 of each file that a manifest lists, by its path in the bundle; nothing when it is no manifest.

    Paths that lead out of the folder are left out.
    """
    try:
        told = json.loads(manifest.read_bytes())
        files = told["files"] if told["kind"] == KIND else {}
        return {str(name): str(entry["sha256"]) for name, entry in files.items() if _is_inside(name)}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def problems(folder: Path) -> list[str]:
    """Where a bundle is not as its manifest says, a line each."""
    if not (folder / MANIFEST).is_file():
        return [f"{MANIFEST} is missing"]
    listed = listed_files(folder / MANIFEST)
    if not listed:
        return [f"{MANIFEST} is damaged"]
    found = []
    for name, digest in listed.items():
        path = folder / name
        if not path.is_file():
            found.append(f"{name} is missing")
        elif hashlib.sha256(path.read_bytes()).hexdigest() != digest:
            found.append(f"{name} has been changed")
    found += [
        f"messages/{path.name} is none of the bundle's"
        for path in sorted((folder / "messages").glob("*"))
        if f"messages/{path.name}" not in listed
    ]
    return found


def _is_inside(name: str) -> bool:
    path = PurePosixPath(name)
    return bool(path.parts) and not path.is_absolute() and ".." not in path.parts and "\\" not in name
