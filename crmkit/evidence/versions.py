"""With what a report was made."""

from __future__ import annotations

import platform
from functools import cache
from importlib import metadata

_KIT = "gridops-crm-testkit"
_PACKAGES = ("cucumber-messages", "gherkin-official", "lxml", "pytest", "pytest-bdd", "zeep")


@cache
def versions() -> dict[str, str]:
    """Of the kit, of Python, of what judges and writes, and the kind of machine."""
    return {
        "crmkit": metadata.version(_KIT),
        "python": platform.python_version(),
        "system": platform.system(),
        "machine": platform.machine(),
        **{name: metadata.version(name) for name in _PACKAGES},
    }
