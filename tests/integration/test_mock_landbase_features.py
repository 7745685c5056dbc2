"""The mock landbase as a real process, asked over real HTTP, what it serves."""

from __future__ import annotations

import time

import pytest
import requests
from landbase_process import TIMEOUT, USAGE_POINTS, Landbase, href

# What it serves


def test_landing_page_leads_to_everything(landbase: Landbase) -> None:
    page = landbase.get("/").json()
    conformance = requests.get(href(page, "conformance"), timeout=TIMEOUT).json()
    assert conformance["conformsTo"] == [
        "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
        "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/oas30",
        "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
    ]
    api = requests.get(href(page, "service-desc"), timeout=TIMEOUT)
    assert api.headers["content-type"] == "application/vnd.oai.openapi+json;version=3.0"
    parameters = api.json()["paths"]["/collections/poles/items"]["get"]["parameters"]
    assert [each["name"] for each in parameters] == ["limit", "offset", "bbox", "datetime", "PoleID"]
    collections = requests.get(href(page, "data"), timeout=TIMEOUT).json()["collections"]
    assert [each["id"] for each in collections] == ["poles", "intersections", "addresses", "transformers"]
    for collection in collections:
        assert requests.get(href(collection, "self"), timeout=TIMEOUT).json() == collection
        assert requests.get(href(collection, "items"), timeout=TIMEOUT).json()["numberReturned"] == 10
        west, south, east, north = collection["extent"]["spatial"]["bbox"][0]
        assert -98 < west < east < -97
        assert 30 < south < north < 31


@pytest.mark.parametrize(
    ("collection", "names"),
    [
        ("poles", ["PoleID"]),
        ("intersections", ["PrimaryStreet", "SecondaryStreet"]),
        ("addresses", ["HouseNumber", "StreetName"]),
        ("addresses", ["HouseNumber", "StreetName", "City", "Zip"]),
        ("transformers", ["TransformerID"]),
    ],
)
def test_an_object_is_found_by_its_search_parameters(landbase: Landbase, collection: str, names: list[str]) -> None:
    for wanted in landbase.features(collection)[::20]:
        answer = landbase.get(
            f"/collections/{collection}/items", **{name: wanted["properties"][name] for name in names}
        )
        assert answer.headers["content-type"] == "application/geo+json"
        found = answer.json()
        assert found["type"] == "FeatureCollection"
        assert found["features"] == [wanted]
        assert (found["numberMatched"], found["numberReturned"]) == (1, 1)
        assert found["timeStamp"].endswith("Z")


def test_what_does_not_exist_is_not_found(landbase: Landbase) -> None:
    street, avenue = landbase.features("intersections")[0]["properties"].values()
    for collection, properties in {
        "poles": {"PoleID": "p-00001"},
        "transformers": {"TransformerID": "TRF-001"},
        "intersections": {"PrimaryStreet": avenue, "SecondaryStreet": street},
    }.items():
        found = landbase.get(f"/collections/{collection}/items", **properties).json()
        assert (found["features"], found["numberMatched"], found["numberReturned"]) == ([], 0, 0)


