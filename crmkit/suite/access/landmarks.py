"""Objects of the landbase beside the target, picked through its OGC API - Features."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

from crmkit.suite.access.control import HttpJson
from crmkit.suite.access.search_types import SEARCH_TYPES, Landmark
from crmkit.suite.errors import CouldNotTest, HarnessError
from crmkit.suite.evidence import Transcript

_PAGE = 20
_SUPPLY = "give fixtures.landmarks or [listen.landbase] in the profile, or a control API that names the landbase"


class Landmarks:
    """Gives out landbase objects, no object twice in a run; those that a profile gives again and again."""

    def __init__(
        self,
        base: str | None,
        rng: random.Random,
        transcript: Transcript | None = None,
        given: Sequence[Landmark] = (),
    ) -> None:
        self._http = HttpJson(base, "the landbase", "landbase", transcript) if base else None
        self._given = given
        self._rng = rng
        self._waiting: dict[str, list[Landmark]] = {}

    def prepare(self) -> None:
        """Fetch some of every type, for when the landbase will not answer."""
        for kind in SEARCH_TYPES:
            self._fill(kind)

    def take(self, kind: str) -> Landmark:
        """An object of a search type. Raises CouldNotTest where there is none."""
        self._fill(kind)
        return self._waiting[kind].pop()

    def _fill(self, kind: str) -> None:
        if self._waiting.get(kind):
            return
        if self._http is None:
            self._waiting[kind] = [each for each in reversed(self._given) if each.kind == kind]
            if not self._waiting[kind]:
                raise CouldNotTest(f"no landbase object of type {kind} is known. To supply it: {_SUPPLY}")
            return
        collection, parameters = SEARCH_TYPES[kind]
        path = f"/collections/{collection}/items"
        total = int(_collection(self._http.call("GET", path, query={"limit": 1})).get("numberMatched", 0))
        offset = self._rng.randrange(max(total - _PAGE, 0) + 1)
        page = _collection(self._http.call("GET", path, query={"limit": _PAGE, "offset": offset}))
        found = [_landmark(kind, parameters, feature) for feature in page["features"]]
        if not found:
            raise CouldNotTest(f"the landbase has no {collection}")
        self._rng.shuffle(found)
        self._waiting[kind] = found


def _collection(answer: Any) -> dict[str, Any]:
    if not isinstance(answer, dict) or not isinstance(answer.get("features"), list):
        raise HarnessError("the landbase answers with something that is no FeatureCollection")
    return answer


def _landmark(kind: str, parameters: tuple[str, ...], feature: dict[str, Any]) -> Landmark:
    longitude, latitude = feature["geometry"]["coordinates"][:2]
    values = tuple((name, str(feature["properties"][name])) for name in parameters)
    return Landmark(kind, values, float(longitude), float(latitude))
