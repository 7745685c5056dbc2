"""The synthetic town: the same files from the same seed, a sound network, a landbase that fits it."""

from __future__ import annotations

import csv
import hashlib
import json
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import typer
from pyproj import CRS
from typer.testing import CliRunner

from crmkit.commands.town import town as town_command
from crmkit.town import TownError, TownSummary, write_town

SMALL = 300
# What seed 1 gives for 60 usage points; it changes only together with the town's format.
DIGEST_OF_60 = "aa71a5dcc7972f1fec6e3efa0cd5ec1b48757c6abc3cee4bfbbcf5587e00ff54"
PARENT_KIND = {"feeder": None, "lateral": "feeder", "transformer": "lateral"}


def rows(town: Path, name: str) -> list[dict[str, str]]:
    with (town / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def features(town: Path, name: str) -> list[dict[str, Any]]:
    collection = json.loads((town / "landbase" / f"{name}.geojson").read_text(encoding="utf-8"))
    assert collection["type"] == "FeatureCollection"
    found: list[dict[str, Any]] = collection["features"]
    return found


def contents(town: Path) -> dict[str, bytes]:
    return {str(path.relative_to(town)): path.read_bytes() for path in town.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def summary(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, TownSummary]:
    directory = tmp_path_factory.mktemp("towns") / "default"
    return directory, write_town(directory)


@pytest.fixture(scope="module")
def town(summary: tuple[Path, TownSummary]) -> Path:
    """The town of default size."""
    return summary[0]


def test_default_town_is_described_as_it_is(summary: tuple[Path, TownSummary]) -> None:
    directory, described = summary
    kinds = Counter(row["kind"] for row in rows(directory, "devices.csv"))
    assert json.loads((directory / "town.json").read_text(encoding="utf-8")) == {
        "format": 1,
        "seed": 1,
        "usage_points": 10_000,
        "feeders": kinds["feeder"],
        "laterals": kinds["lateral"],
        "transformers": kinds["transformer"],
        "crs": "EPSG:4326",
    }
    assert len(rows(directory, "usage_points.csv")) == described.usage_points == 10_000


def test_same_seed_and_size_give_the_same_bytes(tmp_path: Path) -> None:
    write_town(tmp_path / "one", 7, SMALL)
    write_town(tmp_path / "two", 7, SMALL)
    assert contents(tmp_path / "one") == contents(tmp_path / "two")


def test_files_are_the_same_on_every_machine_and_python(tmp_path: Path) -> None:
    write_town(tmp_path / "town", 1, 60)
    digest = hashlib.sha256()
    for name, content in sorted(contents(tmp_path / "town").items()):
        digest.update(name.encode() + b"\0" + content)
    assert digest.hexdigest() == DIGEST_OF_60


def test_another_seed_gives_another_town(tmp_path: Path) -> None:
    write_town(tmp_path / "one", 1, SMALL)
    write_town(tmp_path / "two", 2, SMALL)
    one, two = contents(tmp_path / "one"), contents(tmp_path / "two")
    assert [name for name in one if one[name] == two[name]] == []


def test_network_is_a_tree(town: Path) -> None:
    devices = {row["mrid"]: row for row in rows(town, "devices.csv")}
    assert len(devices) == len(rows(town, "devices.csv"))
    for device in devices.values():
        parent = devices.get(device["parent"])
        assert (parent["kind"] if parent else None) == PARENT_KIND[device["kind"]]
        assert bool(device["parent"]) == (device["kind"] != "feeder")


def test_network_has_the_usual_proportions(town: Path) -> None:
    devices = rows(town, "devices.csv")
    parents = {row["mrid"]: row["kind"] for row in devices}
    children = Counter(row["parent"] for row in devices if row["parent"])
    served = Counter(row["transformer"] for row in rows(town, "usage_points.csv"))
    assert set(served) == {mrid for mrid, kind in parents.items() if kind == "transformer"}
    assert 4 <= min(served.values()) <= max(served.values()) <= 8
    for kind in ("feeder", "lateral"):
        counts = [children[mrid] for mrid, of in parents.items() if of == kind]
        assert 7 <= min(counts) <= max(counts) <= 8


def test_customers_have_every_priority_and_language(town: Path, tmp_path: Path) -> None:
    usage_points = rows(town, "usage_points.csv")
    priorities = Counter(row["priority"] for row in usage_points)
    languages = Counter(row["language_id"] for row in usage_points)
    assert set(priorities) == set("0123456")
    assert priorities["0"] > 0.8 * len(usage_points)
    assert set(languages) == {"1033", "21514"}
    assert languages["1033"] > languages["21514"] > 1000
    write_town(tmp_path / "least", 1, 10)
    assert {row["priority"] for row in rows(tmp_path / "least", "usage_points.csv")} == set("0123456")


def test_names_are_unique(town: Path) -> None:
    usage_points = [row["mrid"] for row in rows(town, "usage_points.csv")]
    assert len(set(usage_points)) == len(usage_points)
    for name in ("poles", "intersections", "addresses", "transformers"):
        found = features(town, name)
        assert len({feature["id"] for feature in found}) == len(found) > 0
        assert len({tuple(feature["properties"].values()) for feature in found}) == len(found)


@pytest.mark.parametrize(
    ("name", "properties"),
    [
        ("poles", ["PoleID"]),
        ("intersections", ["PrimaryStreet", "SecondaryStreet"]),
        ("addresses", ["HouseNumber", "StreetName", "City", "Zip"]),
        ("transformers", ["TransformerID"]),
    ],
)
def test_landbase_objects_have_the_search_parameters(town: Path, name: str, properties: list[str]) -> None:
    for feature in features(town, name):
        assert isinstance(feature["id"], str)
        assert list(feature["properties"]) == properties
        assert all(isinstance(value, str) and value for value in feature["properties"].values())


def test_every_transformer_is_in_the_landbase(town: Path) -> None:
    devices = {
        row["mrid"]: [float(row["longitude"]), float(row["latitude"])]
        for row in rows(town, "devices.csv")
        if row["kind"] == "transformer"
    }
    found = {
        feature["properties"]["TransformerID"]: feature["geometry"]["coordinates"]
        for feature in features(town, "transformers")
    }
    assert found == devices


def test_every_usage_point_has_an_address(town: Path) -> None:
    addresses = [feature["geometry"]["coordinates"] for feature in features(town, "addresses")]
    assert addresses == [[float(row["longitude"]), float(row["latitude"])] for row in rows(town, "usage_points.csv")]


def test_everything_lies_where_the_model_is_defined(town: Path, tmp_path: Path) -> None:
    area = CRS.from_epsg(2277).area_of_use
    assert area is not None
    points = [
        (float(row["longitude"]), float(row["latitude"]))
        for name in ("devices.csv", "usage_points.csv")
        for row in rows(town, name)
    ]
    for name in ("poles", "intersections", "addresses", "transformers"):
        points += [tuple(feature["geometry"]["coordinates"]) for feature in features(town, name)]
    assert all(area.west < x < area.east and area.south < y < area.north for x, y in points)
    middle = [sum(values) / len(values) for values in zip(*points, strict=True)]
    assert middle == pytest.approx([-97.7431, 30.2672], abs=0.01)


def test_the_same_town_is_left_as_it_is(tmp_path: Path) -> None:
    first = write_town(tmp_path / "town", 3, SMALL)
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "town").rglob("*")}
    assert write_town(tmp_path / "town", 3, SMALL) == first
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "town").rglob("*")} == before