def test_next_links_lead_to_the_end(landbase: Landbase) -> None:
    street = landbase.features("addresses")[0]["properties"]["StreetName"]
    wanted = [each for each in landbase.features("addresses") if each["properties"]["StreetName"] == street]
    parameters = {"StreetName": street, "limit": 7}
    page = landbase.get("/collections/addresses/items", **parameters).json()
    pages = [page]
    while any(link["rel"] == "next" for link in page["links"]):
        page = requests.get(href(page, "next"), timeout=TIMEOUT).json()
        pages.append(page)
    assert len(pages) == -(-len(wanted) // 7) > 2
    assert [each for page in pages for each in page["features"]] == wanted
    assert {page["numberMatched"] for page in pages} == {len(wanted)}


def test_pages_have_a_default_and_a_greatest_size(landbase: Landbase) -> None:
    total = len(landbase.features("addresses"))
    assert total == USAGE_POINTS
    assert landbase.get("/collections/addresses/items").json()["numberReturned"] == 10
    assert landbase.get("/collections/addresses/items", limit=1000).json()["numberReturned"] == 1000
    assert landbase.get("/collections/addresses/items", limit=5000).json()["numberReturned"] == 1000
    last = landbase.get("/collections/addresses/items", limit=200, offset=1000).json()
    assert last["numberReturned"] == 200
    assert [link["rel"] for link in last["links"]] == ["self"]
    beyond = landbase.get("/collections/addresses/items", offset=total).json()
    assert (beyond["features"], beyond["numberMatched"]) == ([], total)


def test_bbox_takes_what_lies_inside(landbase: Landbase) -> None:
    poles = landbase.features("poles")
    x, y = poles[5]["geometry"]["coordinates"]
    path = "/collections/poles/items"
    around = f"{x - 1e-5},{y - 1e-5},{x + 1e-5},{y + 1e-5}"
    assert landbase.get(path, bbox=around).json()["features"] == [poles[5]]
    assert landbase.get(path, bbox=around, PoleID="P-00001").json()["features"] == []
    with_heights = f"{x - 1e-5},{y - 1e-5},0,{x + 1e-5},{y + 1e-5},100"
    assert landbase.get(path, bbox=with_heights).json()["features"] == [poles[5]]
    across_the_antimeridian = landbase.get(path, bbox="170,-90,-170,90").json()
    assert across_the_antimeridian["numberMatched"] == 0
    assert landbase.get(path, bbox="-97,-90,-98,90").json()["numberMatched"] == 0
    assert landbase.get(path, bbox="90,-90,-90,90").json()["numberMatched"] == len(poles)


def test_a_single_item(landbase: Landbase) -> None:
    wanted = landbase.features("transformers")[3]
    answer = landbase.get(f"/collections/transformers/items/{wanted['id']}")
    assert answer.headers["content-type"] == "application/geo+json"
    item = answer.json()
    assert requests.get(href(item, "self"), timeout=TIMEOUT).json() == item
    assert {name: value for name, value in item.items() if name != "links"} == wanted


@pytest.mark.parametrize(
    "path",
    [
        "/?x=1",
        "/conformance?x=1",
        "/collections?f=json",
        "/collections/poles?PoleID=P-00001",
        "/collections/poles/items?poleid=P-00001",
        "/collections/poles/items?TransformerID=P-00001",
        "/collections/poles/items?PoleID=P-00001&PoleID=P-00002",
        "/collections/poles/items/P-00001?limit=1",
        "/collections/poles/items?limit=0",
        "/collections/poles/items?limit=",
        "/collections/poles/items?limit=ten",
        "/collections/poles/items?limit=1&limit=2",
        "/collections/poles/items?offset=-1",
        "/collections/poles/items?offset=99999999999999999999999",
        "/collections/poles/items?bbox=1,2,3",
        "/collections/poles/items?bbox=1,2,3,nan",
        "/collections/poles/items?bbox=-98,31,-97,30",
        "/collections/poles/items?datetime=yesterday",
        "/collections/poles/items?datetime=../..",
        "/collections/poles/items?datetime=2026-01-01/2026-01-02/2026-01-03",
    ],
)
def test_a_bad_parameter_is_400(landbase: Landbase, path: str) -> None:
    answer = landbase.get(path)
    assert answer.status_code == 400
    assert answer.json()["code"] == "BadRequest"


@pytest.mark.parametrize("moment", ["2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z/..", "/2026-01-01"])
def test_datetime_is_understood_and_filters_nothing(landbase: Landbase, moment: str) -> None:
    found = landbase.get("/collections/poles/items", datetime=moment, PoleID="P-00001").json()
    assert found["numberMatched"] == 1


@pytest.mark.parametrize(
    "path", ["/nothing", "/collections/streets", "/collections/streets/items", "/collections/poles/items/P-0"]
)
def test_what_is_not_there_is_404_in_json(landbase: Landbase, path: str) -> None:
    answer = landbase.get(path)
    assert answer.status_code == 404
    assert answer.json()["code"] == "NotFound"


def test_other_methods_are_405_in_json(landbase: Landbase) -> None:
    answer = requests.post(f"{landbase.url}/collections/poles/items", json={}, timeout=TIMEOUT)
    assert (answer.status_code, answer.json()["code"]) == (405, "MethodNotAllowed")


def test_answers_on_a_kept_connection_are_not_held_back(landbase: Landbase) -> None:
    with requests.Session() as session:
        seconds = []
        for _ in range(21):
            begun = time.monotonic()
            session.get(landbase.url, timeout=TIMEOUT)
            seconds.append(time.monotonic() - begun)
    assert sorted(seconds)[10] < 0.03
