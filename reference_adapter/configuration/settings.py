"""AdapterCrm.xml as an object: lists, limits and the landbase search configuration."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from lxml import etree
from pyproj import CRS
from pyproj.exceptions import CRSError

from reference_adapter.configuration.watched import ConfigurationError
from reference_adapter.configuration.xml import (
    attribute,
    boolean,
    converted,
    count,
    hours,
    parse_root,
    positive,
    seconds,
    the_one,
)


@dataclass(frozen=True, slots=True)
class SearchType:
    """A landbase search type: its collection, and parameter names to property names."""

    name: str
    collection: str
    properties: Mapping[str, str]
    required: frozenset[str]

    def accepts(self, parameters: tuple[tuple[str, str], ...]) -> bool:
        """Whether these are parameters of this type: all required ones, no unknown one, none twice or empty."""
        names = [name for name, _ in parameters]
        known = set(names) <= set(self.properties)
        return (
            known
            and len(set(names)) == len(names)
            and self.required <= set(names)
            and all(value.strip() for _, value in parameters)
        )


@dataclass(frozen=True, slots=True)
class LandbaseSettings:
    """How the landbase is asked; times in seconds."""

    timeout_seconds: float
    batch_seconds: float
    concurrency: int
    cache_seconds: float
    failures_to_open: int
    open_seconds: float
    pages: int
    search_types: Mapping[str, SearchType]


@dataclass(frozen=True, slots=True)
class AdapterSettings:
    """Everything of AdapterCrm.xml; `sources` maps each accepted spelling to the stored one (D-34)."""

    reply_source: str
    batch_limit: int
    strict_header: bool
    time_zone: ZoneInfo
    future_skew: timedelta
    replay_window: timedelta
    replay_skew: timedelta
    comment_limit: int
    ims_confirmation_seconds: float
    languages: frozenset[int]
    default_language: int
    trouble_codes: frozenset[str]
    power_loss_codes: frozenset[str]
    hazards: frozenset[str]
    sources: Mapping[str, str]
    default_source: str
    callback_media: frozenset[str]
    input_crs: str
    model_crs: str
    landbase: LandbaseSettings


def parse_adapter_settings(content: bytes, path: Path) -> AdapterSettings:
    """AdapterCrm.xml; raises ConfigurationError."""
    root = parse_root(content, path, "AdapterCrm")
    messages = the_one(root, "Messages", path)
    languages = the_one(root, "Languages", path)
    sources = the_one(root, "CallSources", path)
    coordinates = the_one(root, "Coordinates", path)
    codes = _entries(root, "TroubleCodes", "TroubleCode", path)
    default_language = converted(languages, "default", path, int)
    known_languages = frozenset(converted(item, "id", path, int) for item in languages.iterfind("Language"))
    if default_language not in known_languages:
        raise ConfigurationError(f"{path}:{languages.sourceline}: the default language is not in the list")
    return AdapterSettings(
        reply_source=attribute(messages, "replySource", path),
        batch_limit=converted(messages, "batchLimit", path, count),
        strict_header=converted(messages, "strictHeader", path, boolean),
        time_zone=_zone(messages, path),
        future_skew=converted(messages, "futureSkewSeconds", path, seconds),
        replay_window=converted(messages, "replayWindowHours", path, hours),
        replay_skew=converted(messages, "replaySkewSeconds", path, seconds),
        comment_limit=converted(the_one(root, "Comments", path), "limit", path, count),
        ims_confirmation_seconds=converted(the_one(root, "Ims", path), "confirmationSeconds", path, positive),
        languages=known_languages,
        default_language=default_language,
        trouble_codes=frozenset(attribute(item, "name", path) for item in codes),
        power_loss_codes=frozenset(attribute(item, "name", path) for item in codes if item.get("powerLoss") == "true"),
        hazards=_names(root, "Hazards", "Hazard", path),
        sources=_sources(sources, path),
        default_source=attribute(sources, "default", path),
        callback_media=_names(root, "CallbackMedia", "Medium", path),
        input_crs=_crs(coordinates, "input", path),
        model_crs=_crs(coordinates, "model", path),
        landbase=_landbase(the_one(root, "Landbase", path), path),
    )


def _entries(root: etree._Element, group: str, item: str, path: Path) -> list[etree._Element]:
    return list(the_one(root, group, path).iterfind(item))


def _names(root: etree._Element, group: str, item: str, path: Path) -> frozenset[str]:
    return frozenset(attribute(entry, "name", path) for entry in _entries(root, group, item, path))


def _sources(group: etree._Element, path: Path) -> dict[str, str]:
    spellings: dict[str, str] = {}
    for item in group.iterfind("CallSource"):
        name = attribute(item, "name", path)
        spellings[name] = name
        if archived := item.get("archived"):
            spellings[archived] = name
    return spellings


def _zone(messages: etree._Element, path: Path) -> ZoneInfo:
    try:
        return converted(messages, "timeZone", path, ZoneInfo)
    except ZoneInfoNotFoundError as error:
        raise ConfigurationError(f"{path}: unknown time zone {messages.get('timeZone')!r}") from error


def _crs(element: etree._Element, name: str, path: Path) -> str:
    text = attribute(element, name, path)
    try:
        system = CRS.from_user_input(text)
    except CRSError as error:
        raise ConfigurationError(f"{path}: unknown coordinate system {text!r}") from error
    if not (system.is_geographic or system.is_projected):
        raise ConfigurationError(f"{path}: {text} is no system of two coordinates, geographic or projected")
    if system.area_of_use is None:
        raise ConfigurationError(f"{path}: {text} has no area of use to check coordinates against")
    return text


def _landbase(element: etree._Element, path: Path) -> LandbaseSettings:
    types: dict[str, SearchType] = {}
    for item in element.iterfind("SearchType"):
        parameters = list(item.iterfind("Parameter"))
        types[attribute(item, "name", path)] = SearchType(
            name=attribute(item, "name", path),
            collection=attribute(item, "collection", path),
            properties={attribute(p, "name", path): attribute(p, "property", path) for p in parameters},
            required=frozenset(attribute(p, "name", path) for p in parameters if p.get("required", "true") == "true"),
        )
    return LandbaseSettings(
        timeout_seconds=converted(element, "timeoutSeconds", path, positive),
        batch_seconds=converted(element, "batchSeconds", path, positive),
        concurrency=converted(element, "concurrency", path, count),
        cache_seconds=converted(element, "cacheSeconds", path, positive),
        failures_to_open=converted(element, "failuresToOpen", path, count),
        open_seconds=converted(element, "openSeconds", path, positive),
        pages=converted(element, "pages", path, count),
        search_types=types,
    )
