"""The control API's OpenAPI document, with what FastAPI does not know: refusals, filters, and who needs what.

Vendors may offer the same API in front of their own system; the document is then their specification.
"""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

_DESCRIPTION = """\
What an operator, the clock and the surroundings do to an adapter of the CRM Interface, and how a test sees what it
stores.

Whoever builds an adapter may offer this API in front of it, and give its URL to `crmkit verify --control` or as
`target.control` in a profile. What the suite asks for is marked `x-crmkit-needed: true`; the rest is for people. A
route that is not offered (404, 405 or 501) costs the rows that need it: they could not be tested.

* Moments are xs:dateTime with a zone, times are seconds, coordinates are in the model's coordinate system.
* Lists come in pages, oldest first. `after` is a position, exclusive: a page's `position` is that of the newest entry
  of all, an item's `seq` its own, and both grow for ever. `total` counts all that the filters leave behind `after`.
* Filters are exact, and several hold at once. What nobody has is an empty page, never 404.
* An action has happened, for every process of the adapter, when its answer arrives.
* What acts on many at once saves time; the suite acts on one after the other where it is not offered.
* Refusals carry `{"detail": text}`: 404 for an mRID that is not there, 409 for what does not fit now (closing an
  incident that is not restored), 422 for what never fits (a device that the network does not have), 503 when the
  store is busy: try again.
"""
_PARAMETERS = {
    "after": "A position: only what is behind it.",
    "offset": "How many to leave out, from the first.",
    "limit": "How many at most.",
    "mrid": "The entity's mRID.",
    "name": "Tickets with this external name.",
    "usage_point": "Only what is about the usage point with this mRID.",
    "incident": "Only what belongs to the incident with this mRID.",
    "ticket": "Only what belongs to the ticket with this mRID.",
    "message_id": "Tickets that the message with this MessageID created.",
    "device": "Usage points that this device of the network feeds, directly or not.",
    "open": "true: only callbacks that are still to be resolved; false: only resolved ones.",
    "crew": "The crew's mRID.",
    "job": "The job's name.",
}
# What crmkit.suite calls.
NEEDED = frozenset(
    {
        ("GET", "/health"),
        ("GET", "/neighbours"),
        ("GET", "/settings"),
        ("GET", "/usage-points"),
        ("GET", "/store"),
        ("GET", "/tickets"),
        ("GET", "/archive/tickets"),
        ("POST", "/tickets/{mrid}/contacts"),
        ("PUT", "/tickets/{mrid}/preferred-contact"),
        ("POST", "/incidents"),
        ("GET", "/incidents/{mrid}"),
        ("PATCH", "/incidents/{mrid}"),
        ("POST", "/incidents/{mrid}/comments"),
        ("POST", "/incidents/{mrid}/crews"),
        ("POST", "/incidents/{mrid}/confirm"),
        ("POST", "/incidents/{mrid}/restore"),
        ("POST", "/incidents/{mrid}/close"),
        ("POST", "/incidents/{mrid}/cancel"),
        ("POST", "/incidents/{mrid}/archive"),
        ("GET", "/callbacks"),
        ("PUT", "/callbacks/{mrid}/automatic"),
        ("GET", "/clock"),
        ("PUT", "/clock"),
        ("POST", "/clock/advance"),
        ("DELETE", "/clock"),
        ("POST", "/background/{job}"),
        ("GET", "/log"),
        ("POST", "/caches/drop"),
        ("PUT", "/faults/slow-ims"),
        ("DELETE", "/faults/slow-ims"),
        ("PUT", "/faults/internal-error"),
        ("DELETE", "/faults/internal-error"),
    }
)
_CONFLICTING = ("/incidents", "/tickets", "/callbacks")


def describe(app: FastAPI) -> None:
    """Have the app serve the whole document at /openapi.json."""

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            made = get_openapi(title=app.title, version=app.version, routes=app.routes, description=_DESCRIPTION)
            app.openapi_schema = _completed(made)
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign]


def _completed(document: dict[str, Any]) -> dict[str, Any]:
    schemas = document["components"]["schemas"]
    schemas["Refusal"] = {
        "type": "object",
        "title": "Refusal",
        "description": "Why something was not done.",
        "properties": {"detail": {"type": "string"}},
        "required": ["detail"],
    }
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            operation["x-crmkit-needed"] = (method.upper(), path) in NEEDED
            for parameter in operation.get("parameters", ()):
                parameter["description"] = _PARAMETERS[parameter["name"]]
            _add_refusals(path, method, operation)
    return document


def _add_refusals(path: str, method: str, operation: dict[str, Any]) -> None:
    responses = operation["responses"]
    if "{" in path or "/many/" in path:
        responses["404"] = _refusal("There is no such entity.")
    if method != "get" and path.startswith(_CONFLICTING):
        responses["409"] = _refusal("It does not fit how things stand; the detail says why.")
    responses["503"] = _refusal("The store is busy: try again.")


def _refusal(why: str) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Refusal"}
    return {"description": why, "content": {"application/json": {"schema": schema}}}
