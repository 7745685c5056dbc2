"""The landbase client against a landbase that behaves, and one that does not."""

import json
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
import responses
from builders import landbase_settings

from reference_adapter.landbase.answers import Down, Found, NotFound
from reference_adapter.landbase.client import LandbaseClient
from reference_adapter.outage_model.whereabouts import LandbaseSearch

URL = "http://landbase.test:8090"
POLES = f"{URL}/collections/poles/items"
LIMITS = {"timeout_seconds": 0.3, "batch_seconds": 5.0, "concurrency": 4, "failures_to_open": 3, "pages": 5}


def pole(value="P-1"):
    return LandbaseSearch(("Pole",), (("PoleID", value),))


CROSSING = LandbaseSearch(("StreetIntersection",), (("PrimaryStreet", "Main & 1st"), ("SecondaryStreet", "Élan St")))


def feature(longitude=-97.5, latitude=30.5, **changes):
    geometry = {"type": "Point", "coordinates": [longitude, latitude]}
    return {"type": "Feature", "id": "P-1", "properties": {}, "geometry": geometry, **changes}


def page(*features, **members):
    return {"type": "FeatureCollection", "features": list(features), **members}


def next_link(href):
    return {"links": [{"rel": "self", "href": POLES}, {"rel": "next", "href": href}]}


def same(longitude, latitude):
    """The model's coordinates are the landbase's."""
    return longitude, latitude


@contextmanager
def client_of(url=URL, **changes):
    client = LandbaseClient(url, landbase_settings(**{**LIMITS, **changes}))
    try:
        yield client
    finally:
        client.close()


@pytest.fixture
def client():
    with client_of() as made:
        yield made


@pytest.fixture
def landbase():
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock


def located(client, *searches):
    return list(client.locate(searches, same).values())


def one(client, search=None):
    (answer,) = located(client, search or pole())
    return answer


HERE = Found(-97.5, 30.5)


def test_a_search_asks_its_collection_by_its_properties(client, landbase):
    landbase.get(f"{URL}/collections/intersections/items", json=page(feature()))
    assert one(client, CROSSING) == HERE
    (call,) = landbase.calls
    asked = parse_qs(urlsplit(call.request.url).query)
    assert asked == {"PrimaryStreet": ["Main & 1st"], "SecondaryStreet": ["Élan St"]}
    assert "application/geo+json" in call.request.headers["Accept"]


def test_a_base_url_may_end_in_a_slash_and_have_a_path(landbase):
    landbase.get(f"{URL}/ogc/collections/poles/items", json=page(feature()))
    with client_of(f"{URL}/ogc/") as client:
        assert one(client) == HERE


def test_nothing_found_is_not_found(client, landbase):
    landbase.get(POLES, json=page())
    assert one(client) == NotFound()


def test_several_hits_at_one_place_are_that_place(client, landbase):
    landbase.get(POLES, json=page(feature(), feature(-97.5000005, 30.4999995), feature()))
    assert one(client) == HERE


@pytest.mark.parametrize("other", [(-97.5001, 30.5), (-97.5, 30.5001)])
def test_hits_in_different_places_are_not_found(client, landbase, other):
    landbase.get(POLES, json=page(feature(), feature(*other)))
    assert one(client) == NotFound()


def test_an_object_outside_of_the_model_s_area_is_not_found(client, landbase):
    landbase.get(POLES, json=page(feature(13.4, 52.5)))
    assert client.locate([pole()], lambda longitude, latitude: None) == {pole(): NotFound()}


def test_positions_are_converted(client, landbase):
    landbase.get(POLES, json=page(feature(-97, 30)))
    assert client.locate([pole()], lambda longitude, latitude: (latitude * 2, longitude * 3)) == {
        pole(): Found(60.0, -291.0)
    }


def test_a_position_may_have_a_height(client, landbase):
    landbase.get(POLES, json=page(feature(geometry={"type": "Point", "coordinates": [-97.5, 30.5, 120.0]})))
    assert one(client) == HERE


@pytest.mark.parametrize(
    "failure",
    [
        requests.ConnectionError("refused"),
        requests.ConnectTimeout("slow"),
        requests.ReadTimeout("slow"),
        OSError("odd"),
    ],
    ids=["refused", "connect time-out", "read time-out", "other"],
)
def test_a_landbase_that_does_not_answer_is_down(client, landbase, failure):
    if not isinstance(failure, requests.RequestException):
        failure = requests.RequestException(failure)
    landbase.get(POLES, body=failure)
    assert one(client) == Down()