@pytest.mark.parametrize(("seed", "usage_points"), [(4, SMALL), (3, SMALL + 1)])
def test_another_town_is_not_overwritten(tmp_path: Path, seed: int, usage_points: int) -> None:
    write_town(tmp_path / "town", 3, SMALL)
    before = contents(tmp_path / "town")
    with pytest.raises(TownError, match=r"already holds the town of seed 3 with 300 usage points"):
        write_town(tmp_path / "town", seed, usage_points)
    assert contents(tmp_path / "town") == before


def test_a_town_with_a_file_missing_is_not_taken_for_whole(tmp_path: Path) -> None:
    write_town(tmp_path / "town", 3, SMALL)
    (tmp_path / "town" / "landbase" / "poles.geojson").unlink()
    with pytest.raises(TownError, match=r"lacks landbase/poles\.geojson"):
        write_town(tmp_path / "town", 3, SMALL)


@pytest.mark.parametrize("description", ["{", "[]", '{"seed": 1}'])
def test_a_damaged_description_is_a_clear_error(tmp_path: Path, description: str) -> None:
    (tmp_path / "town.json").write_text(description, encoding="utf-8")
    with pytest.raises(TownError, match=r"town\.json there is damaged"):
        write_town(tmp_path, 1, SMALL)


def test_other_peoples_folders_and_files_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("dear", encoding="utf-8")
    with pytest.raises(TownError, match="holds no town"):
        write_town(tmp_path, 1, SMALL)
    with pytest.raises(TownError, match="holds no town"):
        write_town(tmp_path / "letter.txt", 1, SMALL)
    with pytest.raises(TownError, match="cannot be written"):
        write_town(tmp_path / "letter.txt" / "town", 1, SMALL)
    assert contents(tmp_path) == {"letter.txt": b"dear"}


