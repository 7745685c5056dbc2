"""OGC API - Features, Part 1: Core, over a landbase's collections. Filters are `property=value`, exact."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, urlencode

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from mock_landbase.features import Collection
from mock_landbase.openapi import OPENAPI_TYPE, describe_api
from mock_landbase.query import ItemsQuery, QueryError, parse_items_query, single_values

_TITLE = "GridOps test landbase"
_CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
_CONFORMANCE = [
    f"http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/{part}" for part in ("core", "oas30", "geojson")
]
_JSON, _GEOJSON = "application/json", "application/geo+json"


class GeoJSONResponse(JSONResponse):
    """An answer of GeoJSON."""

    media_type = _GEOJSON


def build_http_app(collections: Mapping[str, Collection]) -> Starlette:
    """The landbase as an ASGI application; every answer is JSON, errors too."""
    resources = _Resources(collections)
    return Starlette(
        routes=[
            Route("/", resources.landing_page),
            Route("/api", resources.api),
            Route("/conformance", resources.conformance),
            Route("/collections", resources.collections),
            Route("/collections/{collection}", resources.collection),
            Route("/collections/{collection}/items", resources.items),
            Route("/collections/{collection}/items/{feature:path}", resources.item),
        ],
        exception_handlers={
            QueryError: _bad_query,
            HTTPException: _http_error,
            Exception: _server_error,
        },
    )


class _Resources:
    """The answers, one method a resource."""

    def __init__(self, collections: Mapping[str, Collection]) -> None:
        self._collections = collections
        self._api = describe_api(_TITLE, [collection.kind for collection in collections.values()])

    async def landing_page(self, request: Request) -> Response:
        _no_parameters(request)
        links = [
            _link(_url(request, ""), "self", _JSON, "This document"),
            _link(_url(request, "api"), "service-desc", OPENAPI_TYPE, "The API's definition"),
            _link(_url(request, "conformance"), "conformance", _JSON, "Conformance classes"),
            _link(_url(request, "collections"), "data", _JSON, "The collections"),
        ]
        description = "Poles, intersections, addresses and transformers of a synthetic town"
        return JSONResponse({"title": _TITLE, "description": description, "links": links})

    async def api(self, request: Request) -> Response:
        _no_parameters(request)
        return JSONResponse(self._api, media_type=OPENAPI_TYPE)

    async def conformance(self, request: Request) -> Response:
        _no_parameters(request)
        return JSONResponse({"conformsTo": _CONFORMANCE})

    async def collections(self, request: Request) -> Response:
        _no_parameters(request)
        links = [_link(_url(request, "collections"), "self", _JSON, "This document")]
        described = [_describe(request, collection) for collection in self._collections.values()]
        return JSONResponse({"links": links, "collections": described})

    async def collection(self, request: Request) -> Response:
        _no_parameters(request)
        return JSONResponse(_describe(request, self._requested(request)))

    async def items(self, request: Request) -> Response:
        collection = self._requested(request)
        query = parse_items_query(request.query_params.multi_items(), collection.kind.properties)
        found = collection.find(query.properties, query.box)
        page = found[query.offset : query.offset + query.limit]
        content = {
            "type": "FeatureCollection",
            "features": page,
            "links": _page_links(request, query, len(found)),
            "timeStamp": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "numberMatched": len(found),
            "numberReturned": len(page),
        }
        return GeoJSONResponse(content)

    async def item(self, request: Request) -> Response:
        collection = self._requested(request)
        _no_parameters(request)
        feature = collection.get(request.path_params["feature"])
        if feature is None:
            raise HTTPException(404, f"{collection.kind.id} has no feature {request.path_params['feature']}")
        path = f"collections/{collection.kind.id}"
        links = [
            _link(_url(request, f"{path}/items/{quote(str(feature['id']))}"), "self", _GEOJSON, "This feature"),
            _link(_url(request, path), "collection", _JSON, collection.kind.title),
        ]
        return GeoJSONResponse({**feature, "links": links})

    def _requested(self, request: Request) -> Collection:
        name = request.path_params["collection"]
        if name not in self._collections:
            raise HTTPException(404, f"there is no collection {name}")
        return self._collections[name]


def _describe(request: Request, collection: Collection) -> dict[str, Any]:
    kind = collection.kind
    path = f"collections/{kind.id}"
    described: dict[str, Any] = {
        "id": kind.id,
        "title": kind.title,
        "itemType": "feature",
        "crs": [_CRS84],
        "links": [
            _link(_url(request, path), "self", _JSON, "This document"),
            _link(_url(request, f"{path}/items"), "items", _GEOJSON, kind.title),
        ],
    }
    if collection.extent is not None:
        described["extent"] = {"spatial": {"bbox": [list(collection.extent)], "crs": _CRS84}}
    return described


def _page_links(request: Request, query: ItemsQuery, matched: int) -> list[dict[str, str]]:
    path = request.scope["path"].lstrip("/")
    links = [_link(_url(request, path, request.url.query), "self", _GEOJSON, "This page")]
    following = query.offset + query.limit
    if following < matched:
        kept = [pair for pair in request.query_params.multi_items() if pair[0] not in ("limit", "offset")]
        parameters = urlencode([*kept, ("limit", query.limit), ("offset", following)], quote_via=quote)
        links.append(_link(_url(request, path, parameters), "next", _GEOJSON, "Next page"))
    return links


def _url(request: Request, path: str, query: str = "") -> str:
    """An address as the client reaches it: the host is the one it asked for."""
    return f"{request.base_url}{path}{'?' if query else ''}{query}"


def _link(href: str, relation: str, media_type: str, title: str) -> dict[str, str]:
    return {"href": href, "rel": relation, "type": media_type, "title": title}


def _no_parameters(request: Request) -> None:
    single_values(request.query_params.multi_items(), ())


async def _bad_query(_request: Request, error: Exception) -> Response:
    return _error(HTTPStatus.BAD_REQUEST, str(error))


async def _http_error(_request: Request, error: Exception) -> Response:
    status, detail = (error.status_code, error.detail) if isinstance(error, HTTPException) else (500, "")
    return _error(HTTPStatus(status), detail)


async def _server_error(_request: Request, _error_raised: Exception) -> Response:
    return _error(HTTPStatus.INTERNAL_SERVER_ERROR, "the landbase failed")


def _error(status: HTTPStatus, description: str) -> Response:
    """The exception object of OGC API - Features."""
    return JSONResponse({"code": status.phrase.replace(" ", ""), "description": description}, status)