@pytest.mark.parametrize("status", [500, 502, 503, 504, 400, 401, 404, 414, 204, 301, 302, 304])
def test_any_status_but_ok_is_down(client, landbase, status):
    landbase.get(POLES, status=status, json=page(feature()), headers={"Location": f"{URL}/elsewhere"})
    landbase.get(f"{URL}/elsewhere", json=page(feature()))
    assert one(client) == Down()
    assert len(landbase.calls) == 1


NONSENSE = {
    "HTML": b"<html><body>It works!</body></html>",
    "nothing": b"",
    "no UTF-8": b"\xff\xfe\x00",
    "half": b'{"type": "FeatureCollection", "features": [',
    "null": b"null",
    "number": b"7",
    "text": b'"FeatureCollection"',
    "list": b"[]",
    "empty object": b"{}",
    "other type": json.dumps({**page(feature()), "type": "Feature"}),
    "no features": b'{"type": "FeatureCollection"}',
    "features null": b'{"type": "FeatureCollection", "features": null}',
    "features object": b'{"type": "FeatureCollection", "features": {"a": 1}}',
    "feature null": json.dumps(page(None)),
    "feature number": json.dumps(page(7)),
    "feature text": json.dumps(page("here")),
    "no geometry": json.dumps(page({"type": "Feature"})),
    "geometry null": json.dumps(page(feature(geometry=None))),
    "no coordinates": json.dumps(page(feature(geometry={"type": "Point"}))),
    "no type": json.dumps(page(feature(geometry={"coordinates": [1, 2]}))),
    "a line": json.dumps(page(feature(geometry={"type": "LineString", "coordinates": [[-97, 30], [-97, 31]]}))),
    "no point": json.dumps(page(feature(geometry={"type": "Polygon", "coordinates": [-97, 30]}))),
    "one coordinate": json.dumps(page(feature(geometry={"type": "Point", "coordinates": [-97.5]}))),
    "text coordinates": json.dumps(page(feature("-97.5", "30.5"))),
    "a text of coordinates": json.dumps(page(feature(geometry={"type": "Point", "coordinates": "12"}))),
    "truths": json.dumps(page(feature(True, False))),
    "null coordinates": json.dumps(page(feature(None, None))),
    "object of coordinates": json.dumps(page(feature(geometry={"type": "Point", "coordinates": {"0": 1}}))),
    "beyond a float": json.dumps(page(feature(10**400, 30))),
    "endless digits": b'{"type": "FeatureCollection", "features": [' + b"9" * 5000 + b"]}",
    "deep": b"[" * 100_000,
    "links text": json.dumps(page(feature(), links="next")),
    "next nowhere": json.dumps(page(feature(), **next_link("http://[oops"))),
    "one good, one bad": json.dumps(page(feature(), feature(None, None))),
    "too large": json.dumps(page(feature(), filler="x" * (1 << 20))),
}


@pytest.mark.parametrize("body", NONSENSE.values(), ids=NONSENSE)
def test_nonsense_is_down(client, landbase, body):
    landbase.get(POLES, body=body, content_type="application/geo+json")
    assert one(client) == Down()


@pytest.mark.parametrize("links", [[], [None, 7, {}], [{"rel": "next"}], [{"rel": "next", "href": 7}], [{"href": "x"}]])
def test_links_that_lead_nowhere_are_passed_over(client, landbase, links):
    landbase.get(POLES, json=page(feature(), links=links))
    assert one(client) == HERE
    assert len(landbase.calls) == 1


@pytest.mark.parametrize(
    "href", [f"{POLES}?offset=1", "/collections/poles/items?offset=1", "items?offset=1", "?offset=1"]
)
def test_next_links_are_followed(client, landbase, href):
    landbase.get(f"{POLES}?PoleID=P-1", json=page(**next_link(href)))
    landbase.get(f"{POLES}?offset=1", json=page(feature()))
    assert one(client) == HERE
    assert len(landbase.calls) == 2


def test_hits_on_different_pages_count_together(client, landbase):
    landbase.get(f"{POLES}?PoleID=P-1", json=page(feature(), **next_link("?offset=1")))
    landbase.get(f"{POLES}?offset=1", json=page(feature(-97.6)))
    assert one(client) == NotFound()


