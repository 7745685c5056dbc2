"""The control API's OpenAPI document tells what a vendor must know to offer the same API."""

import json

import pytest

from reference_adapter.control.document import NEEDED
from reference_adapter.control.published import published_document

DOCUMENT = json.loads(published_document())
OPERATIONS = [
    (method.upper(), path, operation)
    for path, methods in DOCUMENT["paths"].items()
    for method, operation in methods.items()
]


def test_the_served_document_is_the_published_one(api):
    assert api.get("/openapi.json").json() == DOCUMENT


def test_what_the_suite_needs_is_there_and_marked():
    marked = {(method, path) for method, path, operation in OPERATIONS if operation["x-crmkit-needed"]}
    assert marked == NEEDED
    assert ("POST", "/reset") not in marked


@pytest.mark.parametrize(
    ("method", "path", "operation"), OPERATIONS, ids=[f"{each[0]} {each[1]}" for each in OPERATIONS]
)
def test_every_route_tells_what_it_does_and_refuses(method, path, operation):
    assert operation["description"].endswith(".")
    assert all(parameter["description"].endswith(".") for parameter in operation.get("parameters", []))
    assert ("404" in operation["responses"]) == ("{" in path or "/many/" in path)
    acts = method != "GET" and path.startswith(("/incidents", "/tickets", "/callbacks"))
    assert ("409" in operation["responses"]) == acts


def test_refusals_are_as_documented(api):
    refusal = {"$ref": "#/components/schemas/Refusal"}
    mrid = api.post("/incidents", json={"device": "TRF-1", "confirmed": True}).json()["mrid"]
    for method, path, body, code in (
        ("GET", "/incidents/none", None, 404),
        ("POST", f"/incidents/{mrid}/close", None, 409),
        ("POST", "/incidents", {"device": "nowhere"}, 422),
        ("PUT", "/callbacks/none/automatic", {"automatic": True}, 404),
        ("POST", "/background/none", None, 404),
    ):
        answer = api.request(method, path, json=body)
        assert (answer.status_code, list(answer.json())) == (code, ["detail"])
    for _, _, operation in OPERATIONS:
        for code in operation["responses"].keys() & {"404", "409", "503"}:
            assert operation["responses"][code]["content"]["application/json"]["schema"] == refusal
    assert DOCUMENT["components"]["schemas"]["Refusal"]["required"] == ["detail"]


def test_what_nobody_has_is_an_empty_page(api):
    for path in ("/tickets", "/callbacks", "/archive/tickets"):
        answer = api.get(path, params={"mrid": "nobody's"})
        assert (answer.status_code, answer.json()["items"]) == (200, [])
