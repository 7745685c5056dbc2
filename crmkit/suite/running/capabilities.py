"""What a target must be able to do at all for a scenario: whoever says that it cannot is not judged by it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

from crm_contract.use_cases import Catalogue, load_catalogue
from crmkit.suite.errors import NotApplicable
from crmkit.suite.running.feature_files import STORY_TAG

# By the capability's name in a profile: what rows of the catalogue need of it, and whole operations.
NEEDS: Mapping[str, frozenset[str]] = {
    "landbase": frozenset({"landbase object", "landbase search type", "landbase down"}),
    "archive": frozenset({"archived tickets"}),
    "callbacks": frozenset({"callbacks"}),
    "publisher": frozenset({"IVR reachable from the target"}),
    "ims": frozenset({"slow IMS"}),
}
OPERATIONS: Mapping[str, frozenset[str]] = {
    "callbacks": frozenset({"GetCallbacks", "CreatedCallBacksResults", "CreatedCallBacks"}),
    "publisher": frozenset({"CreatedCallBacks"}),
}
# What the story of an outage goes through, from the first call to the archive.
_OF_STORY = frozenset({"archive", "callbacks", "publisher"})
# Rows about queries have scenarios with an archive and without; the steps tell them apart.
_OF_STEPS: Mapping[str, tuple[str, ...]] = {"archive": ("archived", "in the archive", 'context "all"')}


def of_row(row: str, operation: str) -> frozenset[str]:
    """The capabilities that a row of an operation is about, or the story."""
    if row == STORY_TAG:
        return _OF_STORY
    return frozenset(name for name, needs in NEEDS.items() if needs & _needs(row)) | _of_operation(operation)


def require(row: str, operation: str, steps: Iterable[str], lacks: Mapping[str, str]) -> None:
    """Raises NotApplicable for a scenario that needs what the target `lacks`; by capability, the reason."""
    if not lacks:
        return
    texts = tuple(steps)
    needed = (of_row(row, operation) - set(_OF_STEPS)) | {
        name for name, words in _OF_STEPS.items() if any(word in text for word in words for text in texts)
    }
    for name, reason in lacks.items():
        if name in needed:
            raise NotApplicable(reason)


def _of_operation(operation: str) -> frozenset[str]:
    return frozenset(name for name, operations in OPERATIONS.items() if operation in operations)


def _needs(row: str) -> frozenset[str]:
    try:
        return frozenset(_catalogue()[row].needs)
    except KeyError:
        # What a user wrote, and rows of an IVR.
        return frozenset()


@lru_cache(maxsize=1)
def _catalogue() -> Catalogue:
    return load_catalogue()