@pytest.mark.parametrize(
    "href",
    [
        "http://elsewhere.test/items",
        "https://landbase.test:8090/items",
        "http://landbase.test/items",
        "//elsewhere.test/",
        "http://landbase.test:8090@elsewhere.test/items",
        "file:///etc/passwd",
    ],
)
def test_a_next_link_to_another_server_is_not_followed(client, landbase, href):
    landbase.get(POLES, json=page(feature(), **next_link(href)))
    assert one(client) == Down()
    assert len(landbase.calls) == 1


def test_an_endless_chain_of_pages_ends(landbase):
    landbase.get(POLES, json=page(**next_link("?again=1")))
    with client_of(pages=4) as client:
        assert one(client) == NotFound()
    assert len(landbase.calls) == 4


def test_a_later_page_that_fails_makes_it_down(client, landbase):
    landbase.get(f"{POLES}?PoleID=P-1", json=page(feature(), **next_link("?offset=1")))
    landbase.get(f"{POLES}?offset=1", status=500)
    assert one(client) == Down()


def test_distinct_searches_of_a_batch_are_asked_once(client, landbase):
    landbase.get(POLES, json=page(feature()))
    answers = client.locate([pole("P-1"), pole("P-2"), pole("P-1"), pole("P-2"), pole("P-1")], same)
    assert answers == {pole("P-1"): HERE, pole("P-2"): HERE}
    assert len(landbase.calls) == 2


def test_no_search_is_no_question(client, landbase):
    assert client.locate([], same) == {}
    assert len(landbase.calls) == 0


def test_an_answer_is_remembered(client, landbase):
    landbase.get(f"{POLES}?PoleID=P-1", json=page(feature()))
    landbase.get(f"{POLES}?PoleID=P-2", json=page())
    for _ in range(3):
        assert located(client, pole("P-1"), pole("P-2")) == [HERE, NotFound()]
    assert len(landbase.calls) == 2


def test_an_answer_is_forgotten_after_its_time(landbase):
    landbase.get(POLES, json=page(feature()))
    with client_of(cache_seconds=0.05) as client:
        one(client)
        time.sleep(0.06)
        one(client)
    assert len(landbase.calls) == 2


def test_a_failure_is_not_remembered(client, landbase):
    landbase.add(responses.GET, POLES, status=500)
    landbase.add(responses.GET, POLES, json=page(feature()))
    assert [one(client), one(client)] == [Down(), HERE]


def test_forgetting_drops_answers_and_closes_the_circuit(client, landbase):
    landbase.get(POLES, json=page(feature()))
    one(client)
    client.forget()
    one(client)
    assert len(landbase.calls) == 2
    landbase.replace(responses.GET, POLES, status=500)
    located(client, *map(pole, "abcdefgh"))
    asked = len(landbase.calls)
    assert one(client, pole("z")) == Down()
    assert len(landbase.calls) == asked
    client.forget()
    one(client, pole("z"))
    assert len(landbase.calls) == asked + 1


@pytest.mark.parametrize("failure", [{"status": 500}, {"body": requests.ConnectionError()}, {"body": b"nonsense"}])
def test_the_circuit_opens_and_spares_a_landbase_that_is_down(landbase, failure):
    landbase.get(POLES, **failure)
    with client_of(concurrency=1) as client:
        assert located(client, *(pole(str(n)) for n in range(100))) == [Down()] * 100
    assert len(landbase.calls) == 3


def test_a_search_that_the_landbase_rejects_cuts_off_nobody_else(landbase):
    landbase.get(f"{POLES}?PoleID=good", json=page(feature()))
    landbase.get(POLES, status=400)
    with client_of(concurrency=1) as client:
        assert located(client, *(pole(str(n)) for n in range(10))) == [Down()] * 10
        assert one(client, pole("good")) == HERE


def test_the_circuit_closes_when_the_landbase_is_back(landbase):
    landbase.get(POLES, status=500)
    with client_of(concurrency=1, open_seconds=0.05) as client:
        located(client, pole("a"), pole("b"), pole("c"))
        landbase.replace(responses.GET, POLES, json=page(feature()))
        assert one(client) == Down()
        time.sleep(0.06)
        assert located(client, pole(), pole("d")) == [HERE, HERE]


def test_the_log_says_why_without_a_traceback(client, landbase, caplog):
    landbase.get(POLES, status=503)
    one(client)
    (record,) = [each for each in caplog.records if each.name.startswith("reference_adapter")]
    assert "HTTP 503" in record.getMessage()
    assert record.exc_info is None


