"""The configuration folder of a data directory: the shipped files are copied there once, then it is the user's."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from reference_adapter.configuration.errors import ErrorConfiguration, parse_error_configuration
from reference_adapter.configuration.settings import AdapterSettings, parse_adapter_settings
from reference_adapter.configuration.watched import WatchedFile
from reference_adapter.configuration.xml import converted, count, parse_root, positive

_SHIPPED = Path(__file__).parent
# What Table 12.1 calls the error configuration of each operation.
_SUBJECTS = {
    "CreatedTroubleTickets": "CreateTroubleTickets",
    "ChangedTroubleTickets": "ChangeTroubleTickets",
    "GetTroubleTickets": "GetTroubleTickets",
    "GetCallbacks": "GetCallbacks",
    "CreatedCallBacksResults": "ChangeCallbacksResults",
}


@dataclass(frozen=True, slots=True)
class WebServiceSettings:
    """AdapterCrm_WebServiceConfiguration.xml; sizes in bytes, times in seconds."""

    body_limit: int
    stall_seconds: float
    body_seconds: float
    header_seconds: float
    threads: int
    store_busy_seconds: float
    retry_after_seconds: int


def copy_shipped_files(folder: Path) -> None:
    """Copy the shipped files that the folder lacks; a user's own edits are left alone."""
    folder.mkdir(parents=True, exist_ok=True)
    for shipped in sorted(_SHIPPED.glob("*.xml")):
        target = folder / shipped.name
        if not target.exists():
            # Another worker may do the same at this moment: never show it half a file.
            draft = folder / f".{shipped.name}.{os.getpid()}.part"
            draft.write_bytes(shipped.read_bytes())
            draft.replace(target)


def watch_settings(folder: Path) -> WatchedFile[AdapterSettings]:
    """AdapterCrm.xml of a configuration folder."""
    return WatchedFile(folder / "AdapterCrm.xml", parse_adapter_settings)


def error_file(operation: str) -> str:
    """The name of an operation's error configuration (Table 12.1)."""
    return f"CrmAdapter_{_SUBJECTS[operation]}_ErrorConfiguration.xml"


def watch_errors(folder: Path, operation: str, names: frozenset[str]) -> WatchedFile[ErrorConfiguration]:
    """The error configuration of a hosted operation, which must hold `names`."""
    path = folder / error_file(operation)
    return WatchedFile(path, partial(parse_error_configuration, operation=operation, names=names))


def read_web_service_settings(folder: Path) -> WebServiceSettings:
    """AdapterCrm_WebServiceConfiguration.xml; raises ConfigurationError."""
    return WatchedFile(folder / "AdapterCrm_WebServiceConfiguration.xml", _parse_web_service).current()


def _parse_web_service(content: bytes, path: Path) -> WebServiceSettings:
    root = parse_root(content, path, "WebServiceConfiguration")
    return WebServiceSettings(
        body_limit=converted(root, "bodyLimit", path, count),
        stall_seconds=converted(root, "stallSeconds", path, positive),
        body_seconds=converted(root, "bodySeconds", path, positive),
        header_seconds=converted(root, "headerSeconds", path, positive),
        threads=converted(root, "threads", path, count),
        store_busy_seconds=converted(root, "storeBusySeconds", path, positive),
        retry_after_seconds=converted(root, "retryAfterSeconds", path, count),
    )
