"""Writes a town into a folder: all of it or nothing, byte for byte the same from the same seed and size."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from random import Random
from uuid import uuid4

from crmkit.town.landbase import Feature, landbase_of
from crmkit.town.network import Network, build_network

FORMAT = 1
SMALLEST, LARGEST = 10, 1_000_000
_DESCRIPTION = "town.json"
_COLLECTIONS = ("poles", "intersections", "addresses", "transformers")
_FILES = ("devices.csv", "usage_points.csv", *(f"landbase/{name}.geojson" for name in _COLLECTIONS))


class TownError(Exception):
    """A town that cannot be written; one line that says why."""


@dataclass(frozen=True)
class TownSummary:
    """What a town holds, as its `town.json` says it."""

    format: int
    seed: int
    usage_points: int
    feeders: int
    laterals: int
    transformers: int
    crs: str


def write_town(directory: Path, seed: int = 1, usage_points: int = 10_000) -> TownSummary:
    """Write a town into `directory`, which is new or empty; the very same town already there is left as it is.

    The files appear together, by one rename. Raises TownError for a size or seed that cannot be, for a
    directory that holds something else, and when it cannot be written.
    """
    if not SMALLEST <= usage_points <= LARGEST:
        raise TownError(f"a town has {SMALLEST} to {LARGEST} usage points, not {usage_points}")
    if seed < 0:
        raise TownError(f"a seed is 0 or more, not {seed}")
    try:
        target = directory.resolve()
        if target.exists() and (not target.is_dir() or any(target.iterdir())):
            return _same_town(target, seed, usage_points)
        return _write_new(target, seed, usage_points)
    except OSError as error:
        raise TownError(f"{directory}: the town cannot be written: {error.strerror or error}") from error


def _same_town(directory: Path, seed: int, usage_points: int) -> TownSummary:
    summary = _read_summary(directory)
    if (summary.format, summary.seed, summary.usage_points) != (FORMAT, seed, usage_points):
        raise TownError(
            f"{directory} already holds the town of seed {summary.seed} with {summary.usage_points} usage points"
            f" (format {summary.format}); choose another directory or remove it"
        )
    missing = [name for name in _FILES if not (directory / name).is_file()]
    if missing:
        raise TownError(f"{directory}: the town there lacks {', '.join(missing)}; remove it to write it anew")
    return summary


def _read_summary(directory: Path) -> TownSummary:
    names = {field.name for field in fields(TownSummary)}
    try:
        content = json.loads((directory / _DESCRIPTION).read_text(encoding="utf-8"))
        if not isinstance(content, dict) or set(content) != names:
            raise ValueError("unexpected content")
        return TownSummary(**content)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise TownError(f"{directory} is not empty and holds no town; choose another directory") from error
    except ValueError as error:
        raise TownError(f"{directory}: the {_DESCRIPTION} there is damaged: {error}") from error


def _write_new(target: Path, seed: int, usage_points: int) -> TownSummary:
    network = build_network(usage_points, Random(seed))
    summary = _summary_of(network, seed)
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(f".{target.name}.{uuid4().hex}.part")
    try:
        _write_files(unfinished, network, summary)
        unfinished.rename(target)
    except OSError:
        # Another process may have finished the same town meanwhile.
        if (target / _DESCRIPTION).is_file():
            return _same_town(target, seed, usage_points)
        raise
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return summary


def _summary_of(network: Network, seed: int) -> TownSummary:
    return TownSummary(
        format=FORMAT,
        seed=seed,
        usage_points=len(network.usage_points),
        feeders=len(network.of_kind("feeder")),
        laterals=len(network.of_kind("lateral")),
        transformers=len(network.of_kind("transformer")),
        crs="EPSG:4326",
    )


def _write_files(directory: Path, network: Network, summary: TownSummary) -> None:
    (directory / "landbase").mkdir(parents=True)
    _write_table(
        directory / "devices.csv",
        ("mrid", "kind", "parent", "longitude", "latitude"),
        ((each.mrid, each.kind, each.parent or "", *_degrees(each.position)) for each in network.devices),
    )
    _write_table(
        directory / "usage_points.csv",
        ("mrid", "transformer", "priority", "language_id", "longitude", "latitude"),
        (
            (each.mrid, each.transformer, each.priority, each.language_id, *_degrees(each.position))
            for each in network.usage_points
        ),
    )
    for name, features in landbase_of(network).items():
        _write_features(directory / "landbase" / f"{name}.geojson", features)
    _write_text(directory / _DESCRIPTION, json.dumps(asdict(summary), indent=2) + "\n")


def _degrees(position: tuple[float, float]) -> tuple[str, str]:
    longitude, latitude = position
    return f"{longitude:.6f}", f"{latitude:.6f}"


def _write_table(path: Path, header: Iterable[str], rows: Iterable[Iterable[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def _write_features(path: Path, features: Iterable[Feature]) -> None:
    """A GeoJSON FeatureCollection (RFC 7946), one feature a line."""
    lines = ",\n".join(json.dumps(_geojson(feature), ensure_ascii=False) for feature in features)
    _write_text(path, f'{{"type": "FeatureCollection", "features": [\n{lines}\n]}}\n')


def _geojson(feature: Feature) -> dict[str, object]:
    return {
        "type": "Feature",
        "id": feature.id,
        "geometry": {"type": "Point", "coordinates": list(feature.position)},
        "properties": dict(feature.properties),
    }


def _write_text(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")