class Server:
    """A landbase on a real port, whose answers are bytes with pauses in between."""

    def __init__(self):
        self.answer = []
        self.asked = []
        self.connections = set()
        self.busy = self.busiest = 0
        self._lock = threading.Lock()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                with outer._lock:
                    outer.asked.append(self.path)
                    outer.connections.add(self.client_address)
                    outer.busy += 1
                    outer.busiest = max(outer.busiest, outer.busy)
                try:
                    for piece in outer.answer:
                        if isinstance(piece, float):
                            time.sleep(piece)
                        else:
                            self.wfile.write(piece)
                except OSError:
                    pass
                finally:
                    with outer._lock:
                        outer.busy -= 1
                    self.close_connection = b"Connection: close" in b"".join(
                        piece for piece in outer.answer if isinstance(piece, bytes)
                    )

            def log_message(self, *_):
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.http.server_port}"
        self._thread = threading.Thread(target=self.http.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()

    def answers(self, body, *headers, length=None):
        lines = ["HTTP/1.1 200 OK", f"Content-Length: {len(body) if length is None else length}", *headers, "", ""]
        self.answer = ["\r\n".join(lines).encode() + body]

    def close(self):
        self.http.shutdown()
        self.http.server_close()
        self._thread.join(5)


@pytest.fixture
def server():
    made = Server()
    made.answers(json.dumps(page(feature())).encode())
    yield made
    made.close()


def test_over_a_real_connection_which_is_used_again(server):
    with client_of(server.url, concurrency=1) as client:
        assert located(client, *(pole(str(n)) for n in range(5))) == [HERE] * 5
    assert len(server.asked) == 5
    assert len(server.connections) == 1


def test_a_batch_is_asked_concurrently_up_to_the_limit(server):
    server.answer.insert(0, 0.05)
    with client_of(server.url) as client:
        started = time.monotonic()
        assert located(client, *(pole(str(n)) for n in range(12))) == [HERE] * 12
        took = time.monotonic() - started
    assert server.busiest == 4
    assert took < 12 * 0.05


BROKEN_OFF = [
    ("half a body", b'{"type"', ["Connection: close"], 1000),
    ("no gzip", b"nonsense", ["Content-Encoding: gzip"], None),
    ("no chunks", b"zz\r\n", ["Transfer-Encoding: chunked", "Connection: close"], None),
    ("no HTTP", None, [], None),
]


@pytest.mark.parametrize(
    ("body", "headers", "length"), [case[1:] for case in BROKEN_OFF], ids=[c[0] for c in BROKEN_OFF]
)
def test_an_answer_that_breaks_off_is_down(server, body, headers, length):
    if body is None:
        server.answer = [b"hello\r\n\r\n"]
    else:
        server.answers(body, *headers, length=length)
    with client_of(server.url) as client:
        assert one(client) == Down()


def test_a_body_that_stalls_is_down_after_the_time_out(server):
    server.answers(b'{"type"', length=1000)
    server.answer.append(2.0)
    with client_of(server.url, timeout_seconds=0.1) as client:
        started = time.monotonic()
        assert one(client) == Down()
        assert time.monotonic() - started < 1


def test_a_body_that_trickles_holds_nobody_longer_than_the_batch_s_time(server):
    server.answers(b"", length=1000)
    server.answer += [b" ", 0.05] * 60
    with client_of(server.url, batch_seconds=0.3, concurrency=1) as client:
        started = time.monotonic()
        assert one(client) == Down()
        assert time.monotonic() - started < 1
        # The one thread that asks is free again.
        server.answers(json.dumps(page(feature())).encode())
        assert one(client, pole("next")) == HERE


def test_a_batch_of_a_hundred_does_not_wait_for_a_hundred_time_outs(server):
    server.answer = [3.0]
    with client_of(server.url, timeout_seconds=0.2, batch_seconds=30.0) as client:
        started = time.monotonic()
        assert located(client, *(pole(str(n)) for n in range(100))) == [Down()] * 100
        assert time.monotonic() - started < 2
    assert len(server.asked) <= 4 + 3


def test_what_is_not_answered_within_the_batch_s_time_is_down(server):
    server.answer.insert(0, 0.15)
    with client_of(server.url, concurrency=1, batch_seconds=0.25) as client:
        answers = located(client, *(pole(str(n)) for n in range(6)))
    assert answers[0] == HERE
    assert answers[-3:] == [Down()] * 3


def test_a_refused_connection_is_down():
    server = Server()
    server.close()
    with client_of(server.url) as client:
        assert one(client) == Down()


def test_proxies_of_the_environment_are_not_meant(server, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    with client_of(server.url) as client:
        assert one(client) == HERE