def test_an_empty_folder_and_missing_parents_will_do(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    write_town(tmp_path / "empty", 1, 10)
    write_town(tmp_path / "a" / "b" / "town", 1, 10)
    assert contents(tmp_path / "empty") == contents(tmp_path / "a" / "b" / "town") != {}


@pytest.mark.parametrize(("seed", "usage_points"), [(1, 9), (1, 1_000_001), (-1, 10)])
def test_sizes_and_seeds_that_cannot_be(tmp_path: Path, seed: int, usage_points: int) -> None:
    with pytest.raises(TownError, match=r"not -?[0-9]+$"):
        write_town(tmp_path / "town", seed, usage_points)
    assert list(tmp_path.iterdir()) == []


def test_a_killed_run_leaves_no_half_town(tmp_path: Path) -> None:
    code = "import sys; from pathlib import Path; from crmkit.town import write_town; "
    code += "write_town(Path(sys.argv[1]), 1, 100_000)"
    process = subprocess.Popen([sys.executable, "-c", code, str(tmp_path / "town")])
    try:
        deadline = time.monotonic() + 30
        while not any(path.suffix == ".part" for path in tmp_path.iterdir()):
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.002)
    finally:
        process.kill()
        process.wait(10)
    assert not (tmp_path / "town").exists()
    assert write_town(tmp_path / "town", 1, SMALL).usage_points == SMALL


def test_writers_at_the_same_time_agree(tmp_path: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        futures = [pool.submit(write_town, tmp_path / "town", 1, SMALL) for _ in range(4)]
        assert len({future.result(30) for future in futures}) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["town"]


def run_command(*arguments: str) -> Any:
    app = typer.Typer()
    app.command()(town_command)
    return CliRunner().invoke(app, list(arguments))


def test_command_writes_and_tells_what(tmp_path: Path) -> None:
    result = run_command(str(tmp_path / "town"), "--seed", "5", "--usage-points", "60")
    assert result.exit_code == 0
    assert json.loads((tmp_path / "town" / "town.json").read_text(encoding="utf-8"))["seed"] == 5
    assert "usage points" in result.stdout
    assert "60" in result.stdout


def test_command_says_a_mistake_in_one_line(tmp_path: Path) -> None:
    result = run_command(str(tmp_path / "town"), "--usage-points", "9")
    assert result.exit_code == 2
    assert result.stderr == "crmkit town: a town has 10 to 1000000 usage points, not 9\n"
    assert result.stdout == ""
