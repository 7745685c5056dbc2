"""Reads a bundle that lies in a folder."""

from __future__ import annotations

import json
from pathlib import Path

from pydantic import ValidationError

from crmkit.evidence.document import FORMAT, Document, ScenarioEntry

REPORT = "report.json"
MESSAGES = "messages"


class BundleError(Exception):
    """A folder that is no bundle, or none that this kit can read; one line."""


def load(folder: Path) -> tuple[Document, dict[str, bytes]]:
    """The document of the bundle in a folder, and the files of `messages/` that it names.

    Raises BundleError for what is none, is damaged, or is of a newer kit.
    """
    document = load_document(folder)
    try:
        found = {f"{MESSAGES}/{path.name}": path.read_bytes() for path in sorted((folder / MESSAGES).glob("*"))}
    except OSError as error:
        raise BundleError(f"{folder / MESSAGES}: {error.strerror or error}") from error
    wanted = message_names(document)
    if missing := sorted(wanted - set(found)):
        raise BundleError(f"{folder}: {missing[0]}, which report.json names, is missing: the bundle is damaged")
    return document, {name: content for name, content in found.items() if name in wanted}


def load_document(folder: Path) -> Document:
    """The document of the bundle in a folder. Raises BundleError."""
    path = folder / REPORT
    if not folder.is_dir():
        raise BundleError(f"{folder} is no folder: name one that `crmkit verify --report` has written")
    if not path.is_file():
        raise BundleError(f"{folder} has no {REPORT}: name a folder that `crmkit verify --report` has written")
    try:
        told = json.loads(path.read_bytes())
    except OSError as error:
        raise BundleError(f"{path}: {error.strerror or error}") from error
    except ValueError as error:
        raise BundleError(f"{path} is damaged, it is no JSON ({error}): run `crmkit verify --report` again") from None
    number = told.get("format") if isinstance(told, dict) else None
    if not isinstance(number, int):
        raise BundleError(f"{path} is no report of this kit: it names no format")
    if number > FORMAT:
        raise BundleError(f"{path} has format {number}, this kit reads {FORMAT}: use the kit that wrote it, or a newer")
    if number < FORMAT:
        raise BundleError(f"{path} has format {number}, this kit reads {FORMAT}: run `crmkit verify --report` again")
    try:
        return Document.model_validate(told)
    except ValidationError as error:
        first = error.errors()[0]
        place = "/".join(str(part) for part in first["loc"])
        raise BundleError(f"{path} is damaged at {place}: {first['msg']}") from None


def message_names(document: Document) -> set[str]:
    """The files of `messages/` that the document names."""
    return {
        name
        for scenario in all_scenarios(document)
        for call in scenario.calls
        for name in (call.request, call.response)
        if name is not None
    }


def all_scenarios(document: Document) -> list[ScenarioEntry]:
    """Those of the rows, of the story, and the user's own."""
    rows = [*document.results, *([document.story] if document.story else [])]
    return [scenario for row in rows for scenario in row.scenarios] + document.own_scenarios
