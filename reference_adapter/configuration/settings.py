"""AdapterCrm.xml as an object: lists, limits and the landbase search configuration."""

from __future__ import annotations

from collections.abc import Collection, Mapping
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
    minutes,
    parse_root,
    positive,
    priorities,
    seconds,
    share,
    the_one,
)
from reference_adapter.outage_model.callbacks import Consequence, QueueRules
from reference_adapter.outage_model.prediction import Thresholds


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
class CallbackSettings:
    """The callback queue: what each result word leads to, and how callbacks are handed out and put back.

    `reported_again_code` is the trouble code of a ticket for who is still without power.
    """

    results: Mapping[str, Consequence]
    queue: QueueRules
    reasons: frozenset[str]
    restored_reason: str
    reported_again_code: str


@dataclass(frozen=True, slots=True)
class PublisherSettings:
    """How callbacks are sent to the external system (D-40); times in seconds, `tries` in all."""

    seconds: float
    priorities: frozenset[int]
    batch: int
    tries: int
    retry_seconds: float
    timeout_seconds: float
    assignee: str


@dataclass(frozen=True, slots=True)
class IncidentSettings:
    """The statuses that an operator may set, and when closed incidents are archived."""

    statuses: frozenset[str]
    archive_after: timedelta


@dataclass(frozen=True, slots=True)
class AdapterSettings:
    """Everything of AdapterCrm.xml; `sources` maps each accepted spelling to the stored one (D-34).

    `archived_sources` maps the stored spelling to the archive's.
    """

    reply_source: str
    batch_limit: int
    strict_header: bool
    strict_verbs: bool
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
    archived_sources: Mapping[str, str]
    default_source: str
    callback_media: frozenset[str]
    input_crs: str
    model_crs: str
    landbase: LandbaseSettings
    callbacks: CallbackSettings
    publisher: PublisherSettings
    incidents: IncidentSettings
    prediction: Thresholds


def parse_adapter_settings(content: bytes, path: Path) -> AdapterSettings:
    """AdapterCrm.xml; raises ConfigurationError."""
    root = parse_root(content, path, "AdapterCrm")
    messages = the_one(root, "Messages", path)
    languages = the_one(root, "Languages", path)
    sources = the_one(root, "CallSources", path)
    coordinates = the_one(root, "Coordinates", path)
    codes = _entries(root, "TroubleCodes", "TroubleCode", path)
    trouble_codes = frozenset(attribute(item, "name", path) for item in codes)
    default_language = converted(languages, "default", path, int)
    known_languages = frozenset(converted(item, "id", path, int) for item in languages.iterfind("Language"))
    if default_language not in known_languages:
        raise ConfigurationError(f"{path}:{languages.sourceline}: the default language is not in the list")
    return AdapterSettings(
        reply_source=attribute(messages, "replySource", path),
        batch_limit=converted(messages, "batchLimit", path, count),
        strict_header=converted(messages, "strictHeader", path, boolean),
        strict_verbs=converted(messages, "strictVerbs", path, boolean),
        time_zone=_zone(messages, path),
        future_skew=converted(messages, "futureSkewSeconds", path, seconds),
        replay_window=converted(messages, "replayWindowHours", path, hours),
        replay_skew=converted(messages, "replaySkewSeconds", path, seconds),
        comment_limit=converted(the_one(root, "Comments", path), "limit", path, count),
        ims_confirmation_seconds=converted(the_one(root, "Ims", path), "confirmationSeconds", path, positive),
        languages=known_languages,
        default_language=default_language,
        trouble_codes=trouble_codes,
        power_loss_codes=frozenset(attribute(item, "name", path) for item in codes if item.get("powerLoss") == "true"),
        hazards=_names(root, "Hazards", "Hazard", path),
        sources=_sources(sources, path),
        archived_sources=_archived(sources, "CallSource", path),
        default_source=attribute(sources, "default", path),
        callback_media=_names(root, "CallbackMedia", "Medium", path),
        input_crs=_crs(coordinates, "input", path),
        model_crs=_crs(coordinates, "model", path),
        landbase=_landbase(the_one(root, "Landbase", path), path),
        callbacks=_callbacks(the_one(root, "Callbacks", path), trouble_codes, path),
        publisher=_publisher(the_one(root, "Publisher", path), path),
        incidents=_incidents(the_one(root, "Incidents", path), path),
        prediction=_prediction(the_one(root, "Prediction", path), path),
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


def _archived(group: etree._Element, item: str, path: Path) -> dict[str, str]:
    """What the archive calls each entry: its own spelling, where it has one."""
    return {
        attribute(each, "name", path): each.get("archived") or attribute(each, "name", path)
        for each in group.iterfind(item)
    }


def _callbacks(element: etree._Element, trouble_codes: Collection[str], path: Path) -> CallbackSettings:
    results = {
        attribute(each, "name", path): converted(each, "then", path, Consequence)
        for each in element.iterfind("CallbackResult")
    }
    exhausted = attribute(element, "exhaustedResult", path)
    if exhausted in results:
        raise ConfigurationError(f"{path}:{element.sourceline}: {exhausted} is the system's own and no CallbackResult")
    reasons = frozenset(attribute(each, "name", path) for each in element.iterfind("CallbackReason"))
    restored = attribute(element, "restoredReason", path)
    if restored not in reasons:
        raise ConfigurationError(f"{path}:{element.sourceline}: restoredReason {restored!r} is no CallbackReason")
    again = attribute(element, "reportedAgainCode", path)
    if again not in trouble_codes:
        raise ConfigurationError(f"{path}:{element.sourceline}: reportedAgainCode {again!r} is no TroubleCode")
    return CallbackSettings(
        results=results,
        queue=QueueRules(
            assignment=converted(element, "assignmentMinutes", path, minutes),
            requeue=converted(element, "requeueMinutes", path, minutes),
            requeue_limit=converted(element, "requeueLimit", path, count),
            exhausted_result=exhausted,
        ),
        reasons=reasons,
        restored_reason=restored,
        reported_again_code=again,
    )


def _publisher(element: etree._Element, path: Path) -> PublisherSettings:
    def span(name: str) -> float:
        return converted(element, name, path, seconds).total_seconds()

    return PublisherSettings(
        seconds=span("seconds"),
        priorities=converted(element, "priorities", path, priorities),
        batch=converted(element, "batch", path, count),
        tries=converted(element, "tries", path, count),
        retry_seconds=span("retrySeconds"),
        timeout_seconds=span("timeoutSeconds"),
        assignee=attribute(element, "assignee", path),
    )


def _incidents(element: etree._Element, path: Path) -> IncidentSettings:
    return IncidentSettings(
        statuses=frozenset(attribute(each, "name", path) for each in element.iterfind("IncidentStatus")),
        archive_after=converted(element, "archiveAfterHours", path, hours),
    )


def _prediction(element: etree._Element, path: Path) -> Thresholds:
    return Thresholds(
        usage_points=converted(element, "usagePoints", path, count),
        transformers=converted(element, "transformers", path, count),
        transformer_share=converted(element, "transformerShare", path, share),
        laterals=converted(element, "laterals", path, count),
        lateral_share=converted(element, "lateralShare", path, share),
    )


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
