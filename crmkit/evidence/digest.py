"""What a suite is, in one number: two reports with the same digest were judged by the same scenarios and rules."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import crm_contract
from crmkit import suite
from crmkit.suite.running.feature_files import features_directory

_CONTRACT = ("*.toml", "*.wsdl", "*.xsd")


@cache
def suite_digest() -> str:
    """`sha256:...` over the features, the steps' code and the contract; the same in a checkout and when installed."""
    digest = hashlib.sha256()
    for name, path in sorted(_parts()):
        # Lines may end otherwise on another system.
        content = path.read_bytes().replace(b"\r\n", b"\n")
        digest.update(f"{name}\0{len(content)}\0".encode())
        digest.update(content)
    return f"sha256:{digest.hexdigest()}"


def _parts() -> Iterator[tuple[str, Path]]:
    features = features_directory()
    for path in features.rglob("*.feature"):
        yield f"features/{path.relative_to(features).as_posix()}", path
    steps = Path(str(suite.__file__)).parent
    for path in steps.rglob("*.py"):
        name = path.relative_to(steps).as_posix()
        # In an installed kit the features lie within, and a test module with them.
        if not name.startswith("features/"):
            yield f"suite/{name}", path
    contract = Path(str(crm_contract.__file__)).parent
    for pattern in _CONTRACT:
        for path in contract.rglob(pattern):
            yield f"contract/{path.relative_to(contract).as_posix()}", path
