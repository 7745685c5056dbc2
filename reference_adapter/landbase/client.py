"""Asks the landbase where things are, over OGC API - Features."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
from cachetools import TTLCache
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError

from reference_adapter.configuration.settings import LandbaseSettings
from reference_adapter.landbase.answers import Answer, Down, Found, NotFound
from reference_adapter.landbase.circuit import Circuit
from reference_adapter.outage_model.whereabouts import LandbaseSearch

_log = logging.getLogger(__name__)
_CACHED_SEARCHES = 10_000
_LARGEST_ANSWER = 1 << 20
_PIECE = 1 << 16
_SAME_PLACE_DEGREES = 1e-6

Convert = Callable[[float, float], tuple[float, float] | None]


class _Unusable(Exception):
    """The landbase did not answer usefully."""


class _Rejected(_Unusable):
    """It is up, but will not have this one search."""


class LandbaseClient:
    """Looks up the distinct locations of a batch concurrently, remembers answers briefly, gives up early.

    `forget` drops what is remembered, the open circuit too. Thread-safe.
    """

    def __init__(self, base_url: str, settings: LandbaseSettings) -> None:
        self._base_url = base_url.rstrip("/")
        self._settings = settings
        self._session = requests.Session()
        self._session.mount("http://", HTTPAdapter(pool_maxsize=settings.concurrency))
        self._session.mount("https://", HTTPAdapter(pool_maxsize=settings.concurrency))
        # Proxies and netrc of the environment are not meant for the landbase.
        self._session.trust_env = False
        self._threads = ThreadPoolExecutor(settings.concurrency, thread_name_prefix="landbase")
        self._lock = threading.Lock()
        self.forget()

    @property
    def settings(self) -> LandbaseSettings:
        """What the client was made from."""
        return self._settings

    def forget(self) -> None:
        """Start anew: no remembered answer, circuit closed."""
        with self._lock:
            self._cache: TTLCache[LandbaseSearch, Answer] = TTLCache(_CACHED_SEARCHES, self._settings.cache_seconds)
            self._circuit = Circuit(self._settings.failures_to_open, self._settings.open_seconds)

    def locate(self, searches: Iterable[LandbaseSearch], convert: Convert) -> dict[LandbaseSearch, Answer]:
        """An answer for each distinct search; never raises.

        What is not answered within `batch_seconds` counts as Down. `convert` takes longitude and latitude to
        the model's coordinates.
        """
        answers: dict[LandbaseSearch, Answer] = {}
        asked: dict[LandbaseSearch, Future[Answer]] = {}
        deadline = time.monotonic() + self._settings.batch_seconds
        for search in dict.fromkeys(searches):
            with self._lock:
                known = self._cache.get(search)
            if known is not None:
                answers[search] = known
            else:
                asked[search] = self._threads.submit(self._ask, search, convert, deadline)
        for search, future in asked.items():
            try:
                answers[search] = future.result(timeout=max(0.0, deadline - time.monotonic()))
            except TimeoutError:
                answers[search] = Down()
        return answers

    def close(self) -> None:
        """Close the connections."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._session.close()

    def _ask(self, search: LandbaseSearch, convert: Convert, deadline: float) -> Answer:
        circuit = self._circuit
        if time.monotonic() > deadline or not circuit.allows():
            return Down()
        try:
            answer = _place(self._positions(search, deadline), convert)
        except (_Unusable, requests.RequestException, HTTPError) as error:
            _log.warning("the landbase did not answer %s: %s", search.type, error)
            if isinstance(error, _Rejected):
                # One caller's odd search must not cut off everybody else's.
                circuit.succeeded()
            else:
                circuit.failed()
            return Down()
        circuit.succeeded()
        with self._lock:
            self._cache[search] = answer
        return answer

    def _positions(self, search: LandbaseSearch, deadline: float) -> list[tuple[float, float]]:
        """Positions of all objects that match, `next` links followed on the same server."""
        kind = self._settings.search_types[search.type]
        url: str | None = f"{self._base_url}/collections/{kind.collection}/items"
        query: dict[str, str] | None = {kind.properties[name]: value for name, value in search.parameters}
        positions: list[tuple[float, float]] = []
        for _ in range(self._settings.pages):
            page = self._get(str(url), query, deadline)
            positions += [_position(feature) for feature in _features(page)]
            url, query = _next_link(page, str(url)), None
            if url is None:
                break
            if urlsplit(url)[:2] != urlsplit(self._base_url)[:2]:
                raise _Unusable("the next page is on another server")
        return positions

    def _get(self, url: str, query: dict[str, str] | None, deadline: float) -> dict[str, Any]:
        response = self._session.get(
            url,
            params=query,
            headers={"Accept": "application/geo+json, application/json"},
            timeout=self._settings.timeout_seconds,
            allow_redirects=False,
            stream=True,
        )
        with response:
            if response.status_code != requests.codes.ok:
                refused = _Rejected if 400 <= response.status_code < 500 else _Unusable
                raise refused(f"HTTP {response.status_code}")
            body = _body(response, deadline)
        try:
            page = json.loads(body)
        except (ValueError, RecursionError) as error:
            raise _Unusable("the answer is no JSON") from error
        if not isinstance(page, dict):
            raise _Unusable("the answer is no object")
        return page


def _body(response: requests.Response, deadline: float) -> bytes:
    """The whole body, in pieces: each may take the time-out, all together not more than the batch has left."""
    body = bytearray()
    while piece := response.raw.read1(_PIECE, decode_content=True):
        body += piece
        if len(body) > _LARGEST_ANSWER:
            raise _Unusable("the answer is too large")
        if time.monotonic() > deadline:
            raise _Unusable("the answer took too long")
    return bytes(body)


def _features(page: dict[str, Any]) -> list[Any]:
    features = page.get("features")
    if page.get("type") != "FeatureCollection" or not isinstance(features, list):
        raise _Unusable("the answer is no FeatureCollection")
    return features


def _position(feature: Any) -> tuple[float, float]:
    try:
        geometry = feature["geometry"]
        longitude, latitude = geometry["coordinates"][:2]
        if geometry["type"] != "Point" or not (type(longitude) in (int, float) and type(latitude) in (int, float)):
            raise _Unusable("a feature is no point")
        return float(longitude), float(latitude)
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise _Unusable("a feature has no usable position") from error


def _next_link(page: dict[str, Any], url: str) -> str | None:
    links = page.get("links", [])
    if not isinstance(links, list):
        raise _Unusable("the links are no list")
    for link in links:
        if isinstance(link, dict) and link.get("rel") == "next" and isinstance(link.get("href"), str):
            try:
                return urljoin(url, str(link["href"]))
            except ValueError as error:
                raise _Unusable("the next link is no address") from error
    return None


def _place(positions: list[tuple[float, float]], convert: Convert) -> Answer:
    """One place, or none: sending a crew to the first of several would be a guess."""
    if not positions:
        return NotFound()
    longitude, latitude = positions[0]
    for other in positions[1:]:
        if abs(other[0] - longitude) > _SAME_PLACE_DEGREES or abs(other[1] - latitude) > _SAME_PLACE_DEGREES:
            return NotFound()
    converted = convert(longitude, latitude)
    return NotFound() if converted is None else Found(*converted)
