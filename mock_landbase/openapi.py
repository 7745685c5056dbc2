"""The landbase's API definition (OpenAPI 3.0), with each collection's properties as parameters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mock_landbase.features import CollectionKind
from mock_landbase.query import DEFAULT_LIMIT, MAXIMUM_LIMIT

OPENAPI_TYPE = "application/vnd.oai.openapi+json;version=3.0"
_JSON, _GEOJSON = "application/json", "application/geo+json"


def describe_api(title: str, kinds: Sequence[CollectionKind]) -> dict[str, Any]:
    """The definition served at `/api`."""
    paths = {
        "/": _get("landingPage", "Landing page", _JSON),
        "/api": _get("api", "This definition", OPENAPI_TYPE),
        "/conformance": _get("conformance", "Conformance classes", _JSON),
        "/collections": _get("collections", "The collections", _JSON),
    }
    for kind in kinds:
        paths |= _collection_paths(kind)
    return {"openapi": "3.0.3", "info": {"title": title, "version": "1.0.0"}, "paths": paths}


def _collection_paths(kind: CollectionKind) -> dict[str, Any]:
    path = f"/collections/{kind.id}"
    feature_id = _parameter("featureId", {"type": "string"}, place="path")
    return {
        path: _get(f"{kind.id}.describe", f"About the collection: {kind.title}", _JSON),
        f"{path}/items": _get(f"{kind.id}.items", kind.title, _GEOJSON, _item_parameters(kind)),
        f"{path}/items/{{featureId}}": _get(f"{kind.id}.item", "A single feature", _GEOJSON, [feature_id]),
    }


def _item_parameters(kind: CollectionKind) -> list[dict[str, Any]]:
    limit = {"type": "integer", "minimum": 1, "maximum": MAXIMUM_LIMIT, "default": DEFAULT_LIMIT}
    numbers = {"type": "array", "items": {"type": "number"}, "minItems": 4, "maxItems": 6}
    return [
        _parameter("limit", limit, explode=False),
        _parameter("offset", {"type": "integer", "minimum": 0, "default": 0}, explode=False),
        _parameter("bbox", numbers, explode=False),
        _parameter("datetime", {"type": "string"}, explode=False),
        *(_parameter(name, {"type": "string"}, explode=False) for name in kind.properties),
    ]


def _parameter(name: str, schema: dict[str, Any], place: str = "query", **more: Any) -> dict[str, Any]:
    style = "form" if place == "query" else "simple"
    return {"name": name, "in": place, "required": place == "path", "schema": schema, "style": style, **more}


def _get(operation: str, summary: str, media_type: str, parameters: Sequence[dict[str, Any]] = ()) -> dict[str, Any]:
    found = {"description": summary, "content": {media_type: {"schema": {"type": "object"}}}}
    failures = {"400": {"description": "A parameter is unknown or malformed"}, "404": {"description": "Not found"}}
    return {
        "get": {
            "operationId": operation,
            "summary": summary,
            "parameters": list(parameters),
            "responses": {"200": found, **failures},
        }
    }
