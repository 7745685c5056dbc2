"""The mock landbase as a real process, asked over real HTTP, in each of its behaviours."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

from crmkit.town import write_town

USAGE_POINTS = 1200
TIMEOUT = 10
MODES = ("normal", "down", "slow", "error", "nonsense")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def start(town: Path, port: int, control_port: int, *more: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "mock_landbase", "--host", "127.0.0.1", "--town", str(town)]
    command += ["--port", str(port), "--control-port", str(control_port), *more]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def wait_for(condition: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


@dataclass
class Landbase:
    """A running landbase and its control endpoint."""

    port: int
    url: str
    control: str
    town: Path

    def get(self, path: str, **parameters: Any) -> requests.Response:
        return requests.get(f"{self.url}{path}", params=parameters, timeout=TIMEOUT)

    def behave(self, mode: str, **more: Any) -> dict[str, Any]:
        answer = requests.put(f"{self.control}/behaviour", json={"mode": mode, **more}, timeout=TIMEOUT)
        assert answer.status_code == 200, answer.text
        setting: dict[str, Any] = answer.json()
        return setting

    def mode(self) -> str:
        mode: str = requests.get(f"{self.control}/behaviour", timeout=TIMEOUT).json()["mode"]
        return mode

    def journal(self) -> dict[str, Any]:
        journal: dict[str, Any] = requests.get(f"{self.control}/journal", timeout=TIMEOUT).json()
        return journal

    def features(self, collection: str) -> list[dict[str, Any]]:
        text = (self.town / "landbase" / f"{collection}.geojson").read_text(encoding="utf-8")
        features: list[dict[str, Any]] = json.loads(text)["features"]
        return features

    def answers(self) -> bool:
        try:
            return self.get("/").ok
        except requests.ConnectionError:
            return False

    def refuses(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self.port), TIMEOUT).close()
        except ConnectionRefusedError:
            return True
        return False


def healthy(control: str) -> bool:
    try:
        return requests.get(f"{control}/health", timeout=TIMEOUT).json() == {"status": "ok"}
    except requests.ConnectionError:
        return False


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Landbase]:
    town = tmp_path_factory.mktemp("landbase") / "town"
    write_town(town, 1, USAGE_POINTS)
    port, control_port = free_port(), free_port()
    process = start(town, port, control_port)
    landbase = Landbase(port, f"http://127.0.0.1:{port}", f"http://127.0.0.1:{control_port}", town)
    try:
        wait_for(lambda: healthy(landbase.control))
        yield landbase
        process.terminate()
        output = process.communicate(timeout=TIMEOUT)
    finally:
        process.kill()
        process.communicate()
    assert (process.returncode, *output) == (0, "", "")


@pytest.fixture
def landbase(running: Landbase) -> Landbase:
    """The landbase, behaving, with an empty journal."""
    running.behave("normal")
    requests.delete(f"{running.control}/journal", timeout=TIMEOUT).raise_for_status()
    return running


def href(document: dict[str, Any], relation: str) -> str:
    found: list[str] = [link["href"] for link in document["links"] if link["rel"] == relation]
    assert len(found) == 1, (relation, document["links"])
    return found[0]


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


# How it behaves


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("before", MODES)
def test_every_behaviour_follows_every_other(landbase: Landbase, before: str, mode: str) -> None:
    landbase.behave(before)
    assert landbase.behave(mode) == {"mode": mode, "delay_seconds": 5.0, "expires_after_seconds": None}
    assert landbase.mode() == mode
    assert healthy(landbase.control)
    assert landbase.refuses() == (mode == "down")
    landbase.behave("normal")
    assert landbase.answers()


def test_down_refuses_also_a_client_that_kept_its_connection(landbase: Landbase) -> None:
    with requests.Session() as session:
        assert session.get(landbase.url, timeout=TIMEOUT).ok
        landbase.behave("down")
        for _ in range(3):
            with pytest.raises(requests.ConnectionError):
                session.get(landbase.url, timeout=TIMEOUT)
        assert landbase.refuses()
        landbase.behave("normal")
        assert session.get(landbase.url, timeout=TIMEOUT).ok


def test_down_closes_idle_connections_at_once(landbase: Landbase) -> None:
    with socket.create_connection(("127.0.0.1", landbase.port), TIMEOUT) as idle:
        assert landbase.answers()
        landbase.behave("down")
        idle.settimeout(TIMEOUT)
        with suppress(ConnectionResetError):
            assert idle.recv(1) == b""


def test_down_cuts_an_answer_in_the_making(landbase: Landbase) -> None:
    landbase.behave("slow", delay_seconds=60)
    outcomes: list[object] = []

    def ask() -> None:
        try:
            outcomes.append(requests.get(landbase.url, timeout=60).status_code)
        except requests.ConnectionError as error:
            outcomes.append(error)

    asking = threading.Thread(target=ask)
    asking.start()
    wait_for(lambda: len(landbase.journal()["items"]) == 1)
    landbase.behave("down")
    asking.join(TIMEOUT)
    assert [type(outcome) for outcome in outcomes] == [requests.ConnectionError]
    assert landbase.journal()["items"][0]["status"] is None


def test_the_port_stays_reserved_while_down(landbase: Landbase) -> None:
    landbase.behave("down")
    with socket.socket() as other, pytest.raises(OSError, match="in use"):
        other.bind(("127.0.0.1", landbase.port))
    landbase.behave("normal")
    assert landbase.answers()


def test_slow_answers_rightly_but_late(landbase: Landbase) -> None:
    landbase.behave("slow", delay_seconds=0.4)
    begun = time.monotonic()
    found = landbase.get("/collections/poles/items", PoleID="P-00001").json()
    assert time.monotonic() - begun >= 0.4
    assert found["numberMatched"] == 1
    with pytest.raises(requests.Timeout):
        requests.get(landbase.url, timeout=0.1)


def test_error_answers_500_in_json(landbase: Landbase) -> None:
    landbase.behave("error")
    answer = landbase.get("/collections/poles/items", PoleID="P-00001")
    assert answer.status_code == 500
    assert answer.json() == {"code": "InternalServerError", "description": "the landbase failed"}


def test_nonsense_is_never_usable_and_repeats(landbase: Landbase) -> None:
    def bodies() -> list[str]:
        landbase.behave("nonsense")
        answers = [landbase.get("/collections/poles/items", PoleID="P-00001") for _ in range(7)]
        assert {answer.status_code for answer in answers} == {200}
        return [answer.text for answer in answers]

    first = bodies()
    assert first[:4] == first[3:]
    assert len(set(first)) == 3
    assert bodies() == first
    for body in first:
        try:
            content = json.loads(body)
        except ValueError:
            continue
        assert not isinstance(content["features"], list)


@pytest.mark.parametrize("mode", ["down", "error", "slow", "nonsense"])
def test_a_behaviour_expires_by_itself(landbase: Landbase, mode: str) -> None:
    setting = landbase.behave(mode, expires_after_seconds=0.3)
    assert 0 < setting["expires_after_seconds"] <= 0.3
    assert landbase.mode() == mode
    wait_for(lambda: landbase.mode() == "normal", seconds=5)
    assert landbase.get("/collections/poles/items", PoleID="P-00001").json()["numberMatched"] == 1


def test_a_new_behaviour_outlives_the_old_ones_expiry(landbase: Landbase) -> None:
    landbase.behave("error", expires_after_seconds=0.2)
    landbase.behave("down")
    time.sleep(0.4)
    assert landbase.mode() == "down"
    assert landbase.refuses()


@pytest.mark.parametrize(
    "setting",
    [
        {"mode": "asleep"},
        {"mode": "slow", "delay_seconds": -1},
        {"mode": "slow", "delay_seconds": "NaN"},
        {"mode": "down", "expires_after_seconds": -1},
        {"mode": "down", "expires": 1},
        [],
    ],
)
def test_a_malformed_behaviour_changes_nothing(landbase: Landbase, setting: object) -> None:
    landbase.behave("error")
    answer = requests.put(f"{landbase.control}/behaviour", json=setting, timeout=TIMEOUT)
    assert answer.status_code == 422
    assert landbase.mode() == "error"


def test_control_describes_itself(landbase: Landbase) -> None:
    paths = requests.get(f"{landbase.control}/openapi.json", timeout=TIMEOUT).json()["paths"]
    assert set(paths) == {"/health", "/behaviour", "/journal"}


# Its journal


def test_journal_tells_what_was_asked_and_answered(landbase: Landbase) -> None:
    landbase.get("/collections/poles/items", PoleID="P-00001")
    landbase.get("/collections/poles/items/none")
    landbase.behave("error")
    landbase.get("/")
    journal = landbase.journal()
    assert journal["dropped"] == 0
    assert [{name: item[name] for name in item if name != "at"} for item in journal["items"]] == [
        {"method": "GET", "path": "/collections/poles/items", "query": "PoleID=P-00001", "status": 200},
        {"method": "GET", "path": "/collections/poles/items/none", "query": "", "status": 404},
        {"method": "GET", "path": "/", "query": "", "status": 500},
    ]
    assert [item["at"] for item in journal["items"]] == sorted(item["at"] for item in journal["items"])


def test_journal_is_bounded(landbase: Landbase) -> None:
    landbase.behave("error")
    with requests.Session() as session:
        for number in range(1005):
            session.get(f"{landbase.url}/{number}", timeout=TIMEOUT)
    journal = landbase.journal()
    assert journal["dropped"] == 5
    assert len(journal["items"]) == 1000
    assert [journal["items"][0]["path"], journal["items"][-1]["path"]] == ["/5", "/1004"]
    assert requests.delete(f"{landbase.control}/journal", timeout=TIMEOUT).status_code == 204
    assert landbase.journal() == {"dropped": 0, "items": []}


# How it starts and stops


def refused_start(town: Path, port: int, control_port: int, *more: str) -> str:
    process = start(town, port, control_port, *more)
    try:
        output, errors = process.communicate(timeout=20)
    finally:
        process.kill()
        process.communicate()
    assert (process.returncode, output, errors.count("\n")) == (2, "", 1), errors
    assert errors.startswith("mock_landbase: ")
    return errors


def test_a_port_in_use_is_said(landbase: Landbase) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert f"port {port} of 127.0.0.1 is in use" in refused_start(landbase.town, port, free_port())
        assert f"port {port} of 127.0.0.1 is in use" in refused_start(landbase.town, free_port(), port)
    assert "in use" in refused_start(landbase.town, landbase.port, free_port())


def test_usage_mistakes_are_said(landbase: Landbase, tmp_path: Path) -> None:
    port = free_port()
    assert "must differ" in refused_start(landbase.town, port, port)
    assert "'0' is no port" in refused_start(landbase.town, 0, port)
    assert "--speed" in refused_start(landbase.town, port, free_port(), "--speed")
    assert "is this the folder of a town?" in refused_start(tmp_path, port, free_port())
    (tmp_path / "landbase").mkdir()
    (tmp_path / "landbase" / "poles.geojson").write_text("{}", encoding="utf-8")
    assert "not the GeoJSON of a town's poles" in refused_start(tmp_path, port, free_port())


@pytest.mark.parametrize("mode", ["slow", "down"])
def test_it_stops_cleanly_whatever_it_does(landbase: Landbase, mode: str) -> None:
    port, control_port = free_port(), free_port()
    process = start(landbase.town, port, control_port)
    try:
        other = Landbase(port, f"http://127.0.0.1:{port}", f"http://127.0.0.1:{control_port}", landbase.town)
        wait_for(lambda: healthy(other.control))
        other.behave("slow", delay_seconds=60)
        with socket.create_connection(("127.0.0.1", port), TIMEOUT) as waiting:
            waiting.sendall(b"GET / HTTP/1.1\r\nHost: landbase\r\n\r\n")
            wait_for(lambda: len(other.journal()["items"]) == 1)
            other.behave(mode, delay_seconds=60)
            process.terminate()
            output = process.communicate(timeout=TIMEOUT)
    finally:
        process.kill()
        process.communicate()
    assert (process.returncode, *output) == (0, "", "")
